"""The session: commands reach the runner, edits run or panels; failures change nothing."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from visualmlp.experiment import Experiment, find_experiment, replace_at
from visualmlp.gui.session import Session
from visualmlp.runs import open_run
from visualmlp.training.runner import Phase
from visualmlp.training.setup import build
from visualmlp.training.trainer import Trainer

WAIT_MS = 20_000


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    session = Session()
    session.open(find_experiment("xor"))
    qtbot.waitUntil(lambda: session.frame is not None, timeout=WAIT_MS)
    yield session
    session.close()


def wait_for_step(qtbot: QtBot, session: Session, step: int) -> None:
    def reached() -> bool:
        return session.frame.step == step and not session.is_running

    qtbot.waitUntil(reached, timeout=WAIT_MS)


def opened(qtbot: QtBot, session: Session, experiment: Experiment) -> None:
    session.open(experiment)
    qtbot.waitUntil(lambda: not session.is_loading and session.frame is not None, timeout=WAIT_MS)


def test_steps_and_epochs_stop_where_they_say(qtbot: QtBot, session: Session) -> None:
    session.run_steps(3)
    wait_for_step(qtbot, session, 3)
    session.run_epochs(1)
    wait_for_step(qtbot, session, session.frame.n_batches)
    session.run_epochs(2)
    wait_for_step(qtbot, session, 3 * session.frame.n_batches)
    assert session.frame.epoch == 3
    assert len(session.history.steps) == session.frame.step


def test_window_and_plain_trainer_make_the_same_bits(qtbot: QtBot, session: Session) -> None:
    session.run_steps(25)
    wait_for_step(qtbot, session, 25)
    trainer = Trainer(build(find_experiment("xor")))
    for _ in range(25):
        trainer.step()
    np.testing.assert_array_equal(session.frame.parameters, trainer.network.parameters.flat)


def test_play_twice_is_play_and_pause_stops(qtbot: QtBot, session: Session) -> None:
    session.limit_speed(50)
    session.play()
    session.play()
    qtbot.waitUntil(lambda: session.is_running, timeout=WAIT_MS)
    session.pause()
    qtbot.waitUntil(lambda: not session.is_running, timeout=WAIT_MS)
    step = session.frame.step
    qtbot.wait(100)
    assert session.frame.step == step


def test_two_toggles_in_a_row_leave_it_as_it_was(qtbot: QtBot, session: Session) -> None:
    session.limit_speed(50)
    session.toggle()
    session.toggle()
    qtbot.wait(200)
    assert not session.is_running
    step = session.frame.step
    session.toggle()
    qtbot.waitUntil(lambda: session.frame.step > step, timeout=WAIT_MS)
    session.pause()


def test_reset_returns_to_the_same_start(qtbot: QtBot, session: Session) -> None:
    start = session.frame.parameters
    session.run_steps(5)
    wait_for_step(qtbot, session, 5)
    session.reset()
    wait_for_step(qtbot, session, 0)
    np.testing.assert_array_equal(session.frame.parameters, start)
    assert len(session.history.steps) == 5


def test_live_edit_acts_at_the_next_step_of_the_same_run(qtbot: QtBot, session: Session) -> None:
    setup = session.setup
    session.run_steps(2)
    wait_for_step(qtbot, session, 2)
    session.edit(replace_at(session.experiment, "optimizer.learning_rate", 0.5))
    session.run_steps(1)
    wait_for_step(qtbot, session, 3)
    assert session.setup is setup
    assert not session.has_pending_edits
    assert session.history.steps.column("learning_rate").tolist() == [0.01, 0.01, 0.5]


def test_edit_of_an_untouched_run_starts_a_new_one(qtbot: QtBot, session: Session) -> None:
    with qtbot.waitSignal(session.run_started, timeout=WAIT_MS) as started:
        session.edit(replace_at(session.experiment, "network.hidden", [5]))
    assert [layer.units for layer in started.args[0].layers] == [5, 2]


def test_edit_of_a_begun_run_waits_for_the_user(qtbot: QtBot, session: Session) -> None:
    session.run_steps(2)
    wait_for_step(qtbot, session, 2)
    setup = session.setup
    session.edit(replace_at(session.experiment, "network.hidden", [5]))
    qtbot.wait(100)
    assert session.has_pending_edits
    assert session.setup is setup
    assert session.frame.step == 2
    with qtbot.waitSignal(session.run_started, timeout=WAIT_MS):
        session.start_new_run()
    assert not session.has_pending_edits
    assert len(session.setup.layers) == 2


def test_discard_keeps_live_edits(qtbot: QtBot, session: Session) -> None:
    session.run_steps(1)
    wait_for_step(qtbot, session, 1)
    session.edit(replace_at(session.experiment, "optimizer.learning_rate", 0.3))
    session.edit(replace_at(session.experiment, "network.hidden", [5]))
    session.discard_edits()
    assert not session.has_pending_edits
    assert session.experiment.optimizer.learning_rate == 0.3
    assert session.experiment.network == session.setup.experiment.network


def test_undo_and_redo_of_edits(qtbot: QtBot, session: Session) -> None:
    before = session.experiment
    edited = replace_at(before, "optimizer.learning_rate", 0.2)
    session.edit(edited)
    assert (session.can_undo, session.can_redo) == (True, False)
    session.undo()
    assert session.experiment == before
    session.redo()
    assert session.experiment == edited
    session.run_steps(1)
    wait_for_step(qtbot, session, 1)
    assert session.history.steps.column("learning_rate").tolist() == [0.2]


def test_data_that_cannot_be_loaded_leave_the_run(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    session.run_steps(4)
    wait_for_step(qtbot, session, 4)
    setup, experiment = session.setup, session.experiment
    missing = replace_at(experiment, "data", {"source": "idx", "path": str(tmp_path / "no-idx3")})
    with qtbot.waitSignal(session.failed, timeout=WAIT_MS) as failed:
        session.open(missing)
    assert "no-idx3" in failed.args[0]
    assert session.setup is setup
    assert session.experiment == experiment
    assert session.frame.step == 4
    session.run_steps(1)
    wait_for_step(qtbot, session, 5)


def test_divergence_is_told_once_and_reset_works(qtbot: QtBot, session: Session) -> None:
    curve = replace_at(find_experiment("curve"), "optimizer.name", "sgd")
    opened(qtbot, session, replace_at(curve, "optimizer.learning_rate", 100))
    messages: list[str] = []
    session.failed.connect(messages.append)
    session.play()
    qtbot.waitUntil(lambda: session.status.phase is Phase.DIVERGED, timeout=WAIT_MS)
    assert len(messages) == 1
    assert "NaN or Inf" in messages[0]
    assert np.isfinite(session.history.steps.column("loss")).all()
    session.reset()
    wait_for_step(qtbot, session, 0)
    assert session.status.phase is Phase.PAUSED


def test_saved_run_goes_on_bit_for_bit(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "run.vmlp"
    session.run_steps(17)
    wait_for_step(qtbot, session, 17)
    with qtbot.waitSignal(session.saved, timeout=WAIT_MS):
        session.save_run(path)
    session.run_steps(10)
    wait_for_step(qtbot, session, 27)
    expected = session.frame.parameters
    session.open_run(path)
    qtbot.waitUntil(lambda: session.frame.step == 17, timeout=WAIT_MS)
    assert len(session.history.steps) == 17
    session.run_steps(10)
    wait_for_step(qtbot, session, 27)
    np.testing.assert_array_equal(session.frame.parameters, expected)
    assert open_run(path).state.step == 17


def test_run_that_cannot_be_saved_is_told(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    with qtbot.waitSignal(session.failed, timeout=WAIT_MS) as failed:
        session.save_run(tmp_path / "no-folder" / "run.vmlp")
    assert "no-folder" in failed.args[0]


def test_damaged_run_file_changes_nothing(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "bad.vmlp"
    path.write_bytes(b"not a run" * 100)
    setup = session.setup
    with qtbot.waitSignal(session.failed) as failed:
        session.open_run(path)
    assert "bad.vmlp" in failed.args[0]
    assert session.setup is setup


def test_picks_are_shared(qtbot: QtBot, session: Session) -> None:
    with qtbot.waitSignal(session.picks_changed):
        session.pick_sample(3, "train")
    session.pick_unit(1, 2)
    session.pick_cell((0, 1))
    picks = session.picks
    assert (picks.part, picks.sample, picks.unit, picks.cell) == ("train", 3, (1, 2), (0, 1))
    opened(qtbot, session, find_experiment("moons"))
    assert (session.picks.unit, session.picks.cell) == (None, None)
