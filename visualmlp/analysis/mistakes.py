"""What a network predicts for each sample, and which samples it gets wrong."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from visualmlp.engine import Array
from visualmlp.engine.metrics import predicted_classes

Labels = npt.NDArray[np.integer[Any]]
Rows = npt.NDArray[np.intp]
Cell = tuple[int, int]
Filter = tuple[int | None, int | None]
"""True and predicted class; None is any."""
Order = Literal["loss", "confidence", "newest", "data"]

NO_CLASS = -1
"""The class predicted by outputs that hold NaN: none."""


def predictions(y: Array) -> tuple[Rows, Array]:
    """Predicted class of each sample and how sure the network is of it.

    Parameters
    ----------
    y
        Outputs (n_samples, n_outputs). One column is the probability of class 1.

    Returns
    -------
    predicted
        (n_samples,); ``NO_CLASS`` where an output is NaN.
    confidence
        (n_samples,): the output of the predicted class, or with one output 1 - y for class 0;
        NaN where there is no class.
    """
    nothing = np.isnan(y).any(axis=1)
    predicted = np.where(nothing, NO_CLASS, predicted_classes(y))
    if y.shape[1] == 1:
        confidence = np.where(predicted == 1, y[:, 0], 1 - y[:, 0])
    else:
        confidence = np.take_along_axis(y, predicted[:, None], axis=1)[:, 0]
    return predicted, np.where(nothing, np.nan, confidence)


def class_outputs(y: Array) -> Array:
    """A column for each class, (n_samples, n_classes): a single output y makes 1 - y and y."""
    return np.concatenate([1 - y, y], axis=1) if y.shape[1] == 1 else y


def chosen_rows(labels: Labels, predicted: Labels, cell: Cell | None = None) -> Rows:
    """Rows of the wrongly classified samples, or of all in a cell (true, predicted)."""
    if cell is None:
        return np.flatnonzero(labels != predicted)
    return np.flatnonzero((labels == cell[0]) & (predicted == cell[1]))


def filtered_rows(labels: Labels, predicted: Labels, wanted: Filter) -> Rows:
    """Rows of a cell, or of the wrong samples of one true or predicted class, or of all wrong."""
    true, guess = wanted
    if true is not None and guess is not None:
        return chosen_rows(labels, predicted, (true, guess))
    chosen = labels != predicted
    if true is not None:
        chosen &= labels == true
    if guess is not None:
        chosen &= predicted == guess
    return np.flatnonzero(chosen)


def ordered(rows: Rows, order: Order, values: npt.NDArray[Any]) -> Rows:
    """Sort rows: the highest value first (NaN last), or as the data are.

    Parameters
    ----------
    rows
        Ascending; rows of equal value stay in this order.
    values
        Losses, confidence or how new a mistake is, of all samples, (n_samples,).
    """
    if order == "data":
        return rows
    return rows[np.argsort(-values[rows], kind="stable")]


def next_mistake(labels: Labels, predicted: Labels, after: int) -> int | None:
    """The first wrong row after a row, from the start again at the end; None if all are right."""
    rows = chosen_rows(labels, predicted)
    if not len(rows):
        return None
    return int(rows[np.searchsorted(rows, after, side="right") % len(rows)])
