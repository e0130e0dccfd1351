"""What a gradient check depends on: the step of the central difference, and kinks nearby."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from visualmlp.engine import ACTIVATIONS, Array, Network, check_gradients


@dataclass(frozen=True, slots=True)
class NearKink:
    """Pre-activations that a central difference may move across a kink.

    Attributes
    ----------
    layer
        0 is the first.
    kink
        The value of z where the derivative jumps.
    count, total
        How many pre-activations are so near, and of how many.
    """

    layer: int
    kink: float
    count: int
    total: int


def errors_by_step(
    network: Network, x: Array, t: Array, steps: Sequence[float], per_array: int
) -> dict[str, Array]:
    """Relative errors of the check, by the name of the array, (n_steps,) each.

    Too large a step does not measure the slope at the point, too small a one loses the difference
    of the losses to rounding.
    """
    checks = [check_gradients(network, x, t, h, per_array) for h in steps]
    names = [check.name for check in checks[0]]
    columns = zip(*checks, strict=True)
    return {
        name: np.array([check.relative_error for check in column])
        for name, column in zip(names, columns, strict=True)
    }


def near_kinks(network: Network, x: Array, h: float) -> list[NearKink]:
    """Layers with pre-activations that a step ``h`` of a weight of theirs can move over a kink."""
    found = []
    below = x
    for i, (layer, output) in enumerate(zip(network.layers, network.layer_outputs(x), strict=True)):
        reach = h * max(1.0, float(np.abs(below).max()))
        for kink in ACTIVATIONS[layer.activation].kinks:
            count = int((np.abs(output.z - kink) <= reach).sum())
            if count:
                found.append(NearKink(i, kink, count, output.z.size))
        below = output.a
    return found


def surrogate_layers(network: Network) -> list[int]:
    """Layers (0 is the first) whose activation has a published formula for its derivative."""
    layers = enumerate(network.layers)
    return [i for i, layer in layers if not ACTIVATIONS[layer.activation].exact]
