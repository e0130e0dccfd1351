"""In which order to show a layer's units: by how large their weights are, or by how alike."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from visualmlp.engine import Array

Order = Literal["network", "norm", "similarity"]
Figures = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


def unit_norms(weights: Array) -> Figures:
    """Euclidean norm of every unit's column of (n_in, n_units): (n_units,)."""
    with np.errstate(all="ignore"):
        return np.asarray(np.sqrt(np.square(weights, dtype=np.float64).sum(axis=0)))


def similarities(weights: Array, unit: int) -> Figures:
    """Cosine of the angle between every unit's column and one unit's: (n_units,), -1 to 1.

    NaN where one of the two is all 0 or not finite.
    """
    columns = weights.astype(np.float64, copy=False)
    norms = unit_norms(weights)
    with np.errstate(all="ignore"):
        cosines = (columns[:, unit] @ columns) / (norms * norms[unit])
    return np.asarray(np.clip(cosines, -1.0, 1.0))


def descending(figures: Figures) -> Places:
    """Units by their figure, the greatest first, NaN last; equal ones in the network's order."""
    return np.argsort(-figures, kind="stable")
