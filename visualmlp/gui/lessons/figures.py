"""The figures of a lesson beside those of the run: which were reached."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from visualmlp.lessons import Figure
from visualmlp.lessons.figure import numbers_in
from visualmlp.training.history import EpochRecord

MEASURED = {"accuracy": "score", "loss": "loss"}
"""Quantities that a run's records have, and what they are called there."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One number to reach.

    Attributes
    ----------
    what, when
        What is measured, and at which moment, for the screen.
    expected
        The number, the allowed range, or how many numbers there are.
    low, high
        The allowed range; None for several numbers.
    figure, moment
        Where it comes from.
    """

    what: str
    when: str
    expected: str
    low: float | None
    high: float | None
    figure: Figure
    moment: int | None

    @property
    def is_compared(self) -> bool:
        """Whether the records of a run tell whether it is reached."""
        return self.low is not None and self.figure.quantity in MEASURED


def wanted(figures: Sequence[Figure]) -> list[Wanted]:
    """Every figure at every moment, in order."""
    return [
        _wanted(figure, i, moment) for figure in figures for i, moment in enumerate(figure.moments)
    ]


def _wanted(figure: Figure, i: int, moment: int | None) -> Wanted:
    names = figure.title, figure.moment_title(moment)
    if figure.accept:
        low, high = figure.accept
        return Wanted(*names, f"{low:g} … {high:g}", low, high, figure, moment)
    assert figure.expected is not None
    numbers = list(numbers_in(figure.expected[i]))
    if len(numbers) != 1:
        return Wanted(*names, f"{len(numbers)} numbers", None, None, figure, moment)
    (number,), room = numbers, figure.tolerance
    return Wanted(*names, f"{number:.6g}", number - room, number + room, figure, moment)


def reached(
    target: Wanted, records: Sequence[EpochRecord], n_samples: int, *, ended: bool
) -> tuple[float, bool] | None:
    """What a run has at that moment and whether it is as expected; None where it tells nothing.

    Parameters
    ----------
    records
        Those of the run so far, ascending.
    n_samples
        Size of the part: figures are of all its samples.
    ended
        Whether the run has come to its end.
    """
    figure = target.figure
    record = _record(target, records, ended)
    evaluation = getattr(record, figure.part or "", None) if record else None
    if not target.is_compared or evaluation is None or evaluation.n_samples != n_samples:
        return None
    value = getattr(evaluation, MEASURED[figure.quantity])
    return value, target.low <= value <= target.high


def _record(target: Wanted, records: Sequence[EpochRecord], ended: bool) -> EpochRecord | None:
    """The record of the moment, if there is one."""
    if target.moment is None:
        return records[-1] if ended else None
    unit = "epoch" if target.figure.epochs else "step"
    at = bisect_left(records, target.moment, key=lambda record: getattr(record, unit))
    found = records[at] if at < len(records) else None
    return found if found and getattr(found, unit) == target.moment else None
