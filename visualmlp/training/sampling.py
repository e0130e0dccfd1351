"""Which samples a step takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Index = npt.NDArray[np.intp]


class ShuffleSampler:
    """Every epoch is one pass in a new random order, cut into batches; the last may be smaller.

    Parameters
    ----------
    n_samples
        Size of the training part.
    rng
        Its own generator; its state at the epoch's start and the position make up the state.
    """

    def __init__(self, n_samples: int, rng: np.random.Generator) -> None:
        self.n_samples = n_samples
        self.position = 0
        self._rng = rng
        self._start_epoch()

    def peek(self, batch_size: int) -> Index:
        """Row numbers of the next batch; the position stays."""
        return self._order[self.position : self.position + batch_size]

    def advance(self, count: int) -> bool:
        """Move past ``count`` samples; True at the end of the epoch, when a new one begins."""
        self.position += count
        if self.position < self.n_samples:
            return False
        self.position = 0
        self._start_epoch()
        return True

    def state(self) -> dict[str, Any]:
        """What :meth:`restore` needs to continue with the same rows."""
        return {"generator": self._epoch_state, "position": self.position}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from a state."""
        self._rng.bit_generator.state = state["generator"]
        self._start_epoch()
        self.position = state["position"]

    def _start_epoch(self) -> None:
        self._epoch_state = self._rng.bit_generator.state
        self._order: Index = self._rng.permutation(self.n_samples)
