"""What a run predicted in the past: classes of a part's samples at states spread over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.mistakes import predictions
from visualmlp.training.branches import Branch
from visualmlp.training.past_looks import PastLooks
from visualmlp.training.setup import Setup

if TYPE_CHECKING:
    from visualmlp.training.probe import PartName

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


class PastPredictions(PastLooks[Classes, Past]):
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
        super().__init__(setup)
        arrays: tuple[npt.NDArray[Any], npt.NDArray[Any]] = getattr(setup, part)
        labels = next(p for p in setup.data.parts if p.name == part).labels
        assert labels is not None
        self.part = part
        self.labels = labels[:MOST_SAMPLES]
        self._x = arrays[0][:MOST_SAMPLES]
        self._network = setup.new_network()

    @property
    def most(self) -> int:
        return MOST_STATES

    def _find(self, branch: Branch, step: int) -> Classes:
        state = self._visitor.state_at(branch.timeline, step)
        self._network.parameters.flat[...] = state.parameters
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            y = self._network.predict(self._x)
        return predictions(y)[0].astype(np.int16)

    def _tell(self, known: dict[int, Classes], spacing: int, n_missing: int) -> Past:
        return Past(tuple(known), np.stack(list(known.values())), spacing, n_missing)
