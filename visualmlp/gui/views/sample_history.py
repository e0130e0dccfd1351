"""What was predicted of one sample in the course of the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from visualmlp.gui.views.inspection import Inspection
from visualmlp.gui.views.sample_strips import make_strips
from visualmlp.gui.widgets.strips import SampleStrips
from visualmlp.training.branches import Branch
from visualmlp.training.past_predictions import MOST_SAMPLES
from visualmlp.training.probe import OWN_PARTS, Probe

SHARE = 0.05
"""Seconds for which past states are looked into before what is known is shown."""

Lack = Literal["classes", "data", "first"]
"""Why there is none: no classes; no sample of the data; not among the first of its part."""


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """The predictions of a sample, or why there are none.

    Attributes
    ----------
    strip
        Of the one sample; None if there is none.
    lack
        Why there is none; None if there is one.
    n_missing
        Past states still to be looked into.
    """

    strip: SampleStrips | None
    lack: Lack | None = None
    n_missing: int = 0


def history_of(probe: Probe, branch: Branch, sample: Inspection) -> History:
    """Look into some more states; what other views have found of this part is shared."""
    if sample.predicted is None:
        return History(None, "classes")
    if sample.part in OWN_PARTS:
        return History(None, "data")
    if sample.row >= MOST_SAMPLES:
        return History(None, "first")
    past = probe.past_predictions(sample.part).look(branch, SHARE)
    rows, head = np.array([sample.row]), branch.timeline.head
    strip = make_strips(probe, sample.part, past, rows, head)
    return History(strip, n_missing=past.n_missing)
