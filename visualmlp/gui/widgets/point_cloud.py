"""Thousands of points in a plane, with a shape and a colour per class, to be zoomed into."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QWheelEvent,
)
from PyQt6.QtWidgets import QApplication, QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps, labels
from visualmlp.gui.widgets.axes import Axes, Range, range_over
from visualmlp.gui.widgets.drawing import draw_frame, image_of
from visualmlp.gui.widgets.glyphs import Stamps, glyphs
from visualmlp.gui.widgets.point_plot import PointPlot

_RADII = ((400, 4.5), (1_500, 3.6), (4_000, 3.0))
"""Marks shrink with the number of points: up to so many, this radius."""
_SMALLEST_RADIUS = 2.4
_LARGER = 0.7
"""By this the radius of outlined marks is larger."""
_FEW_NAMES, _MOST_NAMES = 4, 20
"""With so few classes the legend does; names beside more would cover the points."""
_WIDEST_NAME = 140.0
_ZOOM = 0.8
_WHEEL_NOTCH = 120.0
_LARGEST_ZOOM = 1e4
_INSET, _LEAST_INSET, _INSET_SHARE = 84.0, 28.0, 0.4
"""Pixels of the picture's longer side, and the share of the plot's shorter one that it may take."""
_LEFT_BUTTON = Qt.MouseButton.LeftButton

TextOf = Callable[[int], str]
PictureOf = Callable[[int], npt.NDArray | None]


class PointCloud(PointPlot):
    """Points, with the same scale along both axes unless that is turned off.

    The wheel, + and − zoom; dragging pans; 0 or a double click shows all again. Arrow keys go to
    the next point in their direction, Enter picks it. The picture of the point under the mouse or
    the cursor shows in a corner.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kinds: npt.NDArray = np.zeros(0, int)
        self._names: Sequence[str] = ()
        self._outlined: npt.NDArray[np.bool_] = np.zeros(0, bool)
        self._text_of: TextOf = str
        self._picture_of: PictureOf = _no_picture
        self._ink_range = (0.0, 1.0)
        self._zoomed: tuple[Range, Range] | None = None
        self._equal_scales = True
        self._painted: QPixmap | None = None
        self._stamps: list[Stamps] = []
        self._under_mouse: int | None = None
        self._pressed: QPointF | None = None
        self._panning = False
        self.setAccessibleName(self.tr("Points in a plane"))

    # What the world says

    def set_points(
        self,
        points: npt.NDArray,
        kinds: npt.NDArray,
        names: Sequence[str],
        outlined: npt.NDArray[np.bool_],
    ) -> None:
        """Show points.

        Parameters
        ----------
        points
            (n, 2); those that are not finite are not painted.
        kinds
            Class of each, (n,).
        names
            Of the classes.
        outlined
            Which are drawn with a dark outline, (n,).
        """
        self.take_points(points)
        self._kinds, self._names, self._outlined = kinds, names, outlined
        self._under_mouse = None
        if np.isfinite(self._points).all(axis=1).any():
            self.filled()
        else:
            self.set_empty(self.tr("There are no finite points to show."))

    def set_lookups(
        self, text_of: TextOf, picture_of: PictureOf, ink_range: tuple[float, float]
    ) -> None:
        """Say how to get what hover tells of a point, and its picture (h, w) or None.

        ``ink_range`` are the values of no and of full ink.
        """
        self._text_of, self._picture_of, self._ink_range = text_of, picture_of, ink_range

    def set_equal_scales(self, on: bool) -> None:
        """Whether a unit is as long along both axes, as for distances that mean something."""
        self._equal_scales = on
        self.laid_out()

    def reset_zoom(self) -> None:
        """Show all points."""
        if self._zoomed is not None:
            self._zoomed = None
            self.laid_out()

    @property
    def ranges(self) -> tuple[Range, Range] | None:
        """What the axes cover now."""
        return None if self._axes is None else (self._axes.x_range, self._axes.y_range)

    # Layout

    def laid_out(self) -> None:
        self._painted = None
        self._axes = self.with_whole_numbers(self._new_axes()) if self._empty is None else None
        self.update()

    def _new_axes(self) -> Axes:
        area = self.area()
        if len(self._present()) > 0:
            area.setTop(area.top() + QFontMetricsF(self.font()).height() + 4)
        if self._zoomed is not None:
            return Axes.within(area, *self._zoomed, self.font(), self._axis_names)
        x_range, y_range = range_over(self._points[:, 0]), range_over(self._points[:, 1])
        axes = Axes.within(area, x_range, y_range, self.font(), self._axis_names)
        if not self._equal_scales:
            return axes
        wide, high = axes.body.width(), axes.body.height()
        unit = max((x_range[1] - x_range[0]) / wide, (y_range[1] - y_range[0]) / high)
        ranges = _widened(x_range, unit * wide), _widened(y_range, unit * high)
        return Axes.within(area, *ranges, self.font(), self._axis_names)

    def _present(self) -> list[int]:
        """The classes that there are points of."""
        return np.flatnonzero(np.bincount(self._kinds)).tolist()

    # Painting

    def draw(self, painter: QPainter, area: QRectF) -> None:
        axes = self._axes
        if axes is None:
            return
        if isinstance(painter.device(), QWidget):
            painter.drawPixmap(QPointF(0, 0), self._new_painting(axes))
        else:
            self._draw_cloud(painter, axes)
        painter.save()
        painter.setClipRect(axes.body)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw_current(painter)
        painter.restore()
        axes.draw(painter)
        self._draw_legend(painter, area)
        self._draw_inset(painter, axes)

    def _new_painting(self, axes: Axes) -> QPixmap:
        """Everything that stays while the mouse moves, painted once."""
        if self._painted is None:
            ratio = self.devicePixelRatioF()
            self._painted = QPixmap((self.size().toSizeF() * ratio).toSize())
            self._painted.setDevicePixelRatio(ratio)
            self._painted.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._painted)
            painter.setFont(self.font())
            self._draw_cloud(painter, axes)
            painter.end()
        return self._painted

    def _draw_cloud(self, painter: QPainter, axes: Axes) -> None:
        axes.draw_grid(painter)
        painter.save()
        painter.setClipRect(axes.body)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        finite = np.isfinite(self._points).all(axis=1)
        places = np.full(self._points.shape, np.nan)
        places[finite] = axes.to_screen(self._points[finite])
        body = axes.body.adjusted(-8, -8, 8, 8)
        with np.errstate(invalid="ignore"):
            inside = (places >= (body.left(), body.top())) & (
                places <= (body.right(), body.bottom())
            )
        seen = np.asarray(inside.all(axis=1))
        for stamps, chosen in zip(
            self._new_stamps(), (seen & ~self._outlined, seen & self._outlined), strict=True
        ):
            stamps.draw(painter, places[chosen], self._kinds[chosen])
        self._draw_names(painter, places, seen)
        painter.restore()

    def _new_stamps(self) -> list[Stamps]:
        """Plain ones and outlined ones; 64 kinds differ in shape or colour."""
        colours, count = theme.current(), len(theme.current().series)
        inks = [colours.series_colour(k + k // count) for k in range(count * count)]
        fitting = (radius for most, radius in _RADII if len(self._points) <= most)
        radius, ratio = next(fitting, _SMALLEST_RADIUS), self.devicePixelRatioF()
        new = [
            Stamps(inks, QColor(outline), radius + more, ratio)
            for outline, more in ((colours.background, 0.0), (colours.foreground, _LARGER))
        ]
        if [stamps.look for stamps in new] != [stamps.look for stamps in self._stamps]:
            self._stamps = new
        return self._stamps

    def _draw_names(
        self, painter: QPainter, places: npt.NDArray, seen: npt.NDArray[np.bool_]
    ) -> None:
        """The name of each class at the median of its points."""
        colours, present = theme.current(), self._present()
        if not _FEW_NAMES < len(present) <= _MOST_NAMES:
            return
        font = labels.bold_font(self.font())
        metrics = QFontMetricsF(font)
        path = QPainterPath()
        for kind in present:
            of_kind = places[seen & (self._kinds == kind)]
            if len(of_kind):
                x, y = np.median(of_kind, axis=0).tolist()
                name = metrics.elidedText(self._name(kind), labels.ELIDE, _WIDEST_NAME)
                left = x - metrics.horizontalAdvance(name) / 2
                path.addText(QPointF(left, y + metrics.capHeight() / 2), font, name)
        painter.strokePath(path, QPen(QColor(colours.background), 4))
        painter.fillPath(path, QColor(colours.foreground))

    def _draw_legend(self, painter: QPainter, area: QRectF) -> None:
        colours, metrics = theme.current(), QFontMetricsF(painter.font())
        inks = self._new_stamps()[0].look[0]
        x, middle = area.left() + 6, area.top() + metrics.height() / 2
        for kind in self._present():
            name = self._name(kind)
            if x + 16 + min(metrics.horizontalAdvance(name), 60) > area.right():
                labels.draw_elided(painter, QRectF(x, area.top(), 20, metrics.height()), "…")
                return
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(colours.background), 1))
            painter.setBrush(QColor(inks[kind % len(inks)]))
            painter.drawPath(glyphs(np.array([[x, middle]]), kind, 4.5))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QColor(colours.foreground))
            room = QRectF(x + 9, area.top(), area.right() - x - 9, metrics.height())
            labels.draw_elided(painter, room, name)
            x += metrics.horizontalAdvance(name) + 26

    def _draw_inset(self, painter: QPainter, axes: Axes) -> None:
        """The picture of the point that is looked at, in the corner away from it."""
        index = self._under_mouse if self._under_mouse is not None else self._current
        picture = None if index is None else self._picture_of(index)
        room = _INSET_SHARE * min(axes.body.width(), axes.body.height())
        if picture is None or index is None or room < _LEAST_INSET:
            return
        place = axes.to_screen(self._points[index : index + 1])[0]
        height, width = picture.shape
        scale = min(_INSET, room) / max(height, width)
        box = QRectF(0, 0, width * scale, height * scale)
        box.moveTop(axes.body.top() + 6)
        box.moveRight(axes.body.right() - 6)
        if box.adjusted(-20, -20, 20, 20).contains(QPointF(*place.tolist())):
            box.moveLeft(axes.body.left() + 6)
        table = colour_maps.lut("grey", theme.current().dark)
        pixels = np.ascontiguousarray(colour_maps.colourise(picture, table, *self._ink_range))
        painter.drawImage(box, image_of(pixels))
        draw_frame(painter, box.adjusted(-1, -1, 1, 1), QColor(theme.current().highlight), 1.5)

    def _name(self, kind: int) -> str:
        known = 0 <= kind < len(self._names)
        return self._names[kind] if known else self.tr("class {}").format(kind)

    # Zoom

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Shrink or stretch what is shown around a position, or around the middle."""
        axes = self._axes
        if axes is None:
            return
        x, y = axes.to_value(at if at is not None else axes.body.center())
        (x0, x1), (y0, y1) = axes.x_range, axes.y_range
        new_x = x + (x0 - x) * factor, x + (x1 - x) * factor
        new_y = y + (y0 - y) * factor, y + (y1 - y) * factor
        whole = range_over(self._points[:, 0])
        share = (new_x[1] - new_x[0]) / (whole[1] - whole[0])
        if 1 / _LARGEST_ZOOM < share < _LARGEST_ZOOM:
            self._zoomed = new_x, new_y
            self.laid_out()

    def _pan(self, before: QPointF, now: QPointF) -> None:
        axes = self._axes
        if axes is None:
            return
        (from_x, from_y), (x, y) = axes.to_value(before), axes.to_value(now)
        (x0, x1), (y0, y1) = axes.x_range, axes.y_range
        dx, dy = from_x - x, from_y - y
        self._zoomed = (x0 + dx, x1 + dx), (y0 + dy, y1 + dy)
        self.laid_out()

    # Mouse and keyboard

    def value_at(self, pos: QPointF) -> str | None:
        index = self.point_at(pos)
        inside = self._axes is not None and self._axes.body.contains(pos)
        return self._text_of(index) if inside and index is not None else None

    def move_current(self, dx: int, dy: int) -> None:
        """Go to the nearest point within 45 degrees of the direction; first to the middle one."""
        axes, finite = self._axes, np.isfinite(self._points).all(axis=1)
        if axes is None or not finite.any():
            return
        places = np.where(finite[:, None], axes.to_screen(self._points), np.inf)
        if self._current is None:
            middle = np.median(places[finite], axis=0)
            self.set_current(int(np.hypot(*(places - middle).T).argmin()))
            return
        with np.errstate(invalid="ignore"):
            away = places - places[self._current]
            along = away @ np.array([dx, dy])
            across = np.abs(away @ np.array([dy, dx]))
            ahead = (along > 0) & (across <= along) & finite
        if ahead.any():
            self.set_current(int(np.where(ahead, along + across, np.inf).argmin()))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None or self._empty is not None:
            super().keyPressEvent(event)
        elif event.text() in ("+", "-"):
            self.zoom(_ZOOM if event.text() == "+" else 1 / _ZOOM)
        elif event.text() == "0":
            self.reset_zoom()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is not None and self._axes is not None and event.angleDelta().y():
            self.zoom(_ZOOM ** (event.angleDelta().y() / _WHEEL_NOTCH), event.position())
            event.accept()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() == _LEFT_BUTTON and self._empty is None:
            self._pressed, self._panning = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        pos = event.position()
        if self._pressed is not None and event.buttons() & _LEFT_BUTTON:
            away = (pos - self._pressed).manhattanLength()
            if self._panning or away >= QApplication.startDragDistance():
                self._pan(self._pressed, pos)
                self._pressed, self._panning = pos, True
            return
        index = self.point_at(pos) if self._empty is None else None
        if index != self._under_mouse:
            self._under_mouse = index
            self.update()
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is None or self._pressed is None or event.button() != _LEFT_BUTTON:
            return
        clicked, self._pressed = not self._panning, None
        self._panning = False
        if clicked:
            self.pick_at(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        self._pressed = None
        self.reset_zoom()

    def csv_rows(self) -> list[list[object]]:
        rows: list[list[object]] = [[*self._axis_names, "class", "outlined", "point"]]
        for index, (x, y) in enumerate(self._points.tolist()):
            name, text = self._name(int(self._kinds[index])), self._text_of(index)
            rows.append([x, y, name, int(self._outlined[index]), text.replace("\n", "; ")])
        return rows


def _widened(ends: Range, width: float) -> Range:
    middle = (ends[0] + ends[1]) / 2
    return middle - width / 2, middle + width / 2


def _no_picture(index: int) -> None:
    return None
