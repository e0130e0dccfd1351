"""Lines of a calculation: what, the result, the formula, the formula with numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

from PyQt6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter

from visualmlp.gui import theme
from visualmlp.gui.maths.digits import Digits, exact_text
from visualmlp.gui.maths.weight_lines import Line
from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.formula import draw_formula, formula_size, letter_size
from visualmlp.gui.widgets.latex_text import readable
from visualmlp.gui.widgets.scrolled import ScrolledDrawing

_PADDING, _BETWEEN = 6.0, 3.0
"""Beside texts, and between lines."""


class LineTable(ScrolledDrawing):
    """The lines of one weight's way; hover tells all digits."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[Line] = ()
        self._texts: list[tuple[str, str, str]] = []
        self._tops: list[float] = [0.0]
        self._edges: list[float] = [0.0] * 5
        self.setAccessibleName(self.tr("The way of the weight"))

    def set_lines(self, lines: Sequence[Line], digits: Digits) -> None:
        """Show lines, from the old value to the new one."""
        self._lines = lines
        self._texts = [(self._name(line), digits.text(line.value), line.numbers) for line in lines]
        derived = any(line.derived for line in lines)
        note = self.tr("* derived from the engine's numbers: it does not keep these")
        self.set_caption(note if derived else "")
        self.filled()

    def _name(self, line: Line) -> str:
        return f"{line.name} *" if line.derived else line.name

    @property
    def lines(self) -> Sequence[Line]:
        """What is shown."""
        return self._lines

    # Layout

    def laid_out(self) -> None:
        if self._empty is None:
            self._measure()
        super().laid_out()

    def _measure(self) -> None:
        metrics = QFontMetricsF(labels.bold_font(self.font()))
        formulas = [formula_size(line.formula, self._size()) for line in self._lines]
        heights = [max(metrics.height(), size.height()) + _BETWEEN for size in formulas]
        self._tops = [0.0, *accumulate(heights)]
        names, values, numbers = zip(*self._texts, strict=True)
        widths = [
            labels.widest(metrics, names),
            labels.widest(metrics, values),
            max(size.width() for size in formulas),
            labels.widest(metrics, numbers),
        ]
        self._edges = [0.0, *accumulate(math.ceil(width) + 2 * _PADDING for width in widths)]

    def _size(self) -> float:
        return 0.85 * letter_size(self.font())

    def whole_height(self) -> int:
        """Pixels in which all lines show."""
        size, area = self.content_size(), self.area()
        bar = self._bars[Qt.Orientation.Horizontal].sizeHint().height() + 2
        across = bar if size.width() > area.width() else 0
        return math.ceil(size.height() + self.height() - area.height() + across)

    def content_size(self) -> QSizeF:
        return QSizeF(self._edges[-1], self._tops[-1])

    # Painting

    def draw(self, painter: QPainter, area: QRectF) -> None:
        view, colours = self.view(), theme.current()
        corner = view.topLeft() - self.offset()
        painter.save()
        painter.setClipRect(view)
        for row, line in enumerate(self._lines):
            top, height = corner.y() + self._tops[row], self._tops[row + 1] - self._tops[row]
            if top < view.bottom() and top + height > view.top():
                self._draw_line(painter, row, line, QRectF(corner.x(), top, 1, height))
        painter.setPen(QColor(colours.grid))
        ends = [corner.y() + top for top in self._tops[1:]]
        width = min(view.width(), self._edges[-1])
        for y in ends:
            painter.drawLine(QLineF(view.left(), y, view.left() + width, y))
        painter.restore()

    def _draw_line(self, painter: QPainter, row: int, line: Line, place: QRectF) -> None:
        colours = theme.current()
        name, value, numbers = self._texts[row]
        ink = colours.muted if line.derived else colours.foreground
        painter.setPen(QColor(ink))
        painter.setFont(self.font())
        labels.draw_elided(painter, self._cell(place, 0), name)
        labels.draw_elided(painter, self._cell(place, 3), f"= {numbers}" if numbers else "")
        if not line.derived:
            painter.setFont(labels.bold_font(self.font()))
        labels.draw_elided(painter, self._cell(place, 1), value, labels.RIGHT)
        size = formula_size(line.formula, self._size())
        left = self._cell(place, 2).left() + _PADDING
        corner = QPointF(left, place.center().y() - size.height() / 2)
        draw_formula(painter, corner, line.formula, ink, self._size())

    def _cell(self, place: QRectF, column: int) -> QRectF:
        left, right = self._edges[column], self._edges[column + 1]
        cell = QRectF(place.left() + left, place.top(), right - left, place.height())
        return cell.adjusted(_PADDING / 2, 0, -_PADDING / 2, 0)

    # Hover and copies

    def value_at(self, pos: QPointF) -> str | None:
        y = pos.y() - self.view().top() + self.offset().y()
        for row, line in enumerate(self._lines):
            if self._tops[row] <= y < self._tops[row + 1] and self.view().contains(pos):
                return f"{self._name(line)}: {exact_text(line.value)}"
        return None

    def csv_rows(self) -> list[list[object]]:
        header: list[object] = [self.tr("what"), self.tr("formula"), self.tr("numbers"), "value"]
        pairs = zip(self._lines, self._texts, strict=True)
        rows: list[list[object]] = [
            [name, readable(line.formula), numbers, str(line.value)]
            for line, (name, _, numbers) in pairs
        ]
        return [header, *rows]
