"""Strips of what was predicted of samples in the course of a run."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.forgetting import flips, forgetting_events
from visualmlp.gui.widgets.strips import SampleStrips
from visualmlp.training.past_predictions import Past
from visualmlp.training.probe import PartName, Probe


def make_strips(
    probe: Probe, part_name: PartName, past: Past, rows: npt.NDArray[np.integer[Any]], head: int
) -> SampleStrips:
    """The strips of some rows of a part.

    Parameters
    ----------
    past
        What was predicted of the part's samples.
    head
        The run's newest step.
    """
    data, part = probe.setup.data, probe.part(part_name)
    assert part.labels is not None
    predicted, labels = past.predicted[:, rows], part.labels[rows]
    shape = data.dataset.image_shape
    return SampleStrips(
        ids=rows.tolist(),
        labels=labels,
        counts=np.stack([forgetting_events(predicted, labels), flips(predicted)], axis=1),
        predicted=predicted,
        steps=np.array(past.steps),
        head=max(head, past.steps[-1]),
        spacing=past.spacing,
        class_names=data.class_names,
        pictures=data.raw(part.rows(rows)).reshape(-1, *shape) if shape else None,
        value_range=data.dataset.value_range,
    )
