"""Runs beside each other: forks, kept curves, figures, and the weights at the cursor."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from PyQt6.QtWidgets import QComboBox, QTabWidget

from visualmlp.experiment import replace_at
from visualmlp.gui.views import weight_difference
from visualmlp.gui.views.compare import CompareView
from visualmlp.gui.views.layer_chooser import LayerChooser
from visualmlp.gui.widgets.curves import CurvePlot
from visualmlp.gui.widgets.drawing import Drawing
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.gui.widgets.table import Table
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training import what_if
from visualmlp.training.trainer import Trainer

WAIT_MS = 20_000
STEP = 30


@pytest.fixture
def go(qtbot, session):
    """``go(step)`` moves the cursor, or trains to it."""

    def go_to(step: int) -> None:
        session.run_to_step(step)
        qtbot.waitUntil(
            lambda: session.frame.step == step and not session.is_running and session.is_settled,
            timeout=WAIT_MS,
        )

    return go_to


@pytest.fixture
def fork(qtbot, session, go):
    """A run of 60 steps, and a fork from step 30 on, of 50 steps, with a silenced unit."""
    go(2 * STEP)
    go(STEP)
    session.change_run("", lambda trainer: what_if.silence_unit(trainer, 0, 5))
    qtbot.waitUntil(lambda: session.branches.current == 1, timeout=WAIT_MS)
    go(50)


def rows(view) -> dict[str, list[str]]:
    header, *found = view.findChild(Table, "figures").texts
    return {"": header[1:], **{row[0]: row[1:] for row in found}}


def text(view, name: str) -> str:
    return view.findChild(TextLine, name).text()


def turn_to_weights(view, settle) -> None:
    view.findChild(QTabWidget).setCurrentIndex(1)
    settle()


def choose(view, name: str, settle) -> None:
    chooser = view.findChild(QComboBox, "other")
    chooser.setCurrentText(name)
    chooser.activated.emit(chooser.currentIndex())
    settle()


def test_one_run_says_how_to_get_another(session, show, go):
    view = show(CompareView)
    go(STEP)
    assert text(view, "parting").startswith("There is one run so far.")
    assert rows(view)[""] == ["run 1"]
    assert rows(view)["steps made"] == ["30"]
    assert not view.findChild(QComboBox, "other").isEnabled()


def test_one_run_is_told_once(session, show, go, settle):
    view = show(CompareView)
    go(STEP)
    turn_to_weights(view, settle)
    assert text(view, "parting").startswith("There is one run so far.")
    drawings = [drawing for drawing in view.findChildren(Drawing) if drawing.isVisible()]
    assert drawings == []


def test_a_fork_beside_its_run(session, show, fork, settle):
    view = show(CompareView)
    assert text(view, "parting") == (
        "run 2 and run 1 part at step 30 (in run 2: silence unit 5 of layer 1)"
    )
    found = rows(view)
    assert found[""] == ["run 2", "run 1"]
    assert found["comes from"] == ["run 1, step 30", "the first run"]
    assert found["by the change"] == ["silence unit 5 of layer 1", "–"]
    assert found["steps made"] == ["50", "60"]
    for title, part, figure, form in (
        ("validation loss", "validation", "loss", ".4g"),
        ("training accuracy", "train", "score", ".4f"),
    ):
        lasts = [session.branches[n].timeline.history.epochs[-1] for n in (1, 0)]
        values = [getattr(getattr(last, part), figure) for last in lasts]
        assert found[title] == [format(value, form) for value in values]


def test_of_many_runs_some_are_shown_and_the_other_one_stands_beside(
    qtbot, session, show, go, settle
):
    view = show(CompareView)
    go(12)
    for number in range(1, 8):
        go(10)
        session.change_run("", partial(what_if.silence_unit, layer=0, unit=number))
        qtbot.waitUntil(lambda n=number: session.branches.current == n, timeout=WAIT_MS)
        go(12)
    settle()
    choose(view, "run 1", settle)
    assert rows(view)[""] == ["run 8", "run 1", "run 4", "run 5", "run 6", "run 7"]
    assert view.findChild(Table, "figures")._title.startswith("6 of 8 runs")


def test_only_settings_that_differ_are_listed(qtbot, session, show, fork, settle):
    view = show(CompareView)
    assert "Learning rate" not in rows(view)
    session.edit(replace_at(session.experiment, "optimizer.learning_rate", 0.02))
    qtbot.waitUntil(lambda: "Learning rate" in rows(view), timeout=WAIT_MS)
    assert rows(view)["Learning rate"] == ["0.02", "0.003"]
    assert not {"Momentum", "Batch size", "Units"} & set(rows(view))


def test_curves_lie_over_each_other(session, show, fork):
    view = show(CompareView)
    loss, score = (view.findChild(CurvePlot, f"plot.{name}") for name in ("loss", "score"))
    assert loss.series_names() == score.series_names() == ["run 1", "run 2"]
    for number, name in enumerate(loss.series_names()):
        history = session.branches[number].timeline.history
        np.testing.assert_allclose(loss._series[name].y, history.steps.column("loss"))
        expected = [(r.step, r.validation.score) for r in history.epochs]
        series = score._series[name]
        assert list(zip(series.x.tolist(), series.y.tolist(), strict=True)) == expected
        assert (series.style_index, series.dashes) == (number, number)
    assert loss.marked == session.frame.step


def test_kept_curves_of_another_experiment(qtbot, session, show, go, settle):
    view = show(CompareView)
    go(STEP)
    session.keep_curves("older")
    session.open(replace_at(session.experiment, "network.hidden", (16,)))
    qtbot.waitUntil(
        lambda: not session.is_loading and session.frame and session.frame.step == 0,
        timeout=WAIT_MS,
    )
    go(20)
    assert text(view, "parting") == (
        "run 1 and older part at step 0 (they began otherwise, or other arithmetic made the step)"
    )
    assert rows(view)["Units, hidden layer 1"] == ["16", "32"]
    assert rows(view)["comes from"] == ["the first run", "kept curves"]
    turn_to_weights(view, settle)
    assert "their weights are not known" in text(view, "parting")
    assert not view.findChild(Mosaic).isVisible()


def test_the_weights_of_the_other_run_at_the_cursor(session, show, fork, go, settle):
    view = show(CompareView)
    turn_to_weights(view, settle)
    for step in (50, 40, 30, 10):
        go(step)
        plain = Trainer(session.setup)
        for _ in range(step):
            plain.step()
        mine = plain.network.layout.views(session.frame.parameters)
        theirs = plain.network.parameters
        tiles = view.findChild(Mosaic)._tiles
        difference = theirs.weights[0] - mine.weights[0]
        np.testing.assert_array_equal(tiles, difference.T.reshape(-1, 8, 8))
        assert text(view, "difference.header") == f"run 1 − the run in use, both at step {step}"
        row = view.findChild(Table, "difference.table").texts[1]
        assert row[1] == format(np.linalg.norm(difference.astype(float)), ".4g")
        assert difference.any() == (step > STEP)


def test_the_other_layer_as_a_matrix_and_a_click_picks_the_unit(session, show, fork, settle):
    view = show(CompareView)
    turn_to_weights(view, settle)
    layer = view.findChild(LayerChooser)
    layer.setCurrentIndex(1)
    layer.layer_chosen.emit(1)
    settle()
    matrix = view._difference._matrix
    assert matrix._values.shape == (33, 10)
    matrix.unit_picked.emit(4)
    assert session.picks.unit == (1, 4)


def test_a_run_that_ended_before_the_cursor_shows_its_last_state(session, show, fork, go, settle):
    session.switch_run(0)
    view = show(CompareView)
    go(60)
    choose(view, "run 2", settle)
    turn_to_weights(view, settle)
    assert text(view, "difference.header") == (
        "run 2 ends at step 50: its last state is compared with the cursor's, step 60"
    )


def test_far_states_are_computed_bit_by_bit(session, show, fork, go, settle, monkeypatch):
    monkeypatch.setattr(weight_difference, "SHARE", 0.0)
    monkeypatch.setattr(weight_difference, "STRIDE", 3)
    view = show(CompareView)
    headers: list[str] = []
    header = view._difference._header
    monkeypatch.setattr(
        header, "set_text", lambda text: (headers.append(text), TextLine.set_text(header, text))
    )
    checkpoints = session.branches[0].timeline.checkpoints
    kept = checkpoints.steps
    for step in kept[1:]:
        checkpoints._drop(step)
    turn_to_weights(view, settle)
    assert any("steps to go" in text for text in headers)
    assert headers[-1] == "run 1 − the run in use, both at step 50"


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_regression_has_its_own_figures(session, show, fork):
    found = rows(show(CompareView))
    for title in ("training loss", "validation R²", "validation RMSE", "best validation R²"):
        assert len(found[title]) == 2
    last = session.branches[1].timeline.history.epochs[-1]
    assert found["validation RMSE"][0] == format(last.validation.rmse, ".4g")


def test_many_runs_are_those_in_use_chosen_and_newest(qtbot, session, show, fork, go, settle):
    view = show(CompareView)
    for number in range(2, 8):
        go(STEP + number)
        session.change_run("", lambda trainer: what_if.freeze_layer(trainer, 0))
        session.change_run("", lambda trainer: what_if.freeze_layer(trainer, 1))
        qtbot.waitUntil(lambda n=number: session.branches.current == n, timeout=WAIT_MS)
        go(STEP + 10)
    choose(view, "run 1", settle)
    assert rows(view)[""] == ["run 8", "run 1", "run 4", "run 5", "run 6", "run 7"]
    assert view.findChild(QComboBox, "other").count() == 7


def test_a_changed_setting_is_named_as_in_the_panels(qtbot, session, show, go):
    go(2 * STEP)
    go(STEP)
    session.edit(replace_at(session.experiment, "optimizer.learning_rate", 0.004))
    qtbot.waitUntil(lambda: session.branches.current == 1, timeout=WAIT_MS)
    go(50)
    view = show(CompareView)
    assert "(in run 2: learning rate 0.004)" in text(view, "parting")
    assert rows(view)["by the change"] == ["learning rate 0.004", "–"]
