"""The immutable picture of a run at the cursor that views draw from."""

from __future__ import annotations

from dataclasses import dataclass

from visualmlp.engine import Array
from visualmlp.experiment import Experiment
from visualmlp.training.history import EpochRecord
from visualmlp.training.state import TrainState


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A read-only copy of a run's state before step ``step``.

    Attributes
    ----------
    step, epoch, batch
        Updates made, epochs completed, batches taken in the present epoch.
    n_batches
        Steps in an epoch.
    samples_seen
        Samples that the updates were made from.
    parameters
        The flat parameter vector (size,), not writeable.
    loss, learning_rate, gradient_norm
        Of the last step; NaN before the first.
    evaluation
        The newest record of an epoch's end, at or before the cursor.
    experiment
        The hyper-parameters in force.
    head
        The newest state's step; more than ``step`` where the cursor is in the past.
    state
        The whole state, from which the next step can be made again; None while training runs.
    """

    step: int
    epoch: int
    batch: int
    n_batches: int
    samples_seen: int
    parameters: Array
    loss: float
    learning_rate: float
    gradient_norm: float
    evaluation: EpochRecord
    experiment: Experiment
    head: int
    state: TrainState | None = None
