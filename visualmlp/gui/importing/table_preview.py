"""The first rows of a table under a header that says what becomes of each column."""

from __future__ import annotations

from PyQt6.QtCore import QItemSelectionModel, QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QContextMenuEvent, QKeyEvent
from PyQt6.QtWidgets import QHeaderView, QTableView

from visualmlp.data.tables.look import TableLook
from visualmlp.gui.importing.column_header import ColumnHeader
from visualmlp.gui.importing.preview_model import PreviewModel

NARROWEST, WIDEST = 84, 190
MEASURED_COLUMNS, MEASURED_ROWS = 200, 30
"""Whose texts decide how wide the columns are."""


class TablePreview(QTableView):
    """Rows that cannot be edited; whole columns are selected.

    Signals
    -------
    columns_selected
        Other columns are selected.
    menu_wanted
        The menu of the selected columns shall open at this place of the screen.
    """

    columns_selected = pyqtSignal()
    menu_wanted = pyqtSignal(QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.preview = PreviewModel(self)
        self.setObjectName("import.table")
        self.setAccessibleName(self.tr("The first rows of the table"))
        self.setToolTip(
            self.tr("Left and Right choose a column, Space opens its menu, Shift selects several")
        )
        self.columns = ColumnHeader(self)
        self.setHorizontalHeader(self.columns)
        self.setModel(self.preview)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectColumns)
        self.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.columns.setDefaultSectionSize(NARROWEST + 16)
        self.columns.setMinimumSectionSize(NARROWEST // 2)
        self.columns.menu_wanted.connect(self._open_menu)
        down = self.verticalHeader()
        assert down is not None
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(self.fontMetrics().height() + 6)
        selection = self.selectionModel()
        assert selection is not None
        selection.selectionChanged.connect(lambda: self.columns_selected.emit())
        selection.selectionChanged.connect(self._repaint_header)

    def show_look(self, look: TableLook) -> None:
        """Show other rows; the columns of the same places stay selected."""
        selected = self.selected_columns()
        self.preview.set_look(look)
        count = self.preview.columnCount()
        self.select_columns([column for column in selected if column < count] or [0])

    def selected_columns(self) -> list[int]:
        """Numbers of the columns that are selected, wholly or in part."""
        selection = self.selectionModel()
        assert selection is not None
        found = selection.selection()
        ranges = [found[place] for place in range(len(found))]
        return sorted({n for block in ranges for n in range(block.left(), block.right() + 1)})

    def select_columns(self, columns: list[int]) -> None:
        """Select columns, and no others."""
        selection = self.selectionModel()
        assert selection is not None
        flags = QItemSelectionModel.SelectionFlag
        selection.setCurrentIndex(self.preview.index(0, columns[0]), flags.NoUpdate)
        selection.clearSelection()
        for column in columns:
            selection.select(self.preview.index(0, column), flags.Select | flags.Columns)

    def fit_columns(self) -> None:
        """As wide as header and first rows need, within reason."""
        metrics, rows = self.fontMetrics(), range(min(self.preview.rowCount(), MEASURED_ROWS))
        for column in range(min(self.preview.columnCount(), MEASURED_COLUMNS)):
            texts = (str(self.preview.data(self.preview.index(row, column))) for row in rows)
            cell = metrics.horizontalAdvance(max(texts, key=len, default="")) + 16
            width = max(cell, self.columns.wanted_width(column), NARROWEST)
            self.setColumnWidth(column, min(width, WIDEST))

    def keyPressEvent(self, e: QKeyEvent | None) -> None:
        """Open the menu with Space, which would only select."""
        if e and e.key() == Qt.Key.Key_Space:
            self._open_menu_of_current()
        else:
            super().keyPressEvent(e)

    def contextMenuEvent(self, a0: QContextMenuEvent | None) -> None:
        if a0 is None:
            return
        if a0.reason() == QContextMenuEvent.Reason.Mouse:
            self.menu_wanted.emit(a0.globalPos())
        else:
            self._open_menu_of_current()

    def _open_menu_of_current(self) -> None:
        view = self.columns.viewport()
        if view and self.currentIndex().isValid():
            corner = self.columns.chooser(self.currentIndex().column()).bottomLeft()
            self.menu_wanted.emit(view.mapToGlobal(corner))

    def _open_menu(self, column: int, place: QPoint) -> None:
        if column not in self.selected_columns():
            self.select_columns([column])
        self.menu_wanted.emit(place)

    def _repaint_header(self) -> None:
        if view := self.columns.viewport():
            view.update()
