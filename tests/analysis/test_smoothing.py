import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from visualmlp.analysis.smoothing import moving_mean


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 80), window=st.integers(1, 80))
def test_every_element_is_the_mean_of_its_window(seed, n, window):
    values = np.random.default_rng(seed).normal(size=n)

    smoothed = moving_mean(values, window)

    if window > n:
        assert smoothed.shape == (0,)
    else:
        expected = sliding_window_view(values, window).mean(axis=1)
        np.testing.assert_allclose(smoothed, expected, atol=1e-12)


def test_a_huge_value_leaves_nothing_behind():
    values = np.full(1000, 0.25)
    values[100] = 1e30

    smoothed = moving_mean(values, 10)

    np.testing.assert_array_equal(smoothed[101:], 0.25)


def test_the_input_stays_as_it_was():
    values = np.arange(7.0)
    values.setflags(write=False)

    np.testing.assert_allclose(moving_mean(values, 3), [1, 2, 3, 4, 5])
