"""The complete description of a training."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import model_validator

from visualmlp.engine import ACTIVATIONS
from visualmlp.experiment.data import Data
from visualmlp.experiment.declare import Section
from visualmlp.experiment.network import AUTO, Network
from visualmlp.experiment.training import Optimizer, Random, Regularization, Schedule, Training

SCHEMA_VERSION: Final = 1

LOGARITHMIC_LOSSES = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}
"""Losses that need probabilities, and the usual output activation that gives them."""


class Experiment(Section):
    """The complete description of a training."""

    schema_version: Literal[1] = SCHEMA_VERSION
    title: str = "Untitled"
    data: Data = Data()
    network: Network = Network()
    optimizer: Optimizer = Optimizer()
    schedule: Schedule = Schedule()
    regularization: Regularization = Regularization()
    training: Training = Training()
    random: Random = Random()

    @model_validator(mode="after")
    def _loss_gets_probabilities(self) -> Experiment:
        """Logarithms of anything but probabilities are undefined, so such a pair cannot train."""
        loss, activation = self.network.loss, self.network.output.activation
        usual = LOGARITHMIC_LOSSES.get(loss)
        if usual and activation != AUTO and not ACTIVATIONS[activation].in_unit_interval:
            raise ValueError(
                f"network.loss: {loss} needs outputs between 0 and 1; "
                f"choose {usual} as the output activation instead of {activation}"
            )
        return self

    @model_validator(mode="after")
    def _clipping_needs_the_whole_gradient(self) -> Experiment:
        if self.regularization.clip_norm and self.optimizer.layer_order != "together":
            raise ValueError(
                "regularization.clip_norm: the gradient's norm is known only when all layers are "
                "done; choose 0, or layer_order together"
            )
        return self
