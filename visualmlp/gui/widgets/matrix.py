"""A table of values as a heat map with names, and with numbers where they fit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QLineF, QPointF, QRectF, pyqtSignal
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps, labels
from visualmlp.gui.widgets.colour_scale import ColourScale, not_finite_text
from visualmlp.gui.widgets.drawing import Drawing, draw_highlight, image_of
from visualmlp.gui.widgets.matrix_layout import MatrixLayout, extremes

_MOST_NUMBERS = 2500


class Matrix(Drawing):
    """Weights between two layers, a confusion matrix, and the like.

    Signals
    -------
    cell_picked
        Row and column of the cell that was clicked, or chosen with Enter or Space.
    """

    cell_picked = pyqtSignal(int, int)
    around_numbers = 6.0
    """Pixels of a cell's width that its number leaves free."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: npt.NDArray = np.zeros((0, 0))
        self._scale = ColourScale("diverging", -1.0, 1.0)
        self._names: tuple[Sequence[str] | None, Sequence[str] | None] = (None, None)
        self._titles = ("", "")
        self._format = ".3g"
        self._numbers = True
        self._texts: list[list[str]] | None = None
        self._kept: labels.Texts | None = None
        self._layout: MatrixLayout | None = None
        self._bar: QRectF | None = None
        self._pixels: colour_maps.Argb | None = None
        self._current: tuple[int, int] | None = None
        self.setAccessibleName(self.tr("Matrix"))

    def set_matrix(
        self,
        values: npt.NDArray,
        *,
        low: float | None = None,
        high: float | None = None,
        lut: colour_maps.MapName = "diverging",
        row_names: Sequence[str] | None = None,
        column_names: Sequence[str] | None = None,
        row_title: str = "",
        column_title: str = "",
        number_format: str = ".3g",
        numbers: bool = True,
    ) -> None:
        """Show a matrix.

        Parameters
        ----------
        values
            Shape (r, c), real or integer. Not copied: it must not change afterwards.
        low, high
            Ends of the colour scale; from the values where None.
        lut
            The colour map.
        row_names, column_names
            One per row and column; their numbers from 0 by default.
        row_title, column_title
            What rows and columns are.
        number_format
            A format specification such as ``".2f"`` or, for counts, ``"d"``.
        numbers
            Whether to write the values into the cells if they fit.
        """
        self._values = np.asarray(values)
        self._scale = ColourScale.over(self._values, lut, low, high)
        self._names = (row_names, column_names)
        self._titles = (row_title, column_title)
        self._format, self._numbers = number_format, numbers
        self._texts = None
        self.set_warning(not_finite_text(self._values, self.tr("{} values are NaN or infinite")))
        rows, columns = self._values.shape
        if self._current and (self._current[0] >= rows or self._current[1] >= columns):
            self._current = None
        if self._values.size:
            self.filled()
        else:
            self.set_empty(self.tr("The matrix is empty."))

    @property
    def current(self) -> tuple[int, int] | None:
        """Row and column of the highlighted cell."""
        return self._current

    def set_current(self, row: int | None, column: int | None) -> None:
        """Highlight a cell, or none, without a signal."""
        self._current = None if row is None or column is None else (row, column)
        self.update()

    @property
    def cells_image(self) -> colour_maps.Argb:
        """What is painted, before scaling: ``0xAARRGGBB``, a pixel per cell or fewer."""
        if self._pixels is None:
            shown = self._values
            if self._layout is not None and self._layout.shares_pixels:
                shown = extremes(shown, *self._layout.pixels)
            self._pixels = np.ascontiguousarray(self._scale.colours(shown))
        return self._pixels

    # Layout and painting

    def laid_out(self) -> None:
        self._layout = None
        self._pixels = None
        if self._empty is None and self.width() > 20 and self.height() > 20:
            self._layout = self._lay_out()
            if self._layout.shares_pixels:  # now there is a caption, which takes its room
                self._layout = self._lay_out()
        self.update()

    def _lay_out(self) -> MatrixLayout:
        area, self._bar = self._scale.split(self.font(), self.area())
        names = (self._all_names(0), self._all_names(1))
        return MatrixLayout.within(area, names, self._titles, self.font())

    def _caption_text(self) -> str:
        parts = [super()._caption_text()]
        if self._layout is not None and self._layout.shares_pixels:
            parts.append(self.tr("several cells share a pixel: the largest magnitude is shown"))
        return " · ".join(part for part in parts if part)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        layout = self._layout
        if layout is None:
            return
        painter.drawImage(layout.body, image_of(self.cells_image))
        self._draw_grid(painter, layout)
        self._draw_numbers(painter, layout)
        layout.draw_names(painter, (self._all_names(0), self._all_names(1)), self._titles)
        if self._bar is not None:
            self._scale.draw_bar(painter, self._bar)
        if self._current is not None:
            draw_highlight(painter, layout.cell(*self._current), theme.current())

    def _draw_grid(self, painter: QPainter, layout: MatrixLayout) -> None:
        if min(layout.cell_width, layout.cell_height) < 12:
            return
        body = layout.body
        x = body.left() + layout.cell_width * np.arange(layout.columns + 1)
        y = body.top() + layout.cell_height * np.arange(layout.rows + 1)
        lines = [QLineF(a, body.top(), a, body.bottom()) for a in x.tolist()]
        lines += [QLineF(body.left(), b, body.right(), b) for b in y.tolist()]
        painter.setPen(QPen(QColor(theme.current().background), 1))
        painter.drawLines(*lines)

    def _draw_numbers(self, painter: QPainter, layout: MatrixLayout) -> None:
        if not self._has_room_for_numbers(layout):
            return  # before thousands of texts are made in vain
        room = layout.cell_width - self.around_numbers
        texts, kept = self._number_texts(), self._kept_texts()
        sizes = [[kept[text].size() for text in row] for row in texts]
        widest = max(size.width() for row in sizes for size in row)
        line = sizes[0][0].height()
        if widest > room or line > layout.cell_height:
            return
        painter.setFont(kept.font)
        light = labels.is_light(self.cells_image)
        left = layout.body.left() + layout.cell_width / 2
        top = layout.body.top() + (layout.cell_height - line) / 2
        width, height = layout.cell_width, layout.cell_height
        for cells, ink in ((light, "#101214"), (~light, "#ffffff")):
            painter.setPen(QColor(ink))
            for i, j in np.argwhere(cells).tolist():
                if text := texts[i][j]:
                    x = left + j * width - sizes[i][j].width() / 2
                    kept.draw(painter, QPointF(x, top + i * height), text)
        painter.setFont(self.font())

    def _has_room_for_numbers(self, layout: MatrixLayout) -> bool:
        """Whether numbers are wanted, and a digit has room in a cell."""
        if not self._numbers or self._values.size > _MOST_NUMBERS:
            return False
        metrics = QFontMetricsF(self._number_font())
        room = layout.cell_width - self.around_numbers
        return metrics.height() <= layout.cell_height and metrics.boundingRect("0").width() <= room

    def _number_font(self) -> QFont:
        """The font of the numbers in the cells."""
        return self.font()

    def _kept_texts(self) -> labels.Texts:
        font = self._number_font()
        if self._kept is None or self._kept.font != font:
            self._kept = labels.Texts(font, 1e6)
        return self._kept

    def _number_texts(self) -> list[list[str]]:
        if self._texts is None:
            self._texts = [
                [labels.number_text(value, self._format) for value in row]
                for row in self._values.tolist()
            ]
        return self._texts

    # Hover, mouse, keyboard

    def value_at(self, pos: QPointF) -> str | None:
        layout = self._layout
        block = layout.block_at(pos) if layout else None
        if layout is None or block is None:
            return None
        rows, columns = block
        values = self._values[rows[0] : rows[1], columns[0] : columns[1]]
        where = f"{self._where(0, rows)}, {self._where(1, columns)}"
        if values.size == 1:
            return f"{where}: {self._number(values[0, 0])}"
        return self.tr("{where}: {low} to {high} ({count} cells share this pixel)").format(
            where=where,
            low=self._number(values.min()),
            high=self._number(values.max()),
            count=values.size,
        )

    def _where(self, axis: int, span: tuple[int, int]) -> str:
        names, title = self._names[axis], self._titles[axis]
        default = self.tr("row") if axis == 0 else self.tr("column")
        first = names[span[0]] if names else str(span[0])
        last = names[span[1] - 1] if names else str(span[1] - 1)
        return f"{title or default} {first}" + (f" – {last}" if span[1] - span[0] > 1 else "")

    def _number(self, value: float) -> str:
        exact = "d" if np.issubdtype(self._values.dtype, np.integer) else ".5g"
        return labels.number_text(value, exact)

    def pick_at(self, pos: QPointF) -> None:
        block = self._layout.block_at(pos) if self._layout else None
        if block is not None:
            self._current = block[0][0], block[1][0]
            self.update()
            self.cell_picked.emit(*self._current)

    def pick_current(self) -> None:
        if self._current is not None:
            self.cell_picked.emit(*self._current)

    def move_current(self, dx: int, dy: int) -> None:
        if self._current is None:
            self.set_current(0, 0)
            return
        rows, columns = self._values.shape
        row, column = self._current
        self.set_current(min(max(row + dy, 0), rows - 1), min(max(column + dx, 0), columns - 1))

    def current_point(self) -> QPointF | None:
        if self._current is None or self._layout is None:
            return None
        return self._layout.cell(*self._current).center()

    def csv_rows(self) -> list[list[object]]:
        header: list[object] = [" \\ ".join(t for t in self._titles if t), *self._all_names(1)]
        names = self._all_names(0)
        return [
            header,
            *([names[i], *row] for i, row in enumerate(self._values.astype(str).tolist())),
        ]

    def _all_names(self, axis: int) -> Sequence[str]:
        names = self._names[axis]
        return names if names is not None else [str(i) for i in range(self._values.shape[axis])]
