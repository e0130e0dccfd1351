from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PyQt6.QtCore import QSettings, Qt
from PyQt6.QtWidgets import QCheckBox, QComboBox, QSpinBox

from visualmlp.experiment import find_experiment
from visualmlp.gui.views.graph import LEAST_GRAPH, GraphView
from visualmlp.gui.widgets.braced import BracedProduct
from visualmlp.gui.widgets.graph import Graph
from visualmlp.gui.widgets.matrix import Matrix
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.probe import Probe
from visualmlp.training.replay import next_step


def step_of(session):
    return next_step(session.setup, session.frame.state)


def numbers(view):
    _, *rows = view.findChild(Matrix).csv_rows()
    return np.array([row[1:] for row in rows], dtype=np.float32)


def text(view, name="text"):
    return view.findChild(TextLine, name).text()


def pick(view, key, settle):
    graph = view.findChild(Graph)
    graph.set_current(key)
    graph.pick_current()
    settle()


def test_a_nodes_numbers_are_those_of_the_next_step(session, show, train, settle):
    view = show(GraphView)
    train(1)
    trace = step_of(session).trace
    wanted = {"x": trace.x, "W1": trace.layers[0].weights, "z2": trace.layers[1].z, "t": trace.t}
    wanted |= {"b1": trace.layers[0].bias[None], "a2": trace.y, "L": trace.sample_losses[:, None]}
    for key, array in wanted.items():
        pick(view, key, settle)
        np.testing.assert_array_equal(numbers(view), array)
    assert text(view).startswith("L: loss, mean over the batch")


def test_gradients_and_one_sample(session, qtbot, show, settle):
    view = show(GraphView)
    step = step_of(session)
    qtbot.keyClick(view.findChild(QComboBox, "what"), Qt.Key.Key_Down)
    pick(view, "z1", settle)
    np.testing.assert_array_equal(numbers(view), step.trace.layers[0].grad_z)
    assert text(view).startswith("gradient ∂L/∂Z¹: pre-activations of layer 1 (relu)")

    view.findChild(QSpinBox, "sample").setValue(3)
    settle()
    np.testing.assert_array_equal(numbers(view), step.trace.layers[0].grad_z[3:4])
    assert f"is training sample {step.rows[3]:,}" in text(view)

    pick(view, "a2", settle)
    assert "loss and activation are taken as one function" in text(view)


def test_columns_are_the_courses_notation_everywhere(session, show, settle):
    view = show(GraphView)
    view.findChild(QCheckBox, "columns").click()
    settle()
    pick(view, "W1", settle)
    weights = step_of(session).trace.layers[0].weights
    np.testing.assert_array_equal(numbers(view), weights.T)
    assert "W[1]" in text(view)
    assert QSettings().value("maths/notation") == "columns"
    rule = view.findChild(BracedProduct, "rule").accessibleName()
    assert "Z[1]" in rule


def test_the_chain_rule_of_a_picked_weight(session, show, settle):
    view = show(GraphView)
    pick(view, "W2", settle)
    view.findChild(Matrix).cell_picked.emit(5, 7)
    settle()
    assert session.picks.unit == (1, 7)
    trace = step_of(session).trace
    whole = f"{trace.layers[1].grad_weights[5, 7]:.6g}".replace("-", "−")
    assert f"all {trace.n_samples} samples: {whole}, as the engine" in text(view, "sum")
    assert "[∂z_7 / ∂w_(5,7)]" in view.findChild(BracedProduct, "numbers").accessibleName()
    rule = view.findChild(BracedProduct, "rule")
    assert rule.accessibleName().startswith("∂L/∂W² = ")
    assert "[(A² − T) / n]" in rule.accessibleName()
    assert view.findChild(Matrix).current == (5, 7)

    pick(view, "z1", settle)
    assert not rule.isVisible()


def test_a_unit_picked_elsewhere_shows_its_steepest_weight(session, show, settle):
    view = show(GraphView)
    session.pick_unit(1, 4)
    settle()
    assert view.findChild(Graph).current == "W2"
    steepest = np.abs(step_of(session).trace.layers[1].grad_weights[:, 4]).argmax()
    assert view.findChild(Matrix).current == (steepest, 4)


def test_a_sample_is_chosen_by_its_row(session, show, settle):
    view = show(GraphView)
    pick(view, "a1", settle)
    view.findChild(Matrix).cell_picked.emit(6, 2)
    settle()
    assert view.findChild(QSpinBox, "sample").value() == 6


def test_without_a_state_the_last_step_stays(session, show):
    view = show(GraphView)
    running = replace(session.frame, state=None)
    known = view.job(running, session.picks)(None)
    assert known is not None
    view.start(session.setup)
    view.draw(running, view.job(running, session.picks)(None))
    assert "Pause" in view.findChild(Graph).empty_text


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_drawn(session, show, settle, value):
    view = show(GraphView)
    broken = np.full_like(session.frame.parameters, value)
    state = replace(session.frame.state, parameters=broken)
    frame = replace(session.frame, parameters=broken, state=state)
    view.show_result(frame, view.job(frame, session.picks)(Probe(session.setup)))
    for key in ("W1", "z1", "L", "b2"):
        view.findChild(Graph).set_current(key)
        view.show_result(frame, view.job(frame, session.picks)(Probe(session.setup)))
        view.grab()
    assert "NaN" in text(view) or "∞" in text(view)


def with_dropout():
    digits = find_experiment("digits")
    hidden = [layer.replace(dropout=0.25) for layer in digits.network.hidden]
    return digits.replace(network=digits.network.replace(hidden=tuple(hidden)))


@pytest.mark.parametrize("session", [with_dropout()], indirect=True)
def test_dropout_is_a_node_of_its_own(session, qtbot, show, settle):
    view = show(GraphView)
    pick(view, "d1", settle)
    layer = step_of(session).trace.layers[0]
    np.testing.assert_array_equal(numbers(view), layer.a * layer.mask)
    assert text(view).startswith("Ã¹: activations of layer 1 after dropout")
    qtbot.keyClick(view.findChild(QComboBox, "what"), Qt.Key.Key_Down)
    settle()
    assert "not kept" in text(view)
    pick(view, "W1", settle)
    assert "∂Ã¹/∂A¹ [M¹]" in view.findChild(BracedProduct, "rule").accessibleName()


def test_a_samples_figures_are_of_that_sample(session, show, settle):
    view = show(GraphView)
    pick(view, "L", settle)
    view.findChild(QSpinBox, "sample").setValue(4)
    settle()
    loss = step_of(session).trace.sample_losses[4]
    assert f"loss, mean over the batch · {loss:.6g}".replace("e-0", "e−") in text(view)
    assert view.findChild(Matrix).csv_rows()[0][1] == "loss"


def test_rows_of_a_narrow_place_do_not_overlap(qtbot, show):
    view = show(GraphView, 420, 320)
    view.grab()  # only then are the formulas' sizes known
    rows = [view.findChild(BracedProduct, name) for name in ("rule", "numbers")]
    rows += [view.findChild(TextLine, name) for name in ("sum", "text")]
    places = [row.geometry for row in rows]
    qtbot.waitUntil(lambda: all(a().bottom() < b().top() for a, b in pairwise(places)))
    assert rows[0].height() > 40
    assert view.findChild(Graph).height() >= LEAST_GRAPH


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_rows_and_columns_have_the_names_of_features_and_classes(session, show, settle):
    view, data = show(GraphView), session.setup.data
    pick(view, "W1", settle)
    rows = view.findChild(Matrix).csv_rows()
    assert [row[0] for row in rows[1:]] == list(data.dataset.feature_names)
    assert rows[0][1:] == [str(i) for i in range(8)]
    for key in ("W2", "a2", "t"):
        pick(view, key, settle)
        assert view.findChild(Matrix).csv_rows()[0][1:] == list(data.class_names)
