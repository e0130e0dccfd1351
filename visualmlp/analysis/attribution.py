"""What an output owes to each input: the gradient to the inputs, and occlusion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Literal, NamedTuple

import numpy as np

from visualmlp.engine import ACTIVATIONS, Array, LayerOutput, Network

Of = Literal["loss", "score", "output"]
"""The loss of the sample, a unit's z in the last layer, or the unit's activation."""

MOST_PATCHES = 1024
PREDICTED_AT_ONCE = 256
"""Occluded copies of a sample in one batch, so that memory stays small."""


class Occlusion(NamedTuple):
    """How a value changes while parts of a sample are hidden.

    Attributes
    ----------
    change
        The value with the part hidden less the value without; for pictures (h, w), the mean over
        the patches that cover a pixel, or that of the nearest one; else (n_features,).
    n_hidden
        Number of patches or features hidden in turn.
    side, stride
        Of the patches, and pixels from one to the next; 1 for features.
    """

    change: Array
    n_hidden: int
    side: int
    stride: int


def input_gradient(network: Network, x: Array, t: Array, of: Of, unit: int = 0) -> Array:
    """Derivative with respect to the inputs (n_inputs,) of one sample, by backpropagation.

    Dropout is off, and no normalisation or penalty is counted in.

    Parameters
    ----------
    x, t
        Scaled inputs (1, n_inputs) and targets (1, n_outputs).
    of
        What is differentiated.
    unit
        The unit of the last layer, for scores and outputs.
    """
    with np.errstate(all="ignore"):
        outputs = network.layer_outputs(x)
        return carry_to_inputs(network, outputs, _output_gradient(network, outputs, t, of, unit))


def carry_to_inputs(network: Network, outputs: Sequence[LayerOutput], grad_z: Array) -> Array:
    """Carry a gradient (1, n_outputs) to the last layer's z down to the inputs, (n_inputs,).

    The functions are those of the training's backward pass.
    """
    for i in range(len(network.layers) - 1, 0, -1):
        grad_a = grad_z @ network.parameters.weights[i].T
        grad_z = _through_activation(network, outputs, i - 1, grad_a)
    gradient: Array = (grad_z @ network.parameters.weights[0].T)[0]
    return gradient


def is_exact(network: Network) -> bool:
    """Whether no layer's backward formula is a surrogate for the true derivative."""
    return all(ACTIVATIONS[layer.activation].exact for layer in network.layers)


def picture_occlusion(
    value: Callable[[Array], Array],
    x: Array,
    ground: Array,
    shape: tuple[int, int],
    side: int,
) -> Occlusion:
    """Hide square patches of a picture, one at a time (Zeiler and Fergus 2014).

    Parameters
    ----------
    value
        Gives what is watched, (n,), for scaled inputs (n, n_inputs).
    x, ground
        Scaled inputs (n_inputs,) of the sample, and of what a patch is filled with.
    shape
        Rows and columns of the picture.
    side
        Of a patch, in pixels. The stride is the least that makes no more than ``MOST_PATCHES``
        patches; where it is greater than the side, pixels between patches count to the nearest.
    """
    side = min(side, *shape)
    stride = _stride(shape, side)
    reach = max(side, stride)
    margin = (reach - side) // 2
    places = [_starts(length, side, stride) for length in shape]
    corners = [(row, column) for row in places[0] for column in places[1]]
    before = float(value(x[None])[0])
    total, covered = np.zeros(shape), np.zeros(shape)
    for start in range(0, len(corners), PREDICTED_AT_ONCE):
        some = corners[start : start + PREDICTED_AT_ONCE]
        copies = np.repeat(x[None], len(some), axis=0)
        pictures = copies.reshape(-1, *shape)
        for picture, (row, column) in zip(pictures, some, strict=True):
            patch = np.s_[row : row + side, column : column + side]
            picture[patch] = ground.reshape(shape)[patch]
        for change, corner in zip(value(copies) - before, some, strict=True):
            counted = tuple(slice(max(0, at - margin), at - margin + reach) for at in corner)
            total[counted] += change
            covered[counted] += 1
    return Occlusion(total / covered, len(corners), side, stride)


def feature_occlusion(value: Callable[[Array], Array], x: Array, ground: Array) -> Occlusion:
    """Set one feature after the other to its ground value; parameters as above."""
    before = float(value(x[None])[0])
    change = np.empty(len(x))
    for start in range(0, len(x), PREDICTED_AT_ONCE):
        columns = np.arange(start, min(start + PREDICTED_AT_ONCE, len(x)))
        copies = np.repeat(x[None], len(columns), axis=0)
        copies[np.arange(len(columns)), columns] = ground[columns]
        change[columns] = value(copies) - before
    return Occlusion(change, len(x), 1, 1)


def _output_gradient(
    network: Network, outputs: Sequence[LayerOutput], t: Array, of: Of, unit: int
) -> Array:
    """Gradient (1, n_outputs) to the last layer's z."""
    last = outputs[-1]
    if of == "loss":
        fused = network.loss.fused.get(network.layers[-1].activation)
        if fused is not None:
            return fused.gradient(last.a, t, np.empty_like(last.z))
        grad_a = network.loss.gradient(last.a, t, np.empty_like(last.a))
    else:
        grad_a = np.zeros_like(last.a)
        grad_a[0, unit] = 1
        if of == "score":
            return grad_a
    return _through_activation(network, outputs, len(outputs) - 1, grad_a)


def _through_activation(
    network: Network, outputs: Sequence[LayerOutput], layer: int, grad_a: Array
) -> Array:
    activation, (z, a) = ACTIVATIONS[network.layers[layer].activation], outputs[layer]
    return activation.backward(z, a, grad_a, np.empty_like(z))


def _stride(shape: tuple[int, int], side: int) -> int:
    """The least that gives few enough patches."""
    rows, columns = shape
    return next(
        stride
        for stride in count(1)
        if len(_starts(rows, side, stride)) * len(_starts(columns, side, stride)) <= MOST_PATCHES
    )


def _starts(length: int, side: int, stride: int) -> list[int]:
    """First pixels of patches along a side; the last one ends where the picture does."""
    starts = list(range(0, length - side + 1, stride))
    return starts if starts[-1] == length - side else [*starts, length - side]
