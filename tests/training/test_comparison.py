"""Where runs part: cases made by hand, and forks of a real run."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from visualmlp.experiment import Experiment, apply_settings, replace_at
from visualmlp.training import what_if
from visualmlp.training.comparison import experiment_at, parting, settings_that_differ
from visualmlp.training.history import StepLog
from visualmlp.training.timeline import Edit, Timeline
from visualmlp.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]


def log(*losses: float) -> StepLog:
    return StepLog.from_table(np.array([[loss, 0.1, 1.0] for loss in losses]).reshape(-1, 3))


def an_edit(step: int, value: float = 1.0, label: str = "set") -> Edit:
    return Edit(step, label, indices=(0,), values=(value,))


@pytest.mark.parametrize(
    ("one", "other", "step"),
    [
        ((5, 4, 3, 2), (5, 4, 3.5, 2), 2),
        ((5, 4), (6, 4), 0),
        ((5, 4, np.nan, 1), (5, 4, np.nan, 2), 3),
        ((5, 4, np.nan), (5, 4, 3), 2),
        ((5, 4, 3), (5, 4, 3), None),
        ((5, 4, 3), (5,), None),
        ((), (5, 4), None),
    ],
)
def test_records_part_where_they_differ_first(one: tuple, other: tuple, step: int | None) -> None:
    for pair in ((log(*one), log(*other)), (log(*other), log(*one))):
        found = parting(pair)
        assert (found.step if found else None) == step


def test_an_edit_parts_them_at_its_state_whatever_the_label() -> None:
    same, mine, yours = an_edit(1), an_edit(2, 3.0), an_edit(2, 4.0)
    steps = log(9, 8, 7, 6), log(9, 8, 7.5, 6.5)
    found = parting(steps, ([same, mine], [an_edit(1, label="other words"), yours]))
    assert found is not None
    assert (found.step, found.edits) == (2, ((mine,), (yours,)))


def test_an_edit_beyond_the_end_of_the_other_run_does_not_part_them() -> None:
    steps = log(9, 8, 7, 6, 5), log(9, 8)
    assert parting(steps, ([an_edit(3)], [])) is None
    found = parting(steps, ([an_edit(2)], []))
    assert found is not None
    assert found.step == 2


def test_other_records_before_an_edit_come_first() -> None:
    found = parting((log(9, 8, 7, 6), log(9, 1, 7, 6)), ([an_edit(3)], []))
    assert found is not None
    assert (found.step, found.edits) == (1, ((), ()))


def test_a_fork_parts_from_its_run_where_it_left(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer()
    for _ in range(9):
        trainer.step()
    trainer.seek(4)
    left = trainer.branch()
    trainer.edit(what_if.silence_unit(trainer, 0, 1))
    found = part(left, trainer.timeline)
    assert found is not None
    assert (found.step, found.edits) == (4, ((), tuple(trainer.timeline.edits)))
    for _ in range(9):
        trainer.step()
    assert part(left, trainer.timeline) == found
    assert part(trainer.timeline, trainer.timeline) is None


def part(one: Timeline, other: Timeline):
    return parting((one.history.steps, other.history.steps), (one.edits, other.edits))


# Settings


def test_experiment_at_is_the_one_in_force() -> None:
    first = Experiment()
    slow = replace_at(first, "optimizer.learning_rate", 0.01)
    slower = replace_at(first, "optimizer.learning_rate", 0.001)
    edits = [Edit(3, "", experiment=slow), an_edit(4), Edit(7, "", experiment=slower)]
    found = [experiment_at(first, edits, step) for step in (2, 3, 6, 7, None)]
    assert found == [first, slow, slow, slower, slower]


def test_settings_that_differ_are_named_with_all_values() -> None:
    base = apply_settings(Experiment(), ["network.hidden=[8, 4]", "optimizer.learning_rate=0.1"])
    other = apply_settings(
        base,
        [
            "optimizer.learning_rate=0.2",
            "network.hidden=[8, {units = 4, dropout = 0.5}]",
            "network.output.bias=false",
            "training.seed=5",
        ],
    )
    found = {
        (*setting.place, setting.spec.name): setting.values
        for setting in settings_that_differ([base, other, base])
    }
    assert found == {
        ("network", "hidden", "2", "dropout"): (0.0, 0.5, 0.0),
        ("network", "output", "bias"): (True, False, True),
        ("optimizer", "learning_rate"): (0.1, 0.2, 0.1),
        ("training", "seed"): (base.training.seed, 5, base.training.seed),
    }
    assert settings_that_differ([base, base]) == []


def test_layers_of_another_number_are_one_setting() -> None:
    one, other = (apply_settings(Experiment(), [f"network.hidden={n}"]) for n in ([8], [8, 4]))
    (setting,) = settings_that_differ([one, other])
    assert (setting.place, setting.spec.name) == (("network",), "hidden")
    assert setting.values == (one.network.hidden, other.network.hidden)
