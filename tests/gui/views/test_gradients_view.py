"""Gradients: the curves are the run's own updates; the cursor, layers and the check are linked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QCheckBox, QComboBox, QPushButton, QToolButton

from visualmlp.engine import global_norm
from visualmlp.experiment import apply_settings, find_experiment
from visualmlp.gui.views.gradients import GradientsView
from visualmlp.gui.views.layer_chooser import layer_text
from visualmlp.gui.widgets.band_plot import BandPlot
from visualmlp.gui.widgets.histogram import HistogramPlot
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.gui.widgets.time_plot import TimePlot
from visualmlp.training import past_gradients
from visualmlp.training.learner import Learner
from visualmlp.training.probe import Probe
from visualmlp.training.replay import trace_next_step
from visualmlp.training.runner import Phase

WAIT_MS = 20_000
CLIPPED = apply_settings(
    find_experiment("iris"), ["regularization.clip_norm=0.1", "regularization.l2=0.01"]
)
DEEP = apply_settings(find_experiment("digits"), ["network.hidden=[8,8,8,8,8,8]"])
FAST = apply_settings(
    find_experiment("curve"),
    ["network.hidden=[]", "optimizer.name=sgd", "optimizer.learning_rate=100"],
)


@pytest.fixture(autouse=True)
def few_states(monkeypatch):
    monkeypatch.setattr(past_gradients, "MOST_STATES", 30)


def norms(view) -> TimePlot:
    return view.findChild(TimePlot, "norms")


def ratios(view) -> BandPlot:
    return view.findChild(BandPlot, "ratios")


def curve(plot, name) -> np.ndarray:
    return np.array([row[1:] for row in plot.csv_rows() if row[0] == name], np.float64)


def header(view) -> str:
    return view.findChild(TextLine, "header").text()


def seek(qtbot, session, step: int) -> None:
    session.seek(step)
    qtbot.waitUntil(lambda: session.frame.step == step and session.is_settled, timeout=WAIT_MS)


def test_the_curves_are_those_of_a_plain_training(session, show, train):
    view = show(GradientsView)
    train(2)
    head, setup = session.timeline.head, session.setup
    learner, expected = Learner(setup), {}
    for step in range(head + 1):
        trace = trace_next_step(setup, learner.state())
        g, w = trace.clipped.weights[0], trace.before.weights[0]
        change = trace.after.weights[0] - w
        ratio = global_norm(change.ravel()) / global_norm(w.ravel())
        expected[step] = global_norm(g.ravel()), ratio
        learner.update()
    name = layer_text(setup, 0)
    points = curve(norms(view), name)
    assert points[:, 0].tolist() == [*range(0, head + 1, 4), *([head] if head % 4 else [])]
    for plot, place in ((norms(view), 0), (ratios(view), 1)):
        for step, value in curve(plot, name):
            assert value == expected[int(step)][place]
    assert f"updates after {len(range(0, head + 1, 4))} of {head + 1} steps, one in 4" in header(
        view
    )


def test_at_the_beginning_it_shows_the_first_update(session, show):
    view = show(GradientsView)
    points = curve(norms(view), layer_text(session.setup, 1))
    assert points.shape == (1, 2)
    trace = trace_next_step(session.setup, session.frame.state)
    assert points[0, 1] == global_norm(trace.clipped.weights[1].ravel())
    assert header(view) == (
        "Distributions: the next update, after step 0 · curves: updates after 1 of 1 step"
    )


def test_distributions_are_of_the_update_at_the_cursor(qtbot, session, show, train):
    view = show(GradientsView)
    train(1)
    seek(qtbot, session, 7)
    trace = trace_next_step(session.setup, session.frame.state)
    plots = view.findChildren(HistogramPlot)
    assert len(plots) == len(session.setup.layers)
    weights, biases = plots[0].series
    assert weights.total == trace.clipped.weights[0].size
    assert biases.total == trace.clipped.biases[0].size
    ends = min(a.min() for a in (trace.clipped.weights[0], trace.clipped.biases[0]))
    assert weights.edges[0] == biases.edges[0] == pytest.approx(float(ends))
    assert "after step 7" in header(view)
    assert norms(view).marked == 7
    at_7 = curve(norms(view), layer_text(session.setup, 0))
    assert 7 in at_7[:, 0]


def test_biases_and_the_gradient_of_the_loss_alone(session, show, settle, qtbot):
    view = show(GradientsView)
    raw = view.findChild(QCheckBox, "raw")
    assert not raw.isEnabled()
    kind = view.findChild(QComboBox, "kind")
    kind.setFocus()
    qtbot.keyClick(kind, Qt.Key.Key_Down)
    settle()
    trace = trace_next_step(session.setup, session.frame.state)
    points = curve(norms(view), layer_text(session.setup, 0))
    assert points[0, 1] == global_norm(trace.clipped.biases[0])


@pytest.mark.parametrize("session", [CLIPPED], indirect=True)
def test_what_penalties_and_clipping_change(session, show, settle):
    view = show(GradientsView)
    raw, name = view.findChild(QCheckBox, "raw"), layer_text(session.setup, 0)
    assert raw.isEnabled()
    used = curve(norms(view), name)[0, 1]
    raw.click()
    settle()
    trace = trace_next_step(session.setup, session.frame.state)
    assert curve(norms(view), name)[0, 1] == global_norm(trace.raw.weights[0].ravel())
    assert curve(norms(view), name)[0, 1] > 2 * used
    assert "of the loss alone" in norms(view).accessibleName()


def test_a_picked_unit_brings_its_layer_forward_and_a_click_picks_a_layer(session, show, settle):
    view = show(GradientsView)
    first, second = (layer_text(session.setup, layer) for layer in range(2))
    assert not any(key.pale for key in norms(view).keys().values())
    session.pick_unit(1, 4)
    settle()
    assert [norms(view).keys()[name].pale for name in (first, second)] == [True, False]
    plots = view.findChildren(HistogramPlot)
    assert plots[1].accessibleName().startswith("▸")
    QTest.mouseClick(plots[1], Qt.MouseButton.LeftButton)
    assert session.picks.unit == (1, 4)
    QTest.mouseClick(plots[0], Qt.MouseButton.LeftButton)
    assert session.picks.unit == (0, 0)
    QTest.keyClick(plots[1], Qt.Key.Key_Return)
    assert session.picks.unit == (1, 0)


def test_a_click_into_a_plot_moves_the_cursor(qtbot, session, show, train):
    view = show(GradientsView)
    train(1)
    plot = ratios(view)
    plot.x_picked.emit(11.3)
    qtbot.waitUntil(lambda: session.frame.step == 11, timeout=WAIT_MS)
    assert (norms(view).marked, plot.marked) == (11, 11)


def test_the_button_asks_for_the_gradient_check(qtbot, session, show):
    view = show(GradientsView)
    with qtbot.waitSignal(session.view_wanted) as wanted:
        view.findChild(QPushButton, "gradient_check").click()
    assert wanted.args == ["gradient_check"]


def test_the_usual_ratios_are_always_in_sight(session, show, train):
    view = show(GradientsView)
    train(1)
    low, high = ratios(view).y_range()
    assert low <= -4
    assert high >= -2


def shown_pieces(view) -> list[str]:
    names = ("norms", "ratios", "histograms")
    return [name for name in names if view.findChild(QToolButton, f"show.{name}").isChecked()]


def test_in_a_small_place_the_newest_choice_shows_whole_and_the_rest_comes_back(
    qtbot, session, show
):
    view = show(GradientsView, 340, 280)
    assert shown_pieces(view) == ["norms"]
    assert view._room.verticalScrollBar().maximum() == 0
    view.findChild(QToolButton, "show.histograms").click()
    assert shown_pieces(view) == ["histograms"]
    assert not norms(view).isVisible()
    plots = view.findChildren(HistogramPlot)
    qtbot.waitUntil(lambda: all(p.visibleRegion().boundingRect() == p.rect() for p in plots))
    view.resize(340, 700)
    assert shown_pieces(view) == ["norms", "ratios", "histograms"]


@pytest.mark.parametrize("session", ["spirals"], indirect=True)
def test_histograms_stand_in_more_columns_where_rows_would_not_fit(qtbot, session, show):
    view = show(GradientsView, 720, 480)
    assert len(session.setup.layers) == 3
    plots = view.findChildren(HistogramPlot)
    qtbot.waitUntil(lambda: all(p.visibleRegion().boundingRect() == p.rect() for p in plots))
    assert len({plot.geometry().left() for plot in plots}) == 2


@pytest.mark.parametrize("session", [DEEP], indirect=True)
def test_the_names_of_many_layers_do_not_push_the_curves_out_of_sight(session, show):
    view = show(GradientsView, 350, 290)
    assert view._room.verticalScrollBar().maximum() == 0


def test_pieces_can_be_switched_off(session, show):
    view = show(GradientsView)
    for name in ("norms", "ratios"):
        view.findChild(QToolButton, f"show.{name}").click()
    assert not norms(view).isVisible()
    assert not ratios(view).isVisible()
    assert view.findChild(HistogramPlot).isVisible()


@pytest.mark.parametrize("session", [FAST], indirect=True)
def test_after_divergence_it_says_that_no_update_can_be_made(qtbot, session, show, settle):
    view = show(GradientsView)
    session.play()
    qtbot.waitUntil(lambda: session.status.phase is Phase.DIVERGED, timeout=WAIT_MS)
    settle()
    assert "the next update cannot be made" in header(view)
    view.grab()


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_numbers_that_are_not_finite_are_drawn(session, show, value):
    view = show(GradientsView)
    parameters = np.full_like(session.frame.parameters, value)
    state = replace(session.frame.state, parameters=parameters)
    frame = replace(session.frame, parameters=parameters, state=state)
    view.show_result(frame, view.job(frame, session.picks)(Probe(session.setup)))
    view.grab()
    assert "cannot be made" in header(view)


@pytest.mark.parametrize("size", [(300, 220), (500, 900), (2000, 1200)])
def test_every_size_is_drawn(session, show, train, size):
    view = show(GradientsView, *size)
    train(1)
    view.grab()
    assert norms(view).width() >= 120
