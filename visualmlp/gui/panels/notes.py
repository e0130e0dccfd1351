"""Small texts in the panels: remarks, and why a value was refused."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QPalette
from PyQt6.QtWidgets import QLabel, QSizePolicy, QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets.labels import small_font

MARK = "⚠"


class Note(QLabel):
    """A remark in small, muted letters that wraps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setFont(small_font(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._recolour()
        theme.notifier().changed.connect(self._recolour)

    def colour(self) -> str:
        """The colour of the text in the present theme."""
        return theme.current().muted

    def _recolour(self) -> None:
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(self.colour()))
        self.setPalette(palette)


class Caution(Note):
    """Why something is refused or may surprise; hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hide()

    def colour(self) -> str:
        return theme.current().bad

    def say(self, reason: str) -> None:
        """Show a reason behind a warning sign, or nothing."""
        self.setText(f"{MARK} {reason}" if reason else "")
        self.setVisible(bool(reason))
