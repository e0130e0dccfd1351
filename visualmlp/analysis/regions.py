"""A grid over the plane of two inputs, and what a network makes of its points."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.mistakes import predictions
from visualmlp.engine import Array

Floats = npt.NDArray[np.float64]
Limits = tuple[tuple[float, float], ...]
"""Lowest and highest value of each input."""

MARGIN = 0.1


def padded_limits(x: Array, margin: float = MARGIN) -> Limits:
    """The range of each column of ``x`` (n_samples, n_inputs), wider by a share at both ends.

    A column of one value gets a range of 1 around it.
    """
    low, high = x.min(axis=0).astype(np.float64), x.max(axis=0).astype(np.float64)
    pad = np.where(high > low, (high - low) * margin, 0.5)
    return tuple(zip((low - pad).tolist(), (high + pad).tolist(), strict=True))


def cell_centres(low: float, high: float, count: int) -> Floats:
    """The middles of ``count`` equal cells between ``low`` and ``high``, (count,)."""
    shares: Floats = (np.arange(count) + 0.5) / count
    return low + shares * (high - low)


def grid_points(limits: Limits, resolution: int) -> Floats:
    """The middles of ``resolution`` by ``resolution`` cells over two ranges.

    Returns
    -------
    ndarray, shape (resolution * resolution, 2)
        Row by row: the first input runs fastest, the second rises from row to row, so that
        ``values.reshape(resolution, resolution)[i, j]`` belongs to the i-th value of the second
        input and the j-th of the first.
    """
    first, second = (cell_centres(low, high, resolution) for low, high in limits)
    return np.column_stack([np.tile(first, resolution), np.repeat(second, resolution)])


def decisions(y: Array, resolution: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """Predicted class and confidence of every cell of a grid.

    Parameters
    ----------
    y
        Outputs (resolution * resolution, n_outputs) for :func:`grid_points`.

    Returns
    -------
    classes, confidence
        Both (resolution, resolution). Without a number as output: ``NO_CLASS`` and NaN.
    """
    classes, confidence = predictions(y)
    shape = resolution, resolution
    return classes.reshape(shape), confidence.astype(np.float64).reshape(shape)
