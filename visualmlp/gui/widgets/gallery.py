"""Samples as pictures with captions, or as lines of text, as many as one likes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, QSizeF, pyqtSignal
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps, labels
from visualmlp.gui.widgets.colour_scale import ColourScale
from visualmlp.gui.widgets.drawing import draw_highlight, image_of
from visualmlp.gui.widgets.scrolled import ScrolledDrawing

_PICTURE_SIDE = 56.0
_PADDING = 6.0


class Gallery(ScrolledDrawing):
    """Pictures in a grid that scrolls; only those in view are painted.

    Signals
    -------
    picture_picked
        The id of the picture or line that was clicked, or chosen with Enter or Space.
    """

    picture_picked = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: npt.NDArray | None = None
        self._captions: Sequence[str] = ()
        self._ids: Sequence[int] = ()
        self._marks: Sequence[str] | None = None
        self._scale = ColourScale("grey", 0.0, 1.0)
        self._side = _PICTURE_SIDE
        self._kept: labels.Texts | None = None
        self._current: int | None = None
        self._cell = QSizeF(1, 1)
        self.setAccessibleName(self.tr("Gallery of samples"))

    def set_pictures(
        self,
        pictures: npt.NDArray,
        captions: Sequence[str],
        ids: Sequence[int],
        *,
        low: float | None = None,
        high: float | None = None,
        marks: Sequence[str] | None = None,
        lut: colour_maps.MapName = "grey",
    ) -> None:
        """Show pictures.

        Parameters
        ----------
        pictures
            Shape (n, h, w). Not copied: it must not change afterwards.
        captions
            One per picture; may have several lines.
        ids
            What :attr:`picture_picked` tells.
        low, high
            Ends of the ink's scale; from the pictures where None.
        marks
            ``"✓"``, ``"✗"`` or ``""`` per picture, set before its caption.
        """
        self._pictures = np.asarray(pictures)
        self._scale = ColourScale.over(self._pictures, lut, low, high)
        self._set(captions, ids, marks)

    def set_rows(
        self, captions: Sequence[str], ids: Sequence[int], *, marks: Sequence[str] | None = None
    ) -> None:
        """Show lines of text: samples that are no pictures."""
        self._pictures = None
        self._set(captions, ids, marks)

    @property
    def current(self) -> int | None:
        """The id of the highlighted picture."""
        return None if self._current is None else self._ids[self._current]

    def set_current(self, sample_id: int | None) -> None:
        """Highlight the picture of an id and scroll to it, without a signal."""
        self._current = None
        if sample_id is not None and sample_id in self._ids:
            self._current = list(self._ids).index(sample_id)
            self.scroll_to(self._cell_rect(self._current))
        self.update()

    def _set(
        self, captions: Sequence[str], ids: Sequence[int], marks: Sequence[str] | None
    ) -> None:
        kept = self.current if self._current is not None else None
        self._captions, self._ids, self._marks = captions, ids, marks
        self._current = list(ids).index(kept) if kept is not None and kept in ids else None
        if len(captions):
            self.filled()
        else:
            self.set_empty(self.tr("No samples to show."))

    # Layout

    def laid_out(self) -> None:
        if self._empty is None:
            self._cell = self._cell_size()
        super().laid_out()

    def content_size(self) -> QSizeF:
        columns = self._columns(self.area().width() - 16)
        rows = -(-len(self._captions) // columns)
        return QSizeF(0, rows * self._cell.height())

    def _cell_size(self) -> QSizeF:
        metrics = QFontMetricsF(self._small())
        if self._pictures is None:
            return QSizeF(self.area().width(), metrics.height() + _PADDING)
        picture = self._picture_size()
        lines = [line for text in self._captions[:50] for line in text.split("\n")]
        wanted = min(labels.widest(metrics, lines) + self._mark_width() + 1, 2.5 * self._side)
        height = picture.height() + self._caption_lines() * metrics.height() + 2
        return QSizeF(max(picture.width(), wanted) + 2 * _PADDING, height + 2 * _PADDING)

    def _picture_size(self) -> QSizeF:
        assert self._pictures is not None
        height, width = self._pictures.shape[1:]
        scale = self._side / max(height, width, 1)
        scale = max(1, round(scale)) if scale > 0.7 else scale
        return QSizeF(width * scale, height * scale)

    def _caption_lines(self) -> int:
        return max((text.count("\n") + 1 for text in self._captions[:50] if text), default=0)

    def _columns(self, width: float) -> int:
        return 1 if self._pictures is None else max(1, math.floor(width / self._cell.width()))

    def _cell_rect(self, index: int) -> QRectF:
        """Where a cell is in the content."""
        row, column = divmod(index, self._columns(self.area().width() - 16))
        corner = QPointF(column * self._cell.width(), row * self._cell.height())
        return QRectF(corner, self._cell)

    def _on_screen(self, rect: QRectF) -> QRectF:
        return rect.translated(self.view().topLeft() - self.offset())

    def _in_view(self) -> dict[int, QRectF]:
        """The cells that show, by index, on screen."""
        columns = self._columns(self.area().width() - 16)
        view, scrolled = self.view(), self.offset().y()
        width, height = self._cell.width(), self._cell.height()
        first = math.floor(scrolled / height)
        last = math.ceil((scrolled + view.height()) / height)
        left, top = view.left(), view.top() - scrolled
        return {
            index: QRectF(
                left + index % columns * width, top + index // columns * height, width, height
            )
            for index in range(first * columns, min(last * columns, len(self._captions)))
        }

    # Painting

    def draw(self, painter: QPainter, area: QRectF) -> None:
        painter.save()
        painter.setClipRect(self.view())
        cells = self._in_view()
        if self._pictures is not None and cells:
            self._draw_pictures(painter, cells)
        painter.setFont(self._small())
        self._draw_captions(painter, cells)
        if self._current in cells:
            inner = cells[self._current].adjusted(2, 2, -2, -2)
            draw_highlight(painter, inner, theme.current())
        painter.restore()

    def _draw_pictures(self, painter: QPainter, cells: dict[int, QRectF]) -> None:
        assert self._pictures is not None
        shown = self._pictures[min(cells) : max(cells) + 1]
        coloured = np.ascontiguousarray(self._scale.colours(shown))
        size = self._picture_size()
        smooth = size.height() < shown.shape[1]
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        for pixels, cell in zip(coloured, cells.values(), strict=True):
            left = cell.left() + (cell.width() - size.width()) / 2
            target = QRectF(QPointF(round(left), cell.top() + _PADDING), size)
            painter.drawImage(target, image_of(pixels))

    def _draw_captions(self, painter: QPainter, cells: dict[int, QRectF]) -> None:
        colours = theme.current()
        mark_width = self._mark_width()
        texts = self._kept_texts(self._cell.width() - 2 * _PADDING - mark_width)
        pictures = self._pictures is not None
        top = _PADDING + self._picture_size().height() + 2 if pictures else _PADDING / 2
        inks = {"✓": QColor(colours.good), "✗": QColor(colours.bad)}
        ink = QColor(colours.foreground)
        painter.setPen(ink)
        for index, cell in cells.items():
            caption = self._captions[index]
            free = texts.width - texts[caption].size().width() if pictures else 0.0
            at = QPointF(cell.left() + _PADDING + max(0.0, free / 2), cell.top() + top)
            texts.draw(painter, at + QPointF(mark_width, 0), caption)
            if self._marks:
                painter.setPen(inks.get(self._marks[index], ink))
                texts.draw(painter, at, self._marks[index])
                painter.setPen(ink)

    def _kept_texts(self, width: float) -> labels.Texts:
        font = self._small()
        if self._kept is None or self._kept.width != width or self._kept.font != font:
            self._kept = labels.Texts(font, width)
        return self._kept

    def _mark_width(self) -> float:
        metrics = QFontMetricsF(self._small())
        return metrics.horizontalAdvance("✓ ") if self._marks else 0.0

    # Hover, mouse, keyboard

    def _index_at(self, pos: QPointF) -> int | None:
        if not self.view().contains(pos):
            return None
        inside = pos - self.view().topLeft() + self.offset()
        columns = self._columns(self.area().width() - 16)
        column = int(inside.x() / self._cell.width())
        index = int(inside.y() / self._cell.height()) * columns + column
        return index if column < columns and index < len(self._captions) else None

    def value_at(self, pos: QPointF) -> str | None:
        index = self._index_at(pos)
        if index is None:
            return None
        mark = f"{self._marks[index]} " if self._marks else ""
        name = self.tr("sample {}").format(self._ids[index])
        return f"{name}: {mark}{self._captions[index]}".replace("\n", ", ")

    def pick_at(self, pos: QPointF) -> None:
        index = self._index_at(pos)
        if index is not None:
            self._current = index
            self.update()
            self.pick_current()

    def pick_current(self) -> None:
        if self._current is not None:
            self.picture_picked.emit(self._ids[self._current])

    def move_current(self, dx: int, dy: int) -> None:
        step = dx + dy * self._columns(self.area().width() - 16)
        moved = 0 if self._current is None else self._current + step
        if 0 <= moved < len(self._captions):
            self._current = moved
            self.scroll_to(self._cell_rect(moved))
            self.update()

    def current_point(self) -> QPointF | None:
        if self._current is None:
            return None
        return self._on_screen(self._cell_rect(self._current)).center()

    def csv_rows(self) -> list[list[object]]:
        header: list[object] = ["id", "mark", "caption"]
        rows: list[list[object]] = [
            [number, self._marks[i] if self._marks else "", self._captions[i].replace("\n", ", ")]
            for i, number in enumerate(self._ids)
        ]
        if self._pictures is not None:
            height, width = self._pictures.shape[1:]
            header += [f"row {i} column {j}" for i in range(height) for j in range(width)]
            flat = self._pictures.reshape(len(rows), -1).astype(str).tolist()
            rows = [row + values for row, values in zip(rows, flat, strict=True)]
        return [header, *rows]

    def _small(self) -> QFont:
        return labels.small_font(self.font())
