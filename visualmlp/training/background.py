"""Analyses beside the training: the newest job of each kind, within a share of the time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

BUSY_SHARE = 0.15
"""Share of the time that analyses may take while training runs; more slows training visibly."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a job returned, or the error that it raised."""

    key: str
    value: Any = None
    error: BaseException | None = None


class Background:
    """Runs functions on one thread; of several jobs with one key only the newest is carried out."""

    def __init__(self) -> None:
        self._jobs: dict[str, Callable[[], Any]] = {}
        self._results: dict[str, Result] = {}
        self._running: str | None = None
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._closed = threading.Event()
        self._full_speed = threading.Event()
        self._full_speed.set()
        self._generation = 0
        self._thread = threading.Thread(target=self._work, name="analysis", daemon=True)
        self._thread.start()

    @property
    def throttled(self) -> bool:
        """Whether jobs rest between them, so that training keeps its speed."""
        return not self._full_speed.is_set()

    @throttled.setter
    def throttled(self, value: bool) -> None:
        (self._full_speed.clear if value else self._full_speed.set)()

    def submit(self, key: str, job: Callable[[], Any]) -> None:
        """Carry out a job soon, instead of an older one of that key that has not begun."""
        with self._lock:
            self._jobs[key] = job
        self._wake.set()

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
        self._closed.set()
        self._full_speed.set()
        self._wake.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._closed.is_set():
            with self._lock:
                key = next(iter(self._jobs), None)
                job = self._jobs.pop(key) if key is not None else None
                self._running = key
                generation = self._generation
            if key is None or job is None:
                self._wake.wait()
                self._wake.clear()
                continue
            began = time.perf_counter()
            result = self._carry_out(key, job)
            with self._lock:
                self._running = None
                if generation == self._generation:
                    self._results[key] = result
            self._full_speed.wait((time.perf_counter() - began) * (1 / BUSY_SHARE - 1))

    @staticmethod
    def _carry_out(key: str, job: Callable[[], Any]) -> Result:
        try:
            return Result(key, job())
        except Exception as error:  # noqa: BLE001 - the session shows it
            return Result(key, error=error)
