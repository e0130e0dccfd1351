"""An array that grows at its end."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_FIRST_ROOM = 1024


class Growing:
    """Values in memory that doubles when it is full, so that adding costs what is added."""

    def __init__(self, dtype: npt.DTypeLike = np.float64) -> None:
        self._memory = np.empty(_FIRST_ROOM, dtype)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def values(self) -> npt.NDArray:
        """What there is, as a view; what is added later leaves it as it is."""
        return self._memory[: self._count]

    def extend(self, values: npt.NDArray) -> None:
        """Add values at the end."""
        self.put(self._count, values)

    def put(self, place: int, values: npt.NDArray) -> None:
        """Let these values be the last, from a place on that is not beyond the end."""
        end = place + len(values)
        if end > len(self._memory):
            memory = np.empty(max(end, 2 * len(self._memory)), self._memory.dtype)
            memory[:place] = self._memory[:place]
            self._memory = memory
        self._memory[place:end] = values
        self._count = end
