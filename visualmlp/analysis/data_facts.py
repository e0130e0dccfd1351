"""What can be counted and measured of a data set: shapes of its arrays, headers of its files."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualmlp.data import Dataset, PreparedData
from visualmlp.data.idx import DTYPES

_CODES = {np.dtype(name): code for code, name in DTYPES.items()}


@dataclass(frozen=True, slots=True)
class ArrayFacts:
    """The name of an array, its shape, and the type of its numbers."""

    name: str
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True, slots=True)
class IdxHeader:
    """What stands at the beginning of an IDX file.

    Attributes
    ----------
    part, holds
        ``train`` or ``test``; ``pictures`` or ``labels``.
    magic
        Two zero bytes, the code of the type, and the number of dimensions, as one number.
    dimensions
        The count first; of pictures, rows and columns too.
    """

    part: str
    holds: str
    magic: int
    dimensions: tuple[int, ...]


def array_facts(data: PreparedData, dtype: str, *, samples_as_columns: bool) -> list[ArrayFacts]:
    """Inputs ``x`` and targets ``t`` of each part that has samples.

    Parameters
    ----------
    dtype
        Of the targets, as the network gets them; the inputs' is the stored one.
    samples_as_columns
        Whether the arrays are told transposed: a column, not a row, a sample.
    """
    widths = {
        "x": (data.n_inputs, str(data.dataset.x.dtype)),
        "t": (data.n_outputs, dtype),
    }
    facts = []
    for part in data.parts:
        for letter, (width, kind) in widths.items():
            shape = (width, len(part)) if samples_as_columns else (len(part), width)
            facts.append(ArrayFacts(f"{letter}_{part.name}", shape, kind))
    return [fact for fact in facts if 0 not in fact.shape]


def idx_headers(dataset: Dataset) -> list[IdxHeader]:
    """The headers of the IDX files that hold a data set of pictures, labels as bytes.

    Empty if these pictures cannot be in such files.
    """
    code = _CODES.get(dataset.x.dtype)
    if code is None or dataset.image_shape is None:
        return []
    counts = {"train": dataset.n_samples - dataset.n_given_test, "test": dataset.n_given_test}
    headers = []
    for part, count in counts.items():
        if count:
            shape = (count, *dataset.image_shape)
            headers.append(IdxHeader(part, "pictures", _magic(code, shape), shape))
            headers.append(IdxHeader(part, "labels", _magic(0x08, (count,)), (count,)))
    return headers


def _magic(code: int, shape: tuple[int, ...]) -> int:
    return (code << 8) + len(shape)
