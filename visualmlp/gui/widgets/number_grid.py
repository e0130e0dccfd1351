"""A picture with the number of every pixel written into it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, QSizeF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPen, QWheelEvent
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps, labels
from visualmlp.gui.widgets.colour_scale import ColourScale, not_finite_text
from visualmlp.gui.widgets.drawing import draw_highlight, image_of
from visualmlp.gui.widgets.scrolled import ScrolledDrawing

_ZOOM = 1.25
_SMALLEST = 2.0
_LARGEST = 120.0


class NumberGrid(ScrolledDrawing):
    """Pixels as cells with their values; scrolls, and zooms with + and − or Ctrl and the wheel.

    It starts so large that the numbers can be read; 0 returns to that, F fits the whole picture.
    """

    csv_has_header = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: npt.NDArray = np.zeros((0, 0))
        self._scale = ColourScale("grey", 0.0, 1.0)
        self._format = ".2f"
        self._side: float | None = None
        self._fits = False
        self._readable = 20.0
        self._kept: labels.Texts | None = None
        self._current: tuple[int, int] | None = None
        self.setAccessibleName(self.tr("Picture as numbers"))

    def set_picture(
        self,
        picture: npt.NDArray,
        *,
        low: float | None = None,
        high: float | None = None,
        number_format: str = ".2f",
        lut: colour_maps.MapName = "grey",
    ) -> None:
        """Show a picture of shape (h, w); ``low`` and ``high`` are the ends of the ink's scale."""
        self._picture = np.asarray(picture)
        self._scale = ColourScale.over(self._picture, lut, low, high)
        self._format = number_format
        self.set_warning(not_finite_text(self._picture, self.tr("{} values are NaN or infinite")))
        if self._picture.size:
            self._readable = self._readable_side()
            self.filled()
        else:
            self.set_empty(self.tr("There is no picture to show."))

    def set_cell_side(self, side: float | None) -> None:
        """Set the side of a cell on screen; None for one at which numbers can be read."""
        self._fits = False
        self._side = None if side is None else min(max(side, _SMALLEST), _LARGEST)
        self.laid_out()

    def fit(self) -> None:
        """Show the whole picture at every size, with numbers if they can be read."""
        self._fits = True
        self.laid_out()

    @property
    def cell_side(self) -> float:
        """The side of a cell on screen."""
        fitting = self._fitting_side()
        if self._fits:
            return fitting
        return self._side if self._side is not None else max(self._readable, fitting)

    def _fitting_side(self) -> float:
        height, width = self._picture.shape
        side = min(self.area().width() / width, self.area().height() / height)
        return math.floor(side) if side >= 2 else max(side, 0.1)

    def _readable_side(self) -> float:
        metrics = QFontMetricsF(labels.small_font(self.font()))
        ends = (self._picture.min(), self._picture.max(), self._scale.low, self._scale.high)
        wide = labels.widest(metrics, (self._text(float(end)) for end in ends))
        return math.ceil(max(wide + 5, metrics.height() + 2))

    def _text(self, value: float) -> str:
        text = labels.number_text(value, self._format)
        return "0" if not float(value) else text

    def content_size(self) -> QSizeF:
        height, width = self._picture.shape
        return QSizeF(width * self.cell_side, height * self.cell_side)

    def _cell_rect(self, row: int, column: int) -> QRectF:
        """Where a cell is in the content."""
        side = self.cell_side
        return QRectF(column * side, row * side, side, side)

    def _origin(self) -> QPointF:
        """Where the content begins on screen: centred if there is room."""
        view, size = self.view(), self.content_size()
        free = QPointF(
            max(0.0, (view.width() - size.width()) / 2),
            max(0.0, (view.height() - size.height()) / 2),
        )
        return view.topLeft() + free - self.offset()

    def draw(self, painter: QPainter, area: QRectF) -> None:
        painter.save()
        painter.setClipRect(self.view())
        origin, side = self._origin(), self.cell_side
        pixels = np.ascontiguousarray(self._scale.colours(self._picture))
        whole = QRectF(origin, self.content_size())
        painter.drawImage(whole, image_of(pixels))
        painter.setPen(QPen(QColor(theme.current().grid), 1))
        painter.drawRect(whole)
        if side >= self._readable:
            self._draw_numbers(painter, origin, pixels)
        if self._current is not None:
            cell = self._cell_rect(*self._current).translated(origin)
            draw_highlight(painter, cell, theme.current())
        painter.restore()

    def _draw_numbers(self, painter: QPainter, origin: QPointF, pixels: colour_maps.Argb) -> None:
        view, side = self.view(), self.cell_side
        height, width = self._picture.shape
        rows = _visible(view.top() - origin.y(), view.height(), side, height)
        columns = _visible(view.left() - origin.x(), view.width(), side, width)
        texts = self._kept_texts()
        painter.setFont(texts.font)
        shown = self._picture[rows, columns].tolist()
        light = labels.is_light(pixels[rows, columns]).tolist()
        for on_light, ink in ((True, "#30353a"), (False, "#e6eaee")):
            painter.setPen(QColor(ink))
            for i, row in enumerate(shown, rows.start):
                for j, value in enumerate(row, columns.start):
                    if light[i - rows.start][j - columns.start] is on_light:
                        text = self._text(value)
                        size = texts[text].size()
                        x = origin.x() + (j + 0.5) * side - size.width() / 2
                        y = origin.y() + (i + 0.5) * side - size.height() / 2
                        texts.draw(painter, QPointF(x, y), text)

    def _kept_texts(self) -> labels.Texts:
        font = labels.small_font(self.font())
        if self._kept is None or self._kept.font != font:
            self._kept = labels.Texts(font, 1e6)
        return self._kept

    # Hover, mouse, keyboard

    def _pixel_at(self, pos: QPointF) -> tuple[int, int] | None:
        if not self.view().contains(pos):
            return None
        inside = (pos - self._origin()) / self.cell_side
        row, column = math.floor(inside.y()), math.floor(inside.x())
        height, width = self._picture.shape
        return (row, column) if 0 <= row < height and 0 <= column < width else None

    def value_at(self, pos: QPointF) -> str | None:
        pixel = self._pixel_at(pos)
        if pixel is None:
            return None
        value = labels.number_text(float(self._picture[pixel]), ".6g")
        return self.tr("pixel (row {row}, column {column}): {value}").format(
            row=pixel[0], column=pixel[1], value=value
        )

    def pick_at(self, pos: QPointF) -> None:
        self._current = self._pixel_at(pos) or self._current
        self.update()

    def move_current(self, dx: int, dy: int) -> None:
        height, width = self._picture.shape
        if self._current is None:
            self._current = 0, 0
        else:
            row, column = self._current[0] + dy, self._current[1] + dx
            self._current = min(max(row, 0), height - 1), min(max(column, 0), width - 1)
        self.scroll_to(self._cell_rect(*self._current))
        self.update()

    def current_point(self) -> QPointF | None:
        if self._current is None:
            return None
        return self._cell_rect(*self._current).translated(self._origin()).center()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None or self._empty is not None:
            super().keyPressEvent(event)
        elif event.text() in ("+", "-"):
            self.set_cell_side(self.cell_side * (_ZOOM if event.text() == "+" else 1 / _ZOOM))
        elif event.key() == Qt.Key.Key_0:
            self.set_cell_side(None)
        elif event.key() == Qt.Key.Key_F:
            self.fit()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is not None and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_cell_side(self.cell_side * _ZOOM ** (event.angleDelta().y() / 120))
            event.accept()
        else:
            super().wheelEvent(event)

    def csv_rows(self) -> list[list[object]]:
        return self._picture.astype(str).tolist()


def _visible(before: float, room: float, side: float, count: int) -> slice:
    """The cells of a row or column that show."""
    first = max(0, math.floor(before / side))
    return slice(first, min(count, max(first, math.ceil((before + room) / side))))
