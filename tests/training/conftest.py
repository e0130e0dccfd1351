"""Trainings small enough to be made by the hundred."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from visualmlp.experiment import Experiment, apply_settings
from visualmlp.training.setup import Setup, build
from visualmlp.training.trainer import Trainer

SMALL = (
    "data.source=xor",
    "data.n_samples=43",
    "data.scaling=standardise",
    "network.hidden=[5, 4]",
    "optimizer.name=sgd",
    "optimizer.learning_rate=0.1",
    "training.batch_size=8",
    "training.epochs=3",
)
"""34 samples to train on: four batches of 8 and one of 2."""

MakeExperiment = Callable[..., Experiment]
MakeTrainer = Callable[..., Trainer]


@pytest.fixture(scope="session")
def make_experiment() -> MakeExperiment:
    """The small experiment with some ``key=value`` settings."""

    def make(*settings: str) -> Experiment:
        return apply_settings(Experiment(title="small"), [*SMALL, *settings])

    return make


@pytest.fixture(scope="session")
def make_trainer(make_experiment: MakeExperiment) -> MakeTrainer:
    """A trainer of the small experiment with some ``key=value`` settings."""
    previous: Setup | None = None

    def make(*settings: str) -> Trainer:
        nonlocal previous
        previous = build(make_experiment(*settings), previous)
        return Trainer(previous)

    return make
