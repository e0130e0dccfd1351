"""Starting values of weights and biases, drawn in float64 whatever the network's precision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from visualmlp.registry import Registry

Shape = tuple[int, ...]
Drawn = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator, Shape, float], Drawn]


@dataclass(frozen=True, slots=True)
class Initializer:
    """A rule for starting values.

    Attributes
    ----------
    name
        What experiments call it.
    draw
        ``draw(rng, shape, scale) -> float64 array``. Weights have shape (n_in, n_out), biases
        (n_out,), which count as n_in = n_out.
    scale_meaning
        What ``scale`` is, for the form; empty where it has no effect.
    """

    name: str
    draw: Draw
    scale_meaning: str


def _constant(rng: np.random.Generator, shape: Shape, scale: float) -> Drawn:
    return np.full(shape, scale, dtype=np.float64)


def _zeros(rng: np.random.Generator, shape: Shape, scale: float) -> Drawn:
    return np.zeros(shape)


def _normal(rng: np.random.Generator, shape: Shape, scale: float) -> Drawn:
    return scale * rng.standard_normal(shape)


def _uniform(rng: np.random.Generator, shape: Shape, scale: float) -> Drawn:
    return scale * rng.uniform(-1.0, 1.0, shape)


def _orthogonal(rng: np.random.Generator, shape: Shape, scale: float) -> Drawn:
    """Orthonormal rows or columns, whichever are fewer, after Saxe et al. (2014)."""
    rows, columns = shape if len(shape) == 2 else (1, shape[0])
    tall = rng.standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(tall)
    q *= np.where(np.diag(r) < 0, -1.0, 1.0)
    return scale * np.ascontiguousarray(q if rows >= columns else q.T).reshape(shape)


def _mean_fan(shape: Shape) -> float:
    return (shape[0] + shape[-1]) / 2


def _fan_in(shape: Shape) -> float:
    return shape[0]


def _normal_by(fan: Callable[[Shape], float], variance: float) -> Draw:
    """Normal with a variance of ``scale**2 * variance / fan``."""
    return lambda rng, shape, scale: _normal(rng, shape, scale * sqrt(variance / fan(shape)))


def _uniform_by(fan: Callable[[Shape], float], variance: float) -> Draw:
    """Uniform with a variance of ``scale**2 * variance / fan``."""
    return lambda rng, shape, scale: _uniform(rng, shape, scale * sqrt(3 * variance / fan(shape)))


INITIALIZERS: Registry[Initializer] = Registry("initialiser")
INITIALIZERS.add(Initializer("zeros", _zeros, ""))
INITIALIZERS.add(Initializer("constant", _constant, "value"))
INITIALIZERS.add(Initializer("normal", _normal, "standard deviation"))
INITIALIZERS.add(Initializer("uniform", _uniform, "largest absolute value"))
INITIALIZERS.add(Initializer("glorot_uniform", _uniform_by(_mean_fan, 1.0), "gain"))
INITIALIZERS.add(Initializer("glorot_normal", _normal_by(_mean_fan, 1.0), "gain"))
INITIALIZERS.add(Initializer("he_uniform", _uniform_by(_fan_in, 2.0), "gain"))
INITIALIZERS.add(Initializer("he_normal", _normal_by(_fan_in, 2.0), "gain"))
INITIALIZERS.add(Initializer("lecun_uniform", _uniform_by(_fan_in, 1.0), "gain"))
INITIALIZERS.add(Initializer("lecun_normal", _normal_by(_fan_in, 1.0), "gain"))
INITIALIZERS.add(Initializer("orthogonal", _orthogonal, "gain"))
