"""The numbers beside a bar of colours."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualmlp.gui.widgets.colour_scale import ColourScale


def texts(low: float, high: float, least: float = 0.1) -> list[str]:
    return [text for _, text in ColourScale("grey", low, high).numbers(least)]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 255.0, ["0", "100", "200", "255"]),
        (0.0, 16.0, ["0", "5", "10", "16"]),
        (-0.374, 0.374, ["−0.374", "−0.2", "0", "0.2", "0.374"]),
        (0.0, 1017.0, ["0", "500", "1017"]),
        (0.0, 40_960.0, ["0", "20,000", "40,960"]),
    ],
)
def test_the_ends_are_exact_and_the_rest_is_round(low, high, expected) -> None:
    assert texts(low, high) == expected


def test_numbers_of_a_tiny_range_are_told_apart() -> None:
    found = texts(0.14212, 0.14218)
    assert found[0] == "0.14212"
    assert found[-1] == "0.14218"
    assert len(set(found)) == len(found)


def test_a_range_of_one_value_has_one_number() -> None:
    assert texts(2.5, 2.5) == ["2.5"]


@given(st.floats(-1e12, 1e12), st.floats(1e-3, 1e12))
def test_numbers_rise_and_keep_apart(low: float, width: float) -> None:
    values = [value for value, _ in ColourScale("grey", low, low + width).numbers(0.1)]
    assert values[0] == low
    assert values[-1] == low + width
    assert all(b - a > 0.09 * width or math.isclose(a, b) for a, b in pairwise(values))


def test_in_a_low_bar_fewer_numbers_stand_apart() -> None:
    assert texts(0.0, 255.0, least=0.35) == ["0", "100", "255"]
    assert texts(-0.374, 0.374, least=0.4) == ["−0.374", "0", "0.374"]
    assert texts(0.0, 255.0, least=0.6) == ["0", "255"]
