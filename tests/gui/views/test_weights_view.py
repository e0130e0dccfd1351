from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QComboBox, QPushButton, QSpinBox

from visualmlp.engine import Layout
from visualmlp.experiment import apply_settings, find_experiment
from visualmlp.gui.views.shown_weights import Looker, Wanted
from visualmlp.gui.views.unit_matrix import UnitMatrix
from visualmlp.gui.views.weights import WeightsView
from visualmlp.gui.widgets.histogram import HistogramPlot
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training import what_if
from visualmlp.training.probe import Probe
from visualmlp.training.replay import next_step
from visualmlp.training.visit import Visitor


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


# Other quantities


def choose_quantity(view, settle, quantity):
    box = view.findChild(QComboBox, "quantity")
    box.setCurrentIndex(box.findData(quantity))
    box.activated.emit(box.currentIndex())
    settle()


def summary(view):
    return view.findChild(TextLine, "summary").text().replace("−", "-")


def trigger(view, settle, name):
    view.findChild(QAction, name).trigger()
    settle()


def layout_of(session):
    return Layout(session.setup.data.n_inputs, session.setup.layers)


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_the_change_since_the_start_and_since_a_marked_step(session, qtbot, show, train, settle):
    start = session.frame.parameters.copy()
    view = show(WeightsView)
    train(2)
    choose_quantity(view, settle, "change")
    _, values = numbers(matrix(view))
    change = layout_of(session).views(session.frame.parameters - start)
    np.testing.assert_array_equal(values[:-1], change.weights[0])
    assert f"step {session.frame.step} minus step 0" in summary(view)

    here = session.frame
    qtbot.mouseClick(view.findChild(QPushButton, "since_here"), Qt.MouseButton.LeftButton)
    settle()
    assert view.findChild(QSpinBox, "since").value() == here.step
    assert not numbers(matrix(view))[1].any()
    train(1)
    change = layout_of(session).views(session.frame.parameters - here.parameters)
    np.testing.assert_array_equal(numbers(matrix(view))[1][-1], change.biases[0])

    session.seek(2)
    qtbot.waitUntil(lambda: session.frame.step == 2, timeout=20_000)
    settle()
    assert f"step 2 minus step {here.step}" in summary(view)


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_a_step_of_the_past_is_replayed_for_the_change(session, show, train, settle):
    view = show(WeightsView)
    train(1)
    middle = Visitor(session.setup).state_at(session.timeline, 5).parameters
    view.findChild(QSpinBox, "since").setValue(5)
    choose_quantity(view, settle, "change")
    change = layout_of(session).views(session.frame.parameters - middle)
    np.testing.assert_array_equal(numbers(matrix(view))[1][:-1], change.weights[0])


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_changes_are_counted_from_a_step_after_what_was_done_to_it_by_hand(session, qtbot, train):
    train(1)
    before = session.frame
    session.change_run("w", lambda trainer: what_if.set_weight(trainer, 0, 0, 0, 9.0))
    qtbot.waitUntil(lambda: session.frame.parameters[0] == 9.0, timeout=20_000)
    looker, probe, branch = Looker(), Probe(session.setup), session.branches[0]
    wanted = Wanted(0, "change", since=before.step)
    for frame in (before, session.frame):  # the older one may be looked at after the change
        shown = looker.look(probe, frame=frame, branch=branch, wanted=wanted)
        assert not shown.weights.any()


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_the_gradient_is_that_of_the_next_step(session, show, train, settle):
    view = show(WeightsView)
    train(1)
    choose_quantity(view, settle, "gradient")
    trace = next_step(session.setup, session.frame.state).trace
    np.testing.assert_array_equal(numbers(matrix(view))[1][:-1], trace.raw.weights[0])
    step = session.frame.step
    assert f"in step {step} → {step + 1}, {trace.n_samples} samples" in summary(view)


@pytest.mark.parametrize("session", ["iris"], indirect=True)
@pytest.mark.parametrize("place", [2, 3])  # gradient, the first slot
def test_while_training_runs_the_newest_kept_state_is_shown(session, show, train, settle, place):
    view = show(WeightsView)
    train(2)
    frame = replace(session.frame, state=None)
    kept = session.timeline.checkpoints.nearest(frame.step).state
    choose_quantity(view, settle, view.findChild(QComboBox, "quantity").itemData(place))
    view.show_result(frame, view.job(frame, session.picks)(Probe(session.setup)))
    text = summary(view)
    assert ("newest kept state" in text) == (kept.step != frame.step)
    assert f"after {kept.step} steps" in text or f"in step {kept.step} →" in text


@pytest.mark.parametrize(
    "session", [apply_settings(find_experiment("iris"), ["optimizer.name=adam"])], indirect=True
)
def test_what_the_optimizer_remembers_has_its_own_name(session, show, train, settle):
    view = show(WeightsView)
    train(1)
    box = view.findChild(QComboBox, "quantity")
    assert [box.itemData(i) for i in range(box.count())][3:] == ["slot.m", "slot.v"]
    assert box.itemText(4) == "v of adam"
    choose_quantity(view, settle, "slot.v")
    expected = layout_of(session).views(session.frame.state.slots[1])
    _, values = numbers(matrix(view))
    np.testing.assert_array_equal(values[:-1], expected.weights[0])
    assert f"v of adam after {session.frame.step} steps" in summary(view)
    assert "colours: 0 to" in summary(view)


# Order of the units


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_units_in_the_order_of_their_norm_are_still_picked_as_themselves(
    session, qtbot, show, settle
):
    view = show(WeightsView)
    trigger(view, settle, "order.norm")
    weights = parameters(session).weights[0]
    order = np.argsort(-np.linalg.norm(weights.astype(float), axis=0), kind="stable")
    header, *_ = matrix(view).csv_rows()
    assert header[1:] == [str(unit) for unit in order]
    np.testing.assert_array_equal(numbers(matrix(view))[1][:-1], weights[:, order])

    where = place_of(matrix(view), f"from petal width (cm), to layer 1, unit {order[0]}:")
    qtbot.mouseClick(matrix(view), Qt.MouseButton.LeftButton, pos=where)
    assert session.picks.unit == (0, order[0])
    settle()
    assert matrix(view).unit == 0


def test_units_most_like_the_picked_one_come_first(session, show, settle):
    view = show(WeightsView)
    trigger(view, settle, "order.similarity")
    assert "pick a unit" in summary(view)
    session.pick_unit(0, 9)
    settle()
    names, tiles = numbers(mosaic(view))
    assert names[0] == "unit 9 of layer 1 (likeness 1)"
    weights = parameters(session).weights[0].astype(float)
    cosines = weights.T @ weights[:, 9] / np.linalg.norm(weights, axis=0)
    np.testing.assert_array_equal(tiles[1], weights[:, np.argsort(-cosines)[1]].astype("f4"))
    assert mosaic(view).current == 0


# One weight


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_a_click_on_a_cell_picks_the_weight_and_the_view_follows_one(session, qtbot, show, settle):
    view = show(WeightsView)
    where = place_of(matrix(view), "from petal width (cm), to layer 1, unit 2:")
    qtbot.mouseClick(matrix(view), Qt.MouseButton.LeftButton, pos=where)
    assert session.picks.weight == (0, 3, 2)
    where = place_of(matrix(view), "from bias b, to layer 1, unit 5:")
    qtbot.mouseClick(matrix(view), Qt.MouseButton.LeftButton, pos=where)
    assert session.picks.weight == (0, None, 5)

    session.pick_weight(1, 7, 2)
    settle()
    assert view.findChild(QComboBox, "layer").currentIndex() == 1
    assert matrix(view).current == (7, 2)


def test_a_click_on_a_pixel_picks_its_weight(session, qtbot, show, settle):
    view = show(WeightsView)
    where = place_of(mosaic(view), "unit 7 of layer 1, pixel (row 2, column 5)")
    qtbot.mouseClick(mosaic(view), Qt.MouseButton.LeftButton, pos=where)
    assert session.picks.weight == (0, 2 * 8 + 5, 7)
    settle()
    assert mosaic(view)._pixel == (2, 5)


# Histograms


def test_histograms_of_every_layer_with_the_biases_apart(session, show, train, settle):
    view = show(WeightsView, 420, 300)
    train(1)
    plots = view.findChildren(HistogramPlot)
    assert not any(plot.isVisible() for plot in plots)
    trigger(view, settle, "histograms")
    assert all(plot.isVisible() for plot in plots)
    assert not mosaic(view).isVisible()
    for plot, weights, biases in zip(
        plots, parameters(session).weights, parameters(session).biases, strict=True
    ):
        of_weights, of_biases = plot.series
        assert (of_weights.total, of_biases.total) == (weights.size, biases.size)
        assert of_weights.edges[0] == weights.min()
        assert of_weights.filled
        assert not of_biases.filled
    session.pick_weight(1, 4, 3)
    settle()
    (mark,) = plots[1].marks
    assert mark.value == pytest.approx(parameters(session).weights[1][4, 3])
    assert not plots[0].marks


def test_a_tall_view_has_pictures_and_histograms_without_being_asked(session, show, settle):
    view = show(WeightsView, 700, 640)
    assert mosaic(view).isVisible()
    assert all(plot.isVisible() for plot in view.findChildren(HistogramPlot))
    trigger(view, settle, "histograms")
    assert not any(plot.isVisible() for plot in view.findChildren(HistogramPlot))
    view.resize(700, 700)
    settle()
    assert not any(plot.isVisible() for plot in view.findChildren(HistogramPlot))


@pytest.mark.parametrize(
    "session",
    [apply_settings(find_experiment("digits"), ["network.hidden=[100, 36]"])],
    indirect=True,
)
def test_a_strip_that_was_hidden_shows_the_biases_of_the_layer(session, qtbot, show, settle):
    view = show(WeightsView, 500, 400)
    view.resize(500, 200)  # without room for the strip
    choose_next_layer(qtbot, view, settle)
    assert bias_strip(view).isHidden()
    view.resize(500, 400)
    assert bias_strip(view).isVisible()
    assert numbers(bias_strip(view))[1].shape == (1, 36)


@pytest.mark.parametrize("width", [405, 720])
def test_a_layers_activation_can_be_read_in_the_chooser(session, show, width):
    layer = show(WeightsView, width, 300).findChild(QComboBox, "layer")
    assert layer.width() >= layer.sizeHint().width()
