"""How values are distributed: counts in bins of equal width."""

from __future__ import annotations

from math import ceil, sqrt
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

MOST_BINS, FEWEST_BINS = 48, 6


class Histogram(NamedTuple):
    """Counts of values.

    Attributes
    ----------
    edges
        Of the bins, (n_bins + 1,), ascending.
    counts
        (n_bins,). A value on an edge counts in the bin above it, the greatest in the last.
    n_not_finite
        How many values are NaN or infinite; they are in no bin.
    """

    edges: npt.NDArray[np.float64]
    counts: npt.NDArray[np.int64]
    n_not_finite: int

    @property
    def n_values(self) -> int:
        """How many values there are, in bins or not."""
        return int(self.counts.sum()) + self.n_not_finite


def histogram(
    values: npt.NDArray[Any],
    n_bins: int | None = None,
    limits: tuple[float, float] | None = None,
) -> Histogram:
    """Count values in bins of equal width.

    Parameters
    ----------
    values
        Any shape.
    n_bins
        Number of bins; twice the root of the number of values where None, within limits.
    limits
        Ends of the first and last bin; the extremes of the finite values where None. Values beyond
        them count in the bins at the ends.
    """
    flat = values.reshape(-1)
    finite = np.isfinite(flat)
    n_not_finite = flat.size - int(np.count_nonzero(finite))
    if n_not_finite:
        flat = flat[finite]
    low, high = _widened(*(limits or _extremes(flat)))
    if n_bins is None:
        n_bins = min(max(FEWEST_BINS, ceil(2 * sqrt(values.size))), MOST_BINS)
    edges = np.linspace(low, high, n_bins + 1)
    with np.errstate(over="ignore", invalid="ignore"):
        places = (flat * (n_bins / (high - low)) - low * (n_bins / (high - low))).astype(np.intp)
    np.clip(places, 0, n_bins - 1, out=places)
    counts = np.bincount(places, minlength=n_bins).astype(np.int64, copy=False)
    return Histogram(edges, counts, n_not_finite)


def common_limits(*arrays: npt.NDArray[Any]) -> tuple[float, float]:
    """The extremes of the finite values of several arrays, for histograms over each other."""
    ends = [_extremes(array[np.isfinite(array)]) for array in arrays if np.isfinite(array).any()]
    if not ends:
        return 0.0, 0.0
    return min(low for low, _ in ends), max(high for _, high in ends)


def _extremes(finite: npt.NDArray[Any]) -> tuple[float, float]:
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


def _widened(low: float, high: float) -> tuple[float, float]:
    """Bins need a width, also where all values are equal."""
    if high - low > 1e-9 * max(abs(low), abs(high)):
        return low, high
    room = 0.5 * (abs(low) or 1.0)
    return low - room, high + room
