"""Networks with one input and one output: the samples and the fitted curve."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.axes import Axes, Range, range_over
from visualmlp.gui.widgets.glyphs import Stamps
from visualmlp.gui.widgets.lines import draw_line
from visualmlp.gui.widgets.point_plot import PointPlot, short_text

_RADIUS = 3.0
_FEW = 3
"""Curves that are drawn thicker."""

_MORE = 70.0
"""Pixels for how many curves more there are than the legend has room for."""

_MOST_NAMED = 8
"""Curves that the hover text tells of: those nearest to the mouse."""


class FitPlot(PointPlot):
    """Points and curves over one input."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: dict[str, npt.NDArray] = {}
        self._points_name = self.tr("data")
        self._stamps: Stamps | None = None
        self.setAccessibleName(self.tr("Data and fitted curve"))

    def set_points(self, x: npt.ArrayLike, y: npt.ArrayLike, name: str = "") -> None:
        """Show samples: inputs and targets, shape (n,)."""
        self.take_points(np.stack([np.ravel(x), np.ravel(y)], axis=1))
        self._points_name = name or self.tr("data")
        self.filled()

    def set_curves(self, x: npt.ArrayLike, curves: Mapping[str, npt.ArrayLike]) -> None:
        """Show these curves and no others, by name; x ascending, shape (n,)."""
        at = np.ravel(x)
        self._curves = {
            name: np.stack([at, np.ravel(y)], axis=1).astype(np.float64)
            for name, y in curves.items()
        }
        self.filled()

    def clear(self) -> None:
        """Take everything away."""
        self.take_points(np.zeros((0, 2)))
        self._curves = {}
        self.laid_out()

    def laid_out(self) -> None:
        self._axes = None
        if self._empty is None:
            area = self.area()
            area.setTop(area.top() + QFontMetricsF(self.font()).height() + 4)
            everything = np.concatenate([self._points, *self._curves.values()])
            x_range, y_range = range_over(everything[:, 0]), self._y_range(everything)
            self._axes = Axes.within(area, x_range, y_range, self.font(), self._axis_names)
        self.update()

    def _y_range(self, everything: npt.NDArray) -> Range:
        """Where the data are; a curve may run out of the plot by their height at most."""
        whole = range_over(everything[:, 1])
        if not len(self._points):
            return whole
        low, high = range_over(self._points[:, 1])
        return max(whole[0], 2 * low - high), min(whole[1], 2 * high - low)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        axes = self._axes
        if axes is None:
            return
        axes.draw_grid(painter)
        painter.save()
        painter.setClipRect(axes.body)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        finite = self._points[np.isfinite(self._points).all(axis=1)]
        self._stamps = self._fitting_stamps()
        self._stamps.draw(painter, axes.to_screen(finite), np.zeros(len(finite), int))
        for index, curve in enumerate(self._curves.values()):
            painter.setPen(self._curve_pen(index))
            draw_line(painter, axes.to_screen(curve))
        self.draw_current(painter)
        painter.restore()
        axes.draw(painter)
        self._draw_legend(painter, area)

    def _curve_pen(self, index: int) -> QPen:
        pen = theme.current().series_pen(index)
        if len(self._curves) <= _FEW:  # painted ten times as slowly as lines of one pixel
            pen.setWidthF(1.5)
        return pen

    def _fitting_stamps(self) -> Stamps:
        colours, ratio = theme.current(), self.devicePixelRatioF()
        new = Stamps([QColor(colours.muted)], QColor(colours.background), _RADIUS, ratio)
        return self._stamps if self._stamps and self._stamps.look == new.look else new

    def _draw_legend(self, painter: QPainter, area: QRectF) -> None:
        colours = theme.current()
        metrics = QFontMetricsF(painter.font())
        x, middle = area.left() + 8, area.top() + metrics.height() / 2
        entries: list[tuple[str, int | None]] = [(self._points_name, None)]
        entries += [(name, index) for index, name in enumerate(self._curves)]
        entries = entries if len(self._points) else entries[1:]
        for place, (name, index) in enumerate(entries):
            width = metrics.horizontalAdvance(name)
            if place and x + 27 + width + _MORE > area.right():
                painter.setPen(QColor(colours.muted))
                rest = self.tr("… {} more").format(len(entries) - place)
                painter.drawText(QPointF(x, area.top() + metrics.ascent()), rest)
                return
            if index is None:
                painter.fillRect(QRectF(x + 6, middle - 3, 6, 6), QColor(colours.muted))
            else:
                painter.setPen(self._curve_pen(index))
                painter.drawLine(QPointF(x, middle), QPointF(x + 20, middle))
            painter.setPen(QColor(colours.foreground))
            labels.draw_elided(
                painter, QRectF(x + 25, area.top(), width + 2, metrics.height()), name
            )
            x += width + 45

    def value_at(self, pos: QPointF) -> str | None:
        axes = self._axes
        if axes is None or not axes.body.contains(pos):
            return None
        index = self.point_at(pos)
        if index is not None:
            place = self.place_text(*self._points[index].tolist())
            return f"{self.tr('point {}').format(index)}: {place}"
        x, y = axes.to_value(pos)
        near = sorted(self._values_at(x), key=lambda pair: abs(pair[1] - y))[:_MOST_NAMED]
        named = dict(near)
        parts = [f"{name} {short_text(named[name])}" for name in self._curves if name in named]
        return "\n".join([f"{self._axis_names[0]} {short_text(x)}", *parts])

    def _values_at(self, x: float) -> list[tuple[str, float]]:
        """The curves that there are at ``x``, with their values."""
        return [
            (name, float(np.interp(x, curve[:, 0], curve[:, 1])))
            for name, curve in self._curves.items()
            if len(curve) and curve[0, 0] <= x <= curve[-1, 0]
        ]

    def csv_rows(self) -> list[list[object]]:
        rows: list[list[object]] = [["series", *self._axis_names]]
        named = {self._points_name: self._points, **self._curves}
        for name, points in named.items():
            rows += [[name, x, y] for x, y in points.tolist()]
        return rows
