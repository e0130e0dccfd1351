"""Curves over steps or epochs that stay smooth with a million points."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QLineF, QRectF
from PyQt6.QtGui import QColor, QPainter, QPen
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.axes import Axes
from visualmlp.gui.widgets.decimate import Extremes, decimate
from visualmlp.gui.widgets.glyphs import Stamps, series_stamps
from visualmlp.gui.widgets.legend_key import BOLDER, MARK_RADIUS, Key, Role, draw_keys
from visualmlp.gui.widgets.lines import draw_line
from visualmlp.gui.widgets.range_plot import RangePlot, nearest_index, x_text
from visualmlp.gui.widgets.series_rows import SeriesRows

_MARK_DISTANCE = 16.0
"""Pixels per mark on a joined line, at least: with many points not every one has its mark."""

_LONG = 20_000
"""Points from which a series keeps the extremes of its parts."""

_CROSS = 3.0
_CROSS_DISTANCE = 9.0
"""Half the size of a cross at a gap, and the least distance of two, in pixels."""

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
    gaps: npt.NDArray = field(default_factory=lambda: _NONE[:, 0])
    """x of the gaps of the line that is painted, as the axes take them."""
    extremes: Extremes | None = None

    def shows(self, x: npt.NDArray, y: npt.NDArray, look: tuple[object, ...]) -> bool:
        """Whether it shows these points, looking like that."""
        if (self.role, self.style_index, self.short, self.pale, self.dashes) != look:
            return False
        return np.array_equal(self.y, y) and np.array_equal(self.x, x)

    def extremes_now(self, *, positive: bool) -> Extremes | None:
        """Those of a long series, up to date with what it has grown by."""
        if len(self.y) < _LONG:
            self.extremes = None
        elif self.extremes is None or self.extremes.positive != positive:
            self.extremes = Extremes(positive=positive)
        if self.extremes:
            self.extremes.follow(self.y)
        return self.extremes


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
            Shape (n,), x ascending. Not copied: a longer piece of the memory given before is
            taken to begin with the same values. NaN makes a gap.
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
        look = role, style_index, short or name, pale, dashes
        series = self._series.get(name)
        if series is not None and series.shows(x, y, look):
            return
        if series is None:
            series = self._series[name] = _Series(x, y, *look)
        series.x, series.y = x, y
        series.role, series.style_index, series.short, series.pale, series.dashes = look
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
        series = self._series.get(name)
        if series is not None and series.visible != visible:
            series.visible = visible
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
        """The points of a series that are painted now (logarithms on a logarithmic axis)."""
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

    def update_points(self, edges: npt.NDArray) -> None:
        most_marks = (len(edges) - 1) / _MARK_DISTANCE
        for series in self._series.values():
            if not series.visible:
                continue
            extremes = series.extremes_now(positive=self._log_y)
            thin = decimate(series.x, series.y, edges, extremes, positive=self._log_y)
            series.line = self._mapped(*thin)
            series.gaps = series.line[np.isnan(series.line[:, 1]), 0]
            series.marks = series.line
            if series.role == "line+marks":
                few = _some(series.x, edges[0], edges[-1], most_marks)
                series.marks = self._mapped(series.x[few], series.y[few])

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
        self._draw_gaps(painter, axes)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def draw_legend(self, painter: QPainter, area: QRectF) -> QRectF:
        return draw_keys(painter, area, {n: k for n, k in self.keys().items() if k.visible})

    def lines_at(self, x: float, *, brief: bool = False) -> list[str]:
        """The value of every series nearest to x; without a point there it says where that is.

        ``brief`` gives the short names, and leaves pale series out.
        """
        lines = []
        for name, key in self.keys().items():
            series = self._series[name]
            if not series.visible or not len(series.x) or (brief and series.pale):
                continue
            index = nearest_index(series.x, x)
            value = labels.number_text(float(series.y[index]))
            elsewhere = float(series.x[index]) != x
            where = self.tr(" (at {})").format(x_text(series.x[index])) if elsewhere else ""
            lines.append(f"{key.text if brief else name}: {value}{where}")
        return lines

    def csv_rows(self) -> Iterable[list[object]]:
        series = {name: (series.x, series.y) for name, series in self._series.items()}
        return SeriesRows(("series", self._names[0], "value"), series)

    # Points

    def _shown(self) -> dict[str, _Series]:
        return {name: s for name, s in self._series.items() if s.visible and len(s.x)}

    def _draw_marks(self, painter: QPainter, axes: Axes) -> None:
        marked = [s for s in self._shown().values() if s.role in ("marks", "line+marks")]
        if not marked:
            return
        centres = axes.to_screen(np.concatenate([series.marks for series in marked]))
        kinds = np.repeat([s.style_index for s in marked], [len(s.marks) for s in marked])
        near = (np.abs(centres) < _FAR).all(axis=1)
        self._stamps = series_stamps(self._stamps, MARK_RADIUS, self.devicePixelRatioF())
        self._stamps.draw(painter, centres[near], kinds[near])

    def _draw_gaps(self, painter: QPainter, axes: Axes) -> None:
        """A cross at the foot where a line has a gap."""
        gaps = self._gaps()
        if not gaps.size:
            return
        places = axes.to_screen(np.column_stack([gaps, np.zeros_like(gaps)]))[:, 0]
        places = np.unique(places[np.isfinite(places)] // _CROSS_DISTANCE) * _CROSS_DISTANCE
        y = axes.body.bottom() - 2 * _CROSS
        ink = QColor(theme.current().bad)
        painter.setPen(QPen(ink, 1.4))
        painter.drawLines(*(line for x in places.tolist() for line in _cross(x + _CROSS, y)))

    def _gaps(self) -> npt.NDArray:
        """x of all gaps of lines that are painted."""
        found = [s.gaps for s in self._shown().values() if s.role != "marks"]
        return np.concatenate(found) if found else _NONE[:, 0]

    def note(self) -> str:
        """What the crosses mean."""
        if not self._gaps().size:
            return ""
        return self.tr("× ≤ 0, NaN or ∞") if self._log_y else self.tr("× NaN or ∞")


def _lies_above(series: tuple[str, _Series]) -> bool:
    return not series[1].pale


def _some(x: npt.NDArray, x0: float, x1: float, most: float) -> npt.NDArray[np.intp]:
    """Indices in a range, evenly spaced and the newest: they stay while the series grows."""
    first, last = int(x.searchsorted(x0)), int(x.searchsorted(x1))
    stride = 2 ** max(math.ceil(math.log2(max(last - first, 1) / max(most, 1))), 0)
    some = list(range(-(-first // stride) * stride, last, stride))
    if last > first and (not some or some[-1] != last - 1):
        some.append(last - 1)
    return np.array(some, np.intp)


def _cross(x: float, y: float) -> tuple[QLineF, QLineF]:
    r = _CROSS
    return QLineF(x - r, y - r, x + r, y + r), QLineF(x - r, y + r, x + r, y - r)
