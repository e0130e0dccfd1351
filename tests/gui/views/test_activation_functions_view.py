from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox

from visualmlp.engine import ACTIVATIONS
from visualmlp.experiment import apply_settings, find_experiment
from visualmlp.gui.views import activation_curves
from visualmlp.gui.views.activation_functions import PLOT_HEIGHT, ActivationFunctionsView
from visualmlp.gui.widgets.activation_plot import ActivationPlot
from visualmlp.gui.widgets.bars import Bars
from visualmlp.gui.widgets.formula import Formula
from visualmlp.gui.widgets.table import Table
from visualmlp.gui.widgets.text_line import TextLine, fitting
from visualmlp.training.probe import Probe

MARKS = "units, picked sample"


def plot(view, name="value"):
    return view.findChild(ActivationPlot, name)


def note(view):
    return view.findChild(TextLine, "note").text()


def rows_of(plot, name):
    return np.array([row[1:] for row in plot.csv_rows() if row[0] == name], dtype=np.float64)


def layer_output(session, layer=0):
    probe = Probe(session.setup)
    picks = session.picks
    x = probe.inputs(picks.part)[picks.sample : picks.sample + 1]
    return probe.layers(session.frame, x)[layer]


@pytest.mark.parametrize("session", ["moons"], indirect=True)
def test_the_curve_its_slope_and_the_units_of_the_sample(session, show, train):
    view = show(ActivationFunctionsView)
    train(2)

    output = layer_output(session)
    marks = rows_of(plot(view), MARKS)
    np.testing.assert_allclose(marks[:, 0], np.sort(output.z[0]), rtol=1e-6)
    np.testing.assert_allclose(marks[:, 1], np.sort(output.a[0]), rtol=1e-6)
    slope = rows_of(plot(view, "slope"), "slope da/dz")
    np.testing.assert_allclose(slope[:, 1], 1 - np.tanh(slope[:, 0]) ** 2, atol=1e-12)
    assert view.findChild(Formula).formula() == ACTIVATIONS["tanh"].formula


@pytest.mark.parametrize("session", ["moons"], indirect=True)
def test_the_columns_are_the_whole_layers_pre_activations(session, show):
    view = show(ActivationFunctionsView)
    (name,) = {row[0] for row in plot(view).csv_rows() if str(row[0]).startswith("share")}
    columns = rows_of(plot(view), name)
    probe = Probe(session.setup)
    z = probe.layers(session.frame, probe.inputs("validation"))[0].z
    edges = columns[:, 0]
    assert columns[:, 1].sum() == pytest.approx(1.0)
    assert edges[columns[:, 1] > 0].max() <= z.max()
    share = ((z >= edges[30]) & (z < edges[31])).mean()
    assert columns[30, 1] == pytest.approx(share, abs=1e-6)
    assert f"{name}: " in plot(view).values_at(0.05)


@pytest.mark.parametrize(
    "session",
    [apply_settings(find_experiment("moons"), ["network.hidden=[4]"])],
    indirect=True,
)
def test_the_printed_values(session, show):
    view = show(ActivationFunctionsView)
    titles, a, slope = view.findChild(Table).texts
    assert titles == ["z", "10", "1", "0", "−1", "−10"]
    assert a[0] == "a"
    z = np.array([10.0, 1.0, 0.0, -1.0, -10.0])[:, None]
    name = session.setup.layers[0].activation
    wanted = ACTIVATIONS[name].forward(z, np.empty_like(z))[:, 0]
    shown = [float(text.replace("−", "-")) for text in a[1:]]
    np.testing.assert_allclose(shown, wanted, rtol=1e-5)
    assert len(slope) == 6


def test_softmax_shows_scores_beside_probabilities(session, qtbot, show, settle):
    view = show(ActivationFunctionsView)
    qtbot.keyClick(view.findChild(QComboBox, "layer"), Qt.Key.Key_Down)
    settle()

    scores, outputs = view.findChild(Bars, "scores"), view.findChild(Bars, "outputs")
    assert scores.isVisible()
    assert not plot(view).isVisible()
    output = layer_output(session, 1)
    for bars, values in ((scores, output.z[0]), (outputs, output.a[0])):
        _, *rows = bars.csv_rows()
        np.testing.assert_allclose([row[1] for row in rows], values, rtol=1e-6)
    assert "no curve of one variable" in note(view)


@pytest.mark.parametrize("session", ["moons"], indirect=True)
def test_the_picked_unit_has_a_line_and_its_numbers(session, show, settle):
    view = show(ActivationFunctionsView)
    session.pick_unit(1, 3)
    settle()

    output = layer_output(session, 1)
    assert view.findChild(QComboBox, "layer").currentIndex() == 1
    assert plot(view).marked == pytest.approx(float(output.z[0, 3]))
    assert plot(view, "slope").marked == plot(view).marked
    assert note(view).startswith("Line: unit 3 of layer 2, z = ")


@pytest.mark.parametrize("size", [(420, 320), (720, 480)])
def test_the_note_is_not_cut(session, show, settle, size):
    view = show(ActivationFunctionsView, *size)
    session.pick_unit(0, 1)
    settle()
    line = view.findChild(TextLine, "note")
    assert line.text().endswith("all units for 359 samples.")
    shown = fitting(line.text(), line.font(), line.width(), line._lines)
    assert shown.replace("\n", " ") == line.text()


@pytest.mark.parametrize("session", ["moons"], indirect=True)
@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_numbers_that_are_not_finite_are_drawn(session, show, value):
    view = show(ActivationFunctionsView)
    frame = replace(session.frame, parameters=np.full_like(session.frame.parameters, value))
    view.show_result(frame, view.job(frame, session.picks)(Probe(session.setup)))
    view.grab()
    marks = session.setup.layers[0].units
    of_all = marks * len(session.setup.data.validation)
    said = f"Not shown (outside of the plot, NaN or infinite): {marks} marks, {of_all} of all z."
    assert note(view).startswith(said)


@pytest.mark.parametrize(
    ("size", "beside"), [((380, 300), True), ((380, 800), False), ((900, 800), True)]
)
def test_plots_stand_beside_each_other_where_they_would_be_too_low(session, show, size, beside):
    view = show(ActivationFunctionsView, *size)
    first, second = plot(view), plot(view, "slope")
    assert (second.x() > first.x()) == beside
    assert min(first.height(), second.height()) >= PLOT_HEIGHT


def test_it_says_of_how_many_samples_the_columns_are_and_at_which_step(
    session, show, train, monkeypatch
):
    monkeypatch.setattr(activation_curves, "MOST_SAMPLES", 100)
    view = show(ActivationFunctionsView)
    train(1)
    assert "100 samples of 359, evenly spaced" in note(view)
    assert f"validation sample 0, step {session.frame.step}" in note(view)
