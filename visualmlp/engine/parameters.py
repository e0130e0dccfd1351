"""All weights and biases of a network in one flat vector, with views of each array."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import NamedTuple

from visualmlp.engine.arrays import Array
from visualmlp.engine.layers import DenseSpec


@dataclass(frozen=True, slots=True)
class Parameters:
    """One number for each parameter: values, gradients, or an optimizer's slot.

    Attributes
    ----------
    flat
        (n_parameters,): all weights, then all biases.
    weights
        Views of it, (n_in, n_out) for each layer, C-contiguous.
    biases
        Views of it, (n_out,) for each layer; None where a layer has no bias.
    """

    flat: Array
    weights: tuple[Array, ...]
    biases: tuple[Array | None, ...]


class Piece(NamedTuple):
    """Where one array is in the flat vector."""

    name: str
    layer: int
    start: int
    stop: int
    shape: tuple[int, ...]


class Layout:
    """Where each weight and bias is in the flat vector.

    Parameters
    ----------
    n_inputs
        Number of features.
    layers
        The layers in forward order.

    Attributes
    ----------
    size
        Number of parameters.
    n_weights
        ``flat[:n_weights]`` are exactly the weights, so that a penalty touches them only.
    weight_shapes
        (n_in, n_out) for each layer.
    pieces
        All arrays in the order of the vector.
    """

    def __init__(self, n_inputs: int, layers: Sequence[DenseSpec]) -> None:
        widths = [n_inputs, *(layer.units for layer in layers)]
        self.n_layers = len(layers)
        self.weight_shapes = tuple(pairwise(widths))
        self.n_weights = sum(prod(shape) for shape in self.weight_shapes)
        self.pieces = tuple(self._pieces(layers))
        self.size = self.pieces[-1].stop

    def _pieces(self, layers: Sequence[DenseSpec]) -> Iterator[Piece]:
        shapes: list[tuple[str, int, tuple[int, ...]]] = [
            *(("weights", i, shape) for i, shape in enumerate(self.weight_shapes)),
            *(("biases", i, (layer.units,)) for i, layer in enumerate(layers) if layer.bias),
        ]
        start = 0
        for kind, i, shape in shapes:
            stop = start + prod(shape)
            yield Piece(f"{kind} of layer {i + 1}", i, start, stop, shape)
            start = stop

    def views(self, flat: Array) -> Parameters:
        """Views of a vector of this layout's size; writing to them writes to it.

        Raises
        ------
        ValueError
            If the vector has another size.
        """
        if flat.shape != (self.size,):
            raise ValueError(f"expected a vector of {self.size} numbers, got shape {flat.shape}")
        arrays = [flat[piece.start : piece.stop].reshape(piece.shape) for piece in self.pieces]
        biases: list[Array | None] = [None] * self.n_layers
        for piece, array in zip(self.pieces[self.n_layers :], arrays[self.n_layers :], strict=True):
            biases[piece.layer] = array
        return Parameters(flat, tuple(arrays[: self.n_layers]), tuple(biases))
