"""Figures that say how good predictions are."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from visualmlp.engine.arrays import Array

Labels = npt.NDArray[np.integer[Any]]


def predicted_classes(y: Array) -> npt.NDArray[np.intp]:
    """Class of each sample, (n_samples,): the largest output, or one output's side of 0.5.

    Parameters
    ----------
    y
        (n_samples, n_outputs). One column is the probability of class 1.
    """
    if y.shape[1] == 1:
        return (y[:, 0] > 0.5).astype(np.intp)
    classes: npt.NDArray[np.intp] = np.argmax(y, axis=1)
    return classes


def accuracy(y: Array, labels: Labels) -> float:
    """Share of samples, 0 to 1, whose predicted class is their label; NaN outputs are wrong."""
    right = (predicted_classes(y) == labels) & ~np.isnan(y).any(axis=1)
    return float(np.mean(right))


def rmse(y: Array, t: Array) -> float:
    """Root of the mean, over samples and outputs, of the squared error; in the target's unit."""
    return float(np.sqrt(np.mean(np.square(y - t), dtype=np.float64)))


def r2(y: Array, t: Array) -> float:
    """Coefficient of determination, averaged over the outputs.

    1 - residual / total sum of squares; an output whose targets are all equal counts 1 if it is
    met exactly, else 0, as in scikit-learn.
    """
    residual = np.square(y - t).sum(axis=0, dtype=np.float64)
    total = np.square(t - t.mean(axis=0, dtype=np.float64)).sum(axis=0)
    constant = (t == t[0]).all(axis=0)  # Their mean may be rounded, and total be just above 0.
    ratio = np.where(constant, residual != 0, residual / np.where(constant, 1.0, total))
    return float(np.mean(1.0 - ratio))
