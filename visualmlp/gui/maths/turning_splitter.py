"""A splitter that puts its two parts below each other, or beside each other where it is flat."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QSplitter, QWidget

_FLAT = 2.2
"""Width over height from which on the parts stand beside each other."""


class TurningSplitter(QSplitter):
    """Two parts, the first with a share of the room until the user moves the handle.

    Parameters
    ----------
    first, second
        The parts.
    share
        Of the first, from 0 to 1.
    """

    def __init__(self, first: QWidget, second: QWidget, share: float) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.addWidget(first)
        self.addWidget(second)
        self.setChildrenCollapsible(False)
        self._share = share
        self._divide()

    def _divide(self) -> None:
        self.setSizes([round(10_000 * self._share), round(10_000 * (1 - self._share))])

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        flat = self.width() > _FLAT * self.height()
        wanted = Qt.Orientation.Horizontal if flat else Qt.Orientation.Vertical
        if wanted != self.orientation():
            self.setOrientation(wanted)
            self._divide()
        super().resizeEvent(event)
