"""A plot with ranges of its own, crosshair, cursor line, linked x, mouse and keyboard."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPixmap,
    QWheelEvent,
)
from PyQt6.QtWidgets import QApplication, QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.axes import Axes
from visualmlp.gui.widgets.drawing import draw_frame
from visualmlp.gui.widgets.ranges import Ranged

_ZOOM = 0.7
_WHEEL_NOTCH = 120.0
_LEAST_FRAME = 8.0
"""Pixels of a rectangle that is drawn to zoom to, at least; a flatter one zooms x only."""

_VEIL = 40
"""How much of the plot the ink of that rectangle covers, of 255."""

_LEFT_BUTTON = Qt.MouseButton.LeftButton
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_BESIDES = _SHIFT | Qt.KeyboardModifier.ControlModifier


class RangePlot(Ranged):
    """The frame of :class:`~visualmlp.gui.widgets.curves.CurvePlot`, which knows no series.

    The ranges follow the data until the user zooms (wheel, + and -, a rectangle drawn with Shift)
    or pans (mouse, Page Up and Page Down); a double click, 0 or Home returns to that. y goes on
    following what is visible unless it is zoomed itself (rectangle, or wheel over the y axis or
    with Shift or Ctrl). Linked plots share the crosshair, and its text tells the values of all. A
    subclass gives, besides what a ``Ranged`` needs, :meth:`draw_points`, :meth:`draw_legend` and
    :meth:`lines_at`.

    Signals
    -------
    x_picked
        The x of a click into the plot, or of the crosshair when Enter is pressed.
    """

    x_picked = pyqtSignal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cross_x: float | None = None
        self._marked: float | None = None
        self._pressed: QPointF | None = None
        self._panning = False
        self._drags_zoom = False
        self._frame: QRectF | None = None
        self._ground: tuple[Axes, float, theme.PlotColours, QFont, QPixmap] | None = None

    # What a subclass gives

    def draw_points(self, painter: QPainter, axes: Axes) -> None:
        """Paint the points that were chosen."""
        raise NotImplementedError

    def draw_legend(self, painter: QPainter, area: QRectF) -> QRectF:
        """Paint a legend for a file and return the area that it leaves."""
        raise NotImplementedError

    def lines_at(self, x: float) -> list[str]:
        """The value of every series nearest to x, one a line."""
        raise NotImplementedError

    def note(self) -> str:
        """What is to be said of the points that were chosen; empty for nothing."""
        return ""

    # What the world says

    def mark_at(self, x: float | None) -> None:
        """Draw the cursor line at x, or none."""
        if x != self._marked:
            looks_same = self._looks_same(x)
            self._marked = x
            if not looks_same:
                self.update()

    def _looks_same(self, marked: float | None) -> bool:
        """Whether the cursor's line would stand on the same pixel at another x."""
        if self._axes is None or marked is None or self._marked is None:
            return False
        places = (round(self._x_on_screen(self._axes, x)) for x in (marked, self._marked))
        return next(places) == next(places)

    @property
    def marked(self) -> float | None:
        """Where the cursor line is."""
        return self._marked

    def set_drags_zoom(self, on: bool) -> None:
        """Whether dragging draws a rectangle to zoom to, as it does with Shift at any time."""
        self._drags_zoom = on
        self.setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)

    def set_crosshair(self, x: float | None) -> None:
        """Draw a line at x, in linked plots too, whose values hover tells; or none."""
        for plot in self._plots():
            if x != plot._cross_x:
                plot._cross_x = x
                plot.update()

    @property
    def crosshair(self) -> float | None:
        """Where the line is whose values hover tells."""
        return self._cross_x

    def values_text(self) -> str:
        """The values of all series at the crosshair, empty without one."""
        return "" if self._cross_x is None else self.values_at(self._cross_x)

    def values_at(self, x: float) -> str:
        """The values at the point of the densest series that is nearest to x, one a line.

        Of linked plots all that are on the screen tell theirs. Empty without any series.
        """
        plots = [plot for plot in self._plots() if plot is self or plot.isVisible()]
        shown = [values for plot in plots for values in plot.x_values()]
        if not shown:
            return ""
        densest = max(shown, key=len)
        at = float(densest[nearest_index(densest, x)])
        lines = [f"{self._names[0]} {x_text(at)}"]
        for plot in plots:
            lines += [plot._names[1]] if len(plots) > 1 else []
            lines += plot.lines_at(at)
        return "\n".join(lines)

    def _plots(self) -> list[RangePlot]:
        return [plot for plot in self._group() if isinstance(plot, RangePlot)]

    # Painting

    def draw(self, painter: QPainter, area: QRectF) -> None:
        if self._stale:
            self._choose()
        on_screen = isinstance(painter.device(), QWidget)
        if not on_screen:
            axes = self._noted(self._new_axes(self.draw_legend(painter, area)))
            axes.draw_grid(painter)
        else:
            axes = self._axes = self._noted(self._axes or self._new_axes(area))
            place = area.toAlignedRect()
            painter.drawPixmap(place.topLeft(), self._ground_of(axes, place))
        painter.save()
        painter.setClipRect(axes.body)
        self.draw_points(painter, axes)
        self._draw_frame(painter)
        painter.restore()
        self._draw_line(painter, axes, self._marked, theme.current().highlight)
        self._draw_line(painter, axes, self._cross_x, theme.current().muted)
        axes.draw_frame(painter) if on_screen else axes.draw(painter)

    def _noted(self, axes: Axes) -> Axes:
        note = self.note()
        return axes if axes.note == note else replace(axes, note=note)

    def _ground_of(self, axes: Axes, place: QRect) -> QPixmap:
        """The axes without data, kept until they change: most of the time they do not."""
        ratio, look, font = self.devicePixelRatioF(), theme.current(), self.font()
        if self._ground is None or self._ground[:4] != (axes, ratio, look, font):
            picture = QPixmap(place.size() * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(QColor(look.background))
            painter = QPainter(picture)
            painter.setFont(font)
            painter.translate(-place.topLeft())
            axes.draw_grid(painter)
            axes.draw(painter)
            painter.end()
            self._ground = axes, ratio, look, font, picture
        return self._ground[4]

    def _draw_line(self, painter: QPainter, axes: Axes, x: float | None, ink: str) -> None:
        if x is None:
            return
        place = round(self._x_on_screen(axes, x))
        if axes.body.left() <= place <= axes.body.right():
            line = QRectF(place, axes.body.top(), 1, axes.body.height())
            painter.fillRect(line, QColor(ink))

    def _draw_frame(self, painter: QPainter) -> None:
        if self._frame is None:
            return
        ink = QColor(theme.current().highlight)
        veil = QColor(ink)
        veil.setAlpha(_VEIL)
        painter.fillRect(self._frame, veil)
        draw_frame(painter, self._frame.normalized(), ink, 1)

    # Hover and keyboard

    def value_at(self, pos: QPointF) -> str | None:
        if pos == self.current_point():
            return self.values_text() or None
        if self._axes is None or not self._axes.body.contains(pos):
            return None
        return self.values_at(self._x_at(pos)) or None

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
        x0, x1 = self._visible_x()
        first, last = nearest_index(x, x0), nearest_index(x, x1)
        start = last if self._cross_x is None else nearest_index(x, self._cross_x)
        stride = max(1, (last - first) // 200)
        moved = min(max(start + (dx or -dy) * stride, 0), len(x) - 1)
        self.set_crosshair(float(x[moved]))
        if not x0 <= x[moved] <= x1:
            self.turn_page(1 if x[moved] > x1 else -1)
            self._axes = self._axes or self._new_axes(self.area())

    def pick_current(self) -> None:
        if self._cross_x is not None:
            self.x_picked.emit(self._cross_x)

    def turn_page(self, direction: int) -> None:
        x0, x1 = self._x_range
        half = direction * (x1 - x0) / 2
        self.set_x_range(x0 + half, x1 + half)

    def event(self, event: QEvent | None) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Home
            and not self.following
        ):
            event.accept()  # Home goes to the first step unless there is a zoom to leave
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None or self._empty is not None:
            super().keyPressEvent(event)
        elif event.text() in ("+", "-"):
            self._zoom(_ZOOM if event.text() == "+" else 1 / _ZOOM, None)
        elif event.text() == "0" or event.key() == Qt.Key.Key_Home:
            self.reset_zoom()
        elif event.key() == Qt.Key.Key_Escape and self._frame is not None:
            self._let_go()
        else:
            super().keyPressEvent(event)

    # Mouse

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is None or self._axes is None or not event.angleDelta().y():
            return
        factor = _ZOOM ** (event.angleDelta().y() / _WHEEL_NOTCH)
        in_y = event.position().x() < self._axes.body.left() or event.modifiers() & _BESIDES
        self._zoom(factor, event.position(), in_y=bool(in_y))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None or event.button() != _LEFT_BUTTON or self._empty is not None:
            return
        self._pressed, self._panning = event.position(), False
        if self._drags_zoom or event.modifiers() & _SHIFT:
            self._frame = QRectF(event.position(), event.position())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        pos = event.position()
        if self._pressed is None or not event.buttons() & _LEFT_BUTTON:
            inside = self._axes is not None and self._axes.body.contains(pos)
            self.set_crosshair(self._x_at(pos) if inside and self._empty is None else None)
            super().mouseMoveEvent(event)
            return
        away = (pos - self._pressed).manhattanLength()
        if not self._panning and away < QApplication.startDragDistance():
            return
        self._panning = True
        if self._frame is not None:
            self._frame.setBottomRight(pos)
            self.update()
        else:
            self._pan(self._pressed, pos)
            self._pressed = pos

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is None or self._pressed is None or event.button() != _LEFT_BUTTON:
            return
        frame, panned = self._frame, self._panning
        self._let_go()
        if self._axes is None:
            return
        if panned and frame is not None:
            self._zoom_to(frame.normalized() & self._axes.body)
        elif not panned and self._axes.body.contains(event.position()):
            self.x_picked.emit(self._x_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        self._let_go()
        self.reset_zoom()

    def leaveEvent(self, event: QEvent | None) -> None:
        self.set_crosshair(None)
        super().leaveEvent(event)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        self.set_crosshair(None)
        self._hover("")
        super().focusOutEvent(event)

    def _let_go(self) -> None:
        self._pressed, self._panning, self._frame = None, False, None
        self.update()

    def _zoom_to(self, frame: QRectF) -> None:
        if self._axes is None or frame.width() < _LEAST_FRAME:
            return
        (x0, y1), (x1, y0) = map(self._axes.to_value, (frame.topLeft(), frame.bottomRight()))
        self.set_x_range(x0, x1)
        if frame.height() >= _LEAST_FRAME:
            self.set_y_range(y0, y1)


def nearest_index(x: npt.NDArray, at: float) -> int:
    """The index of the value of an ascending, non-empty array that is nearest to ``at``."""
    right = min(int(np.searchsorted(x, at)), len(x) - 1)
    left = max(right - 1, 0)
    return left if math.fabs(x[left] - at) <= math.fabs(x[right] - at) else right


def x_text(x: float) -> str:
    """A place on the x axis in words."""
    return labels.number_text(x, ",.0f" if float(x).is_integer() else ",.6g")
