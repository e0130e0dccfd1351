"""Drawing samples: how many of each class, and which."""

from __future__ import annotations

import numpy as np

from visualmlp.data.dataset import Array


def shares(counts: Array, total: int) -> Array:
    """Share ``total`` among groups in proportion to their sizes, by largest remainders.

    Parameters
    ----------
    counts
        Size of each group, int64, shape (n_groups,).
    total
        At most the sum of ``counts``.

    Returns
    -------
    Shares, int64, shape (n_groups,): they sum to ``total``, none exceeds its group, and each is
    less than 1 away from the exact proportion. Equal remainders favour the first group.
    """
    share, remainder = np.divmod(total * counts, counts.sum())
    favoured = np.argsort(-remainder, kind="stable")[: total - share.sum()]
    share[favoured] += 1
    return share


def draw(groups: Array, total: int, rng: np.random.Generator | None) -> Array:
    """Draw ``total`` of the samples, from each group in proportion to its size.

    Parameters
    ----------
    groups
        Group of each sample, int64 from 0, shape (n_samples,).
    rng
        Draws at random; None takes the last samples of each group.

    Returns
    -------
    Which samples are drawn, bool, shape (n_samples,).
    """
    drawn = np.zeros(len(groups), bool)
    for group, count in enumerate(shares(np.bincount(groups), total)):
        members = np.flatnonzero(groups == group)
        order = members if rng is None else rng.permutation(members)
        drawn[order[len(order) - count :]] = True
    return drawn
