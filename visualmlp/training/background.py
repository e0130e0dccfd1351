"""Analyses beside the training: the newest job of each kind, within a share of the time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

BUSY_SHARE = 0.06
"""Share of the time that the jobs of one key may take while training runs: on two cores, each per
cent of the other core costs training about as much (``benchmarks/gui.py``)."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a job returned, or the error that it raised."""

    key: str
    value: Any = None
    error: BaseException | None = None


class Background:
    """Runs functions on one thread; of several jobs with one key only the newest is carried out.

    While throttled, a key rests after each of its jobs in proportion to the time the job took, so
    that a heavy key comes seldom and does not hold up the light ones.
    """

    def __init__(self) -> None:
        self._jobs: dict[str, Callable[[], Any]] = {}
        self._results: dict[str, Result] = {}
        self._rests_until: dict[str, float] = {}
        self._running: str | None = None
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._closed = False
        self._throttled = False
        self._generation = 0
        self._thread = threading.Thread(target=self._work, name="analysis", daemon=True)
        self._thread.start()

    @property
    def throttled(self) -> bool:
        """Whether jobs rest between them, so that training keeps its speed."""
        return self._throttled

    @throttled.setter
    def throttled(self, value: bool) -> None:
        self._throttled = value
        self._wake.set()

    def submit(self, key: str, job: Callable[[], Any]) -> None:
        """Carry out a job soon, instead of an older one of that key that has not begun."""
        with self._lock:
            self._jobs[key] = job
        self._wake.set()

    def is_running(self, key: str) -> bool:
        """Whether a job of that key runs, or has a result that was not taken."""
        with self._lock:
            return key == self._running or key in self._results

    def is_busy(self, key: str) -> bool:
        """Whether a job of that key waits, runs, or has a result that was not taken."""
        with self._lock:
            return key in self._jobs or key == self._running or key in self._results

    def take(self) -> list[Result]:
        """The results since the last call."""
        with self._lock:
            results, self._results = list(self._results.values()), {}
        return results

    def clear(self) -> None:
        """Drop what waits, what runs and what was not taken."""
        with self._lock:
            self._generation += 1
            self._jobs.clear()
            self._results.clear()

    def close(self) -> None:
        """End the thread after the present job and wait for it."""
        self._closed = True
        self._wake.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._closed:
            key, delay = self._next_key()
            if key is None:
                self._wake.wait(delay)
                self._wake.clear()
            else:
                self._carry_out(key)

    def _next_key(self) -> tuple[str | None, float | None]:
        """The first key whose job may begin; otherwise None and the seconds until one may."""
        with self._lock:
            rests = {key: self._rests_until.get(key, 0.0) for key in self._jobs}
        now = time.perf_counter()
        for key, rests_until in rests.items():
            if not self._throttled or rests_until <= now:
                return key, 0.0
        return None, min(rests.values()) - now if rests else None

    def _carry_out(self, key: str) -> None:
        with self._lock:
            job = self._jobs.pop(key, None)
            if job is None:  # cleared meanwhile
                return
            self._running, generation = key, self._generation
        began = time.thread_time()  # waiting for the interpreter's lock is no work
        try:
            result = Result(key, job())
        except Exception as error:  # noqa: BLE001 - the session shows it
            result = Result(key, error=error)
        worked = time.thread_time() - began
        with self._lock:
            self._running = None
            self._rests_until[key] = time.perf_counter() + worked * (1 / BUSY_SHARE - 1)
            if generation == self._generation:
                self._results[key] = result
