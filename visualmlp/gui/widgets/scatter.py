"""Networks with two inputs: what they say everywhere in the plane, and the samples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps, labels
from visualmlp.gui.widgets.axes import Axes, Range, range_over
from visualmlp.gui.widgets.colour_scale import ColourScale
from visualmlp.gui.widgets.drawing import image_of
from visualmlp.gui.widgets.glyphs import Stamps, glyphs, series_stamps
from visualmlp.gui.widgets.point_plot import PointPlot, short_text

_RADIUS = 4.0
_PALEST, _STRONGEST = 0.12, 0.55
"""How much of the class colour a field of no and of full confidence has."""
_STRENGTHS = 256


class FieldPlot(PointPlot):
    """A field of classes or of one quantity over two inputs, and points with a shape per class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field: npt.NDArray | None = None
        self._confidence: npt.NDArray | None = None
        self._scale: ColourScale | None = None
        self._ranges: tuple[Range, Range] | None = None
        self._labels: npt.NDArray | None = None
        self._class_names: Sequence[str] = ()
        self._axis_names = ("x1", "x2")
        self._bar: QRectF | None = None
        self._stamps: Stamps | None = None
        self._pixels: colour_maps.Argb | None = None
        self.setAccessibleName(self.tr("Plane of two inputs"))

    # What the world says

    def set_classes(self, names: Sequence[str]) -> None:
        """Name the classes, for the legend and hover."""
        self._class_names = names
        self.laid_out()

    def set_class_field(
        self,
        classes: npt.NDArray,
        confidence: npt.NDArray | None,
        x_range: Range,
        y_range: Range,
    ) -> None:
        """Show which class is predicted where.

        Parameters
        ----------
        classes
            Class indices, shape (h, w): row 0 is at the low end of ``y_range``.
        confidence
            0 to 1, same shape: the colour's strength; None for full confidence.
        x_range, y_range
            What the field covers.
        """
        self._field, self._confidence, self._scale = np.asarray(classes), confidence, None
        self._ranges = x_range, y_range
        self.filled()

    def set_scalar_field(
        self,
        values: npt.NDArray,
        x_range: Range,
        y_range: Range,
        *,
        low: float | None = None,
        high: float | None = None,
        lut: colour_maps.MapName = "diverging",
    ) -> None:
        """Show one quantity, shape (h, w) with row 0 at the low end of ``y_range``."""
        self._field, self._confidence = np.asarray(values), None
        self._scale = ColourScale.over(self._field, lut, low, high)
        self._ranges = x_range, y_range
        self.filled()

    def set_points(self, points: npt.NDArray, labels: npt.NDArray | None = None) -> None:
        """Show samples, shape (n, 2), with their classes, shape (n,)."""
        self.take_points(points)
        self._labels = None if labels is None else np.asarray(labels)
        if len(self._points) or self._field is not None:
            self.filled()
        else:
            self.set_empty(self.tr("There are no points to show."))

    @property
    def field_image(self) -> colour_maps.Argb:
        """The field as it is painted, before scaling, row 0 at the top."""
        if self._pixels is None:
            self._pixels = np.ascontiguousarray(self._colours()[::-1])
        return self._pixels

    # Layout and painting

    def laid_out(self) -> None:
        self._pixels = None
        self._axes = None
        if self._empty is None:
            area = self.area()
            self._bar = None
            if self._scale is not None:
                area, self._bar = self._scale.split(self.font(), area)
            if self._classes():
                area.setTop(area.top() + QFontMetricsF(self.font()).height() + 4)
            x_range, y_range = self._ranges or (
                range_over(self._points[:, 0]),
                range_over(self._points[:, 1]),
            )
            self._axes = Axes.within(area, x_range, y_range, self.font(), self._axis_names)
        self.update()

    def draw(self, painter: QPainter, area: QRectF) -> None:
        axes = self._axes
        if axes is None:
            return
        if self._field is not None:
            painter.drawImage(axes.body, image_of(self.field_image))
        else:
            axes.draw_grid(painter)
        painter.save()
        painter.setClipRect(axes.body)
        self._draw_points(painter, axes)
        painter.restore()
        axes.draw(painter)
        self._draw_legend(painter, area)
        if self._scale is not None and self._bar is not None:
            self._scale.draw_bar(painter, self._bar)

    def _draw_points(self, painter: QPainter, axes: Axes) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        finite = np.isfinite(self._points).all(axis=1)
        centres, kinds = axes.to_screen(self._points[finite]), self._kinds()[finite]
        self._stamps = series_stamps(self._stamps, _RADIUS, self.devicePixelRatioF())
        self._stamps.draw(painter, centres, kinds)
        self.draw_current(painter)

    def _kinds(self) -> npt.NDArray:
        return np.zeros(len(self._points), int) if self._labels is None else self._labels

    def _draw_legend(self, painter: QPainter, area: QRectF) -> None:
        colours = theme.current()
        metrics = QFontMetricsF(painter.font())
        x, middle = area.left() + 2 * _RADIUS, area.top() + metrics.height() / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for kind in self._classes():
            name = self._class_name(kind)
            painter.setPen(QPen(QColor(colours.background), 1))
            painter.setBrush(colours.series_colour(kind))
            painter.drawPath(glyphs(np.array([[x, middle]]), kind, _RADIUS + 0.5))
            painter.setPen(QColor(colours.foreground))
            room = QRectF(x + 2 * _RADIUS, area.top(), area.right() - x - 8, metrics.height())
            labels.draw_elided(painter, room, name)
            x += 2 * _RADIUS + metrics.horizontalAdvance(name) + 18
            if x > area.right() - 40:
                labels.draw_elided(painter, QRectF(x, area.top(), 20, metrics.height()), "…")
                break
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _classes(self) -> list[int]:
        """The classes that the legend explains."""
        shown = set() if self._labels is None else _present(self._labels)
        if self._field is not None and self._scale is None:
            shown |= _present(self._field)
        return sorted(shown)

    def _colours(self) -> colour_maps.Argb:
        assert self._field is not None
        if self._scale is not None:
            return self._scale.colours(self._field)
        colours = theme.current()
        n_classes = int(self._field.max()) + 1 if self._field.size else 1
        ground = np.array(QColor(colours.background).getRgb()[:3])
        inks = np.array([colours.series_colour(i).getRgb()[:3] for i in range(n_classes)])
        share = np.linspace(_PALEST, _STRONGEST, _STRENGTHS)[:, None]
        table = np.rint((1 - share) * ground + share * inks[:, None]).astype(np.uint32)
        red, green, blue = np.moveaxis(table, -1, 0)
        argb = np.uint32(0xFF000000) | (red << np.uint32(16)) | (green << np.uint32(8)) | blue
        sure = np.ones(self._field.shape) if self._confidence is None else self._confidence
        strength = np.clip(np.nan_to_num(sure), 0, 1) * (_STRENGTHS - 1)
        return np.take(argb, self._field * _STRENGTHS + np.rint(strength).astype(np.intp))

    # Hover, mouse, keyboard

    def value_at(self, pos: QPointF) -> str | None:
        axes = self._axes
        if axes is None or not axes.body.contains(pos):
            return None
        x, y = axes.to_value(pos)
        index = self.point_at(pos)
        parts = [self.place_text(x, y) if index is None else self._point_text(index)]
        if self._field is not None:
            parts.append(self._field_text(x, y))
        return "\n".join(parts)

    def _point_text(self, index: int) -> str:
        said = f": {self._class_name(int(self._labels[index]))}" if self._labels is not None else ""
        place = self.place_text(*self._points[index].tolist())
        return f"{self.tr('point {}').format(index)}{said} ({place})"

    def _field_text(self, x: float, y: float) -> str:
        assert self._field is not None
        assert self._axes is not None
        height, width = self._field.shape
        (x0, x1), (y0, y1) = self._axes.x_range, self._axes.y_range
        column = min(max(int((x - x0) / (x1 - x0) * width), 0), width - 1)
        row = min(max(int((y - y0) / (y1 - y0) * height), 0), height - 1)
        if self._scale is not None:
            return self.tr("value {}").format(short_text(float(self._field[row, column])))
        text = self.tr("predicted: {}").format(self._class_name(int(self._field[row, column])))
        if self._confidence is not None:
            text += f" ({short_text(float(self._confidence[row, column]))})"
        return text

    def _class_name(self, kind: int) -> str:
        known = 0 <= kind < len(self._class_names)
        return self._class_names[kind] if known else self.tr("class {}").format(kind)

    def csv_rows(self) -> list[list[object]]:
        header: list[object] = ["kind", *self._axis_names, "value", "confidence"]
        rows = self._field_rows() if self._field is not None else []
        for index, (x, y) in enumerate(self._points.tolist()):
            label = "" if self._labels is None else self._labels[index]
            rows.append(["point", x, y, label, ""])
        return [header, *rows]

    def _field_rows(self) -> list[list[object]]:
        assert self._field is not None
        assert self._ranges is not None
        height, width = self._field.shape
        x, y = (_middles(r, n) for r, n in zip(self._ranges, (width, height), strict=True))
        sure = self._confidence
        return [
            ["field", x[j], y[i], self._field[i, j], "" if sure is None else sure[i, j]]
            for i in range(height)
            for j in range(width)
        ]


def _present(kinds: npt.NDArray) -> set[int]:
    """Which class indices there are; far faster than sorting them."""
    return set(np.flatnonzero(np.bincount(np.ravel(kinds).astype(np.intp))).tolist())


def _middles(ends: Range, count: int) -> list[float]:
    """The centres of ``count`` equal cells."""
    low, high = ends
    return (low + (np.arange(count) + 0.5) * (high - low) / count).tolist()
