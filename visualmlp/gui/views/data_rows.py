"""Some samples of a part as they are stored, with their targets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualmlp.data import PreparedData
from visualmlp.engine import Array
from visualmlp.gui.widgets.labels import number_text
from visualmlp.training.probe import PartName, Probe

MOST_FEATURES = 30
"""Columns of features in a table."""

Cells = list[list[object]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The samples to show: ``count`` from row ``start`` of a part on."""

    part: PartName
    start: int
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Samples of a part.

    Attributes
    ----------
    wanted
        What was asked for.
    rows
        Of the samples in the part, (n,).
    raw
        As stored, (n, n_features).
    labels
        (n,); None for regression.
    targets
        What the network is to give, (n, n_outputs).
    """

    wanted: Wanted
    rows: list[int]
    raw: Array
    labels: Array | None
    targets: Array


def take_samples(probe: Probe, *, wanted: Wanted) -> Samples:
    """Take the samples out of the data."""
    data, part = probe.setup.data, probe.part(wanted.part)
    start = min(wanted.start, len(part) - 1)
    rows = np.arange(start, min(start + wanted.count, len(part)))
    chosen = part.rows(rows)
    return Samples(
        wanted=wanted,
        rows=rows.tolist(),
        raw=data.raw(chosen),
        labels=chosen.labels,
        targets=data.targets(chosen, np.float64),
    )


def titles(data: PreparedData, sample: str, label: str, number: str) -> list[str]:
    """Of the columns of :func:`cells`, given those of the first and of the class."""
    names = [] if data.dataset.image_shape else list(data.dataset.feature_names[:MOST_FEATURES])
    if data.dataset.n_features > MOST_FEATURES and names:
        names.append("…")
    return [sample, *names, *([label] if data.class_names else []), *target_names(data, number)]


def target_names(data: PreparedData, number: str) -> list[str]:
    """What each output stands for: a class, or the number 0 or 1 of one, or a number."""
    if data.task == "classification":
        return list(data.class_names)
    return ["t"] if data.n_outputs == 1 else [f"{number} {i}" for i in range(data.n_outputs)]


def cells(data: PreparedData, samples: Samples) -> Cells:
    """A row a sample: number, features of a table, class, one-hot vector or targets."""
    features: Cells = [[] for _ in samples.rows]
    if data.dataset.image_shape is None:
        features = samples.raw[:, :MOST_FEATURES].tolist()
        if samples.raw.shape[1] > MOST_FEATURES:
            features = [[*row, "…"] for row in features]
    targets = samples.targets.tolist()
    if samples.labels is None:
        words: Cells = [[] for _ in samples.rows]
    else:
        words = [[data.class_names[label]] for label in samples.labels.tolist()]
        targets = samples.targets.astype(np.int64).tolist()
    parts = zip(samples.rows, features, words, targets, strict=True)
    return [[row, *numbers, *word, *target] for row, numbers, word, target in parts]


def cell_text(value: object) -> str:
    """A cell as it is written."""
    if isinstance(value, float):
        return number_text(value)
    return f"{value:,}" if isinstance(value, int) else str(value)
