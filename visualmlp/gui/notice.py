"""A message above the views that stays until it is read: nothing is blocked by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from visualmlp.gui.icons import icon


class Notice(QFrame):
    """A line of text with a sign and a Close button; hidden while there is nothing to tell.

    What can be done about it may stand in buttons before that one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.sign = QLabel()
        self._sign = "info"
        self.text = QLabel()
        self.text.setObjectName("notice.text")
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.setObjectName("notice.close")
        self.close_button.setToolTip(self.tr("Hide this message"))
        self.close_button.setAccessibleName(self.tr("Hide this message"))
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.close_button.clicked.connect(self.hide)
        self.buttons: list[QPushButton] = []
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.sign)
        self._row.addWidget(self.text, 1)
        self._row.addWidget(self.close_button)
        self.hide()

    def warn(self, message: str, actions: Mapping[str, Callable[[], None]] | None = None) -> None:
        """Tell what went wrong, and what may be done about it."""
        self._show(message, "warning", actions or {})

    def inform(self, message: str, actions: Mapping[str, Callable[[], None]] | None = None) -> None:
        """Tell what was done, and what may be done now: texts of buttons with their actions."""
        self._show(message, "info", actions or {})

    def _add_button(self, text: str, act: Callable[[], None]) -> None:
        button = QPushButton(text)
        button.setObjectName(f"notice.button.{len(self.buttons)}")
        button.setAccessibleName(text)
        button.setToolTip(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(self.hide)
        button.clicked.connect(act)
        self._row.insertWidget(self._row.count() - 1, button)
        self.buttons.append(button)

    def _show(self, message: str, sign: str, actions: Mapping[str, Callable[[], None]]) -> None:
        while self.buttons:
            button = self.buttons.pop()
            button.hide()
            button.deleteLater()
        self._sign = sign
        self._show_sign()
        self.text.setText(message)
        self.setAccessibleName(message)
        for text, act in actions.items():
            self._add_button(text, act)
        self.show()

    def _show_sign(self) -> None:
        self.sign.setPixmap(icon(self._sign).pixmap(20, 20))

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow the look."""
        super().changeEvent(event)
        if event and event.type() == QEvent.Type.PaletteChange:
            self._show_sign()
