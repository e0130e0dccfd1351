"""Timing several contestants against each other on a machine that others use too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter

Times = dict[str, list[float]]


def interleave(
    contestants: Mapping[str, Callable[[], object]], rounds: int, seconds: float
) -> Times:
    """Let all contestants run in turn, round by round.

    Parameters
    ----------
    contestants
        By name, a function that does one step.
    seconds
        Length of one turn.

    Returns
    -------
    dict
        By name, seconds per step in each round.
    """
    steps = {name: _steps_in(step, seconds) for name, step in contestants.items()}
    times: Times = {name: [] for name in contestants}
    names = list(contestants)
    for i in range(rounds):
        first = i % len(names)
        for name in names[first:] + names[:first]:
            times[name].append(_seconds_per_step(contestants[name], steps[name]))
    return times


def ratio(times: Times, name: str, other: str) -> float:
    """How many times as fast one is as another: the median over the rounds."""
    return median(b / a for a, b in zip(times[name], times[other], strict=True))


def _steps_in(step: Callable[[], object], seconds: float) -> int:
    _seconds_per_step(step, 3)
    return max(1, round(seconds / _seconds_per_step(step, 5)))


def _seconds_per_step(step: Callable[[], object], steps: int) -> float:
    start = perf_counter()
    for _ in range(steps):
        step()
    return (perf_counter() - start) / steps
