"""Going through time: every state comes back with the same bits, whatever the way to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.engine import OPTIMIZERS, SAMPLERS, SCHEDULES
from visualmlp.errors import ExperimentError, RunFileError
from visualmlp.experiment import replace_at
from visualmlp.training.timeline import Checkpoint, Checkpoints, Edit
from visualmlp.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]
DROPOUT = "network.hidden=[{units = 5, dropout = 0.3}, 4]"

VARIANTS = {
    **{f"optimizer {name}": [f"optimizer.name={name}"] for name in OPTIMIZERS},
    **{
        f"sampling {name}": [f"training.sampling={name}", "random.sampling=python"]
        for name in SAMPLERS
    },
    **{f"schedule {name}": [f"schedule.name={name}", "schedule.step_size=3"] for name in SCHEDULES},
    "dropout with adam": [DROPOUT, "optimizer.name=adam"],
    "an older stream": ["random.initial=numpy_legacy", "random.sampling=numpy_legacy"],
    "output first": ["optimizer.layer_order=output_first"],
}
HEAD = 23
ACTIONS = ["train", "seek", "rate", "set", "freeze", "undo", "fork"]


def digests_of(trainer: Trainer, steps: int) -> list[str]:
    found = [trainer.state().digest()]
    for _ in range(steps):
        trainer.step()
        found.append(trainer.state().digest())
    return found


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_walk_through_time_meets_the_same_states(variant: str, make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(*VARIANTS[variant])
    first = digests_of(trainer, HEAD)
    assert len(trainer.timeline.checkpoints) == 5
    rng = np.random.default_rng(0)
    for step in rng.integers(0, HEAD + 1, 25).tolist():
        trainer.seek(step)
        assert trainer.state().digest() == first[step]
        assert trainer.parted_at is None
        assert trainer.timeline.head == HEAD
    trainer.seek(HEAD)
    assert digests_of(trainer, 3) == digests_of_the_same(make_trainer, variant)[HEAD:]


def digests_of_the_same(make_trainer: MakeTrainer, variant: str) -> list[str]:
    return digests_of(make_trainer(*VARIANTS[variant]), HEAD + 3)


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_walk_with_edits_and_forks(data: st.DataObject, make_trainer: MakeTrainer) -> None:
    """A model beside it: for every timeline the digest of every state that it has had."""
    trainer = make_trainer(DROPOUT, "optimizer.name=adam", "training.batch_size=16")
    known = {0: trainer.state().digest()}
    size = trainer.network.layout.size
    for _ in range(data.draw(st.integers(3, 12))):
        match data.draw(
            st.sampled_from(["train", "seek", "rate", "set", "freeze", "undo", "fork"])
        ):
            case "train":
                trainer.seek(trainer.timeline.head)
                for _ in range(data.draw(st.integers(1, 6))):
                    trainer.step()
                    known[trainer.step_count] = trainer.state().digest()
            case "seek":
                trainer.seek(data.draw(st.integers(0, trainer.timeline.head)))
            case "undo":
                before = trainer.step_count
                if trainer.undo_edit():
                    assert trainer.step_count == before
                    known[before] = trainer.state().digest()
            case "fork":
                if not trainer.is_at_head:
                    left = trainer.branch()
                    assert left.head > trainer.timeline.head == trainer.step_count
                    known = {k: v for k, v in known.items() if k <= trainer.step_count}
            case kind:
                if not trainer.is_at_head:
                    continue
                edit = {
                    "rate": lambda: {
                        "experiment": replace_at(
                            trainer.experiment,
                            "optimizer.learning_rate",
                            data.draw(st.sampled_from([0.1, 0.01, 0.002])),
                        )
                    },
                    "set": lambda: {
                        "indices": (data.draw(st.integers(0, size - 1)),),
                        "values": (data.draw(st.floats(-1, 1, width=32)),),
                    },
                    "freeze": lambda: {"frozen": tuple(range(data.draw(st.integers(0, size))))},
                }[kind]()
                trainer.edit(Edit(trainer.step_count, kind, **edit))
                known[trainer.step_count] = trainer.state().digest()
        assert trainer.state().digest() == known[trainer.step_count]
    for step in known:
        trainer.seek(step)
        assert trainer.state().digest() == known[step]


def test_frozen_parameters_stay(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer("optimizer.name=adam")
    places = (0, 3, trainer.network.layout.size - 1)
    trainer.edit(Edit(0, "freeze", frozen=places))
    before = trainer.network.parameters.flat.copy()
    for _ in range(5):
        trainer.step()
    same = trainer.network.parameters.flat == before
    assert same[list(places)].all()
    assert not same.all()


def test_an_edit_of_the_past_needs_a_fork(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer()
    digests_of(trainer, 6)
    trainer.seek(3)
    with pytest.raises(ExperimentError, match="needs a fork"):
        trainer.edit(Edit(3, "set", indices=(0,), values=(1.0,)))
    left = trainer.branch()
    trainer.edit(Edit(3, "set", indices=(0,), values=(1.0,)))
    assert (left.head, trainer.timeline.head) == (6, 3)
    assert trainer.network.parameters.flat[0] == 1.0


@pytest.mark.parametrize(
    "edit",
    [
        {"indices": (10_000,), "values": (0.0,)},
        {"indices": (-1,), "values": (0.0,)},
        {"indices": (1, 2), "values": (0.0,)},
        {"frozen": (10_000,)},
    ],
)
def test_edits_of_what_is_not_there_are_refused(edit: dict, make_trainer: MakeTrainer) -> None:
    trainer = make_trainer()
    before = trainer.state().digest()
    with pytest.raises(ExperimentError, match="does not have"):
        trainer.edit(Edit(0, "set", **edit))
    assert trainer.state().digest() == before


def test_frozen_places_of_another_network_are_refused(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer()
    with pytest.raises(ExperimentError, match="another experiment"):
        trainer.restore(replace(trainer.state(), frozen=(10_000,)))


class Unreadable:
    """States in a file that is gone."""

    def steps(self) -> list[int]:
        return [0, 5]

    def load(self, step: int) -> Checkpoint:
        raise RunFileError(f"the state of step {step} is gone")


def test_an_edit_stays_where_the_state_before_it_cannot_be_read(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer()
    digests_of(trainer, 6)
    trainer.edit(Edit(6, "set", indices=(0,), values=(1.0,)))
    edited = trainer.state().digest()
    only_first = trainer.timeline.checkpoints.until(0, 0)
    only_first.archive, trainer.timeline.checkpoints = Unreadable(), only_first
    with pytest.raises(RunFileError, match="step 5 is gone"):
        trainer.undo_edit()
    assert trainer.is_at_head
    assert trainer.state().digest() == edited
    assert [edit.label for edit in trainer.timeline.edits] == ["set"]


@pytest.mark.usefixtures("few")
def test_a_step_that_comes_out_otherwise_is_told(make_trainer: MakeTrainer) -> None:
    """As on a machine with another BLAS: the record says another loss."""
    trainer = make_trainer()
    digests_of(trainer, 6)
    table, _ = trainer.history.steps._rows
    table[0, 3] = np.nextafter(table[0, 3], 9)
    trainer.seek(0)
    trainer.seek(6)
    assert trainer.parted_at == 3
    left = trainer.branch()
    assert (left.head, trainer.timeline.head) == (6, 4)
    assert trainer.parted_at is None


# Checkpoints


def checkpoint(trainer: Trainer, step: int) -> Checkpoint:
    return Checkpoint(replace(trainer.state(), step=step), 0)


def test_the_budget_is_kept_and_the_old_get_thin(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer()
    one = checkpoint(trainer, 0).n_bytes
    checkpoints = Checkpoints(budget=50 * one)
    for step in range(2000):
        checkpoints.add(checkpoint(trainer, step))
        assert checkpoints.n_bytes == len(checkpoints) * one <= 50 * one
    steps = np.array(checkpoints.steps)
    assert steps[0] == 0
    assert steps[-1] == 1999
    gaps = np.diff(steps)
    assert gaps[:10].mean() > 3 * gaps[-10:].mean()
    assert gaps.max() < 6 * 2000 / 50


@pytest.mark.parametrize("step", [0, 1, 9, 10, 11, 500])
def test_the_nearest_is_at_or_before(step: int, make_trainer: MakeTrainer) -> None:
    checkpoints, trainer = Checkpoints(), make_trainer()
    for kept in (0, 10, 20):
        checkpoints.add(checkpoint(trainer, kept))
    assert checkpoints.nearest(step).state.step == max(k for k in (0, 10, 20) if k <= step)
