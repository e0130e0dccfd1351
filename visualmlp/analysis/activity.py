"""How active units are, over many samples: means of classes, spread, dead and saturated units."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from visualmlp.engine import Array

Labels = npt.NDArray[np.integer[Any]]
Rows = npt.NDArray[np.intp]
Figures = npt.NDArray[np.float64]

CAN_DIE = ("relu",)
"""Activation functions that are 0, with a derivative of 0, wherever z is not above 0."""

RANGES = {"sigmoid": (0.0, 1.0), "sigmoid_clipped": (0.0, 1.0), "tanh": (-1.0, 1.0)}
"""Activation functions with two flat ends, and the ends. The softmax is none of them: its outputs
are meant to reach 0 and 1."""

SATURATION = 0.01
"""Within this share of the range from one of its ends an activation is saturated: a sigmoid below
0.01 or above 0.99, a tanh beyond 0.98, where the slope is at most 4 % of its largest value."""


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


def silent_shares(a: Array) -> Figures:
    """For every unit the share of samples (n_samples, n_units) for which it is not above 0."""
    return np.asarray((a <= 0).mean(axis=0, dtype=np.float64))


def saturated_shares(a: Array, ends: tuple[float, float]) -> Figures:
    """For every unit the share of samples (n_samples, n_units) at which it is saturated.

    Parameters
    ----------
    a
        Activations.
    ends
        Of the activation function's range, as in ``RANGES``; see ``SATURATION``.
    """
    low, high = ends
    margin = SATURATION * (high - low)
    return np.asarray(((a < low + margin) | (a > high - margin)).mean(axis=0, dtype=np.float64))


def saturated_share(a: Array, ends: tuple[float, float]) -> float:
    """Share of all activations (n_samples, n_units) that are saturated; 0 to 1."""
    return float(saturated_shares(a, ends).mean())


def extreme_samples(values: Array, ties: Array, most: int) -> tuple[Rows, Rows]:
    """Samples at which a unit is most active, and least active.

    Parameters
    ----------
    values
        Activations of one unit, (n_samples,).
    ties
        What decides between equal activations, such as pre-activations, (n_samples,).
    most
        How many samples of each, at most.

    Returns
    -------
    highest, lowest
        Rows: the highest activation first, and the lowest first; those with NaN stand in neither.
        Where ties are equal too, earlier rows come first.
    """
    rows = np.flatnonzero(~np.isnan(values))
    values, ties = values[rows], ties[rows]
    highest, lowest = np.lexsort((-ties, -values)), np.lexsort((ties, values))
    return rows[highest[:most]], rows[lowest[:most]]
