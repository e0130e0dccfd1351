"""Curves over time: with the cursor's values, signs of what happened, and a cursor to drag."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPen, QPolygonF
from PyQt6.QtWidgets import QApplication, QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.axes import Axes
from visualmlp.gui.widgets.curves import CurvePlot
from visualmlp.gui.widgets.glyphs import Stamps, series_stamps
from visualmlp.gui.widgets.range_plot import nearest_index
from visualmlp.gui.widgets.time_signs import SIGN_HEIGHT, Kind, draw_sign

REACH = 6.0
"""Pixels beside the cursor at which it can be taken, and beside a sign at which it tells."""

_GRIP = 8.0
"""Height of what the cursor is held by."""

_MARK = 5.0
"""Half the room, and the width, of a curve's mark beside its value."""

_GROUND = 210
"""How much of what lies behind a number its ground covers, of 255."""

_VEIL = 150
"""How much of what lies beyond the cursor the ground covers, of 255."""

PlaceOf = Callable[[npt.NDArray, float], int]
"""Which of ascending x belongs to a place; -1 for none."""

_LEFT_BUTTON = Qt.MouseButton.LeftButton


@dataclass(frozen=True, slots=True)
class TimeSign:
    """A sign at an x, and what it says."""

    x: float
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of a curve: where its point is on the screen, and how it is told."""

    point: QPointF
    text: str
    style_index: int


class TimePlot(CurvePlot):
    """A plot in which the cursor is dragged while all x are shown; once zoomed, at its line only.

    Signals
    -------
    scrubbed
        The x to which the user drags the cursor.
    """

    scrubbed = pyqtSignal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._signs: tuple[TimeSign, ...] = ()
        self._has_future = False
        self._grabbed = False
        self._value_stamps: Stamps | None = None

    def set_time(self, cursor: float, *, has_future: bool, signs: Sequence[TimeSign]) -> None:
        """Show where the cursor is, whether something lies beyond it, and what happened."""
        signs = tuple(signs)
        if (has_future, signs) != (self._has_future, self._signs):
            self._has_future, self._signs = has_future, signs
            self.update()
        self.mark_at(cursor)

    def _looks_same(self, marked: float | None) -> bool:
        """Nor may any curve have another value there, which is told."""
        old = self._marked
        if marked is None or old is None or not super()._looks_same(marked):
            return False
        return all(
            self._known_at(series.x, marked) == self._known_at(series.x, old)
            for series in self._shown().values()
        )

    @property
    def signs(self) -> tuple[TimeSign, ...]:
        """The signs on the x axis."""
        return self._signs

    # Painting

    def draw_points(self, painter: QPainter, axes: Axes) -> None:
        super().draw_points(painter, axes)
        cursor = self.marked
        if cursor is None:
            return
        x = self._x_on_screen(axes, cursor)
        if self._has_future:
            veil = QColor(theme.current().background)
            veil.setAlpha(_VEIL)
            rest = axes.body.adjusted(max(x - axes.body.left(), 0.0), 0, 0, 0)
            if rest.width() > 0:
                painter.fillRect(rest, veil)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_signs(painter, axes)
        self._draw_grip(painter, axes, x)
        if self.crosshair is None:
            self._draw_values(painter, axes, cursor, self._known_at)
        else:
            self._draw_values(painter, axes, self.crosshair, nearest_index)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _draw_signs(self, painter: QPainter, axes: Axes) -> None:
        painted: set[tuple[int, Kind]] = set()
        for sign in self._signs:
            place = round(self._x_on_screen(axes, sign.x)), sign.kind
            if place not in painted:
                painted.add(place)
                row = 0.5 if sign.kind == "edit" else 1.5
                draw_sign(painter, sign.kind, place[0], axes.body.bottom() - row * SIGN_HEIGHT)

    def _draw_grip(self, painter: QPainter, axes: Axes, x: float) -> None:
        """What the cursor is held by, at its top."""
        colours, top = theme.current(), axes.body.top()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.highlight))
        painter.drawPolygon(
            QPolygonF([QPointF(x - 5, top), QPointF(x + 6, top), QPointF(x + 0.5, top + _GRIP)])
        )

    def _draw_values(self, painter: QPainter, axes: Axes, at: float, place_of: PlaceOf) -> None:
        """A dot on every curve, and its value beside the line at an x.

        Values that lie close to each other are moved apart.
        """
        found, x = self._values(axes, at, place_of), self._x_on_screen(axes, at)
        painter.setPen(QPen(QColor(theme.current().background), 1))
        for value in found:
            painter.setBrush(theme.current().series_colour(value.style_index))
            painter.drawEllipse(value.point, 3.5, 3.5)
        if found and axes.body.left() - 1 <= x <= axes.body.right() + 1:
            self._draw_labels(painter, axes, x, found)

    def _draw_labels(
        self, painter: QPainter, axes: Axes, x: float, values: Sequence[_Value]
    ) -> None:
        """The mark of each curve and the number, right of the line, or left at the right end."""
        colours = theme.current()
        painter.setFont(labels.small_font(self.font()))
        metrics = QFontMetricsF(painter.font())
        height, ascent = metrics.height(), metrics.ascent()
        width = labels.widest(metrics, (value.text for value in values)) + 2 * _MARK + 4
        left = x + 6 if x + 6 + width < axes.body.right() else x - 6 - width
        room = axes.body.top() + _GRIP, axes.body.bottom()
        places = _apart([value.point.y() for value in values], height, *room)
        ground = QColor(colours.background)
        ground.setAlpha(_GROUND)
        painter.setPen(QColor(colours.foreground))
        for y, value in zip(places, values, strict=False):
            painter.fillRect(QRectF(left, y - height / 2, width, height), ground)
            start = QPointF(left + 2 * _MARK + 2, y - height / 2 + ascent)
            painter.drawText(start, value.text)
        centres = np.column_stack([np.full(len(places), left + _MARK), places])
        kinds = np.array([value.style_index for value in values[: len(places)]], np.intp)
        self._value_stamps = series_stamps(self._value_stamps, _MARK / 2, self.devicePixelRatioF())
        self._value_stamps.draw(painter, centres, kinds)

    def _values(self, axes: Axes, at: float, place_of: PlaceOf) -> list[_Value]:
        """Points of the run's own curves, from the highest to the lowest."""
        found = []
        for name, key in self.keys().items():
            x, y = self._data(name)
            place = place_of(x, at) if key.visible and not key.pale and len(x) else -1
            if place < 0:
                continue
            value = float(y[place])
            left, top = self._x_on_screen(axes, float(x[place])), self._y_on_screen(axes, value)
            if math.isfinite(left) and math.isfinite(top):
                point = QPointF(left, top)
                found.append(_Value(point, labels.number_text(value, ".3g"), key.style_index))
        return sorted(found, key=lambda value: value.point.y())

    @staticmethod
    def _known_at(x: npt.NDArray, at: float) -> int:
        """The last point up to the cursor; -1 without one."""
        return int(x.searchsorted(at, "right")) - 1

    def _data(self, name: str) -> tuple[npt.NDArray, npt.NDArray]:
        series = self._series[name]
        return series.x, series.y

    # Mouse

    def value_at(self, pos: QPointF) -> str | None:
        text = super().value_at(pos)
        axes = self._axes
        if text is None or axes is None:
            return text
        near = (s for s in self._signs if abs(self._x_on_screen(axes, s.x) - pos.x()) <= REACH)
        return "\n".join([text, *(sign.text for sign in near)])

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        super().mousePressEvent(event)
        self._grabbed = (
            event is not None
            and self._pressed is not None
            and self._frame is None
            and self._axes is not None
            and self._axes.body.contains(event.position())
            and (self.following or self._is_at_cursor(event.position()))
        )

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        pos = event.position()
        if not (self._grabbed and self._pressed and self._axes and event.buttons() & _LEFT_BUTTON):
            self._show_what_dragging_does(pos)
            super().mouseMoveEvent(event)
            return
        away = (pos - self._pressed).manhattanLength()
        if self._panning or away >= QApplication.startDragDistance():
            self._panning = True  # so that letting go is no click
            self.scrubbed.emit(self._x_at(pos))

    def _show_what_dragging_does(self, pos: QPointF) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if self._drags_zoom:
            shape = Qt.CursorShape.CrossCursor
        elif self._is_at_cursor(pos):
            shape = Qt.CursorShape.SplitHCursor
        self.setCursor(shape)

    def _is_at_cursor(self, pos: QPointF) -> bool:
        if self._axes is None or self.marked is None or not self._axes.body.contains(pos):
            return False
        return abs(self._x_on_screen(self._axes, self.marked) - pos.x()) <= REACH


def _apart(places: list[float], least: float, top: float, bottom: float) -> list[float]:
    """Ascending places of lines of text moved so that they do not overlap.

    All that have room between top and bottom stay there; the first of them if not all have.
    """
    moved: list[float] = []
    for place in places[: max(int((bottom - top) / least), 0)]:
        moved.append(max(place, moved[-1] + least if moved else top + least / 2))
    limit = bottom - least / 2
    for i in reversed(range(len(moved))):
        moved[i] = min(moved[i], limit)
        limit = moved[i] - least
    return moved
