"""Two widgets beside each other where there is room, below each other where there is not."""

from __future__ import annotations

from PyQt6.QtCore import QSize
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QBoxLayout, QWidget

LEAST_WIDTH = 300
"""Pixels in which two widgets have room beside each other."""


class Beside(QWidget):
    """The first widget left of the second, or above it in a narrow place or a high one.

    Parameters
    ----------
    first, second
        What is laid out.
    shares
        How the room is divided between them.
    """

    def __init__(self, first: QWidget, second: QWidget, shares: tuple[int, int] = (1, 2)) -> None:
        super().__init__()
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for widget, share in zip((first, second), shares, strict=True):
            self._row.addWidget(widget, share)
        self._row.addStretch()  # what neither of them takes

    @property
    def is_row(self) -> bool:
        """Whether they stand beside each other."""
        return self._row.direction() == QBoxLayout.Direction.LeftToRight

    def minimumSizeHint(self) -> QSize:
        """What the arrangement needs that the present width leads to if height is short."""
        items = [self._row.itemAt(i) for i in range(self._row.count())]
        sizes = [item.minimumSize() for item in items if item is not None]
        heights = [size.height() for size in sizes]
        may_be_row = self.width() > max(*heights, LEAST_WIDTH)
        height = max(heights) if may_be_row else sum(heights)
        return QSize(max(size.width() for size in sizes), height)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        wide = self.width() > max(self.height(), LEAST_WIDTH)
        self._row.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        if event is not None and event.size().width() != event.oldSize().width():
            self.updateGeometry()
