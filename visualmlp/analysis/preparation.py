"""What the preparation of data did, in numbers: rows, parts, what stands in for missing values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.data_columns import FeatureChain, columns_of, feature_chain
from visualmlp.data import Column, PreparedData

AT_ONCE = 2**25
"""Values that are looked at at once."""


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What becomes of a column.

    Attributes
    ----------
    column
        The column.
    n_known
        Training samples that have a value; None where none can be missing, or nobody counted.
    stands_in
        What replaces missing cells: a number or the name of a category; None where nothing does.
    unseen
        Categories that no training sample has.
    offset, divisor
        Of its number; None for categories, which stay 0 and 1.
    """

    column: Column
    n_known: int | None
    stands_in: float | str | None
    unseen: tuple[str, ...]
    offset: float | None
    divisor: float | None


def column_facts(data: PreparedData, *, counted: bool = True) -> tuple[ColumnFacts, ...]:
    """What becomes of every column of prepared data; without counts in no time."""
    columns = columns_of(data.dataset)
    known = _known_counts(data, columns) if counted else {}
    return tuple(_facts(data, column, known.get(column.first)) for column in columns)


def _facts(data: PreparedData, column: Column, n_known: int | None) -> ColumnFacts:
    scaling, filling = data.scaling, data.scaling.filling
    stands_in: float | str | None = None
    unseen: tuple[str, ...] = ()
    if filling is not None:
        values, seen = filling.values[column.features], filling.seen[column.features]
        if column.n_missing:
            stands_in = float(values[0]) if column.kind == "number" else column.decode(values)
        if column.kind == "category":
            unseen = tuple(column.categories[i] for i in np.flatnonzero(~seen))
    place = column.first if scaling.offset.size > 1 else 0
    numbers = (float(scaling.offset[place]), float(scaling.divisor[place]))
    return ColumnFacts(
        column, n_known, stands_in, unseen, *(numbers if column.is_scaled else (None, None))
    )


def _known_counts(data: PreparedData, columns: tuple[Column, ...]) -> dict[int, int]:
    """Training samples with a value, by the first feature of each column with gaps."""
    firsts = [column.first for column in columns if column.n_missing]
    if not firsts:
        return {}
    counts = np.zeros(len(firsts), np.int64)
    step = max(1, AT_ONCE // data.n_inputs)
    for start in range(0, len(data.train), step):
        rows = np.arange(start, min(start + step, len(data.train)))
        counts += (~np.isnan(data.raw(data.train.rows(rows))[:, firsts])).sum(axis=0)
    return dict(zip(firsts, counts.tolist(), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class CellChain:
    """How the cell of one column becomes inputs of the network.

    Attributes
    ----------
    cell
        As the table had it.
    is_number
        Whether the first feature is a number; all others are a 0 or 1.
    chains
        One a feature of the column.
    """

    cell: str
    is_number: bool
    chains: tuple[FeatureChain, ...]


def cell_chain(
    data: PreparedData, raw: npt.NDArray[Any], column: Column, dtype: npt.DTypeLike
) -> CellChain:
    """The chain of one cell of a sample as stored, (n_features,)."""
    features = range(*column.features.indices(data.n_inputs))
    chains = tuple(feature_chain(data.dataset, data.scaling, raw, i, dtype) for i in features)
    cell = column.decode(raw[column.features].astype(np.float64))
    return CellChain(cell, column.kind == "number", chains)
