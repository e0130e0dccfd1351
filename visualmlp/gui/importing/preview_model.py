"""The first rows of a table as Qt's tables want them, with what becomes of each column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PyQt6.QtGui import QColor, QFont

from visualmlp.data.tables.layout import is_missing
from visualmlp.data.tables.look import TableLook
from visualmlp.data.tables.plan import Use
from visualmlp.gui import theme
from visualmlp.gui.importing.column_texts import missing_text, use_text
from visualmlp.gui.widgets.labels import count_text

MOST_LETTERS = 200
"""Of a cell that are shown."""

_ROOT = QModelIndex()
_Role = Qt.ItemDataRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class PreviewModel(QAbstractTableModel):
    """Cells as the file has them; those of columns left out, and empty ones, are pale."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look: TableLook | None = None
        self._uses: Sequence[Use] = ()
        self._slanted = QFont()
        self._slanted.setItalic(True)

    def set_look(self, look: TableLook) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._look, self._uses = look, ()
        self.endResetModel()

    def set_uses(self, uses: Sequence[Use]) -> None:
        """Show what becomes of the columns; nothing where that cannot be told."""
        self._uses = uses
        if self._look:
            last = len(self._look.table.names) - 1
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)
            bottom = self.index(self.rowCount() - 1, last)
            self.dataChanged.emit(self.index(0, 0), bottom)

    def name(self, column: int) -> str:
        """Name of a column."""
        return self._look.table.names[column] if self._look else ""

    def use(self, column: int) -> Use | None:
        """What becomes of a column."""
        return self._uses[column] if column < len(self._uses) else None

    def lines(self, column: int) -> tuple[str, str, str]:
        """A column's name, its use, and its empty cells."""
        use = self.use(column)
        if self._look is None or use is None:
            return self.name(column), "", ""
        return use.name, use_text(use), missing_text(self._look.table.looks[column], use)

    # Qt

    def rowCount(self, parent: QModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() or self._look is None else len(self._look.table.sample)

    def columnCount(self, parent: QModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() or self._look is None else len(self._look.table.names)

    def data(self, index: QModelIndex, role: int = _Role.DisplayRole) -> Any:
        if self._look is None:
            return None
        cell, use = self._cell(index), self.use(index.column())
        empty = is_missing(cell)
        if role == _Role.DisplayRole:
            return cell or self.tr("(empty)")
        if role == _Role.AccessibleTextRole:
            return f"{self.name(index.column())}: {cell or self.tr('empty')}"
        if role == _Role.TextAlignmentRole:
            return _RIGHT if use and use.role != "ignore" and use.kind == "number" else _LEFT
        if role == _Role.ForegroundRole and (empty or (use and use.role == "ignore")):
            return QColor(theme.current().muted)
        if role == _Role.FontRole and empty:
            return self._slanted
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return count_text(section + 1) if role == _Role.DisplayRole else None
        if role == _Role.DisplayRole:
            return self.name(section)
        if role in (_Role.AccessibleTextRole, _Role.ToolTipRole):
            return "\n".join(line for line in self.lines(section) if line)
        return None

    def _cell(self, index: QModelIndex) -> str:
        assert self._look is not None
        return self._look.table.sample[index.row()][index.column()][:MOST_LETTERS]
