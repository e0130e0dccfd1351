"""A multilayer perceptron: forward pass, loss, and gradient by backpropagation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from visualmlp.engine.activations import ACTIVATIONS
from visualmlp.engine.arrays import Array, aligned_zeros
from visualmlp.engine.initializers import INITIALIZERS
from visualmlp.engine.layers import DenseSpec
from visualmlp.engine.losses import LOSSES
from visualmlp.engine.parameters import Layout
from visualmlp.engine.workspace import LayerStep, Workspace
from visualmlp.errors import ExperimentError

PREDICTED_AT_ONCE = 1000
"""Samples in a batch of ``predict``."""


class LayerOutput(NamedTuple):
    """A layer's pre-activations and activations, both (n_samples, n_units)."""

    z: Array
    a: Array


class Network:
    """A multilayer perceptron with its loss.

    Parameters
    ----------
    n_inputs
        Number of features.
    layers
        The layers in forward order; the last one is the output and has no dropout.
    loss
        A name in ``LOSSES``. With the output activation that it has a fused form for, that form
        is used.
    dtype
        "float32" or "float64".

    Attributes
    ----------
    parameters, gradient
        Both are written in place and never replaced.

    Raises
    ------
    ExperimentError
        If there is no layer, or the output layer has dropout.
    """

    def __init__(
        self,
        n_inputs: int,
        layers: Sequence[DenseSpec],
        loss: str,
        dtype: npt.DTypeLike = "float32",
    ) -> None:
        if not layers:
            raise ExperimentError("A network needs at least an output layer.")
        if layers[-1].dropout:
            raise ExperimentError("The output layer cannot have dropout: set it to 0.")
        self.n_inputs = n_inputs
        self.layers = tuple(layers)
        self.loss = LOSSES[loss]
        self.dtype = np.dtype(dtype)
        self.layout = Layout(n_inputs, layers)
        self.parameters = self.layout.views(aligned_zeros((self.layout.size,), dtype))
        self.gradient = self.layout.views(aligned_zeros((self.layout.size,), dtype))
        self._fused = self.loss.fused.get(layers[-1].activation)
        self._workspace = Workspace(self.layers, self.parameters, self.gradient, dtype)
        self._last_steps: tuple[LayerStep, ...] = ()

    def initialize(self, rng: np.random.Generator) -> None:
        """Draw weights and biases layer by layer, in float64, and cast them."""
        parameters = zip(self.layers, self.parameters.weights, self.parameters.biases, strict=True)
        for layer, weights, bias in parameters:
            draw = INITIALIZERS[layer.weight_init].draw
            weights[...] = draw(rng, weights.shape, layer.weight_scale)
            if bias is not None:
                bias[...] = INITIALIZERS[layer.bias_init].draw(rng, bias.shape, layer.bias_scale)

    def loss_and_gradient(
        self, x: Array, t: Array, rng: np.random.Generator | None = None
    ) -> float:
        """Do forward and backward pass in training mode; ``gradient`` is overwritten.

        For a batch size seen before no array of a hidden layer's size is allocated, but one in
        the derivative of GELU. Numbers that overflow warn as the caller's ``np.errstate`` says;
        ``first_non_finite`` names the array.

        Parameters
        ----------
        x
            Inputs, (n_samples, n_inputs), C-contiguous, of the network's dtype.
        t
            Targets, (n_samples, n_outputs), likewise.
        rng
            Draws the dropout masks; may be None if no layer has dropout.

        Returns
        -------
        float
            Mean loss over the samples, without penalties.

        Raises
        ------
        ValueError
            If a layer has dropout and there is no ``rng``.
        """
        steps, ones = self._workspace.plan(len(x))
        self._last_steps = steps
        self._forward(steps, x, rng)
        loss = self._loss(steps[-1], t)
        self._backward(steps, x, ones)
        return loss

    def _forward(
        self, steps: tuple[LayerStep, ...], x: Array, rng: np.random.Generator | None
    ) -> None:
        for step in steps:
            z = step.z
            np.dot(x, step.weights, z)
            if step.bias is not None:
                np.add(z, step.bias, z)
            step.activation.forward(z, step.a)
            if step.mask is not None:
                _drop(step, step.mask, rng)
            x = step.output

    def _loss(self, output: LayerStep, t: Array) -> float:
        """Compute the loss and its gradient with respect to z of the output layer."""
        if self._fused is not None:
            self._fused.gradient(output.a, t, output.grad_z)
            return self._fused.value(output.z, output.a, t)
        self.loss.gradient(output.a, t, output.grad_a)
        output.activation.backward(output.z, output.a, output.grad_a, output.grad_z)
        return self.loss.value(output.a, t)

    def _backward(self, steps: tuple[LayerStep, ...], x: Array, ones: Array) -> None:
        for i in range(len(steps) - 1, -1, -1):
            step = steps[i]
            below = steps[i - 1].output_transposed if i else x.T
            np.dot(below, step.grad_z, step.grad_weights)
            if step.grad_bias is not None:
                np.dot(ones, step.grad_z, step.grad_bias)
            if step.carry_back is not None:
                np.dot(*step.carry_back)
                _backward_through_activation(steps[i - 1])

    def forward(self, x: Array, out_all: list[LayerOutput] | None = None) -> Array:
        """Outputs, (n_samples, n_outputs), in inference mode: without dropout.

        Parameters
        ----------
        x
            (n_samples, n_inputs).
        out_all
            If given, every layer's output is appended to it.
        """
        outputs = self.layer_outputs(x)
        if out_all is not None:
            out_all.extend(outputs)
        return outputs[-1].a

    def layer_outputs(self, x: Array) -> list[LayerOutput]:
        """Every layer's pre-activations and activations, in inference mode; fresh arrays."""
        return list(self._inference(x))

    def _inference(self, x: Array) -> Iterator[LayerOutput]:
        parameters = zip(self.layers, self.parameters.weights, self.parameters.biases, strict=True)
        for layer, weights, bias in parameters:
            with np.errstate(all="ignore"):
                z = np.matmul(x, weights)
                if bias is not None:
                    np.add(z, bias, z)
                x = ACTIVATIONS[layer.activation].forward(z, np.empty_like(z))
            yield LayerOutput(z, x)

    def predict(self, x: Array) -> Array:
        """Outputs, (n_samples, n_outputs), computed in batches so that memory stays small."""
        y = np.empty((len(x), self.layers[-1].units), self.dtype)
        for start in range(0, len(x), PREDICTED_AT_ONCE):
            rows = slice(start, start + PREDICTED_AT_ONCE)
            y[rows] = self.forward(x[rows])
        return y

    def loss_value(self, y: Array, t: Array) -> float:
        """Mean loss of outputs against targets, both (n_samples, n_outputs)."""
        return self.loss.value(y, t)

    def first_non_finite(self) -> str | None:
        """Name the first array with an inf or nan, such as "weights W of layer 1".

        Looks through the parameters, then through the last training step: forward, then
        backward. None if all is finite.
        """
        return next(
            (name for name, array in self._inspected() if not np.isfinite(array).all()), None
        )

    def _inspected(self) -> Iterator[tuple[str, Array]]:
        numbered = list(enumerate(self._last_steps, start=1))
        for i, (weights, bias) in enumerate(
            zip(self.parameters.weights, self.parameters.biases, strict=True), start=1
        ):
            yield f"weights W of layer {i}", weights
            if bias is not None:
                yield f"biases b of layer {i}", bias
        for i, step in numbered:
            yield f"pre-activations z of layer {i}", step.z
            yield f"activations a of layer {i}", step.a
        for i, step in reversed(numbered):
            yield f"gradient of the weights of layer {i}", step.grad_weights
            if step.grad_bias is not None:
                yield f"gradient of the biases of layer {i}", step.grad_bias


def _drop(step: LayerStep, mask: Array, rng: np.random.Generator | None) -> None:
    """Draw a mask of 0 and 1 / keep, and apply it."""
    if rng is None:
        raise ValueError("a layer has dropout: loss_and_gradient needs a random generator")
    rng.random(dtype=mask.dtype.type, out=mask)
    np.add(mask, step.keep, mask)
    np.floor(mask, mask)
    np.multiply(mask, 1.0 / step.keep, mask)
    np.multiply(step.a, mask, step.output)


def _backward_through_activation(step: LayerStep) -> None:
    """Carry the gradient from a layer's output to its z."""
    if step.mask is not None:
        np.multiply(step.grad_a, step.mask, step.grad_a)
    step.activation.backward(step.z, step.a, step.grad_a, step.grad_z)
