"""A titled part of a panel that can be folded away."""

from __future__ import annotations

from PyQt6.QtCore import QSettings, Qt
from PyQt6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from visualmlp.gui.widgets.labels import bold_font

Arrow = Qt.ArrowType


HEADER_STYLE = """
QToolButton { border: 1px solid transparent; border-radius: 3px; padding: 3px 2px; }
QToolButton:hover { background: palette(midlight); }
QToolButton:focus { border-color: palette(highlight); }
"""


class Group(QWidget):
    """Widgets below a title; a click on the title folds them, and this is remembered.

    Parameters
    ----------
    name
        Identifier, also the key in the settings ("training.schedule").
    """

    def __init__(self, name: str, title: str, *widgets: QWidget) -> None:
        super().__init__()
        self._key = f"panels/{name}/open"
        self.header = QToolButton()
        self.header.setObjectName(f"group.{name}")
        self.header.setText(title)
        self.header.setFont(bold_font(self.header.font()))
        self.header.setAccessibleName(title)
        self.header.setToolTip(self.tr("Show or hide: {}").format(title))
        self.header.setCheckable(True)
        self.header.setAutoRaise(True)
        self.header.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.header.setStyleSheet(HEADER_STYLE)
        self.header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.body = QWidget()
        inside = QVBoxLayout(self.body)
        inside.setContentsMargins(6, 2, 0, 6)
        inside.setSpacing(6)
        for widget in widgets:
            inside.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.header)
        column.addWidget(self.body)
        self.open(QSettings().value(self._key, True, type=bool))
        self.header.toggled.connect(self._remember)

    def open(self, is_open: bool) -> None:
        """Show or fold the widgets."""
        self.header.setChecked(is_open)
        self.header.setArrowType(Arrow.DownArrow if is_open else Arrow.RightArrow)
        self.body.setVisible(is_open)

    def _remember(self, is_open: bool) -> None:
        self.open(is_open)
        QSettings().setValue(self._key, is_open)
