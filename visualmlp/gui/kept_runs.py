"""Curves of earlier runs, kept to be drawn beside those of the present one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from visualmlp.training.history import History, StepLog

MOST = 6
"""More curves over each other could not be told apart; the oldest goes."""


@dataclass(frozen=True, slots=True, eq=False)
class KeptRun:
    """What was recorded of a run until it was kept.

    Attributes
    ----------
    name
        What its curves are called.
    history
        The records, which grow no more.
    task
        "classification" or "regression": only curves of the same kind are comparable.
    n_batches
        Batches in an epoch.
    """

    name: str
    history: History
    task: str
    n_batches: int


def snapshot(name: str, history: History, task: str, n_batches: int) -> KeptRun:
    """A copy of what a run has recorded so far."""
    steps = StepLog.from_table(history.steps.table())
    return KeptRun(name, History(steps, list(history.epochs)), task, n_batches)


def with_run(runs: Collection[KeptRun], new: KeptRun) -> tuple[KeptRun, ...]:
    """The runs and a new one, which replaces those that it continues and has a name of its own."""
    others = [run for run in runs if not _continues(new, run)]
    names = {run.name for run in others}
    numbered = (new.name if n == 1 else f"{new.name} {n}" for n in count(1))
    name = next(name for name in numbered if name not in names)
    return (*others, replace(new, name=name))[-MOST:]


def _continues(new: KeptRun, old: KeptRun) -> bool:
    """Whether the new run made the same steps as the old one, and perhaps more."""
    steps, beginning = (run.history.steps.table() for run in (new, old))
    return np.array_equal(steps[: len(beginning)], beginning, equal_nan=True)
