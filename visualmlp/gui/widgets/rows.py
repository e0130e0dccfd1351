"""The base of painted tables: rows that scroll below a header that stays."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PyQt6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetricsF, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PyQt6.QtWidgets import QMenu, QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.drawing import draw_frame
from visualmlp.gui.widgets.scrolled import ScrolledDrawing

PADDING = 6.0
_NO_LIMIT = 1e6


class Rows(ScrolledDrawing):
    """Rows of equal height, picked by mouse and keyboard, that can be copied as text.

    Attributes
    ----------
    kept
        Texts laid out in the plain (False) and in the bold font (True).

    A subclass gives :meth:`row_count`, :meth:`columns_width`, :meth:`draw_header`,
    :meth:`draw_rows`, :meth:`row_text` and ``csv_rows``.

    Signals
    -------
    row_picked
        The row that was clicked, or chosen with Enter or Space.
    """

    row_picked = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._current: int | None = None
        self._shows_all = False
        self._line_height = math.ceil(QFontMetricsF(self.font()).height() + PADDING)
        self.kept: dict[bool, labels.Texts] = {}

    # What a subclass gives

    def row_count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def row_height(self) -> float:
        """The height of each row."""
        return self._line_height

    def columns_width(self) -> float:
        """The width of all columns."""
        raise NotImplementedError

    def draw_header(self, painter: QPainter, left: float, top: float) -> None:
        """Paint the header; ``left`` is where the first column begins on screen."""
        raise NotImplementedError

    def draw_rows(self, painter: QPainter, left: float, tops: dict[int, float]) -> None:
        """Paint the rows that show, whose upper edges on screen are given."""
        raise NotImplementedError

    def row_text(self, row: int, column_x: float) -> str:
        """What lies in a row at a distance from the left edge of the first column."""
        raise NotImplementedError

    # The row that is highlighted

    @property
    def current(self) -> int | None:
        """The highlighted row."""
        return self._current

    def set_current(self, row: int | None) -> None:
        """Highlight a row, or none, and scroll to it, without a signal."""
        if row == self._current:
            return
        self._current = row
        self.show_current()
        self.update()

    def show_current(self) -> None:
        """Scroll to the highlighted row."""
        if self._current is not None and self._empty is None:
            place = self._row_rect(self._current)
            self.scroll_to(place.adjusted(0, -self._header_height(), 0, 0))

    def keep_current(self) -> None:
        """Drop the highlight of a row that is no longer there."""
        if self._current is not None and self._current >= self.row_count():
            self._current = None

    # Layout

    def show_all_rows(self) -> None:
        """From now on be as high as all rows need, for a place that scrolls itself."""
        self._shows_all = True
        self.laid_out()

    def laid_out(self) -> None:
        self._line_height = math.ceil(QFontMetricsF(self.font()).height() + PADDING)
        fonts = {False: self.font(), True: labels.bold_font(self.font())}
        if not self.kept or self.kept[False].font != fonts[False]:
            self.kept = {bold: labels.Texts(font, _NO_LIMIT) for bold, font in fonts.items()}
        if self._shows_all and self._empty is None:
            self.setFixedHeight(self.whole_height())
        super().laid_out()

    def whole_height(self) -> int:
        """Pixels in which all rows show."""
        around = self.height() - self.area().height()
        across = self._bars[Qt.Orientation.Horizontal]
        size = self.content_size()
        bar = across.sizeHint().height() + 2 if size.width() > self.area().width() else 0
        return math.ceil(size.height() + around + bar)

    def content_size(self) -> QSizeF:
        height = self._header_height() + self.row_count() * self.row_height()
        return QSizeF(self.columns_width(), height)

    def _header_height(self) -> float:
        return self._line_height

    def _row_rect(self, row: int) -> QRectF:
        """Where a row is in the content."""
        top = self._header_height() + row * self.row_height()
        return QRectF(0, top, 1, self.row_height())

    def _tops(self) -> dict[int, float]:
        """Rows that show, with their upper edges on screen."""
        view, height = self.view(), self.row_height()
        start = view.top() + self._header_height() - self.offset().y()
        first = max(0, math.floor(self.offset().y() / height))
        last = min(self.row_count(), math.ceil((view.bottom() - start) / height))
        return {row: start + row * height for row in range(first, last)}

    # Painting

    def draw(self, painter: QPainter, area: QRectF) -> None:
        view, colours = self.view(), theme.current()
        header, left = self._header_height(), view.left() - self.offset().x()
        tops = self._tops()
        painter.save()
        painter.setClipRect(view.adjusted(0, header, 0, 0))
        self._draw_lines(painter, colours)
        painter.setPen(QColor(colours.grid))
        width = min(view.width(), self.columns_width())
        for y in (top + self.row_height() for top in tops.values()):
            painter.drawLine(QLineF(view.left(), y, view.left() + width, y))
        self.draw_rows(painter, left, tops)
        if self._current in tops:
            row = QRectF(view.left(), tops[self._current], width, self.row_height())
            draw_frame(painter, row, QColor(colours.highlight), 2)
        painter.setClipRect(view)
        painter.setPen(QColor(colours.muted))
        self.draw_header(painter, left, view.top())
        painter.restore()

    # Hover, mouse, keyboard

    def _row_at(self, pos: QPointF) -> int | None:
        view = self.view().adjusted(0, self._header_height(), 0, 0)
        inside = pos - view.topLeft() + self.offset()
        row = math.floor(inside.y() / self.row_height())
        within = view.contains(pos) and inside.x() <= self.columns_width()
        return row if within and row < self.row_count() else None

    def value_at(self, pos: QPointF) -> str | None:
        row = self._row_at(pos)
        if row is None:
            return None
        return self.row_text(row, pos.x() - self.view().left() + self.offset().x())

    def pick_at(self, pos: QPointF) -> None:
        row = self._row_at(pos)
        if row is not None:
            self._current = row
            self.update()
            self.row_picked.emit(row)

    def pick_current(self) -> None:
        if self._current is not None:
            self.row_picked.emit(self._current)

    def move_current(self, dx: int, dy: int) -> None:
        if dx:
            bar = self._bars[Qt.Orientation.Horizontal]
            bar.setValue(bar.value() + dx * bar.singleStep())
        moved = 0 if self._current is None else self._current + dy
        if 0 <= moved < self.row_count():
            self.set_current(moved)

    def current_point(self) -> QPointF | None:
        if self._current is None:
            return None
        corner = self.view().topLeft() - QPointF(0, self.offset().y())
        return corner + QPointF(PADDING, self._row_rect(self._current).center().y())

    # Copying

    def table_text(self) -> str:
        """All rows, header first, as lines with tabs: what a spreadsheet or an editor takes."""
        return "\n".join("\t".join(map(str, row)) for row in self.csv_rows())

    def copy_table(self) -> None:
        """Put the table on the clipboard, as text."""
        if clipboard := QGuiApplication.clipboard():
            clipboard.setText(self.table_text())

    def export_menu(self) -> QMenu:
        menu = super().export_menu()
        first = menu.actions()[0]
        copy = menu.addAction(self.tr("Copy table as text"), self.copy_table)
        menu.insertAction(first, copy)
        return menu

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.matches(QKeySequence.StandardKey.Copy):
            self.copy_table()
        else:
            super().keyPressEvent(event)


def column_widths(
    metrics: QFontMetricsF, columns: Iterable[Iterable[str]], least: float = 0.0
) -> list[float]:
    """Widths at which the texts of each column have room, with padding."""
    return [max(least, math.ceil(labels.widest(metrics, c))) + 2 * PADDING for c in columns]
