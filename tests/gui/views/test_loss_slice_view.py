from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QPushButton, QSpinBox

from visualmlp.engine import Layout
from visualmlp.gui.views.loss_slice import LossSliceView
from visualmlp.gui.widgets.curves import CurvePlot
from visualmlp.gui.widgets.log_spin_box import LogSpinBox
from visualmlp.gui.widgets.text_line import TextLine, fitting
from visualmlp.training.probe import Probe
from visualmlp.training.replay import trace_next_step


def series(view, name):
    rows = [row[1:] for row in view.findChild(CurvePlot).csv_rows() if row[0] == name]
    return np.array(rows, dtype=np.float64)


def figures(view):
    return view.findChild(TextLine, "figures").text().replace("−", "-")


def box(view, name):
    return view.findChild(QSpinBox, name)


def weights(session, layer=0):
    setup = session.setup
    return Layout(setup.data.n_inputs, setup.layers).views(session.frame.parameters).weights[layer]


def test_it_begins_with_the_steepest_weight_of_the_picked_unit(session, show, settle):
    view = show(LossSliceView)
    session.pick_unit(1, 4)
    settle()

    gradient = trace_next_step(session.setup, session.frame.state).raw.weights[1][:, 4]
    assert view.findChild(QComboBox, "layer").currentIndex() == 1
    assert box(view, "unit").value() == 4
    assert box(view, "source").value() == int(np.abs(gradient).argmax())
    slope = float(figures(view).split("slope ")[1].split(" (")[0])
    assert slope == pytest.approx(np.abs(gradient).max() * np.sign(slope), rel=1e-4)


def test_the_curve_goes_through_the_present_point_with_its_slope(session, show):
    view = show(LossSliceView)
    curve, tangent, now = (series(view, name) for name in ("loss", "tangent", "now"))
    source, unit = box(view, "source").value(), box(view, "unit").value()
    assert len(curve) == 61
    assert now[0, 0] == pytest.approx(weights(session)[source, unit])
    np.testing.assert_allclose(tangent[1], now[0])
    np.testing.assert_allclose(curve[30], now[0], rtol=1e-9)
    (x0, y0), _, (x1, y1) = tangent
    slope = float(figures(view).split("slope ")[1].split(" (")[0])
    assert (y1 - y0) / (x1 - x0) == pytest.approx(slope, rel=1e-4)
    assert np.ptp(tangent[:, 1]) <= 1.01 * np.ptp(curve[:, 1])


def test_a_plain_step_is_the_learning_rate_times_the_slope(session, show):
    view = show(LossSliceView)
    now, after = series(view, "now")[0], series(view, "after a plain step")[0]
    slope = float(figures(view).split("slope ")[1].split(" (")[0])
    rate = session.setup.experiment.optimizer.learning_rate
    assert after[0] - now[0] == pytest.approx(-rate * slope, rel=1e-3)
    assert after[1] < now[1]


def test_bias_range_and_samples_can_be_chosen(session, qtbot, show, settle):
    view = show(LossSliceView)
    box(view, "source").setValue(-1)
    settle()
    assert "Bias of unit 0 of layer 1" in view.findChild(CurvePlot).accessibleName()
    assert "samples of the next batch" in figures(view)

    half_width = view.findChild(LogSpinBox, "half_width")
    qtbot.keyClick(half_width, Qt.Key.Key_Up)
    settle()
    curve = series(view, "loss")
    assert np.ptp(curve[:, 0]) == pytest.approx(2 * half_width.value())

    samples = view.findChild(QComboBox, "samples")
    qtbot.keyClick(samples, Qt.Key.Key_Down)
    settle()
    n_train = len(session.setup.data.train)
    assert f"of the {n_train:,} training samples" in figures(view)

    qtbot.mouseClick(view.findChild(QPushButton, "steepest"), Qt.MouseButton.LeftButton)
    settle()
    assert box(view, "source").value() >= 0


def test_another_unit_is_picked_everywhere(session, show, settle):
    view = show(LossSliceView)
    box(view, "unit").setValue(5)
    settle()
    assert session.picks.unit == (0, 5)


def test_it_follows_the_training(session, show, train):
    view = show(LossSliceView)
    before = series(view, "now")[0]
    train(1)
    assert series(view, "now")[0, 1] < before[1]


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_numbers_that_are_not_finite_are_drawn(session, show, value):
    view = show(LossSliceView)
    frame = replace(session.frame, parameters=np.full_like(session.frame.parameters, value))
    view.show_result(frame, view.job(frame, session.picks)(Probe(session.setup)))
    view.grab()
    assert "loss" in figures(view)


def test_a_weight_picked_elsewhere_is_shown_and_a_chosen_one_is_picked(session, show, settle):
    view = show(LossSliceView)
    session.pick_weight(1, 6, 4)
    settle()
    assert view.findChild(QComboBox, "layer").currentIndex() == 1
    assert (box(view, "source").value(), box(view, "unit").value()) == (6, 4)
    assert series(view, "now")[0, 0] == pytest.approx(weights(session, 1)[6, 4])
    session.pick_sample(3)
    settle()
    box(view, "source").setValue(9)
    assert session.picks.weight == (1, 9, 4)
    settle()
    assert series(view, "now")[0, 0] == pytest.approx(weights(session, 1)[9, 4])
    session.pick_weight(0, None, 2)
    settle()
    assert (box(view, "source").value(), box(view, "unit").value()) == (-1, 2)


def test_title_and_figures_name_what_the_parameter_joins(session, show, settle):
    view = show(LossSliceView)
    session.pick_weight(0, 21, 1)
    settle()
    name = session.setup.data.dataset.feature_names[21]
    title = view.findChild(CurvePlot).accessibleName()
    assert title == f"Weight from input {name} to unit 1 of layer 1"
    assert figures(view).startswith("w = ")
    session.pick_weight(1, 3, 7)
    settle()
    title = view.findChild(CurvePlot).accessibleName()
    assert title == "Weight from unit 3 of layer 1 to output “7”"
    session.pick_weight(1, None, 7)
    settle()
    assert figures(view).startswith("b = ")


def test_a_narrow_place_has_room_for_all_lines(show, settle):
    view = show(LossSliceView, 430, 500)
    text = view.findChild(TextLine, "figures")
    shown = fitting(text.text(), text.font(), text.width(), 9)
    assert text.height() >= (shown.count("\n") + 1) * text.fontMetrics().lineSpacing()
