"""Axes: ticks of logarithms, places for names and numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QFont, QFontMetricsF

from visualmlp.gui.widgets.axes import Axes, log_ticks, tick_text

AREA = QRectF(0, 0, 300, 200)


@given(st.floats(-12, 12), st.floats(0.01, 20), st.integers(2, 7))
def test_log_ticks_are_few_and_inside(low: float, width: float, most: int) -> None:
    places = log_ticks(low, low + width, most)
    assert len(places) <= most + 2
    assert all(low - 1e-6 <= place <= low + width + 1e-6 for place in places)
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("low", "high", "values"),
    [(-2, 0, [0.01, 0.03, 0.1, 0.3, 1]), (-1, 0.1, [0.1, 0.2, 0.5, 1]), (0, 6, [1, 1e2, 1e4, 1e6])],
)
def test_log_ticks_are_round(low: float, high: float, values: list[float]) -> None:
    np.testing.assert_allclose(10 ** np.array(log_ticks(low, high, 5)), values, rtol=0.06)


def test_numbers_of_large_ticks_have_separators() -> None:
    assert [tick_text(v) for v in (0.25, -2.0, 100_000, 1e12)] == ["0.25", "−2", "100,000", "1e12"]


def test_a_short_x_name_shares_the_line_of_the_numbers(qapp) -> None:
    short = Axes.within(AREA, (0, 1), (0, 1), QFont(), ("step", "loss"))
    name = "a rather long name of a feature, and its unit (cm)"
    long = Axes.within(AREA, (0, 1), (0, 1), QFont(), (name, "loss"))
    line = QFontMetricsF(QFont()).height()
    assert short.body.height() == long.body.height() + line
    gap = short.x_name_area.top() - short.body.bottom()
    assert long.x_name_area.top() - long.body.bottom() == pytest.approx(gap + line)
    assert AREA.contains(short.x_name_area)


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_the_map_has_an_inverse(x: float, y: float) -> None:
    axes = Axes(QRectF(40, 10, 200, 100), (-5, 5), (-6, 6), ("", ""), QRectF(), [], [])
    (place,) = axes.to_screen(np.array([[x, y]])).tolist()
    assert axes.to_value(QPointF(*place)) == pytest.approx((x, y), abs=1e-9)


def test_an_x_name_that_leaves_no_numbers_gets_a_line_of_its_own(qapp) -> None:
    metrics = QFontMetricsF(QFont())
    narrow = QRectF(0, 0, 130, 120)
    axes = Axes.within(narrow, (0, 2_000), (0, 1), QFont(), ("step", "loss"))
    assert axes.x_name_area.top() >= axes.body.bottom() + metrics.height()
    assert len(axes.x_ticks) >= 2
