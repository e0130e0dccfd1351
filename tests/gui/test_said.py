"""What rules say: numbers as everywhere else in the window."""

from __future__ import annotations

import pytest

from visualmlp.analysis.health import Said
from visualmlp.gui.said import said_text


@pytest.mark.parametrize(
    ("template", "value", "text"),
    [
        ("loss {n:.3g}", 1774.2, "loss 1770"),
        ("ratio {n:.1e}", 0.00041, "ratio 4.1e−4"),
        ("{n:.0%} of them", 0.9997, "99.97\u00a0% of them"),
        ("{n:+.1%}", 0.031, "+3.1\u00a0%"),
        ("{n:+.1%}", -0.031, "−3.1\u00a0%"),
        ("{n:,} samples", 12345, "12,345 samples"),
        ("“{n}”", "setosa", "“setosa”"),
        ("{n:g} times", 1000.0, "1000 times"),
        ("× {n:.2g}", float("inf"), "× ∞"),
    ],
)
def test_numbers_in_sentences(template: str, value: object, text: str) -> None:
    assert said_text(Said(template, {"n": value})) == text
