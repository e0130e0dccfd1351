"""Long curves reduced to the pixels of the screen."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.gui.widgets.decimate import decimate

PIXELS = 40


@st.composite
def curves(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    n = draw(st.integers(1, 600))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = np.cumsum(random.integers(1, draw(st.sampled_from([2, 50])), n)).astype(float)
    y = random.normal(size=n)
    y[random.random(n) < draw(st.sampled_from([0, 0.02, 0.9]))] = np.nan
    return x, y


@given(curves())
@settings(max_examples=60, deadline=None)
def test_extremes_ends_and_gaps_survive(curve: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = curve
    thin_x, thin_y = decimate(x, y, x[0], x[-1], PIXELS)
    assert (np.diff(thin_x) >= 0).all()
    assert len(thin_x) <= 3 * PIXELS + 2
    np.testing.assert_array_equal([thin_y[0], thin_y[-1]], [y[0], y[-1]])
    assert (thin_x[0], thin_x[-1]) == (x[0], x[-1])
    finite = y[np.isfinite(y)]
    if finite.size:
        assert np.nanmin(thin_y) == finite.min()
        assert np.nanmax(thin_y) == finite.max()
    assert np.isnan(thin_y).any() == np.isnan(y).any()
    assert np.isin(thin_y[np.isfinite(thin_y)], finite).all()


def test_extremes_of_every_pixel_are_drawn_at_it() -> None:
    x, y = np.arange(10_000), np.random.default_rng(1).normal(size=10_000)
    thin_x, thin_y = decimate(x, y, 0, 10_000, 100)
    assert len(thin_x) <= 202
    for pixel in range(1, 99):
        inside = slice(pixel * 100, pixel * 100 + 100)
        here = thin_y[(thin_x >= pixel * 100) & (thin_x < pixel * 100 + 100)]
        assert sorted(here) == sorted([y[inside].min(), y[inside].max()])


def test_few_points_stay_as_they_are_and_infinities_become_gaps() -> None:
    x, y = decimate([0, 1, 2], np.array([1, np.inf, 3], np.float32), 0, 2, 100)
    assert x.tolist() == [0, 1, 2]
    np.testing.assert_array_equal(y, [1, np.nan, 3])


def test_infinities_among_many_do_not_hide_the_finite_extremes() -> None:
    y = np.sin(np.arange(1000.0))
    y[500] = -np.inf
    _, thin = decimate(np.arange(1000), y, 0, 999, 20)
    assert np.isfinite(thin).sum() >= 38
    assert np.nanmin(thin) == np.sin(np.arange(1000)).min()
    assert np.isnan(thin).sum() == 1


def test_a_zoomed_range_keeps_one_point_beyond_each_end() -> None:
    x, _ = decimate(np.arange(100), np.arange(100), 40.5, 43.5, 200)
    assert x.tolist() == [40, 41, 42, 43, 44]
    outside, _ = decimate(np.arange(10), np.arange(10), 50, 60, 200)
    assert outside.tolist() == [9]


def test_nothing_gives_nothing() -> None:
    x, y = decimate([], [], 0, 1, 100)
    assert x.size == y.size == 0
