"""What stands in for the inputs or targets of samples that do not fit into memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from visualmlp.data.dataset import Array
from visualmlp.data.prepared import Part
from visualmlp.errors import DataError


class OnDemand:
    """Rows of an array (n, width) that is nowhere as a whole: made when they are asked for.

    Parameters
    ----------
    make
        Makes the rows of a part.
    part
        All samples.
    width, dtype
        Columns, and their type.
    """

    ndim = 2

    def __init__(
        self, make: Callable[[Part], Array], part: Part, width: int, dtype: npt.DTypeLike
    ) -> None:
        self._make = make
        self._part = part
        self.shape = (len(part), width)
        self.dtype = np.dtype(dtype)

    def __len__(self) -> int:
        return len(self._part)

    def __getitem__(self, rows: Any) -> Array:
        if isinstance(rows, slice):
            return self._make(self._part.rows(rows))
        made = self._make(self._part.rows(np.atleast_1d(rows)))
        return made if np.ndim(rows) else made[0]

    def refuse(self, *_: object, **__: object) -> NoReturn:
        """Say that they are too many to be had at once.

        Raises
        ------
        DataError
            Always.
        """
        raise DataError(
            f"{len(self):,} samples do not fit into memory at once: only some of them can be "
            "looked at."
        )

    __array__ = mean = refuse
