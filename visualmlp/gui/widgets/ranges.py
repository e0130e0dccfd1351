"""Ranges of two axes that follow the data until the user zooms or pans; x may be linked."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, pyqtSignal
from PyQt6.QtWidgets import QWidget

from visualmlp.gui.widgets.axes import Axes, Range, nice_step
from visualmlp.gui.widgets.drawing import Drawing

_STEPS_AHEAD = 30
"""Ranges end at multiples of a thirtieth of their width, so that growing data seldom move them."""

_ROOM = 0.25
"""At least so many of those steps lie beyond the data, or marks there would be cut."""

_NARROWEST, _WIDEST = 1e-9, 1e260
"""The least width by magnitude, and the greatest."""

_LARGEST = 1e250


class Ranged(Drawing):
    """Two axes; a subclass gives :meth:`x_values`, :meth:`y_values` and :meth:`update_points`.

    On a logarithmic axis the range is one of decimal logarithms.

    Signals
    -------
    following_changed
        Whether the ranges follow the data.
    """

    following_changed = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._linked: list[Ranged] = []
        self._names = ("x", "")
        self._follows_x = self._follows_y = True
        self._x_range: Range = (0.0, 1.0)
        self._y_range: Range = (0.0, 1.0)
        self._log_x = self._log_y = False
        self._stale = True
        self._axes: Axes | None = None

    # What a subclass gives

    def x_values(self) -> list[npt.NDArray]:
        """The x of every visible series that is not empty, ascending."""
        raise NotImplementedError

    def y_values(self) -> npt.NDArray:
        """All y painted now (their decimal logarithms if those are shown)."""
        raise NotImplementedError

    def update_points(self, edges: npt.NDArray) -> None:
        """Choose the points that will be painted between the borders of pixels, in values of x."""
        raise NotImplementedError

    # What the world says

    def set_axes(self, x_title: str, y_title: str) -> None:
        """Name the axes, with their units: "step", "loss (mean over the batch)"."""
        if (x_title, y_title) != self._names:
            self._names = x_title, y_title
            self.setAccessibleName(self.tr("{y} over {x}").format(x=x_title, y=y_title))
            self.laid_out()

    def set_log_y(self, on: bool) -> None:
        """Switch the y axis between linear and logarithmic; values that are not positive vanish."""
        self._log_y = on
        self._follow_y(True)

    def set_log_x(self, on: bool) -> None:
        """Switch the x axes of the linked plots; where x is not positive, nothing is shown."""
        for plot in self._group():
            plot._log_x = on
            plot._follows_x = True
            plot._follow_y(True)

    @property
    def following(self) -> bool:
        """Whether the ranges follow the data."""
        return self._follows_x and self._follows_y

    def link_x(self, other: Ranged) -> None:
        """Keep the x range the same as another plot's."""
        self._linked.append(other)
        other._linked.append(self)
        self.refresh_later()

    def reset_zoom(self) -> None:
        """Show all data, and follow it again."""
        for plot in self._group():
            plot._follows_x = True
            plot._follow_y(True)
            plot.refresh()

    def set_x_range(self, x0: float, x1: float) -> None:
        """Zoom to a range of x (or of its logarithm), which no longer follows the data."""
        if not is_usable(x0, x1):
            return
        for plot in self._group():
            plot._follows_x = False
            plot._x_range = (x0, x1)
            plot._ranges_changed()

    def set_y_range(self, y0: float, y1: float) -> None:
        """Zoom to a range of y (or of its logarithm), which no longer follows what is visible."""
        if is_usable(y0, y1):
            self._y_range = y0, y1
            self._follow_y(False)

    def x_range(self) -> Range:
        """The visible range of x, or of its decimal logarithms."""
        return self._x_range

    def y_range(self) -> Range:
        """The visible range of y, or of its decimal logarithms."""
        return self._y_range

    # Following

    def refresh_later(self) -> None:
        """Choose points and ranges anew with the next painting: once for many changes."""
        self._stale = True
        self.update()

    def refresh(self) -> None:
        """Choose ranges and points now."""
        self._choose()
        self.update()

    def laid_out(self) -> None:
        self._axes = None
        self.refresh_later()

    def _choose(self) -> None:
        self._stale = False
        old = self._x_range, self._y_range
        if self._follows_x:
            self._show_all_x()
        body = self._axes.body if self._axes else self.area()
        edges = np.linspace(*self._x_range, max(int(body.width()), 50) + 1)
        self.update_points(10**edges if self._log_x else edges)
        if self._follows_y:
            self._show_all_y()
        if (self._x_range, self._y_range) != old:
            self._axes = None

    def _group(self) -> Iterator[Ranged]:
        yield self
        yield from self._linked

    def _show_all_x(self) -> None:
        ends = [ends for plot in self._group() for x in plot.x_values() if (ends := self._ends(x))]
        if not ends:
            return
        low, high = min(low for low, _ in ends), max(high for _, high in ends)
        if self._log_x:
            low, high = math.log10(low), math.log10(high)
        self._x_range = _rounded(low, high if high > low else low + 1)
        for plot in self._linked:
            if plot._x_range != self._x_range:
                plot.refresh_later()

    def _ends(self, x: npt.NDArray) -> Range | None:
        """The first and the last of ascending x that the axis can show."""
        first = int(np.searchsorted(x, 0.0, "right")) if self._log_x else 0
        return (float(x[first]), float(x[-1])) if first < len(x) else None

    def _show_all_y(self) -> None:
        values = self.y_values()
        values = values[np.isfinite(values)]
        if values.size:
            self._y_range = _rounded(float(values.min()), float(values.max()))

    def _follow_y(self, on: bool) -> None:
        self._follows_y = on
        self._ranges_changed()

    def _ranges_changed(self) -> None:
        self._axes = None
        self.refresh_later()
        self.following_changed.emit(self.following)

    # Zoom

    def _zoom(self, factor: float, at: QPointF | None, *, in_y: bool = False) -> None:
        """Shrink or stretch a range around a position, or around its middle."""
        (x0, x1), (y0, y1) = self._x_range, self._y_range
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        if at is not None and self._axes is not None:
            x, y = self._axes.to_value(at)
        if in_y:
            self.set_y_range(y + (y0 - y) * factor, y + (y1 - y) * factor)
        else:
            self.set_x_range(x + (x0 - x) * factor, x + (x1 - x) * factor)

    def _pan(self, before: QPointF, now: QPointF) -> None:
        if self._axes is None:
            return
        (from_x, from_y), (x, y) = self._axes.to_value(before), self._axes.to_value(now)
        if not self._follows_y:
            self._y_range = self._y_range[0] + from_y - y, self._y_range[1] + from_y - y
        self.set_x_range(self._x_range[0] + from_x - x, self._x_range[1] + from_x - x)

    # Values and places

    def _new_axes(self, area: QRectF) -> Axes:
        return Axes.within(
            area,
            self._x_range,
            self._y_range,
            self.font(),
            self._names,
            log_x=self._log_x,
            log_y=self._log_y,
        )

    def _mapped(self, x: npt.NDArray, y: npt.NDArray) -> npt.NDArray:
        """Points as the axes take them, (n, 2): logarithms where those are shown."""
        columns = ((x, self._log_x), (y, self._log_y))
        return np.stack([_logarithms(v) if log else _bounded(v) for v, log in columns], axis=1)

    def _x_on_screen(self, axes: Axes, x: float) -> float:
        """The place of an x; far to the left where the axis has none for it."""
        if self._log_x:
            x = math.log10(x) if x > 0 else 2 * self._x_range[0] - self._x_range[1]
        return axes.x_to_screen(x)

    def _y_on_screen(self, axes: Axes, y: float) -> float:
        """The place of a y; NaN where the axis has none for it."""
        if self._log_y:
            y = math.log10(y) if y > 0 else math.nan
        return axes.y_to_screen(y)

    def _x_at(self, pos: QPointF) -> float:
        """The x of a position within the axes."""
        assert self._axes is not None
        x = self._axes.to_value(pos)[0]
        return float(10**x) if self._log_x else x

    def _visible_x(self) -> Range:
        """The visible range in values of x."""
        x0, x1 = self._x_range
        return (10**x0, 10**x1) if self._log_x else (x0, x1)


def is_usable(low: float, high: float) -> bool:
    """Whether a range is wide enough for floating-point numbers, and not too wide."""
    return max(_NARROWEST * max(abs(low), abs(high)), 1 / _WIDEST) < high - low < _WIDEST


def _logarithms(values: npt.NDArray) -> npt.NDArray:
    return np.log10(np.clip(np.where(values > 0, values, np.nan), 1 / _LARGEST, _LARGEST))


def _bounded(values: npt.NDArray) -> npt.NDArray:
    return np.clip(values, -_LARGEST, _LARGEST)


def _rounded(low: float, high: float) -> Range:
    """The range with a little room, ending at round numbers."""
    if not is_usable(low, high):
        room = max(abs(high) * 0.04, 1e-3)
        low, high = low - room, high + room
    step = nice_step((high - low) / _STEPS_AHEAD)
    return math.floor(low / step - _ROOM) * step, math.ceil(high / step + _ROOM) * step
