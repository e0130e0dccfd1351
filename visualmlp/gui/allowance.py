"""A share of one thread's time, kept on the average."""

from __future__ import annotations

import time
from collections.abc import Callable

MOST_CREDIT, MOST_DEBT = 0.1, 0.25
"""Seconds whose share can be saved up, and be taken in advance: work that is dear for its share
still gets its turn four times a second."""


class Allowance:
    """Tells whether the thread that asks has worked no more than its share.

    Parameters
    ----------
    now, worked
        Seconds gone by, and seconds that the thread has worked, each since any moment.
    """

    def __init__(
        self,
        now: Callable[[], float] = time.perf_counter,
        worked: Callable[[], float] = time.thread_time,
    ) -> None:
        self._now, self._worked = now, worked
        self._counted = now(), worked()
        self._credit = 0.0

    def is_left(self, share: float) -> bool:
        """Whether anything is left of a share of the time since the last call, and of credit."""
        now, worked = self._now(), self._worked()
        earned = share * (now - self._counted[0]) - (worked - self._counted[1])
        self._counted = now, worked
        self._credit = min(max(self._credit + earned, -share * MOST_DEBT), share * MOST_CREDIT)
        return self._credit >= 0
