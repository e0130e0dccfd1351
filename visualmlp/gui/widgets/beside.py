"""Two widgets beside each other where there is room, below each other where there is not."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QSize, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QBoxLayout, QWidget

LEAST_WIDTH = 300
"""Pixels in which two widgets have room beside each other."""


class Beside(QWidget):
    """The first widget left of the second, or above it in a narrow place or one high enough.

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
        self._widgets = first, second
        for widget, share in zip(self._widgets, shares, strict=True):
            self._row.addWidget(widget, share)
        self._row.addStretch()  # what neither of them takes

    @property
    def is_row(self) -> bool:
        """Whether they stand beside each other."""
        return self._row.direction() == QBoxLayout.Direction.LeftToRight

    def minimumSizeHint(self) -> QSize:
        """What the arrangement needs that the present width leads to if height is short."""
        sizes = self._least_sizes()
        heights = [size.height() for size in sizes]
        may_be_row = self.width() > max(*heights, LEAST_WIDTH)
        height = max(heights) if may_be_row else sum(heights)
        return QSize(max(size.width() for size in sizes), height)

    def _least_sizes(self) -> list[QSize]:
        items = [self._row.itemAt(i) for i in range(self._row.count())]
        return [item.minimumSize() for item in items if item is not None]

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        is_low = self.height() < sum(size.height() for size in self._least_sizes())
        wide = self.width() > LEAST_WIDTH and (is_low or self.width() > self.height())
        self._row.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        self._align()
        if event is not None and event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def event(self, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            self._align()  # heights may be limited otherwise now
        return super().event(event)

    def _align(self) -> None:
        """Let both begin at the top, also one that may not be as high as the row."""
        for widget in self._widgets:
            is_short = self.is_row and widget.maximumHeight() < self.height()
            top = Qt.AlignmentFlag.AlignTop if is_short else Qt.AlignmentFlag(0)
            if self._row.itemAt(self._row.indexOf(widget)).alignment() != top:  # type: ignore[union-attr]
                self._row.setAlignment(widget, top)
