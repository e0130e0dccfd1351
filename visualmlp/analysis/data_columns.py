"""The columns of any data set, and their cells as numbers to be counted and drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from visualmlp.data import Column, Dataset, Scaling

Numbers = npt.NDArray[np.float64]


def columns_of(dataset: Dataset) -> tuple[Column, ...]:
    """The columns of a table; where nothing is known of any, each feature is a column."""
    if dataset.columns:
        return dataset.columns
    return tuple(Column(name, "number", i) for i, name in enumerate(dataset.feature_names))


def column_numbers(column: Column, raw: npt.NDArray[Any]) -> Numbers:
    """The cells of a column, a number each: the number itself, or that of the category.

    Parameters
    ----------
    raw
        Inputs as stored, (n, n_features).

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN for a missing cell, and for a category that is not among those known.
    """
    if column.kind == "number":
        values: Numbers = raw[:, column.first].astype(np.float64)
        return values
    flags = raw[:, column.features]
    known = np.nansum(flags, axis=1) > 0
    return np.where(known, np.argmax(np.nan_to_num(flags), axis=1), np.nan)


def feature_cells(columns: Sequence[Column], raw: npt.NDArray[Any]) -> list[str] | None:
    """The cell behind each feature of a sample (n_features,), as the table had it.

    None where features are plain numbers without columns, which are their own cells.
    """
    if not columns:
        return None
    return [
        column.decode(raw[column.features]) for column in columns for _ in range(column.n_features)
    ]


@dataclass(frozen=True, slots=True)
class FeatureChain:
    """How one number of a sample becomes an input of the network.

    Attributes
    ----------
    feature
        Name of the feature.
    stored
        As the data set has it; NaN if the cell is missing.
    filled
        With what stands in for a missing value; 0 for a category unknown to training.
    is_filled, is_unseen
        Whether ``filled`` is another number than the stored one, and why.
    offset, divisor
        Of its scaling.
    scaled
        ``(filled - offset) / divisor`` in float64.
    given
        What the network gets: ``scaled`` in the precision of the run.
    """

    feature: str
    stored: float
    filled: float
    is_filled: bool
    is_unseen: bool
    offset: float
    divisor: float
    scaled: float
    given: float


def feature_chain(
    dataset: Dataset, scaling: Scaling, raw: npt.NDArray[Any], feature: int, dtype: npt.DTypeLike
) -> FeatureChain:
    """What the preparation makes of one number, step by step, as one would compute it by hand.

    Parameters
    ----------
    scaling
        Of the prepared data.
    raw
        One sample as stored, (n_features,).
    feature
        Number of the feature.
    dtype
        Precision of the run.
    """
    stored = float(raw[feature])
    filling = scaling.filling
    filled, is_unseen = stored, False
    if filling is not None:
        is_unseen = not filling.seen[feature]
        filled = float(filling.values[feature]) if np.isnan(stored) else stored
        filled = 0.0 if is_unseen else filled
    place = feature if scaling.offset.size > 1 else 0
    offset, divisor = float(scaling.offset[place]), float(scaling.divisor[place])
    scaled = (filled - offset) / divisor
    given = scaled
    if scaling.to_float32 or np.dtype(dtype) == np.float32:
        given = float(np.float32(scaled))
    return FeatureChain(
        feature=dataset.feature_names[feature],
        stored=stored,
        filled=filled,
        is_filled=bool(np.isnan(stored)),
        is_unseen=is_unseen,
        offset=offset,
        divisor=divisor,
        scaled=scaled,
        given=given,
    )
