"""What was found at states spread over a run, looked for a little at a time."""

from __future__ import annotations

import time
from abc import abstractmethod
from typing import Generic, TypeVar

from visualmlp.analysis.forgetting import spread_steps
from visualmlp.training.branches import Branch
from visualmlp.training.comparison import first_edit_apart
from visualmlp.training.setup import Setup
from visualmlp.training.timeline import Edit
from visualmlp.training.visit import Visitor

Found = TypeVar("Found")
"""What there is to find at a state."""
Past = TypeVar("Past")
"""How all of it is told."""

MOST_RUNS = 4
"""Runs of a tree of which it is remembered: those that were looked into last."""


class PastLooks(Generic[Found, Past]):
    """Looks into each state once, for one thread; a subclass says for what.

    Parameters
    ----------
    setup
        The runs' set-up.
    """

    def __init__(self, setup: Setup) -> None:
        self._visitor = Visitor(setup)
        self._known: dict[int, dict[int, Found]] = {}
        self._edits: dict[int, list[Edit]] = {}
        self._pasts: dict[int, Past] = {}

    @property
    @abstractmethod
    def most(self) -> int:
        """States looked into, evenly spread over the run."""

    @abstractmethod
    def _find(self, branch: Branch, step: int) -> Found:
        """Look into a state."""

    @abstractmethod
    def _tell(self, known: dict[int, Found], spacing: int, n_missing: int) -> Past:
        """What was found, by steps in ascending order.

        Parameters
        ----------
        spacing
            Steps from one state of the choice to the next.
        n_missing
            States of the choice that were not looked into yet.
        """

    def look(self, branch: Branch, seconds: float) -> Past:
        """Look into states that were not looked into yet, for about so long, one at least.

        As long as there is nothing new the same object comes back.
        """
        known = self._known_of(branch)
        chosen = spread_steps(branch.timeline.head, self.most)
        missing = [step for step in chosen if step not in known]
        gone = known.keys() - set(chosen)
        last = self._pasts.get(branch.number)
        if last is not None and not missing and not gone:
            return last
        for step in gone:
            del known[step]
        until = time.perf_counter() + seconds
        while missing:
            step = missing.pop(0)
            known[step] = self._find(branch, step)
            if time.perf_counter() > until:
                break
        ascending = {step: known[step] for step in sorted(known)}
        past = self._pasts[branch.number] = self._tell(ascending, chosen.step, len(missing))
        return past

    def _known_of(self, branch: Branch) -> dict[int, Found]:
        """What still holds of a run; a fork begins with what it has in common with its parent."""
        number, parent, edits = branch.number, branch.parent, list(branch.timeline.edits)
        if number not in self._known:
            known = {} if parent is None else self._known.get(parent, {})
            self._known[number] = {k: v for k, v in known.items() if k < branch.fork_step}
            self._edits[number] = edits if parent is None else self._edits.get(parent, edits)
        apart = first_edit_apart(self._edits[number], edits)
        self._edits[number] = edits
        known = self._known[number] = self._known.pop(number)  # the last of them by now
        if apart is not None:
            known = self._known[number] = {k: v for k, v in known.items() if k < apart}
            self._pasts.pop(number, None)
        self._forget_runs()
        return known

    def _forget_runs(self) -> None:
        while len(self._known) > MOST_RUNS:
            oldest = next(iter(self._known))
            del self._known[oldest], self._edits[oldest]
            self._pasts.pop(oldest, None)
