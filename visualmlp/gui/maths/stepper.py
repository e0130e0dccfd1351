"""Back, next, and the list of all phases of a step."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QSizePolicy, QWidget


class Stepper(QWidget):
    """Chooses a phase.

    Parameters
    ----------
    owner
        The widget in which the keys are heard.

    Signals
    -------
    phase_chosen
        The number of the phase that the user chose, from 0.
    step_left
        The user went on beyond the last phase (1), or back beyond the first (-1).
    """

    phase_chosen = pyqtSignal(int)
    step_left = pyqtSignal(int)

    def __init__(self, owner: QWidget) -> None:
        super().__init__()
        self._titles: list[str] = []
        self._list = QComboBox()
        self._list.setObjectName("phase")
        self._list.setAccessibleName(self.tr("Phase of the step"))
        self._list.setToolTip(self.tr("Phase of the step: choose another"))
        self._list.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._list.activated.connect(self.phase_chosen)
        self._back = self._button("back", self.tr("‹ Back"), -1, "Alt+Left", owner)
        self._next = self._button("next", self.tr("Next ›"), 1, "Alt+Right", owner)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._back)
        row.addWidget(self._list, 1)
        row.addWidget(self._next)

    def set_phases(self, titles: Sequence[str], number: int, *, is_first: bool) -> None:
        """Offer the phases of a step, one of which is shown; nothing comes before the first."""
        numbered = [f"{i} / {len(titles)} · {title}" for i, title in enumerate(titles, start=1)]
        if numbered != self._titles:
            self._titles = numbered
            self._list.clear()
            self._list.addItems(numbered)
        self._list.setCurrentIndex(number)
        self._back.setEnabled(number > 0 or not is_first)

    @property
    def number(self) -> int:
        """The phase that is shown, from 0."""
        return max(self._list.currentIndex(), 0)

    def _button(self, name: str, text: str, by: int, keys: str, owner: QWidget) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        before = self.tr("The phase before; from the first, the last of the step before")
        after = self.tr("The phase after; from the last, the first of the next step")
        tip = before if by < 0 else after
        button.setToolTip(f"{tip} ({keys})")
        button.setAccessibleName(tip)
        button.clicked.connect(lambda: self._move(by))
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
        shortcut = QShortcut(QKeySequence(keys), owner)
        shortcut.setContext(context)
        shortcut.activated.connect(lambda: self._move(by))
        return button

    def _move(self, by: int) -> None:
        number = self.number + by
        if 0 <= number < self._list.count():
            self.phase_chosen.emit(number)
        elif self._list.count() and self._button_of(by).isEnabled():
            self.step_left.emit(by)

    def _button_of(self, by: int) -> QPushButton:
        return self._back if by < 0 else self._next
