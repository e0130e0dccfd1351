"""What the checks of data look at: a bounded part of the training rows, and hashes of all rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.activity import evenly_spaced
from visualmlp.analysis.data_checks.row_hash import row_hashes
from visualmlp.analysis.data_columns import Numbers, column_numbers, columns_of
from visualmlp.data import Part, PreparedData

MOST_ROWS = 5_000
"""Training rows that stand for all where a check must sort: a column of so many takes 0.3 ms."""
MOST_VALUES = 2**23
"""Of those rows at most so many values: 64 MiB as float64."""
LEAST_ROWS = 50
MOST_COLUMNS = 1_000
"""Columns that are sorted, evenly spaced: with ten classes they take a second."""
MOST_COMPARED = 2**28
"""Values of all parts that are compared row by row: all of MNIST five times over."""
CHUNK = 2**18
"""Values that are looked at at once: 2 MiB as float64."""

Rows = npt.NDArray[np.intp]
Report = Callable[[int, int], None]
"""Takes what is done and what there is to do."""


def no_report(done: int, total: int) -> None:
    """Nobody waits."""


class Extent(NamedTuple):
    """Least and greatest value of each feature, NaN if all are missing, and how many are."""

    low: Numbers
    high: Numbers
    missing: npt.NDArray[np.int64]


class DataLook:
    """Prepared data as the checks see them.

    Attributes
    ----------
    data
        The data.
    columns
        Of the table, or a column a feature.
    chosen
        Numbers of the columns that are looked at one by one.
    rows
        Rows of the training part that stand for all, ascending.
    """

    def __init__(self, data: PreparedData, report: Report = no_report) -> None:
        self.data = data
        self.columns = columns_of(data.dataset)
        self.chosen = evenly_spaced(len(self.columns), MOST_COLUMNS)
        fitting = max(LEAST_ROWS, MOST_VALUES // data.n_inputs)
        self.rows = evenly_spaced(len(data.train), min(MOST_ROWS, fitting))
        self.report = report

    @property
    def is_picture(self) -> bool:
        """Whether samples are pictures."""
        return self.data.dataset.image_shape is not None

    @cached_property
    def raw(self) -> npt.NDArray[Any]:
        """The rows that stand for all, as stored, (n_rows, n_features)."""
        return self.data.raw(self.data.train.rows(self.rows))

    @cached_property
    def labels(self) -> npt.NDArray[np.int64] | None:
        """Their classes, (n_rows,); None for regression."""
        labels = self.data.train.labels
        return None if labels is None else labels[self.rows]

    @cached_property
    def values(self) -> Numbers | None:
        """Their targets, (n_rows, n_outputs); None for classes."""
        values = self.data.train.values
        return None if values is None else values[self.rows]

    def numbers(self, column: int) -> Numbers:
        """The cells of a column in these rows, see :func:`.data_columns.column_numbers`."""
        self.report(int(column), len(self.columns))
        return column_numbers(self.columns[column], self.raw)

    def training_chunks(self) -> Iterator[tuple[Rows, npt.NDArray[Any]]]:
        """The compared training rows, some after the other: their numbers, inputs as stored."""
        rows = self.compared["train"]
        for start, raw in self._chunks(self.data.train.rows(rows)):
            yield rows[start : start + len(raw)], raw

    @property
    def n_train(self) -> int:
        """How many training rows these are."""
        return len(self.compared["train"])

    @cached_property
    def extent(self) -> Extent:
        """Of every feature in the training part."""
        low = np.full(self.data.n_inputs, np.nan)
        high, missing = low.copy(), np.zeros(self.data.n_inputs, np.int64)
        for _, raw in self.training_chunks():
            low = np.fmin(low, np.fmin.reduce(raw, axis=0))
            high = np.fmax(high, np.fmax.reduce(raw, axis=0))
            if raw.dtype.kind == "f":
                missing += np.isnan(raw).sum(axis=0)
        return Extent(low, high, missing)

    @cached_property
    def compared(self) -> dict[str, Rows]:
        """Rows of each part that are compared with each other: all, or evenly spaced ones."""
        n_rows = sum(map(len, self.data.parts))
        share = min(1.0, MOST_COMPARED / (n_rows * self.data.n_inputs))
        return {p.name: evenly_spaced(len(p), int(share * len(p))) for p in self.data.parts}

    @cached_property
    def hashes(self) -> dict[str, npt.NDArray[np.uint64]]:
        """A hash of the inputs of each of these rows, by part."""
        found = {}
        for part in self.data.parts:
            some = part.rows(self.compared[part.name])
            hashes = [row_hashes(raw) for _, raw in self._chunks(some)]
            found[part.name] = np.concatenate([np.empty(0, np.uint64), *hashes])
        return found

    def inputs_of(self, part: Part, rows: Rows) -> npt.NDArray[Any]:
        """Inputs as stored of some compared rows, (n, n_features)."""
        return self.data.raw(part.rows(self.compared[part.name][rows]))

    def _chunks(self, part: Part) -> Iterator[tuple[int, npt.NDArray[Any]]]:
        step = max(1, CHUNK // self.data.n_inputs)
        for start in range(0, len(part), step):
            self.report(start, len(part))
            yield start, self.data.raw(part.rows(np.arange(start, min(start + step, len(part)))))
