"""Curves over steps or epochs that stay smooth with a million points."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter
from PyQt6.QtWidgets import QWidget

from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.axes import Axes
from visualmlp.gui.widgets.decimate import decimate
from visualmlp.gui.widgets.glyphs import Stamps, series_stamps
from visualmlp.gui.widgets.legend_key import BOLDER, MARK_RADIUS, Key, Role, draw_keys
from visualmlp.gui.widgets.lines import draw_line
from visualmlp.gui.widgets.range_plot import RangePlot, nearest_index

_MARK_DISTANCE = 16.0
"""Pixels per mark on a joined line, at least: with many points not every one has its mark."""

_LARGEST = 1e250
_FAR = 1e5
"""Pixels from the screen; marks beyond, and those of NaN, are left out."""

_NONE = np.zeros((0, 2))


@dataclass(slots=True, eq=False)
class _Series:
    x: npt.NDArray
    y: npt.NDArray
    role: Role
    style_index: int
    short: str
    pale: bool = False
    dashes: int = 0
    visible: bool = True
    line: npt.NDArray = field(default_factory=lambda: _NONE)
    """Points of the line that are painted now."""
    marks: npt.NDArray = field(default_factory=lambda: _NONE)
    """Points that are painted with a mark."""


class CurvePlot(RangePlot):
    """Named series over a common x.

    Its legend is a :class:`~visualmlp.gui.widgets.legend.Legend`, which may serve several plots;
    files have a legend of their own.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._series: dict[str, _Series] = {}
        self._stamps: Stamps | None = None

    def set_series(
        self,
        name: str,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        *,
        role: Role = "raw",
        style_index: int = 0,
        short: str = "",
        pale: bool = False,
        dashes: int = 0,
    ) -> None:
        """Add a series or replace its data.

        Parameters
        ----------
        x, y
            Shape (n,), x ascending. Not copied. NaN makes a gap.
        role
            ``"raw"`` and ``"smooth"`` are lines (raw is pale while a smooth one of the same style
            is there, and smooth is bolder); ``"marks"`` are symbols, which ``"line+marks"`` joins.
        style_index
            Colour, and shape of the symbol.
        short
            The name in the legend, if it is not the whole one.
        pale
            Whether the line lies behind the others, lighter than they are.
        dashes
            The pattern of the line, by its number in
            :data:`~visualmlp.gui.widgets.legend_key.DASHES`.
        """
        x, y = np.asarray(x), np.asarray(y)
        if x.shape != y.shape or x.ndim != 1:
            raise ValueError(f"series {name!r}: x has shape {x.shape}, y has {y.shape}")
        series = self._series.setdefault(name, _Series(x, y, role, style_index, short))
        series.x, series.y, series.short = x, y, short or name
        series.role, series.style_index = role, style_index
        series.pale, series.dashes = pale, dashes
        self._changed()

    def remove_series(self, name: str) -> None:
        """Take a series away if it is there."""
        if self._series.pop(name, None):
            self._changed()

    def clear(self) -> None:
        """Take all series away."""
        self._series.clear()
        self._changed()

    def series_names(self) -> list[str]:
        """The series, in order."""
        return list(self._series)

    def set_series_visible(self, name: str, visible: bool) -> None:
        """Show or hide a series if it is there, as a click on the legend does."""
        if name in self._series:
            self._series[name].visible = visible
            self.refresh_later()

    def keys(self) -> dict[str, Key]:
        """The entries of the legend by name."""
        smooth = {s.style_index for s in self._series.values() if s.role == "smooth"}
        return {
            name: Key(
                series.short,
                series.role,
                series.style_index,
                series.pale or (series.role == "raw" and series.style_index in smooth),
                series.visible,
                series.dashes,
            )
            for name, series in self._series.items()
        }

    def drawn(self, name: str) -> tuple[npt.NDArray, npt.NDArray]:
        """The points of a series that are painted now (y as its logarithm if that is shown)."""
        series = self._series[name]
        points = series.marks if series.role == "marks" else series.line
        return points[:, 0], points[:, 1]

    def _changed(self) -> None:
        if bool(self._series) is (self._empty is None):
            self.refresh_later()
        elif self._series:
            self.filled()
        else:
            self.set_empty(self.tr("Nothing to show yet."))

    # What the frame asks for

    def x_values(self) -> list[npt.NDArray]:
        return [series.x for series in self._shown().values()]

    def y_values(self) -> npt.NDArray:
        drawn = [self.drawn(name)[1] for name in self._shown()]
        return np.concatenate(drawn) if drawn else _NONE[:, 1]

    def update_points(self, x0: float, x1: float, n_pixels: int) -> None:
        for series in self._series.values():
            if not series.visible:
                continue
            x, y = decimate(series.x, series.y, x0, x1, n_pixels)
            series.line = self._points(x, y)
            series.marks = series.line
            if series.role == "line+marks":
                few = _some(series.x, x0, x1, n_pixels / _MARK_DISTANCE)
                series.marks = self._points(series.x[few], series.y[few])

    def draw_points(self, painter: QPainter, axes: Axes) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown, keys = self._shown(), self.keys()
        for name, series in sorted(shown.items(), key=_lies_above):
            if series.role != "marks":
                painter.setPen(keys[name].pen())
                line = axes.to_screen(series.line)
                draw_line(painter, line)
                if series.role == "smooth":
                    draw_line(painter, line + np.array(BOLDER))
        self._draw_marks(painter, axes)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def draw_legend(self, painter: QPainter, area: QRectF) -> QRectF:
        return draw_keys(painter, area, {n: k for n, k in self.keys().items() if k.visible})

    def values_at(self, x: float) -> str:
        """The values at the point of the densest series that is nearest to x.

        A series without a point there says where its nearest one is.
        """
        shown = self._shown()
        if not shown:
            return ""
        densest = max(self.x_values(), key=len)
        at = float(densest[nearest_index(densest, x)])
        lines = [f"{self._names[0]} {_x_text(at)}"]
        for name, series in shown.items():
            index = nearest_index(series.x, at)
            text = f"{name}: {labels.number_text(float(series.y[index]))}"
            elsewhere = float(series.x[index]) != at
            where = self.tr(" (at {})").format(_x_text(series.x[index])) if elsewhere else ""
            lines.append(text + where)
        return "\n".join(lines)

    def csv_rows(self) -> Iterator[list[object]]:
        yield ["series", self._names[0], "value"]
        for name, series in self._series.items():
            for x, y in zip(series.x.tolist(), series.y.astype(str).tolist(), strict=True):
                yield [name, x, y]

    # Points

    def _shown(self) -> dict[str, _Series]:
        return {name: s for name, s in self._series.items() if s.visible and len(s.x)}

    def _points(self, x: npt.NDArray, y: npt.NDArray) -> npt.NDArray:
        if self._log_y:
            y = np.log10(np.clip(np.where(y > 0, y, np.nan), 1 / _LARGEST, _LARGEST))
        else:
            y = np.clip(y, -_LARGEST, _LARGEST)
        return np.stack([x, y], axis=1)

    def _draw_marks(self, painter: QPainter, axes: Axes) -> None:
        marked = [s for s in self._shown().values() if s.role in ("marks", "line+marks")]
        if not marked:
            return
        centres = axes.to_screen(np.concatenate([series.marks for series in marked]))
        kinds = np.repeat([s.style_index for s in marked], [len(s.marks) for s in marked])
        near = (np.abs(centres) < _FAR).all(axis=1)
        self._stamps = series_stamps(self._stamps, MARK_RADIUS, self.devicePixelRatioF())
        self._stamps.draw(painter, centres[near], kinds[near])


def _lies_above(series: tuple[str, _Series]) -> bool:
    return not series[1].pale


def _some(x: npt.NDArray, x0: float, x1: float, most: float) -> npt.NDArray[np.intp]:
    """Indices in a range, evenly spaced and the newest: they stay while the series grows."""
    first, last = np.searchsorted(x, [x0, x1]).tolist()
    stride = 2 ** max(math.ceil(math.log2(max(last - first, 1) / max(most, 1))), 0)
    return np.unique([*range(-(-first // stride) * stride, last, stride), *range(last - 1, last)])


def _x_text(x: float) -> str:
    return f"{x:,.0f}" if float(x).is_integer() else f"{x:,.6g}"
