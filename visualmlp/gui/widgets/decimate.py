"""A long curve reduced to what its pixels can show."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def decimate(
    x: npt.ArrayLike, y: npt.ArrayLike, x0: float, x1: float, n_pixels: int
) -> tuple[Floats, Floats]:
    """Cut a curve to a range and keep the lowest and the highest value of every pixel.

    Parameters
    ----------
    x
        Shape (n,), ascending.
    y
        Shape (n,). Values that are not finite become NaN: a gap in the line.
    x0, x1
        The visible range; one point beyond each end is kept, so that the line reaches the border.
    n_pixels
        The width of the range on screen.

    Returns
    -------
    x, y
        The points themselves if there are at most two per pixel. Otherwise, in every pixel, a point
        for the minimum and one for the maximum, and a NaN after them if the pixel holds a gap; the
        first and the last point are exact.
    """
    all_x, all_y = np.asarray(x), np.asarray(y)
    first = max(int(np.searchsorted(all_x, x0, "left")) - 1, 0)
    last = min(int(np.searchsorted(all_x, x1, "right")) + 1, len(all_x))
    x, y = all_x[first:last], all_y[first:last]
    if len(x) <= max(2 * n_pixels, 4):
        y = y.astype(np.float64)
        return x.astype(np.float64), np.where(np.isfinite(y), y, np.nan)
    edges = np.linspace(x0, x1, n_pixels, endpoint=False)
    starts = np.unique(np.concatenate([[1], np.searchsorted(x[1:-1], edges) + 1]))
    starts = starts[starts < len(x) - 1]
    low, high, gaps = _extremes(y[1:-1], starts - 1)
    ends = np.append(starts[1:], len(x) - 1) - 1
    inner_x = np.stack([x[starts], x[ends], x[ends]], axis=1).astype(np.float64)
    inner_y = np.stack(_in_order(y, starts, low, high), axis=1)
    keep = np.ones(inner_y.shape, bool)
    keep[:, 2] = gaps
    outer_y = np.where(np.isfinite(y[[0, -1]]), y[[0, -1]], np.nan)
    return (
        np.concatenate([x[:1], inner_x[keep], x[-1:]]),
        np.concatenate([outer_y[:1], inner_y[keep], outer_y[1:]]),
    )


def _extremes(y: npt.NDArray, starts: npt.NDArray) -> tuple[Floats, Floats, npt.NDArray]:
    """Least and greatest finite value of every stretch (NaN if it has none), and its gaps."""
    low = np.minimum.reduceat(y, starts).astype(np.float64)
    high = np.maximum.reduceat(y, starts).astype(np.float64)
    gaps = ~(np.isfinite(low) & np.isfinite(high))
    if gaps.any():
        finite = np.isfinite(y)
        low = np.minimum.reduceat(np.where(finite, y, np.inf), starts)
        high = np.maximum.reduceat(np.where(finite, y, -np.inf), starts)
        empty = ~np.isfinite(low)
        low[empty] = high[empty] = np.nan
    return low, high, gaps


def _in_order(
    y: npt.NDArray, starts: npt.NDArray, low: Floats, high: Floats
) -> tuple[Floats, Floats, Floats]:
    """Begin every pixel at the end that is nearer to its first value; a gap comes third."""
    begin = y[starts]
    down = np.abs(begin - high) < np.abs(begin - low)
    return np.where(down, high, low), np.where(down, low, high), np.full(len(low), np.nan)
