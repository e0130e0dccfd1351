"""How values are distributed: one or several histograms over each other, with marks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.axes import Axes
from visualmlp.gui.widgets.drawing import Drawing
from visualmlp.gui.widgets.whole_numbers import only_whole

_KEY_WIDTH = 14.0
_GAP = 5.0
_PALENESS = 0.45
_HEADROOM = 1.06
_LEAST_SPAN = 5
"""A logarithmic axis begins at this part of the largest height at most."""
_FLOOR = 0.5
"""Where a logarithmic axis begins: at this share of the smallest height."""


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """A histogram.

    Attributes
    ----------
    name
        What was counted, for the key above and for hover.
    edges
        Of the bins, (n_bins + 1,), ascending.
    counts
        (n_bins,).
    filled
        Whether it is filled, or an outline that others can be seen through.
    style
        Its colour: a number into the theme's series.
    out_of
        What shares are shares of, where some values were left out; the sum of the counts if None.
    """

    name: str
    edges: npt.NDArray[np.floating[Any]]
    counts: npt.NDArray[np.integer[Any]]
    filled: bool = True
    style: int = 0
    out_of: int | None = None

    @property
    def total(self) -> int:
        """What shares are shares of."""
        return int(self.counts.sum()) if self.out_of is None else self.out_of


@dataclass(frozen=True, slots=True)
class Mark:
    """A vertical line at a value, and what it says."""

    value: float
    text: str


class HistogramPlot(Drawing):
    """Filled bars and outlines over one axis of values; heights are counts or shares."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._series: tuple[Counts, ...] = ()
        self._heights: list[npt.NDArray[np.float64]] = []
        self._marks: tuple[Mark, ...] = ()
        self._shares = False
        self._log = False
        self._x_name = ""
        self._axes: Axes | None = None
        self._bin: int | None = None
        self.setAccessibleName(self.tr("Histogram"))

    def set_counts(
        self,
        edges: npt.NDArray[np.floating[Any]],
        counts: npt.NDArray[np.integer[Any]],
        name: str = "",
        *,
        marks: Sequence[Mark] = (),
    ) -> None:
        """Show one histogram: edges (n_bins + 1,) and counts (n_bins,)."""
        self.set_histograms([Counts(name, edges, counts)], marks=marks)

    def set_histograms(
        self, series: Sequence[Counts], *, marks: Sequence[Mark] = (), shares: bool = False
    ) -> None:
        """Show histograms over each other, the first at the bottom.

        Parameters
        ----------
        series
            The histograms; their bins may differ.
        marks
            Vertical lines, such as at the value of the picked weight.
        shares
            Whether heights are percentages of each histogram's own total, so that a few biases can
            be compared with many weights.
        """
        self._series, self._marks, self._shares = tuple(series), tuple(marks), shares
        self._heights = [self._height_of(counts) for counts in series]
        if self._bin is not None and not (series and self._bin < len(series[0].counts)):
            self._bin = None
        if any(counts.counts.any() for counts in series):
            self.filled()
        else:
            self.set_empty(self.tr("There are no finite values."))

    def set_log(self, on: bool) -> None:
        """Whether heights are on a logarithmic axis, where rare values show beside common ones."""
        if on != self._log:
            self._log = on
            self.laid_out()

    def set_x_name(self, text: str) -> None:
        """What the values are."""
        if text != self._x_name:
            self._x_name = text
            self.laid_out()

    @property
    def series(self) -> tuple[Counts, ...]:
        """What is shown."""
        return self._series

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The vertical lines."""
        return self._marks

    def _height_of(self, series: Counts) -> npt.NDArray[np.float64]:
        counts = series.counts.astype(np.float64)
        return 100 * counts / max(series.total, 1) if self._shares else counts

    # Layout

    def laid_out(self) -> None:
        self._axes = None
        if self._empty is None and self.width() > 40 and self.height() > 40:
            self._axes = self._lay_out()
        self.update()

    def _lay_out(self) -> Axes:
        area = self.area()
        if self._has_keys():
            area.setTop(area.top() + QFontMetricsF(self._small()).height() + 2)
        ends = [end for series in self._series for end in series.edges[[0, -1]].tolist()]
        room = 0.01 * (max(ends) - min(ends))
        y_name = self.tr("%") if self._shares else self.tr("count")
        axes = Axes.within(
            area,
            (min(ends) - room, max(ends) + room),
            self._y_range(),
            self._small(),
            (self._x_name, y_name),
            log_y=self._log,
        )
        return axes if self._shares else only_whole(axes, y=True)

    def _y_range(self) -> tuple[float, float]:
        highest = max(float(heights.max(initial=0.0)) for heights in self._heights)
        if not self._log:
            return 0.0, highest * _HEADROOM
        lowest = min(float(h[h > 0].min(initial=math.inf)) for h in self._heights)
        floor = min(_FLOOR * lowest, highest / _LEAST_SPAN)
        return math.log10(floor), math.log10(highest) + 0.1

    def _has_keys(self) -> bool:
        return any(series.name for series in self._series)

    def _small(self) -> Any:
        return labels.small_font(self.font())

    # Painting

    def draw(self, painter: QPainter, area: QRectF) -> None:
        axes = self._axes
        if axes is None:
            return
        painter.setFont(self._small())
        axes.draw_grid(painter)
        painter.save()
        painter.setClipRect(axes.body)
        for series, heights in zip(self._series, self._heights, strict=True):
            self._draw_series(painter, axes, series, heights)
        self._draw_bin(painter, axes)
        painter.restore()
        axes.draw(painter)
        self._draw_marks(painter, axes)
        if self._has_keys():
            self._draw_keys(painter, area)
        painter.setFont(self.font())

    def _draw_series(
        self, painter: QPainter, axes: Axes, series: Counts, heights: npt.NDArray[np.float64]
    ) -> None:
        ink = theme.current().series_colour(series.style)
        low, high = axes.y_range
        with np.errstate(divide="ignore"):
            tops = np.log10(heights) if self._log else heights
        tops = np.clip(tops, low, high)
        x = np.repeat(series.edges.astype(np.float64), 2)
        y = np.concatenate([[low], np.repeat(tops, 2), [low]])
        points = axes.to_screen(np.stack([x, y], axis=1))
        polygon = QPolygonF([QPointF(a, b) for a, b in points.tolist()])
        painter.setPen(QPen(ink, 1))
        if series.filled:
            painter.setBrush(theme.blend(ink, QColor(theme.current().background), _PALENESS))
            painter.drawPolygon(polygon)
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(polygon)
            painter.drawPolyline(polygon.translated(0.0, 1.0))

    def _draw_bin(self, painter: QPainter, axes: Axes) -> None:
        if self._bin is None or not self.hasFocus():
            return
        edges = self._series[0].edges[self._bin : self._bin + 2].astype(np.float64)
        left, right = axes.to_screen(np.stack([edges, [0, 0]], axis=1))[:, 0].tolist()
        ink = QColor(theme.current().highlight)
        ink.setAlpha(90)
        painter.fillRect(QRectF(left, axes.body.top(), right - left, axes.body.height()), ink)

    def _draw_marks(self, painter: QPainter, axes: Axes) -> None:
        body, ink = axes.body, QColor(theme.current().highlight)
        metrics = QFontMetricsF(painter.font())
        for mark in self._marks:
            if not math.isfinite(mark.value):
                continue
            x = float(axes.to_screen(np.array([[mark.value, 0.0]]))[0, 0])
            if not body.left() - 1 <= x <= body.right() + 1:
                continue
            painter.fillRect(QRectF(round(x) - 1, body.top(), 2, body.height()), ink)
            width = min(metrics.horizontalAdvance(mark.text) + 2, body.width())
            left = x + 4 if x + 4 + width <= body.right() else x - 4 - width
            place = QRectF(max(left, body.left()), body.top() + 1, width, metrics.height())
            painter.setPen(QColor(theme.current().foreground))
            labels.draw_elided(painter, place, mark.text)

    def _draw_keys(self, painter: QPainter, area: QRectF) -> None:
        """A filled or empty box and the name of each histogram, above the axes."""
        colours, metrics = theme.current(), QFontMetricsF(painter.font())
        x, height = area.left(), metrics.height()
        for series in self._series:
            box = QRectF(x + 1, area.top() + height / 2 - 4, _KEY_WIDTH - 4, 8)
            ink = colours.series_colour(series.style)
            painter.setPen(QPen(ink, 1 if series.filled else 2))
            ground = QColor(colours.background)
            painter.setBrush(theme.blend(ink, ground, _PALENESS) if series.filled else ground)
            painter.drawRect(box)
            painter.setPen(QColor(colours.foreground))
            left = x + _KEY_WIDTH + 2
            room = area.right() - left
            if room < _KEY_WIDTH:
                break
            width = min(metrics.horizontalAdvance(series.name) + 1, room)
            labels.draw_elided(painter, QRectF(left, area.top(), width, height), series.name)
            x = left + width + 2 * _GAP

    # Hover, keyboard, files

    def value_at(self, pos: QPointF) -> str | None:
        axes = self._axes
        if axes is None or not axes.body.contains(pos):
            return None
        x = axes.to_value(pos)[0]
        found = [self._bin_text(series, x) for series in self._series]
        marks = [mark.text for mark in self._marks if self._is_near(axes, pos, mark)]
        return "\n".join([*(text for text in found if text), *marks]) or None

    def _bin_text(self, series: Counts, x: float) -> str:
        place = int(np.searchsorted(series.edges, x, side="right")) - 1
        if not 0 <= place < len(series.counts):
            return ""
        low, high = (labels.number_text(float(e)) for e in series.edges[place : place + 2])
        count = int(series.counts[place])
        text = self.tr("{low} to {high}: {count} of {total} ({share:.1f} %)").format(
            low=low,
            high=high,
            count=f"{count:,}",
            total=f"{series.total:,}",
            share=100 * count / max(series.total, 1),
        )
        return f"{series.name}, {text}" if series.name else text

    def _is_near(self, axes: Axes, pos: QPointF, mark: Mark) -> bool:
        x = float(axes.to_screen(np.array([[mark.value, 0.0]]))[0, 0])
        return abs(x - pos.x()) <= 4

    def move_current(self, dx: int, dy: int) -> None:
        if not self._series:
            return
        last = len(self._series[0].counts) - 1
        self._bin = 0 if self._bin is None else min(max(self._bin + dx, 0), last)
        self.update()

    def current_point(self) -> QPointF | None:
        if self._bin is None or self._axes is None:
            return None
        middle = float(self._series[0].edges[self._bin : self._bin + 2].mean())
        x = float(self._axes.to_screen(np.array([[middle, 0.0]]))[0, 0])
        return QPointF(x, self._axes.body.center().y())

    def csv_rows(self) -> list[list[object]]:
        rows: list[list[object]] = [["histogram", "from", "to", "count"]]
        for series in self._series:
            ends = zip(series.edges[:-1].tolist(), series.edges[1:].tolist(), strict=True)
            for (low, high), count in zip(ends, series.counts.tolist(), strict=True):
                rows.append([series.name, low, high, count])
        return rows
