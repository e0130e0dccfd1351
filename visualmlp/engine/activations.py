"""Activation functions and their vector-Jacobian products.

Every function works in float32 and float64, writes into ``out`` and returns it. ``out`` must not
overlap an input: it also serves as scratch memory. Inputs are left untouched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import pi, sqrt
from typing import Any

import numpy as np

from visualmlp.engine.arrays import Array
from visualmlp.registry import Registry

LEAKY_SLOPE = 0.01
"""Slope of the leaky ReLU for negative inputs, as in PyTorch."""

_GELU_LINEAR = sqrt(2 / pi)
_GELU_CUBIC = 0.044715 * _GELU_LINEAR


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation function.

    Attributes
    ----------
    name
        What experiments call it.
    forward
        ``forward(z, out) -> a``, both (n_samples, n_units).
    backward
        ``backward(z, a, grad_a, out) -> grad_z``: the vector-Jacobian product, so that softmax,
        whose units depend on each other, fits too.
    formula
        LaTeX.
    derivative
        LaTeX of the derivative that ``backward`` uses, with a for the value.
    kinks
        Values of z where the derivative jumps.
    exact
        False for a published formula that is not the true gradient.
    in_unit_interval
        Whether activations lie from 0 to 1, so that they can stand for probabilities.
    joint
        Whether a unit's activation depends on the other units' z.
    """

    name: str
    forward: Callable[[Array, Array], Array]
    backward: Callable[[Array, Array, Array, Array], Array]
    formula: str
    derivative: str
    kinks: tuple[float, ...] = ()
    exact: bool = True
    in_unit_interval: bool = False
    joint: bool = False


def _at_least(limit: float, z: Array, out: Array) -> Array:
    """max(z, limit); between two arrays, because NumPy vectorises only that."""
    out.fill(limit)
    return np.maximum(z, out, out=out)


def _at_most(limit: float, z: Array, out: Array) -> Array:
    out.fill(limit)
    return np.minimum(z, out, out=out)


def _largest_exponent(z: Array) -> float:
    """Where neither exp(z) nor its reciprocal leaves the normal numbers."""
    return 87.0 if z.dtype == np.float32 else 708.0


def _identity(z: Array, out: Array) -> Array:
    np.copyto(out, z)
    return out


def _identity_backward(z: Array, a: Array, grad_a: Array, out: Array) -> Array:
    np.copyto(out, grad_a)
    return out


def _sigmoid(z: Array, out: Array) -> Array:
    _at_least(-_largest_exponent(z), z, out)
    np.negative(out, out)
    np.exp(out, out)
    np.add(out, 1.0, out)
    return np.reciprocal(out, out)


def _sigmoid_backward(z: Array, a: Array, grad_a: Array, out: Array) -> Array:
    np.subtract(1.0, a, out)
    np.multiply(out, a, out)
    return np.multiply(out, grad_a, out)


CLIPPED_AT = 20.0
"""Where ``sigmoid_clipped`` stops: sigmoid(20) is 1 - 2e-9."""


def _sigmoid_clipped(z: Array, out: Array) -> Array:
    return _sigmoid(np.clip(z, -CLIPPED_AT, CLIPPED_AT), out)


def _sigmoid_clipped_backward(z: Array, a: Array, grad_a: Array, out: Array) -> Array:
    np.less(np.abs(z), CLIPPED_AT, out)
    np.multiply(out, a, out)
    np.multiply(out, 1.0 - a, out)
    return np.multiply(out, grad_a, out)


def _tanh(z: Array, out: Array) -> Array:
    return np.tanh(z, out)


def _tanh_backward(z: Array, a: Array, grad_a: Array, out: Array) -> Array:
    np.multiply(a, a, out)
    np.subtract(1.0, out, out)
    return np.multiply(out, grad_a, out)


def _relu(z: Array, out: Array) -> Array:
    return _at_least(0.0, z, out)


def _relu_backward(z: Array, a: Array, grad_a: Array, out: Array) -> Array:
    np.greater(a, 0.0, out)
    return np.multiply(out, grad_a, out)


def _leaky_relu(z: Array, out: Array) -> Array:
    np.multiply(z, LEAKY_SLOPE, out)
    return np.maximum(z, out, out=out)


def _leaky_relu_backward(z: Array, a: Array, grad_a: Array, out: Array) -> Array:
    np.greater(z, 0.0, out)
    np.multiply(out, 1.0 - LEAKY_SLOPE, out)
    np.add(out, LEAKY_SLOPE, out)
    return np.multiply(out, grad_a, out)


def _elu(z: Array, out: Array) -> Array:
    _at_most(0.0, z, out)
    np.expm1(out, out)
    return np.maximum(z, out, out=out)


def _elu_backward(z: Array, a: Array, grad_a: Array, out: Array) -> Array:
    _at_most(0.0, a, out)
    np.add(out, 1.0, out)
    return np.multiply(out, grad_a, out)


def _gelu_share(z: Array, out: Array) -> Array:
    """sigmoid(2u), where u = sqrt(2 / pi) (z + 0.044715 z**3) and (1 + tanh u) / 2 is the same."""
    _gelu_slope(z, 2 * _GELU_LINEAR, 2 * _GELU_CUBIC, out)
    np.multiply(out, z, out)
    np.negative(out, out)
    np.minimum(out, _largest_exponent(z), out=out)
    np.exp(out, out)
    np.add(out, 1.0, out)
    return np.reciprocal(out, out)


def _gelu_slope(z: Array, linear: float, cubic: float, out: Array) -> Array:
    """linear + cubic * z**2."""
    np.multiply(z, z, out)
    np.multiply(out, cubic, out)
    return np.add(out, linear, out)


def _gelu(z: Array, out: Array) -> Array:
    return np.multiply(_gelu_share(z, out), z, out)


def _gelu_backward(z: Array, a: Array, grad_a: Array, out: Array) -> Array:
    """``s + a (1 - s) 2u'`` times ``grad_a``, where a = z s and s = sigmoid(2u).

    It is the one derivative here that needs a temporary array.
    """
    share = _gelu_share(z, np.empty_like(out))
    _gelu_slope(z, 2 * _GELU_LINEAR, 6 * _GELU_CUBIC, out)
    np.multiply(out, a, out)
    np.subtract(out, 1.0, out)
    np.multiply(out, share, share)
    np.add(out, 1.0, out)
    np.subtract(out, share, out)
    return np.multiply(out, grad_a, out)


def _softplus(z: Array, out: Array) -> Array:
    """max(z, ln(1 + e^z)), the exponent limited: far above 0 both are the same."""
    _at_most(_largest_exponent(z), z, out)
    np.exp(out, out)
    np.log1p(out, out)
    return np.maximum(z, out, out=out)


def _softplus_backward(z: Array, a: Array, grad_a: Array, out: Array) -> Array:
    """Use that the derivative, sigmoid(z), is 1 - exp(-a)."""
    np.negative(a, out)
    np.expm1(out, out)
    np.multiply(out, grad_a, out)
    return np.negative(out, out)


def _row_sums(values: Array) -> Array:
    sums: Array = np.dot(values, _ones(values.shape[1], values.dtype))
    return sums


@cache
def _ones(n: int, dtype: np.dtype[np.floating[Any]]) -> Array:
    """A column of ones to sum with, (n, 1)."""
    ones: Array = np.ones((n, 1), dtype)
    ones.setflags(write=False)
    return ones


_VANISHING = 1e-20
"""Rows whose sum is above this have all their exponentials that matter among the normal numbers."""


def _softmax(z: Array, out: Array) -> Array:
    """Exponentials in units of the batch's largest, or of each row's where a row would vanish.

    The largest of a row is found faster in transposed rows.
    """
    np.subtract(z, np.maximum.reduce(z, axis=None), out)
    np.exp(out, out)
    sums = _row_sums(out)
    if not np.minimum.reduce(sums, axis=None) > _VANISHING:
        columns = out.reshape(z.shape[::-1])
        np.copyto(columns, z.T)
        np.subtract(z, np.maximum.reduce(columns, axis=0)[:, None], out)
        np.exp(out, out)
        sums = _row_sums(out)
    return np.divide(out, sums, out)


def _softmax_backward(z: Array, a: Array, grad_a: Array, out: Array) -> Array:
    np.multiply(grad_a, a, out)
    np.subtract(grad_a, _row_sums(out), out)
    return np.multiply(out, a, out)


def _log_sigmoid(z: Array) -> Array:
    """min(z, 0) - ln(1 + e^-|z|), finite for every z."""
    log: Array = np.minimum(z, 0.0) - np.log1p(np.exp(-np.abs(z)))
    return log


def _normalised_sigmoid(z: Array, out: Array) -> Array:
    """Take softmax of ln sigmoid(z): the quotient of the sigmoids is 0 / 0 where all underflow."""
    return _softmax(_log_sigmoid(z), out)


def _normalised_sigmoid_backward(z: Array, a: Array, grad_a: Array, out: Array) -> Array:
    """Use that d ln sigmoid(z) / dz is sigmoid(-z)."""
    _softmax_backward(z, a, grad_a, out)
    return np.multiply(out, _sigmoid(-z, np.empty_like(out)), out)


def _softmax_of_sigmoid(z: Array, out: Array) -> Array:
    return _softmax(_sigmoid(z, np.empty_like(out)), out)


def _softmax_of_sigmoid_backward(z: Array, a: Array, grad_a: Array, out: Array) -> Array:
    share = _sigmoid(z, np.empty_like(out))
    grad_share = _softmax_backward(z, a, grad_a, np.empty_like(out))
    return _sigmoid_backward(z, share, grad_share, out)


ACTIVATIONS: Registry[Activation] = Registry("activation")
ACTIVATIONS.add(Activation("identity", _identity, _identity_backward, r"a = z", "f'(z) = 1"))
ACTIVATIONS.add(
    Activation(
        "sigmoid",
        _sigmoid,
        _sigmoid_backward,
        r"a = \frac{1}{1 + e^{-z}}",
        "f'(z) = a (1 - a)",
        in_unit_interval=True,
    )
)
ACTIVATIONS.add(Activation("tanh", _tanh, _tanh_backward, r"a = \tanh z", "f'(z) = 1 - a^2"))
ACTIVATIONS.add(
    Activation(
        "relu",
        _relu,
        _relu_backward,
        r"a = \max(0, z)",
        r"f'(z) = 1 \text{ for } z > 0, \text{ else } 0",
        kinks=(0.0,),
    )
)
ACTIVATIONS.add(
    Activation(
        "leaky_relu",
        _leaky_relu,
        _leaky_relu_backward,
        rf"a = \max(z, {LEAKY_SLOPE} z)",
        rf"f'(z) = 1 \text{{ for }} z > 0, \text{{ else }} {LEAKY_SLOPE:g}",
        kinks=(0.0,),
    )
)
ACTIVATIONS.add(
    Activation(
        "elu",
        _elu,
        _elu_backward,
        r"a = \max(z, e^{\min(z, 0)} - 1)",
        r"f'(z) = 1 \text{ for } z > 0, \text{ else } 1 + a",
    )
)
ACTIVATIONS.add(
    # NumPy has no erf: this is the approximation that PyTorch calls approximate="tanh".
    Activation(
        "gelu",
        _gelu,
        _gelu_backward,
        r"a = \frac{z}{2} \left(1 + \tanh\left(\sqrt{2 / \pi} (z + 0.044715 z^3)\right)\right)",
        r"f'(z) = s + a (1 - s) \cdot 2 u', \quad s = \sigma(2u),"
        r" \quad u = \sqrt{2 / \pi} (z + 0.044715 z^3)",
    )
)
ACTIVATIONS.add(
    Activation(
        "softplus", _softplus, _softplus_backward, r"a = \ln(1 + e^z)", r"f'(z) = 1 - e^{-a}"
    )
)
ACTIVATIONS.add(
    Activation(
        "softmax",
        _softmax,
        _softmax_backward,
        r"a_j = \frac{e^{z_j}}{\sum_k e^{z_k}}",
        r"\frac{\partial a_k}{\partial z_j} = a_k ([k = j] - a_j)",
        in_unit_interval=True,
        joint=True,
    )
)
ACTIVATIONS.add(
    Activation(
        "softmax_of_sigmoid",
        _softmax_of_sigmoid,
        _softmax_of_sigmoid_backward,
        r"a_j = \frac{e^{\sigma(z_j)}}{\sum_k e^{\sigma(z_k)}}",
        r"\frac{\partial a_k}{\partial z_j} = a_k ([k = j] - a_j) \sigma(z_j) (1 - \sigma(z_j))",
        in_unit_interval=True,
        joint=True,
    )
)
ACTIVATIONS.add(
    Activation(
        "sigmoid_clipped",
        _sigmoid_clipped,
        _sigmoid_clipped_backward,
        rf"a = \frac{{1}}{{1 + e^{{-\min({CLIPPED_AT:g}, \max(-{CLIPPED_AT:g}, z))}}}}",
        rf"f'(z) = a (1 - a) \text{{ for }} |z| < {CLIPPED_AT:g}, \text{{ else }} 0",
        kinks=(-CLIPPED_AT, CLIPPED_AT),
        in_unit_interval=True,
    )
)
ACTIVATIONS.add(
    Activation(
        "normalised_sigmoid",
        _normalised_sigmoid,
        _normalised_sigmoid_backward,
        r"a_j = \frac{\sigma(z_j)}{\sum_k \sigma(z_k)}",
        r"\frac{\partial a_k}{\partial z_j} = a_k ([k = j] - a_j) \sigma(-z_j)",
        in_unit_interval=True,
        joint=True,
    )
)
ACTIVATIONS.add(
    # As course programs have it: the derivative of a lone sigmoid, taken at the normalised a.
    Activation(
        "normalised_sigmoid_surrogate",
        _normalised_sigmoid,
        _sigmoid_backward,
        r"a_j = \frac{\sigma(z_j)}{\sum_k \sigma(z_k)}, \quad"
        r" \frac{\partial L}{\partial z_j} := \frac{\partial L}{\partial a_j} a_j (1 - a_j)",
        "f'(z) := a (1 - a)",
        exact=False,
        in_unit_interval=True,
        joint=True,
    )
)
