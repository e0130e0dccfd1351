"""The header of the preview: each column's name, what it is used as, and its empty cells."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPen
from PyQt6.QtWidgets import QHeaderView, QStyle, QStyleOptionHeader, QWidget

from visualmlp.gui import theme
from visualmlp.gui.importing.preview_model import PreviewModel
from visualmlp.gui.widgets.labels import CENTRE, LEFT, bold_font, draw_elided, small_font

MARGIN = 6
ARROW = "▾"
EDGE = 5
"""Pixels beside a border between columns where the mouse moves it."""


class ColumnHeader(QHeaderView):
    """Three lines; the second is a chooser that opens a menu.

    Signals
    -------
    menu_wanted
        The chooser of a column was clicked: its number, and where to open the menu.
    """

    menu_wanted = pyqtSignal(int, QPoint)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("import.header")
        self.setAccessibleName(self.tr("Columns"))
        self.setSectionsClickable(True)
        self.setHighlightSections(True)
        self.setMouseTracking(True)
        self._line = self.fontMetrics().height() + 2

    def sectionSizeFromContents(self, section: int) -> QSize:
        """Room for the three lines; the same height for all columns."""
        return QSize(self.defaultSectionSize(), 3 * self._line + 2 * MARGIN)

    def wanted_width(self, column: int) -> int:
        """Room for the texts of a column."""
        name, use, missing = self._model.lines(column)
        metrics, bold = self.fontMetrics(), QFontMetrics(bold_font(self.font()))
        widths = (bold.horizontalAdvance(name), metrics.horizontalAdvance(f"{use} {ARROW}"))
        return max(*widths, metrics.horizontalAdvance(missing)) + 4 * MARGIN

    def chooser(self, column: int) -> QRect:
        """Where the chooser of a column is."""
        left, width = self.sectionViewportPosition(column), self.sectionSize(column)
        return QRect(left + 3, MARGIN + self._line, width - 7, self._line)

    def mouseReleaseEvent(self, e: QMouseEvent | None) -> None:
        super().mouseReleaseEvent(e)
        if e is None or e.button() != Qt.MouseButton.LeftButton:
            return
        place = e.position().toPoint()
        column = self.logicalIndexAt(place)
        if column >= 0 and self._holds(column, place):
            corner = self.chooser(column).bottomLeft()
            view = self.viewport()
            assert view is not None
            self.menu_wanted.emit(column, view.mapToGlobal(corner))

    def _holds(self, column: int, place: QPoint) -> bool:
        return self.chooser(column).adjusted(EDGE - 3, 0, 3 - EDGE, 0).contains(place)

    @property
    def _model(self) -> PreviewModel:
        model = self.model()
        assert isinstance(model, PreviewModel)
        return model

    # Painting

    def paintSection(self, painter: QPainter | None, rect: QRect, section: int) -> None:
        if painter is None or not rect.isValid():
            return
        self._paint_ground(painter, rect, section)
        name, use, missing = self._model.lines(section)
        shown = self._model.use(section)
        colours = theme.current()
        is_out = shown is not None and shown.role == "ignore"
        line = QRectF(rect.x() + MARGIN, rect.y() + MARGIN, rect.width() - 2 * MARGIN, self._line)
        painter.save()
        painter.setFont(bold_font(self.font()))
        painter.setPen(QColor(colours.muted if is_out else colours.foreground))
        draw_elided(painter, line, name, LEFT)
        if use:
            self._paint_chooser(painter, line.translated(0, self._line), use)
        painter.setFont(small_font(self.font()))
        painter.setPen(QColor(colours.muted))
        draw_elided(painter, line.translated(0, 2 * self._line), missing, LEFT)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, column: int) -> None:
        option = QStyleOptionHeader()
        self.initStyleOption(option)
        option.rect, option.section, option.text = rect, column, ""
        style = self.style()
        assert style is not None
        style.drawControl(QStyle.ControlElement.CE_HeaderSection, option, painter, self)
        selection = self.selectionModel()
        if selection and selection.columnIntersectsSelection(column):
            mark = self.palette().highlight().color()
            painter.fillRect(rect.x(), rect.bottom() - 2, rect.width(), 3, mark)

    def _paint_chooser(self, painter: QPainter, line: QRectF, text: str) -> None:
        box = line.adjusted(-3, 0, 3, -1)
        painter.setFont(self.font())
        painter.setPen(QPen(self.palette().mid().color(), 1))
        painter.setBrush(self.palette().base())
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(QColor(theme.current().foreground))
        arrow = QRectF(box.right() - 14, box.y(), 12, box.height())
        draw_elided(painter, box.adjusted(4, 0, -15, 0), text, LEFT)
        draw_elided(painter, arrow, ARROW, CENTRE)
