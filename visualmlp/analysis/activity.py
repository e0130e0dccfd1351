"""How active units are, over many samples: mean of every class, spread, units that never fire."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from visualmlp.engine import Array

Labels = npt.NDArray[np.integer[Any]]
Rows = npt.NDArray[np.intp]
Figures = npt.NDArray[np.float64]


def evenly_spaced(n_samples: int, most: int) -> Rows:
    """Rows of at most ``most`` samples, evenly spaced from the first to the last; ascending."""
    if n_samples <= most:
        return np.arange(n_samples)
    return np.linspace(0, n_samples - 1, most).astype(np.intp)


def class_means(a: Array, labels: Labels, n_classes: int) -> Figures:
    """Mean activation of every unit over the samples of every class.

    Parameters
    ----------
    a
        Activations, (n_samples, n_units).
    labels
        (n_samples,), each from 0 to ``n_classes - 1``.
    n_classes
        Number of classes.

    Returns
    -------
    ndarray of float64, shape (n_units, n_classes)
        NaN for a class without samples.
    """
    means = np.full((a.shape[1], n_classes), np.nan)
    with np.errstate(all="ignore"):
        for label in np.unique(labels):
            means[:, label] = a[labels == label].mean(axis=0, dtype=np.float64)
    return means


def mean_and_deviation(a: Array) -> Figures:
    """Mean and standard deviation (divisor n) of every unit over samples (n_samples, n_units).

    Returns
    -------
    ndarray of float64, shape (n_units, 2)
        NaN if there are no samples.
    """
    if len(a) == 0:
        return np.full((a.shape[1], 2), np.nan)
    with np.errstate(all="ignore"):
        return np.stack([a.mean(axis=0, dtype=np.float64), a.std(axis=0, dtype=np.float64)], axis=1)


def dead_units(a: Array) -> npt.NDArray[np.bool_]:
    """Units, (n_units,), that are above 0 for none of the samples (n_samples, n_units).

    A ReLU unit without any activation gets no gradient. A unit with NaN does not count as dead.
    """
    return np.asarray((a <= 0).all(axis=0))
