"""Where the cells, names and titles of a matrix go."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from visualmlp.gui import theme
from visualmlp.gui.widgets import labels

_GAP = 5.0
_ELIDED = 30.0
"""Below this width of a cell, its name is left out rather than shortened."""

_TURNED = 0.35
"""Of the height, the most that upright column names take."""
_HIGH_ENOUGH = 180.0
"""Pixels; in a lower matrix column names lie."""

_SHORT = 2
"""Letters of a name that never turns."""

Span = tuple[int, int]
"""First and one past the last."""


@dataclass(frozen=True, slots=True)
class MatrixLayout:
    """The cells' area, and what lies left of it and above it."""

    rows: int
    columns: int
    body: QRectF
    area: QRectF
    line: float
    upright: bool = False
    """Whether column names are turned, as they have no room otherwise."""

    @classmethod
    def within(
        cls,
        area: QRectF,
        names: tuple[Sequence[str], Sequence[str]],
        titles: tuple[str, str],
        font: QFont,
    ) -> MatrixLayout:
        """Lay out a matrix with (row, column) names and titles."""
        metrics = QFontMetricsF(font)
        line = metrics.height()
        left = min(labels.widest(metrics, names[0]), 0.4 * area.width()) + _GAP
        left += line + 2 if titles[0] else 0
        upright = _stand_upright(names[1], area, math.ceil(left), metrics)
        longest = labels.widest(metrics, names[1]) + _GAP
        top = min(longest, _TURNED * area.height()) if upright else line
        top += 2 + (line + 2 if titles[1] else 0)
        body = area.adjusted(math.ceil(left), math.ceil(top), 0, 0)
        body.setWidth(max(math.floor(body.width()), 1))
        body.setHeight(max(math.floor(body.height()), 1))
        return cls(len(names[0]), len(names[1]), body, area, line, upright)

    @property
    def cell_width(self) -> float:
        return self.body.width() / self.columns

    @property
    def cell_height(self) -> float:
        return self.body.height() / self.rows

    @property
    def pixels(self) -> tuple[int, int]:
        """Rows and columns that can be told apart."""
        return min(self.rows, int(self.body.height())), min(self.columns, int(self.body.width()))

    @property
    def shares_pixels(self) -> bool:
        return self.pixels != (self.rows, self.columns)

    def cell(self, row: int, column: int) -> QRectF:
        """Where a cell is."""
        width, height = self.cell_width, self.cell_height
        x, y = self.body.left() + column * width, self.body.top() + row * height
        return QRectF(x, y, width, height)

    def block_at(self, pos: QPointF) -> tuple[Span, Span] | None:
        """Rows and columns of the cells that share the pixel at a position."""
        if not self.body.contains(pos):
            return None
        rows, columns = self.pixels
        y = min(int((pos.y() - self.body.top()) / self.body.height() * rows), rows - 1)
        x = min(int((pos.x() - self.body.left()) / self.body.width() * columns), columns - 1)
        return _span(y, rows, self.rows), _span(x, columns, self.columns)

    def draw_names(
        self, painter: QPainter, names: tuple[Sequence[str], Sequence[str]], titles: tuple[str, str]
    ) -> None:
        """Paint names, as many as fit, and titles."""
        colours = theme.current()
        body, area = self.body, self.area
        painter.setPen(QColor(colours.foreground))
        self._draw_row_names(painter, names[0], area.left() + (self.line + 2 if titles[0] else 0))
        self._draw_column_names(painter, names[1], area.top() + (self.line + 2 if titles[1] else 0))
        painter.setPen(QColor(colours.muted))
        if titles[0]:
            strip = QRectF(area.left(), body.top(), self.line, body.height())
            title = titles[0]
            if labels.lettering(painter.font()).width(title) > strip.height():
                title = title.partition(" · ")[0]
            labels.draw_upwards(painter, strip, title)
        if titles[1]:
            strip = QRectF(body.left(), area.top(), body.width(), self.line)
            labels.draw_elided(painter, strip, titles[1], labels.CENTRE)

    def _draw_row_names(self, painter: QPainter, names: Sequence[str], left: float) -> None:
        step = _round_step(self.line / self.cell_height)
        width = self.body.left() - _GAP - left
        for row in range(0, self.rows, step):
            middle = self.body.top() + (row + 0.5) * self.cell_height
            place = QRectF(left, middle - self.line / 2, width, self.line)
            labels.draw_elided(painter, place, names[row], labels.RIGHT)

    def _draw_column_names(self, painter: QPainter, names: Sequence[str], top: float) -> None:
        if self.upright:
            self._draw_upright(painter, names, top)
            return
        wanted = labels.widest(QFontMetricsF(painter.font()), names) + 6
        width = self.cell_width
        step = 1 if width >= min(wanted, _ELIDED) else _round_step(wanted / width)
        for column in range(0, self.columns, step):
            middle = self.body.left() + (column + 0.5) * width
            room = width - 2 if step == 1 else wanted
            place = QRectF(middle - room / 2, self.body.top() - self.line - 2, room, self.line)
            labels.draw_elided(painter, place, names[column], labels.CENTRE)

    def _draw_upright(self, painter: QPainter, names: Sequence[str], top: float) -> None:
        metrics = QFontMetricsF(painter.font())
        for column in range(0, self.columns, _round_step(self.line / self.cell_width)):
            middle = self.body.left() + (column + 0.5) * self.cell_width
            place = QRectF(middle - self.line / 2, top, self.line, self.body.top() - 2 - top)
            name = metrics.elidedText(names[column], Qt.TextElideMode.ElideMiddle, place.height())
            labels.draw_upwards(painter, place, name, labels.LEFT)


def _stand_upright(names: Sequence[str], area: QRectF, left: float, metrics: QFontMetricsF) -> bool:
    """Whether column names say more if they are turned; numbers are thinned out instead."""
    width = (area.width() - left) / len(names)
    wanted = labels.widest(metrics, names) + 6
    are_short = all(name.isdecimal() or len(name) <= _SHORT for name in names)
    return area.height() >= _HIGH_ENOUGH and width < wanted and not are_short


def extremes(values: npt.NDArray, rows: int, columns: int) -> npt.NDArray:
    """Reduce a matrix to (rows, columns) blocks: of each, the value of the largest magnitude.

    A block that holds a NaN becomes NaN.
    """
    top = [_span(i, rows, values.shape[0])[0] for i in range(rows)]
    left = [_span(j, columns, values.shape[1])[0] for j in range(columns)]
    high = low = values
    for axis, starts in enumerate((top, left)):
        if len(starts) < values.shape[axis]:
            high = np.maximum.reduceat(high, starts, axis=axis)
            low = np.minimum.reduceat(low, starts, axis=axis)
    return np.where(-low > high, low, high)


def _round_step(least: float) -> int:
    """The first of 1, 2, 5, 10, 20 … that is not below ``least``."""
    decade = 1
    while True:
        for digit in (1, 2, 5):
            if digit * decade >= least:
                return digit * decade
        decade *= 10


def _span(index: int, pixels: int, cells: int) -> Span:
    """The cells of pixel ``index`` if ``cells`` are spread over ``pixels``."""
    return index * cells // pixels, (index + 1) * cells // pixels
