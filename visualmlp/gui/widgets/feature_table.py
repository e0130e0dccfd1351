"""The features of a sample, as they are and as the network gets them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PyQt6.QtGui import QFont, QFontMetricsF, QResizeEvent
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from visualmlp.gui.widgets.labels import number_text, small_font, widest

_Role = Qt.ItemDataRole
_NUMBER = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


_NARROW, _WIDE = 240, 360
"""Below the first width there never is room for large letters, from the second on always."""

MEASURED = 1000
"""Names, the first ones, whose width is looked at."""

ROOM, MARGIN = 48, 10
"""Beside all texts of a row, with the scroll bar, and beside one of them."""

_SHORT, _USUAL, _LONG = "−0.00000", "−0.000e−00", "−0.0000000"
"""Numbers that have room in the narrowest table, in a narrow and in a wide one."""

_LEAST = 24
"""Width of a column: Qt's own least would cut the titles of narrow tables."""


class _Model(QAbstractTableModel):
    """Names, raw and scaled values; only the cells in view are asked for."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.names: Sequence[str] = ()
        self.columns: tuple[npt.NDArray, ...] = (np.zeros(0), np.zeros(0))
        self.cells: Sequence[str] | None = None
        self.spec = ".4g"
        self._titles = (self.tr("feature"), self.tr("value"), self.tr("scaled"))

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return len(self.names)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return len(self._titles)

    def title(self, column: int) -> str:
        """Of a column."""
        return self._titles[column]

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if role == _Role.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.title(section)
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
        if column == 1 and self.cells is not None:
            return self.cells[row]
        spec = self.spec if role == _Role.DisplayRole else ".9g"
        return number_text(self.columns[column - 1][row].item(), spec)


class FeatureTable(QTableView):
    """One row a feature: its name, its raw value, its scaled value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Model(self)
        self._longest = ""
        self.setModel(self._model)
        self.setObjectName("features")
        self.setAccessibleName(self.tr("Features of the sample"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # the category is at a name's end
        across, down = self._headers()
        across.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        across.setMinimumSectionSize(_LEAST)
        down.hide()
        down.setMinimumSectionSize(self.fontMetrics().height() + 4)
        down.setDefaultSectionSize(self.fontMetrics().height() + 4)

    def set_features(
        self,
        names: Sequence[str],
        raw: npt.NDArray,
        scaled: npt.NDArray,
        cells: Sequence[str] | None = None,
    ) -> None:
        """Show values, each of shape (n_features,).

        ``cells`` are shown instead of the raw values: what a table had, a text a feature.
        """
        self._model.cells = cells
        longest = max((cells or ())[:MEASURED], key=len, default="")
        if names is not self._model.names:
            self._model.beginResetModel()
            self._model.names, self._model.columns = names, (raw, scaled)
            self._model.endResetModel()
            self._longest = longest
            self._fit()
            return
        if len(longest) > len(self._longest):  # never back: columns would jump
            self._longest = longest
            self._fit()
        self._model.columns = raw, scaled
        first, last = self._model.index(0, 1), self._model.index(len(names) - 1, 2)
        self._model.dataChanged.emit(first, last)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        """Where there is little room letters are smaller and numbers shorter, so that names fit."""
        parent = self.parentWidget()
        font = QFont(parent.font()) if parent else QFont()
        metrics = QFontMetricsF(font)
        names = self._model.names[:MEASURED]
        wanted = widest(metrics, names) + 2 * metrics.horizontalAdvance(_LONG) + ROOM
        narrow = self.width() < min(max(wanted, _NARROW), _WIDE)
        self.setFont(small_font(font) if narrow else font)
        width = self._number_width(names, narrow)
        cell = self.fontMetrics().horizontalAdvance(self._longest) + MARGIN
        self._headers()[0].resizeSection(1, max(width, min(cell, self.width() // 2)))
        self._headers()[0].resizeSection(2, width)
        self._model.spec = self._digits() if narrow else ".4g"

    def _number_width(self, names: Sequence[str], narrow: bool) -> int:
        """Of a column of numbers; what it could do without is left to the names."""
        metrics = self.fontMetrics()
        short, usual, long = (
            metrics.horizontalAdvance(text) + MARGIN for text in (_SHORT, _USUAL, _LONG)
        )
        if not narrow:
            return long
        named = math.ceil(widest(QFontMetricsF(self.font()), [self._model.title(0), *names]))
        room = self.width() - named - MARGIN - 2 * self.frameWidth()
        return max(short, min(usual, room // 2))

    def _digits(self) -> str:
        """Numbers are shortened by a digit rather than in their middle."""
        usual = self.fontMetrics().horizontalAdvance(_USUAL) + MARGIN
        return ".4g" if self.columnWidth(2) >= usual else ".3g"

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
