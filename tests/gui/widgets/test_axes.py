"""Axes: ticks of logarithms, places for names and numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QFont, QFontMetricsF

from visualmlp.gui.widgets.axes import Axes, log_ticks, tick_texts, ticks

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
    assert tick_texts([0.25, -2.0, 100_000, 1e12]) == ["0.25", "−2", "100,000", "1e12"]


def test_ticks_of_a_tiny_range_are_told_apart() -> None:
    texts = tick_texts(ticks(-2.70290301, -2.70290299, 3))
    assert len(set(texts)) == len(texts) > 1
    assert tick_texts([50_000.1, 50_000.2]) == ["50,000.1", "50,000.2"]


def test_numbers_near_0_do_not_read_0() -> None:
    assert tick_texts([1e-20, 4.8e-16, 0.0]) == ["1e−20", "4.8e−16", "0"]
    assert tick_texts([3 * 0.1, 6 * 0.1]) == ["0.3", "0.6"]


def test_exponents_beside_each_other_leave_no_long_numbers() -> None:
    assert tick_texts([1e-2, 1e7, 1e16]) == ["0.01", "1e7", "1e16"]
    assert tick_texts([0, 1e7, 2e7]) == ["0", "10,000,000", "20,000,000"]


def test_a_low_axis_has_two_numbers_nevertheless(qapp) -> None:
    axes = Axes.within(QRectF(0, 0, 300, 90), (0, 100), (0, 44), QFont(), ("step", "loss"))
    assert len(axes.y_ticks) >= 2


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
