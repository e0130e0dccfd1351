"""A long curve reduced to what its pixels can show."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from visualmlp.gui.widgets.growing import Growing

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]
Stretches = tuple[Floats, Floats, Bools]
"""Least and greatest value of each, infinite where it has none, and whether it has a gap."""

_RATIO = 8
"""Blocks of a level that are one of the next."""

_FEW = 32
"""Points a pixel up to which they are looked at one by one."""


def decimate(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    edges: Floats,
    extremes: Extremes | None = None,
    *,
    positive: bool = False,
) -> tuple[Floats, Floats]:
    """Cut a curve to a range and keep the lowest and the highest value of every pixel.

    Parameters
    ----------
    x
        Shape (n,), ascending.
    y
        Shape (n,). Values that are not finite become NaN: a gap in the line.
    edges
        The borders of the pixels in x, (n_pixels + 1,), ascending; one point beyond each end is
        kept, so that the line reaches the border.
    extremes
        Those of this y: with them the time depends on the pixels, not on the points.
    positive
        Whether values that are not positive become NaN as well, as on a logarithmic axis.

    Returns
    -------
    x, y
        The points themselves if there are at most two per pixel. Otherwise, in every pixel, a point
        for the minimum and one for the maximum, and a NaN after them if the pixel holds a gap; the
        first and the last point are exact.
    """
    all_x, all_y = np.asarray(x), np.asarray(y)
    first = max(int(all_x.searchsorted(edges[0], "left")) - 1, 0)
    last = min(int(all_x.searchsorted(edges[-1], "right")) + 1, len(all_x))
    n_pixels = len(edges) - 1
    if last - first <= max(2 * n_pixels, 4):
        near = all_y[first:last].astype(np.float64)
        return all_x[first:last].astype(np.float64), np.where(
            _drawable(near, positive), near, np.nan
        )
    borders = all_x.searchsorted(edges).clip(first + 1, last - 1)
    borders = np.concatenate([[first], [first + 1], borders, [last - 1]])
    borders = borders[1:][borders[1:] > borders[:-1]]
    if extremes is None or last - first <= _FEW * n_pixels:
        inner = _stretches(all_y[first + 1 : last - 1], borders[:-1] - first - 1, positive)
    else:
        inner = extremes.between(borders)
    columns = borders[:-1], borders[1:] - 1
    return _line(all_x, all_y, (first, last - 1), columns, inner, positive)


class Extremes:
    """The least and the greatest values of ever longer blocks of a curve that may grow.

    Parameters
    ----------
    positive
        Whether only positive values count, as on a logarithmic axis; others are gaps.
    """

    def __init__(self, *, positive: bool = False) -> None:
        self.positive = positive
        self._y: npt.NDArray = np.empty(0)
        self._levels: list[_Level] = []

    def follow(self, y: npt.NDArray) -> None:
        """Take the values, (n,). Only what is new is looked at where the last ones go on.

        They go on if they are a longer piece of the same memory, of which the beginning must not
        have been changed.
        """
        known = len(self._y) if _goes_on(self._y, y) else 0
        if not known:
            self._levels = []
        self._y = y
        below, size, place = None, _RATIO, 0
        while size * _RATIO <= max(len(y), 1):
            if place == len(self._levels):
                self._levels.append(_Level())
            below = self._levels[place].follow(below, known, size, y, self.positive)
            size, place = size * _RATIO, place + 1

    def between(self, borders: Indices) -> Stretches:
        """What lies between ascending borders, each stretch put together from the longest blocks
        that it holds and shorter ones at its ends.
        """
        starts, ends = borders[:-1], borders[1:]
        low, high = np.full(len(starts), np.inf), np.full(len(starts), -np.inf)
        gaps = np.zeros(len(starts), bool)
        for depth in range(len(self._levels) + 1):
            is_last = depth == len(self._levels)
            inner = ends if is_last else np.minimum(-(-starts // _RATIO) * _RATIO, ends)
            outer = np.maximum(ends // _RATIO * _RATIO, inner)
            for first, last in ((starts, inner), (outer, ends)):
                some = np.flatnonzero(last > first)
                if some.size:
                    found = self._found(depth, first[some], last[some])
                    low[some] = np.minimum(low[some], found[0])
                    high[some] = np.maximum(high[some], found[1])
                    gaps[some] |= found[2]
            starts, ends = inner // _RATIO, outer // _RATIO
            if (starts >= ends).all():
                break
        return low, high, gaps

    def _found(self, depth: int, starts: Indices, ends: Indices) -> Stretches:
        """The extremes of blocks of a level, or of the values themselves at depth 0."""
        counts = ends - starts
        offsets = np.cumsum(counts) - counts
        places = np.repeat(starts - offsets, counts) + np.arange(counts.sum())
        if depth == 0:
            return _stretches(self._y[places], offsets, self.positive)
        return self._levels[depth - 1].reduced(places, offsets)


class _Level:
    """The extremes of blocks of one length."""

    def __init__(self) -> None:
        self.low, self.high, self.gaps = Growing(), Growing(), Growing(np.bool_)

    def follow(
        self, below: _Level | None, known: int, size: int, y: npt.NDArray, positive: bool
    ) -> _Level:
        """Look at the last known block again, which may have been incomplete, and at new ones."""
        first = known // size if len(self.low) else 0
        if below is None:
            values = y[first * size :]
            found = _stretches(values, np.arange(0, len(values), size), positive)
        else:
            n_blocks = len(below.low)
            places = np.arange(first * _RATIO, n_blocks)
            found = below.reduced(places, np.arange(0, len(places), _RATIO))
        for column, values in zip((self.low, self.high, self.gaps), found, strict=True):
            column.put(first, values)
        return self

    def reduced(self, places: Indices, starts: Indices) -> Stretches:
        """The extremes of stretches of these blocks."""
        return (
            np.minimum.reduceat(self.low.values[places], starts),
            np.maximum.reduceat(self.high.values[places], starts),
            np.logical_or.reduceat(self.gaps.values[places], starts),
        )


def _goes_on(old: npt.NDArray, new: npt.NDArray) -> bool:
    same = old.__array_interface__["data"] == new.__array_interface__["data"]
    return same and old.strides == new.strides and old.dtype == new.dtype and len(new) >= len(old)


def _drawable(y: npt.NDArray, positive: bool) -> Bools:
    finite = np.isfinite(y)
    return finite & (y > 0) if positive else finite


def _stretches(y: npt.NDArray, starts: Indices, positive: bool) -> Stretches:
    """The extremes of the values from each start to the next."""
    low = np.minimum.reduceat(y, starts).astype(np.float64)
    high = np.maximum.reduceat(y, starts).astype(np.float64)
    gaps = ~(np.isfinite(low) & np.isfinite(high))
    if positive:
        gaps |= low <= 0
    if gaps.any():
        drawable = _drawable(y, positive)
        low = np.minimum.reduceat(np.where(drawable, y, np.inf), starts)
        high = np.maximum.reduceat(np.where(drawable, y, -np.inf), starts)
    return low, high, gaps


def _line(
    x: npt.NDArray,
    y: npt.NDArray,
    outer: tuple[int, int],
    columns: tuple[Indices, Indices],
    inner: Stretches,
    positive: bool,
) -> tuple[Floats, Floats]:
    """The outer points, and between them two or three of every column, begun at the end that is
    nearer to its first value.
    """
    (starts, ends), (low, high, gaps) = columns, inner
    low, high = (np.where(np.isfinite(values), values, np.nan) for values in (low, high))
    begin = y[starts]
    down = np.abs(begin - high) < np.abs(begin - low)
    middle_x = np.stack([x[starts], x[ends], x[ends]], axis=1).astype(np.float64)
    middle_y = np.stack([np.where(down, high, low), np.where(down, low, high)], axis=1)
    middle_y = np.column_stack([middle_y, np.full(len(low), np.nan)])
    keep = np.ones(middle_y.shape, bool)
    keep[:, 2] = gaps
    outer_x, outer_y = x[[*outer]].astype(np.float64), y[[*outer]].astype(np.float64)
    outer_y = np.where(_drawable(outer_y, positive), outer_y, np.nan)
    return (
        np.concatenate([outer_x[:1], middle_x[keep], outer_x[1:]]),
        np.concatenate([outer_y[:1], middle_y[keep], outer_y[1:]]),
    )
