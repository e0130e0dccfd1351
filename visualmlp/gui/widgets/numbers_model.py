"""The numbers behind a picture as Qt's tables want them: a cell is made when it is looked at."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

Rows = Sequence[Sequence[object]]
"""Rows to be had by their places, the header first."""

MOST_ROWS = 1_000_000
"""A table shows no more; a file has them all."""

_WHOLE = 1e15
"""Floats below it tell whole numbers apart."""

_ROOT = QModelIndex()
_Role = Qt.ItemDataRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class NumbersModel(QAbstractTableModel):
    """Rows below named columns."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Rows = ()
        self._header: list[str] = []
        self._count = 0

    def set_rows(self, rows: Rows) -> None:
        """Take rows, the header first; they are read when they are looked at."""
        header = [str(name) for name in rows[0]] if len(rows) else []
        count = min(max(len(rows) - 1, 0), MOST_ROWS)
        if header == self._header and count == self._count:
            self._rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(count - 1, len(header) - 1))
            return
        self.beginResetModel()
        self._rows, self._header, self._count = rows, header, count
        self.endResetModel()

    @property
    def rows(self) -> Rows:
        """All rows, those too that the table has no room for."""
        return self._rows

    @property
    def left_out(self) -> int:
        """How many rows the table does not show."""
        return max(len(self._rows) - 1, 0) - self._count

    def value(self, row: int, column: int) -> object:
        """The content of a cell; None where a row is shorter than the header."""
        values = self._rows[row + 1]
        return values[column] if column < len(values) else None

    def tab_text(self, rows: Collection[int], columns: Collection[int]) -> str:
        """Cells under their columns' names, separated by tabs."""
        lines = [[self._header[column] for column in columns]]
        lines += ([_text(self.value(row, column)) for column in columns] for row in rows)
        return "".join("\t".join(line) + "\n" for line in lines)

    # Qt

    def rowCount(self, parent: QModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: QModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._header)

    def data(self, index: QModelIndex, role: int = _Role.DisplayRole) -> Any:
        if role == _Role.DisplayRole:
            return _text(self.value(index.row(), index.column()))
        if role == _Role.TextAlignmentRole:
            return _RIGHT if _is_number(self.value(index.row(), index.column())) else _LEFT
        if role == _Role.AccessibleTextRole:
            text = _text(self.value(index.row(), index.column()))
            return f"{self._header[index.column()]}: {text}"
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> Any:
        if role != _Role.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self._header[section] if section < len(self._header) else None
        return f"{section + 1:,}"


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        return str(int(value))  # steps are kept as floats
    return "" if value is None else str(value)


def _is_number(value: object) -> bool:
    if not isinstance(value, str):
        return value is not None
    try:
        float(value)
    except ValueError:
        return False
    return True
