from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QPushButton, QSlider, QSpinBox

from visualmlp.experiment import apply_settings, find_experiment
from visualmlp.gui.views.gradient_check import GradientCheckView
from visualmlp.gui.widgets.curves import CurvePlot
from visualmlp.gui.widgets.table import Table
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.probe import Probe


def with_output(activation):
    settings = [f'network.output.activation="{activation}"', 'network.loss="squared_error"']
    return apply_settings(find_experiment("iris"), settings)


def lines(view):
    titles, *rows = view.findChild(Table).texts
    return [dict(zip(titles, row, strict=True)) for row in rows]


def text(view, name):
    return view.findChild(TextLine, name).text()


def error(line):
    return float(line["relative error"].replace("−", "-"))


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_every_array_agrees_at_once(session, show):
    view = show(GradientCheckView)
    found = lines(view)
    n_layers = len(session.setup.layers)
    assert [line["array"] for line in found[:n_layers]] == [
        f"weights of layer {i + 1}" for i in range(n_layers)
    ]
    assert {line["verdict"] for line in found} == {"✓ agrees"}
    assert max(map(error, found)) < 1e-6
    assert "samples of the next batch" in text(view, "verdict")
    assert not view.findChild(TextLine, "note").isVisible()


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_the_files_have_all_digits(session, show):
    view = show(GradientCheckView)
    titles, *rows = view.findChild(Table).csv_rows()
    column = titles.index("backpropagation")
    for row in rows:
        assert row[column] == pytest.approx(row[column + 1], rel=1e-4, abs=1e-9)
        assert isinstance(row[column], float)


@pytest.mark.parametrize("session", [with_output("normalised_sigmoid_surrogate")], indirect=True)
def test_a_surrogate_is_called_so(session, show):
    view = show(GradientCheckView)
    assert {line["verdict"] for line in lines(view)} == {"≈ surrogate gradient"}
    assert "published formula is not the derivative" in text(view, "note")


@pytest.mark.parametrize("session", [with_output("normalised_sigmoid")], indirect=True)
def test_the_true_gradient_of_the_same_function_agrees(session, show):
    view = show(GradientCheckView)
    assert {line["verdict"] for line in lines(view)} == {"✓ agrees"}


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_the_step_is_chosen_with_the_slider(session, show, settle):
    view = show(GradientCheckView)
    before = max(map(error, lines(view)))
    view.findChild(QSlider, "h").setValue(-20)
    settle()
    assert view.h == pytest.approx(1e-2)
    assert max(map(error, lines(view))) > 10 * before
    plot = view.findChild(CurvePlot)
    assert plot.marked == pytest.approx(-2)
    x, errors = plot.drawn("weights of layer 1")
    assert list(x) == list(range(-10, -1))
    assert errors.min() < min(errors[0], errors[-1])


@pytest.mark.parametrize("session", ["digits"], indirect=True)
def test_a_kink_nearby_is_told(session, show, settle):
    view = show(GradientCheckView)
    view.findChild(QSlider, "h").setValue(-20)
    settle()
    assert "A kink is near" in text(view, "note")


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_the_number_of_entries_is_chosen(session, show, settle):
    view = show(GradientCheckView)
    view.findChild(QSpinBox, "entries").setValue(3)
    settle()
    assert lines(view)[0]["checked"].startswith("3 of ")


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_nothing_is_checked_twice(session, qtbot, show, settle, monkeypatch):
    view = show(GradientCheckView)
    calls = []
    monkeypatch.setattr(
        "visualmlp.gui.views.gradient_check.check_gradient",
        lambda probe, **settings: calls.append(settings),
    )
    session.pick_sample(3)
    settle()
    assert not calls
    qtbot.mouseClick(view.findChild(QPushButton, "check"), Qt.MouseButton.LeftButton)
    settle()
    assert len(calls) == 1


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_it_waits_while_training_runs(session, show, train, monkeypatch):
    view = show(GradientCheckView)
    monkeypatch.setattr(type(session), "is_running", property(lambda session: True))
    known = view.job(session.frame, session.picks)
    assert known(None) is not None  # what was found before stays
    view.start(session.setup)
    assert view.job(session.frame, session.picks)(None) is None
    view.draw(session.frame, None)
    assert "press Check now" in text(view, "verdict")


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_numbers_that_are_not_finite_are_called_so(session, show):
    view = show(GradientCheckView)
    broken = np.full_like(session.frame.parameters, np.nan)
    frame = replace(session.frame, step=7, parameters=broken)
    view.show_result(frame, view.job(frame, session.picks)(Probe(session.setup)))
    view.grab()
    assert {line["verdict"] for line in lines(view)} == {"✗ not finite"}


@pytest.mark.parametrize("session", ["digits"], indirect=True)
def test_verdict_and_error_show_without_scrolling(session, show):
    view = show(GradientCheckView, 460, 600)
    table = view.findChild(Table)
    assert table.texts[0][:3] == ["array", "verdict", "relative error"]
    assert table.columns_width() > table.width()  # the later columns are scrolled to
    assert table._edges[3] < table.width()
    assert table.height() >= table.whole_height()
