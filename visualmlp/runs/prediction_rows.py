"""Predictions as the rows of a CSV file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from visualmlp.runs.prediction import Predicted, Predictor


def columns(predictor: Predictor) -> list[str]:
    """The names of the columns."""
    named = ["prediction"] if predictor.recipe.class_names else []
    return ["file", "sample", *named, *predictor.output_names, "problem"]


def rows(path: Path, predicted: Predicted) -> Iterator[list[str]]:
    """A row for each sample; numbers as short as they can be read back exactly."""
    outputs: Sequence[list[str]] = predicted.outputs.astype(str).tolist()
    classes, problems = predicted.classes, predicted.problems
    n_empty = len(outputs[0]) + bool(classes) if outputs else 0
    for i, (name, problem) in enumerate(zip(predicted.batch.names, problems, strict=True)):
        said = [""] * n_empty if problem else [*classes[i : i + 1], *outputs[i]]
        yield [str(path), name, *said, problem]
