"""The line of least squares."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.analysis.least_squares import Line, fit_line

NUMBERS = st.lists(st.floats(-100, 100), min_size=3, max_size=12)


def test_it_is_scikit_learns_line():
    """Twenty points drawn alternately, x then y; the figures are LinearRegression's."""
    stream = random.Random(42)
    points = np.array([(stream.random(), stream.random()) for _ in range(20)])
    line = fit_line(points[:, 0], points[:, 1])
    assert line.slope == pytest.approx(0.23599929713334103, rel=1e-13)
    assert line.intercept == pytest.approx(0.2775104842011178, rel=1e-13)
    loss = np.mean((line.at(points[:, 0]) - points[:, 1]) ** 2)
    assert loss == pytest.approx(0.07387008113830493, rel=1e-13)


@settings(max_examples=40)
@given(NUMBERS, NUMBERS)
def test_no_neighbouring_line_is_better(xs, ts):
    n = min(len(xs), len(ts))
    x, t = np.array(xs[:n]), np.array(ts[:n])
    line = fit_line(x, t)

    def loss(slope: float, intercept: float) -> float:
        return float(np.sum((Line(slope, intercept).at(x) - t) ** 2))

    least = loss(line.slope, line.intercept)
    for change in (1e-3, -1e-3):
        assert least <= loss(line.slope + change, line.intercept) + 1e-7
        assert least <= loss(line.slope, line.intercept + change) + 1e-7


def test_equal_inputs_get_a_level_line():
    assert fit_line(np.full(3, 2.5), np.array([1.0, 2.0, 6.0])) == Line(0.0, 3.0)


def test_a_line_over_scaled_inputs_is_told_over_raw_ones():
    scaled, x = Line(3.0, -1.0), np.array([0.0, 7.5])
    assert scaled.before_scaling(2.0, 4.0).at(x) == pytest.approx(scaled.at((x - 2.0) / 4.0))
