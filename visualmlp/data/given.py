"""Samples whose numbers stand in the experiment itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from visualmlp.data.dataset import Array, Dataset, measure_range
from visualmlp.data.labels import classes_of
from visualmlp.data.source import Source, SourceSettings
from visualmlp.errors import DataError


def _matrix(name: str, rows: Sequence[Sequence[float]]) -> Array:
    width = len(rows[0])
    if not width:
        raise DataError(f"{name}: row 1 is empty: write the numbers of a sample in each row.")
    for number, row in enumerate(rows, 1):
        if len(row) != width:
            raise DataError(
                f"{name}: row {number} has {len(row)} numbers, row 1 has {width}: "
                "give every row the same count."
            )
    return np.array(rows, np.float64)


def _check(settings: SourceSettings) -> None:
    if not settings.inputs:
        raise DataError(
            "inputs is empty: write one row of numbers a sample, such as [[1.0, 2.0]], into the "
            "data section of the experiment file, and targets or labels beside it."
        )
    if bool(settings.targets) == bool(settings.labels):
        raise DataError(
            "Numbers in the experiment need either targets (numbers to be reached) or labels "
            "(names of classes): give one of the two."
        )
    name = "targets" if settings.targets else "labels"
    answers = len(settings.targets or settings.labels)
    if answers != len(settings.inputs):
        raise DataError(
            f"inputs has {len(settings.inputs)} rows but {name} {answers}: give each sample one."
        )


def _answers(settings: SourceSettings) -> dict[str, Any]:
    if settings.targets:
        targets = _matrix("targets", settings.targets)
        return {"targets": targets, "task": "regression", "class_names": ()}
    names, labels = classes_of(np.array([label.strip() for label in settings.labels]), "labels")
    return {"targets": labels, "task": "classification", "class_names": names}


def _load(settings: SourceSettings) -> Dataset:
    _check(settings)
    x = _matrix("inputs", settings.inputs)
    return Dataset(
        name="given",
        title="Numbers in the experiment",
        x=x,
        feature_names=tuple(f"x{i}" for i in range(1, x.shape[1] + 1)),
        image_shape=None,
        value_range=measure_range(x),
        source="the experiment itself",
        licence="not stated",
        **_answers(settings),
    )


GIVEN = Source(
    name="given",
    title="Given numbers",
    kind="made",
    description="Samples whose inputs and targets are written in the experiment file.",
    load=_load,
    settings_used=("inputs", "targets", "labels"),
)
