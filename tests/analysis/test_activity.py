import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.analysis.activity import (
    RANGES,
    class_means,
    dead_units,
    evenly_spaced,
    extreme_samples,
    mean_and_deviation,
    saturated_share,
    saturated_shares,
    silent_shares,
)

A = np.array([[1.0, 0.0, -1.0], [3.0, 0.0, -2.0], [5.0, 0.0, 4.0]], np.float32)


def test_class_means_are_the_means_of_each_class_and_nan_without_samples():
    means = class_means(A, np.array([0, 0, 2]), 3)

    expected = [[2.0, np.nan, 5.0], [0.0, np.nan, 0.0], [-1.5, np.nan, 4.0]]
    np.testing.assert_array_equal(means, expected)
    assert means.dtype == np.float64


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 60), classes=st.integers(1, 6))
def test_class_means_weighted_by_class_sizes_are_the_mean_of_all(seed, n, classes):
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(n, 4))
    labels = rng.integers(0, classes, n)

    means = class_means(a, labels, classes)

    counts = np.bincount(labels, minlength=classes)
    total = np.nansum(means * counts, axis=1) / n
    np.testing.assert_allclose(total, a.mean(axis=0), atol=1e-12)


def test_mean_and_deviation_of_every_unit():
    np.testing.assert_allclose(
        mean_and_deviation(A), np.stack([A.mean(axis=0), A.std(axis=0)], axis=1), rtol=1e-6
    )
    assert np.isnan(mean_and_deviation(A[:0])).all()


def test_only_units_that_are_never_above_zero_are_dead():
    np.testing.assert_array_equal(dead_units(A), [False, True, False])
    np.testing.assert_array_equal(dead_units(-A), [True, True, False])


def test_a_unit_with_nan_is_not_dead_and_raises_no_warning():
    a = A.copy()
    a[:, 1] = np.nan, np.inf, -np.inf

    np.testing.assert_array_equal(dead_units(a), [False, False, False])
    assert np.isnan(class_means(a, np.array([0, 0, 0]), 1)[1, 0])
    assert np.isnan(mean_and_deviation(a)[1]).all()


@pytest.mark.parametrize(("n", "most"), [(0, 5), (4, 5), (5, 5), (6, 5), (10_000, 2_000)])
def test_evenly_spaced_rows_reach_both_ends_without_repetition(n, most):
    rows = evenly_spaced(n, most)

    assert len(rows) == min(n, most)
    assert (np.diff(rows) > 0).all()
    if n:
        assert rows[0] == 0
        assert rows[-1] == n - 1
        assert np.diff(rows).max(initial=1) <= -(-n // most) + 1


def test_silent_shares_and_dead_units():
    a = np.array([[0.0, 0.0, 1.0, np.nan], [0.0, 2.0, 1.0, 0.0]])
    np.testing.assert_array_equal(silent_shares(a), [1, 0.5, 0, 0.5])
    assert dead_units(a).tolist() == [True, False, False, False]


def test_saturated_is_within_a_hundredth_of_the_range_from_an_end():
    z = np.array([[-5.0, 0.0], [5.0, 2.0], [1.0, -4.0], [0.0, 0.0]])
    sigmoid, tanh = 1 / (1 + np.exp(-z)), np.tanh(z / 2)
    np.testing.assert_array_equal(saturated_shares(sigmoid, RANGES["sigmoid"]), [0.5, 0])
    np.testing.assert_array_equal(saturated_shares(tanh, RANGES["tanh"]), [0.5, 0])
    assert saturated_share(sigmoid, RANGES["sigmoid"]) == 0.25


def test_extreme_samples_are_ordered_by_activation_then_by_what_decides_ties():
    a = np.array([0.0, 3.0, 0.0, np.nan, 1.0, 0.0])
    z = np.array([-1.0, 3.0, -4.0, np.nan, 1.0, -1.0])
    highest, lowest = extreme_samples(a, z, 3)
    assert highest.tolist() == [1, 4, 0]
    assert lowest.tolist() == [2, 0, 5]
    assert [len(rows) for rows in extreme_samples(a, z, 99)] == [5, 5]
