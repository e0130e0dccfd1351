"""The numbers of each step's samples."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from visualmlp.engine import SAMPLERS, Array
from visualmlp.engine.streams import Index
from visualmlp.training.setup import Setup


class Batches(Protocol):
    """Hands out samples of the training part by their rows."""

    def take(self, rows: Index, coming: Index | None = None) -> tuple[Array, Array]:
        """Scaled inputs (n_rows, n_inputs) and targets (n_rows, n_outputs), until the next call.

        ``coming`` are these rows and those of the steps that follow, as far as it is known.
        """


def batches_of(setup: Setup) -> Batches:
    """What fits the sampling rule: rows that follow each other need no copy."""
    return Following(setup) if are_views(setup) else Gathered(setup)


def are_views(setup: Setup) -> bool:
    """Whether batches are views of the training part, which is in memory as a whole."""
    in_order = SAMPLERS[setup.experiment.training.sampling].in_order
    return in_order and not setup.data.is_mapped


class Following:
    """Views of the whole training part, for rows that follow each other."""

    def __init__(self, setup: Setup) -> None:
        self._x, self._t = setup.train

    def take(self, rows: Index, coming: Index | None = None) -> tuple[Array, Array]:
        following = slice(rows[0], rows[-1] + 1)
        return self._x[following], self._t[following]


class Gathered:
    """Copies in buffers that are used again."""

    def __init__(self, setup: Setup) -> None:
        self._feed = setup.feed()
        self._labels = setup.data.train.labels if setup.data.is_mapped else None
        self._targets = setup.train_targets if self._labels is None else setup.class_targets
        self._x = np.empty((0, self._feed.n_features), setup.dtype)
        self._t = np.empty((0, self._targets.shape[1]), setup.dtype)

    def take(self, rows: Index, coming: Index | None = None) -> tuple[Array, Array]:
        count = len(rows)
        if len(self._x) < count:
            self._x = np.empty((count, self._x.shape[1]), self._x.dtype)
            self._t = np.empty((count, self._t.shape[1]), self._t.dtype)
        x, t = self._x[:count], self._t[:count]
        self._feed.take(rows, x, coming)
        wanted = rows if self._labels is None else self._labels[rows]
        np.take(self._targets, wanted, axis=0, out=t, mode="clip")
        return x, t
