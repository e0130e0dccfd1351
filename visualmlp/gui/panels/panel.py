"""What all panels have in common."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from visualmlp.gui.panels.group import Group
from visualmlp.gui.session import Session


class Panel(QWidget):
    """Forms below each other, in groups; scrolls up and down where they do not fit.

    Attributes
    ----------
    name
        Lower-case identifier.
    """

    name: str

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setObjectName(f"panel.{self.name}")
        self.setAccessibleName(self.title())
        self.content = QWidget()
        self._column = QVBoxLayout(self.content)
        self._column.setContentsMargins(4, 4, 6, 8)
        self._column.setSpacing(6)
        self._scroll = self._new_scroll()
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(self._scroll)
        self.build()
        self._column.addStretch(1)

    def title(self) -> str:
        """The panel's name on the screen."""
        raise NotImplementedError

    def build(self) -> None:
        """Add the groups."""
        raise NotImplementedError

    def add_group(self, name: str, title: str, *widgets: QWidget) -> None:
        """Add widgets with a title, below what is there."""
        self._column.addWidget(Group(f"{self.name}.{name}", title, *widgets))

    def minimumSizeHint(self) -> QSize:
        """Wide enough for every editor, since the panel scrolls up and down only."""
        hint = super().minimumSizeHint()
        bar = self._scroll.verticalScrollBar()
        width = self.content.minimumSizeHint().width() + (bar.sizeHint().width() if bar else 0)
        return hint.expandedTo(QSize(width, 0))

    def _new_scroll(self) -> QScrollArea:
        scroll = QScrollArea()
        scroll.setObjectName(f"panel.{self.name}.scroll")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self.content)
        return scroll
