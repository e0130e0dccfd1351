"""Which class was predicted for which: counts of every pair."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.integer[Any]]
Counts = npt.NDArray[np.int64]


def confusion_counts(labels: Labels, predicted: Labels, n_classes: int) -> Counts:
    """Count the samples of every pair of true and predicted class.

    Parameters
    ----------
    labels, predicted
        (n_samples,), each from 0 to ``n_classes - 1``. Samples whose prediction is negative have
        none and are left out.
    n_classes
        Number of classes.

    Returns
    -------
    ndarray of int64, shape (n_classes, n_classes)
        Rows are the true classes, columns the predicted ones.
    """
    has_class = predicted >= 0
    pairs = labels[has_class].astype(np.int64) * n_classes + predicted[has_class]
    counts = np.bincount(pairs, minlength=n_classes * n_classes)
    return counts.reshape(n_classes, n_classes).astype(np.int64, copy=False)
