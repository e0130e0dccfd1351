"""Samples of a file that is larger than memory, read before training asks for them."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from visualmlp.data.dataset import Array
from visualmlp.data.large.mapped import gathered, n_pages_from_disk

BLOCK_BYTES = 2**26
"""Bytes read ahead at once. They are read in the order of the file, where so many rows lie close
enough to each other that a look into a page serves for several (``benchmarks/large_data.py``)."""
MOST_THREADS = 8
"""That wait for the disk at the same time, where the system does not have the rows in its cache."""
ON_DISK = 8
"""They are not there if one in so many had to be waited for."""


class Block(NamedTuple):
    """Rows that were read.

    Attributes
    ----------
    rows
        Of the part, in the order in which they are wanted, (n,).
    values
        As stored, in the order of the file, (n, n_features).
    places
        Where each row is in ``values``, (n,).
    """

    rows: Array
    values: Array
    places: Array


class Ahead:
    """Hands out rows of a mapped array, and has those that come next read by other threads.

    What it hands out does not depend on what it has read: rows that were not expected are read
    when they are asked for. Each block is twice as long as the one before, so that a single look
    reads little more than it needs.

    Parameters
    ----------
    x
        A mapped array, (n_samples, n_features).
    index
        Where the rows of a part are in it, (n,).
    """

    def __init__(self, x: Array, index: Array) -> None:
        self._x = x
        self._index = index
        self._most = max(1, BLOCK_BYTES // x[:1].nbytes)
        self._block = Block(index[:0], x[:0], index[:0])
        self._used = 0
        self._next: tuple[Array, Future[Block]] | None = None
        self._is_on_disk = False
        self._leader = ThreadPoolExecutor(1, "ahead")
        self._readers = ThreadPoolExecutor(MOST_THREADS, "ahead")

    def take(self, rows: Array, coming: Array, out: Array) -> None:
        """Write rows of the part, as stored, into ``out`` (n, n_features).

        Parameters
        ----------
        rows
            The wanted ones, (n,).
        coming
            These and all that are going to be wanted after them, as far as it is known.

        Raises
        ------
        DataError
            If the file cannot be read, or was changed.
        """
        if not np.array_equal(self._block.rows[self._used : self._used + len(rows)], rows):
            self._block, self._used = self._turn(rows, coming), 0
        wanted = slice(self._used, self._used + len(rows))
        np.take(self._block.values, self._block.places[wanted], axis=0, out=out, mode="clip")
        self._used = wanted.stop

    def _turn(self, rows: Array, coming: Array) -> Block:
        """The block that begins with these rows; the one after it is begun."""
        block = self._expected(rows) or self._read(rows)
        count = len(rows)
        size = max(count, min(2 * len(block.rows), self._most) // count * count)
        following = coming[len(block.rows) :][:size]
        self._next = None
        if len(following):
            self._next = following, self._leader.submit(self._read, following)
        return block

    def _expected(self, rows: Array) -> Block | None:
        """What was read ahead, if it is what is wanted."""
        if self._next is None or not np.array_equal(self._next[0][: len(rows)], rows):
            return None
        return self._next[1].result()

    def _read(self, rows: Array) -> Block:
        index = self._index[rows]
        order = np.argsort(index)
        places = np.empty_like(order)
        places[order] = np.arange(len(order))
        n_threads = MOST_THREADS if self._is_on_disk else 1
        carry_out = map if n_threads == 1 else self._readers.map
        before = n_pages_from_disk()
        values = gathered(self._x, index[order], carry_out, n_threads)
        self._is_on_disk = ON_DISK * (n_pages_from_disk() - before) > len(rows)
        return Block(rows, values, places)
