"""Curves of the tree's other runs, of kept ones and of files over those of the run in use."""

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog, QPushButton, QToolButton

from visualmlp.experiment import apply_settings, find_experiment, replace_at
from visualmlp.gui.views.curve_names import other_names
from visualmlp.gui.views.curve_plots import LEGEND_HEIGHT, MOST_RUNS
from visualmlp.gui.views.curves import CurvesView
from visualmlp.gui.widgets.curves import CurvePlot
from visualmlp.gui.widgets.legend import Legend

RATE = "optimizer.learning_rate"


def experiment(name, *settings):
    return apply_settings(find_experiment(name), list(settings))


def small(*settings):
    return experiment("iris", "data.test_fraction=0.2", "training.watch_test=true", *settings)


def plot(view, figure):
    return view.findChild(CurvePlot, f"plot.{figure}")


def drawn(view, figure, name):
    """The points of the series whose name begins so."""
    chart = plot(view, figure)
    chart.refresh()
    (found,) = [n for n in chart.series_names() if n.startswith(name)]
    return chart.drawn(found)


def switch(view, name):
    return view.findChild(Legend).findChild(QToolButton, name)


def fork(session, qtbot, step, rate, steps=20):
    """Go back to a step and go on from there with another learning rate."""
    count = len(session.branches.all)

    def there(step):
        return session.frame.step == step and not (session.is_running or session.is_seeking)

    session.seek(step)
    qtbot.waitUntil(lambda: there(step))
    session.edit(replace_at(session.experiment, RATE, rate))
    qtbot.waitUntil(lambda: len(session.branches.all) == count + 1)
    session.run_steps(steps)
    qtbot.waitUntil(lambda: there(step + steps) and session.is_settled)


def names_of(view, figure, run):
    """The visible series of another run."""
    keys = plot(view, figure).keys()
    return [name for name, key in keys.items() if name.startswith(f"{run}: ") and key.visible]


@pytest.mark.parametrize("session", [small()], indirect=True)
def test_kept_curves_stay_under_those_of_the_next_run(session, qtbot, show, train, settle):
    view = show(CurvesView)
    train(20)
    kept = session.keep_curves("first").history
    with qtbot.waitSignal(session.run_started):
        session.open(small("optimizer.learning_rate=0.01", "training.epochs=3"))
    train(2)

    for part, name in (("train", "training"), ("validation", "validation"), ("test", "test")):
        for figure in ("loss", "score"):
            x, y = drawn(view, figure, f"first: {name}")
            np.testing.assert_array_equal(x, [record.step for record in kept.epochs])
            want = [getattr(getattr(record, part), figure) for record in kept.epochs]
            np.testing.assert_array_equal(y, want)
    _, y = drawn(view, "loss", "first: batch loss, mean of 50")
    steps = kept.steps.column("loss")
    np.testing.assert_allclose(y, np.convolve(steps, np.full(50, 1 / 50), "valid"))
    assert plot(view, "loss").x_range()[1] >= len(steps)  # the longest run decides

    legend = view.findChild(Legend)
    texts = [button.text() for button in legend.findChildren(QToolButton) if button.isVisible()]
    assert texts[-1] == "first"
    assert not [text for text in texts if "first:" in text]  # one switch a run
    keys = plot(view, "score").keys()
    old, new = (next(k for n, k in keys.items() if n.startswith(p)) for p in ("first: t", "train"))
    assert old.pale
    assert old.style_index == new.style_index
    assert old.pen().dashPattern() != new.pen().dashPattern()

    session.forget_kept_curves()
    settle()
    assert not [name for name in plot(view, "loss").series_names() if name.startswith("first")]


@pytest.mark.parametrize("session", [small()], indirect=True)
def test_the_legend_of_many_runs_leaves_room_for_the_plots(session, qtbot, show, train, settle):
    view = show(CurvesView, 400, 320)
    before = plot(view, "loss").height()
    for rate in (0.001, 0.003, 0.01, 0.03, 0.1):
        with qtbot.waitSignal(session.run_started):
            session.open(small(f"optimizer.learning_rate={rate}"))
        train(1)
        session.keep_curves(f"rate {rate}")
    train(1)
    assert before - plot(view, "loss").height() <= LEGEND_HEIGHT
    texts = [button.text() for button in view.findChild(Legend).findChildren(QToolButton)]
    assert {"rate 0.001", "rate 0.1"} <= set(texts)


@pytest.mark.parametrize("session", ["xor"], indirect=True)
def test_kept_curves_of_another_task_are_not_drawn(session, qtbot, show, train):
    view = show(CurvesView)
    train(1)
    session.keep_curves("classes")
    with qtbot.waitSignal(session.run_started):
        session.open(find_experiment("curve"))
    train(1)
    assert not [name for name in plot(view, "loss").series_names() if name.startswith("classes")]


def test_a_run_without_steps_has_no_curves_to_keep(session):
    assert session.keep_curves("nothing") is None
    assert session.kept_curves == ()


def test_forks_are_drawn_over_each_other(session, qtbot, show, train, settle):
    view = show(CurvesView)
    train(2)
    first = session.history
    fork(session, qtbot, 30, 0.02)
    settle()

    x, y = drawn(view, "score", "run 1: validation")
    np.testing.assert_array_equal(x, [0, 45, 90])
    np.testing.assert_array_equal(y, [record.validation.score for record in first.epochs])
    _, y = drawn(view, "loss", "run 1: batch loss, mean of 50")
    means = np.convolve(first.steps.column("loss"), np.full(50, 1 / 50), "valid")
    np.testing.assert_allclose(y, means)
    assert not names_of(view, "loss", "run 2")  # it is the run in use

    session.switch_run(0)
    qtbot.waitUntil(lambda: bool(names_of(view, "loss", "run 2")))
    assert not names_of(view, "loss", "run 1")


def test_the_legend_switches_runs_and_kinds_of_curves(session, qtbot, show, train, settle):
    view = show(CurvesView)
    train(2)
    fork(session, qtbot, 30, 0.02)
    settle()
    of_run = switch(view, "Curves of run 1")
    assert (of_run.text(), of_run.isChecked()) == ("run 1", True)

    qtbot.mouseClick(switch(view, "validation (359 samples)"), Qt.MouseButton.LeftButton)
    assert len(names_of(view, "loss", "run 1")) == 2
    assert not [name for name in names_of(view, "score", "run 1") if "validation" in name]
    qtbot.mouseClick(of_run, Qt.MouseButton.LeftButton)
    assert not names_of(view, "loss", "run 1")
    session.run_steps(2)
    qtbot.waitUntil(lambda: not session.is_running)
    settle()
    assert not names_of(view, "loss", "run 1")  # it stays switched off
    qtbot.mouseClick(of_run, Qt.MouseButton.LeftButton)
    assert len(names_of(view, "loss", "run 1")) == 2


@pytest.mark.parametrize("session", [small()], indirect=True)
def test_more_runs_than_can_be_told_apart_wait_in_the_legend(session, qtbot, show, train, settle):
    view = show(CurvesView)
    train(2)
    for number in range(MOST_RUNS + 1):
        fork(session, qtbot, 3, 0.001 * (number + 2))
    settle()
    shown = [n for n in range(1, MOST_RUNS + 2) if names_of(view, "score", f"run {n}")]
    assert len(shown) == MOST_RUNS
    last = switch(view, f"Curves of run {MOST_RUNS + 1}")
    assert not last.isChecked()
    qtbot.mouseClick(last, Qt.MouseButton.LeftButton)
    assert names_of(view, "score", f"run {MOST_RUNS + 1}")


@pytest.mark.parametrize("session", [small()], indirect=True)
def test_the_curves_of_a_file_can_be_added(
    session, qtbot, show, train, settle, tmp_path, monkeypatch
):
    view = show(CurvesView)
    train(4)
    path, losses = tmp_path / "yesterday.vmlp", session.history.steps.column("loss").copy()
    with qtbot.waitSignal(session.saved):
        session.save_run(path)
    with qtbot.waitSignal(session.run_started):
        session.open(small("optimizer.learning_rate=0.01"))
    train(2)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    view.findChild(QPushButton, "add_file").click()
    settle()

    kept = session.kept_curves[-1]
    assert (kept.name, kept.task, kept.n_batches) == (
        "yesterday",
        "classification",
        len(losses) // 4,
    )
    np.testing.assert_array_equal(kept.history.steps.column("loss"), losses)
    x, _ = drawn(view, "score", "yesterday: validation")
    assert len(x) == 5


@pytest.mark.parametrize("session", ["xor"], indirect=True)
def test_a_file_that_is_no_run_is_reported(session, qtbot, tmp_path):
    (tmp_path / "x.vmlp").write_text("nothing")
    with qtbot.waitSignal(session.failed):
        session.keep_curves_of(tmp_path / "x.vmlp")
    assert session.kept_curves == ()


def test_runs_of_one_name_are_told_apart():
    assert other_names(["run 1", "a", "run 1", "run 1"]) == ["run 1", "a", "run 1 (2)", "run 1 (3)"]
