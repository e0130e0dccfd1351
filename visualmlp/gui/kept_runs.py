"""Curves of earlier runs, kept to be drawn beside those of the present one."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from visualmlp.experiment import Experiment
from visualmlp.runs import SavedRun
from visualmlp.training.history import History, StepLog
from visualmlp.training.timeline import Edit

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
        What was learnt; see ``fits``.
    n_batches
        Batches in an epoch.
    experiment, edits
        What it began with, if that is known, and what was changed in it.
    """

    name: str
    history: History
    task: str
    n_batches: int
    experiment: Experiment | None = None
    edits: tuple[Edit, ...] = ()

    def fits(self, task: str) -> bool:
        """Whether its curves fit over those of a task: both have accuracies, or neither."""
        return (self.task == "regression") == (task == "regression")


def snapshot(
    name: str,
    history: History,
    task: str,
    n_batches: int,
    experiment: Experiment | None = None,
    edits: Sequence[Edit] = (),
) -> KeptRun:
    """A copy of what a run has recorded so far."""
    steps = StepLog.from_table(history.steps.table())
    copy = History(steps, list(history.epochs))
    return KeptRun(name, copy, task, n_batches, experiment, tuple(edits))


def saved_curves(saved: SavedRun) -> KeptRun:
    """What a file tells of its current run."""
    history, timeline = saved.timeline.history, saved.timeline
    is_regression = not math.isnan(history.epochs[0].train.rmse)
    return KeptRun(
        saved.path.stem,
        history,
        "regression" if is_regression else "classification",
        _n_batches(history),
        saved.experiment,
        tuple(timeline.edits),
    )


def _n_batches(history: History) -> int:
    """Batches in the newest recorded epochs."""
    *_, before, last = (history.epochs[0], *history.epochs)
    if last.epoch > before.epoch:
        return max(round((last.step - before.step) / (last.epoch - before.epoch)), 1)
    return max(len(history.steps), 1)


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
