"""What plots of samples over two axes share: picking, highlight, keyboard."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPen
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.axes import Axes
from visualmlp.gui.widgets.drawing import Drawing
from visualmlp.gui.widgets.whole_numbers import only_whole

_NEAR = 10.0
_RING = 8.0


class PointPlot(Drawing):
    """Points in a plane.

    Signals
    -------
    point_picked
        The index of the point that was clicked, or chosen with Enter or Space.
    """

    point_picked = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: npt.NDArray = np.zeros((0, 2))
        self._axis_names = ("x", "y")
        self._whole = (False, False)
        self._axes: Axes | None = None
        self._current: int | None = None

    def set_axes(self, x_name: str, y_name: str) -> None:
        """Name the axes, with their units."""
        if (x_name, y_name) != self._axis_names:
            self._axis_names = x_name, y_name
            self.laid_out()

    def set_whole(self, x: bool, y: bool) -> None:
        """Whether fractions mean nothing along an axis, as between numbers of categories."""
        if (x, y) != self._whole:
            self._whole = x, y
            self.laid_out()

    def with_whole_numbers(self, axes: Axes) -> Axes:
        """The axes without fractions where those mean nothing."""
        return only_whole(axes, x=self._whole[0], y=self._whole[1])

    @property
    def current(self) -> int | None:
        """The highlighted point."""
        return self._current

    def set_current(self, index: int | None) -> None:
        """Highlight a point, without a signal."""
        self._current = index
        self.update()

    def take_points(self, points: npt.NDArray) -> None:
        """Keep the points, shape (n, 2), and the highlighted one if it is still there."""
        self._points = np.asarray(points, np.float64).reshape(-1, 2)
        if self._current is not None and self._current >= len(self._points):
            self._current = None

    def draw_current(self, painter: QPainter) -> None:
        """Paint the ring around the highlighted point."""
        point = self.current_point()
        if point is None:
            return
        colours = theme.current()
        painter.setBrush(QColor(0, 0, 0, 0))
        for ink, width in ((colours.background, 5.0), (colours.highlight, 2.5)):
            painter.setPen(QPen(QColor(ink), width))
            painter.drawEllipse(point, _RING, _RING)

    def point_at(self, pos: QPointF) -> int | None:
        """The point near a position."""
        if self._axes is None or not len(self._points):
            return None
        away = np.hypot(*(self._axes.to_screen(self._points) - (pos.x(), pos.y())).T)
        nearest = int(np.argmin(np.where(np.isfinite(away), away, np.inf)))
        return nearest if away[nearest] <= _NEAR else None

    def place_text(self, x: float, y: float) -> str:
        """Two coordinates with their names."""
        names = self._axis_names
        return f"{names[0]} {short_text(x)}, {names[1]} {short_text(y)}"

    def pick_at(self, pos: QPointF) -> None:
        index = self.point_at(pos)
        if index is not None:
            self.set_current(index)
            self.point_picked.emit(index)

    def pick_current(self) -> None:
        if self._current is not None:
            self.point_picked.emit(self._current)

    def move_current(self, dx: int, dy: int) -> None:
        """Go to the next point in the order of the first axis."""
        if not len(self._points):
            return
        order = np.argsort(self._points[:, 0], kind="stable")
        place = -1 if self._current is None else int(np.flatnonzero(order == self._current)[0])
        self.set_current(int(order[min(max(place + (dx or -dy), 0), len(order) - 1)]))

    def current_point(self) -> QPointF | None:
        if self._current is None or self._axes is None:
            return None
        place = self._axes.to_screen(self._points[self._current : self._current + 1])[0]
        return QPointF(*place.tolist())


def short_text(value: float) -> str:
    """A number for hover."""
    return labels.number_text(value, ".4g")
