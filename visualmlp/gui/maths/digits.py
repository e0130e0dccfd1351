"""How many digits numbers are shown with, so that sums can be followed."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualmlp.gui.widgets.labels import number_text

Number = float | np.floating[Any]
"""A number of Python's, or one in the engine's precision."""


class Digits:
    """Writes numbers of a floating-point type.

    Parameters
    ----------
    dtype
        The type of the engine's numbers: 7 digits for float32, 9 for float64.
    """

    def __init__(self, dtype: np.dtype) -> None:
        self.type_name = str(dtype)
        self.spec = ".7g" if dtype == np.float32 else ".9g"

    def text(self, value: Number) -> str:
        """A number; a zero has no sign."""
        return number_text(float(value) + 0.0, self.spec)

    def factor(self, value: Number) -> str:
        """A number that others are multiplied by or added to: negative ones in brackets."""
        text = self.text(value)
        return f"({text})" if text.startswith("−") else text

    def look_the_same(self, one: Number, other: Number) -> bool:
        """Whether two numbers are shown with the same digits."""
        return self.text(one) == self.text(other)


def exact_text(value: Number) -> str:
    """A number with all its digits: as many as tell it from its neighbours."""
    return str(value).replace("-", "−")
