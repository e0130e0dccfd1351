"""States of a run that another thread works on."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest

from visualmlp.errors import ExperimentError
from visualmlp.experiment import replace_at
from visualmlp.training.timeline import Checkpoints, Edit, Timeline
from visualmlp.training.trainer import Trainer
from visualmlp.training.visit import Visitor

MakeTrainer = Callable[..., Trainer]
SETTINGS = ("optimizer.name=adam", "network.hidden=[{units = 5, dropout = 0.3}]")


def train(trainer: Trainer, steps: int, known: dict[int, str]) -> None:
    for _ in range(steps):
        trainer.step()
        known[trainer.step_count] = trainer.state().digest()


def with_edits(trainer: Trainer) -> dict[int, str]:
    """The digests of a run with some changes by hand."""
    known = {0: trainer.state().digest()}
    train(trainer, 13, known)
    trainer.change(replace_at(trainer.experiment, "optimizer.learning_rate", 0.02))
    trainer.edit(Edit(13, "set", indices=(1, 2), values=(0.5, -0.5), frozen=(1, 7)))
    known[13] = trainer.state().digest()
    train(trainer, 20, known)
    return known


@pytest.mark.usefixtures("few")
def test_all_states_come_out_as_they_were(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(*SETTINGS)
    known = with_edits(trainer)
    steps, visitor = trainer.timeline.checkpoints.steps, Visitor(trainer.setup)
    order = [*range(34), *np.random.default_rng(0).permutation(34).tolist(), -5, 99]
    for step in order:
        state = visitor.state_at(trainer.timeline, step)
        assert state.step == min(max(step, 0), 33)
        assert state.digest() == known[state.step]
    assert trainer.timeline.checkpoints.steps == steps
    assert trainer.step_count == trainer.timeline.head == 33


@pytest.mark.usefixtures("few")
def test_from_one_run_to_another_and_after_an_edit_taken_back(make_trainer: MakeTrainer) -> None:
    trainer, visitor = make_trainer(*SETTINGS), Visitor(make_trainer(*SETTINGS).setup)
    known = with_edits(trainer)
    trainer.seek(21)
    left = trainer.branch()
    trainer.edit(Edit(21, "set", indices=(3,), values=(9.0,)))
    edited = trainer.state().digest()
    for _ in range(2):
        assert visitor.state_at(trainer.timeline, 21).digest() == edited
        assert visitor.state_at(left, 21).digest() == known[21]
        assert visitor.state_at(left, 30).digest() == known[30]
    assert visitor.state_at(trainer.timeline, 21).digest() == edited
    trainer.undo_edit()
    assert visitor.state_at(trainer.timeline, 21).digest() == known[21]


def test_runs_of_other_set_ups_are_refused(make_trainer: MakeTrainer) -> None:
    visitor = Visitor(make_trainer().setup)
    with pytest.raises(ExperimentError, match="another experiment"):
        visitor.state_at(make_trainer("network.hidden=[3]").timeline, 0)


def test_a_run_without_any_kept_state_begins_at_its_start(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(*SETTINGS)
    known = with_edits(trainer)
    bare = Timeline(trainer.history, Checkpoints(), trainer.timeline.edits)
    visitor = Visitor(trainer.setup)
    for step in (15, 4, 33):
        assert visitor.state_at(bare, step).digest() == known[step]


def test_visits_while_the_run_goes_on(make_trainer: MakeTrainer) -> None:
    trainer, known, stop = make_trainer(*SETTINGS), {}, threading.Event()
    trainer.timeline.checkpoints.budget = 30 * 8192

    def go_on() -> None:
        rng = np.random.default_rng(0)
        while not stop.is_set() and trainer.timeline.head < 20_000:
            train(trainer, 1, known)
            if rng.random() < 0.01:
                trainer.edit(Edit(trainer.step_count, "set", indices=(0,), values=(0.1,)))
                known[trainer.step_count] = trainer.state().digest()

    owner, found = threading.Thread(target=go_on), {}
    owner.start()
    try:
        visitor, rng = Visitor(trainer.setup), np.random.default_rng(1)
        for _ in range(60):
            step = int(rng.integers(trainer.timeline.head + 1)) - 1
            found[step] = visitor.state_at(trainer.timeline, step).digest()
    finally:
        stop.set()
        owner.join()
    assert all(digest == known[step] for step, digest in found.items() if step > 0)
