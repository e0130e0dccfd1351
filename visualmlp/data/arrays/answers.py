"""Answers of any kind: labels, names, one-hot rows, or numbers to be reached."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualmlp.data.dataset import Array
from visualmlp.data.idx_pair import MAX_CLASSES
from visualmlp.data.labels import classes_of
from visualmlp.errors import DataError

FEW_CLASSES = 100
"""Floating answers are labels if they are whole numbers, and so few different ones at most."""


def answers_of(y: Array, task: str, where: str) -> dict[str, Any]:
    """Task, targets and names of the classes.

    Parameters
    ----------
    y
        Shape (n,), (n, 1), (1, n) or (n, n_outputs): texts, whole or floating numbers.
    task
        ``classification``, ``binary``, ``regression``, or ``auto`` to see by the numbers.

    Raises
    ------
    DataError
        If they cannot be used.
    """
    y = y.reshape(len(y), -1) if y.ndim > 1 else y
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.dtype.kind in "SU":
        return _of_texts(y, where)
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        row = int(np.argwhere(~np.isfinite(y))[0][0])
        raise DataError(f"{where}: the answer of sample {row + 1:,} is no finite number.")
    if task != "regression" and y.ndim == 2 and _is_one_hot(y):
        names = tuple(map(str, range(y.shape[1])))
        return {"task": "classification", "targets": y.argmax(axis=1), "class_names": names}
    if task == "regression" or y.ndim == 2 or (task == "auto" and not _are_labels(y)):
        targets = (y if y.ndim == 2 else y[:, None]).astype(np.float64)
        return {"task": "regression", "targets": targets, "class_names": ()}
    return _of_numbers(y, where)


def _is_one_hot(y: Array) -> bool:
    return bool(((y == 0) | (y == 1)).all() and (y.sum(axis=1) == 1).all())


def _are_labels(y: Array) -> bool:
    if y.dtype.kind != "f":
        return True
    return bool((y == np.rint(y)).all()) and len(np.unique(y)) <= FEW_CLASSES


def _of_numbers(y: Array, where: str) -> dict[str, Any]:
    values, targets = np.unique(y, return_inverse=True)
    if values.dtype.kind == "f" and not (values == np.rint(values)).all():
        raise DataError(f"{where}: the answers are fractions, no labels: choose regression.")
    _check_count(len(values), where)
    names = tuple(str(int(value)) for value in values)
    return {"task": "classification", "targets": targets, "class_names": names}


def _of_texts(y: Array, where: str) -> dict[str, Any]:
    if y.ndim != 1:
        raise DataError(f"{where}: several texts for a sample: save one label for each.")
    if y.dtype.kind == "S":
        y = np.char.decode(y, "latin-1")
    names, targets = classes_of(np.char.strip(y), where)
    return {"task": "classification", "targets": targets, "class_names": names}


def _check_count(count: int, where: str) -> None:
    if count == 1:
        raise DataError(f"{where}: all labels are the same: classes need two or more.")
    if count > MAX_CLASSES:
        raise DataError(
            f"{where} has {count:,} different labels: at most {MAX_CLASSES:,} work. If they are "
            "numbers to be reached, choose regression as the task."
        )
