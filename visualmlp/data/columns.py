"""The columns of a table, and the features that each of them becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
Kind = Literal["number", "category"]
Missing = Literal["drop", "mean", "median", "mode", "category"]

MISSING_CATEGORY = "(missing)"
"""The category of empty cells, where they have one of their own."""

EMPTY, UNKNOWN = -2, -1
"""What stands for no category, and for one that is not among those known, while encoding."""
ROWS = 4096
"""Rows encoded at once, so that they stay in the cache."""

Cells = npt.NDArray[np.float64] | npt.NDArray[np.str_] | npt.NDArray[np.object_]
"""A column as it is read: float64 with NaN for empty cells, or texts with "" for them; (n,)."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table and its features: a number, or a 0 or 1 for each category.

    Parameters
    ----------
    name
        As the table's header has it.
    kind
        ``number`` or ``category``.
    first
        Number of its first feature.
    categories
        Their names, for a category column; ``MISSING_CATEGORY`` is the last where empty cells
        are a category of their own.
    missing
        What becomes of empty cells: the row is left out (``drop``), or the cell gets the mean,
        median or most frequent value of the training part, or a category of its own (for a
        number: a second feature that says so, beside the mean).
    n_missing
        Empty cells that were found.
    """

    name: str
    kind: Kind
    first: int
    categories: tuple[str, ...] = ()
    missing: Missing = "drop"
    n_missing: int = 0

    @property
    def n_features(self) -> int:
        """How many features it becomes."""
        if self.kind == "category":
            return len(self.categories)
        return 2 if self.missing == "category" else 1

    @property
    def features(self) -> slice:
        """Where its features are."""
        return slice(self.first, self.first + self.n_features)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """``age``, ``age is missing``, or ``colour = red`` for each category."""
        if self.kind == "category":
            return tuple(f"{self.name} = {category}" for category in self.categories)
        return (self.name, f"{self.name} is missing")[: self.n_features]

    @property
    def is_scaled(self) -> bool:
        """Whether its first feature is a number to be scaled; all others stay 0 and 1."""
        return self.kind == "number"

    def encode(self, cells: Cells, out: Array | None = None) -> Array:
        """The features, float64, shape (n, n_features), in ``out`` if that is given.

        NaN stands where a value of the training part is to be filled in; a category that is not
        among those known becomes zeros.
        """
        x = np.empty((len(cells), self.n_features)) if out is None else out
        if self.kind == "number":
            x[:, 0] = cells
            x[:, 1:] = np.isnan(x[:, :1])
            return x
        place = {category: i for i, category in enumerate(self.categories)}
        place[""] = place.get(MISSING_CATEGORY, EMPTY)
        found = map(place.get, cells.tolist(), repeat(UNKNOWN))
        codes = np.fromiter(found, np.int64, len(cells))
        known = np.flatnonzero(codes >= 0)
        x[:] = 0
        x[known, codes[known]] = 1
        x[codes == EMPTY] = np.nan
        return x

    def decode(self, values: Array) -> str:
        """The cell that its features (n_features,) of one sample stand for, as text."""
        if self.kind == "number":
            return f"{values[0]:.10g}" if np.isfinite(values[0]) else MISSING_CATEGORY
        if np.isnan(values).any():
            return MISSING_CATEGORY
        return self.categories[int(values.argmax())] if values.any() else "(unknown)"


def encode(columns: Sequence[Column], cells: Mapping[str, Cells]) -> Array:
    """The features of all columns, float64, C-contiguous, shape (n, n_features)."""
    n_rows = len(cells[columns[0].name])
    x = np.empty((n_rows, sum(column.n_features for column in columns)))
    for start in range(0, n_rows, ROWS):
        rows = slice(start, start + ROWS)
        for column in columns:
            column.encode(cells[column.name][rows], x[rows, column.features])
    return x


def decode(columns: Sequence[Column], row: Array) -> list[tuple[str, str]]:
    """Name and cell of every column of one sample (n_features,), as the table had them."""
    return [(column.name, column.decode(row[column.features])) for column in columns]


def are_missing(values: Cells) -> Array:
    """Whether each cell is empty, bool, (n,)."""
    missing: Array = np.isnan(values) if values.dtype.kind == "f" else values == ""
    return missing
