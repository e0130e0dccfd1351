"""Training that blows up stops, says where, and can be taken up again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from visualmlp.experiment import replace_at
from visualmlp.training.trainer import Divergence, Trainer

MakeTrainer = Callable[..., Trainer]

TOO_FAST = ("data.source=curve", "network.hidden=[]", "optimizer.learning_rate=100")
VARIANTS = {
    "a line": [],
    "float64": ["training.precision=float64"],
    "hidden layers": ["network.hidden=[{units = 5, activation = 'identity'}]"],
    "dropout": ["network.hidden=[{units = 5, activation = 'identity', dropout = 0.5}]"],
    "one batch": ["training.batch_size=1000"],
}
every_variant = pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)


def blow_up(trainer: Trainer, limit: int = 1000) -> tuple[str, Divergence]:
    """Train until it diverges; give the digest of the state before and what was told."""
    for _ in range(limit):
        before = trainer.state().digest()
        trainer.step()
        if trainer.divergence:
            return before, trainer.divergence
    raise AssertionError(f"still finite after {limit} steps")


@every_variant
def test_stops_before_the_first_step_that_cannot_be_made(
    variant: list[str], make_trainer: MakeTrainer
) -> None:
    trainer = make_trainer(*TOO_FAST, *variant)
    before, divergence = blow_up(trainer)
    assert trainer.state().digest() == before
    assert divergence.step == trainer.step_count == len(trainer.history.steps) > 0
    assert np.isfinite(trainer.history.steps.table()).all()


@every_variant
def test_names_the_tensor_and_gives_advice(variant: list[str], make_trainer: MakeTrainer) -> None:
    _, divergence = blow_up(make_trainer(*TOO_FAST, *variant))
    assert " of layer " in divergence.tensor or divergence.tensor.startswith("the loss")
    assert f"step {divergence.step:,}: {divergence.tensor} hold" in divergence.message
    for advice in ("smaller learning rate", "clipping", "scaled inputs", "Go back"):
        assert advice in divergence.message


def test_the_tensor_is_the_first_that_is_not_finite(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer()
    trainer.network.parameters.weights[1][2, 3] = np.nan
    trainer.step()
    assert trainer.divergence == Divergence(0, "weights W of layer 2")


def test_the_same_step_fails_again_and_the_same_way(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(*TOO_FAST)
    before, divergence = blow_up(trainer)
    trainer.step()
    assert trainer.divergence == divergence
    assert trainer.state().digest() == before


def test_reset_with_a_smaller_rate_works_as_advised(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(*TOO_FAST)
    blow_up(trainer)
    trainer.change(replace_at(trainer.experiment, "optimizer.learning_rate", 0.05))
    trainer.reset()
    assert trainer.divergence is None
    fresh = make_trainer(*TOO_FAST, "optimizer.learning_rate=0.05")
    for _ in range(25):
        trainer.step(), fresh.step()
    assert trainer.divergence is None
    assert trainer.state().digest() == fresh.state().digest()


def test_going_back_to_an_earlier_state_clears_it(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(*TOO_FAST)
    for _ in range(3):
        trainer.step()
    digest = trainer.state().digest()
    _, divergence = blow_up(trainer)
    trainer.seek(3)
    assert trainer.divergence is None
    assert trainer.state().digest() == digest
    trainer.seek(divergence.step)
    assert trainer.divergence is None
    trainer.step()
    assert trainer.divergence == divergence


def test_clipping_keeps_it_finite(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(*TOO_FAST, "regularization.clip_norm=0.001")
    for _ in range(50):
        trainer.step()
        assert trainer.divergence is None


def test_an_overflow_in_the_last_step_of_all_is_told(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer("training.batch_size=1000", "training.epochs=1")
    trainer.optimizer.update = lambda parameters, *rest: parameters.fill(np.inf)
    trainer.step()
    assert trainer.is_finished
    assert trainer.divergence == Divergence(1, "weights W of layer 1")
