"""The table of layers."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QCheckBox, QPushButton

from visualmlp.engine import DenseSpec, Layout
from visualmlp.experiment import find_experiment
from visualmlp.gui.views.layer_table import LayerFigures, Notation, layer_rows
from visualmlp.gui.views.layers import LayersView
from visualmlp.gui.widgets.table import Table
from visualmlp.gui.widgets.text_line import TextLine

_DIGITS = find_experiment("digits")
FULL_BATCH = _DIGITS.replace(training=_DIGITS.training.replace(sampling="full_batch"))


def test_784_100_10_has_79510_parameters():
    layers = (DenseSpec(100, "sigmoid"), DenseSpec(10, "softmax"))
    figures = [LayerFigures(0.0, 0.0, 0.0)] * 2
    first, second = layer_rows(784, layers, figures, 1000, Notation(by_columns=False))
    assert (first.weights, first.bias, first.outputs) == (
        "W1 (784, 100)",
        "b1 (100,)",
        "a1 (1000, 100)",
    )
    assert (first.n_parameters, second.n_parameters) == (78_500, 1_010)
    assert first.n_parameters + second.n_parameters == Layout(784, layers).size == 79_510
    first, second = layer_rows(784, layers, figures, 1000, Notation(by_columns=True))
    assert (first.weights, first.bias) == ("W[1] (100, 784)", "b[1] (100, 1)")
    assert (second.weights, second.outputs) == ("W[2] (10, 100)", "A[2] (10, 1000)")


def test_a_layer_without_biases():
    layers = (DenseSpec(2, "identity", bias=False),)
    (row,) = layer_rows(2, layers, [LayerFigures(0, 0, 0)], 1, Notation(by_columns=False))
    assert (row.bias, row.n_parameters, row.initialiser) == ("–", 4, "glorot_uniform")


def test_rows_from_input_to_sum(session, show):
    view = show(LayersView)
    table = view.findChild(Table)
    titles, first, *layers, total = table.texts
    setup = session.setup
    assert titles[5] == "output for a batch of 32"
    assert first[5] == "x (32, 64)"
    assert len(layers) == len(setup.layers)
    assert layers[-1][0] == f"{len(layers)} (output)"
    assert [row[4] for row in layers] == [spec.activation for spec in setup.layers]
    size = setup.new_network().layout.size
    assert total[3] == f"{size:,}"
    assert f"{size:,} parameters" in view.findChild(TextLine, "header").text()


def test_the_range_of_the_weights_follows_the_run(session, show, train):
    view = show(LayersView)
    before = view.findChild(Table).texts
    train(1)
    after = view.findChild(Table)
    weights = session.setup.new_network().layout.views(session.frame.parameters).weights[0]
    expected = [weights.min(), weights.mean(dtype=np.float64), weights.max()]
    assert after.csv_rows()[2][6:9] == pytest.approx(expected, rel=1e-6)
    assert after.texts != before


def test_column_notation(session, show, settle):
    view = show(LayersView)
    view.findChild(QCheckBox, "by_columns").click()
    settle()
    _, first, layer, *_ = view.findChild(Table).texts
    units = session.setup.layers[0].units
    assert first[5] == "A[0] (64, 32)"
    assert layer[1:3] == [f"W[1] ({units}, 64)", f"b[1] ({units}, 1)"]
    assert "Z = W A + b" in view.findChild(TextLine, "header").text()


@pytest.mark.parametrize("session", [FULL_BATCH], indirect=True)
def test_a_full_batch_is_the_whole_training_part(session, show):
    titles, first, *_ = show(LayersView).findChild(Table).texts
    assert titles[5] == "output for a batch of 1,438"
    assert first[5] == "x (1438, 64)"


def test_the_table_is_copied(session, show):
    view = show(LayersView)
    view.findChild(QPushButton, "copy").click()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[-1].split("\t")[3] == str(session.setup.new_network().layout.size)


def test_a_row_picks_the_layers_first_unit(session, show):
    view = show(LayersView)
    table = view.findChild(Table)
    table.row_picked.emit(0)
    assert session.picks.unit is None
    table.row_picked.emit(1)
    assert session.picks.unit == (0, 0)
