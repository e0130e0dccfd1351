"""Starting values of weights and biases, drawn in float64 whatever the network's precision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Protocol

import numpy as np
import numpy.typing as npt

from visualmlp.registry import Registry

Shape = tuple[int, ...]
Drawn = npt.NDArray[np.float64]


class Draws(Protocol):
    """What starting values are drawn with: a stream, or a NumPy generator."""

    def standard_normal(self, shape: Shape, /) -> Drawn: ...

    def uniform(self, low: float, high: float, shape: Shape, /) -> Drawn: ...


Draw = Callable[[Draws, Shape, float], Drawn]


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


def _constant(rng: Draws, shape: Shape, scale: float) -> Drawn:
    return np.full(shape, scale, dtype=np.float64)


def _zeros(rng: Draws, shape: Shape, scale: float) -> Drawn:
    return np.zeros(shape)


def _normal(rng: Draws, shape: Shape, scale: float) -> Drawn:
    return scale * rng.standard_normal(shape)


def _uniform(rng: Draws, shape: Shape, scale: float) -> Drawn:
    return scale * rng.uniform(-1.0, 1.0, shape)


def _orthogonal(rng: Draws, shape: Shape, scale: float) -> Drawn:
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


@dataclass(frozen=True, slots=True)
class DrawOrder:
    """The order in which the arrays of a network are drawn from one stream.

    Attributes
    ----------
    name
        What experiments call it.
    arrays
        ``arrays(n_layers) -> list of (kind, layer)``, kind "weights" or "biases".
    """

    name: str
    arrays: Callable[[int], list[tuple[str, int]]]


def _by_kind(n_layers: int, *kinds: str) -> list[tuple[str, int]]:
    return [(kind, i) for kind in kinds for i in range(n_layers)]


def _by_layer(n_layers: int) -> list[tuple[str, int]]:
    return [(kind, i) for i in range(n_layers) for kind in ("weights", "biases")]


DRAW_ORDERS: Registry[DrawOrder] = Registry("draw order")
DRAW_ORDERS.add(DrawOrder("layer_by_layer", _by_layer))
DRAW_ORDERS.add(DrawOrder("weights_first", lambda n: _by_kind(n, "weights", "biases")))
DRAW_ORDERS.add(DrawOrder("biases_first", lambda n: _by_kind(n, "biases", "weights")))
DRAW_ORDERS.add(DrawOrder("output_first", lambda n: _by_layer(n)[::-1]))


class Transposed:
    """Draws the transposed array, as programs do that keep weights as (n_out, n_in)."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws

    def standard_normal(self, shape: Shape, /) -> Drawn:
        return self._draws.standard_normal(shape[::-1]).T

    def uniform(self, low: float, high: float, shape: Shape, /) -> Drawn:
        return self._draws.uniform(low, high, shape[::-1]).T
