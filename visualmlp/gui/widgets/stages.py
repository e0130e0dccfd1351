"""Small labelled pictures in a row: what a picture becomes, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps, labels
from visualmlp.gui.widgets.drawing import Drawing, draw_frame, draw_highlight, image_of

_ARROW = 18.0
_LEAST_SIDE = 46.0
_MOST_PIXELS = 160
"""Larger pictures are thinned out before they are coloured."""


class Stages(Drawing):
    """Pictures of different sizes, each in a square with its name below, arrows between them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: Sequence[str] = ()
        self._pictures: Sequence[npt.NDArray] = ()
        self._current = 0
        self.setAccessibleName(self.tr("Steps of a picture"))

    def set_stages(self, names: Sequence[str], pictures: Sequence[npt.NDArray]) -> None:
        """Show pictures, (h, w) each with values from 0 to 1, under their names."""
        self._names, self._pictures = names, pictures
        self._current = min(self._current, len(names) - 1)
        self.filled()

    def minimumSizeHint(self) -> QSize:
        line = self.fontMetrics().height() + 4
        return QSize(4 * int(_LEAST_SIDE), int(_LEAST_SIDE) + 2 * line + 12)

    # Layout

    def _side(self) -> float:
        area, n = self.area(), max(1, len(self._pictures))
        line = QFontMetricsF(labels.small_font(self.font())).height()
        return max(8.0, min((area.width() - _ARROW * (n - 1)) / n, area.height() - line - 2))

    def _pitch(self) -> float:
        """From one picture to the next: names have room as far as there is any."""
        n, side = len(self._pictures), self._side()
        free = (self.area().width() - side) / max(1, n - 1)
        return min(free, max(side + _ARROW, 120.0))

    def _square(self, index: int) -> QRectF:
        area, side = self.area(), self._side()
        return QRectF(area.left() + index * self._pitch(), area.top(), side, side)

    def _picture_rect(self, index: int) -> QRectF:
        """The picture in its square, with its own aspect."""
        square, (rows, columns) = self._square(index), self._pictures[index].shape
        scale = square.width() / max(rows, columns)
        rect = QRectF(0, 0, columns * scale, rows * scale)
        rect.moveCenter(square.center())
        return rect

    # Drawing

    def draw(self, painter: QPainter, area: QRectF) -> None:
        colours = theme.current()
        lut = colour_maps.lut("grey", colours.dark)
        for index, picture in enumerate(self._pictures):
            rect = self._picture_rect(index)
            thin = -(-max(picture.shape) // _MOST_PIXELS)
            shown = picture[::thin, ::thin]
            pixels = np.ascontiguousarray(colour_maps.colourise(shown, lut, 0.0, 1.0))
            smooth = max(picture.shape) > _LEAST_SIDE
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(rect, image_of(pixels))
            draw_frame(painter, rect.adjusted(-1, -1, 1, 1), QColor(colours.muted), 1)
            if index:
                self._draw_arrow(painter, index, colours)
        if self.hasFocus() and self._pictures:
            draw_highlight(painter, self._picture_rect(self._current), colours)
        self._draw_names(painter, colours)

    def _draw_arrow(self, painter: QPainter, index: int, colours: theme.PlotColours) -> None:
        before, square = self._square(index - 1), self._square(index)
        end = QPointF(square.left() - 4, square.center().y())
        start = QPointF(max(before.right() + 4, end.x() - 12), end.y())
        painter.setPen(QPen(QColor(colours.muted), 1.5))
        painter.drawLine(start, end)
        for dy in (-3, 3):
            painter.drawLine(end, end + QPointF(-4, dy))

    def _draw_names(self, painter: QPainter, colours: theme.PlotColours) -> None:
        painter.setFont(labels.small_font(self.font()))
        painter.setPen(QColor(colours.muted))
        width = self._pitch() - 4
        for index, name in enumerate(self._names):
            square = self._square(index)
            below = QRectF(square.left(), square.bottom() + 2, width, self.area().bottom())
            below.setBottom(self.area().bottom() + 2)
            flags = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
            labels.draw_elided(painter, below, name, flags)
        painter.setFont(self.font())

    # Values

    def value_at(self, pos: QPointF) -> str | None:
        for index, (name, picture) in enumerate(zip(self._names, self._pictures, strict=True)):
            rect = self._picture_rect(index)
            if rect.contains(pos):
                rows, columns = picture.shape
                row = min(int((pos.y() - rect.top()) / rect.height() * rows), rows - 1)
                column = min(int((pos.x() - rect.left()) / rect.width() * columns), columns - 1)
                text = self.tr("{name} ({rows} × {columns}): ink {ink} at row {row}, column {col}")
                return text.format(
                    name=name,
                    rows=rows,
                    columns=columns,
                    ink=labels.number_text(float(picture[row, column]), ".2f"),
                    row=row,
                    col=column,
                )
        return None

    def move_current(self, dx: int, dy: int) -> None:
        self._current = int(np.clip(self._current + dx + dy, 0, len(self._names) - 1))
        self.update()

    def current_point(self) -> QPointF | None:
        return self._picture_rect(self._current).center() if self._pictures else None

    def csv_rows(self) -> Iterator[list[object]]:
        """Every picture's ink, row by row; rows of narrower pictures end with nothing."""
        widest = max((picture.shape[1] for picture in self._pictures), default=0)
        yield ["stage", "row", *(f"column {column}" for column in range(widest))]
        for name, picture in zip(self._names, self._pictures, strict=True):
            nothing = [""] * (widest - picture.shape[1])
            for row, values in enumerate(picture.tolist()):
                yield [name, row, *values, *nothing]
