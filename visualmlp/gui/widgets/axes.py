"""Two axes with numbers, names and grid lines around a plot area."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from visualmlp.gui import theme
from visualmlp.gui.widgets import labels

Range = tuple[float, float]
Tick = tuple[float, str]
"""Place on the screen and text."""

_GAP = 4.0
_MOST_TICKS = 7
_LINES_A_TICK = 2.2
_LEFT = "0.000"
"""At least as much room as this number takes, so that plots below each other are aligned."""
_SHORT = 0.3
"""An x name up to this share of the width stands in the line of the numbers."""
_LEAST_NAME = 0.25
"""Share of its line that a y name has beside a note."""
_TICK_DIGITS = 5
_MOST_DIGITS = 17
"""That a float has."""
_LEAST_NUMBERS = 2
"""Fewer are no scale; with fewer beside it, the x name gets a line of its own."""


@dataclass(frozen=True, slots=True)
class Axes:
    """The map between values and the screen; y grows upwards.

    On a logarithmic axis (``log_x``, ``log_y``) the range, as all that is mapped, are decimal
    logarithms of the values. A ``note`` about the data stands above them, right of the y name.
    """

    body: QRectF
    x_range: Range
    y_range: Range
    names: tuple[str, str]
    x_name_area: QRectF
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    note: str = ""

    @classmethod
    def within(
        cls,
        area: QRectF,
        x_range: Range,
        y_range: Range,
        font: QFont,
        names: tuple[str, str] = ("", ""),
        *,
        log_x: bool = False,
        log_y: bool = False,
    ) -> Axes:
        """Leave room for the numbers left and below, for the y name above, the x name below."""
        metrics = QFontMetricsF(font)
        is_long = metrics.horizontalAdvance(names[0]) > _SHORT * area.width()
        given = area, x_range, y_range, metrics, names, (log_x, log_y)
        axes = cls._with_x_name(*given, own_line=is_long)
        if is_long or not names[0] or axes._n_numbers_below(metrics) >= _LEAST_NUMBERS:
            return axes
        return cls._with_x_name(*given, own_line=True)

    @classmethod
    def _with_x_name(
        cls,
        area: QRectF,
        x_range: Range,
        y_range: Range,
        metrics: QFontMetricsF,
        names: tuple[str, str],
        logs: tuple[bool, bool],
        *,
        own_line: bool,
    ) -> Axes:
        line, name_width = metrics.height(), metrics.horizontalAdvance(names[0])
        above = line if names[1] else line / 2
        second_line = line if own_line else 0.0
        below = line + second_line
        most = _fitting(area.height() - above - below, line * _LINES_A_TICK)
        y_values, y_texts = _numbers(y_range, most, is_log=logs[1])
        left = labels.widest(metrics, [*y_texts, _LEFT]) + _GAP
        body = area.adjusted(left, above + _GAP, -2 * _GAP, -below - _GAP)
        body.setSize(body.size().expandedTo(QRectF(0, 0, 10, 10).size()))
        name_width = min(name_width, body.width())
        x_values, x_texts = _x_numbers(x_range, body.width(), metrics, is_log=logs[0])
        return cls(
            body,
            x_range,
            y_range,
            names,
            QRectF(body.right() - name_width, body.bottom() + _GAP + second_line, name_width, line),
            x_ticks=_placed(x_values, x_texts, x_range, body.left(), body.right()),
            y_ticks=_placed(y_values, y_texts, y_range, body.bottom(), body.top()),
        )

    def to_screen(self, points: npt.NDArray) -> npt.NDArray:
        """Map points of shape (n, 2)."""
        (x0, x1), (y0, y1) = self.x_range, self.y_range
        scale = self.body.width() / (x1 - x0), -self.body.height() / (y1 - y0)
        return (points - (x0, y0)) * scale + (self.body.left(), self.body.bottom())

    def x_to_screen(self, x: float) -> float:
        """Where an x is on the screen."""
        x0, x1 = self.x_range
        return self.body.left() + (x - x0) * self.body.width() / (x1 - x0)

    def y_to_screen(self, y: float) -> float:
        """Where a y is on the screen."""
        y0, y1 = self.y_range
        return self.body.bottom() - (y - y0) * self.body.height() / (y1 - y0)

    def to_value(self, pos: QPointF) -> tuple[float, float]:
        """The x and y of a position."""
        (x0, x1), (y0, y1) = self.x_range, self.y_range
        x = x0 + (pos.x() - self.body.left()) / self.body.width() * (x1 - x0)
        y = y0 + (self.body.bottom() - pos.y()) / self.body.height() * (y1 - y0)
        return x, y

    def draw_grid(self, painter: QPainter) -> None:
        """Paint the lines at the ticks, below the data."""
        body = self.body
        lines = [QLineF(x, body.top(), x, body.bottom()) for x, _ in self.x_ticks]
        lines += [QLineF(body.left(), y, body.right(), y) for y, _ in self.y_ticks]
        painter.setPen(QPen(QColor(theme.current().grid), 1))
        if lines:
            painter.drawLines(*lines)

    def draw_frame(self, painter: QPainter) -> None:
        """Paint the frame, above the data."""
        painter.setPen(QPen(QColor(theme.current().muted), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.body)

    def draw(self, painter: QPainter) -> None:
        """Paint the frame, the numbers and the names."""
        colours, body = theme.current(), self.body
        self.draw_frame(painter)
        painter.setPen(QColor(colours.foreground))
        self._draw_numbers(painter, QFontMetricsF(painter.font()))
        painter.setPen(QColor(colours.muted))
        labels.draw_elided(painter, self.x_name_area.adjusted(0, 0, _GAP, 0), self.names[0])
        line = self.x_name_area.height()
        above = QRectF(body.left(), body.top() - line - _GAP / 2, body.width(), line)
        self._draw_above(painter, above)

    def _draw_above(self, painter: QPainter, area: QRectF) -> None:
        """The y name and the note; the name gives way, down to a part of the line."""
        metrics = QFontMetricsF(painter.font())
        name = QRectF(area)
        if self.note:
            width = metrics.horizontalAdvance(self.note) + 2 * _GAP
            name.setWidth(max(area.width() - width, _LEAST_NAME * area.width()))
        text = _fitting_name(self.names[1], metrics, name.width())
        labels.draw_elided(painter, name, text)
        if self.note:
            taken = min(metrics.horizontalAdvance(text), name.width()) + 2 * _GAP
            painter.setPen(QColor(theme.current().bad))
            labels.draw_elided(painter, area.adjusted(taken, 0, 0, 0), self.note, labels.RIGHT)

    def _numbers_below(self, metrics: QFontMetricsF) -> Iterator[tuple[QPointF, str]]:
        line = QRectF(0, self.body.bottom() + _GAP, 0, metrics.height())
        for x, text in self.x_ticks:
            line.setWidth(metrics.horizontalAdvance(text) + _GAP)
            line.moveLeft(x - (line.width() - _GAP) / 2)
            if not (self.names[0] and line.intersects(self.x_name_area)):
                yield line.topLeft(), text

    def _n_numbers_below(self, metrics: QFontMetricsF) -> int:
        return sum(1 for _ in self._numbers_below(metrics))

    def _draw_numbers(self, painter: QPainter, metrics: QFontMetricsF) -> None:
        """All but those that the x name covers."""
        body = self.body
        for place, text in self._numbers_below(metrics):
            painter.drawText(place + QPointF(0, metrics.ascent()), text)
        middle = (metrics.ascent() - metrics.descent()) / 2
        for y, text in self.y_ticks:
            start = body.left() - _GAP - metrics.horizontalAdvance(text)
            painter.drawText(QPointF(start, y + middle), text)


def ticks(low: float, high: float, most: int = _MOST_TICKS) -> list[float]:
    """Round numbers from ``low`` to ``high``: steps of 1, 2 or 5 times a power of ten."""
    step = nice_step((high - low) / most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [i * step for i in range(first, last + 1)]


def log_ticks(low: float, high: float, most: int = _MOST_TICKS) -> list[float]:
    """The decimal logarithms of round numbers from 10**low to 10**high."""
    decades = range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)
    if len(decades) > most:
        return [float(decade) for decade in decades[:: math.ceil(len(decades) / most)]]
    for digits in ((1, 2, 5), (1, 3), (1,)):
        logs = [d + math.log10(m) for d in range(math.floor(low), math.ceil(high)) for m in digits]
        inside = [value for value in [*logs, math.ceil(high)] if low <= value <= high]
        if 3 <= len(inside) <= most:
            return inside
    if len(decades) > 1:
        return [float(decade) for decade in decades]
    return [math.log10(value) for value in ticks(10**low, 10**high, most) if value > 0]


def nice_step(least: float) -> float:
    """The smallest 1, 2 or 5 times a power of ten that is not below ``least``."""
    decade = 10.0 ** math.floor(math.log10(least))
    return next(s * decade for s in (1, 2, 5, 10) if s * decade >= least)


def range_over(values: npt.NDArray, margin: float = 0.05) -> Range:
    """The range of the finite values with a margin; (0, 1) if there are none."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    room = margin * (high - low) or max(abs(high), 1.0) * 0.5
    return low - room, high + room


def tick_texts(values: Sequence[float], digits: int = _TICK_DIGITS) -> list[str]:
    """Round numbers with so many digits, or as many more as tell them apart."""
    longest = 1e8 if max(map(abs, values), default=0.0) < 1e8 else 1e6
    for more in range(digits, _MOST_DIGITS + 1):
        texts = [_tick_text(value, more, longest) for value in values]
        if len(set(texts)) == len(texts):
            break
    return texts


def _tick_text(value: float, digits: int, longest: float) -> str:
    """Up to ``longest`` large numbers are whole, their thousands set apart, if digits suffice."""
    if 1e4 <= abs(value) < longest:
        return labels.number_text(value, f",.{max(digits - _TICK_DIGITS, 0)}f")
    return labels.number_text(value, f".{digits}g")


def _fitting(room: float, each: float) -> int:
    return min(max(int(room / each), 2), _MOST_TICKS)


def _fitting_name(name: str, metrics: QFontMetricsF, width: float) -> str:
    """The name without what stands in brackets behind it, if that has no room."""
    return name if metrics.horizontalAdvance(name) <= width else name.partition(" (")[0]


def _numbers(ends: Range, most: int, *, is_log: bool) -> tuple[list[float], list[str]]:
    """Places along an axis and their texts."""
    choose = log_ticks if is_log else ticks
    values = choose(*ends, most)
    while len(values) < _LEAST_NUMBERS and most < _MOST_TICKS:
        most += 1
        values = choose(*ends, most)
    return values, tick_texts([10**value if is_log else value for value in values])


def _x_numbers(
    x_range: Range, width: float, metrics: QFontMetricsF, *, is_log: bool
) -> tuple[list[float], list[str]]:
    """As many as find room beside each other."""
    for most in range(_MOST_TICKS, 1, -1):
        values, texts = _numbers(x_range, most, is_log=is_log)
        if len(texts) * (labels.widest(metrics, texts) + 3 * _GAP) < width:
            break
    return values, texts


def _placed(
    values: list[float], texts: list[str], ends: Range, start: float, stop: float
) -> list[Tick]:
    """On whole pixels, where thin lines are sharp."""
    scale = (stop - start) / (ends[1] - ends[0])
    places = [float(round(start + (value - ends[0]) * scale)) for value in values]
    return list(zip(places, texts, strict=True))
