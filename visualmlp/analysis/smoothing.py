"""Smooth a noisy curve."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]


def moving_mean(values: Values, window: int) -> Values:
    """Mean of every ``window`` consecutive values.

    Sums of prefixes and suffixes of blocks as long as the window (van Herk 1992, for sums): the
    time does not depend on the window, and a huge value leaves no rounding error behind once the
    window has passed it, as a running total would.

    Parameters
    ----------
    values
        (n,).
    window
        At least 1.

    Returns
    -------
    ndarray of float64, shape (max(n - window + 1, 0),)
        Element k is the mean of ``values[k : k + window]``.
    """
    count = len(values) - window + 1
    if count < 1:
        return np.empty(0)
    blocks = np.zeros((-(-len(values) // window), window))
    blocks.reshape(-1)[: len(values)] = values
    with np.errstate(all="ignore"):
        sums = np.cumsum(blocks, axis=1).reshape(-1)[window - 1 : len(values)]
        suffixes = np.cumsum(blocks[:, ::-1], axis=1)[:, ::-1].reshape(-1)[:count]
        suffixes[::window] = 0  # these windows are whole blocks
        sums += suffixes
        sums /= window
    return sums
