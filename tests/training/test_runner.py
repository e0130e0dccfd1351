"""A training on its thread: commands, frames, phases."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from visualmlp.errors import DataError, ExperimentError
from visualmlp.experiment import Experiment, replace_at
from visualmlp.training import worker as module
from visualmlp.training.frame import Frame
from visualmlp.training.runner import Phase, Reply, Runner
from visualmlp.training.setup import build
from visualmlp.training.trainer import Trainer

MakeExperiment = Callable[..., Experiment]
Start = Callable[..., Any]
SOON = 10.0


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Semaphore]:
    """Every step waits for a release; ``gate.inside`` tells that one has begun."""
    gate, plain = threading.Semaphore(0), Trainer.step
    gate.inside = threading.Event()  # type: ignore[attr-defined]

    def step(trainer: Trainer) -> None:
        gate.inside.set()  # type: ignore[attr-defined]
        assert gate.acquire(timeout=SOON)
        plain(trainer)

    monkeypatch.setattr(Trainer, "step", step)
    yield gate
    gate.release(100_000)


def begin_a_step(runner: Runner, gate: threading.Semaphore) -> None:
    runner.run()
    assert gate.inside.wait(SOON)  # type: ignore[attr-defined]


# Loading


def test_begins_paused_with_a_frame_of_the_start(start: Start) -> None:
    runner = start()
    frame = runner.drain()
    assert (frame.step, frame.epoch, frame.evaluation.epoch) == (0, 0, 0)
    assert runner.setup is not None
    assert len(runner.history.epochs) == 1
    assert runner.poll() is None


def test_loading_that_fails_is_told(start: Start) -> None:
    runner = start("data.source=idx", "data.path=nowhere-images", loaded=False)
    runner.wait_for(Phase.FAILED)
    assert "nowhere-images does not exist" in runner.status.message
    assert isinstance(runner.status.error, DataError)
    assert runner.setup is None
    runner.run()
    runner.close()
    assert runner.poll() is None


def test_an_unexpected_error_is_told_too(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(module, "build", fail)
    runner = start(loaded=False)
    runner.wait_for(Phase.FAILED)
    assert runner.status.message == "oh"
    assert isinstance(runner.status.error, ZeroDivisionError)


def test_closing_while_loading_leaves_no_thread(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    loading, go_on = threading.Event(), threading.Event()

    def slow_build(*arguments: object) -> object:
        loading.set()
        assert go_on.wait(SOON)
        return build(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "build", slow_build)
    runner = start(loaded=False)
    assert loading.wait(SOON)
    runner.run()
    runner.close(wait=False)
    assert runner.status.phase is Phase.LOADING
    go_on.set()
    runner.wait_until(lambda: not runner._thread.is_alive())
    assert len(runner.history.steps) == 0


def test_data_of_a_previous_run_are_used_again(start: Start) -> None:
    first = start()
    assert first.setup is not None
    second = start("training.seed=3", previous=first.setup)
    assert second.setup is not None
    assert second.setup.data is first.setup.data


# Commands


def test_closing_while_running_leaves_no_thread(start: Start) -> None:
    runner = start("training.epochs=1000000")
    runner.run()
    runner.wait_until(lambda: len(runner.history.steps) > 10)
    runner.close()
    assert not runner._thread.is_alive()


COMMANDS: dict[str, tuple[Callable[[Runner], None], Callable[[Runner], bool]]] = {
    "pause": (lambda r: r.pause(), lambda r: r.status.phase is Phase.PAUSED),
    "reset": (
        lambda r: r.reset(),
        lambda r: r.status.phase is Phase.PAUSED and r.timeline.head == 1,
    ),
    "call": (lambda r: r.call(lambda t: "hello"), lambda r: bool(r._replies)),
    "close": (lambda r: r.close(wait=False), lambda r: not r._thread.is_alive()),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_answered_within_the_present_step(
    name: str, start: Start, gate: threading.Semaphore
) -> None:
    command, answered = COMMANDS[name]
    runner = start()
    begin_a_step(runner, gate)
    command(runner)
    assert not answered(runner)
    gate.release()
    runner.wait_until(lambda: answered(runner))


def test_a_change_holds_from_the_next_step_on(start: Start, gate: threading.Semaphore) -> None:
    runner = start()
    assert runner.setup is not None
    begin_a_step(runner, gate)
    runner.change(replace_at(runner.setup.experiment, "optimizer.learning_rate", 0.03))
    gate.release(3)
    runner.wait_for_steps(3)
    assert runner.history.steps.column("learning_rate").tolist() == [0.1, 0.03, 0.03]
    assert runner.status.phase is Phase.RUNNING


def test_run_makes_the_planned_epochs_and_then_more_until_paused(start: Start) -> None:
    runner = start("training.epochs=3")
    runner.run()
    runner.wait_for(Phase.FINISHED)
    frame = runner.drain()
    assert (frame.step, frame.epoch) == (15, 3)
    runner.run()
    runner.wait_until(lambda: len(runner.history.steps) > 40)
    assert runner.status.phase is Phase.RUNNING
    runner.pause()
    runner.wait_for(Phase.FINISHED)
    assert runner.drain().step == len(runner.history.steps)


def test_more_epochs_can_be_planned_after_the_end(start: Start) -> None:
    runner = start("training.epochs=2")
    runner.run()
    runner.wait_for(Phase.FINISHED)
    assert runner.setup is not None
    runner.change(replace_at(runner.setup.experiment, "training.epochs", 4))
    runner.wait_for(Phase.PAUSED)
    runner.run()
    runner.wait_for(Phase.FINISHED)
    assert runner.drain().epoch == 4


@pytest.mark.parametrize("count", [1, 2, 7])
def test_steps_are_counted(count: int, start: Start) -> None:
    runner = start()
    for total in (count, 2 * count):
        runner.run_steps(count)
        runner.wait_for_steps(total)
        runner.wait_for(Phase.PAUSED, Phase.FINISHED)
    frame = runner.drain()
    assert frame.step == 2 * count
    assert len(runner.history.steps) == 2 * count


def test_epochs_are_counted_from_where_one_is(start: Start) -> None:
    runner = start("training.epochs=9")
    runner.run_steps(2)
    runner.wait_for_steps(2)
    runner.run_epochs(1)
    runner.wait_until(lambda: len(runner.history.epochs) == 2)
    runner.wait_for(Phase.PAUSED)
    assert runner.drain().step == 5
    runner.run_epochs(2)
    runner.wait_until(lambda: len(runner.history.epochs) == 4)
    runner.wait_for(Phase.PAUSED)
    assert runner.drain().step == 15


def test_pausing_twice_or_before_running_does_nothing(start: Start) -> None:
    runner = start()
    runner.pause()
    runner.pause()
    assert runner.ask(lambda trainer: trainer.step_count) == "0"
    assert runner.status.phase is Phase.PAUSED


def test_reset_goes_back_to_the_start_and_forgets_nothing(start: Start) -> None:
    runner = start()
    first = runner.digest()
    runner.run_steps(7)
    runner.wait_for_steps(7)
    table = runner.history.steps.table()
    runner.reset()
    assert runner.digest() == first
    assert runner.drain().step == 0
    assert len(runner.history.steps) == 7
    runner.run_steps(9)
    runner.wait_for_steps(9)
    assert np.array_equal(runner.history.steps.table()[:7], table)


def test_a_refused_change_is_a_reply_and_the_run_goes_on(start: Start) -> None:
    runner = start()
    assert runner.setup is not None
    runner.change(replace_at(runner.setup.experiment, "training.seed", 9))
    replies: list[Reply] = []
    runner.wait_until(lambda: replies.extend(runner.replies()) or replies)
    assert replies == [Reply("this change needs a new run", failed=True)]
    runner.run_steps(3)
    runner.wait_for_steps(3)
    runner.wait_for(Phase.PAUSED)


def test_jobs_reply_in_their_order_and_errors_are_replies(start: Start) -> None:
    runner = start()

    def refuse(trainer: Trainer) -> str:
        raise ExperimentError("no")

    runner.call(lambda trainer: "one")
    runner.call(refuse)
    runner.call(lambda trainer: "three")
    replies: list[Reply] = []
    runner.wait_until(lambda: replies.extend(runner.replies()) or len(replies) == 3)
    assert replies == [Reply("one"), Reply("no", failed=True), Reply("three")]
    assert runner.replies() == []


# Frames


def test_a_frame_is_a_read_only_picture_of_the_state(start: Start) -> None:
    runner = start()
    runner.run_steps(4)
    runner.wait_for_steps(4)
    runner.wait_for(Phase.PAUSED)
    frame = runner.drain()
    parameters = runner.ask(lambda trainer: trainer.network.parameters.flat.tolist())
    assert str(frame.parameters.tolist()) == parameters
    with pytest.raises(ValueError, match="read-only"):
        frame.parameters[0] = 0


def test_one_frame_waits_and_none_is_made_meanwhile(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = start("training.epochs=1000000")
    made, plain = [], Trainer.frame

    def counted(trainer: Trainer, **options: bool) -> Frame:
        made.append(trainer.step_count)
        return plain(trainer, **options)

    monkeypatch.setattr(Trainer, "frame", counted)
    runner.run()
    runner.wait_until(lambda: len(runner.history.steps) > 200)
    assert len(made) == 1
    assert runner.drain().step == 0
    runner.wait_until(lambda: len(made) == 2)
    frame = runner.drain()
    assert frame.step == made[1] > 0


def test_the_frame_after_a_pause_is_the_last(start: Start) -> None:
    runner = start("training.epochs=1000000")
    for _ in range(20):
        runner.run()
        runner.wait_for(Phase.RUNNING)
        runner.pause()
        runner.wait_for(Phase.PAUSED)
        assert runner.drain().step == len(runner.history.steps)
        assert runner.poll() is None


POLLING: dict[str, Callable[[Runner], object]] = {
    "never": lambda runner: time.sleep(0.002),
    "always": lambda runner: runner.poll(),
    "now and then": lambda runner: (time.sleep(0.005), runner.poll()),
    "while reading and asking": lambda runner: (
        runner.poll(),
        runner.history.steps.column("loss").sum(),
        runner.call(lambda trainer: ""),
        runner.replies(),
        time.sleep(0.001),
    ),
}


@pytest.mark.parametrize("polling", POLLING)
def test_watching_does_not_change_the_bits(
    polling: str, start: Start, make_experiment: MakeExperiment
) -> None:
    settings = ["network.hidden=[{units = 5, dropout = 0.3}]", "training.epochs=40"]
    runner = start(*settings)
    runner.run()
    while runner.status.phase is not Phase.FINISHED:
        POLLING[polling](runner)
    plain = Trainer(build(make_experiment(*settings)))
    while not plain.is_finished:
        plain.step()
    runner.wait_until(lambda: not runner._orders)
    runner.replies()
    assert runner.digest() == plain.state().digest()
    assert np.array_equal(runner.history.steps.table(), plain.history.steps.table())
    assert repr(runner.history.epochs) == repr(plain.history.epochs)


def test_a_flood_of_commands_does_not_stop_the_training(start: Start) -> None:
    runner = start("training.epochs=4")
    runner.run()
    while runner.status.phase is not Phase.FINISHED:
        runner.limit_speed(None)
        runner.call(lambda trainer: "")
        runner.replies()


# Diverging


def test_divergence_stops_the_run_and_is_told(start: Start) -> None:
    runner = start("data.source=curve", "network.hidden=[]", "optimizer.learning_rate=100")
    runner.run_steps(1000)
    runner.wait_for(Phase.DIVERGED)
    assert "try a smaller learning rate" in runner.status.message
    frame = runner.drain()
    assert frame.step == len(runner.history.steps)
    assert np.isfinite(runner.history.steps.table()).all()
    assert runner.setup is not None
    runner.seek(2)
    runner.change(replace_at(runner.setup.experiment, "optimizer.learning_rate", 0.01))
    runner.run()
    runner.wait_for(Phase.FINISHED)
    assert runner.branches.current == 1
    rates = runner.history.steps.column("learning_rate")
    assert (rates[:2] == 100).all()
    assert (rates[2:] == 0.01).all()


def paused_at(runner: Any, step: int) -> Frame:
    """The frame of a pause at a step; a frame of a pause carries the state."""
    found: list[Frame] = []

    def is_there() -> bool:
        frame = runner.poll()
        if frame and frame.state and frame.step == step:
            found.append(frame)
        return bool(found)

    runner.wait_until(is_there)
    return found[0]


def test_going_to_a_step_forwards_and_back(start: Start) -> None:
    runner = start("training.epochs=1000000")
    seen: dict[int, bytes] = {}
    for step in (7, 12, 3, 3, 12, 0, 7):
        runner.run_to_step(step)
        bits = paused_at(runner, step).parameters.tobytes()
        assert seen.setdefault(step, bits) == bits
        assert len(runner.history.steps) == max(seen)


def test_going_to_an_epoch_forwards_and_back(start: Start) -> None:
    runner = start("training.epochs=1000000")
    for epoch, step in ((2, 10), (2, 10), (4, 20), (1, 5)):
        runner.run_to_epoch(epoch)
        assert paused_at(runner, step).epoch == epoch
    runner.run_steps(2)
    assert paused_at(runner, 7).batch == 2
    runner.run_to_epoch(1)
    assert paused_at(runner, 5).epoch == 1


def test_the_state_goes_with_frames_only_while_nothing_trains(start: Start) -> None:
    runner = start("training.epochs=1000000")
    runner.run_steps(3)
    frame = paused_at(runner, 3)
    assert np.array_equal(frame.state.parameters, frame.parameters)
    runner.run()
    runner.wait_until(lambda: len(runner.history.steps) > 50)
    runner.poll()
    runner.wait_until(lambda: runner._frame is not None)
    assert runner.poll().state is None
