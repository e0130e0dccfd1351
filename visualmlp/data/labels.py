"""Labels written as text, turned into numbered classes."""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np

from visualmlp.data.dataset import Array
from visualmlp.data.idx_pair import MAX_CLASSES
from visualmlp.errors import DataError


def classes_of(labels: Array, where: str) -> tuple[tuple[str, ...], Array]:
    """The classes that occur, and the number of each label's class.

    Parameters
    ----------
    labels
        Texts, shape (n_samples,). Whole numbers may be written as ``5`` or ``5.0``.
    where
        What the labels are part of, for messages.

    Returns
    -------
    Names of the classes, sorted as numbers where all are numbers, otherwise as text; and labels,
    int64, shape (n_samples,).

    Raises
    ------
    DataError
        If there is one class only or more than 1,000, or if a label is a fraction.
    """
    texts, inverse = np.unique(labels, return_inverse=True)
    keys = _keys(texts.tolist(), where)
    order: list[Any] = sorted(set(keys))
    if len(order) == 1:
        raise DataError(f"{where}: every label is {order[0]}: classes need two labels or more.")
    if len(order) > MAX_CLASSES:
        raise DataError(
            f"{where} has {len(order):,} different labels: at most {MAX_CLASSES:,} work. "
            "Is the label in another column?"
        )
    place = {key: number for number, key in enumerate(order)}
    return tuple(map(str, order)), np.array([place[key] for key in keys], np.int64)[inverse]


def number_in(text: str) -> float | None:
    """The finite number that a text stands for; None if there is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) and "_" not in text else None


def _keys(texts: list[str], where: str) -> list[Any]:
    """What distinguishes classes: whole numbers if all are numbers, otherwise the texts."""
    numbers = [number_in(text) for text in texts]
    whole = [int(number) for number in numbers if number is not None and number.is_integer()]
    if len(whole) == len(texts):
        return whole
    if None not in numbers:
        fraction = next(text for text in texts if not float(text).is_integer())
        raise DataError(
            f"{where}: the label {fraction} is no class: labels are names or whole numbers. "
            "Choose regression as the task, or another column as the label."
        )
    return texts
