"""A surface over a plane as colours and contour lines, with a path across it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap
from PyQt6.QtWidgets import QWidget

from visualmlp.analysis.contours import contour_levels, contour_segments
from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps, labels
from visualmlp.gui.widgets.axes import Axes, log_ticks
from visualmlp.gui.widgets.colour_scale import MOST_BETWEEN, ColourScale, not_finite_text
from visualmlp.gui.widgets.drawing import image_of
from visualmlp.gui.widgets.lines import draw_line, polygon
from visualmlp.gui.widgets.point_plot import PointPlot

N_LEVELS = 14
_DOT = 4.0
_CROWDED = 7.0
"""Pixels between dots of the path, on average, below which only the line is drawn."""
_EDIT = 4.5


class _LogScale(ColourScale):
    """Of decimal logarithms, told as the numbers themselves."""

    __slots__ = ()

    def _round_ones(self) -> list[float]:
        return log_ticks(self.low, self.high, MOST_BETWEEN)

    def _texts(self, values: Sequence[float]) -> list[str]:
        return super()._texts([10.0**value for value in values])


class ContourPlot(PointPlot):
    """Values over two coordinates; the points are states of a path, in the order of time.

    Arrow keys go along the path, Enter picks the state.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._x = self._y = np.zeros(0)
        self._values: npt.NDArray = np.zeros((0, 0))
        self._log = True
        self._quantity = ""
        self._point_texts: Sequence[str] = ()
        self._marked: npt.NDArray[np.bool_] = np.zeros(0, bool)
        self._names: tuple[str, str, str] = ("", "", "")
        self._present: npt.NDArray | None = None
        self._scale: ColourScale | None = None
        self._bar: QRectF | None = None
        self._pixels: colour_maps.Argb | None = None
        self._segments: npt.NDArray = np.zeros((0, 2, 2))
        self._lines: list[QLineF] = []
        self._painted: QPixmap | None = None
        self.setAccessibleName(self.tr("Contour plot"))

    # What the world says

    def set_surface(
        self, x: npt.NDArray, y: npt.NDArray, values: npt.NDArray, quantity: str
    ) -> None:
        """Show values, (h, w), at columns ``x`` (w,) and rows ``y`` (h,), both evenly spaced."""
        if values is self._values and self._empty is None:
            return
        self._x, self._y, self._values, self._quantity = x, y, values, quantity
        self.set_warning(
            not_finite_text(values, self.tr("{} points are NaN or infinite")) or self._same_text()
        )
        self._choose_scale()
        self.filled()

    def _same_text(self) -> str:
        if not self._values.size or self._values.min() < self._values.max():
            return ""
        text = self.tr("{what} {value} everywhere: these directions change nothing")
        return text.format(
            what=self._quantity, value=labels.number_text(float(self._values.flat[0]), ".4g")
        )

    def set_log(self, on: bool) -> None:
        """Whether colours and contours follow the logarithm; only where all values are positive."""
        if on != self._log:
            self._log = on
            self._choose_scale()
            self.laid_out()

    def set_path(
        self,
        places: npt.NDArray,
        texts: Sequence[str],
        marked: npt.NDArray[np.bool_],
        names: tuple[str, str, str],
    ) -> None:
        """Show a path.

        Parameters
        ----------
        places
            (k, 2), in the order of time.
        texts
            What hover tells of each.
        marked
            Which of them get a diamond.
        names
            What stands at the first place, at the last, and at the present one; empty for none.
        """
        self.take_points(places)
        self._point_texts, self._marked, self._names = texts, marked, names
        self.update()

    def set_present(self, place: npt.NDArray | None) -> None:
        """Where the present state is, (2,); None: not known."""
        self._present = place
        self.update()

    @property
    def is_log(self) -> bool:
        """Whether the logarithm is shown: wanted, and possible."""
        finite = self._values[np.isfinite(self._values)]
        return bool(self._log and finite.size and finite.min() > 0)

    @property
    def levels(self) -> npt.NDArray:
        """The values that have a line."""
        levels = contour_levels(self._shown_values(), N_LEVELS)
        return 10**levels if self.is_log else levels

    # Layout

    def _shown_values(self) -> npt.NDArray:
        if not self.is_log:
            return self._values
        with np.errstate(all="ignore"):
            return np.log10(self._values)

    def _choose_scale(self) -> None:
        shown = self._shown_values()
        kind = _LogScale if self.is_log else ColourScale
        self._scale = kind.over(shown, "sequential")
        self._pixels = None
        levels = contour_levels(shown, N_LEVELS)
        pieces = [contour_segments(shown, level) for level in levels.tolist()]
        self._segments = np.concatenate(pieces) if pieces else np.zeros((0, 2, 2))

    def laid_out(self) -> None:
        self._axes, self._pixels, self._painted, self._lines = None, None, None, []
        if self._empty is None and self._scale is not None:
            area, self._bar = self.area(), None
            if np.isfinite(self._values).any() and self._scale.low < self._scale.high:
                area, self._bar = self._scale.split(self.font(), area)
            ranges = _ends(self._x), _ends(self._y)
            self._axes = Axes.within(area, *ranges, self.font(), self._axis_names)
        self.update()

    def _on_screen(self, axes: Axes) -> list[QLineF]:
        if not self._lines and len(self._segments):
            steps = np.array([self._x[1] - self._x[0], self._y[1] - self._y[0]])
            ends = self._segments.reshape(-1, 2) * steps + np.array([self._x[0], self._y[0]])
            on_screen = axes.to_screen(ends).reshape(-1, 4)
            self._lines = [QLineF(*line) for line in on_screen.tolist()]
        return self._lines

    # Painting

    def draw(self, painter: QPainter, area: QRectF) -> None:
        axes = self._axes
        if axes is None or self._scale is None:
            return
        painter.save()
        painter.setClipRect(axes.body)
        if isinstance(painter.device(), QWidget):
            painter.drawPixmap(QPointF(0, 0), self._new_painting(axes, self._scale))
        else:
            self._draw_surface(painter, axes, self._scale)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_path(painter, axes)
        painter.restore()
        axes.draw(painter)
        if self._bar is not None:
            self._scale.draw_bar(painter, self._bar)

    def _new_painting(self, axes: Axes, scale: ColourScale) -> QPixmap:
        """The surface, painted once: the path grows over it."""
        if self._painted is None:
            ratio = self.devicePixelRatioF()
            self._painted = QPixmap((self.size().toSizeF() * ratio).toSize())
            self._painted.setDevicePixelRatio(ratio)
            painter = QPainter(self._painted)
            painter.setClipRect(axes.body)
            self._draw_surface(painter, axes, scale)
            painter.end()
        return self._painted

    def _draw_surface(self, painter: QPainter, axes: Axes, scale: ColourScale) -> None:
        if self._pixels is None:
            self._pixels = np.ascontiguousarray(scale.colours(self._shown_values())[::-1])
        smooth = bool(np.isfinite(self._values).all())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        half = np.array([self._x[1] - self._x[0], self._y[1] - self._y[0]]) / 2
        corners = np.array([[self._x[0], self._y[0]], [self._x[-1], self._y[-1]]])
        (left, bottom), (right, top) = axes.to_screen(corners + np.stack([-half, half])).tolist()
        painter.drawImage(QRectF(left, top, right - left, bottom - top), image_of(self._pixels))
        ink = QColor(theme.current().foreground)
        ink.setAlpha(110)
        painter.setPen(QPen(ink, 0))
        if lines := self._on_screen(axes):
            painter.drawLines(*lines)

    def _draw_path(self, painter: QPainter, axes: Axes) -> None:
        colours, finite = theme.current(), np.isfinite(self._points).all(axis=1)
        places = axes.to_screen(self._points[finite])
        for ink, width in ((colours.background, 4.0), (colours.foreground, 1.6)):
            painter.setPen(QPen(QColor(ink), width))
            draw_line(painter, places)
        self._draw_dots(painter, places)
        self._draw_edits(painter, axes.to_screen(self._points[finite & self._is_marked()]))
        self._draw_places(painter, axes, places)
        self.draw_current(painter)

    def _is_marked(self) -> npt.NDArray[np.bool_]:
        right_size = len(self._marked) == len(self._points)
        return self._marked if right_size else np.zeros(len(self._points), bool)

    def _draw_dots(self, painter: QPainter, places: npt.NDArray) -> None:
        if len(places) < 2 or not np.isfinite(places).all():
            return
        length = float(np.hypot(*np.diff(places, axis=0).T).sum())
        if length / len(places) < _CROWDED:
            return
        pen = QPen(QColor(theme.current().foreground), _DOT)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(polygon(places))

    def _draw_edits(self, painter: QPainter, places: npt.NDArray) -> None:
        painter.setPen(QPen(QColor(theme.current().foreground), 1.2))
        painter.setBrush(QColor(theme.current().background))
        for x, y in places.tolist():
            corners = [(x, y - _EDIT), (x + _EDIT, y), (x, y + _EDIT), (x - _EDIT, y)]
            painter.drawPolygon(polygon(np.array(corners)))

    def _draw_places(self, painter: QPainter, axes: Axes, places: npt.NDArray) -> None:
        """The start as a square, the end as a bar, the present as a disc, each with its name."""
        colours = theme.current()
        painter.setPen(QPen(QColor(colours.background), 1.5))
        painter.setBrush(QColor(colours.foreground))
        named: list[tuple[QPointF, str]] = []
        if len(places):
            start, end = (QPointF(*place) for place in places[[0, -1]].tolist())
            painter.drawRect(QRectF(start.x() - 4.5, start.y() - 4.5, 9, 9))
            painter.drawRect(QRectF(end.x() - 2.5, end.y() - 7, 5, 14))
            named = [(start, self._names[0]), (end, self._names[1])]
        if self._present is not None and np.isfinite(self._present).all():
            now = QPointF(*axes.to_screen(self._present[None])[0].tolist())
            painter.setBrush(QColor(colours.highlight))
            painter.drawEllipse(now, 5.5, 5.5)
            named.insert(0, (now, self._names[2]))
        taken: list[QRectF] = []
        for place, name in named:
            if name:
                self._draw_name(painter, axes.body, place, name, taken)

    def _draw_name(
        self, painter: QPainter, body: QRectF, place: QPointF, name: str, taken: list[QRectF]
    ) -> None:
        """Beside the place, where there is room and no other name."""
        colours, metrics = theme.current(), QFontMetricsF(painter.font())
        size = QRectF(0, 0, metrics.horizontalAdvance(name) + 8, metrics.height() + 2)
        for dx, dy in ((10, -22), (10, 8), (-10 - size.width(), -22), (-10 - size.width(), 8)):
            box = size.translated(place + QPointF(dx, dy))
            if body.contains(box) and not any(box.intersects(other) for other in taken):
                taken.append(box)
                ground = QColor(colours.background)
                ground.setAlpha(215)
                painter.fillRect(box, ground)
                painter.setPen(QColor(colours.foreground))
                painter.drawText(box, int(labels.CENTRE), name)
                return

    # Hover and keyboard

    def value_at(self, pos: QPointF) -> str | None:
        axes = self._axes
        if axes is None or not axes.body.contains(pos):
            return None
        index = self.point_at(pos)
        if index is not None and index < len(self._point_texts):
            return self._point_texts[index]
        x, y = axes.to_value(pos)
        value = labels.number_text(self._between(x, y), ".4g")
        return f"{self.place_text(x, y)}\n{self._quantity} ≈ {value}"

    def _between(self, x: float, y: float) -> float:
        """The value there by bilinear interpolation."""
        column, c = _cell(self._x, x)
        row, r = _cell(self._y, y)
        corners = self._values[row : row + 2, column : column + 2]
        with np.errstate(all="ignore"):
            return float(np.array([1 - r, r]) @ corners @ np.array([1 - c, c]))

    def move_current(self, dx: int, dy: int) -> None:
        if len(self._points):
            before = -1 if self._current is None else self._current
            self.set_current(min(max(before + (dx or -dy), 0), len(self._points) - 1))

    def csv_rows(self) -> list[list[object]]:
        rows: list[list[object]] = [["kind", *self._axis_names, self._quantity]]
        for i, y in enumerate(self._y.tolist()):
            for j, x in enumerate(self._x.tolist()):
                rows.append(["grid", x, y, float(self._values[i, j])])
        for (x, y), text in zip(self._points.tolist(), self._point_texts, strict=False):
            rows.append(["path", x, y, text.replace("\n", "; ")])
        return rows


def _ends(values: npt.NDArray) -> tuple[float, float]:
    return float(values[0]), float(values[-1])


def _cell(values: npt.NDArray, at: float) -> tuple[int, float]:
    """The cell of a grid line that holds a number, and where in it, 0 to 1."""
    step = float(values[1] - values[0])
    place = min(max((at - float(values[0])) / step, 0.0), len(values) - 1.0)
    cell = min(int(place), len(values) - 2)
    return cell, place - cell
