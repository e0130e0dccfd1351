"""Counts of true and predicted classes."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.analysis.confusion import confusion_counts

LABELS = np.array([0, 0, 0, 1, 1, 2, 2, 2])
PREDICTED = np.array([0, 1, 0, 1, 0, 2, -1, 1])


def test_rows_are_true_and_columns_predicted():
    expected = [[2, 1, 0], [1, 1, 0], [0, 1, 1]]
    assert confusion_counts(LABELS, PREDICTED, 3).tolist() == expected


@settings(max_examples=40)
@given(st.data())
def test_counts_equal_a_count_by_hand(data):
    n_classes = data.draw(st.integers(1, 6))
    pairs = data.draw(
        st.lists(st.tuples(st.integers(0, n_classes - 1), st.integers(-1, n_classes - 1)))
    )
    labels = np.array([pair[0] for pair in pairs], np.int64)
    predicted = np.array([pair[1] for pair in pairs], np.intp)
    counts = confusion_counts(labels, predicted, n_classes)
    assert counts.shape == (n_classes, n_classes)
    for true in range(n_classes):
        for guess in range(n_classes):
            assert counts[true, guess] == pairs.count((true, guess))


def test_labels_of_a_narrow_type_do_not_overflow():
    labels = np.full(3, 99, np.int8)
    assert confusion_counts(labels, np.full(3, 99), 100)[99, 99] == 3
