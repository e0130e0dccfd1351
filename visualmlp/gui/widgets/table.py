"""A table of texts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import accumulate

from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.rows import PADDING, Rows, column_widths

_LOOKED_AT = 300
"""Rows whose texts decide how wide the columns are."""


class Table(Rows):
    """Texts in rows and columns; numbers stand at the right of their column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles: Sequence[str] = ()
        self._rows: Sequence[Sequence[str]] = ()
        self._values: Sequence[Sequence[object]] | None = None
        self._left: Collection[int] = (0,)
        self._bold: Collection[int] = ()
        self._edges: list[float] = [0.0]
        self.setAccessibleName(self.tr("Table"))

    def set_table(
        self,
        titles: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        left: Collection[int] = (0,),
        bold: Collection[int] = (),
        values: Sequence[Sequence[object]] | None = None,
    ) -> None:
        """Show a table.

        Parameters
        ----------
        titles
            Of the columns.
        rows
            As many texts each as there are titles.
        left
            Columns that hold words: they begin at the left.
        bold
            Rows in bold, such as a total.
        values
            What copies and files get instead of the texts: numbers in full precision.
        """
        self._titles, self._rows = titles, rows
        self._left, self._bold, self._values = left, bold, values
        self.keep_current()
        if len(rows):
            self.filled()
        else:
            self.set_empty(self.tr("The table is empty."))

    @property
    def texts(self) -> list[list[str]]:
        """What is shown, the titles first."""
        return [list(self._titles), *map(list, self._rows)]

    def row_count(self) -> int:
        return len(self._rows)

    def columns_width(self) -> float:
        return self._edges[-1]

    def laid_out(self) -> None:
        metrics = QFontMetricsF(labels.bold_font(self.font()))
        looked_at = [self._titles, *self._rows[:_LOOKED_AT]]
        widths = column_widths(metrics, zip(*looked_at, strict=True))
        self._edges = [0.0, *accumulate(widths)]
        super().laid_out()

    def draw_header(self, painter: QPainter, left: float, top: float) -> None:
        self._draw_texts(painter, self._titles, left, top, bold=False)

    def draw_rows(self, painter: QPainter, left: float, tops: dict[int, float]) -> None:
        painter.setPen(QColor(theme.current().foreground))
        for row, top in tops.items():
            self._draw_texts(painter, self._rows[row], left, top, bold=row in self._bold)

    def _draw_texts(
        self, painter: QPainter, texts: Sequence[str], left: float, top: float, *, bold: bool
    ) -> None:
        kept, height = self.kept[bold], self.row_height()
        painter.setFont(kept.font)
        for column, text in enumerate(texts):
            if not text:
                continue
            size = kept[text].size()
            x = left + self._edges[column] + PADDING
            if column not in self._left:
                x = left + self._edges[column + 1] - PADDING - size.width()
            y = top + (height - size.height()) / 2
            kept.draw(painter, QPointF(x, y), text)

    def row_text(self, row: int, column_x: float) -> str:
        pairs = zip(self._titles, self._rows[row], strict=True)
        return ", ".join(f"{title} {text}".strip() for title, text in pairs if text)

    def csv_rows(self) -> list[list[object]]:
        return [list(self._titles), *map(list, self._values or self._rows)]
