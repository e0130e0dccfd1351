"""The loss over a plane through the space of the parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from visualmlp.engine import ACTIVATIONS, Array, Layout, Network
from visualmlp.engine.regularizers import penalty

Floats = npt.NDArray[np.float64]


class Plane(NamedTuple):
    """A plane of parameters.

    Attributes
    ----------
    centre
        The state that it goes through, (p,), in the engine's precision.
    directions
        Two orthonormal vectors, (2, p), float64.
    """

    centre: Array
    directions: Floats

    def place(self, parameters: Array) -> Floats:
        """Coordinates (2,) of the point of the plane nearest to a state."""
        return self.directions @ (parameters.astype(np.float64) - self.centre)

    def distance(self, parameters: Array) -> float:
        """How far a state is from the plane, in parameters' units."""
        away = parameters.astype(np.float64) - self.centre
        return float(np.linalg.norm(away - self.place(parameters) @ self.directions))

    def at(self, a: float, b: float) -> Array:
        """The state at two coordinates, in the engine's precision; at 0, 0 the very centre."""
        moved: Array = (self.centre + a * self.directions[0] + b * self.directions[1]).astype(
            self.centre.dtype
        )
        return moved


class Penalty(NamedTuple):
    """What is added to the loss: l1 * sum |w| + l2 / 2 * sum w**2 over the weights."""

    l1: float = 0.0
    l2: float = 0.0


NO_PENALTY = Penalty()


class LossOnPlane:
    """Mean loss of samples for states on a plane, without dropout, as evaluations compute it.

    The first layer's pre-activations are linear in its parameters, so they are put together from
    three products made once, which may differ from the engine's own product in the last digits;
    at the plane's centre there is no difference.

    Parameters
    ----------
    network
        Only its structure is used.
    plane
        The plane.
    x, t
        Inputs (n, n_inputs) and targets (n, n_outputs) in the network's precision.
    penalty
        Added where it is not zero.
    """

    def __init__(
        self, network: Network, plane: Plane, x: Array, t: Array, penalty: Penalty = NO_PENALTY
    ) -> None:
        self._network, self._plane, self._t, self._penalty = network, plane, t, penalty
        vectors = (plane.centre, *plane.directions.astype(plane.centre.dtype))
        self._parts = [self._first_layer(vector, x) for vector in vectors]
        self._activation = ACTIVATIONS[network.layers[0].activation]
        first, *later = network.layers
        self._above = (
            Network(first.units, later, network.loss.name, network.dtype) if later else None
        )
        self._vectors_above = [
            _of_layers_above(network.layout, vector, self._above.layout)
            for vector in (plane.centre, *plane.directions)
            if self._above is not None
        ]

    def at(self, a: float, b: float) -> float:
        """The loss at two coordinates."""
        z0, z1, z2 = self._parts
        kind = z0.dtype.type
        with np.errstate(all="ignore"):
            z = z0 + kind(a) * z1 + kind(b) * z2
            activations = self._activation.forward(z, np.empty_like(z))
            if self._above is not None:
                centre, one, other = self._vectors_above
                self._above.parameters.flat[...] = centre + a * one + b * other
                activations = self._above.predict(activations)
            loss = self._network.loss_value(activations, self._t)
            return loss + (self._penalty_at(a, b) if any(self._penalty) else 0.0)

    def _penalty_at(self, a: float, b: float) -> float:
        return penalty(self._plane.at(a, b), self._network.layout, *self._penalty)

    def _first_layer(self, flat: Array, x: Array) -> Array:
        """What a vector of parameters gives for the first layer's z, in batches as predictions."""
        views = self._network.layout.views(flat)
        z = np.empty((len(x), self._network.layers[0].units), x.dtype)
        with np.errstate(all="ignore"):
            for start in range(0, len(x), 1000):
                rows = slice(start, start + 1000)
                np.matmul(x[rows], views.weights[0], out=z[rows])
            if views.biases[0] is not None:
                z += views.biases[0]
        return z


def _of_layers_above(layout: Layout, vector: Array, above: Layout) -> Array:
    """What a vector of parameters has for the layers above the first, as a vector of theirs."""
    found = np.empty(above.size, vector.dtype)
    own, whole = above.views(found), layout.views(vector)
    for targets, sources in ((own.weights, whole.weights), (own.biases, whole.biases)):
        for target, source in zip(targets, sources[1:], strict=True):
            if target is not None and source is not None:
                np.copyto(target, source)
    return found


def refinements(resolution: int) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """The points of a square grid, coarse ones first.

    Parameters
    ----------
    resolution
        Points along a side. The first spacing is the largest power of two that it has room for
        without a rest.

    Yields
    ------
    stride, places
        A spacing, and (row, column) of its points that no wider spacing has.
    """
    stride, done = (resolution - 1) & (1 - resolution), 0
    while stride:
        numbers = range(0, resolution, stride)
        yield (
            stride,
            [(i, j) for i in numbers for j in numbers if not done or i % done or j % done],
        )
        stride, done = stride // 2, stride


def doubled(values: Floats) -> Floats:
    """A grid (h, w) with a point between any two neighbours, (2h - 1, 2w - 1), by their mean."""
    h, w = values.shape
    finer = np.empty((2 * h - 1, 2 * w - 1))
    with np.errstate(all="ignore"):
        finer[::2, ::2] = values
        finer[1::2, ::2] = (values[1:] + values[:-1]) / 2
        finer[:, 1::2] = (finer[:, 2::2] + finer[:, :-1:2]) / 2
    return finer
