"""Activation functions as curves: values and slopes, computed by the engine's own functions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualmlp.engine import ACTIVATIONS, Array

N_POINTS = 401

_BESIDE = 1e-9
"""Distance from a kink at which both of its slopes are taken."""


@dataclass(frozen=True, slots=True, eq=False)
class ActivationCurve:
    """An activation function over pre-activations.

    Attributes
    ----------
    z, a, slope
        (n,) each: ascending pre-activations, activations, and da/dz.
    """

    z: Array
    a: Array
    slope: Array


def is_elementwise(name: str) -> bool:
    """Whether a unit's activation depends on its own pre-activation only; not so for softmax."""
    return not ACTIVATIONS[name].joint


def activation_at(name: str, z: Array) -> ActivationCurve:
    """Values and slopes of an elementwise activation function at pre-activations (n,)."""
    column = np.ascontiguousarray(z, np.float64)[:, None]
    activation = ACTIVATIONS[name]
    with np.errstate(all="ignore"):
        a = activation.forward(column, np.empty_like(column))
        slope = activation.backward(column, a, np.ones_like(a), np.empty_like(a))
    return ActivationCurve(column[:, 0], a[:, 0], slope[:, 0])


def activation_curve(name: str, low: float, high: float) -> ActivationCurve:
    """The curve of an elementwise activation function from ``low`` to ``high``.

    Close to both sides of a kink there is a point, so that the jump of the slope is upright.
    """
    kinks = [kink for kink in ACTIVATIONS[name].kinks if low < kink < high]
    beside = [kink + way * _BESIDE for kink in kinks for way in (-1, 1)]
    return activation_at(name, np.unique([*np.linspace(low, high, N_POINTS), *beside]))
