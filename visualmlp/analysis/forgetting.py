"""Which samples a network learns and forgets again, over many of its past states.

After Toneva et al. (2019), "An empirical study of example forgetting during deep neural network
learning": a sample is forgotten where it is predicted right at one state and wrong at the next.
They count over the mini-batches that hold the sample; here it is between the states that are
given: what happens between two of them is not seen.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Predicted = npt.NDArray[np.integer[Any]]
"""Predicted classes, (n_states, n_samples)."""
Labels = npt.NDArray[np.integer[Any]]
Counts = npt.NDArray[np.intp]
Order = Literal["forgotten", "flips", "never"]


def flips(predicted: Predicted) -> Counts:
    """How often the prediction of each sample became another class, (n_samples,)."""
    return np.asarray(np.count_nonzero(predicted[1:] != predicted[:-1], axis=0))


def forgetting_events(predicted: Predicted, labels: Labels) -> Counts:
    """How often each sample was right at one state and wrong at the next, (n_samples,)."""
    right = predicted == labels
    return np.asarray(np.count_nonzero(right[:-1] & ~right[1:], axis=0))


def never_learnt(predicted: Predicted, labels: Labels) -> npt.NDArray[np.bool_]:
    """Whether each sample was right at none of the states, (n_samples,)."""
    return np.asarray(~(predicted == labels).any(axis=0))


def wrong_since(predicted: Predicted, labels: Labels) -> Counts:
    """For every sample the state from which on it has been wrong up to the last one, (n_samples,).

    0 for a sample that was never right; the number of states for one that is right at the last.
    """
    right = predicted == labels
    last_right = len(right) - 1 - np.argmax(right[::-1], axis=0)
    return np.asarray(np.where(right.any(axis=0), last_right + 1, 0))


def ranked(predicted: Predicted, labels: Labels, order: Order) -> Counts:
    """Rows of the samples that an order is about, those with most of it first.

    Parameters
    ----------
    predicted
        (n_states, n_samples).
    labels
        (n_samples,).
    order
        ``"forgotten"``: by forgetting events, those with as many by flips. ``"flips"``: by flips.
        ``"never"``: those never predicted right, by flips. Then as the data are.
    """
    changes = flips(predicted)
    if order == "never":
        rows = np.flatnonzero(never_learnt(predicted, labels))
        return rows[np.argsort(-changes[rows], kind="stable")]
    first = forgetting_events(predicted, labels) if order == "forgotten" else changes
    rows = np.flatnonzero(first)
    return rows[np.lexsort((-changes[rows], -first[rows]))]


def spread_steps(head: int, most: int) -> range:
    """At most ``most`` steps from 0 to a run's head, evenly spaced by a power of two.

    So the steps of a run that grew are those that it had before, or every other one, and new ones.
    """
    spacing = 1
    while head // spacing >= most:
        spacing *= 2
    return range(0, head + 1, spacing)
