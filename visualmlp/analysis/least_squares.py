"""The straight line that fits points best, in closed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from visualmlp.engine import Array


@dataclass(frozen=True, slots=True)
class Line:
    """The line ``slope * x + intercept``."""

    slope: float
    intercept: float

    def at(self, x: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Its values, shape as ``x``."""
        return self.slope * np.asarray(x, np.float64) + self.intercept

    def before_scaling(self, offset: float, divisor: float) -> Line:
        """The same line over raw inputs, if it is over ``(x - offset) / divisor``."""
        slope = self.slope / divisor
        return Line(slope, self.intercept - slope * offset)


def fit_line(x: Array, t: Array) -> Line:
    """The line with the least sum of squared distances ``(slope * x + intercept - t)**2``.

    Parameters
    ----------
    x, t
        Inputs and targets, (n,); at least one. Where all inputs are equal, the slope is 0.

    Notes
    -----
    The normal equations with centred inputs: Gauss, "Theoria combinationis" (1823).
    """
    wide_x, wide_t = np.asarray(x, np.float64), np.asarray(t, np.float64)
    middle, level = wide_x.mean(), wide_t.mean()
    away = wide_x - middle
    spread = float(away @ away)
    slope = float(away @ (wide_t - level)) / spread if spread > 0 else 0.0
    return Line(slope, float(level - slope * middle))
