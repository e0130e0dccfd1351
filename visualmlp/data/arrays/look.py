"""A first look at a file of arrays: what is in it, and which arrays are samples and answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from visualmlp.data.arrays.file import read_content
from visualmlp.data.arrays.parts import Parts, find_parts

Role = Literal["", "samples", "answers", "test samples", "test answers"]
MOST_LISTED = 200
DEEPEST = 4
"""Lists in lists that are looked into."""


@dataclass(frozen=True, slots=True)
class ArrayFacts:
    """An array of a file.

    Attributes
    ----------
    name
        As the file has it, ``[0][1]`` for those without names.
    shape
        Its sizes; of a list that of its first entries.
    kind
        Type of its values, ``list`` for lists.
    role
        What it is taken for.
    """

    name: str
    shape: tuple[int, ...]
    kind: str
    role: Role


def look_at_arrays(path: Path) -> list[ArrayFacts]:
    """The arrays of a file.

    Raises
    ------
    DataError
        If it cannot be read, or which array is what cannot be told.
    """
    content = read_content(path)
    parts = find_parts(content, str(path))
    facts = []
    for name, value in _arrays(content, ""):
        facts.append(ArrayFacts(name, _shape(value), _kind(value), _role(value, parts)))
        if len(facts) == MOST_LISTED:
            break
    return facts


def _arrays(value: Any, name: str, depth: int = 0) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            text = key.decode("latin-1") if isinstance(key, bytes) else str(key)
            yield from _arrays(inner, f"{name}.{text}".lstrip("."), depth + 1)
    elif isinstance(value, tuple) or (isinstance(value, list) and _holds_arrays(value)):
        if depth < DEEPEST:
            for place, inner in enumerate(value):
                yield from _arrays(inner, f"{name}[{place}]", depth + 1)
    elif isinstance(value, (list, np.ndarray)):
        yield name or "(one array)", value


def _holds_arrays(values: list[Any]) -> bool:
    return bool(values) and len(values) <= DEEPEST and isinstance(values[0], (np.ndarray, tuple))


def _shape(value: Any) -> tuple[int, ...]:
    shape = []
    while isinstance(value, list):
        shape.append(len(value))
        value = value[0] if value else None
    return (*shape, *value.shape) if isinstance(value, np.ndarray) else tuple(shape)


def _kind(value: Any) -> str:
    return str(value.dtype) if isinstance(value, np.ndarray) else "list"


def _role(value: Any, parts: Parts) -> Role:
    if any(pair.x is value for pair in parts.train):
        return "samples"
    if any(pair.y is value for pair in parts.train):
        return "answers"
    if any(pair.x is value for pair in parts.test):
        return "test samples"
    return "test answers" if any(pair.y is value for pair in parts.test) else ""
