"""Predictions as Qt's tables want them: a cell is made when it is looked at."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PyQt6.QtGui import QFont

from visualmlp.gui.predicting.predictions import Predictions, Row
from visualmlp.gui.widgets.labels import number_text

NO_PREDICTION = "–"

_ROOT = QModelIndex()
_Role = Qt.ItemDataRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class PredictionsModel(QAbstractTableModel):
    """A row a sample: file, name, prediction, problem, and every output."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.predictions: Predictions | None = None
        self._rows = np.zeros(0, np.intp)
        self._titles: list[str] = []
        self._n_words = 0

    def set_predictions(self, predictions: Predictions) -> None:
        """Show all samples."""
        self.beginResetModel()
        self.predictions = predictions
        self._rows = np.arange(len(predictions))
        words = [self.tr("file"), self.tr("sample"), self.tr("problem")]
        if self.has_classes:
            words.insert(2, self.tr("prediction"))
        self._n_words = len(words)
        self._titles = [*words, *predictions.predictor.output_names]
        self.endResetModel()

    def show_rows(self, rows: np.ndarray) -> None:
        """Show these samples only, given by their places."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    @property
    def has_classes(self) -> bool:
        """Whether classes are predicted."""
        return bool(self.predictions and self.predictions.predictor.recipe.class_names)

    @property
    def problem_column(self) -> int:
        """Where problems stand."""
        return self._n_words - 1

    def sample(self, row: int) -> Row:
        """The sample in a row of the table."""
        assert self.predictions is not None
        return self.predictions[int(self._rows[row])]

    # Qt

    def rowCount(self, parent: QModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._titles)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> Any:
        if role not in (_Role.DisplayRole, _Role.ToolTipRole):
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self._titles[section] if section < len(self._titles) else None
        return f"{int(self._rows[section]) + 1:,}" if section < len(self._rows) else None

    def data(self, index: QModelIndex, role: int = _Role.DisplayRole) -> Any:
        row, column = self.sample(index.row()), index.column()
        if role == _Role.DisplayRole:
            return self._text(row, column, ".4f" if self.has_classes else ".6g")
        if role == _Role.ToolTipRole:
            return str(row.path) if column == 0 else self._text(row, column, ".9g")
        if role == _Role.AccessibleTextRole:
            return f"{self._titles[column]}: {self._text(row, column, '.4g')}"
        if role == _Role.TextAlignmentRole:
            is_number = column >= self._n_words or (column == 1 and row.name.isdecimal())
            return _RIGHT if is_number else _LEFT
        if role == _Role.FontRole and self._is_of_prediction(row, column):
            font = QFont()
            font.setBold(True)
            return font
        return None

    def _text(self, row: Row, column: int, spec: str) -> str:
        if column >= self._n_words:
            value = row.outputs[column - self._n_words].item()
            return "" if row.problem else number_text(value, spec)
        words = [row.path.name, row.name, _without_folders(row)]
        if self.has_classes:
            words.insert(2, self._class_name(row))
        return words[column]

    def _class_name(self, row: Row) -> str:
        assert self.predictions is not None
        names = self.predictions.predictor.recipe.class_names
        return NO_PREDICTION if row.problem else names[row.label]

    def _is_of_prediction(self, row: Row, column: int) -> bool:
        """The predicted class and its output stand out."""
        if row.problem or not self.has_classes:
            return False
        return column == 2 or (len(row.outputs) > 1 and column == self._n_words + row.label)


def _without_folders(row: Row) -> str:
    """The problem with the file's name alone, so that the reason is in sight."""
    text = row.problem
    for folder in (row.path, row.path.parent):
        text = text.replace(f"{folder}{os.sep}", "")
    return text
