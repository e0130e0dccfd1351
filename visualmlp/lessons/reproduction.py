"""Carry out a variant of a lesson and compare what it reaches with what it has to reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isnan
from typing import Any

import numpy as np

from visualmlp.experiment import Experiment
from visualmlp.lessons.figure import Figure, numbers_in
from visualmlp.lessons.lesson import Variant
from visualmlp.lessons.quantities import QUANTITIES
from visualmlp.training.setup import build
from visualmlp.training.trainer import Trainer


@dataclass(frozen=True, slots=True)
class Check:
    """One value of a figure, compared.

    Attributes
    ----------
    figure
        Number of the figure in its variant.
    title, moment
        What was measured, and when ("epoch 100").
    expected, accept
        The value, or the range, that it has to have.
    obtained
        What the run gave: a number or nested lists; None where the run did not get that far.
    difference
        Greatest difference from the expected value, or from the range; inf where shapes differ.
    """

    figure: int
    title: str
    moment: str
    expected: Any
    accept: tuple[float, float] | None
    tolerance: float
    origin: str
    obtained: Any
    difference: float

    @property
    def passed(self) -> bool:
        """Whether the difference is within the tolerance."""
        return self.difference <= self.tolerance


def carry_out(variant: Variant, quick: bool = False) -> list[Check]:
    """Train as far as the figures ask for, and check each of them.

    Parameters
    ----------
    quick
        Whether to leave out the figures that take long to reach.

    Returns
    -------
    One check for each moment of each figure, in the order of the figures.

    Raises
    ------
    DataError, ExperimentError
        If the data cannot be used, or do not fit the experiment.
    """
    figures = [figure for figure in variant.figures if not (quick and figure.long)]
    if not figures:
        return []
    obtained = _measure(Trainer(build(_unwatched(variant.experiment))), figures)
    return [
        _check(figure, k, i, obtained.get((k, i)))
        for k, figure in enumerate(figures)
        for i in range(len(figure.moments))
    ]


def _unwatched(experiment: Experiment) -> Experiment:
    """Without the evaluations on the way, which do not change the training."""
    training = experiment.training
    return experiment.replace(
        training=training.replace(evaluate_every=training.epochs, watch_test=False)
    )


def _measure(trainer: Trainer, figures: list[Figure]) -> dict[tuple[int, int], Any]:
    """Values by the number of the figure and of its moment; none for moments not reached."""
    pending = {
        (k, i): figure for k, figure in enumerate(figures) for i in range(len(figure.moments))
    }
    obtained: dict[tuple[int, int], Any] = {}
    while True:
        for key in [key for key, figure in pending.items() if _is_due(trainer, figure, key[1])]:
            figure = pending.pop(key)
            obtained[key] = _plain(QUANTITIES[figure.quantity].measure(trainer, figure))
        if not pending or trainer.is_finished or trainer.divergence:
            return obtained
        trainer.step()


def _is_due(trainer: Trainer, figure: Figure, i: int) -> bool:
    moment = figure.moments[i]
    if moment is None:
        return trainer.is_finished
    if figure.steps:
        return trainer.step_count == moment
    return trainer.epoch == moment and trainer.batch == 0


def _plain(value: Any) -> Any:
    """Arrays as nested lists, copied."""
    return value.tolist() if isinstance(value, np.ndarray) else value


def _check(figure: Figure, k: int, i: int, obtained: Any) -> Check:
    expected = figure.expected[i] if figure.expected is not None else None
    if obtained is None:
        difference = inf
    elif figure.accept:
        difference = max(_outside(number, *figure.accept) for number in numbers_in(obtained))
    else:
        difference = worst_difference(expected, obtained)
    return Check(
        figure=k,
        title=figure.title,
        moment=figure.moment_title(figure.moments[i]),
        expected=expected,
        accept=figure.accept,
        tolerance=figure.tolerance,
        origin=figure.origin,
        obtained=obtained,
        difference=difference,
    )


def _outside(number: float, low: float, high: float) -> float:
    """How far a number is from a range: 0 inside."""
    return inf if isnan(number) else max(low - number, number - high, 0.0)


def worst_difference(expected: Any, obtained: Any) -> float:
    """Greatest difference of two numbers or nested lists; inf where their shapes differ."""
    return max(_differences(expected, obtained), default=0.0)


def _differences(expected: Any, obtained: Any) -> Iterator[float]:
    if isinstance(expected, list) and isinstance(obtained, list):
        if len(expected) != len(obtained):
            yield inf
        for one, other in zip(expected, obtained, strict=False):
            yield from _differences(one, other)
    elif isinstance(expected, list) or isinstance(obtained, list):
        yield inf
    else:
        difference = abs(expected - obtained)
        yield inf if isnan(difference) else difference
