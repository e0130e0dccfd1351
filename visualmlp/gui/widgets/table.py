"""A table of texts."""

from __future__ import annotations

from bisect import bisect_right
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
_SHARE = 0.4
"""Of the view's width, for a column that is kept narrow."""
_LEAST_WIDTH = 100.0
_LONGEST_LINE = 160
"""Characters of a row that hover tells in one line."""
_MOST_LINES = 8
"""Cells that it tells below each other; of more, the first and the one that is pointed at."""


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
        self._is_narrow = False
        self._narrow_from = 0
        self._cut: dict[tuple[bool, int], labels.Texts] = {}
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

    def keep_columns_narrow(self, begin: int = 0) -> None:
        """From now on cut off the texts of a column that would push others out of sight.

        Hover tells them whole; copies and files have them whole.

        Parameters
        ----------
        begin
            The first column that may be cut off.
        """
        self._is_narrow, self._narrow_from = True, begin
        self.laid_out()

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
        self._cut.clear()
        if self._is_narrow and sum(widths) > self.area().width():
            most = max(_SHARE * self.area().width(), _LEAST_WIDTH)
            first, rest = widths[: self._narrow_from], widths[self._narrow_from :]
            widths = [*first, *(min(width, most) for width in rest)]
        self._edges = [0.0, *accumulate(widths)]
        super().laid_out()

    def _texts_of(self, column: int, *, bold: bool) -> labels.Texts:
        """Texts laid out for a column, cut off where it was made narrow."""
        if not self._is_narrow:
            return self.kept[bold]
        if (bold, column) not in self._cut:
            width = self._edges[column + 1] - self._edges[column] - 2 * PADDING
            self._cut[bold, column] = labels.Texts(self.kept[bold].font, width)
        return self._cut[bold, column]

    def draw_header(self, painter: QPainter, left: float, top: float) -> None:
        self._draw_texts(painter, self._titles, left, top, bold=False)

    def draw_rows(self, painter: QPainter, left: float, tops: dict[int, float]) -> None:
        painter.setPen(QColor(theme.current().foreground))
        for row, top in tops.items():
            self._draw_texts(painter, self._rows[row], left, top, bold=row in self._bold)

    def _draw_texts(
        self, painter: QPainter, texts: Sequence[str], left: float, top: float, *, bold: bool
    ) -> None:
        height = self.row_height()
        painter.setFont(self.kept[bold].font)
        for column, text in enumerate(texts):
            if not text:
                continue
            kept = self._texts_of(column, bold=bold)
            size = kept[text].size()
            x = left + self._edges[column] + PADDING
            if column not in self._left:
                x = left + self._edges[column + 1] - PADDING - size.width()
            y = top + (height - size.height()) / 2
            kept.draw(painter, QPointF(x, y), text)

    def row_text(self, row: int, column_x: float) -> str:
        cells = zip(self._titles, self._rows[row], strict=True)
        texts = [f"{title} {text}".strip() if text else "" for title, text in cells]
        told = [text for text in texts if text]
        if len(", ".join(told)) <= _LONGEST_LINE:
            return ", ".join(told)
        if len(told) > _MOST_LINES:
            column = max(bisect_right(self._edges, column_x, hi=len(texts)) - 1, 0)
            told = list(dict.fromkeys((texts[0], texts[column])))
        return "\n".join(told)

    def csv_rows(self) -> list[list[object]]:
        return [list(self._titles), *map(list, self._values or self._rows)]
