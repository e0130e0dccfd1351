"""What the worker was asked to do, in its order; what waits until a seek is there."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from visualmlp.training.trainer import Trainer

PATIENCE = 0.25
"""Seconds after which a seek counts as long: it shows how far it is, and can be interrupted."""


class Order(NamedTuple):
    """Something to do between two steps.

    Attributes
    ----------
    carry_out
        Does it.
    is_seek
        Whether it only says where the cursor shall be: of several at once the last one counts.
    interrupts
        Whether it need not wait for the end of a long seek.
    """

    carry_out: Callable[[Trainer], None]
    is_seek: bool = False
    interrupts: bool = False


class Orders:
    """A queue that is filled by other threads.

    A seek takes some steps, and what was ordered after it is meant for the state that it leads to.
    Seeks themselves wait too, so that each of them is seen while the cursor is dragged.
    """

    def __init__(self) -> None:
        self._waiting: deque[Order] = deque()
        self._seek_began: float | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, order: Order) -> None:
        """Put an order at the end."""
        self._waiting.append(order)

    def take(self, *, is_seeking: bool) -> Order | None:
        """The next order that may be carried out now, if there is one."""
        if not self._waiting or (is_seeking and self._has_to_wait(self._waiting[0])):
            return None
        self._seek_began = None
        return self._waiting.popleft()

    def _has_to_wait(self, order: Order) -> bool:
        if self._seek_began is None:
            return not order.is_seek
        waiting = self._waiting.copy()
        return not (self.is_long_seek and any(other.interrupts for other in waiting))

    def seek_begins(self) -> None:
        """Tell that the first step of a seek will be made now."""
        self._seek_began = time.perf_counter()

    @property
    def is_long_seek(self) -> bool:
        """Whether the seek under way has taken long already."""
        began = self._seek_began
        return began is not None and time.perf_counter() > began + PATIENCE
