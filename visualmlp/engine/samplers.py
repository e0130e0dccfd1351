"""Sampling rules: which samples each step takes, and what an epoch is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import ceil
from operator import index
from typing import Any, ClassVar

import numpy as np

from visualmlp.engine.streams import Index, Stream
from visualmlp.registry import Registry


class Sampler(ABC):
    """Draws the samples of an epoch and hands them out step by step.

    The rows of an epoch are drawn when the first is asked for, since some rules need the batch
    size for it.

    Parameters
    ----------
    n_samples
        Size of the training part.
    stream
        What to draw with; its state at the epoch's start, the position and the batch size drawn
        for make up the state.

    Attributes
    ----------
    position
        How many of the epoch's samples have been taken.
    """

    name: ClassVar[str]
    description: ClassVar[str]
    uses_batch_size: ClassVar[bool] = True
    in_order: ClassVar[bool] = False
    """Whether a step's rows follow each other in the data, so that no copy of them is needed."""

    def __init__(self, n_samples: int, stream: Stream) -> None:
        self.n_samples = n_samples
        self._stream = stream
        self._order: Index = np.arange(0)
        self._begin_epoch()

    @abstractmethod
    def _draw(self, batch_size: int) -> Index:
        """Row numbers of a whole epoch, in the order in which they are taken."""

    def step_size(self, batch_size: int) -> int:
        """Samples in a step."""
        return min(batch_size, self.n_samples)

    def epoch_size(self, batch_size: int) -> int:
        """Samples in an epoch."""
        return self.n_samples

    def n_steps(self, batch_size: int) -> int:
        """Steps in an epoch."""
        return ceil(self.epoch_size(batch_size) / self.step_size(batch_size))

    def peek(self, batch_size: int) -> Index:
        """Row numbers of the next step; the position stays."""
        if self._drawn_for is None or (self.position == 0 and self._drawn_for != batch_size):
            self._draw_epoch(batch_size)
        return self._order[self.position : self.position + self.step_size(batch_size)]

    @property
    def coming(self) -> Index:
        """Row numbers of the next step and all that follow in the epoch, once it was peeked at."""
        return self._order[self.position :]

    def advance(self, count: int) -> bool:
        """Move past ``count`` samples; True at the end of the epoch, when a new one begins."""
        self.position += count
        if self.position < len(self._order):
            return False
        self._begin_epoch()
        return True

    def state(self) -> dict[str, Any]:
        """What :meth:`restore` needs to continue with the same rows."""
        drawn_for = self._drawn_for if self.position else None
        generator = self._stream.state() if self._start is None else self._start
        return {"generator": generator, "position": self.position, "drawn_for": drawn_for}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from a state.

        Raises
        ------
        TypeError, ValueError, KeyError, OverflowError
            If it is no state of such a sampler, or its position is past the end of the epoch.
        """
        self._stream.restore(state["generator"])
        self._begin_epoch()
        position = index(state["position"])
        if position:
            self._draw_epoch(index(state["drawn_for"]))
            if not 0 < position < len(self._order):
                raise ValueError(f"position {position} is past the end of the epoch")
            self.position = position

    def _begin_epoch(self) -> None:
        self.position = 0
        self._drawn_for: int | None = None
        self._start: Any = None

    def _draw_epoch(self, batch_size: int) -> None:
        if self._start is None:
            self._start = self._stream.state()
        else:
            self._stream.restore(self._start)
        self._order = self._draw(batch_size)
        self._drawn_for = batch_size


SAMPLERS: Registry[type[Sampler]] = Registry("sampling rule")


@SAMPLERS.add
class Shuffle(Sampler):
    """Every epoch is one pass in a new random order, cut into batches; the last may be smaller."""

    name = "shuffle"
    description = "One pass in a new random order, cut into batches."

    def _draw(self, batch_size: int) -> Index:
        return self._stream.permutation(self.n_samples)


class InOrder(Sampler):
    """All samples as they stand in the data."""

    in_order = True

    def _draw(self, batch_size: int) -> Index:
        return np.arange(self.n_samples)

    def _draw_epoch(self, batch_size: int) -> None:
        """Leave the stream alone: nothing is drawn from it, and its state takes time to copy."""
        self._order = self._draw(batch_size)
        self._drawn_for = batch_size


@SAMPLERS.add
class FullBatch(InOrder):
    """Every step takes all samples: gradient descent proper; an epoch is one step."""

    name = "full_batch"
    description = "All samples at once: an epoch is one step."
    uses_batch_size = False

    def step_size(self, batch_size: int) -> int:
        return self.n_samples


@SAMPLERS.add
class FileOrder(InOrder):
    """One pass in the order of the data, cut into batches."""

    name = "file_order"
    description = "One pass in the order of the data, cut into batches."


@SAMPLERS.add
class PerSample(InOrder):
    """One pass in the order of the data, each sample a step of its own."""

    name = "per_sample"
    description = "One pass in the order of the data; every sample is a step of its own."
    uses_batch_size = False

    def step_size(self, batch_size: int) -> int:
        return 1


@SAMPLERS.add
class WithReplacement(Sampler):
    """As many draws as there are samples, each from all of them, cut into batches.

    About 37 % (1/e) of the samples are not seen in an epoch.
    """

    name = "with_replacement"
    description = "As many draws as samples, each from all of them: some come twice, some never."

    def _draw(self, batch_size: int) -> Index:
        return self._stream.integers(self.n_samples, self.n_samples)


@SAMPLERS.add
class OneBatch(Sampler):
    """One random mini-batch of different samples; an epoch is one step."""

    name = "one_batch"
    description = "One random mini-batch: an epoch is one step."

    def epoch_size(self, batch_size: int) -> int:
        return self.step_size(batch_size)

    def _draw(self, batch_size: int) -> Index:
        return self._stream.sample(self.n_samples, min(batch_size, self.n_samples))


@SAMPLERS.add
class PerSampleInBatch(OneBatch):
    """One random mini-batch, each of its samples a step of its own."""

    name = "per_sample_in_batch"
    description = "One random mini-batch an epoch; every sample of it is a step of its own."

    def step_size(self, batch_size: int) -> int:
        return 1

    def epoch_size(self, batch_size: int) -> int:
        return min(batch_size, self.n_samples)


@SAMPLERS.add
class LastOfBatch(OneBatch):
    """One random mini-batch, of which only the last sample is used.

    What a course program does whose per-sample results are references to one list: each sample
    overwrites the one before. For comparison only; the other samples are drawn in vain.
    """

    name = "last_of_batch"
    description = "One random mini-batch an epoch, of which only the last sample is used."

    def step_size(self, batch_size: int) -> int:
        return 1

    def _draw(self, batch_size: int) -> Index:
        return super()._draw(batch_size)[-1:]
