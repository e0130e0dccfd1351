"""What happened in a run: records, edits, and checkpoints to go back to."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from visualmlp.experiment import Experiment
from visualmlp.training.history import EpochRecord, History
from visualmlp.training.state import TrainState

MEMORY_BUDGET = 256 * 2**20
"""Bytes of checkpoints kept in memory, unless the user says otherwise."""

COST_SHARE = 0.02
"""Recording checkpoints takes this share of the training's time at most."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A state to go back to.

    Attributes
    ----------
    state
        The whole state.
    n_edits
        How many of the timeline's edits it has in it.
    """

    state: TrainState
    n_edits: int

    @property
    def n_bytes(self) -> int:
        """Memory of its arrays, and about that of its generators."""
        return self.state.parameters.nbytes + self.state.slots.nbytes + 8192


@dataclass(frozen=True, eq=False)
class Edit:
    """A change made to a run by hand, in force from a step on.

    Attributes
    ----------
    step
        The state that it was made to.
    label
        What was done, in a few words.
    experiment
        The hyper-parameters from then on; None where they stay.
    indices, values
        Parameters of the flat vector that were set, and to what; empty where none were.
    frozen
        All parameters that no update changes from then on; None where that stays as it was.
    """

    step: int
    label: str
    experiment: Experiment | None = None
    indices: tuple[int, ...] = ()
    values: tuple[float, ...] = ()
    frozen: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something worth a mark on the timeline: why a run stopped, a note."""

    step: int
    text: str


class Archive(Protocol):
    """Checkpoints that are not in memory."""

    def steps(self) -> Sequence[int]:
        """Their steps, ascending."""

    def load(self, step: int) -> Checkpoint:
        """One of them."""


class Checkpoints:
    """States along a run within a budget; the older a stretch, the fewer.

    When the budget is full, the state goes whose absence leaves the smallest gap in relation to
    the root of its age: near the head every state is close to one, and even the oldest gap stays
    short enough to be replayed at once.

    Parameters
    ----------
    budget
        Bytes.
    """

    def __init__(self, budget: int = MEMORY_BUDGET) -> None:
        self.budget = budget
        self.archive: Archive | None = None
        self._kept: dict[int, Checkpoint] = {}
        self._n_bytes = 0
        self._due = 0.0

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def n_bytes(self) -> int:
        """Memory in use."""
        return self._n_bytes

    @property
    def steps(self) -> list[int]:
        """Steps of the states in memory, ascending."""
        return sorted(self._kept)

    def is_due(self) -> bool:
        """Whether recording another one keeps the cost within its share of the time."""
        return time.perf_counter() >= self._due

    def record(self, make: Callable[[], Checkpoint]) -> None:
        """Keep a state, and let others go where the budget asks for it."""
        begun = time.perf_counter()
        self.add(make())
        now = time.perf_counter()
        self._due = now + (now - begun) / COST_SHARE

    def add(self, checkpoint: Checkpoint) -> None:
        """Keep a state."""
        self._drop(checkpoint.state.step)
        self._kept[checkpoint.state.step] = checkpoint
        self._n_bytes += checkpoint.n_bytes
        while self._n_bytes > self.budget and len(self._kept) > 2:
            self._drop(self._least_missed())

    def nearest(self, step: int) -> Checkpoint:
        """The latest state at or before a step.

        Raises
        ------
        KeyError
            If there is none.
        """
        kept = self.steps
        found = bisect_right(kept, step)
        known = kept[found - 1] if found else -1
        if self.archive is not None:
            archived = self.archive.steps()
            place = bisect_right(archived, step)
            if place and archived[place - 1] > known:
                return self.archive.load(archived[place - 1])
        return self._kept[known]

    def until(self, step: int, n_edits: int) -> Checkpoints:
        """Those at or before a step and an edit; the states are shared, not copied."""
        copy = Checkpoints(self.budget)
        copy.archive = self.archive
        for checkpoint in self._kept.values():
            copy.add(checkpoint)
        copy.forget_after(step, n_edits)
        return copy

    def forget_after(self, step: int, n_edits: int) -> None:
        """Let go what is later than a step, or has later edits in it."""
        for checkpoint in list(self._kept.values()):
            if checkpoint.state.step > step or checkpoint.n_edits > n_edits:
                self._drop(checkpoint.state.step)

    def _drop(self, step: int) -> None:
        if step in self._kept:
            self._n_bytes -= self._kept.pop(step).n_bytes

    def _least_missed(self) -> int:
        """Never the first, nor the last."""
        steps = np.array(self.steps, np.float64)
        gaps = steps[2:] - steps[:-2]
        ages = steps[-1] - steps[1:-1]
        return int(steps[1 + int(np.argmin(gaps / np.sqrt(ages)))])


@dataclass(slots=True)
class Timeline:
    """Everything that happened in one run up to its head."""

    history: History = field(default_factory=History)
    checkpoints: Checkpoints = field(default_factory=Checkpoints)
    edits: list[Edit] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def head(self) -> int:
        """The newest state's step."""
        return len(self.history.steps)

    def evaluation_at(self, step: int) -> EpochRecord:
        """The newest record at or before a step."""
        records = self.history.epochs
        place = bisect_right(records, step, key=lambda record: record.step)
        return records[max(0, place - 1)]

    def until(self, step: int, n_edits: int) -> Timeline:
        """What happened up to a step and an edit, for a fork; this one goes on undisturbed."""
        return Timeline(
            history=self.history.until(step),
            checkpoints=self.checkpoints.until(step, n_edits),
            edits=self.edits[:n_edits],
            events=[event for event in self.events if event.step <= step],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Resume:
    """A saved run to continue.

    Attributes
    ----------
    timeline
        Everything that happened in it.
    fingerprint
        SHA-256 of the data set that it was trained on.
    """

    timeline: Timeline
    fingerprint: str
