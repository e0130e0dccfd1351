"""What the rules look at: a few figures of a run at a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Figures = npt.NDArray[np.float64]
Labels = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class LayerActivity:
    """How active the units of a layer are over the samples looked at.

    Attributes
    ----------
    activation
        Name of the activation function.
    is_output
        Whether it is the last layer.
    silent
        For every unit the share of samples for which it is not above 0, (n_units,); None where
        that means nothing, for other functions than the ReLU.
    saturated
        For every unit the share of samples at which it is at an end of its range, (n_units,); None
        for functions without a range.
    """

    activation: str
    is_output: bool
    silent: Figures | None = None
    saturated: Figures | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Updates:
    """Updates looked at, up to the cursor's.

    Attributes
    ----------
    steps
        The states that they were made from, (n,), ascending.
    gradient_of
        "biases", or "weights" where the first or the last layer has no biases.
    gradient
        Norm of the gradient of these in each layer, as the optimizer got it, (n, n_layers).
    ratio
        Norm of the update of each layer's weights by the norm of the weights, (n, n_layers).
    """

    steps: npt.NDArray[np.int64]
    gradient_of: Literal["weights", "biases"]
    gradient: Figures
    ratio: Figures


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """Figures at the ends of epochs, up to the cursor; each (n,), NaN where there is none.

    Attributes
    ----------
    epochs
        The epochs, beginning with 0.
    train_loss, validation_loss
        Mean losses.
    train_score, validation_score
        Accuracy, or R² for regression.
    """

    epochs: npt.NDArray[np.int64]
    train_loss: Figures
    validation_loss: Figures
    train_score: Figures
    validation_score: Figures


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """A run at a step.

    Attributes
    ----------
    step
        Updates made.
    learning_rate
        Of the last update; NaN before the first.
    can_go_on
        Whether parameters, loss and gradient of the next update are finite.
    n_samples, n_available
        Training samples looked at, evenly spaced, and how many there are.
    n_validation
        Validation samples that the records are about.
    layers
        In forward order.
    updates, records
        See there.
    losses
        Mean loss of the batch of every step so far, (n_steps,).
    class_names
        Empty for regression.
    labels
        Of the whole training part, (n_available,); None for regression.
    true, predicted
        Classes of the samples looked at, (n_samples,); -1 where an output is NaN. None for
        regression.
    output_spread, target_spread
        For regression the standard deviations of outputs and targets over the samples looked at,
        (n_outputs,); None for classes.
    """

    step: int
    learning_rate: float
    can_go_on: bool
    n_samples: int
    n_available: int
    n_validation: int
    layers: tuple[LayerActivity, ...]
    updates: Updates
    records: Records
    losses: Figures
    class_names: tuple[str, ...] = ()
    labels: Labels | None = None
    true: Labels | None = None
    predicted: Labels | None = None
    output_spread: Figures | None = None
    target_spread: Figures | None = None
