"""A multilayer perceptron: forward pass, loss, and gradient by backpropagation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from visualmlp.engine.activations import ACTIVATIONS
from visualmlp.engine.arrays import Array, aligned_zeros
from visualmlp.engine.initializers import DRAW_ORDERS, INITIALIZERS, Draws, Transposed
from visualmlp.engine.layers import GIVEN, DenseSpec
from visualmlp.engine.losses import LOSSES
from visualmlp.engine.normalisations import NORMALISATIONS
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
    normalisation
        A name in ``NORMALISATIONS``: what the gradient is of.
    divisor
        The divisor of the normalisation "fixed".

    Attributes
    ----------
    parameters, gradient
        Both are written in place and never replaced.
    last_steps
        What the last training step left in each layer's buffers; the next one overwrites it.

    Raises
    ------
    ExperimentError
        If there is no layer, the output layer has dropout, or given values have another shape.
    """

    def __init__(
        self,
        n_inputs: int,
        layers: Sequence[DenseSpec],
        loss: str,
        dtype: npt.DTypeLike = "float32",
        normalisation: str = "mean",
        divisor: float = 1.0,
    ) -> None:
        if not layers:
            raise ExperimentError("A network needs at least an output layer.")
        if layers[-1].dropout:
            raise ExperimentError("The output layer cannot have dropout: set it to 0.")
        self.n_inputs = n_inputs
        self.layers = tuple(layers)
        self.loss = LOSSES[loss]
        self.dtype = np.dtype(dtype)
        self.normalisation = NORMALISATIONS[normalisation]
        self.divisor = divisor
        self.layout = Layout(n_inputs, layers)
        self._check_given()
        self.parameters = self.layout.views(aligned_zeros((self.layout.size,), dtype))
        self.gradient = self.layout.views(aligned_zeros((self.layout.size,), dtype))
        self._fused = self.loss.fused.get(layers[-1].activation)
        self._workspace = Workspace(self.layers, self.parameters, self.gradient, dtype)
        self.last_steps: tuple[LayerStep, ...] = ()

    def initialize(
        self, draws: Draws, order: str = "layer_by_layer", *, transposed: bool = False
    ) -> None:
        """Draw weights and biases in float64, and cast them.

        Parameters
        ----------
        draws
            A stream, or a NumPy generator.
        order
            A name in ``DRAW_ORDERS``.
        transposed
            Draw weights as (n_out, n_in).
        """
        draws = Transposed(draws) if transposed else draws
        for kind, i in DRAW_ORDERS[order].arrays(len(self.layers)):
            layer, array = self.layers[i], getattr(self.parameters, kind)[i]
            if array is None:
                continue
            if kind == "weights":
                init, scale = layer.weight_init, layer.weight_scale
            else:
                init, scale = layer.bias_init, layer.bias_scale
            if init == GIVEN:
                array[...] = layer.weight_values if kind == "weights" else layer.bias_values
            else:
                array[...] = INITIALIZERS[init].draw(draws, array.shape, scale)

    def _check_given(self) -> None:
        for i, (layer, shape) in enumerate(
            zip(self.layers, self.layout.weight_shapes, strict=True), start=1
        ):
            if layer.weight_init == GIVEN:
                _check_shape(f"weight_values of layer {i}", layer.weight_values, shape)
            if layer.bias and layer.bias_init == GIVEN:
                _check_shape(f"bias_values of layer {i}", layer.bias_values, shape[1:])

    def loss_and_gradient(
        self,
        x: Array,
        t: Array,
        rng: np.random.Generator | None = None,
        after_layer: Callable[[int], None] | None = None,
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
        after_layer
            Called for each layer, the output first, when the gradient of its weights and biases
            is complete and before it is carried to the layer below.

        Returns
        -------
        float
            Mean loss over the samples, without penalties, whatever the normalisation.

        Raises
        ------
        ValueError
            If a layer has dropout and there is no ``rng``.
        """
        steps, ones = self._workspace.plan(len(x))
        self.last_steps = steps
        self._forward(steps, x, rng)
        loss = self._loss(steps[-1], t)
        self._backward(steps, x, ones, after_layer)
        return loss

    @property
    def is_fused(self) -> bool:
        """Whether the loss and the output's activation are taken as one function of z."""
        return self._fused is not None

    def sample_losses(self, t: Array) -> Array:
        """Loss of each sample (n_samples,) of the last training step, whose targets are given."""
        output = self.last_steps[-1]
        if self._fused is not None:
            return self._fused.per_sample(output.z, output.a, t)
        return self.loss.per_sample(output.a, t)

    def objective_factor(self, n_samples: int) -> float:
        """What the gradient of a batch is multiplied by, given that of the mean loss."""
        return self.normalisation.factor(n_samples, self.layers[-1].units, self.divisor)

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
            loss = self._fused.value(output.z, output.a, t)
        else:
            self.loss.gradient(output.a, t, output.grad_a)
            output.activation.backward(output.z, output.a, output.grad_a, output.grad_z)
            loss = self.loss.value(output.a, t)
        factor = self.objective_factor(len(t))
        if factor != 1:
            np.multiply(output.grad_z, factor, output.grad_z)
        return loss

    def _backward(
        self,
        steps: tuple[LayerStep, ...],
        x: Array,
        ones: Array,
        after_layer: Callable[[int], None] | None,
    ) -> None:
        for i in range(len(steps) - 1, -1, -1):
            step = steps[i]
            below = steps[i - 1].output_transposed if i else x.T
            np.dot(below, step.grad_z, step.grad_weights)
            if step.grad_bias is not None:
                np.dot(ones, step.grad_z, step.grad_bias)
            if after_layer is not None:
                after_layer(i)
            if step.carry_back is not None:
                np.dot(*step.carry_back)
                _backward_through_activation(steps[i - 1])

    def forward(self, x: Array) -> Array:
        """Outputs (n_samples, n_outputs) for inputs (n_samples, n_inputs), without dropout."""
        return self.layer_outputs(x)[-1].a

    def layer_outputs(self, x: Array) -> list[LayerOutput]:
        """Every layer's pre-activations and activations, without dropout; fresh arrays."""
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
        numbered = list(enumerate(self.last_steps, start=1))
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


def _check_shape(name: str, values: object, shape: tuple[int, ...]) -> None:
    found = np.shape(np.array(values, dtype=object))
    if found != shape:
        wanted = " rows of ".join(map(str, shape))
        raise ExperimentError(f"{name}: {wanted} numbers are needed, not {found}")


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
