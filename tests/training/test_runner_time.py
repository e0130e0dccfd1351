"""Commands that go through time, on the worker thread: every state is the one of its step."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from visualmlp.engine import SAMPLERS
from visualmlp.errors import RunFileError
from visualmlp.experiment import replace_at
from visualmlp.training import orders
from visualmlp.training.runner import Phase
from visualmlp.training.setup import build
from visualmlp.training.timeline import Checkpoint, Checkpoints, Edit, Timeline
from visualmlp.training.trainer import Trainer
from visualmlp.training.visit import Visitor

Start = Callable[..., Any]
ENDLESS = "training.epochs=1000000"
pytestmark = pytest.mark.usefixtures("few")

ADAM = ("optimizer.name=adam", "network.hidden=[{units = 5, dropout = 0.3}]")
N_BATCHES = 5


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps that take a while, so that commands come in the midst of a seek."""
    plain = Trainer.step

    def step(trainer: Trainer) -> None:
        time.sleep(0.004)
        plain(trainer)

    monkeypatch.setattr(Trainer, "step", step)


def now(runner: Any, job: Callable[[Trainer], Any]) -> Any:
    """What a job says when the orders before it are carried out."""
    found: list[Any] = []

    def do(trainer: Trainer) -> str:
        found.append(job(trainer))
        return ""

    runner.call(do)
    runner.wait_until(lambda: found)
    return found[0]


def rested(runner: Any) -> int:
    """Wait until everything asked for is done; where the cursor is."""
    while now(runner, lambda trainer: runner._goal is not None):
        time.sleep(0.001)
    return int(now(runner, lambda trainer: trainer.step_count))


def digest(runner: Any) -> str:
    return str(now(runner, lambda trainer: trainer.state().digest()))


def told(runner: Any) -> list[str]:
    """What was refused or went wrong since the last call."""
    return [reply.text for reply in runner.replies() if reply.failed]


def trained(runner: Any, steps: int) -> list[str]:
    """Train some steps; the digests of all states so far, made without the runner."""
    runner.run_to_step(steps)
    assert rested(runner) == steps
    return [reference(runner, runner.timeline, step) for step in range(steps + 1)]


def reference(runner: Any, timeline: Timeline, step: int) -> str:
    """The digest of a state, from the start on and without any kept state."""
    bare = Timeline(timeline.history, Checkpoints(), list(timeline.edits))
    return Visitor(runner.setup).state_at(bare, step).digest()


def rate(runner: Any, value: float) -> None:
    """Change the learning rate of whatever is in force at the cursor then."""
    runner.edit(
        "rate",
        lambda trainer: Edit(
            trainer.step_count,
            f"rate {value}",
            experiment=replace_at(trainer.experiment, "optimizer.learning_rate", value),
        ),
    )


# Random walks


class Walk:
    """What is expected of a walk: the cursor, and of every run its head and the steps of edits."""

    def __init__(self, runner: Any, seed: int) -> None:
        self.runner = runner
        self.random = random.Random(seed)
        self.cursor, self.current = 0, 0
        self.heads: list[int] = [0]
        self.edits: list[list[int]] = [[]]

    def go(self) -> None:
        names = ["seek", "back", "epoch_back", "change", "undo", "switch", "budget", "pause"]
        for _ in range(self.random.randint(1, 5)):
            getattr(self, self.random.choice(names))()
        getattr(self, self.random.choice(["steps", "to_step", "to_epoch", "pause"]))()

    def check(self) -> None:
        assert rested(self.runner) == self.cursor
        branches = self.runner.branches
        assert branches.current == self.current
        assert [branch.timeline.head for branch in branches.all] == self.heads
        timeline = self.runner.timeline
        assert timeline is branches[self.current].timeline
        assert [edit.step for edit in timeline.edits] == self.edits[self.current]
        assert digest(self.runner) == reference(self.runner, timeline, self.cursor)
        frame = self.runner.drain()
        assert (frame.step, frame.head) == (self.cursor, self.heads[self.current])
        assert frame.state.experiment == frame.experiment

    def seek(self) -> None:
        step = self.random.randint(-2, 40)
        self.runner.seek(step)
        self.cursor = min(max(step, 0), self.heads[self.current])

    def back(self) -> None:
        count = self.random.randint(1, 4)
        self.runner.step_back(count)
        self.cursor = max(0, self.cursor - count)

    def epoch_back(self) -> None:
        self.runner.epoch_back()
        self.cursor = max(0, (self.cursor - 1) // N_BATCHES * N_BATCHES)

    def change(self) -> None:
        rate(self.runner, self.random.choice([0.3, 0.1, 0.03]))
        self.fork_if_past()
        self.edits[self.current].append(self.cursor)

    def undo(self) -> None:
        self.runner.undo_edit()
        if self.cursor in self.edits[self.current]:
            self.fork_if_past()
            self.edits[self.current].remove(self.cursor)

    def fork_if_past(self) -> None:
        if self.cursor < self.heads[self.current]:
            self.edits.append([k for k in self.edits[self.current] if k <= self.cursor])
            self.heads.append(self.cursor)
            self.current = len(self.heads) - 1

    def switch(self) -> None:
        self.current = self.random.randrange(len(self.heads))
        self.runner.switch(self.current)
        self.cursor = min(self.cursor, self.heads[self.current])

    def budget(self) -> None:
        self.runner.set_memory_budget(self.random.choice([1, 60_000, 300_000, 2**28]))

    def pause(self) -> None:
        self.runner.pause()

    def steps(self) -> None:
        count = self.random.randint(1, 9)
        self.runner.run_steps(count)
        self.trained_to(self.cursor + count)

    def to_step(self) -> None:
        step = self.random.randint(0, 40)
        self.runner.run_to_step(step)
        self.trained_to(step)

    def to_epoch(self) -> None:
        epoch = self.random.randint(0, 8)
        self.runner.run_to_epoch(epoch)
        self.trained_to(epoch * N_BATCHES)

    def trained_to(self, step: int) -> None:
        self.cursor = step
        self.heads[self.current] = max(self.heads[self.current], step)


@pytest.mark.parametrize("seed", range(8))
def test_a_walk(seed: int, start: Start) -> None:
    walk = Walk(start(*ADAM, ENDLESS, f"training.evaluate_every={1 + seed % 3}"), seed)
    for _ in range(12):
        walk.go()
        walk.check()
    assert len(walk.heads) > 1


# Commands that come while the cursor is being moved


@pytest.mark.usefixtures("slow")
def test_a_change_is_made_where_the_cursor_was_sent(start: Start) -> None:
    runner = start(ENDLESS)
    known = trained(runner, 20)
    runner.seek(17)
    rate(runner, 0.02)
    runner.run_steps(2)
    assert rested(runner) == 19
    assert [edit.step for edit in runner.timeline.edits] == [17]
    assert runner.branches[1].fork_step == 17
    assert runner.branches[0].timeline.head == 20
    runner.seek(17)
    runner.step_back(1)
    assert digest(runner) == known[16]


@pytest.mark.usefixtures("slow")
def test_each_of_two_seeks_is_seen_and_of_many_the_last(start: Start) -> None:
    runner = start(ENDLESS)
    known = trained(runner, 30)
    runner.poll()
    seen: list[tuple[int, str]] = []
    runner.seek(5)
    runner.wait_until(lambda: runner.status.phase is Phase.SEEKING)
    for step in (11, 23, 17):
        runner.seek(step)
    while len(seen) < 2:
        frame = runner.poll()
        if frame and frame.state:
            seen.append((frame.step, frame.state.digest()))
    assert seen == [(5, known[5]), (17, known[17])]


@pytest.mark.usefixtures("slow")
def test_steps_back_add_up(start: Start) -> None:
    runner = start(ENDLESS)
    known = trained(runner, 25)
    for _ in range(7):
        runner.step_back(1)
    assert digest(runner) == known[18]


@pytest.mark.usefixtures("slow")
def test_a_long_seek_shows_how_far_it_is_and_can_be_stopped(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "PATIENCE", 0.02)
    runner = start(ENDLESS)
    trained(runner, 30)
    runner.call(lambda trainer: str(trainer.timeline.checkpoints.forget_edits(0, -1)))
    runner.call(lambda trainer: str(trainer.resume(trainer.timeline)))
    rested(runner)
    runner.seek(29)
    assert rested(runner) == 29
    runner.seek(28)
    runner.wait_until(lambda: (frame := runner.poll()) and 0 < frame.step < 28)
    runner.pause()
    step = rested(runner)
    assert 0 < step < 28
    assert digest(runner) == reference(runner, runner.timeline, step)
    runner.run_steps(3)
    assert rested(runner) == step + 3
    assert runner.timeline.head == 30


@pytest.mark.usefixtures("slow")
def test_seeking_while_training_pauses_at_the_sought_step(start: Start) -> None:
    runner = start(ENDLESS)
    runner.run()
    runner.wait_until(lambda: runner.timeline.head > 12)
    runner.seek(7)
    assert rested(runner) == 7
    assert runner.status.phase is Phase.PAUSED
    assert runner.timeline.head > 12


def test_the_speed_limit_does_not_hold_for_what_was_made_already(start: Start) -> None:
    runner = start(ENDLESS)
    trained(runner, 30)
    runner.limit_speed(0.01)
    for step in (3, 29, 11, 30):
        runner.seek(step)
        assert rested(runner) == step
    runner.seek(0)
    rested(runner)
    runner.run_to_step(31)
    runner.wait_until(lambda: (frame := runner.poll()) and frame.step == 30)
    assert runner.status.phase is Phase.RUNNING
    runner.limit_speed(None)
    assert rested(runner) == 31


# Playing from the past


def test_playing_from_the_past_ends_where_the_run_ended(start: Start) -> None:
    runner = start()
    runner.run()
    runner.wait_for(Phase.FINISHED)
    end = digest(runner)
    records = repr(runner.history.epochs)
    runner.seek(4)
    assert rested(runner) == 4
    assert runner.status.phase is Phase.PAUSED
    runner.run()
    runner.wait_for(Phase.FINISHED)
    assert digest(runner) == end
    assert rested(runner) == runner.timeline.head == 15
    assert repr(runner.history.epochs) == records
    runner.run()
    runner.wait_until(lambda: runner.timeline.head > 25)
    runner.pause()
    assert rested(runner) == runner.timeline.head
    assert len(runner.branches.all) == 1


def test_playing_from_the_past_goes_on_at_the_head(start: Start) -> None:
    runner = start(*ADAM, "training.epochs=8")
    trained(runner, 17)
    runner.seek(3)
    runner.run()
    runner.wait_for(Phase.FINISHED)
    assert rested(runner) == runner.timeline.head == 40
    assert digest(runner) == reference(runner, runner.timeline, 40)


def test_a_short_gradient_of_the_past_ends_it_again(start: Start) -> None:
    runner = start("training.sampling=full_batch", ENDLESS, "training.stop_gradient_norm=0.25")
    runner.run()
    runner.wait_for(Phase.FINISHED)
    head = runner.timeline.head
    assert head > 3
    runner.seek(head // 2)
    assert rested(runner) == head // 2
    assert runner.status.phase is Phase.PAUSED
    runner.run()
    runner.wait_for(Phase.FINISHED)
    assert rested(runner) == runner.timeline.head == head


def test_more_epochs_planned_at_the_head_are_known_in_the_past(start: Start) -> None:
    runner = start("training.epochs=2")
    runner.run()
    runner.wait_for(Phase.FINISHED)
    runner.change(replace_at(runner.setup.experiment, "training.epochs", 4))
    runner.run()
    runner.wait_until(lambda: runner.timeline.head == 20)
    runner.seek(8)
    assert rested(runner) == 8
    assert runner.drain().experiment.training.epochs == 2
    runner.run()
    runner.wait_for(Phase.FINISHED)
    assert rested(runner) == 20
    assert runner.drain().experiment.training.epochs == 4


# What is in the way


def test_a_refused_change_of_the_past_makes_no_fork(start: Start) -> None:
    runner = start(ENDLESS)
    trained(runner, 9)
    runner.seek(3)
    runner.change(replace_at(runner.setup.experiment, "training.seed", 9))
    runner.edit("set", lambda trainer: Edit(3, "set", indices=(9999,), values=(1.0,)))
    assert rested(runner) == 3
    assert len(runner.branches.all) == 1


def test_diverging_is_told_at_the_head_only(start: Start) -> None:
    runner = start("data.source=curve", "network.hidden=[]", "optimizer.learning_rate=100")
    runner.run_steps(1000)
    runner.wait_for(Phase.DIVERGED)
    head = runner.timeline.head
    for step in (head - 1, 2, head):
        runner.seek(step)
        assert rested(runner) == step
        assert runner.status.phase is Phase.PAUSED
    runner.seek(2)
    runner.run_steps(1000)
    runner.wait_for(Phase.DIVERGED)
    assert rested(runner) == runner.timeline.head == head
    rate(runner, 0.01)
    assert rested(runner) == head
    assert runner.status.phase is Phase.PAUSED


@pytest.mark.parametrize("sampling", SAMPLERS)
def test_batches_of_another_size_from_some_step_on(sampling: str, start: Start) -> None:
    runner = start(f"training.sampling={sampling}", "random.sampling=python", ENDLESS)
    for step, size in ((3, 5), (4, 17), (4, 9), (11, 40), (20, 3)):
        runner.run_to_step(step)
        rested(runner)
        runner.change(replace_at(runner.setup.experiment, "training.batch_size", size))
    runner.run_steps(12)
    head = rested(runner)
    end = digest(runner)
    for step in np.random.default_rng(0).integers(0, head, 9).tolist():
        runner.seek(step)
        assert digest(runner) == reference(runner, runner.timeline, step)
    runner.run_to_step(head)
    rested(runner)
    assert digest(runner) == end
    assert len(runner.branches.all) == 1


@pytest.mark.parametrize("every", [1, 2, 5])
def test_ends_of_epochs_whether_evaluated_or_not(every: int, start: Start) -> None:
    runner = start(f"training.evaluate_every={every}", ENDLESS, "training.batch_size=8")
    trained(runner, 33)
    for epoch in (4, 1, 6, 0, 3, 3):
        runner.run_to_epoch(epoch)
        assert rested(runner) == epoch * N_BATCHES
    runner.seek(33)
    ends = []
    for _ in range(8):
        runner.epoch_back()
        ends.append(rested(runner))
    assert ends == [30, 25, 20, 15, 10, 5, 0, 0]


def altered(runner: Any, step: int) -> None:
    """Let the record of a step be another machine's."""
    table, _ = runner.history.steps._rows
    table[0, step] = np.nextafter(table[0, step], 9)


def test_other_arithmetic_makes_a_fork_of_what_goes_on(start: Start) -> None:
    runner = start(ENDLESS)
    trained(runner, 20)
    altered(runner, 9)
    runner.seek(0)
    runner.run_to_step(0)
    runner.run_steps(12)
    assert rested(runner) == 12
    assert [branch.timeline.head for branch in runner.branches.all] == [20, 12]
    assert runner.branches[1].change == "other arithmetic"
    assert runner.branches[1].fork_step == 10
    assert [record.step for record in runner.history.epochs] == [0, 5, 10]


def test_who_only_looks_at_another_machines_run_stays_in_it(start: Start) -> None:
    runner = start(ENDLESS)
    trained(runner, 20)
    kept = runner.timeline.checkpoints.steps
    step = next(k for k in range(1, 20) if k not in kept and k + 1 not in kept)
    altered(runner, step)
    runner.seek(0)
    runner.seek(step + 1)
    rested(runner)
    [text] = told(runner)
    assert f"Step {step:,} does not come out" in text
    assert rested(runner) == max(k for k in kept if k <= step)
    runner.seek(0)
    runner.seek(step + 1)
    rested(runner)
    assert told(runner) == []
    assert len(runner.branches.all) == 1


def test_a_state_that_came_out_otherwise_is_noticed_where_it_was_kept(start: Start) -> None:
    """As where the last bits differ before the loss tells."""
    runner = start(ENDLESS)
    trained(runner, 20)
    kept = runner.timeline.checkpoints.at(runner.timeline.checkpoints.steps[2])
    kept.state.parameters[0] = np.nextafter(kept.state.parameters[0], np.float32(9))
    runner.seek(0)
    runner.run_steps(20)
    rested(runner)
    assert runner.branches[1].fork_step == kept.state.step


class Lost:
    """An archive whose file is gone."""

    def steps(self) -> list[int]:
        return [0, 8, 16]

    def load(self, step: int) -> Checkpoint:
        raise RunFileError("the file is gone")


def test_states_that_cannot_be_read_are_told_and_the_run_goes_on(start: Start) -> None:
    runner = start(ENDLESS)
    trained(runner, 20)
    runner.timeline.checkpoints.archive = Lost()
    kept = runner.timeline.checkpoints.steps
    unknown = 8 if 8 not in kept else 16
    runner.seek(unknown)
    assert rested(runner) == 20
    assert told(runner) == ["the file is gone"]
    runner.run_steps(2)
    assert rested(runner) == 22


# Memory, and the file


def test_a_budget_is_for_all_runs_together(start: Start) -> None:
    runner = start(ENDLESS, memory_budget=200_000)
    trained(runner, 300)
    for step in (200, 100):
        runner.seek(step)
        rate(runner, 0.05)
        runner.run_to_step(300)
        rested(runner)
    assert len(runner.branches.all) == 3
    for budget in (200_000, 100_000):
        runner.set_memory_budget(budget)
        rested(runner)
        assert sum(branch.n_bytes for branch in runner.branches.all) <= budget
    for step in (0, 300, 150):
        runner.seek(step)
        assert digest(runner) == reference(runner, runner.timeline, step)


class Notes:
    """A recorder that remembers what it was given."""

    def __init__(self) -> None:
        self.heads: list[int] = []
        self.fails = self.closed = False

    def record(self, branches: Any, trainer: Trainer) -> None:
        if self.fails:
            raise RunFileError("the disk is full")
        self.heads.append(trainer.timeline.head)

    def close(self) -> None:
        self.closed = True


def test_the_file_is_kept_while_it_runs_and_at_the_end(start: Start) -> None:
    notes = Notes()
    runner = start(ENDLESS, make_recorder=lambda setup: notes)
    runner.run()
    runner.wait_until(lambda: len(notes.heads) > 1)
    assert notes.heads[1] > notes.heads[0]
    runner.pause()
    head = rested(runner)
    runner.wait_until(lambda: notes.heads[-1] == head)
    count = len(notes.heads)
    runner.run_steps(1)
    runner.close()
    assert len(notes.heads) <= count + 1
    assert notes.heads[-1] == runner.timeline.head
    assert notes.closed


def test_a_file_that_cannot_be_kept_is_told_and_the_run_goes_on(start: Start) -> None:
    notes = Notes()
    notes.fails = True
    runner = start(ENDLESS, make_recorder=lambda setup: notes)
    runner.wait_until(lambda: runner._replies)
    assert told(runner) == [
        "the disk is full. The run goes on in memory; save it elsewhere, or make room"
    ]
    trained(runner, 5)
    assert told(runner) == []


def test_a_saved_tree_goes_on_where_the_cursor_was(start: Start, make_experiment: Any) -> None:
    from visualmlp.training.branches import Branches
    from visualmlp.training.timeline import Resume

    trainer = Trainer(build(make_experiment(ENDLESS)))
    branches = Branches(trainer.timeline)
    for _ in range(12):
        trainer.step()
    trainer.seek(7)
    trainer.branch()
    branches.fork(trainer.timeline, 7, "change")
    fingerprint = trainer.setup.data.dataset.fingerprint
    runner = start(ENDLESS, resume=Resume(trainer.timeline, fingerprint, branches, 4))
    assert runner.branches is branches
    assert rested(runner) == 4
    runner.switch(0)
    runner.seek(12)
    assert rested(runner) == 12
    assert digest(runner) == reference(runner, branches[0].timeline, 12)
