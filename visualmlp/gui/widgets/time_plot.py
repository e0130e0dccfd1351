"""Curves over time: with the cursor's values, signs of what happened, and a cursor to drag."""

from __future__ import annotations

from collections.abc import Sequence
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
from visualmlp.gui.widgets.time_signs import SIGN_HEIGHT, Kind, draw_sign

REACH = 6.0
"""Pixels beside the cursor at which it can be taken, and beside a sign at which it tells."""

_VEIL = 150
"""How much of what lies beyond the cursor the ground covers, of 255."""

_LEFT_BUTTON = Qt.MouseButton.LeftButton


@dataclass(frozen=True, slots=True)
class TimeSign:
    """A sign at an x, and what it says."""

    x: float
    kind: Kind
    text: str


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

    def set_time(self, cursor: float, *, has_future: bool, signs: Sequence[TimeSign]) -> None:
        """Show where the cursor is, whether something lies beyond it, and what happened."""
        signs = tuple(signs)
        if (has_future, signs) != (self._has_future, self._signs):
            self._has_future, self._signs = has_future, signs
            self.update()
        self.mark_at(cursor)

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
        self._draw_cursor(painter, axes, x)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _draw_signs(self, painter: QPainter, axes: Axes) -> None:
        painted: set[tuple[int, Kind]] = set()
        for sign in self._signs:
            place = round(self._x_on_screen(axes, sign.x)), sign.kind
            if place not in painted:
                painted.add(place)
                row = 0.5 if sign.kind == "edit" else 1.5
                draw_sign(painter, sign.kind, place[0], axes.body.bottom() - row * SIGN_HEIGHT)

    def _draw_cursor(self, painter: QPainter, axes: Axes, x: float) -> None:
        """A grip at the top, and on every curve a dot with the value as far as there is room."""
        colours, top = theme.current(), axes.body.top()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.highlight))
        painter.drawPolygon(
            QPolygonF([QPointF(x - 5, top), QPointF(x + 6, top), QPointF(x + 0.5, top + 8)])
        )
        painter.setFont(labels.small_font(self.font()))
        line = QFontMetricsF(painter.font()).height()
        taken: list[float] = []
        for point, text in self._values_at_cursor(axes):
            painter.setPen(QPen(QColor(colours.background), 1))
            painter.setBrush(QColor(colours.foreground))
            painter.drawEllipse(QPointF(x + 0.5, point.y()), 3, 3)
            if all(abs(point.y() - y) >= line for y in taken):
                taken.append(point.y())
                self._draw_value(painter, axes, QPointF(x, point.y()), text)

    def _draw_value(self, painter: QPainter, axes: Axes, at: QPointF, text: str) -> None:
        """Right of the line, or left of it at the right end."""
        colours, metrics = theme.current(), QFontMetricsF(painter.font())
        width, height = metrics.horizontalAdvance(text) + 4, metrics.height()
        left = at.x() + 6 if at.x() + 6 + width < axes.body.right() else at.x() - 6 - width
        top = min(max(at.y() - height / 2, axes.body.top() + 8), axes.body.bottom() - height)
        ground = QColor(colours.background)
        ground.setAlpha(210)
        painter.fillRect(QRectF(left, top, width, height), ground)
        painter.setPen(QColor(colours.foreground))
        painter.drawText(QPointF(left + 2, top + metrics.ascent()), text)

    def _values_at_cursor(self, axes: Axes) -> list[tuple[QPointF, str]]:
        """Where the run's own curves are at the cursor, and what they tell there."""
        found = []
        for name, key in self.keys().items():
            x, y = self._data(name)
            place = int(np.searchsorted(x, self.marked or 0.0, "right")) - 1
            if key.visible and not key.pale and place >= 0 and np.isfinite(y[place]):
                at = axes.to_screen(self._points(x[place : place + 1], y[place : place + 1]))[0]
                found.append((QPointF(*at.tolist()), labels.number_text(float(y[place]), ".3g")))
        return found

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
            and self._axes is not None
            and self._axes.body.contains(event.position())
            and (self.following or self._is_at_cursor(event.position()))
        )

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        pos = event.position()
        if not (self._grabbed and self._pressed and self._axes and event.buttons() & _LEFT_BUTTON):
            at_cursor = self._is_at_cursor(pos)
            self.setCursor(Qt.CursorShape.SplitHCursor if at_cursor else Qt.CursorShape.ArrowCursor)
            super().mouseMoveEvent(event)
            return
        away = (pos - self._pressed).manhattanLength()
        if self._panning or away >= QApplication.startDragDistance():
            self._panning = True  # so that letting go is no click
            self.scrubbed.emit(self._axes.to_value(pos)[0])

    def _is_at_cursor(self, pos: QPointF) -> bool:
        if self._axes is None or self.marked is None or not self._axes.body.contains(pos):
            return False
        return abs(self._x_on_screen(self._axes, self.marked) - pos.x()) <= REACH
