"""Where a run has been, against a training that is watched step by step."""

from collections.abc import Callable

import numpy as np
import pytest

from visualmlp.training import past_looks, past_states, what_if
from visualmlp.training.branches import Branch, Branches
from visualmlp.training.long_task import Cancelled
from visualmlp.training.past_states import PastStates, early_steps
from visualmlp.training.timeline import Checkpoints, Timeline
from visualmlp.training.trainer import Trainer

LONG = 1e9


def train(trainer: Trainer, steps: int) -> dict[int, list[float]]:
    seen = {trainer.step_count: trainer.network.parameters.flat.tolist()}
    for _ in range(steps):
        trainer.step()
        seen[trainer.step_count] = trainer.network.parameters.flat.tolist()
    return seen


def test_they_are_those_that_the_training_went_through(
    make_trainer: Callable[..., Trainer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_states, "MOST_STATES", 10)
    trainer = make_trainer()
    seen = train(trainer, 45)
    past, branch = PastStates(trainer.setup), Branches(trainer.timeline)[0]
    states, n_missing = past.look(branch, LONG)
    assert n_missing == 0
    assert list(states) == list(range(0, 46, 8))
    besides = past.besides(branch, 45)
    assert list(besides) == [1, 2, 3, 4, 6, 45]
    for step, state in {**states, **besides}.items():
        assert state.tolist() == seen[step]


def test_states_of_edits_are_among_them(
    make_trainer: Callable[..., Trainer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_states, "MOST_STATES", 3)
    trainer = make_trainer()
    train(trainer, 13)
    past, branch = PastStates(trainer.setup), Branches(trainer.timeline)[0]
    assert 13 not in past.look(branch, LONG).parameters
    trainer.edit(what_if.set_weight(trainer, 0, 0, 0, 9.0))
    train(trainer, 6)
    besides = past.besides(branch, 19)
    assert {13, 19} < set(besides)
    assert besides[13][0] == 9.0


def test_large_networks_are_looked_into_less_often(
    make_trainer: Callable[..., Trainer], monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = make_trainer().setup
    assert PastStates(setup).most == past_states.MOST_STATES
    n_bytes = setup.new_network().parameters.flat.nbytes
    monkeypatch.setattr(past_states, "MOST_BYTES", 30 * n_bytes)
    assert PastStates(setup).most == 30
    monkeypatch.setattr(past_states, "MOST_BYTES", n_bytes)
    assert PastStates(setup).most == past_states.LEAST_STATES


def test_early_steps_grow_closer_to_the_start() -> None:
    assert early_steps(1) == []
    assert early_steps(20) == [1, 2, 3, 4, 6, 8, 12, 16]
    assert np.all(np.diff(early_steps(4096)) > 0)


def test_another_change_at_the_same_step_is_another_state(
    make_trainer: Callable[..., Trainer],
) -> None:
    trainer = make_trainer()
    train(trainer, 5)
    past, branch = PastStates(trainer.setup), Branches(trainer.timeline)[0]
    for value in (9.0, 7.0):
        trainer.edit(what_if.set_weight(trainer, 0, 0, 0, value))
        assert past.besides(branch, 5)[5][0] == value
        trainer.undo_edit()


@pytest.mark.parametrize("ask", [PastStates.look, PastStates.besides])
def test_a_search_can_be_ended_before_any_update_and_taken_up_again(
    ask: Callable[..., object], make_trainer: Callable[..., Trainer]
) -> None:
    trainer, n_left = make_trainer(), 7

    def count() -> None:
        nonlocal n_left
        n_left -= 1
        if n_left == 0:
            raise Cancelled

    seen = train(trainer, 20)
    bare = Timeline(trainer.history, Checkpoints(), trainer.timeline.edits)
    past, branch = PastStates(trainer.setup), Branches(bare)[0]
    with pytest.raises(Cancelled):
        ask(past, branch, 20, count)
    states = past.look(branch, LONG).parameters | past.besides(branch, 20)
    assert {step: state.tolist() for step, state in states.items()} == {
        step: seen[step] for step in states
    }


def test_only_the_runs_looked_into_last_are_remembered(
    make_trainer: Callable[..., Trainer], monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[tuple[int, int]] = []
    find = PastStates._find
    monkeypatch.setattr(
        PastStates, "_find", lambda *args: found.append((args[1].number, args[2])) or find(*args)
    )
    trainer = make_trainer()
    train(trainer, 3)
    past = PastStates(trainer.setup)
    runs = [Branch(number, "", trainer.timeline) for number in range(past_looks.MOST_RUNS + 1)]
    for run in runs:
        past.look(run, LONG)
    assert len(found) == 4 * len(runs)
    past.look(runs[1], LONG)
    assert len(found) == 4 * len(runs)
    past.look(runs[0], LONG)
    assert found[-4:] == [(0, step) for step in range(4)]
    past.look(runs[1], LONG)
    past.look(runs[2], LONG)
    assert found[-4:] == [(2, step) for step in range(4)]
