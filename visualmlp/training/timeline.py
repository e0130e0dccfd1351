"""What happened in a run: records, edits, and checkpoints to go back to."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, inf
from typing import TYPE_CHECKING, Protocol

import numpy as np

from visualmlp.engine import STREAMS
from visualmlp.experiment import Experiment
from visualmlp.training.history import EpochRecord, History
from visualmlp.training.state import TrainState

if TYPE_CHECKING:
    from visualmlp.data import Dataset
    from visualmlp.training.branches import Branches

MEMORY_BUDGET = 256 * 2**20
"""Bytes of checkpoints kept in memory, unless the user says otherwise."""

COST_SHARE = 0.01
"""Copying checkpoints takes this share of the training's time at most; that other things leave the
processor's cache for it costs about as much again (``benchmarks/timeline.py``)."""

TEST_OPENED = "test part opened"
"""How the text of an event begins that records a look at the test part."""

WATCHED = "the experiment watches it"
"""Why it is open from the start, where it is."""

SLACK = 1 / 8
"""This part of the budget is made free at once."""


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
        state = self.state
        generators = 2**15 if STREAMS[state.experiment.random.sampling].is_global else 2**12
        return state.parameters.nbytes + state.slots.nbytes + generators


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

    @property
    def only_settings(self) -> bool:
        """Whether it changed hyper-parameters and nothing else."""
        return self.experiment is not None and not self.indices and self.frozen is None


@dataclass(frozen=True, slots=True)
class Event:
    """Something worth a mark on the timeline: why a run stopped, a look at the test part."""

    step: int
    text: str

    @property
    def opens_test(self) -> bool:
        """Whether the test part was opened here."""
        return self.text.startswith(TEST_OPENED)


class Archive(Protocol):
    """Checkpoints that are not in memory; any thread may ask for them."""

    def steps(self) -> Sequence[int]:
        """Their steps, ascending."""

    def load(self, step: int) -> Checkpoint:
        """One of them."""


@dataclass(frozen=True, slots=True)
class ArchivePart:
    """What of an archive is true of a run that has left the archived one.

    Attributes
    ----------
    archive
        The whole.
    last
        The last step that both runs have.
    stale
        Steps of states that the run does not have any more.
    """

    archive: Archive
    last: float = inf
    stale: frozenset[int] = frozenset()

    def steps(self) -> Sequence[int]:
        """Their steps, ascending."""
        return [k for k in self.archive.steps() if k <= self.last and k not in self.stale]

    def load(self, step: int) -> Checkpoint:
        """One of them."""
        return self.archive.load(step)


class Checkpoints:
    """States along a run within a budget; the older a stretch, the fewer.

    When the budget is full, those states go whose absence leaves the smallest gaps in relation to
    the root of their age: near the head every state is close to one, and even the oldest gap stays
    short enough to be replayed at once. One thread records; any may read.

    Parameters
    ----------
    budget
        Bytes.

    Attributes
    ----------
    archive
        More of them elsewhere, if there are any.
    """

    def __init__(self, budget: int = MEMORY_BUDGET) -> None:
        self.archive: Archive | None = None
        self._budget = budget
        self._kept: dict[int, Checkpoint] = {}
        self._steps: list[int] = []
        self._n_bytes = 0
        self._cost = 0.0
        self._last = 0.0
        self._n_steps = self._due = 0
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def budget(self) -> int:
        """Bytes that they may take."""
        return self._budget

    @budget.setter
    def budget(self, n_bytes: int) -> None:
        with self._lock:
            self._budget = n_bytes
            self._thin()

    @property
    def n_bytes(self) -> int:
        """Memory in use."""
        return self._n_bytes

    @property
    def steps(self) -> list[int]:
        """Steps of the states in memory, ascending."""
        with self._lock:
            return self._steps.copy()

    @property
    def in_memory(self) -> list[Checkpoint]:
        """The states in memory, in the order of their steps."""
        with self._lock:
            return [self._kept[step] for step in self._steps]

    def is_due(self) -> bool:
        """Asked once a step: whether another one keeps the cost within its share of the time."""
        self._n_steps += 1
        return self._n_steps >= self._due

    def record(self, make: Callable[[], Checkpoint]) -> None:
        """Keep a state, and let others go where the budget asks for it."""
        begun = time.thread_time()  # what other threads and programs take is no cost of ours
        self.add(make())
        now = time.thread_time()
        cost = now - begun
        self._cost += (cost - self._cost) / 8 if self._cost else cost
        a_step = max(begun - self._last, 0.0) / max(1, self._n_steps)
        self._due = ceil(self._cost / COST_SHARE / a_step) if a_step else 1
        self._last, self._n_steps = now, 0

    def add(self, checkpoint: Checkpoint) -> None:
        """Keep a state."""
        step = checkpoint.state.step
        with self._lock:
            self._drop(step)
            insort(self._steps, step)
            self._kept[step] = checkpoint
            self._n_bytes += checkpoint.n_bytes
            self._thin()

    def nearest(self, step: int) -> Checkpoint:
        """The latest state at or before a step.

        Raises
        ------
        KeyError
            If there is none.
        """
        with self._lock:
            place = bisect_right(self._steps, step)
            known = self._kept[self._steps[place - 1]] if place else None
        if self.archive is not None:
            archived = self.archive.steps()
            place = bisect_right(archived, step)
            if place and (known is None or archived[place - 1] > known.state.step):
                return self.archive.load(archived[place - 1])
        if known is None:
            raise KeyError(f"no state at or before step {step}")
        return known

    def at(self, step: int) -> Checkpoint | None:
        """The state of this very step, if it is in memory."""
        return self._kept.get(step)

    def nearest_epoch(self, epoch: int) -> Checkpoint | None:
        """The latest state in memory at or before the end of an epoch, if there is one."""
        with self._lock:
            place = bisect_right(self._steps, (epoch, 0), key=self._place_in_epochs)
            return self._kept[self._steps[place - 1]] if place else None

    def _place_in_epochs(self, step: int) -> tuple[int, int]:
        state = self._kept[step].state
        return state.epoch, state.batch

    def until(self, step: int, n_edits: int) -> Checkpoints:
        """Those at or before a step and an edit; the states are shared, not copied."""
        copy = Checkpoints(self.budget)
        copy.archive = self.archive and ArchivePart(self.archive, step)
        for checkpoint in self.in_memory:
            if checkpoint.state.step <= step and checkpoint.n_edits <= n_edits:
                copy.add(checkpoint)
        return copy

    def forget_edits(self, step: int, n_edits: int) -> None:
        """Let go what has later edits in it, made to the state of a step; the start never has."""
        with self._lock:
            for checkpoint in self.in_memory:
                if checkpoint.n_edits > n_edits:
                    self._drop(checkpoint.state.step)
            if step and self.archive is not None and step in self.archive.steps():
                self.archive = ArchivePart(self.archive, stale=frozenset([step]))

    def _drop(self, step: int) -> None:
        if step in self._kept:
            self._n_bytes -= self._kept.pop(step).n_bytes
            del self._steps[bisect_left(self._steps, step)]

    def _thin(self) -> None:
        """Make room for some more than the one that was too many: choosing takes its time."""
        if self._n_bytes <= self.budget:
            return
        while self._n_bytes > self.budget * (1 - SLACK) and len(self._steps) > 2:
            for step in least_missed(self._steps, max(1, len(self._steps) // 16)):
                self._drop(step)


def least_missed(steps: Sequence[int], count: int) -> list[int]:
    """Of ascending steps so many whose absence leaves the smallest gaps for their age.

    No two next to each other; never the first, nor the last.
    """
    numbers = np.array(steps, np.float64)
    gaps, ages = numbers[2:] - numbers[:-2], numbers[-1] - numbers[1:-1]
    chosen: set[int] = set()
    for place in (1 + np.argsort(gaps / np.sqrt(ages))).tolist():
        if place - 1 not in chosen and place + 1 not in chosen:
            chosen.add(place)
        if len(chosen) == count:
            break
    return [steps[place] for place in chosen]


@dataclass(slots=True)
class Timeline:
    """Everything that happened in one run up to its head."""

    history: History = field(default_factory=History)
    checkpoints: Checkpoints = field(default_factory=Checkpoints)
    edits: list[Edit] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def contents(self) -> tuple[object, ...]:
        """How much there is of everything that was recorded, and the edits themselves."""
        records = len(self.history.steps), len(self.history.epochs), len(self.events)
        return *records, tuple(self.edits)

    @property
    def head(self) -> int:
        """The newest state's step."""
        return len(self.history.steps)

    def evaluation_at(self, step: int) -> EpochRecord:
        """The newest record at or before a step."""
        records = self.history.epochs
        place = bisect_right(records, step, key=lambda record: record.step)
        return records[max(0, place - 1)]

    def mark(self, event: Event) -> None:
        """Keep an event, unless it is known: a replay meets it again."""
        if event not in self.events:
            self.events.append(event)

    @property
    def test_opening(self) -> Event | None:
        """Since when the test part may be looked at; None: it is closed."""
        openings = (event for event in tuple(self.events) if event.opens_test)
        return min(openings, key=lambda event: event.step, default=None)

    def open_test(self, step: int, why: str = "") -> None:
        """Record that the test part is looked at from a step on; the first time is for good."""
        if self.test_opening is None:
            self.mark(Event(step, f"{TEST_OPENED}: {why}" if why else TEST_OPENED))

    def until(self, step: int, n_edits: int) -> Timeline:
        """What happened up to a step and an edit, for a fork; this one goes on undisturbed.

        A test part that was looked at stays open: going back makes nobody forget it.
        """
        return Timeline(
            history=self.history.until(step),
            checkpoints=self.checkpoints.until(step, n_edits),
            edits=self.edits[:n_edits],
            events=[
                replace(event, step=min(event.step, step))
                for event in self.events
                if event.step <= step or event.opens_test
            ],
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
    branches
        The tree that it is the current run of; None: it is the only one.
    step
        Where the cursor shall be; None: at the head.
    dataset
        The data, where they came with the run.
    """

    timeline: Timeline
    fingerprint: str
    branches: Branches | None = None
    step: int | None = None
    dataset: Dataset | None = None
