"""The numbers of each step's samples."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from visualmlp.engine import SAMPLERS, Array
from visualmlp.engine.streams import Index
from visualmlp.training.setup import Setup


class Batches(Protocol):
    """Hands out samples of the training part by their rows."""

    def take(self, rows: Index) -> tuple[Array, Array]:
        """Scaled inputs (n_rows, n_inputs) and targets (n_rows, n_outputs), until the next call."""


def batches_of(setup: Setup) -> Batches:
    """What fits the sampling rule: rows that follow each other need no copy."""
    in_order = SAMPLERS[setup.experiment.training.sampling].in_order
    return Following(setup) if in_order else Gathered(setup)


class Following:
    """Views of the whole training part, for rows that follow each other."""

    def __init__(self, setup: Setup) -> None:
        self._x, self._t = setup.train

    def take(self, rows: Index) -> tuple[Array, Array]:
        following = slice(rows[0], rows[-1] + 1)
        return self._x[following], self._t[following]


class Gathered:
    """Copies in buffers that are used again."""

    def __init__(self, setup: Setup) -> None:
        self._feed = setup.feed()
        self._targets = setup.train_targets
        self._x = np.empty((0, self._feed.n_features), setup.dtype)
        self._t = np.empty((0, self._targets.shape[1]), setup.dtype)

    def take(self, rows: Index) -> tuple[Array, Array]:
        count = len(rows)
        if len(self._x) < count:
            self._x = np.empty((count, self._x.shape[1]), self._x.dtype)
            self._t = np.empty((count, self._t.shape[1]), self._t.dtype)
        x, t = self._x[:count], self._t[:count]
        self._feed.take(rows, x)
        np.take(self._targets, rows, axis=0, out=t, mode="clip")
        return x, t
