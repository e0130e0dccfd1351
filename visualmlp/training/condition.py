"""What a run can be stopped by: the kinds of conditions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from visualmlp.data import Part
from visualmlp.errors import ExperimentError
from visualmlp.experiment import Section
from visualmlp.registry import Registry
from visualmlp.training.trainer import Trainer

Check = Callable[[Trainer], str | None]
"""Given the trainer after a step: why to stop there, in a clause, or None. It only looks: the run
has the same bits with and without it."""

PartName = Literal["train", "validation", "test"]
Side = Literal["below", "above"]

PART_NAMES = {"train": "training", "validation": "validation", "test": "test"}
"""The parts of the data in a sentence."""


class BehindError(ExperimentError):
    """The state that is asked for lies behind the cursor, so that no step leads there."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something to stop at.

    Attributes
    ----------
    name, title
        Identifier, and what it is on the screen.
    cost
        When it is looked at and what that takes, in a sentence; empty: after every step, nothing.
    parameters
        What can be set of it.
    make
        ``make(parameters, trainer) -> Check``; raises ExperimentError where it has no meaning.
    is_certain
        Whether it comes at last, whatever the numbers do: then also beyond the planned epochs.
    """

    name: str
    title: str
    cost: str
    parameters: type[Section]
    make: Callable[[Any, Trainer], Check]
    is_certain: bool = False


CONDITIONS: Registry[Condition] = Registry("condition")


def required_part(name: PartName, trainer: Trainer) -> Part:
    """A part of the data.

    Raises
    ------
    ExperimentError
        If it has no samples.
    """
    part = next(part for part in trainer.setup.data.parts if part.name == name)
    if len(part) == 0:
        raise ExperimentError(f"the {PART_NAMES[name]} part has no samples")
    return part
