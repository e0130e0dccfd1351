"""Counts in bins, against NumPy's own histogram."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.analysis.histogram import common_limits, histogram


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 300), n_bins=st.integers(1, 60))
def test_it_counts_as_numpy_does(seed, n, n_bins):
    values = np.random.default_rng(seed).normal(size=(n, 2))
    found = histogram(values, n_bins)
    counts, edges = np.histogram(values, n_bins, range=(found.edges[0], found.edges[-1]))
    np.testing.assert_allclose(found.edges, edges)
    assert np.abs(found.counts - counts).sum() <= 2  # a value on an edge may fall to either side
    assert found.counts.sum() == 2 * n
    assert found.n_not_finite == 0


def test_ends_are_the_extremes_and_the_greatest_is_in_the_last_bin():
    found = histogram(np.array([0.0, 1.0, 1.5, 4.0], np.float32), 4)
    assert found.edges.tolist() == [0, 1, 2, 3, 4]
    assert found.counts.tolist() == [1, 2, 0, 1]


def test_values_that_are_not_finite_are_counted_apart():
    found = histogram(np.array([[np.nan, 1.0], [np.inf, 2.0], [-np.inf, 3.0]]), 2)
    assert found.counts.sum() == 3
    assert (found.n_not_finite, found.n_values) == (3, 6)
    assert histogram(np.array([np.nan]), 3).counts.sum() == 0


@pytest.mark.parametrize("value", [0.0, -2.5, 1e30, 1e-30])
def test_equal_values_get_bins_with_a_width(value):
    found = histogram(np.full(7, value))
    assert found.counts.sum() == 7
    assert found.edges[0] < value < found.edges[-1]
    assert (np.diff(found.edges) > 0).all()


def test_few_values_get_few_bins():
    assert len(histogram(np.zeros(4)).counts) == 6
    assert len(histogram(np.zeros(100)).counts) == 20
    assert len(histogram(np.zeros(10_000)).counts) == 48


def test_values_beyond_given_limits_are_in_the_bins_at_the_ends():
    assert histogram(np.array([-9.0, 0.1, 9.0]), 2, (0.0, 1.0)).counts.tolist() == [2, 1]


def test_common_limits_leave_out_what_is_not_finite():
    assert common_limits(np.array([1.0, np.nan]), np.array([-3.0, np.inf])) == (-3.0, 1.0)
    assert common_limits(np.array([np.nan])) == (0.0, 0.0)
