"""A splitter that puts its two parts below each other, or beside each other where it is flat."""

from __future__ import annotations

from math import inf

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QSplitter, QWidget

_FLAT, _VERY_FLAT = 2.2, 3.4
"""Width over height from which on the parts stand beside each other, if wide and if narrow."""

_WIDE = 900


class TurningSplitter(QSplitter):
    """Two parts that get what they need until the user moves the handle.

    Parameters
    ----------
    first, second
        The parts.
    least
        The share of the height that the first has at least, as far as it needs it.
    beside
        The first's share of the width where they stand beside each other.
    """

    def __init__(self, first: QWidget, second: QWidget, least: float, beside: float) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.addWidget(first)
        self.addWidget(second)
        self.setChildrenCollapsible(False)
        self._least, self._beside = least, beside
        self._needs = inf, inf
        self._was_moved = False
        self.splitterMoved.connect(self._keep)

    def set_needs(self, first: float, second: float) -> None:
        """The heights beyond which the parts have no use for more; infinite if there is none."""
        if (first, second) != self._needs:
            self._needs = first, second
            self._divide()

    def _divide(self) -> None:
        if self._was_moved:
            return
        is_flat = self.orientation() == Qt.Orientation.Horizontal
        whole = (self.width() if is_flat else self.height()) - self.handleWidth()
        first = self._beside * whole if is_flat else self._first_height(whole)
        self.setSizes([round(first), round(whole - first)])

    def _first_height(self, whole: float) -> float:
        first, second = self._needs
        return min(first, max(whole - second, self._least * whole))

    def _keep(self) -> None:
        self._was_moved = True

    def _turn(self) -> None:
        limit = _FLAT if self.width() >= _WIDE else _VERY_FLAT
        flat = self.width() > limit * self.height()
        wanted = Qt.Orientation.Horizontal if flat else Qt.Orientation.Vertical
        if wanted != self.orientation():
            self.setOrientation(wanted)
            self._was_moved = False

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self._turn()
        super().resizeEvent(event)
        self._divide()
