"""Some samples of a part as they are stored, with their targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from visualmlp.analysis.data_columns import columns_of
from visualmlp.data import Column, PreparedData
from visualmlp.data.columns import MISSING_CATEGORY
from visualmlp.engine import Array
from visualmlp.gui.widgets.labels import number_text
from visualmlp.training.probe import PartName, Probe

MOST_COLUMNS = 30
"""Of the data, in a table."""

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
    columns = [] if data.dataset.image_shape else columns_of(data.dataset)
    names = [column.name for column in columns[:MOST_COLUMNS]]
    if len(columns) > MOST_COLUMNS:
        names.append("…")
    return [sample, *names, *([label] if data.class_names else []), *target_names(data, number)]


def target_names(data: PreparedData, number: str) -> list[str]:
    """What each output stands for: a class, or the number 0 or 1 of one, or a number."""
    names = data.class_names if data.task == "classification" else data.dataset.target_names
    if names:
        return list(names)
    return ["t"] if data.n_outputs == 1 else [f"{number} {i}" for i in range(data.n_outputs)]


def cells(data: PreparedData, samples: Samples) -> Cells:
    """A row a sample: number, cells of a table, class, one-hot vector or targets."""
    features: Cells = [[] for _ in samples.rows]
    if data.dataset.image_shape is None:
        columns = columns_of(data.dataset)
        features = column_cells(columns[:MOST_COLUMNS], samples.raw)
        if len(columns) > MOST_COLUMNS:
            features = [[*row, "…"] for row in features]
    targets = samples.targets.tolist()
    if samples.labels is None:
        words: Cells = [[] for _ in samples.rows]
    else:
        words = [[data.class_names[label]] for label in samples.labels.tolist()]
        targets = samples.targets.astype(np.int64).tolist()
    parts = zip(samples.rows, features, words, targets, strict=True)
    return [[row, *numbers, *word, *target] for row, numbers, word, target in parts]


def column_cells(columns: Sequence[Column], raw: Array) -> Cells:
    """Cells as the table had them: numbers, names of categories, and what is missing."""
    shown = [_cells_of(column, raw) for column in columns]
    return [list(row) for row in zip(*shown, strict=True)]


def _cells_of(column: Column, raw: Array) -> list[object]:
    values = raw[:, column.features]
    if column.kind != "number":
        return [column.decode(row) for row in values]
    numbers = values[:, 0]
    pairs = zip(numbers.tolist(), np.isfinite(numbers).tolist(), strict=True)
    return [number if is_there else MISSING_CATEGORY for number, is_there in pairs]


def cell_text(value: object) -> str:
    """A cell as it is written."""
    if isinstance(value, float):
        return number_text(value)
    return f"{value:,}" if isinstance(value, int) else str(value)
