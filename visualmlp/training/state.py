"""The whole state of a training between two steps."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from visualmlp.engine import Array
from visualmlp.experiment import Experiment, to_json


@dataclass(frozen=True, eq=False)
class TrainState:
    """State k: everything that decides how training goes on from step k.

    Attributes
    ----------
    step
        Number of updates made.
    epoch
        Number of epochs completed.
    batch
        Number of batches taken in the present epoch.
    samples_seen
        Number of samples that the updates were made from.
    parameters
        The flat parameter vector (size,).
    slots
        The optimizer's slots (n_slots, size).
    sampling, dropout
        States of the random generators, and the position in the epoch.
    experiment
        The hyper-parameters in force, live changes included.
    frozen
        Places in the flat vector that no update changes, ascending.
    """

    step: int
    epoch: int
    batch: int
    samples_seen: int
    parameters: Array
    slots: Array
    sampling: dict[str, Any]
    dropout: dict[str, Any]
    experiment: Experiment
    frozen: tuple[int, ...] = ()

    def digest(self) -> str:
        """SHA-256 over a canonical form: equal digests mean that training goes on bit for bit."""
        counters = [self.step, self.epoch, self.batch, self.samples_seen]
        text = json.dumps(
            [counters, self.sampling, self.dropout, self.frozen], sort_keys=True, default=int
        )
        digest = hashlib.sha256(f"{text}\n{to_json(self.experiment)}\n".encode())
        for array in (self.parameters, self.slots):
            little = array.astype(array.dtype.newbyteorder("<"), copy=False)
            digest.update(f"{little.dtype.str}{little.shape}".encode())
            digest.update(little.tobytes())
        return digest.hexdigest()
