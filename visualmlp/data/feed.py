"""Batches of scaled inputs, taken from the data as they are stored where that is faster."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from visualmlp.data.dataset import Array
from visualmlp.data.large.ahead import Ahead
from visualmlp.data.large.mapped import is_mapped
from visualmlp.data.prepared import Part, PreparedData
from visualmlp.data.scaling import no_overflow


class Feed:
    """Hands out batches of a part's scaled inputs.

    Pictures of bytes divided by one number stay bytes and are scaled batch by batch: as fast as
    copying floats at batch 32, 1.2 times faster at 128, and 150 MiB less for 50,000 pictures of
    28×28 (``benchmarks/data.py``). So is what is larger than memory, which stays in its file.
    Everything else is scaled once. All ways give the same bits.

    Parameters
    ----------
    data, part, dtype
        Whose inputs, as which floating-point type.
    """

    def __init__(self, data: PreparedData, part: Part, dtype: npt.DTypeLike) -> None:
        self._title = data.dataset.title
        self._scaling = data.scaling
        self._index = part.index
        self._stored = data.dataset.x
        self.dtype = np.dtype(dtype)
        self.n_features = data.n_inputs
        self._ahead = Ahead(self._stored, part.index) if is_mapped(self._stored) else None
        by_batch = self._ahead is not None or (
            self._stored.dtype == np.uint8
            and self.dtype == np.float32
            and self._scaling.is_single_division
        )
        self._scaled = None if by_batch else data.inputs(part, dtype)
        self._codes = np.empty((0, self.n_features), self._stored.dtype)

    def __len__(self) -> int:
        return len(self._index)

    def take(self, rows: Array, out: Array, coming: Array | None = None) -> None:
        """Write the scaled inputs of some rows of the part into ``out`` (n_rows, n_features).

        Parameters
        ----------
        coming
            These rows and those that come after them, as far as it is known.

        Raises
        ------
        DataError
            If the data are in a file that was changed, or a number is too large for the type.
        """
        if self._scaled is not None:
            np.take(self._scaled, rows, axis=0, out=out, mode="clip")
            return
        if len(self._codes) < len(rows):
            self._codes = np.empty((len(rows), self.n_features), self._stored.dtype)
        codes = self._codes[: len(rows)]
        if self._ahead is None:
            np.take(self._stored, self._index[rows], axis=0, out=codes, mode="clip")
            self._scaling.apply(codes, out=out)
            return
        self._ahead.take(rows, rows if coming is None else coming, codes)
        with no_overflow(self._title):
            self._scaling.apply(codes, out=out)
