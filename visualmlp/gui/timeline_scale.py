"""Where steps and epochs lie on the timeline bar."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from visualmlp.gui.widgets.axes import nice_step
from visualmlp.training.history import EpochRecord

LEAST, ENOUGH = 10, 500
"""Steps that the bar has room for when a run has just begun: those of an epoch, within these."""

TICK_DISTANCE = 56.0
"""Pixels from one numbered tick to the next, at least."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Steps 0 to ``end`` between two places on the screen."""

    left: float
    right: float
    end: int

    @overload
    def x_of(self, step: float) -> float: ...
    @overload
    def x_of(self, step: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]: ...
    def x_of(self, step: Any) -> Any:
        """The place of a step, or of each of several."""
        return self.left + (self.right - self.left) * step / self.end

    def step_at(self, x: float) -> int:
        """The step nearest to a place, within the bar."""
        share = (x - self.left) / max(self.right - self.left, 1.0)
        return round(min(max(share, 0.0), 1.0) * self.end)


@dataclass(frozen=True, slots=True)
class Epochs:
    """Which steps the epochs end at: as recorded, and beyond that as planned.

    Attributes
    ----------
    records
        The run's records, which may be some epochs apart.
    n_batches
        Steps in an epoch to come.
    """

    records: Sequence[EpochRecord]
    n_batches: int

    def step_of(self, epoch: float) -> float:
        """The step at which an epoch ends."""
        place = bisect_right(self.records, epoch, key=lambda record: record.epoch)
        before = self.records[max(place - 1, 0)]
        if place >= len(self.records):
            return before.step + (epoch - before.epoch) * self.n_batches
        after = self.records[place]
        share = (epoch - before.epoch) / (after.epoch - before.epoch)
        return before.step + share * (after.step - before.step)

    def epoch_at(self, step: float) -> float:
        """The epochs done at a step, with the fraction of the present one."""
        place = bisect_right(self.records, step, key=lambda record: record.step)
        before = self.records[max(place - 1, 0)]
        if place >= len(self.records):
            return before.epoch + (step - before.step) / self.n_batches
        after = self.records[place]
        share = (step - before.step) / (after.step - before.step)
        return before.epoch + share * (after.epoch - before.epoch)


def end_of(head: int, planned: int, n_batches: int = 1) -> int:
    """The last step that the bar shows.

    That is what is planned where nothing is past yet, and where it leaves the past enough room;
    otherwise the present epoch at the beginning, and a nice number beyond the past later.
    """
    if head == 0 and planned:
        return planned
    epoch = min(max(n_batches, LEAST), ENOUGH)
    nice = math.ceil(nice_step(max(head, epoch)))
    return planned if max(head, 1) <= planned <= nice else nice


def ticks(scale: Scale, epochs: Epochs) -> tuple[bool, list[tuple[float, str]]]:
    """Whether the numbers count epochs (otherwise steps), and their places and texts."""
    most = max((scale.right - scale.left) / TICK_DISTANCE, 1.0)
    total = epochs.epoch_at(scale.end)
    by_epoch = total >= 2 and epochs.n_batches > 1
    stride = max(math.ceil(nice_step((total if by_epoch else scale.end) / most)), 1)
    count = int(total if by_epoch else scale.end) // stride
    numbers = [stride * i for i in range(count + 1)]
    steps = [epochs.step_of(number) if by_epoch else number for number in numbers]
    texts = [f"{number:,}" for number in numbers]
    return by_epoch, [(scale.x_of(step), text) for step, text in zip(steps, texts, strict=True)]
