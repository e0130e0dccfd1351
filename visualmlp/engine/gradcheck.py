"""Backpropagation checked against central differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualmlp.engine.arrays import Array
from visualmlp.engine.network import Network
from visualmlp.engine.parameters import Piece

_FLOOR = 1e-3
"""Gradients of the mean loss whose norm is below this share of it are not told from rounding: a
difference of two losses L is wrong by about 2e-16 L / h, that is 2e-10 L with h = 1e-6."""

_DROPOUT_SEED = 0


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """Comparison of one array of parameters.

    Attributes
    ----------
    name
        "weights of layer 1".
    relative_error
        ||analytic - numeric|| / max(||analytic|| + ||numeric||, 1e-3 f max(1, L)) over the
        checked entries, where L is the mean loss and f the factor of the normalisation.
    worst_index
        Index, in the array, of the largest difference.
    analytic, numeric
        Both derivatives there.
    """

    name: str
    relative_error: float
    worst_index: tuple[int, ...]
    analytic: float
    numeric: float


def check_gradients(
    network: Network,
    x: Array,
    t: Array,
    h: float = 1e-6,
    per_array: int | None = None,
    rng: np.random.Generator | None = None,
) -> list[GradientCheck]:
    """Check the gradient of the loss on a batch, for each array of parameters.

    A float64 copy of the network is used, so that the network is not touched. Dropout masks are
    the same in all evaluations.

    Parameters
    ----------
    x, t
        A batch, of any float dtype.
    h
        Half the distance of the two evaluations.
    per_array
        How many entries of each array to check, drawn with ``rng``; None for all.
    rng
        By default seeded with 0.
    """
    rng = rng or np.random.default_rng(0)
    twin = Network(
        network.n_inputs,
        network.layers,
        network.loss.name,
        "float64",
        network.normalisation.name,
        network.divisor,
    )
    np.copyto(twin.parameters.flat, network.parameters.flat)
    x, t = np.ascontiguousarray(x, np.float64), np.ascontiguousarray(t, np.float64)
    with np.errstate(all="ignore"):
        floor = _FLOOR * twin.objective_factor(len(x)) * max(1.0, _loss(twin, x, t))
        analytic = twin.gradient.flat.copy()
        pieces = twin.layout.pieces
        return [_check(twin, piece, analytic, x, t, h, per_array, rng, floor) for piece in pieces]


def _loss(network: Network, x: Array, t: Array) -> float:
    return network.loss_and_gradient(x, t, np.random.default_rng(_DROPOUT_SEED))


def _check(
    network: Network,
    piece: Piece,
    analytic: Array,
    x: Array,
    t: Array,
    h: float,
    per_array: int | None,
    rng: np.random.Generator,
    floor: float,
) -> GradientCheck:
    offsets = np.arange(piece.start, piece.stop)
    if per_array is not None and per_array < offsets.size:
        offsets = np.sort(rng.choice(offsets, per_array, replace=False))
    numeric = np.array([_central_difference(network, k, x, t, h) for k in offsets.tolist()])
    chosen = analytic[offsets]
    scale = float(np.linalg.norm(chosen) + np.linalg.norm(numeric))
    worst = int(np.argmax(np.abs(chosen - numeric)))
    return GradientCheck(
        name=piece.name,
        relative_error=float(np.linalg.norm(chosen - numeric)) / max(scale, floor),
        worst_index=tuple(
            int(i) for i in np.unravel_index(offsets[worst] - piece.start, piece.shape)
        ),
        analytic=float(chosen[worst]),
        numeric=float(numeric[worst]),
    )


def _central_difference(network: Network, offset: int, x: Array, t: Array, h: float) -> float:
    flat = network.parameters.flat
    value = flat[offset]
    flat[offset] = value + h
    above = _loss(network, x, t)
    flat[offset] = value - h
    below = _loss(network, x, t)
    flat[offset] = value
    return network.objective_factor(len(x)) * (above - below) / (2 * h)
