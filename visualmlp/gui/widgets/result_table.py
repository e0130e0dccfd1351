"""What a network answers for some samples: numbers or bars, marks, true answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.colour_scale import ColourScale
from visualmlp.gui.widgets.drawing import image_of
from visualmlp.gui.widgets.rows import PADDING, Rows, column_widths

_PICTURE_SIDE = 28.0
_WIDEST_NAME = 84.0
_WIDEST_WORDS = 0.25
"""Of the table's width, for a column of words; hover tells them whole."""
_LEAST_BAR = 34.0
_SMALL = 999.0
NOTHING = -1
"""Column of the largest value where there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """Samples and the answers to them.

    Attributes
    ----------
    ids
        Number of each sample.
    value_names, values
        Of the columns of numbers, and the numbers, (n_samples, n_columns).
    largest
        Column of each sample that is framed, ``NOTHING`` for none.
    marks
        ``"✓"``, ``"✗"`` or ``""``, each with ``"?"`` behind it where the answer is doubtful.
    answer_names, answers
        Of the columns of words at the right, and the words of each sample.
    pictures
        (n_samples, height, width) as stored, or None.
    picture_range, value_range
        Lowest and highest value of pictures and of numbers.
    tinted
        Whether the numbers' cells are coloured by value.
    """

    ids: Sequence[int] = ()
    value_names: Sequence[str] = ()
    values: npt.NDArray = field(default_factory=lambda: np.zeros((0, 0)))
    largest: Sequence[int] = ()
    marks: Sequence[str] = ()
    answer_names: Sequence[str] = ()
    answers: Sequence[Sequence[str]] = ()
    pictures: npt.NDArray | None = None
    picture_range: tuple[float, float] = (0.0, 1.0)
    value_range: tuple[float, float] = (0.0, 1.0)
    tinted: bool = True


class ResultTable(Rows):
    """A row a sample: picture, number, values, mark, words.

    Where there is no room for all, mark and words stand before the values, which are scrolled.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._results = Results()
        self._decimals = 2
        self._as_bars = False
        self._starts: list[float] = []
        self._column_widths: list[float] = []
        self._words = labels.Texts(self.font(), _WIDEST_NAME)
        self.setAccessibleName(self.tr("Results"))

    def set_results(self, results: Results) -> None:
        """Show results."""
        self._results = results
        self.keep_current()
        if len(results.ids):
            self.filled()
        else:
            self.set_empty(self.tr("No samples to show."))

    def set_decimals(self, decimals: int) -> None:
        """Write numbers with so many decimals."""
        self._decimals = decimals
        self.laid_out()

    def set_bars(self, bars: bool) -> None:
        """Draw bars instead of numbers."""
        self._as_bars = bars
        self.laid_out()

    @property
    def results(self) -> Results:
        """What is shown."""
        return self._results

    def number(self, value: float) -> str:
        """A value as it is written."""
        text = f"{value:z.{self._decimals}f}"
        if abs(value) < _SMALL:  # it needs no thousands set apart, and tables have hundreds of them
            return text.replace("-", "−")
        return labels.number_text(value, f"z.{self._decimals}f")

    # Layout

    def row_count(self) -> int:
        return len(self._results.ids)

    def row_height(self) -> float:
        plain = super().row_height()
        return plain if self._results.pictures is None else max(plain, _PICTURE_SIDE + 4)

    def columns_width(self) -> float:
        return sum(self._column_widths)

    def laid_out(self) -> None:
        most = max(_WIDEST_NAME, _WIDEST_WORDS * self.area().width())
        if (self._words.font, self._words.width) != (self.font(), most):
            self._words = labels.Texts(self.font(), most)
        widths = self._column_widths = self._widths()
        order = self._order(len(widths))
        starts = accumulate((widths[column] for column in order), initial=0.0)
        by_column = sorted(zip(order, starts, strict=False))
        self._starts = [start for _, start in by_column]
        super().laid_out()

    def _order(self, n_columns: int) -> list[int]:
        """The columns from left to right."""
        after = 2 + len(self._results.value_names)
        values, words = range(2, after), range(after, n_columns)
        if self.columns_width() <= self.area().width():
            return [0, 1, *values, *words]
        return [0, 1, *words, *values]

    def _widths(self) -> list[float]:
        """Of picture, number, every value, mark, every answer."""
        results, metrics = self._results, QFontMetricsF(labels.bold_font(self.font()))
        finite = results.values[np.isfinite(results.values)]
        ends = (float(finite.min(initial=0.0)), float(finite.max(initial=0.0)))
        number = labels.widest(metrics, map(self.number, (*ends, -np.inf)))
        least = _LEAST_BAR if self._as_bars else math.ceil(number)
        names = [min(metrics.horizontalAdvance(name), _WIDEST_NAME) for name in results.value_names]
        if self._as_bars:  # bars of all columns have one scale
            names = [max(names, default=0.0)] * len(names)
        words = [
            [name, *(row[i] for row in results.answers)]
            for i, name in enumerate(results.answer_names)
        ]
        return [
            0.0 if results.pictures is None else _PICTURE_SIDE + PADDING,
            *column_widths(metrics, [[self._id_title(), *map(str, results.ids)]]),
            *(max(least, math.ceil(name)) + PADDING for name in names),
            *column_widths(metrics, [["✓?"] if any(results.marks) else [""]]),
            *(
                min(width, self._words.width + 2 * PADDING)
                for width in column_widths(metrics, words)
            ),
        ]

    def _id_title(self) -> str:
        return self.tr("sample")

    # Painting

    def draw_header(self, painter: QPainter, left: float, top: float) -> None:
        results, height = self._results, self._header_height()
        painter.setFont(self.font())
        titles = ["", self._id_title(), *results.value_names, "", *results.answer_names]
        for column, title in enumerate(titles):
            if title:
                x, width = self._column(column)
                place = QRectF(left + x + 2, top, width - 4, height)
                is_value = 2 <= column < 2 + len(results.value_names)
                align = labels.CENTRE if is_value else labels.LEFT
                labels.draw_elided(painter, place, title, align)

    def draw_rows(self, painter: QPainter, left: float, tops: dict[int, float]) -> None:
        if not tops:
            return
        if self._results.pictures is not None:
            self._draw_pictures(painter, left, tops, self._results.pictures)
        if self._as_bars:
            self._draw_bars(painter, left, tops)
        else:
            self._draw_numbers(painter, left, tops)
        self._draw_words(painter, left, tops)

    def _draw_pictures(
        self, painter: QPainter, left: float, tops: dict[int, float], pictures: npt.NDArray
    ) -> None:
        shown = pictures[min(tops) : max(tops) + 1]
        scale = ColourScale("grey", *self._results.picture_range)
        height, width = shown.shape[1:]
        side = _PICTURE_SIDE / max(height, width, 1)
        coloured = np.ascontiguousarray(scale.colours(shown))
        for pixels, top in zip(coloured, tops.values(), strict=True):
            corner = QPointF(left + 2, top + (self.row_height() - height * side) / 2)
            target = QRectF(corner.x(), round(corner.y()), width * side, height * side)
            painter.drawImage(target, image_of(pixels))

    def _draw_numbers(self, painter: QPainter, left: float, tops: dict[int, float]) -> None:
        results, rows = self._results, list(tops)
        shown = results.values[rows[0] : rows[-1] + 1]
        grounds = ColourScale("sequential", *results.value_range).colours(shown)
        plain = QColor(theme.current().foreground)
        inks = {True: QColor("#101214"), False: QColor("#ffffff")}
        light = labels.is_light(grounds).tolist()
        cells = [self._cell(left, 0, j) for j in range(shown.shape[1])]
        for i, (row, top) in enumerate(tops.items()):
            ground, largest = grounds[i].tolist(), self._largest(row)
            for j, value in enumerate(shown[i].tolist()):
                cell = cells[j].translated(0, top)
                ink = plain
                if results.tinted:
                    painter.fillRect(cell, QColor.fromRgb(ground[j]))
                    ink = inks[light[i][j]]
                painter.setPen(ink)
                self._draw_centred(painter, cell, self.number(value), bold=j == largest)
            self._frame_largest(painter, left, row, top)

    def _draw_bars(self, painter: QPainter, left: float, tops: dict[int, float]) -> None:
        results, colours = self._results, theme.current()
        low, high = results.value_range
        zero = min(max(-low / (high - low), 0.0), 1.0)
        faint = theme.blend(QColor(colours.muted), QColor(colours.background), 0.35)
        for row, top in tops.items():
            shares = np.clip((np.nan_to_num(results.values[row]) - low) / (high - low), 0, 1)
            for j, share in enumerate(shares.tolist()):
                cell = self._cell(left, top, j).adjusted(3, 4, -3, -4)
                ends = sorted((zero, share))
                bar = QRectF(cell)
                bar.setLeft(cell.left() + ends[0] * cell.width())
                bar.setWidth(max((ends[1] - ends[0]) * cell.width(), 1.0))
                strong = self._largest(row) == j
                painter.fillRect(bar, colours.series_colour(0) if strong else faint)
            self._frame_largest(painter, left, row, top)

    def _draw_words(self, painter: QPainter, left: float, tops: dict[int, float]) -> None:
        results, colours = self._results, theme.current()
        inks = {"✓": colours.good, "✗": colours.bad}
        after = 2 + len(results.value_names)
        plain = self._words
        for row, top in tops.items():
            painter.setPen(QColor(colours.foreground))
            self._draw_centred(painter, self._place(left, top, 1), str(results.ids[row]))
            for i, text in enumerate(results.answers[row]):
                x = left + self._starts[after + 1 + i] + PADDING
                down = (self.row_height() - plain[text].size().height()) / 2
                plain.draw(painter, QPointF(x, top + down), text)
            mark = results.marks[row]
            painter.setPen(QColor(inks.get(mark[:1], colours.foreground)))
            self._draw_centred(painter, self._place(left, top, after), mark, bold=True)

    def _draw_centred(
        self, painter: QPainter, cell: QRectF, text: str, *, bold: bool = False
    ) -> None:
        kept = self.kept[bold]
        painter.setFont(kept.font)
        size = kept[text].size()
        x = cell.left() + (cell.width() - size.width()) / 2
        kept.draw(painter, QPointF(x, cell.top() + (cell.height() - size.height()) / 2), text)

    def _frame_largest(self, painter: QPainter, left: float, row: int, top: float) -> None:
        column = self._largest(row)
        if column != NOTHING:
            painter.setPen(QPen(QColor(theme.current().foreground), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self._cell(left, top, column).adjusted(1, 1, -1, -1))

    def _largest(self, row: int) -> int:
        return self._results.largest[row]

    def _column(self, column: int) -> tuple[float, float]:
        return self._starts[column], self._column_widths[column]

    def _place(self, left: float, top: float, column: int) -> QRectF:
        x, width = self._column(column)
        return QRectF(left + x, top, width, self.row_height())

    def _cell(self, left: float, top: float, value_column: int) -> QRectF:
        return self._place(left, top, 2 + value_column).adjusted(1, 1, -1, -1)

    def _column_at(self, x: float) -> int:
        """The column at a distance from the left edge of the first one; -1 beyond them."""
        spans = enumerate(zip(self._starts, self._column_widths, strict=True))
        return next((i for i, (start, width) in spans if start <= x < start + width), -1)

    # Hover, files

    def row_text(self, row: int, column_x: float) -> str:
        results = self._results
        column = self._column_at(column_x) - 2
        name = self.tr("sample {}").format(results.ids[row])
        if 0 <= column < len(results.value_names):
            value = labels.number_text(float(results.values[row, column]), ".6g")
            return f"{name}, {results.value_names[column]}: {value}"
        words = zip(results.answer_names, results.answers[row], strict=True)
        said = ", ".join(f"{title} {word}" for title, word in words)
        return f"{name}: {results.marks[row]} {said}" if said else name

    def csv_rows(self) -> list[list[object]]:
        results = self._results
        header: list[object] = ["sample", *results.value_names, "mark", *results.answer_names]
        return [
            header,
            *(
                [number, *values, mark, *words]
                for number, values, mark, words in zip(
                    results.ids,
                    results.values.tolist(),
                    results.marks,
                    results.answers,
                    strict=True,
                )
            ),
        ]
