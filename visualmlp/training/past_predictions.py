"""What a run predicted in the past: classes of a part's samples at states spread over it."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.forgetting import spread_steps
from visualmlp.analysis.mistakes import predictions
from visualmlp.training.branches import Branch
from visualmlp.training.comparison import first_edit_apart
from visualmlp.training.probe import PartName
from visualmlp.training.setup import Setup
from visualmlp.training.timeline import Edit
from visualmlp.training.visit import Visitor

MOST_STATES = 200
"""States looked into, evenly spread over the run."""

MOST_SAMPLES = 10_000
"""Samples looked at, the first of the part."""

Classes = npt.NDArray[np.int16]


class Past(NamedTuple):
    """Predictions so far.

    Attributes
    ----------
    steps
        Of the states, ascending.
    predicted
        Classes (n_states, n_samples); ``NO_CLASS`` where an output is NaN.
    spacing
        Steps from one state of the choice to the next.
    n_missing
        States of the choice that were not looked into yet.
    """

    steps: tuple[int, ...]
    predicted: npt.NDArray[np.integer[Any]]
    spacing: int
    n_missing: int


class PastPredictions:
    """Looks into each state once, for one thread.

    Parameters
    ----------
    setup
        The runs' set-up.
    part
        The part of the data.

    Attributes
    ----------
    labels
        Of the samples looked at.
    """

    def __init__(self, setup: Setup, part: PartName) -> None:
        arrays: tuple[npt.NDArray[Any], npt.NDArray[Any]] = getattr(setup, part)
        labels = next(p for p in setup.data.parts if p.name == part).labels
        assert labels is not None
        self.part = part
        self.labels = labels[:MOST_SAMPLES]
        self._x = arrays[0][:MOST_SAMPLES]
        self._network = setup.new_network()
        self._visitor = Visitor(setup)
        self._known: dict[int | None, dict[int, Classes]] = {}
        self._edits: dict[int | None, list[Edit]] = {}
        self._pasts: dict[int, Past] = {}

    def look(self, branch: Branch, seconds: float) -> Past:
        """Look into states that were not looked into yet, for about so long, one at least.

        As long as there is nothing new the same object comes back.
        """
        known = self._known_of(branch)
        chosen = spread_steps(branch.timeline.head, MOST_STATES)
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
            known[step] = self._predict(branch, step)
            if time.perf_counter() > until:
                break
        steps = tuple(sorted(known))
        rows = np.stack([known[step] for step in steps])
        past = self._pasts[branch.number] = Past(steps, rows, chosen.step, len(missing))
        return past

    def _known_of(self, branch: Branch) -> dict[int, Classes]:
        """What still holds of a run; a fork begins with what it has in common with its parent."""
        number, parent, edits = branch.number, branch.parent, list(branch.timeline.edits)
        if number not in self._known:
            known = self._known.get(parent, {})
            self._known[number] = {k: v for k, v in known.items() if k < branch.fork_step}
            self._edits[number] = self._edits.get(parent, edits)
        apart = first_edit_apart(self._edits[number], edits)
        self._edits[number] = edits
        known = self._known[number]
        if apart is not None:
            known = self._known[number] = {k: v for k, v in known.items() if k < apart}
            self._pasts.pop(number, None)
        return known

    def _predict(self, branch: Branch, step: int) -> Classes:
        state = self._visitor.state_at(branch.timeline, step)
        self._network.parameters.flat[...] = state.parameters
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            y = self._network.predict(self._x)
        return predictions(y)[0].astype(np.int16)
