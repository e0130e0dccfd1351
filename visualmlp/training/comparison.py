"""Where two runs part, and what they were set to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np

from visualmlp.experiment import Experiment, FieldSpec, Section, fields_of
from visualmlp.training.history import StepLog
from visualmlp.training.timeline import Edit


@dataclass(frozen=True, slots=True)
class Parting:
    """The first step that two runs do not have in common.

    Attributes
    ----------
    step
        Its number: up to the state before it the runs are the same.
    edits
        For each run, what was done to that state in it only.
    """

    step: int
    edits: tuple[tuple[Edit, ...], tuple[Edit, ...]] = ((), ())


def parting(
    steps: tuple[StepLog, StepLog], edits: tuple[Sequence[Edit], Sequence[Edit]] = ((), ())
) -> Parting | None:
    """Where two runs part; None if one is the beginning of the other.

    Parameters
    ----------
    steps
        Records of both runs.
    edits
        Edits of both runs.
    """
    by_record, by_edit = _first_record(*steps), first_edit_apart(*edits)
    shorter = min(map(len, steps))
    if by_edit is not None and by_edit <= min(by_record, shorter):
        return Parting(by_edit, (_only(edits[0], edits[1], by_edit), _only(*edits[::-1], by_edit)))
    return Parting(by_record) if by_record < shorter else None


def _first_record(one: StepLog, other: StepLog) -> int:
    """The first step recorded differently; the length of the shorter log if there is none."""
    count = min(len(one), len(other))
    differs = np.zeros(count, bool)
    for name in StepLog.COLUMNS:
        a, b = one.column(name)[:count], other.column(name)[:count]
        differs |= (a != b) & ~(np.isnan(a) & np.isnan(b))
    return int(differs.argmax()) if differs.any() else count


def first_edit_apart(one: Sequence[Edit], other: Sequence[Edit]) -> int | None:
    """The first state that was edited in one run otherwise than in another, if any."""
    for a, b in zip_longest(one, other):
        if a is None or b is None or _content(a) != _content(b):
            return min(edit.step for edit in (a, b) if edit is not None)
    return None


def _only(one: Sequence[Edit], other: Sequence[Edit], step: int) -> tuple[Edit, ...]:
    known = [_content(edit) for edit in other]
    return tuple(edit for edit in one if edit.step == step and _content(edit) not in known)


def _content(edit: Edit) -> tuple[object, ...]:
    """What an edit does; its label may differ."""
    return edit.step, edit.experiment, edit.indices, edit.values, edit.frozen


def experiment_at(first: Experiment, edits: Sequence[Edit], step: int | None = None) -> Experiment:
    """The hyper-parameters in force at a state of a run; at its head where ``step`` is None."""
    for edit in edits:
        if edit.experiment is not None and (step is None or edit.step <= step):
            first = edit.experiment
    return first


@dataclass(frozen=True, slots=True)
class Setting:
    """A declared field with the values that several experiments give it.

    Attributes
    ----------
    place
        The sections that it is in: "optimizer", or "network", "hidden", "1".
    spec
        How it is declared.
    values
        One for each experiment.
    """

    place: tuple[str, ...]
    spec: FieldSpec
    values: tuple[Any, ...]


def settings_that_differ(experiments: Sequence[Experiment]) -> list[Setting]:
    """The fields that have not the same value in all experiments, in their order.

    Layers are compared field by field where all have as many of them.
    """
    found = []
    for name in Experiment.model_fields:
        sections = [getattr(experiment, name) for experiment in experiments]
        if isinstance(sections[0], Section):
            found += _fields_that_differ((name,), sections)
    return found


def _fields_that_differ(place: tuple[str, ...], sections: Sequence[Section]) -> list[Setting]:
    found = []
    for spec in fields_of(type(sections[0])):
        values = tuple(getattr(section, spec.name) for section in sections)
        if all(value == values[0] for value in values):
            continue
        inner = (*place, spec.name)
        if isinstance(values[0], Section):
            found += _fields_that_differ(inner, values)
        elif _are_layers(values) and len({len(value) for value in values}) == 1:
            for number, layers in enumerate(zip(*values, strict=True), start=1):
                found += _fields_that_differ((*inner, str(number)), layers)
        else:
            found.append(Setting(place, spec, values))
    return found


def _are_layers(values: Sequence[Any]) -> bool:
    return isinstance(values[0], tuple) and any(isinstance(v, Section) for v in values[0])
