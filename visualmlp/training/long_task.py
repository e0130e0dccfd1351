"""An analysis that takes its time, on a thread of its own: with progress, and cancelled at will."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeAlias, TypeVar

T = TypeVar("T")
BUSY_SHARE = 0.15
"""Share of a core that a task takes while training runs; the rest of the time it sleeps."""


class Cancelled(Exception):  # noqa: N818 - it ends a task, nothing went wrong
    """The task was cancelled."""


class Progress(NamedTuple):
    """How far a task is; ``total`` is 0 as long as nobody knows."""

    done: int = 0
    total: int = 0


Report: TypeAlias = Callable[[int, int], None]
"""``report(done, total)``: tells the progress; raises :class:`Cancelled` to end the task."""


class LongTask(Generic[T]):
    """Carries out one function on a thread; whoever started it looks now and then.

    Parameters
    ----------
    function
        Takes a :data:`Report`, calls it every few milliseconds, and returns the result.
    is_throttled
        Whether training runs at the moment: the task then rests at each report.

    Attributes
    ----------
    progress
        What was reported last.
    result
        What the function returned; None before.
    error
        What it raised; None if nothing, or if the task was cancelled.
    """

    def __init__(
        self, function: Callable[[Report], T], is_throttled: Callable[[], bool] = lambda: False
    ) -> None:
        self.progress = Progress()
        self.result: T | None = None
        self.error: Exception | None = None
        self._function = function
        self._is_throttled = is_throttled
        self._cancelled = threading.Event()
        self._rested_at = time.perf_counter()
        self._thread = threading.Thread(target=self._work, name="long task", daemon=True)
        self._thread.start()

    @property
    def is_done(self) -> bool:
        """Whether it ended, in whatever way."""
        return not self._thread.is_alive()

    def cancel(self, *, wait: bool = False) -> None:
        """End at the next report.

        Parameters
        ----------
        wait
            Whether to return only after it has ended.
        """
        self._cancelled.set()
        if wait:
            self._thread.join()

    def _work(self) -> None:
        try:
            self.result = self._function(self._report)
        except Cancelled:
            pass
        except Exception as error:  # noqa: BLE001 - whoever started the task shows it
            self.error = error

    def _report(self, done: int, total: int) -> None:
        self.progress = Progress(done, total)
        rest = 0.0
        if self._is_throttled():
            rest = (time.perf_counter() - self._rested_at) * (1 / BUSY_SHARE - 1)
        if self._cancelled.wait(rest) if rest else self._cancelled.is_set():
            raise Cancelled
        self._rested_at = time.perf_counter()
