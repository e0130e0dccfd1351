"""The nearest of many vectors, searched a little at a time."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from visualmlp.engine import Array

CHUNK_VALUES = 2**18
"""Numbers compared at once: a MiB of float32."""


class NearestSearch:
    """Finds the nearest by Euclidean distance, exactly; ties go to the first row.

    Parameters
    ----------
    query
        (n_values,).
    vectors
        Gives the vectors (n, n_values) of a slice of rows; asked for each row once.
    n_rows
        How many there are.
    count
        How many to find.
    skip
        A row that does not count: the query itself.

    Attributes
    ----------
    rows, distances
        The nearest found so far, nearest first.
    n_done
        Rows compared so far.
    """

    def __init__(
        self,
        query: Array,
        vectors: Callable[[slice], Array],
        n_rows: int,
        count: int,
        skip: int | None = None,
    ) -> None:
        self._query = query
        self._vectors = vectors
        self._chunk = max(16, CHUNK_VALUES // max(1, len(query)))
        self._count = count
        self._skip = skip
        self.n_rows = n_rows
        self.n_done = 0
        self.rows: npt.NDArray[np.intp] = np.zeros(0, np.intp)
        self.distances: Array = np.zeros(0)

    @property
    def is_done(self) -> bool:
        """Whether every row was compared."""
        return self.n_done >= self.n_rows

    def go_on(self, seconds: float) -> None:
        """Compare more rows for about so long, one chunk at least."""
        until = time.perf_counter() + seconds
        while not self.is_done:
            self._compare(slice(self.n_done, min(self.n_done + self._chunk, self.n_rows)))
            if time.perf_counter() > until:
                break

    def _compare(self, rows: slice) -> None:
        with np.errstate(all="ignore"):
            difference = self._vectors(rows) - self._query
            squares = np.einsum("ij,ij->i", difference, difference, dtype=np.float64)
        squares[~np.isfinite(squares)] = np.inf
        if self._skip is not None and rows.start <= self._skip < rows.stop:
            squares[self._skip - rows.start] = np.inf
        every = np.concatenate([self.distances, np.sqrt(squares)])
        numbers = np.concatenate([self.rows, np.arange(rows.start, rows.stop)])
        best = np.argsort(every, kind="stable")[: self._count]
        best = best[np.isfinite(every[best])]
        self.rows, self.distances = numbers[best], every[best]
        self.n_done = rows.stop
