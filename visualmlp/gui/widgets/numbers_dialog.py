"""The numbers behind a picture as a table, for screen readers, for copying, for a closer look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PyQt6.QtCore import QElapsedTimer, QSize, Qt, QTime, QTimer
from PyQt6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut
from PyQt6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from visualmlp.gui.widgets.numbers_model import NumbersModel, Rows
from visualmlp.gui.widgets.writing import ask_and_write, write_csv

LIVE_MS = 500
"""Least time between two readings of a table that follows its picture."""
LIVE_SHARE = 0.05
"""Share of the time that following may take."""
_WIDEST = 240


class Source(Protocol):
    """What is needed of a picture."""

    def accessibleName(self) -> str: ...
    def table_rows(self) -> Rows: ...
    def moment(self) -> str: ...


class NumbersDialog(QDialog):
    """A window of its own beside the picture; it does not hold the rest up.

    Parameters
    ----------
    source
        The picture; when it is gone the numbers stay.
    parent
        The window that it belongs to.
    """

    def __init__(self, source: Source, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source: Source | None = source
        self.setObjectName("numbers")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.model = NumbersModel(self)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.refresh)
        self._told = QLabel()
        self._told.setObjectName("numbers.moment")
        self._told.setWordWrap(True)
        self.table = self._make_table()
        self._follow = QCheckBox(self.tr("&Follow the picture"))
        self._make_layout()
        self.refresh()
        self._fit_columns()
        self.resize(self.sizeHint())
        self.table.setFocus()

    # What it shows

    def refresh(self) -> None:
        """Take the numbers that the picture shows now."""
        if self._source is None:
            return
        clock = QElapsedTimer()
        clock.start()
        name = self._source.accessibleName()
        self.setWindowTitle(self.tr("Numbers: {}").format(name))
        self.table.setAccessibleName(name)
        self.model.set_rows(self._source.table_rows())
        self._told.setText(self._moment(self._source.moment()))
        self.table.setAccessibleDescription(self._told.text())
        self._timer.setInterval(max(LIVE_MS, round(clock.elapsed() / LIVE_SHARE)))

    def lose_source(self) -> None:
        """The picture is gone: what was read stays."""
        self._source = None
        self._timer.stop()
        for name in ("refresh", "follow"):
            widget = self.findChild(QWidget, f"numbers.{name}")
            assert widget is not None
            widget.setEnabled(False)

    def _moment(self, moment: str) -> str:
        count = f"{self.model.rowCount():,}"
        text = self.tr("{} rows").format(count) if count != "1" else self.tr("1 row")
        if self.model.left_out:
            more = f"{self.model.left_out:,}"
            text += self.tr(" ({} more are in the file only)").format(more)
        taken = self.tr("taken at {}").format(QTime.currentTime().toString("HH:mm:ss"))
        return " · ".join(part for part in (text, moment, taken) if part)

    # Ways out

    def copy(self) -> None:
        """Put the selected cells, or all, on the clipboard."""
        selection = self.table.selectionModel()
        rows, columns = range(self.model.rowCount()), range(self.model.columnCount())
        if selection and selection.hasSelection():
            block = selection.selection()[0]  # there is but one: it is contiguous
            rows = range(block.top(), block.bottom() + 1)
            columns = range(block.left(), block.right() + 1)
        if clipboard := QGuiApplication.clipboard():
            clipboard.setText(self.model.tab_text(rows, columns))

    def save(self) -> None:
        """Ask for a file and write all rows."""
        name = self.table.accessibleName()
        ask_and_write(self, name, "csv", lambda path: write_csv(path, self.model.rows))

    # Building

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("numbers.table")
        table.setToolTip(self.tr("Arrows move, Shift selects, Ctrl+C copies"))
        table.setModel(self.model)
        table.setAlternatingRowColors(True)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setSelectionMode(QTableView.SelectionMode.ContiguousSelection)
        down = table.verticalHeader()
        assert down is not None
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(table.fontMetrics().height() + 6)
        copy = QShortcut(QKeySequence.StandardKey.Copy, table)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy)
        return table

    def _make_layout(self) -> None:
        self._follow.setObjectName("numbers.follow")
        self._follow.setAccessibleName(self.tr("Follow the picture"))
        self._follow.setToolTip(self.tr("Take the numbers anew while the picture changes"))
        self._follow.toggled.connect(self._set_following)
        line = QHBoxLayout()
        for name, text, tip, slot in self._buttons():
            line.addWidget(_button(f"numbers.{name}", text, tip, slot))
        line.insertWidget(1, self._follow)
        line.insertStretch(2)
        column = QVBoxLayout(self)
        column.addWidget(self._told)
        column.addWidget(self.table, 1)
        column.addLayout(line)

    def _buttons(self) -> tuple[tuple[str, str, str, Callable[[], object]], ...]:
        return (
            (
                "refresh",
                self.tr("&Refresh"),
                self.tr("Take the numbers that the picture shows now"),
                self.refresh,
            ),
            (
                "copy",
                self.tr("&Copy"),
                self.tr("Copy the selected cells, or all, with tabs between"),
                self.copy,
            ),
            (
                "save",
                self.tr("&Save CSV…"),
                self.tr("Save all rows, with all digits, as CSV"),
                self.save,
            ),
            ("close", self.tr("Close"), self.tr("Close this window"), self.close),
        )

    def _fit_columns(self) -> None:
        """As wide as the first rows need, within reason."""
        header = self.table.horizontalHeader()
        assert header is not None
        header.setResizeContentsPrecision(50)
        for column in range(min(self.model.columnCount(), 50)):
            self.table.resizeColumnToContents(column)
            self.table.setColumnWidth(column, min(self.table.columnWidth(column), _WIDEST))

    def _set_following(self, following: bool) -> None:
        self.refresh()
        if following:
            self._timer.start()
        else:
            self._timer.stop()

    def sizeHint(self) -> QSize:
        return QSize(560, 420)

    def closeEvent(self, event: QCloseEvent | None) -> None:
        self._timer.stop()
        super().closeEvent(event)

    def done(self, result: int) -> None:
        self._timer.stop()
        super().done(result)


def _button(name: str, text: str, tip: str, slot: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(text.replace("&", ""))
    button.setToolTip(tip)
    button.setAutoDefault(False)
    button.clicked.connect(lambda: slot())
    return button
