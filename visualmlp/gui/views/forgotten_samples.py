"""Which samples were learnt and forgotten again, and what was predicted of them over the run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualmlp.analysis.forgetting import Order, forgetting_events, never_learnt, ranked
from visualmlp.gui.views.sample_strips import make_strips
from visualmlp.gui.widgets.strips import SampleStrips
from visualmlp.training.branches import Branch
from visualmlp.training.past_predictions import Past
from visualmlp.training.probe import PartName, Probe

MOST_ROWS = 200
"""Samples in the list; nobody scrolls through more."""

SHARE = 0.15
"""Seconds for which past states are looked into before what is known is shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Forgotten:
    """What the view draws.

    Attributes
    ----------
    part, n_samples, n_looked_at
        Samples of which part, how many it has, and those looked at.
    n_forgotten, n_never, n_states, n_missing
        Samples forgotten at least once, and never predicted right; states looked into, and those
        still to be looked into.
    n_ranked
        Samples that the order is about; the first of them are in the list.
    samples
        The list.
    picked
        The picked sample alone, if it is among those looked at.
    """

    part: PartName
    n_samples: int
    n_looked_at: int
    n_forgotten: int
    n_never: int
    n_states: int
    n_missing: int
    n_ranked: int
    samples: SampleStrips
    picked: SampleStrips | None


class Looker:
    """Finds the samples to show, anew only if something changed, for the analysis thread."""

    def __init__(self) -> None:
        self._past: Past | None = None
        self._asked: tuple[object, ...] = ()
        self._found: Forgotten | None = None

    def look(
        self, probe: Probe, *, branch: Branch, part: PartName, order: Order, sample: int | None
    ) -> Forgotten:
        """Look into some more states, and find the samples to show.

        Parameters
        ----------
        sample
            The picked one, if it is of this part.
        """
        predictions = probe.past_predictions(part)
        past = predictions.look(branch, SHARE)
        asked = branch.timeline.head, part, order, sample
        if self._found is None or past is not self._past or asked != self._asked:
            strips = _StripMaker(probe, part, past, predictions.labels, branch.timeline.head)
            self._past, self._asked, self._found = past, asked, _find(strips, order, sample)
        return self._found


def _find(strips: _StripMaker, order: Order, sample: int | None) -> Forgotten:
    past, labels = strips.past, strips.labels
    rows = ranked(past.predicted, labels, order)
    is_known = sample is not None and sample < len(labels)
    return Forgotten(
        part=strips.part,
        n_samples=len(strips.probe.part(strips.part)),
        n_looked_at=len(labels),
        n_forgotten=int(np.count_nonzero(forgetting_events(past.predicted, labels))),
        n_never=int(np.count_nonzero(never_learnt(past.predicted, labels))),
        n_states=len(past.steps),
        n_missing=past.n_missing,
        n_ranked=len(rows),
        samples=strips.make(rows[:MOST_ROWS]),
        picked=strips.make(np.array([sample])) if is_known else None,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _StripMaker:
    probe: Probe
    part: PartName
    past: Past
    labels: np.ndarray
    head: int

    def make(self, rows: np.ndarray) -> SampleStrips:
        return make_strips(self.probe, self.part, self.past, rows, self.head)
