"""What a network predicts for some samples of a part, in numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.mistakes import predictions
from visualmlp.engine import Array
from visualmlp.training.frame import Frame
from visualmlp.training.probe import PartName, Probe

CHUNK = 2_000
"""Samples evaluated at once while wrong ones are looked for."""

MOST_SEARCHED = 20_000
"""Samples among which wrong ones are looked for: a search must not take seconds."""

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The samples to show: ``count`` from row ``start`` on, or as many that are predicted wrong."""

    part: PartName
    start: int
    count: int
    only_wrong: bool


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """Samples and what the network makes of them.

    Attributes
    ----------
    wanted, n_samples, n_searched
        What was asked for, samples of the part, and how many were looked at.
    rows
        Of the samples in the part, (n,).
    outputs
        (n, n_outputs).
    labels, predicted, confidence
        (n,); None for regression.
    targets
        (n, n_outputs) for regression, else None.
    pictures
        (n, height, width) as stored, or None.
    """

    wanted: Wanted
    n_samples: int
    n_searched: int
    rows: Rows
    outputs: Array
    labels: Array | None
    predicted: Rows | None
    confidence: Array | None
    targets: Array | None
    pictures: Array | None


def predict_rows(probe: Probe, *, frame: Frame, wanted: Wanted) -> Predictions:
    """Choose the samples and evaluate them."""
    data, part = probe.setup.data, probe.part(wanted.part)
    start = min(wanted.start, len(part) - 1)
    rows = np.arange(start, min(start + wanted.count, len(part)))
    n_searched = len(rows)
    if wanted.only_wrong and part.labels is not None:
        rows, n_searched = _wrong_rows(probe, frame, wanted, start)
    chosen = part.rows(rows)
    outputs = probe.predict(frame, data.inputs(chosen, np.dtype(probe.setup.dtype)))
    predicted = confidence = None
    if chosen.labels is not None:
        predicted, confidence = predictions(outputs)
    shape = data.dataset.image_shape
    return Predictions(
        wanted=wanted,
        n_samples=len(part),
        n_searched=n_searched,
        rows=rows,
        outputs=outputs,
        labels=chosen.labels,
        predicted=predicted,
        confidence=confidence,
        targets=chosen.values,
        pictures=data.raw(chosen).reshape(-1, *shape) if shape else None,
    )


def _wrong_rows(probe: Probe, frame: Frame, wanted: Wanted, start: int) -> tuple[Rows, int]:
    """The first wrong rows from a row on, and how many rows were looked at for them."""
    data, part = probe.setup.data, probe.part(wanted.part)
    assert part.labels is not None
    found: list[int] = []
    end = min(len(part), start + MOST_SEARCHED)
    place = start
    while place < end and len(found) < wanted.count:
        rows = np.arange(place, min(place + CHUNK, end))
        inputs = data.inputs(part.rows(rows), np.dtype(probe.setup.dtype))
        predicted, _ = predictions(probe.predict(frame, inputs))
        found += rows[predicted != part.labels[rows]].tolist()
        place += len(rows)
    shown = np.array(found[: wanted.count], np.intp)
    return shown, place - start
