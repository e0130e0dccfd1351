"""A short run to be saved."""

from __future__ import annotations

import pytest

from visualmlp.experiment import Experiment, apply_settings
from visualmlp.training.setup import build
from visualmlp.training.trainer import Trainer

SETTINGS = (
    "data.source=xor",
    "data.n_samples=43",
    "network.hidden=[{units = 5, dropout = 0.3}, 4]",
    "optimizer.name=adam",
    "training.batch_size=8",
    "training.epochs=3",
)


@pytest.fixture
def trainer() -> Trainer:
    """In the middle of its second epoch."""
    made = Trainer(build(apply_settings(Experiment(title="small"), SETTINGS)))
    for _ in range(8):
        made.step()
    return made
