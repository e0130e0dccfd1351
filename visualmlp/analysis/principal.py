"""Principal directions: those in which points vary most."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from visualmlp.engine import Array

Floats = npt.NDArray[np.float64]

MOST_FOR_COVARIANCE = 160
"""Dimensions up to which the covariance is taken apart whole; wider ones are iterated."""

_BLOCK = 8
"""Directions iterated at once: more than two, or the second would be slow to settle."""
_MOST_ROUNDS = 60
_SETTLED = 1e-7
"""Change of the share of the variance from one round to the next."""
_LARGE = 1e30
"""Sums of squares from here on might overflow in float32: they are taken in other units."""
_COLUMNS_AT_ONCE = 65_536


class Principal(NamedTuple):
    """A plane through points.

    Attributes
    ----------
    mean
        Of the points, (d,).
    axes
        Two orthonormal rows, (2, d).
    shares
        What share of the points' whole variance lies along each axis, (2,); 0 if there is none.
    """

    mean: Floats
    axes: Floats
    shares: Floats

    def coordinates(self, points: Array) -> Floats:
        """Places of points (n, d) along the axes, (n, 2)."""
        offset = self.axes @ self.mean
        return np.asarray(points @ self.axes.T.astype(points.dtype), np.float64) - offset


def principal_plane(points: Array, start: Floats | None = None) -> Principal:
    """The plane of the two principal axes.

    Up to ``MOST_FOR_COVARIANCE`` dimensions from the covariance, exactly. For more by subspace
    iteration with Rayleigh and Ritz (Halko, Martinsson and Tropp 2011), until the shares change by
    less than 1e-7: the axes then may differ from the exact ones where two variances nearly agree.

    Parameters
    ----------
    points
        Finite, (n, d) with d of two at least.
    start
        Axes (2, d) to iterate from, such as those of a moment ago.

    Returns
    -------
    Principal
        Each axis is so directed that its largest component is positive.
    """
    mean = points.mean(axis=0, dtype=np.float64)
    centred = points - mean.astype(points.dtype)
    total = float(np.einsum("ij,ij->", centred, centred, dtype=np.float64))
    if not total < _LARGE:
        centred = points.astype(np.float64) - mean
        centred = centred / np.abs(centred).max()
        total = float(np.square(centred).sum())
    if points.shape[1] <= MOST_FOR_COVARIANCE:
        axes, variances = _exact(centred)
    else:
        axes, variances = _iterated(centred, total, start)
    shares = np.maximum(variances, 0.0) / total if total > 0 else np.zeros(2)
    return Principal(mean, _directed(axes), shares)


def turned(plane: Principal, points: Array, towards: Floats) -> Principal:
    """The same plane with its axes turned (or mirrored) to lie as near to others as they can.

    The orthogonal Procrustes problem (Schönemann 1966). The axes are then no more those of the
    greatest variance each, but span the same plane; the shares are told for the turned ones.

    Parameters
    ----------
    points
        (n, d), for the shares.
    towards
        Two axes, (2, d).
    """
    left, _, right = np.linalg.svd(towards @ plane.axes.T)
    axes = left @ right @ plane.axes
    held = float(plane.shares.sum())
    along = Principal(plane.mean, axes, plane.shares).coordinates(points).var(axis=0)
    whole = float(along.sum())
    shares = held * along / whole if whole > 0 and np.isfinite(whole) else plane.shares
    return Principal(plane.mean, axes, shares)


def path_plane(states: Array) -> Principal:
    """The principal plane of a few long vectors (k, p), by their inner products.

    A second axis along which they do not vary is drawn at random, with a fixed seed.
    """
    mean = states.mean(axis=0, dtype=np.float64)
    gram = _gram(states, mean)
    values, vectors = np.linalg.eigh(gram)
    total = float(np.trace(gram))
    axes = np.empty((2, states.shape[1]))
    for i in (0, 1):
        weights = vectors[:, -1 - i] if len(values) > i else np.zeros(len(states))
        axes[i] = weights @ states - weights.sum() * mean
    variances = np.array([values[-1 - i] if len(values) > i else 0.0 for i in (0, 1)])
    variances = np.where(variances > 1e-12 * max(total, 1e-300), variances, 0.0)
    rng = np.random.default_rng(0)
    for i in (0, 1):
        if variances[i] == 0:
            axes[i] = rng.normal(size=axes.shape[1])
        axes[i] -= sum((axes[i] @ axes[j]) * axes[j] for j in range(i))
        axes[i] /= np.linalg.norm(axes[i])
    shares = variances / total if total > 0 else np.zeros(2)
    return Principal(mean, _directed(axes), shares)


def _gram(states: Array, mean: Floats) -> Floats:
    gram = np.zeros((len(states), len(states)))
    for start in range(0, states.shape[1], _COLUMNS_AT_ONCE):
        columns = slice(start, start + _COLUMNS_AT_ONCE)
        block = states[:, columns] - mean[columns]
        gram += block @ block.T
    return gram


def _exact(centred: Array) -> tuple[Floats, Floats]:
    scatter = np.asarray(centred.T @ centred, np.float64)
    values, vectors = np.linalg.eigh(scatter)
    return vectors[:, :-3:-1].T.copy(), values[:-3:-1]


def _iterated(centred: Array, total: float, start: Floats | None) -> tuple[Floats, Floats]:
    d = centred.shape[1]
    block = np.random.default_rng(0).normal(size=(d, _BLOCK))
    if start is not None:
        block[:, :2] = start.T
    shares, basis = np.zeros(2), np.linalg.qr(block)[0]
    for _ in range(_MOST_ROUNDS):
        image = centred @ basis.astype(centred.dtype)
        values, vectors = np.linalg.eigh(np.asarray(image.T @ image, np.float64))
        before, shares = shares, values[:-3:-1] / total if total > 0 else np.zeros(2)
        ritz = basis @ vectors[:, ::-1]
        if np.abs(shares - before).max() < _SETTLED:
            break
        basis = np.linalg.qr(np.asarray(centred.T @ image, np.float64) @ vectors[:, ::-1])[0]
    return ritz[:, :2].T.copy(), values[:-3:-1]


def _directed(axes: Floats) -> Floats:
    largest = np.abs(axes).argmax(axis=1)
    signs = np.sign(axes[np.arange(len(axes)), largest])
    return axes * np.where(signs == 0, 1.0, signs)[:, None]
