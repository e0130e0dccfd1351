"""What stands in for missing values, fitted on the training part only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from visualmlp.data.columns import Column
from visualmlp.data.dataset import Array, Dataset


@dataclass(frozen=True, slots=True, eq=False)
class Filling:
    """Fills missing values, and leaves out categories that training does not know.

    Parameters
    ----------
    values
        What replaces NaN, float64, shape (n_features,).
    seen
        False for the feature of a category of which the training part has no sample: it is
        always 0, since nothing can be learnt about it; bool, shape (n_features,).
    """

    values: Array
    seen: Array

    def apply(self, x: Array) -> Array:
        """A filled copy of raw inputs (…, n_features), float64."""
        filled = np.where(np.isnan(x), self.values, x)
        return filled if self.seen.all() else filled * self.seen


def fit_filling(dataset: Dataset, train: Array) -> Filling | None:
    """Find the values on the training rows; None for data that need none.

    Parameters
    ----------
    train
        Row numbers of the training part, shape (n_train,).
    """
    if not any(column.kind == "category" or column.n_missing for column in dataset.columns):
        return None
    values, seen = np.zeros(dataset.n_features), np.ones(dataset.n_features, bool)
    for column in dataset.columns:
        x = dataset.x[train, column.features]
        if column.kind == "category":
            seen[column.features] = np.nansum(x, axis=0) > 0
        if column.n_missing:
            values[column.features] = _stand_in(column, x)
    return Filling(values, seen)


def _stand_in(column: Column, x: Array) -> Array:
    """What replaces the missing cells of a column, by its features (n_train, n_features)."""
    if column.kind == "category":
        counts = np.nansum(x, axis=0)
        most: Array = np.arange(len(counts)) == counts.argmax()
        return most.astype(np.float64)
    known = x[~np.isnan(x[:, 0]), 0]
    middle = _MIDDLES.get(column.missing, np.mean)(known) if known.size else 0.0
    return np.array([middle, 0.0][: column.n_features])


def _mode(values: Array) -> float:
    """The most frequent value; of several the smallest."""
    different, counts = np.unique(values, return_counts=True)
    return float(different[counts.argmax()])


_MIDDLES: dict[str, Callable[[Array], float]] = {
    "mean": lambda values: float(values.mean()),
    "median": lambda values: float(np.median(values)),
    "mode": _mode,
}
