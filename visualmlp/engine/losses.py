"""Losses: means over the samples of sums over the outputs.

Probabilities are kept away from 0 and 1 in logarithms and quotients, so that values stay finite;
the fused pairs, which compute from z, need no such limit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from visualmlp.engine.arrays import Array
from visualmlp.registry import Registry


@dataclass(frozen=True, slots=True)
class FusedLoss:
    """A loss and the output activation before it taken as one function of z.

    Attributes
    ----------
    value
        ``value(z, y, t) -> float``, stable where probabilities underflow.
    gradient
        ``gradient(y, t, out) -> grad_z``, which is (y - t) / n_samples.
    per_sample
        ``per_sample(z, y, t) -> (n_samples,)``, whose mean is the value, but for rounding.
    """

    value: Callable[[Array, Array, Array], float]
    gradient: Callable[[Array, Array, Array], Array]
    per_sample: Callable[[Array, Array, Array], Array]


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss of outputs ``y`` against targets ``t``, both (n_samples, n_outputs).

    Attributes
    ----------
    name
        What experiments call it.
    per_sample
        ``per_sample(y, t) -> (n_samples,)``, finite for finite outputs.
    gradient
        ``gradient(y, t, out) -> grad_y`` of the mean over the samples, 1/n_samples included.
    formula, derivative
        LaTeX, of one sample; and its derivative with respect to one output.
    tasks
        Which of "classification", "binary" and "regression" it fits.
    fused
        By name of the output activation: the faster and more exact pair.
    """

    name: str
    per_sample: Callable[[Array, Array], Array]
    gradient: Callable[[Array, Array, Array], Array]
    formula: str
    derivative: str
    tasks: tuple[str, ...]
    fused: Mapping[str, FusedLoss] = field(default_factory=dict)

    def value(self, y: Array, t: Array) -> float:
        """Mean over the samples."""
        return float(np.mean(self.per_sample(y, t)))


_SAFE = 1e-37
"""Probabilities above this have exact logarithms in float32 too."""


def _difference_over_n(y: Array, t: Array, out: Array) -> Array:
    np.subtract(y, t, out)
    return np.multiply(out, 1.0 / len(y), out)


def _probabilities(y: Array) -> Array:
    """Give y, kept between the smallest number and the largest below 1."""
    limits = np.finfo(y.dtype)
    return np.clip(y, limits.tiny, 1.0 - limits.epsneg)


def _squared(y: Array, t: Array) -> Array:
    difference = y - t
    sums: Array = np.einsum("ij,ij->i", difference, difference)
    return sums


def _half_squared(y: Array, t: Array) -> Array:
    return 0.5 * _squared(y, t)


def _squared_gradient(y: Array, t: Array, out: Array) -> Array:
    np.subtract(y, t, out)
    return np.multiply(out, 2.0 / len(y), out)


def _binary_cross_entropy(y: Array, t: Array) -> Array:
    p = _probabilities(y)
    sums: Array = -(t * np.log(p) + (1.0 - t) * np.log1p(-p)).sum(axis=1)
    return sums


def _binary_cross_entropy_gradient(y: Array, t: Array, out: Array) -> Array:
    p = _probabilities(y)
    np.subtract(p, t, out)
    np.divide(out, p * (1.0 - p), out)
    return np.multiply(out, 1.0 / len(y), out)


def _binary_cross_entropy_of_z(z: Array, y: Array, t: Array) -> float:
    """ln(1 + e^z) - t z."""
    log_of_sum = np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))
    return float(np.sum(log_of_sum) - np.vdot(z, t)) / len(z)


def _binary_cross_entropies_of_z(z: Array, y: Array, t: Array) -> Array:
    log_of_sum = np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))
    losses: Array = (log_of_sum - t * z).sum(axis=1)
    return losses


def _cross_entropy(y: Array, t: Array) -> Array:
    sums: Array = np.einsum("ij,ij->i", t, np.log(_probabilities(y)))
    return -sums


def _cross_entropy_gradient(y: Array, t: Array, out: Array) -> Array:
    np.divide(t, _probabilities(y), out)
    return np.multiply(out, -1.0 / len(y), out)


def _cross_entropy_of_z(z: Array, y: Array, t: Array) -> float:
    """Take logarithms of y; where one underflows, log-sum-exp(z) = max z - log max y instead.

    Targets of a sample sum to 1.
    """
    if np.minimum.reduce(y, axis=None) > _SAFE:
        return -float(np.vdot(t, np.log(y))) / len(y)
    log_sum_exp = np.maximum.reduce(z, axis=1) - np.log(np.maximum.reduce(y, axis=1))
    return float(np.sum(log_sum_exp) - np.vdot(z, t)) / len(z)


def _cross_entropies_of_z(z: Array, y: Array, t: Array) -> Array:
    losses: Array
    if np.minimum.reduce(y, axis=None) > _SAFE:
        losses = -np.einsum("ij,ij->i", t, np.log(y))
    else:
        log_sum_exp = np.maximum.reduce(z, axis=1) - np.log(np.maximum.reduce(y, axis=1))
        losses = log_sum_exp - np.einsum("ij,ij->i", t, z)
    return losses


LOSSES: Registry[Loss] = Registry("loss")
LOSSES.add(
    Loss(
        "half_squared_error",
        _half_squared,
        _difference_over_n,
        r"\frac{1}{2} \sum_j (y_j - t_j)^2",
        "y_j - t_j",
        ("classification", "binary", "regression"),
    )
)
LOSSES.add(
    Loss(
        "squared_error",
        _squared,
        _squared_gradient,
        r"\sum_j (y_j - t_j)^2",
        "2 (y_j - t_j)",
        ("classification", "binary", "regression"),
    )
)
LOSSES.add(
    Loss(
        "binary_cross_entropy",
        _binary_cross_entropy,
        _binary_cross_entropy_gradient,
        r"-\sum_j \left(t_j \ln y_j + (1 - t_j) \ln(1 - y_j)\right)",
        r"\frac{y_j - t_j}{y_j (1 - y_j)}",
        ("binary", "classification"),
        {
            "sigmoid": FusedLoss(
                _binary_cross_entropy_of_z, _difference_over_n, _binary_cross_entropies_of_z
            )
        },
    )
)
LOSSES.add(
    Loss(
        "cross_entropy",
        _cross_entropy,
        _cross_entropy_gradient,
        r"-\sum_j t_j \ln y_j",
        r"-\frac{t_j}{y_j}",
        ("classification",),
        {"softmax": FusedLoss(_cross_entropy_of_z, _difference_over_n, _cross_entropies_of_z)},
    )
)
