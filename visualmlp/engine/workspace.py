"""The memory of a training step: allocated once, viewed for each batch size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from visualmlp.engine.activations import ACTIVATIONS, Activation
from visualmlp.engine.arrays import Array, aligned_zeros
from visualmlp.engine.layers import DenseSpec
from visualmlp.engine.parameters import Parameters


class LayerStep(NamedTuple):
    """All that one layer's part of a step touches; arrays have the batch's number of rows.

    ``np.dot(*carry_back)`` writes ``grad_a`` of the layer below; None for the first layer.
    """

    activation: Activation
    weights: Array
    bias: Array | None
    grad_weights: Array
    grad_bias: Array | None
    z: Array
    a: Array
    grad_a: Array
    grad_z: Array
    keep: float
    mask: Array | None
    output: Array
    output_transposed: Array
    carry_back: tuple[Array, Array, Array] | None


class Workspace:
    """Buffers for the largest batch so far and, for each batch size, views of them.

    The gradient with respect to activations is needed for one layer at a time, so all layers
    share one buffer for it.
    """

    def __init__(
        self,
        layers: Sequence[DenseSpec],
        parameters: Parameters,
        gradient: Parameters,
        dtype: npt.DTypeLike,
    ) -> None:
        self._layers = layers
        self._parameters = parameters
        self._gradient = gradient
        self._dtype = np.dtype(dtype)
        self._capacity = 0
        self._plans: dict[int, tuple[tuple[LayerStep, ...], Array]] = {}

    def plan(self, n: int) -> tuple[tuple[LayerStep, ...], Array]:
        """Views for n samples: one step for each layer, and n ones to sum with."""
        if n not in self._plans:
            if n > self._capacity:
                self._allocate(n)
            steps = tuple(self._layer_step(i, n) for i in range(len(self._layers)))
            self._plans[n] = (steps, self._ones[:n])
        return self._plans[n]

    def _allocate(self, n: int) -> None:
        widths = [layer.units for layer in self._layers]
        self._z, self._a, self._grad_z = (self._buffers(n, widths) for _ in range(3))
        dropped = [layer.units if layer.dropout else 0 for layer in self._layers]
        self._masks, self._outputs = (self._buffers(n, dropped) for _ in range(2))
        self._grad_a = aligned_zeros((n * max(widths),), self._dtype)
        self._ones = aligned_zeros((n,), self._dtype)
        self._ones[:] = 1.0
        self._capacity = n
        self._plans.clear()

    def _buffers(self, n: int, widths: Sequence[int]) -> list[Array]:
        return [aligned_zeros((n, width), self._dtype) for width in widths]

    def _layer_step(self, i: int, n: int) -> LayerStep:
        layer = self._layers[i]
        output = (self._outputs if layer.dropout else self._a)[i][:n]
        return LayerStep(
            activation=ACTIVATIONS[layer.activation],
            weights=self._parameters.weights[i],
            bias=self._parameters.biases[i],
            grad_weights=self._gradient.weights[i],
            grad_bias=self._gradient.biases[i],
            z=self._z[i][:n],
            a=self._a[i][:n],
            grad_a=self._grad_a_view(i, n),
            grad_z=self._grad_z[i][:n],
            keep=1.0 - layer.dropout,
            mask=self._masks[i][:n] if layer.dropout else None,
            output=output,
            output_transposed=output.T,
            carry_back=self._carry_back(i, n) if i else None,
        )

    def _carry_back(self, i: int, n: int) -> tuple[Array, Array, Array]:
        weights, grad_z, grad_a = (
            self._parameters.weights[i],
            self._grad_z[i][:n],
            self._grad_a_view(i - 1, n),
        )
        if self._is_transposed(i - 1, n):
            return weights, grad_z.T, grad_a.T
        return grad_z, weights.T, grad_a

    def _grad_a_view(self, i: int, n: int) -> Array:
        units = self._layers[i].units
        memory = self._grad_a[: n * units]
        if self._is_transposed(i, n):
            return memory.reshape(units, n).T
        return memory.reshape(n, units)

    def _is_transposed(self, i: int, n: int) -> bool:
        """Whether ``grad_a`` is stored by columns.

        Where batches are small and layers wide, OpenBLAS multiplies the weights by the transposed
        gradient up to twice as fast as the gradient by the transposed weights.
        """
        return 4 * n <= min(layer.units for layer in self._layers[i : i + 2])
