"""An array of any size as a heat map: as a whole, and with its numbers where one looks closer."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPen, QWheelEvent
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.maths.digits import exact_text
from visualmlp.gui.widgets import colour_maps, labels
from visualmlp.gui.widgets.colour_scale import ColourScale, not_finite_text
from visualmlp.gui.widgets.drawing import draw_frame, draw_highlight, image_of
from visualmlp.gui.widgets.matrix_layout import extremes
from visualmlp.gui.widgets.scrolled import ScrolledDrawing

ZOOM = 1.5
_WIDEST, _HIGHEST = 72.0, 44.0
"""Cells of small arrays grow no further than this to fill the widget."""

_FORMAT = ".3g"
_PATTERN = "−0.000123"
_FEW = 256
"""Numbers of which the widest is looked for; room for others is that of the pattern."""

Place = Callable[[int, int], str]


class ArrayMap(ScrolledDrawing):
    """Cells fill the widget at first; the wheel, + and − zoom, 0 shows everything again.

    Rows and columns grow to the size at which numbers can be read, each as far as it needs to.

    Signals
    -------
    cell_picked
        Row and column of the cell that was clicked, or chosen with Enter or Space.
    """

    csv_has_header = False

    cell_picked = pyqtSignal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: npt.NDArray = np.zeros((0, 0))
        self._scale = ColourScale("diverging", -1.0, 1.0)
        self._place: Place = lambda row, column: f"[{row}, {column}]"
        self._zoom = 1.0
        self._current: tuple[int | None, int | None] = (None, None)
        self._pixels: tuple[object, colour_maps.Argb] | None = None
        self._kept: labels.Texts | None = None
        self._widest = [_PATTERN]

    def set_array(self, values: npt.NDArray, title: str, place: Place) -> None:
        """Show an array.

        Parameters
        ----------
        values
            Shape (r, c), both at least 1. Not copied: it must not change afterwards.
        title
            Name and shape.
        place
            Gives the text for a row and a column, such as "Z¹ of sample 7, unit 2".
        """
        if values.shape != self._values.shape:
            self._zoom = 1.0
        self._values, self._place, self._pixels = values, place, None
        self._widest = [_PATTERN]
        if values.size <= _FEW:
            self._widest = [labels.number_text(value, _FORMAT) for value in values.ravel().tolist()]
        self._scale = ColourScale.over(values, "diverging")
        self.set_title(title)
        self.set_caption(self._range_text())
        self.set_warning(not_finite_text(values, self.tr("{} values are NaN or infinite")))
        self.filled()

    @property
    def values(self) -> npt.NDArray:
        """What is shown, (r, c)."""
        return self._values

    @property
    def current(self) -> tuple[int | None, int | None]:
        """The row and the column that are framed."""
        return self._current

    def set_current(self, row: int | None, column: int | None) -> None:
        """Frame a row, a column, or the cell where both meet, and scroll there; no signal."""
        rows, columns = self._values.shape
        row = row if row is not None and row < rows else None
        column = column if column is not None and column < columns else None
        if (row, column) != self._current:
            self._current = row, column
            self._reveal()
            self.update()

    @property
    def zoom(self) -> float:
        """How many times larger than fitting cells may be."""
        return self._zoom

    def zoom_by(self, factor: float, around: QPointF | None = None) -> None:
        """Zoom, what lies under a point of the widget (or what is framed) staying in place."""
        before = self._cell_size()
        at = around or self._current_point_or_centre()
        inside = at - self._origin()
        self._zoom = min(max(self._zoom * factor, 1.0), self._most_zoom())
        self.laid_out()
        after = self._cell_size()
        wanted = QPointF(
            inside.x() * after.width() / before.width(),
            inside.y() * after.height() / before.height(),
        )
        moved = wanted - (at - self.view().topLeft())
        for orientation, place in zip(self._bars, (moved.x(), moved.y()), strict=True):
            self._bars[orientation].setValue(int(place))

    def show_numbers(self) -> None:
        """Zoom until the numbers can be read."""
        self.zoom_by(self._most_zoom())

    def fit(self) -> None:
        """Show the whole array."""
        self._zoom = 1.0
        self.laid_out()

    @property
    def shows_numbers(self) -> bool:
        """Whether cells are large enough for their numbers."""
        cell, least = self._cell_size(), self._readable()
        return cell.width() >= least.width() and cell.height() >= least.height()

    # Layout

    def _readable(self) -> QSizeF:
        metrics = QFontMetricsF(labels.small_font(self.font()))
        return QSizeF(
            math.ceil(labels.widest(metrics, self._widest)) + 4, math.ceil(metrics.height()) + 3
        )

    def _fitting(self) -> QSizeF:
        rows, columns = self._values.shape
        area = self.area()
        return QSizeF(
            min(max(area.width(), 1) / columns, _WIDEST),
            min(max(area.height(), 1) / rows, _HIGHEST),
        )

    def _cell_size(self) -> QSizeF:
        fitting, readable = self._fitting(), self._readable()
        return QSizeF(
            max(fitting.width(), min(fitting.width() * self._zoom, readable.width())),
            max(fitting.height(), min(fitting.height() * self._zoom, readable.height())),
        )

    def _most_zoom(self) -> float:
        fitting, readable = self._fitting(), self._readable()
        return max(readable.width() / fitting.width(), readable.height() / fitting.height(), 1.0)

    def content_size(self) -> QSizeF:
        rows, columns = self._values.shape
        cell = self._cell_size()
        slack = 1e-6  # so that what fits exactly needs no bar
        return QSizeF(columns * cell.width() - slack, rows * cell.height() - slack)

    def _origin(self) -> QPointF:
        """Where the first cell begins on screen: in the middle of a larger widget."""
        view, content = self.view(), self.content_size()
        free = QPointF(
            max(0.0, (view.width() - content.width()) / 2),
            max(0.0, (view.height() - content.height()) / 2),
        )
        return view.topLeft() + free - self.offset()

    def _cell(self, row: int, column: int) -> QRectF:
        size, origin = self._cell_size(), self._origin()
        x, y = origin.x() + column * size.width(), origin.y() + row * size.height()
        return QRectF(QPointF(x, y), size)

    def _reveal(self) -> None:
        row, column = self._current
        if self._zoom > 1 and (row is not None or column is not None):
            size = self._cell_size()
            left, top = self.offset().x(), self.offset().y()
            x = left if column is None else column * size.width()
            y = top if row is None else row * size.height()
            self.scroll_to(QRectF(QPointF(x, y), size))

    def _current_point_or_centre(self) -> QPointF:
        row, column = self._current
        if row is None or column is None:
            return self.view().center()
        centre = self._cell(row, column).center()
        return centre if self.view().contains(centre) else self.view().center()

    # Painting

    def draw(self, painter: QPainter, area: QRectF) -> None:
        view, size, origin = self.view(), self._cell_size(), self._origin()
        rows = _visible(
            view.top() - origin.y(), view.height(), size.height(), self._values.shape[0]
        )
        columns = _visible(
            view.left() - origin.x(), view.width(), size.width(), self._values.shape[1]
        )
        body = self._cell(rows.start, columns.start).united(
            self._cell(rows.stop - 1, columns.stop - 1)
        )
        painter.save()
        painter.setClipRect(view.adjusted(-3, -3, 3, 3))
        pixels = self._colours(rows, columns, body)
        painter.drawImage(body, image_of(pixels))
        painter.setPen(QPen(QColor(theme.current().grid), 1))
        painter.drawRect(body)
        if self.shows_numbers:
            self._draw_numbers(painter, rows, columns, pixels)
        self._draw_frames(painter, view, origin)
        painter.restore()

    def _colours(self, rows: slice, columns: slice, body: QRectF) -> colour_maps.Argb:
        """A pixel for each cell in view, or as many as there are on the screen."""
        shown = self._values[rows, columns]
        size = (
            min(shown.shape[0], math.ceil(body.height())),
            min(shown.shape[1], math.ceil(body.width())),
        )
        key = (rows.start, rows.stop, columns.start, columns.stop, size, theme.current().dark)
        if self._pixels is None or self._pixels[0] != key:
            reduced = extremes(shown, *size) if size != shown.shape else shown
            self._pixels = key, np.ascontiguousarray(self._scale.colours(reduced))
        return self._pixels[1]

    def _draw_numbers(
        self, painter: QPainter, rows: slice, columns: slice, pixels: colour_maps.Argb
    ) -> None:
        texts, size, origin = self._kept_texts(), self._cell_size(), self._origin()
        painter.setFont(texts.font)
        light = labels.is_light(pixels)
        shown = self._values[rows, columns]
        for on_light, ink in ((light, "#101214"), (~light, "#ffffff")):
            painter.setPen(QColor(ink))
            for i, j in np.argwhere(on_light).tolist():
                text = labels.number_text(float(shown[i, j]), _FORMAT)
                extent = texts[text].size()
                x = origin.x() + (columns.start + j + 0.5) * size.width() - extent.width() / 2
                y = origin.y() + (rows.start + i + 0.5) * size.height() - extent.height() / 2
                texts.draw(painter, QPointF(x, y), text)

    def _draw_frames(self, painter: QPainter, view: QRectF, origin: QPointF) -> None:
        row, column = self._current
        size, content = self._cell_size(), self.content_size()
        ink = QColor(theme.current().highlight)
        if row is not None and self._values.shape[1] > 1:
            band = QRectF(
                origin.x(), origin.y() + row * size.height(), content.width(), size.height()
            )
            draw_frame(painter, _at_least(band).intersected(view.adjusted(-3, -3, 3, 3)), ink, 1)
        if column is not None and self._values.shape[0] > 1:
            band = QRectF(
                origin.x() + column * size.width(), origin.y(), size.width(), content.height()
            )
            draw_frame(painter, _at_least(band).intersected(view.adjusted(-3, -3, 3, 3)), ink, 1)
        if row is not None and column is not None:
            draw_highlight(painter, _at_least(self._cell(row, column)), theme.current())

    def _kept_texts(self) -> labels.Texts:
        font = labels.small_font(self.font())
        if self._kept is None or self._kept.font != font:
            self._kept = labels.Texts(font, 1e6)
        return self._kept

    def _range_text(self) -> str:
        low, high = (labels.number_text(float(end), _FORMAT) for end in self._ends())
        return low if low == high else f"{low} … {high}"

    def _ends(self) -> tuple[float, float]:
        return self._values.min(), self._values.max()

    # Hover, mouse, keyboard

    def _cell_at(self, pos: QPointF) -> tuple[int, int] | None:
        inside, size = pos - self._origin(), self._cell_size()
        row, column = math.floor(inside.y() / size.height()), math.floor(inside.x() / size.width())
        rows, columns = self._values.shape
        within = 0 <= row < rows and 0 <= column < columns and self.view().contains(pos)
        return (row, column) if within else None

    def value_at(self, pos: QPointF) -> str | None:
        cell = self._cell_at(pos)
        if cell is None:
            return None
        return f"{self._place(*cell)} = {exact_text(self._values[cell])}"

    def pick_at(self, pos: QPointF) -> None:
        cell = self._cell_at(pos)
        if cell is not None:
            self.cell_picked.emit(*cell)

    def pick_current(self) -> None:
        row, column = self._current
        if row is not None and column is not None:
            self.cell_picked.emit(row, column)

    def move_current(self, dx: int, dy: int) -> None:
        rows, columns = self._values.shape
        row, column = (place or 0 for place in self._current)
        row, column = min(max(row + dy, 0), rows - 1), min(max(column + dx, 0), columns - 1)
        self.set_current(row, column)
        self.cell_picked.emit(row, column)

    def current_point(self) -> QPointF | None:
        row, column = self._current
        return None if row is None or column is None else self._cell(row, column).center()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None or self._empty is not None:
            super().keyPressEvent(event)
        elif event.text() in ("+", "-"):
            self.zoom_by(ZOOM if event.text() == "+" else 1 / ZOOM)
        elif event.key() == Qt.Key.Key_0 and not event.modifiers():
            self.fit()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is None or self._empty is not None:
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            super().wheelEvent(event)
        else:
            self.zoom_by(ZOOM ** (event.angleDelta().y() / 120), event.position())
            event.accept()

    def csv_rows(self) -> list[list[object]]:
        return self._values.astype(str).tolist()

    def minimumSizeHint(self) -> QSize:
        return QSize(56, 60)


def _visible(before: float, room: float, side: float, count: int) -> slice:
    """The cells of a row or column that show, one at least."""
    first = min(max(0, math.floor(before / side)), count - 1)
    return slice(first, min(count, max(first + 1, math.ceil((before + room) / side))))


def _at_least(rect: QRectF, least: float = 3.0) -> QRectF:
    """A rectangle large enough to be framed."""
    across, down = max(0.0, least - rect.width()) / 2, max(0.0, least - rect.height()) / 2
    return rect.adjusted(-across, -down, across, down)
