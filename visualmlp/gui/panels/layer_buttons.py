"""The buttons below the list of layers."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget


class LayerButtons(QWidget):
    """Add, remove, move up, move down."""

    def __init__(self) -> None:
        super().__init__()
        self.add = self._button(
            "add", self.tr("Add"), self.tr("Add a layer like the selected one, behind it")
        )
        self.remove = self._button(
            "remove", self.tr("Remove"), self.tr("Remove the selected layer")
        )
        self.up = self._button(
            "up", self.tr("Up"), self.tr("Move the selected layer up, towards the input")
        )
        self.down = self._button(
            "down", self.tr("Down"), self.tr("Move the selected layer down, towards the output")
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for button in (self.add, self.remove, self.up, self.down):
            row.addWidget(button)

    def follow(self, selected: int, count: int) -> None:
        """Offer what can be done with a selected layer (-1: none) among so many."""
        self.remove.setEnabled(selected >= 0)
        self.up.setEnabled(selected > 0)
        self.down.setEnabled(0 <= selected < count - 1)

    def _button(self, name: str, text: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"layers.{name}")
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button
