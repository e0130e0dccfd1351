"""Long curves reduced to the pixels of the screen."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.gui.widgets.decimate import Extremes, decimate
from visualmlp.gui.widgets.growing import Growing

PIXELS = 40


def thinned(x, y, x0, x1, n_pixels, extremes=None, **options):
    """The curve reduced to pixels of one width."""
    return decimate(x, y, np.linspace(x0, x1, n_pixels + 1), extremes, **options)


def extremes_of(y, *, positive=False):
    extremes = Extremes(positive=positive)
    extremes.follow(y)
    return extremes


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
    thin_x, thin_y = thinned(x, y, x[0], x[-1], PIXELS)
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
    thin_x, thin_y = thinned(x, y, 0, 10_000, 100)
    assert len(thin_x) <= 202
    for pixel in range(1, 99):
        inside = slice(pixel * 100, pixel * 100 + 100)
        here = thin_y[(thin_x >= pixel * 100) & (thin_x < pixel * 100 + 100)]
        assert sorted(here) == sorted([y[inside].min(), y[inside].max()])


def test_few_points_stay_as_they_are_and_infinities_become_gaps() -> None:
    x, y = thinned([0, 1, 2], np.array([1, np.inf, 3], np.float32), 0, 2, 100)
    assert x.tolist() == [0, 1, 2]
    np.testing.assert_array_equal(y, [1, np.nan, 3])


def test_infinities_among_many_do_not_hide_the_finite_extremes() -> None:
    y = np.sin(np.arange(1000.0))
    y[500] = -np.inf
    _, thin = thinned(np.arange(1000), y, 0, 999, 20)
    assert np.isfinite(thin).sum() >= 38
    assert np.nanmin(thin) == np.sin(np.arange(1000)).min()
    assert np.isnan(thin).sum() == 1


def test_a_zoomed_range_keeps_one_point_beyond_each_end() -> None:
    x, _ = thinned(np.arange(100), np.arange(100), 40.5, 43.5, 200)
    assert x.tolist() == [40, 41, 42, 43, 44]
    outside, _ = thinned(np.arange(10), np.arange(10), 50, 60, 200)
    assert outside.tolist() == [9]


def test_nothing_gives_nothing() -> None:
    x, y = thinned([], [], 0, 1, 100)
    assert x.size == y.size == 0


# Long curves: extremes of blocks


@st.composite
def long_curves(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Noise with spikes, and gaps in some; x evenly spaced or not."""
    n = draw(st.integers(2_000, 30_000))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    y = random.normal(size=n)
    y[random.integers(0, n, 5)] = draw(st.sampled_from([1e3, -1e3]))
    y[random.random(n) < draw(st.sampled_from([0, 1e-3, 0.5]))] = np.nan
    steps = random.integers(1, 30, n) if draw(st.booleans()) else np.ones(n)
    return np.cumsum(steps).astype(float), y


@given(long_curves(), st.floats(0, 0.6), st.floats(0.05, 0.4), st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_spike_vanishes_from_its_pixel(
    curve: tuple[np.ndarray, np.ndarray], start: float, width: float, positive: bool
) -> None:
    x, y = curve
    x0, x1 = x[0] + start * np.ptp(x), x[0] + (start + width) * np.ptp(x)
    edges = np.linspace(x0, x1, PIXELS + 1)
    extremes = extremes_of(y, positive=positive)
    thin_x, thin_y = decimate(x, y, edges, extremes, positive=positive)
    assert (np.diff(thin_x) >= 0).all()
    assert len(thin_x) <= max(3 * PIXELS + 2, len(x[(x >= x0) & (x <= x1)]) + 2)
    drawable = np.isfinite(y) & ((y > 0) | (not positive))
    assert np.isin(thin_y[np.isfinite(thin_y)], y[drawable]).all()
    for left, right in pairwise(edges.tolist()):
        inside = y[(x >= left) & (x < right) & drawable]
        if inside.size:
            here = thin_y[(thin_x >= left) & (thin_x < right)]
            assert (np.nanmin(here), np.nanmax(here)) == (inside.min(), inside.max())


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 9_000), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_extremes_that_grew_are_those_made_at_once(seed: int, lengths: list[int]) -> None:
    y = np.random.default_rng(seed).normal(size=sum(lengths))
    y[:: len(y) // 3 + 1] = np.nan
    growing = Extremes()
    for count in np.cumsum(lengths).tolist():
        growing.follow(y[:count])
        x, edges = np.arange(count), np.linspace(0, count, PIXELS + 1)
        at_once = decimate(x, y[:count], edges, extremes_of(y[:count].copy()))
        for grown, made in zip(decimate(x, y[:count], edges, growing), at_once, strict=True):
            np.testing.assert_array_equal(grown, made)


def test_what_grows_is_looked_at_once() -> None:
    memory = np.zeros(200_000)
    extremes = extremes_of(memory[:100_000])
    memory[30_001] = 9.0  # against the agreement: the beginning stays as it is
    memory[150_000] = 7.0
    extremes.follow(memory[:200_000])
    _, y = thinned(np.arange(200_000), memory, 0, 200_000, 10, extremes)
    assert np.nanmax(y) == 7


def test_other_values_are_looked_at_anew() -> None:
    extremes, x = extremes_of(np.zeros(100_000)), np.arange(100_000)
    other = np.zeros(100_000)
    other[5] = 9.0
    extremes.follow(other)
    assert np.nanmax(thinned(x, other, 0, 100_000, 10, extremes)[1]) == 9
    extremes.follow(other[:50_000])
    assert np.nanmax(thinned(x[:50_000], other[:50_000], 0, 50_000, 10, extremes)[1]) == 9


def test_logarithmic_pixels_keep_their_extremes() -> None:
    x, y = np.arange(300_000.0), np.random.default_rng(3).random(300_000)
    y[[3, 700, 250_000]] = 5.0, 6.0, 7.0
    edges = 10 ** np.linspace(0, np.log10(3e5), 200)
    thin_x, thin_y = decimate(x, y, edges, extremes_of(y, positive=True), positive=True)
    assert len(thin_x) < 600
    for place, value in ((3, 5.0), (700, 6.0), (250_000, 7.0)):
        found = thin_x[thin_y == value]
        assert np.abs(found - place).max() <= 0.08 * place


def test_values_without_a_logarithm_are_gaps() -> None:
    y = np.ones(40_000)
    y[10_000:10_010] = 0.0, -1.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    x = np.arange(40_000)
    for extremes in (None, extremes_of(y, positive=True)):
        _, thin = thinned(x, y, 0, 40_000, 50, extremes, positive=True)
        assert np.nanmin(thin) == 0.5
        assert np.isnan(thin).sum() == 1


# Growing


@given(st.lists(st.integers(0, 3_000), max_size=5))
def test_a_growing_array_keeps_what_it_gave_out(lengths: list[int]) -> None:
    growing, given_out = Growing(), []
    for length in lengths:
        growing.extend(np.arange(len(growing), len(growing) + length, dtype=float))
        given_out.append(growing.values)
    assert len(growing) == sum(lengths)
    for values in given_out:
        np.testing.assert_array_equal(values, np.arange(len(values)))
