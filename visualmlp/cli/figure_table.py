"""Rows of the table that ``visualmlp reproduce`` prints."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from visualmlp.lessons.figure import numbers_in
from visualmlp.lessons.reproduction import Check

WIDTHS = (-34, -13, 19, 19, 9, -8, -6)
"""Of the columns; below 0: set at the left."""


def _line(*cells: str) -> str:
    texts = [
        text.ljust(-width) if width < 0 else text.rjust(width)
        for text, width in zip(cells, WIDTHS, strict=True)
    ]
    return "  " + "  ".join(texts).rstrip()


HEADER = _line("figure", "when", "expected", "obtained", "tolerance", "origin", "verdict")


def row(check: Check) -> str:
    """One value, compared."""
    return _line(
        check.title,
        check.moment,
        _expected(check),
        _obtained(check),
        _tolerance(check),
        check.origin,
        _verdict(check.passed),
    )


def folded(checks: list[Check]) -> Iterator[str]:
    """One line for each figure, and all of its values that are not met."""
    for _, group in groupby(checks, key=lambda check: check.figure):
        values = list(group)
        if len(values) == 1:
            yield row(values[0])
            continue
        first, worst = values[0], max(values, key=lambda check: check.difference)
        yield _line(
            first.title,
            f"{len(values)} moments",
            _expected(first) if first.accept else f"{len(values)} values",
            _difference(worst),
            _tolerance(first),
            first.origin,
            _verdict(worst.passed),
        )
        yield from (row(check) for check in values if not check.passed)


def _verdict(passed: bool) -> str:
    return "ok" if passed else "FAILED"


def _tolerance(check: Check) -> str:
    return "range" if check.accept else f"{check.tolerance:g}" if check.tolerance else "exact"


def _expected(check: Check) -> str:
    if check.accept:
        low, high = check.accept
        return f"{low:.6g} to {high:.6g}"
    return _text(check.expected)


def _obtained(check: Check) -> str:
    """The number; of several numbers the worst difference."""
    if check.obtained is None:
        return "not reached"
    one = len(list(numbers_in(check.obtained))) == 1
    return _text(check.obtained) if one else _difference(check)


def _difference(check: Check) -> str:
    if check.difference == float("inf"):
        return "not comparable"
    return f"≤ {check.difference:.1e} off" if check.difference else "the same"


def _text(value: Any) -> str:
    numbers = list(numbers_in(value))
    return f"{numbers[0]:.12g}" if len(numbers) == 1 else f"{len(numbers)} numbers"
