"""One new sample: its inputs as stored and as the network gets them, and the outputs."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QVBoxLayout, QWidget

from visualmlp.analysis.data_columns import feature_cells
from visualmlp.data import Recipe
from visualmlp.errors import DataError
from visualmlp.gui.panels.notes import Caution, Note
from visualmlp.gui.predicting.predictions import Row
from visualmlp.gui.widgets.bars import Bars
from visualmlp.gui.widgets.feature_table import FeatureTable
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.runs.prediction import Predictor

LEAST_PICTURE = 120
WIDEST = 300


class SampleDetail(QWidget):
    """The sample whose row is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("predict.detail")
        self._title = QLabel()
        self._title.setObjectName("predict.detail.title")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        self._problem, self._note = Caution(), Note()
        self._picture, self._table, self._bars = Mosaic(), FeatureTable(), Bars()
        self._picture.setObjectName("predict.picture")
        self._picture.setAccessibleName(self.tr("Picture of the sample"))
        self._picture.setMinimumHeight(LEAST_PICTURE)
        self._table.setObjectName("predict.features")
        self._bars.setObjectName("predict.bars")
        self._bars.setAccessibleName(self.tr("Outputs for the sample"))
        self._bars.setMinimumHeight(LEAST_PICTURE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self._title, self._problem, self._note):
            column.addWidget(widget)
        for picture in (self._picture, self._table, self._bars):
            column.addWidget(picture, 1)
        column.addStretch(0)
        self.clear()

    def clear(self) -> None:
        """Show nothing."""
        self._title.setText("")
        self._problem.say("")
        self._note.setText(self.tr("Choose a row to see the sample."))
        for widget in (self._picture, self._table, self._bars):
            widget.hide()

    def show_row(self, row: Row, predictor: Predictor) -> None:
        """Show a sample."""
        self._title.setText(" · ".join(filter(None, (row.path.name, row.name))))
        self._problem.say(row.problem)
        self._note.setText("" if row.x is not None else self.tr("Its inputs are not kept."))
        self._note.setVisible(row.x is None)
        self._show_inputs(row, predictor)
        self._bars.setVisible(not row.problem)
        if not row.problem:
            self._show_outputs(row, predictor)

    def _show_inputs(self, row: Row, predictor: Predictor) -> None:
        recipe, is_picture = predictor.recipe, predictor.recipe.image_shape is not None
        is_unread = is_picture and bool(row.problem)
        self._picture.setVisible(is_picture and row.x is not None and not is_unread)
        self._table.setVisible(not is_picture and row.x is not None)
        if row.x is None or is_unread:
            return
        if recipe.image_shape is not None:
            low, high = recipe.value_range
            picture = np.asarray(row.x).reshape(1, *recipe.image_shape)
            self._picture.set_tiles(picture, low=low, high=high, lut="grey", names=[row.name])
            return
        cells = feature_cells(recipe.columns, row.x)
        self._table.set_features(recipe.feature_names, row.x, _scaled(row, predictor), cells)

    def _show_outputs(self, row: Row, predictor: Predictor) -> None:
        names, values, predicted = _bars_of(row, predictor.recipe, predictor.output_names)
        self._bars.set_title(
            self.tr("Probabilities") if predictor.gives_probabilities else self.tr("Outputs")
        )
        signed = not predictor.gives_probabilities and bool((values < 0).any())
        self._bars.set_bars(names, values, predicted=predicted, signed=signed)


def _scaled(row: Row, predictor: Predictor) -> np.ndarray:
    """What the network gets; NaN where a number is too large for it."""
    assert row.x is not None
    try:
        scaled: np.ndarray = predictor.recipe.inputs(row.x[None], predictor.network.dtype)[0]
    except DataError:
        return np.full(len(row.x), np.nan)
    return scaled


def _bars_of(
    row: Row, recipe: Recipe, output_names: list[str]
) -> tuple[list[str], np.ndarray, int | None]:
    """Names, lengths, and the one of the prediction; of a binary task both classes."""
    if recipe.task == "regression":
        return output_names, row.outputs, None
    names = list(recipe.class_names)
    values = row.outputs
    if recipe.task == "binary":
        values = np.array([1 - values[0], values[0]])
    return names, values, row.label
