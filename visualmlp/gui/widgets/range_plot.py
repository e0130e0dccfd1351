"""A plot with ranges of its own, crosshair, cursor line, linked x, mouse and keyboard."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QEvent, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PyQt6.QtWidgets import QApplication, QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets.axes import Axes, Range, nice_step
from visualmlp.gui.widgets.drawing import Drawing

_STEPS_AHEAD = 30
"""Ranges end at multiples of a thirtieth of their width, so that growing data seldom move them."""

_ROOM = 0.25
"""At least so many of those steps lie beyond the data, or marks there would be cut."""

_NARROWEST, _WIDEST = 1e-9, 1e260
"""The least width by magnitude, and the greatest."""

_ZOOM = 0.7
_WHEEL_NOTCH = 120.0
_LEFT_BUTTON = Qt.MouseButton.LeftButton
_BESIDES = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class RangePlot(Drawing):
    """The frame of :class:`~visualmlp.gui.widgets.curves.CurvePlot`, which knows no series.

    The ranges follow the data until the user zooms (wheel, + and -) or pans (mouse, Page Up and
    Page Down); a double click or 0 returns to that. y goes on following what is visible unless it
    is zoomed itself (wheel over the y axis, or with Shift or Ctrl). A subclass gives
    :meth:`x_values`, :meth:`y_values`, :meth:`update_points`, :meth:`draw_points` and
    :meth:`values_at`.

    Signals
    -------
    x_picked
        The x of a click into the plot, or of the crosshair when Enter is pressed.
    following_changed
        Whether the ranges follow the data.
    """

    x_picked = pyqtSignal(float)
    following_changed = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._linked: list[RangePlot] = []
        self._names = ("x", "")
        self._follows_x = self._follows_y = True
        self._x_range: Range = (0.0, 1.0)
        self._y_range: Range = (0.0, 1.0)
        self._log_y = False
        self._stale = True
        self._axes: Axes | None = None
        self._cross_x: float | None = None
        self._marked: float | None = None
        self._pressed: QPointF | None = None
        self._panning = False

    # What a subclass gives

    def x_values(self) -> list[npt.NDArray]:
        """The x of every visible series that is not empty, ascending."""
        raise NotImplementedError

    def y_values(self) -> npt.NDArray:
        """All y painted now (their decimal logarithms if those are shown)."""
        raise NotImplementedError

    def update_points(self, x0: float, x1: float, n_pixels: int) -> None:
        """Choose the points of a range that will be painted."""
        raise NotImplementedError

    def draw_points(self, painter: QPainter, axes: Axes) -> None:
        """Paint them."""
        raise NotImplementedError

    def draw_legend(self, painter: QPainter, area: QRectF) -> QRectF:
        """Paint a legend for a file and return the area that it leaves."""
        raise NotImplementedError

    def values_at(self, x: float) -> str:
        """The values at x, one a line; empty without any."""
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

    def mark_at(self, x: float | None) -> None:
        """Draw the cursor line at x, or none."""
        if x != self._marked:
            self._marked = x
            self.update()

    @property
    def marked(self) -> float | None:
        """Where the cursor line is."""
        return self._marked

    def link_x(self, other: RangePlot) -> None:
        """Keep the x range the same as another plot's."""
        self._linked.append(other)
        other._linked.append(self)
        self.refresh_later()

    @property
    def following(self) -> bool:
        """Whether the ranges follow the data."""
        return self._follows_x and self._follows_y

    def reset_zoom(self) -> None:
        """Show all data, and follow it again."""
        for plot in self._group():
            plot._follows_x = True
            plot._follow_y(True)
            plot.refresh()

    def set_x_range(self, x0: float, x1: float) -> None:
        """Zoom to a range of x, which no longer follows the data."""
        if not _is_usable(x0, x1):
            return
        for plot in self._group():
            plot._follows_x = False
            plot._x_range = (x0, x1)
            plot._ranges_changed()

    def x_range(self) -> Range:
        """The visible range of x."""
        return self._x_range

    def y_range(self) -> Range:
        """The visible range of y, or of its decimal logarithms."""
        return self._y_range

    def set_crosshair(self, x: float | None) -> None:
        """Draw a line at x whose values hover tells, or none."""
        if x != self._cross_x:
            self._cross_x = x
            self.update()

    def values_text(self) -> str:
        """The values of all series at the crosshair, empty without one."""
        return "" if self._cross_x is None else self.values_at(self._cross_x)

    # Ranges

    def refresh_later(self) -> None:
        """Choose points and ranges anew with the next painting: once for many changes."""
        self._stale = True
        self.update()

    def refresh(self) -> None:
        """Choose ranges and points now."""
        self._choose()
        self.update()

    def _choose(self) -> None:
        self._stale = False
        old = self._x_range, self._y_range
        if self._follows_x:
            self._show_all_x()
        body = self._axes.body if self._axes else self.area()
        self.update_points(*self._x_range, max(int(body.width()), 50))
        if self._follows_y:
            self._show_all_y()
        if (self._x_range, self._y_range) != old:
            self._axes = None

    def _group(self) -> Iterator[RangePlot]:
        yield self
        yield from self._linked

    def _show_all_x(self) -> None:
        shown = [x for plot in self._group() for x in plot.x_values()]
        if not shown:
            return
        low, high = min(float(x[0]) for x in shown), max(float(x[-1]) for x in shown)
        self._x_range = _rounded(low, high if high > low else low + 1)
        for plot in self._linked:
            if plot._x_range != self._x_range:
                plot.refresh_later()

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

    def _zoom(self, factor: float, at: QPointF | None, *, in_y: bool = False) -> None:
        """Shrink or stretch a range around a position, or around its middle."""
        (x0, x1), (y0, y1) = self._x_range, self._y_range
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        if at is not None and self._axes is not None:
            x, y = self._axes.to_value(at)
        if in_y:
            zoomed = y + (y0 - y) * factor, y + (y1 - y) * factor
            if _is_usable(*zoomed):
                self._y_range = zoomed
                self._follow_y(False)
        else:
            self.set_x_range(x + (x0 - x) * factor, x + (x1 - x) * factor)

    def _pan(self, before: QPointF, now: QPointF) -> None:
        if self._axes is None:
            return
        (from_x, from_y), (x, y) = self._axes.to_value(before), self._axes.to_value(now)
        if not self._follows_y:
            self._y_range = self._y_range[0] + from_y - y, self._y_range[1] + from_y - y
        self.set_x_range(self._x_range[0] + from_x - x, self._x_range[1] + from_x - x)

    # Painting

    def laid_out(self) -> None:
        self._axes = None
        self.refresh_later()

    def draw(self, painter: QPainter, area: QRectF) -> None:
        if self._stale:
            self._choose()
        if not isinstance(painter.device(), QWidget):
            axes = self._new_axes(self.draw_legend(painter, area))
        elif self._axes is None:
            axes = self._axes = self._new_axes(area)
        else:
            axes = self._axes
        axes.draw_grid(painter)
        painter.save()
        painter.setClipRect(axes.body)
        self.draw_points(painter, axes)
        painter.restore()
        self._draw_line(painter, axes, self._marked, theme.current().highlight)
        self._draw_line(painter, axes, self._cross_x, theme.current().muted)
        axes.draw(painter)

    def _new_axes(self, area: QRectF) -> Axes:
        ranges = self._x_range, self._y_range
        return Axes.within(area, *ranges, self.font(), self._names, log_y=self._log_y)

    def _draw_line(self, painter: QPainter, axes: Axes, x: float | None, ink: str) -> None:
        if x is not None and self._x_range[0] <= x <= self._x_range[1]:
            line = QRectF(round(self._x_on_screen(axes, x)), axes.body.top(), 1, axes.body.height())
            painter.fillRect(line, QColor(ink))

    def _x_on_screen(self, axes: Axes, x: float) -> float:
        return float(axes.to_screen(np.array([[x, self._y_range[0]]]))[0, 0])

    # Hover, mouse, keyboard

    def value_at(self, pos: QPointF) -> str | None:
        if self._axes is None or not self._axes.body.contains(pos):
            return None
        return self.values_at(self._axes.to_value(pos)[0]) or None

    def current_point(self) -> QPointF | None:
        if self._axes is None or self._cross_x is None:
            return None
        body = self._axes.body
        x = min(max(self._x_on_screen(self._axes, self._cross_x), body.left()), body.right())
        return QPointF(x, body.center().y())

    def move_current(self, dx: int, dy: int) -> None:
        """Go to the next point, or by a two-hundredth of the range if there are many."""
        if not self.x_values():
            return
        x = max(self.x_values(), key=len)
        x0, x1 = self._x_range
        start = nearest_index(x, x1 if self._cross_x is None else self._cross_x)
        stride = max(1, (nearest_index(x, x1) - nearest_index(x, x0)) // 200)
        moved = min(max(start + (dx or -dy) * stride, 0), len(x) - 1)
        self.set_crosshair(float(x[moved]))

    def pick_current(self) -> None:
        if self._cross_x is not None:
            self.x_picked.emit(self._cross_x)

    def turn_page(self, direction: int) -> None:
        x0, x1 = self._x_range
        half = direction * (x1 - x0) / 2
        self.set_x_range(x0 + half, x1 + half)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None or self._empty is not None:
            super().keyPressEvent(event)
        elif event.text() in ("+", "-"):
            self._zoom(_ZOOM if event.text() == "+" else 1 / _ZOOM, None)
        elif event.text() == "0":
            self.reset_zoom()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is None or self._axes is None or not event.angleDelta().y():
            return
        factor = _ZOOM ** (event.angleDelta().y() / _WHEEL_NOTCH)
        in_y = event.position().x() < self._axes.body.left() or event.modifiers() & _BESIDES
        self._zoom(factor, event.position(), in_y=bool(in_y))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() == _LEFT_BUTTON and self._empty is None:
            self._pressed, self._panning = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        pos = event.position()
        if self._pressed is None or not event.buttons() & _LEFT_BUTTON:
            inside = self._axes is not None and self._axes.body.contains(pos)
            x = self._axes.to_value(pos)[0] if inside and self._axes else None
            self.set_crosshair(x if self._empty is None else None)
            super().mouseMoveEvent(event)
            return
        away = (pos - self._pressed).manhattanLength()
        if self._panning or away >= QApplication.startDragDistance():
            self._pan(self._pressed, pos)
            self._pressed, self._panning = pos, True

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is None or self._pressed is None or event.button() != _LEFT_BUTTON:
            return
        clicked = not self._panning and self._axes and self._axes.body.contains(event.position())
        self._pressed, self._panning = None, False
        if clicked and self._axes:
            self.x_picked.emit(self._axes.to_value(event.position())[0])

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        self._pressed = None
        self.reset_zoom()

    def leaveEvent(self, event: QEvent | None) -> None:
        self.set_crosshair(None)
        super().leaveEvent(event)


def _is_usable(low: float, high: float) -> bool:
    """Whether a range is wide enough for floating-point numbers, and not too wide."""
    return max(_NARROWEST * max(abs(low), abs(high)), 1 / _WIDEST) < high - low < _WIDEST


def _rounded(low: float, high: float) -> Range:
    """The range with a little room, ending at round numbers."""
    if not _is_usable(low, high):
        room = max(abs(high) * 0.04, 1e-3)
        low, high = low - room, high + room
    step = nice_step((high - low) / _STEPS_AHEAD)
    return math.floor(low / step - _ROOM) * step, math.ceil(high / step + _ROOM) * step


def nearest_index(x: npt.NDArray, at: float) -> int:
    """The index of the value of an ascending, non-empty array that is nearest to ``at``."""
    right = min(int(np.searchsorted(x, at)), len(x) - 1)
    left = max(right - 1, 0)
    return left if math.fabs(x[left] - at) <= math.fabs(x[right] - at) else right
