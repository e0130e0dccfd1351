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
    """

    phase_chosen = pyqtSignal(int)

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

    def set_phases(self, titles: Sequence[str], number: int) -> None:
        """Offer phases, one of which is shown."""
        numbered = [f"{i} / {len(titles)} · {title}" for i, title in enumerate(titles, start=1)]
        if numbered != self._titles:
            self._titles = numbered
            self._list.clear()
            self._list.addItems(numbered)
        self._list.setCurrentIndex(number)
        self._back.setEnabled(number > 0)
        self._next.setEnabled(number + 1 < len(titles))

    @property
    def number(self) -> int:
        """The phase that is shown, from 0."""
        return max(self._list.currentIndex(), 0)

    def _button(self, name: str, text: str, by: int, keys: str, owner: QWidget) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        tip = self.tr("The phase before") if by < 0 else self.tr("The phase after")
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
