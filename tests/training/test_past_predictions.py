"""What was predicted in the past, against a training that is watched step by step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from visualmlp.analysis.mistakes import predictions
from visualmlp.experiment import replace_at
from visualmlp.training import past_predictions, what_if
from visualmlp.training.branches import Branches
from visualmlp.training.past_predictions import PastPredictions
from visualmlp.training.timeline import Edit
from visualmlp.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]
LONG = 1e9


def predicted(trainer: Trainer, part: str = "validation") -> list[int]:
    x, _ = getattr(trainer.setup, part)
    return predictions(trainer.network.predict(x))[0].tolist()


def train(trainer: Trainer, steps: int) -> dict[int, list[int]]:
    """The predictions at every state on the way."""
    seen = {trainer.step_count: predicted(trainer)}
    for _ in range(steps):
        trainer.step()
        seen[trainer.step_count] = predicted(trainer)
    return seen


@pytest.mark.parametrize("most", [200, 10])
def test_they_are_those_that_the_training_made(
    most: int, make_trainer: MakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_predictions, "MOST_STATES", most)
    trainer = make_trainer("optimizer.name=adam")
    seen = train(trainer, 21)
    pasts, branch = PastPredictions(trainer.setup, "validation"), Branches(trainer.timeline)[0]
    past = pasts.look(branch, LONG)
    spacing = 1 if most == 200 else 4
    assert (past.steps, past.spacing, past.n_missing) == (tuple(range(0, 22, spacing)), spacing, 0)
    assert past.predicted.tolist() == [seen[step] for step in past.steps]
    assert pasts.look(branch, LONG) is past
    assert pasts.labels.tolist() == trainer.setup.data.validation.labels.tolist()


def test_a_growing_run_is_looked_into_where_it_is_new(
    make_trainer: MakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = make_trainer()
    pasts, branch = PastPredictions(trainer.setup, "validation"), Branches(trainer.timeline)[0]
    made: list[int] = []
    find = pasts._find
    monkeypatch.setattr(pasts, "_find", lambda b, k: (made.append(k), find(b, k))[1])
    monkeypatch.setattr(past_predictions, "MOST_STATES", 10)
    for head in range(30):
        past = pasts.look(branch, LONG)
        assert past.steps[-1] <= head < past.steps[-1] + past.spacing
        trainer.step()
    assert sorted(made) == sorted(set(made))


def test_without_time_one_state_after_the_other(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer()
    seen = train(trainer, 3)
    pasts, branch = PastPredictions(trainer.setup, "validation"), Branches(trainer.timeline)[0]
    for count in range(1, 5):
        past = pasts.look(branch, 0.0)
        assert (past.steps, past.n_missing) == (tuple(range(count)), 4 - count)
        assert past.predicted.tolist() == [seen[step] for step in range(count)]


def test_forks_and_undone_edits_have_a_past_of_their_own(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer("optimizer.name=adam", "optimizer.learning_rate=0.05")
    branches = Branches(trainer.timeline)
    first = train(trainer, 12)
    pasts = PastPredictions(trainer.setup, "validation")
    assert pasts.look(branches[0], LONG).predicted.tolist() == list(first.values())
    trainer.seek(5)
    trainer.branch()
    fork = branches.fork(trainer.timeline, 5, "")
    trainer.edit(what_if.set_bias(trainer, 2, 1 - predicted(trainer)[0], 100.0))
    second = train(trainer, 7)
    assert second[5] != first[5]
    expected = [first[step] for step in range(5)] + list(second.values())
    assert pasts.look(fork, LONG).predicted.tolist() == expected
    trainer.edit(what_if.set_bias(trainer, 2, 1 - predicted(trainer)[0], 1e4))
    assert pasts.look(fork, LONG).predicted[-1].tolist() == predicted(trainer)
    trainer.undo_edit()
    assert pasts.look(fork, LONG).predicted.tolist() == expected
    trainer.edit(Edit(12, "", experiment=replace_at(trainer.experiment, "training.epochs", 9)))
    assert pasts.look(fork, LONG).predicted.tolist() == expected
    assert pasts.look(branches[0], LONG).predicted.tolist() == list(first.values())


def test_only_the_first_samples_of_many(
    make_trainer: MakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_predictions, "MOST_SAMPLES", 5)
    trainer = make_trainer()
    trainer.step()
    pasts = PastPredictions(trainer.setup, "train")
    past = pasts.look(Branches(trainer.timeline)[0], LONG)
    assert past.predicted[1].tolist() == predicted(trainer, "train")[:5]
    assert np.array_equal(pasts.labels, trainer.setup.data.train.labels[:5])
