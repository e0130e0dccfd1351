"""Values to colours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from visualmlp.gui.widgets import colour_maps
from visualmlp.gui.widgets.labels import is_light

MAPS = ("diverging", "sequential", "grey")


def luma(argb: np.ndarray) -> np.ndarray:
    return ((argb >> 16) & 255) * 0.299 + ((argb >> 8) & 255) * 0.587 + (argb & 255) * 0.114


def test_codes_span_the_range_and_zero_is_the_middle() -> None:
    values = [-2.0, -1.0, 0.0, 1.0, 2.0]
    assert colour_maps.codes(values, -1, 1).tolist() == [0, 0, 127, 254, 254]


def test_what_is_not_finite_has_its_own_code_and_colour() -> None:
    codes = colour_maps.codes(np.array([np.nan, np.inf, -np.inf, 0.5], np.float32), 0, 1)
    assert codes.tolist() == [255, 255, 255, 127]
    for name in MAPS:
        table = colour_maps.lut(name)
        assert table[255] not in table[:255]


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64, np.uint8])
def test_equal_values_with_an_empty_range_are_in_the_middle(dtype: type) -> None:
    assert (colour_maps.codes(np.full((2, 3), 7, dtype), 7, 7) == 127).all()


def test_nothing_and_the_largest_floats_are_no_trouble() -> None:
    assert colour_maps.codes(np.zeros((0, 3)), 0, 1).shape == (0, 3)
    assert colour_maps.codes([-1e308, 0, 1e308], -1e308, 1e308).tolist() == [0, 127, 254]
    huge = np.array([-3e38, 3e38], np.float32)
    assert colour_maps.codes(huge, -3e38, 3e38).tolist() == [0, 254]


@given(hnp.arrays(np.float64, 20, elements=st.floats(-1e6, 1e6)))
def test_codes_keep_the_order_and_the_signs(values: np.ndarray) -> None:
    limit = colour_maps.symmetric_limit(values)
    codes = colour_maps.codes(values, -limit, limit).astype(int)
    assert (np.diff(codes[np.argsort(values)]) >= 0).all()
    assert (codes[values > 0] >= 127).all()
    assert (codes[values < 0] <= 127).all()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", MAPS)
def test_tables_are_opaque_read_only_and_smooth(name: colour_maps.MapName, dark: bool) -> None:
    table = colour_maps.lut(name, dark)
    assert table.shape == (256,)
    assert (table >> 24 == 255).all()
    assert not table.flags.writeable
    assert np.abs(np.diff(luma(table[:255]))).max() < 6


@pytest.mark.parametrize("dark", [False, True])
def test_sequential_lightness_is_monotonic_and_diverging_is_symmetric(dark: bool) -> None:
    steps = np.diff(luma(colour_maps.lut("sequential", dark)[:255]))
    assert (steps > -0.5).all() if dark else (steps < 0.5).all()
    sides = luma(colour_maps.lut("diverging", dark)[:255])
    middle = sides[127]
    assert sides.min() == middle if dark else sides.max() == middle
    assert np.abs(sides - sides[::-1]).max() < 45


def test_colourise_is_the_table_at_the_codes() -> None:
    table = colour_maps.lut("grey")
    image = colour_maps.colourise(np.array([[0.0, 1.0]]), table, 0, 1)
    assert image.dtype == np.uint32
    assert image.tolist() == [[table[0], table[254]]]
    assert is_light(image).tolist() == [[True, False]]


def test_symmetric_limit_ignores_what_is_not_finite() -> None:
    assert colour_maps.symmetric_limit([-3.0, 2.0]) == 3
    assert colour_maps.symmetric_limit([np.nan, -np.inf, 0.5]) == 0.5
    for nothing in ([], [0.0, 0.0], [np.nan]):
        assert colour_maps.symmetric_limit(nothing) == 1


def test_limits_fill_in_what_is_not_given() -> None:
    values = np.array([1.0, np.nan, 4.0])
    assert colour_maps.limits(values, "sequential") == (1, 4)
    assert colour_maps.limits(values, "diverging") == (-4, 4)
    assert colour_maps.limits(values, "sequential", low=0) == (0, 4)
    assert colour_maps.limits([], "grey") == (0, 1)
