"""The features of a sample, as they are and as the network gets them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PyQt6.QtGui import QFont, QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from visualmlp.gui.widgets.labels import number_text, small_font

_Role = Qt.ItemDataRole
_NUMBER = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


_NARROW = 240
_SHORT, _LONG = "−0.0000", "−0.0000000"
"""Numbers that have room in a narrow table and in a wide one."""

_LEAST = 24
"""Width of a column: Qt's own least would cut the titles of narrow tables."""


class _Model(QAbstractTableModel):
    """Names, raw and scaled values; only the cells in view are asked for."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.names: Sequence[str] = ()
        self.columns: tuple[npt.NDArray, ...] = (np.zeros(0), np.zeros(0))
        self._titles = (self.tr("feature"), self.tr("value"), self.tr("scaled"))

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return len(self.names)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return len(self._titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if role == _Role.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._titles[section]
        return None

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        row, column = index.row(), index.column()
        if role == _Role.TextAlignmentRole and column:
            return _NUMBER
        if role == _Role.ToolTipRole and column == 0:
            return self.names[row]
        if role not in (_Role.DisplayRole, _Role.ToolTipRole):
            return None
        if column == 0:
            return self.names[row]
        spec = ".4g" if role == _Role.DisplayRole else ".9g"
        return number_text(self.columns[column - 1][row].item(), spec)


class FeatureTable(QTableView):
    """One row a feature: its name, its raw value, its scaled value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Model(self)
        self.setModel(self._model)
        self.setObjectName("features")
        self.setAccessibleName(self.tr("Features of the sample"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        across, down = self._headers()
        across.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        across.setMinimumSectionSize(_LEAST)
        down.hide()
        down.setMinimumSectionSize(self.fontMetrics().height() + 4)
        down.setDefaultSectionSize(self.fontMetrics().height() + 4)

    def set_features(self, names: Sequence[str], raw: npt.NDArray, scaled: npt.NDArray) -> None:
        """Show values, each of shape (n_features,)."""
        if names is not self._model.names:
            self._model.beginResetModel()
            self._model.names, self._model.columns = names, (raw, scaled)
            self._model.endResetModel()
            return
        self._model.columns = raw, scaled
        first, last = self._model.index(0, 1), self._model.index(len(names) - 1, 2)
        self._model.dataChanged.emit(first, last)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """In a narrow place letters are smaller and numbers shorter, so that names have room."""
        narrow = self.width() < _NARROW
        parent = self.parentWidget()
        font = QFont(parent.font()) if parent else QFont()
        self.setFont(small_font(font) if narrow else font)
        longest = self.fontMetrics().horizontalAdvance(_SHORT if narrow else _LONG)
        for column in (1, 2):
            self._headers()[0].resizeSection(column, longest + 10)
        super().resizeEvent(event)

    def height_of(self, count: int) -> int:
        """The height at which that many features need no scroll bar."""
        across, down = self._headers()
        rows = count * down.defaultSectionSize()
        return across.sizeHint().height() + rows + 2 * self.frameWidth()

    def _headers(self) -> tuple[QHeaderView, QHeaderView]:
        across, down = self.horizontalHeader(), self.verticalHeader()
        assert across is not None  # not by truth: a header without sections is False
        assert down is not None
        return across, down
