from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtWidgets import QComboBox

from visualmlp.engine import Layout
from visualmlp.experiment import apply_settings, find_experiment
from visualmlp.gui.views.unit_matrix import UnitMatrix
from visualmlp.gui.views.weights import WeightsView
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.probe import Probe


def parameters(session):
    setup = session.setup
    return Layout(setup.data.n_inputs, setup.layers).views(session.frame.parameters)


def mosaic(view):
    return view.findChild(Mosaic)


def matrix(view):
    return view.findChild(UnitMatrix, "matrix")


def bias_strip(view):
    return view.findChild(UnitMatrix, "biases")


def numbers(widget, dtype=np.float32):
    """What a widget shows, by its CSV: row names and values."""
    _, *rows = widget.csv_rows()
    return [row[0] for row in rows], np.array([row[1:] for row in rows]).astype(dtype)


def place_of(widget, text):
    """A position of the widget whose hover text begins so."""
    for y in range(0, widget.height(), 3):
        for x in range(0, widget.width(), 3):
            if (widget.value_at(QPointF(x, y)) or "").startswith(text):
                return QPointF(x, y).toPoint()
    raise AssertionError(f"{text!r} is nowhere")


def choose_next_layer(qtbot, view, settle):
    qtbot.keyClick(view.findChild(QComboBox, "layer"), Qt.Key.Key_Down)
    settle()


def test_tiles_are_the_columns_of_the_first_layers_weights(session, show, train):
    view = show(WeightsView)
    train(1)

    names, tiles = numbers(mosaic(view))
    weights = parameters(session).weights[0]
    assert mosaic(view).isVisible()
    assert names[5] == "unit 5 of layer 1"
    assert tiles.shape == (32, 64)
    for unit in range(32):
        np.testing.assert_array_equal(tiles[unit].reshape(8, 8), weights[:, unit].reshape(8, 8))


def test_the_biases_of_pictures_have_a_strip(session, show, train):
    view = show(WeightsView)
    train(1)

    names, values = numbers(bias_strip(view))
    assert bias_strip(view).isVisible()
    assert names == ["bias b"]
    np.testing.assert_array_equal(values[0], parameters(session).biases[0])


def test_another_layer_is_a_matrix_with_the_bias_below(session, qtbot, show, settle):
    view = show(WeightsView)
    box = view.findChild(QComboBox, "layer")
    assert [box.itemText(i) for i in range(box.count())] == [
        "1 · 64 → 32 · relu",
        "2 · 32 → 10 · softmax",
    ]
    choose_next_layer(qtbot, view, settle)

    names, values = numbers(matrix(view))
    assert not mosaic(view).isVisible()
    assert not bias_strip(view).isVisible()
    assert names[0] == "unit 0 of layer 1"
    assert names[-1] == "bias b"
    np.testing.assert_array_equal(values[:-1], parameters(session).weights[1])
    np.testing.assert_array_equal(values[-1], parameters(session).biases[1])


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_a_tables_features_name_the_rows(session, show):
    view = show(WeightsView)

    names, values = numbers(matrix(view))
    assert names[:4] == list(session.setup.data.dataset.feature_names)
    np.testing.assert_array_equal(values[:4], parameters(session).weights[0])
    text = matrix(view).value_at(QPointF(place_of(matrix(view), "from petal width (cm)")))
    assert "to layer 1, unit" in text


@pytest.mark.parametrize(
    "session",
    [
        apply_settings(
            find_experiment("iris"), ["network.hidden=[100]", "network.output.bias=false"]
        )
    ],
    indirect=True,
)
def test_many_inputs_have_a_strip_and_no_bias_has_none(session, qtbot, show, settle):
    view = show(WeightsView)
    choose_next_layer(qtbot, view, settle)

    names, values = numbers(matrix(view))
    assert len(names) == 100
    np.testing.assert_array_equal(values, parameters(session).weights[1])
    assert not bias_strip(view).isVisible()
    assert "biases" not in view.findChild(TextLine, "summary").text()


def test_the_summary_has_the_figures_and_the_limit_of_the_colours(session, show):
    view = show(WeightsView)

    weights = parameters(session).weights[0]
    text = view.findChild(TextLine, "summary").text().replace("−", "-")
    assert text.startswith(f"64 × 32 weights W: {weights.min():.3g} to {weights.max():.3g}")
    assert f"mean |w| {np.abs(weights).mean():.3g}" in text
    limit = f"{np.abs(weights).max():.3g}"
    assert text.endswith(f"colours: -{limit} to {limit}")


def test_a_click_on_a_tile_picks_the_unit(session, qtbot, show, settle):
    view = show(WeightsView)
    where = place_of(mosaic(view), "unit 7 of layer 1")
    qtbot.mouseClick(mosaic(view), Qt.MouseButton.LeftButton, pos=where)

    assert session.picks.unit == (0, 7)
    settle()
    assert mosaic(view).current == 7
    assert bias_strip(view).unit == 7


def test_a_click_on_a_cell_picks_the_unit_of_its_column(session, qtbot, show, settle):
    view = show(WeightsView)
    choose_next_layer(qtbot, view, settle)
    where = place_of(matrix(view), "from unit 4 of layer 1, to output 6")
    qtbot.mouseClick(matrix(view), Qt.MouseButton.LeftButton, pos=where)

    assert session.picks.unit == (1, 6)
    settle()
    assert matrix(view).unit == 6


def test_the_view_follows_a_unit_picked_elsewhere_and_the_chooser_stays_free(
    session, qtbot, show, settle
):
    view = show(WeightsView)
    session.pick_unit(1, 3)
    settle()
    assert view.findChild(QComboBox, "layer").currentIndex() == 1
    assert matrix(view).unit == 3

    qtbot.keyClick(view.findChild(QComboBox, "layer"), Qt.Key.Key_Up)
    settle()
    session.pick_sample(5)
    settle()
    assert mosaic(view).isVisible()
    assert mosaic(view).current is None


def test_training_does_not_move_the_keyboards_cursor(session, qtbot, show, train):
    view = show(WeightsView)
    mosaic(view).setFocus()
    qtbot.keyClick(mosaic(view), Qt.Key.Key_Right)
    qtbot.keyClick(mosaic(view), Qt.Key.Key_Right)
    train(1)

    assert mosaic(view).current == 1


@pytest.mark.parametrize("session", ["digits", "curve"], indirect=True)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_parameters_that_are_not_finite_are_drawn(session, show, value):
    view = show(WeightsView)
    broken = session.frame.parameters.copy()
    broken[::3] = value
    frame = replace(session.frame, parameters=broken)

    view.show_result(frame, view.job(frame, session.picks)(Probe(session.setup)))
    view.grab()

    assert ("NaN" if np.isnan(value) else "∞") in view.findChild(TextLine, "summary").text()
