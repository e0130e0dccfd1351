"""What one column alone knows of the target."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.data_columns import Numbers

Labels = npt.NDArray[np.int64]

MOST_CODES = 50
"""A column of at most so many different numbers is also looked at as one of categories."""
DENSE = 2.0
"""Whole numbers number the rows if all differ and they span at most so many times the rows."""


def class_skill(numbers: Numbers, labels: Labels, n_classes: int, *, is_category: bool) -> float:
    """Share of the mistakes of always answering the most frequent class that a column avoids.

    The column answers by the best cuts of its values, one interval for each class, or by the most
    frequent class of each of its values where these are few. Missing cells count as mistakes.

    Parameters
    ----------
    numbers
        Cells as numbers, (n,); NaN where missing.
    labels
        Classes, (n,).

    Returns
    -------
    float
        1 if the column knows all, 0 or less if it knows nothing.
    """
    majority = int(np.bincount(labels, minlength=n_classes).max())
    known = ~np.isnan(numbers)
    numbers, labels_known = numbers[known], labels[known]
    right = 0
    if numbers.size:
        different, codes = np.unique(numbers, return_inverse=True)
        if is_category or len(different) <= MOST_CODES:
            right = _right_by_value(codes, labels_known, n_classes)
        if not is_category and len(different) > 1:
            right = max(right, _right_by_cuts(codes, labels_known, n_classes))
    return (right - majority) / max(len(labels) - majority, 1)


def _right_by_value(codes: npt.NDArray[np.intp], labels: Labels, n_classes: int) -> int:
    """Right answers of the most frequent class of each value; a value of one row says nothing."""
    n_values = int(codes.max()) + 1
    counts = np.bincount(codes * n_classes + labels, minlength=n_values * n_classes)
    table = counts.reshape(n_values, n_classes)
    repeated = table.sum(axis=1) > 1
    return int(table[repeated].max(axis=1, initial=0).sum())


def _right_by_cuts(codes: npt.NDArray[np.intp], labels: Labels, n_classes: int) -> int:
    """Right answers of the best cuts into one interval a class, in the order of their medians.

    With ``right[k, i]`` the most right answers among the first i rows in order with the first
    k + 1 classes, found class by class (dynamic programming); cuts are between different values.
    """
    order = np.argsort(codes, kind="stable")
    codes, labels = codes[order], labels[order]
    present = np.flatnonzero(np.bincount(labels, minlength=n_classes))
    by_median = sorted(present.tolist(), key=lambda k: float(np.median(codes[labels == k])))
    may_cut = np.concatenate([[True], codes[1:] != codes[:-1], [True]])
    never = np.iinfo(np.int64).min // 2
    best = np.full(len(labels) + 1, never)
    best[0] = 0
    for k in by_median:
        hits = np.concatenate([[0], np.cumsum(labels == k)])
        gained = np.where(may_cut, best - hits, never)
        best = np.maximum.accumulate(gained) + hits
    return int(best[-1])


def correlation(numbers: Numbers, target: Numbers) -> float:
    """The larger magnitude of the correlations of values and of ranks; 0 where one is constant."""
    known = ~np.isnan(numbers)
    if known.sum() < 3:
        return 0.0
    a, b = numbers[known], target[known]
    return max(_pearson(a, b), _pearson(_ranks(a), _ranks(b)))


def _pearson(a: Numbers, b: Numbers) -> float:
    a, b = a - a.mean(), b - b.mean()
    norm = float(np.sqrt((a @ a) * (b @ b)))
    return abs(float(a @ b)) / norm if norm > 0 and np.isfinite(norm) else 0.0


def _ranks(values: Numbers) -> Numbers:
    """Ranks; equal values share the mean of theirs."""
    _, codes, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: Numbers = (ends - (counts - 1) / 2)[codes]
    return ranks


def numbers_the_rows(
    numbers: Numbers, index: npt.NDArray[np.int64], n_total: int, kind: str
) -> bool:
    """Whether a column only numbers or names rows.

    Parameters
    ----------
    numbers
        Cells as numbers, (n,).
    index
        Row numbers in the data set, ascending, (n,).
    n_total
        Rows of the data set.
    kind
        ``number`` or ``category``.
    """
    if np.isnan(numbers).any() or len(np.unique(numbers)) < len(numbers):
        return False
    if kind == "category":
        return True
    if (numbers != np.floor(numbers)).any():
        return False
    steps = np.diff(numbers)
    in_order = bool((steps > 0).all() or (steps < 0).all())
    return in_order or float(np.ptp(numbers)) < DENSE * n_total
