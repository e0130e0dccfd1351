"""Numbers as text: no needless exponents, and no rounding to nothing or all."""

from __future__ import annotations

import math

import pytest

from visualmlp.gui.widgets.labels import number_text, percent_text, share_text


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        (1774.0, ".3g", "1770"),
        (1998.0, ".4g", "1998"),
        (17654.0, ".3g", "17,700"),
        (-215_321.0, ".6g", "−215,321"),
        (12345.678, ".7g", "12,345.68"),
        (9999.96, ".4g", "10,000"),
        (1234567.0, ".3g", "1.23e6"),
        (0.00002, ".4g", "2e−5"),
        (0.0016, ".1e", "1.6e−3"),
        (0.0, ".1e", "0"),
        (2.0, ".1e", "2"),
        (1.5, ".2f", "1.50"),
        (-2.2385e18, ".3f", "−2.238e18"),
        (100_000, ",d", "100,000"),
        (math.nan, ".3g", "NaN"),
        (-math.inf, ".3g", "−∞"),
    ],
)
def test_numbers(value: float, spec: str, text: str) -> None:
    assert number_text(value, spec) == text


@pytest.mark.parametrize(
    ("share", "decimals", "text"),
    [
        (0.0, 0, "0\u00a0%"),
        (1.0, 1, "100.0\u00a0%"),
        (0.113, 0, "11\u00a0%"),
        (0.9997, 0, "99.97\u00a0%"),
        (0.99999, 1, "99.999\u00a0%"),
        (0.0004, 0, "0.04\u00a0%"),
        (-0.03, 1, "−3.0\u00a0%"),
        (math.nan, 0, "NaN\u00a0%"),
    ],
)
def test_a_share_reads_as_none_or_all_only_if_it_is(share: float, decimals: int, text: str) -> None:
    assert percent_text(share, decimals) == text


@pytest.mark.parametrize(
    ("share", "decimals", "text"),
    [
        (0.9996, 3, ">0.999"),
        (0.9994, 3, "0.999"),
        (1.0, 3, "1.000"),
        (0.9996, 2, ">0.99"),
        (0.994, 2, "0.99"),
        (-0.0001, 3, "0.000"),
        (math.nan, 2, "NaN"),
    ],
)
def test_a_share_below_1_is_not_called_1(share: float, decimals: int, text: str) -> None:
    assert share_text(share, decimals) == text
