"""New samples for a trained network, opened whatever they are in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from visualmlp.data.dataset import Array


@dataclass(frozen=True, slots=True, eq=False)
class SampleBatch:
    """Some new samples, as stored.

    Attributes
    ----------
    names
        What each is called where it came from: the number of a row from 1, or a file's name.
    x
        Raw inputs (n, n_features), for :meth:`~visualmlp.data.recipe.Recipe.inputs`.
    problems
        Why a sample cannot be predicted, "" where it can.
    """

    names: list[str]
    x: Array
    problems: list[str]


@dataclass(frozen=True, slots=True, eq=False)
class NewSamples:
    """New samples of one file or folder.

    Attributes
    ----------
    path
        Where they are.
    n_samples
        How many.
    notes
        What the user might not expect, a sentence each.
    batches
        Reads so many at a time, in their order.
    """

    path: Path
    n_samples: int
    notes: tuple[str, ...]
    batches: Callable[[int], Iterator[SampleBatch]]
