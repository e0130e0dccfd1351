"""Points of series as rows of a table, however many they are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import overload

import numpy.typing as npt

Row = list[object]


class SeriesRows(Sequence[Row]):
    """A header, then a row (name, x, y) for every point, made when it is asked for.

    Parameters
    ----------
    header
        Names of the three columns.
    series
        By name, x and y, each of shape (n,). Not copied: growing records only add rows at
        their ends, so that what was taken once stays as it was.
    """

    def __init__(
        self, header: Sequence[str], series: Mapping[str, tuple[npt.NDArray, npt.NDArray]]
    ) -> None:
        self._header: Row = [*header]
        self._names = list(series)
        self._series = list(series.values())
        self._ends = list(accumulate((len(x) for x, _ in self._series), initial=1))

    def __len__(self) -> int:
        return self._ends[-1]

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        if place == 0:
            return self._header.copy()
        number = bisect_right(self._ends, place) - 1
        x, y = self._series[number]
        at = place - self._ends[number]
        return [self._names[number], x[at].item(), str(y[at])]

    def __iter__(self) -> Iterator[Row]:
        yield self._header.copy()
        for name, (x, y) in zip(self._names, self._series, strict=True):
            for a, b in zip(x.tolist(), y.astype(str).tolist(), strict=True):
                yield [name, a, b]
