"""What the summed loss of a batch is divided by before its gradient is taken.

Losses are shown as means over the samples whatever the division: it only scales the gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from visualmlp.registry import Registry


@dataclass(frozen=True, slots=True)
class Normalisation:
    """A divisor of the summed loss.

    Attributes
    ----------
    name
        What experiments call it.
    divisor
        ``divisor(n_samples, n_outputs, fixed) -> float``.
    formula
        LaTeX of the objective, with L for the loss of one sample.
    """

    name: str
    divisor: Callable[[int, int, float], float]
    formula: str

    def factor(self, n_samples: int, n_outputs: int, fixed: float) -> float:
        """The gradient of this objective in units of that of the mean over the samples."""
        return n_samples / self.divisor(n_samples, n_outputs, fixed)


NORMALISATIONS: Registry[Normalisation] = Registry("loss normalisation")
NORMALISATIONS.add(Normalisation("mean", lambda n, k, fixed: n, r"\frac{1}{n} \sum_i L_i"))
NORMALISATIONS.add(Normalisation("sum", lambda n, k, fixed: 1, r"\sum_i L_i"))
NORMALISATIONS.add(
    Normalisation("mean_of_all", lambda n, k, fixed: n * k, r"\frac{1}{n k} \sum_i L_i")
)
NORMALISATIONS.add(Normalisation("fixed", lambda n, k, fixed: fixed, r"\frac{1}{d} \sum_i L_i"))
