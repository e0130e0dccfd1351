"""The figures at the ends of epochs as a table that can be copied."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from PyQt6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, Qt, pyqtSignal
from PyQt6.QtGui import QFontDatabase, QGuiApplication, QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QMessageBox,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from visualmlp.errors import VisualMLPError
from visualmlp.gui.file_dialogs import ask_save
from visualmlp.gui.views.curve_names import axis_text
from visualmlp.gui.views.epoch_table import PARTS, Columns
from visualmlp.gui.views.part_chooser import part_name
from visualmlp.gui.widgets.writing import write_file

WIDEST = "0.000000"
"""What a column has room for; longer numbers are rare."""

_ROOT = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its name among the records' columns, title and number format."""

    name: str
    title: str
    form: str


def columns_of(records: Columns, task: str) -> list[Column]:
    """Epoch, score and loss of every part that was evaluated, updates, samples seen."""
    tr = QCoreApplication.translate
    columns = [Column("epoch", tr("RecordTable", "epoch"), ",.0f")]
    for figure, form in (("score", ".5f"), ("loss", ".5g"), ("rmse", ".5g")):
        for part in PARTS:
            name = f"{part}.{figure}"
            if name in records and not np.isnan(records[name]).all():
                columns.append(Column(name, f"{part_name(part)} {axis_text(figure, task)}", form))
    columns.append(Column("step", tr("RecordTable", "updates"), ",.0f"))
    if "samples" in records:
        columns.append(Column("samples", tr("RecordTable", "samples seen"), ",.0f"))
    return columns


class RecordModel(QAbstractTableModel):
    """Rows are records; a cell is made when it is looked at, so their number costs nothing."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._records: Columns = {}
        self._count = 0
        self.columns: list[Column] = []

    def set_records(self, records: Columns, task: str) -> None:
        """Take the records of a run; those that there were already are taken to be the same."""
        count, columns = len(records["epoch"]), columns_of(records, task)
        if columns != self.columns or count < self._count:
            self.beginResetModel()
            self._records, self._count, self.columns = records, count, columns
            self.endResetModel()
        elif count > self._count:
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._records, self._count = records, count
            self.endInsertRows()
        else:
            self._records = records

    def step_of(self, row: int) -> int:
        """The step that a record was made at."""
        return int(self._records["step"][row])

    def clear(self) -> None:
        """Show no records."""
        self.beginResetModel()
        self._records, self._count, self.columns = {}, 0, []
        self.endResetModel()

    def text(self, row: int, column: int) -> str:
        """What a cell shows."""
        value = float(self._records[self.columns[column].name][row])
        return "" if np.isnan(value) else format(value, self.columns[column].form)

    def tab_text(self, rows: range | list[int]) -> str:
        """Rows as shown, under their titles, separated by tabs: for a spreadsheet or a mail."""
        lines = [[column.title for column in self.columns]]
        places = range(len(self.columns))
        lines += ([self.text(row, place).replace(",", "") for place in places] for row in rows)
        return "".join("\t".join(line) + "\n" for line in lines)

    def csv_text(self) -> str:
        """All rows with all digits, separated by commas."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([column.title for column in self.columns])
        values = (self._records[column.name][: self._count].tolist() for column in self.columns)
        for row in zip(*values, strict=True):
            writer.writerow(
                "" if np.isnan(v) else int(v) if column.form == ",.0f" else repr(v)
                for v, column in zip(row, self.columns, strict=True)
            )
        return text.getvalue()

    # Qt

    def rowCount(self, parent: QModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: QModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        return _RIGHT if role == Qt.ItemDataRole.TextAlignmentRole else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title.replace(" ", "\n")
        return None


class RecordTable(QWidget):
    """The table with buttons to take it along; it follows the newest record while that shows.

    Signals
    -------
    step_chosen
        The step of a row that was double-clicked, or chosen with Enter.
    """

    step_chosen = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        self._model = RecordModel(self)
        self._view = QTableView()
        self._view.setObjectName("records")
        self._view.setAccessibleName(self.tr("Figures at the ends of epochs"))
        self._view.setToolTip(
            self.tr("Enter, or a double click, moves the cursor to the row's step")
        )
        self._view.setModel(self._model)
        self._view.activated.connect(self._choose)
        self._view.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._view.setAlternatingRowColors(True)
        self._view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self._view.setTabKeyNavigation(False)
        self._view.setWordWrap(False)
        self._set_up_headers()
        copy = QShortcut(QKeySequence.StandardKey.Copy, self._view)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy)
        self._arrange()

    def set_records(self, records: Columns, task: str) -> None:
        """Show the records; scroll to the newest unless the user has scrolled away from it."""
        bar, columns = self._view.verticalScrollBar(), self._model.columns
        at_end = bar is None or bar.value() == bar.maximum()
        self._model.set_records(records, task)
        if self._model.columns != columns:
            self._fit_columns()
        if at_end:
            self._view.scrollToBottom()

    def clear(self) -> None:
        """Show no records: another run begins."""
        self._model.clear()

    def copy(self) -> None:
        """Put the selected rows, or all, on the clipboard."""
        if clipboard := QGuiApplication.clipboard():
            clipboard.setText(
                self._model.tab_text(self._selected() or range(self._model.rowCount()))
            )

    def save(self) -> None:
        """Ask for a file and write all rows."""
        path = ask_save(self, self.tr("Save the figures"), "epochs.csv")
        if path is None:
            return
        try:
            write_file(path, self._model.csv_text().encode())
        except VisualMLPError as error:
            QMessageBox.warning(self, self.tr("Not saved"), str(error))

    def _choose(self, index: QModelIndex) -> None:
        self.step_chosen.emit(self._model.step_of(index.row()))

    def _selected(self) -> list[int]:
        selection = self._view.selectionModel()
        return sorted(index.row() for index in selection.selectedRows()) if selection else []

    def _set_up_headers(self) -> None:
        across, down = self._view.horizontalHeader(), self._view.verticalHeader()
        assert across is not None
        assert down is not None
        across.setHighlightSections(False)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(self._view.fontMetrics().height() + 4)
        down.hide()

    def _fit_columns(self) -> None:
        header = self._view.horizontalHeader()
        assert header is not None
        cell, metrics = self._view.fontMetrics(), header.fontMetrics()
        for place, column in enumerate(self._model.columns):
            words = max(map(metrics.horizontalAdvance, column.title.split(" ")))
            self._view.setColumnWidth(place, max(cell.horizontalAdvance(WIDEST), words) + 14)

    def _arrange(self) -> None:
        buttons = QHBoxLayout()
        for name, text, tip, slot in (
            (
                "copy",
                self.tr("Copy"),
                self.tr("Copy the selected rows, or all, with tabs between"),
                self.copy,
            ),
            (
                "csv",
                self.tr("Save CSV…"),
                self.tr("Save all rows, with all digits, as CSV"),
                self.save,
            ),
        ):
            button = QPushButton(text)
            button.setObjectName(f"records.{name}")
            button.setAccessibleName(text)
            button.setToolTip(tip)
            button.clicked.connect(slot)
            buttons.addWidget(button)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._view, 1)
        column.addLayout(buttons)
