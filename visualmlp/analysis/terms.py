"""The sums that make the numbers of a step, term by term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from visualmlp.engine import ACTIVATIONS, Array, LayerTrace, StepTrace

Over = Literal["inputs", "units", "samples", "outputs", "arrays"]

FIRST, LARGEST = 3, 5
"""How many terms are written out: the first ones, and the largest of the others."""

_SAFE_EXPONENT = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """A number of the engine as the sum that makes it: (terms + added) * factor.

    Products and sums are taken in float64, so that they are exact for float32 numbers but for the
    last digits.

    Attributes
    ----------
    over
        What the terms are numbered by.
    count
        How many terms there are.
    indices
        Numbers of those that are written out, ascending, (k,).
    factors
        What each of them is the product of, (k, n_factors).
    values
        The products, (k,).
    rest
        Sum of all other terms.
    added, factor
        What is added to the sum of the terms, and what the sum is multiplied by.
    total
        The engine's number.
    """

    over: Over
    count: int
    indices: npt.NDArray[np.intp]
    factors: npt.NDArray[np.float64]
    values: npt.NDArray[np.float64]
    rest: float
    added: float
    factor: float
    total: float

    @property
    def sum(self) -> float:
        """All terms and what is added, before the factor."""
        return float(self.values.sum()) + self.rest + self.added

    @property
    def rounding(self) -> float:
        """The engine's number less the sum taken in float64."""
        return self.total - self.sum * self.factor


def written_out(
    over: Over,
    factors: Sequence[Array],
    total: float,
    added: float = 0.0,
    factor: float = 1.0,
    first: int = FIRST,
    largest: int = LARGEST,
) -> Terms:
    """Multiply factors, each (n_terms,), and choose the terms to write out."""
    columns = np.stack([np.asarray(column, np.float64) for column in factors], axis=1)
    with np.errstate(all="ignore"):
        products = columns.prod(axis=1)
        indices = _chosen(products, first, largest)
        others = np.ones(len(products), bool)
        others[indices] = False
        rest = float(products[others].sum())
    chosen = products[indices]
    return Terms(
        over, len(products), indices, columns[indices], chosen, rest, added, factor, float(total)
    )


def _chosen(products: npt.NDArray[np.float64], first: int, largest: int) -> npt.NDArray[np.intp]:
    if len(products) <= first + largest:
        return np.arange(len(products))
    sizes = np.nan_to_num(np.abs(products[first:]), nan=np.inf)
    ranked = np.argsort(-sizes, kind="stable")[:largest]
    return np.concatenate([np.arange(first), np.sort(ranked) + first])


def pre_activation(trace: StepTrace, layer: int, sample: int, unit: int) -> Terms:
    """z as the inputs times the weights, and the bias."""
    at = trace.layers[layer]
    bias = 0.0 if at.bias is None else float(at.bias[unit])
    factors = (at.input[sample], at.weights[:, unit])
    return written_out(_inputs(layer), factors, at.z[sample, unit], added=bias)


def denominator(trace: StepTrace, layer: int, sample: int) -> Terms:
    """What a softmax, or sigmoids that are normalised, divide by: exponentials over the units.

    The engine does not keep this sum, so the total is this one. Exponents that would overflow or
    vanish are taken less the largest, which changes no quotient.
    """
    exponents = _exponents(trace.layers[layer], sample)
    powers = np.exp(exponents)
    return written_out("units", (powers,), float(powers.sum()))


def power(trace: StepTrace, layer: int, sample: int, unit: int) -> float:
    """The unit's own term of the :func:`denominator`."""
    return float(np.exp(_exponents(trace.layers[layer], sample)[unit]))


def _exponents(layer: LayerTrace, sample: int) -> Array:
    z: Array = layer.z[sample].astype(np.float64)
    name = layer.activation.name
    if name == "softmax_of_sigmoid":
        return ACTIVATIONS["sigmoid"].forward(z, np.empty_like(z))
    if name.startswith("normalised_sigmoid"):
        z = -ACTIVATIONS["softplus"].forward(-z, np.empty_like(z))
    largest = z.max()
    return z - largest if abs(largest) > _SAFE_EXPONENT else z


def sample_loss(trace: StepTrace, sample: int) -> Terms:
    """The loss of a sample as what each output adds."""
    y, t = trace.y[sample][:, None], trace.t[sample][:, None]
    with np.errstate(all="ignore"):
        losses = trace.loss_function.per_sample(y, t)
    return written_out("outputs", (losses,), trace.sample_losses[sample])


def mean_loss(trace: StepTrace) -> Terms:
    """The loss of the batch as the mean over its samples."""
    share = 1.0 / trace.n_samples
    return written_out("samples", (trace.sample_losses,), trace.loss, factor=share)


def activation_gradient(trace: StepTrace, layer: int, sample: int, unit: int) -> Terms:
    """The gradient of an activation of a hidden layer, carried back by the layer above.

    Raises
    ------
    ValueError
        If it is the output layer.
    """
    if layer + 1 == len(trace.layers):
        raise ValueError("the gradient of the output comes from the loss")
    at, above = trace.layers[layer], trace.layers[layer + 1]
    assert above.weights_used_backward is not None
    assert at.grad_a is not None
    factors = (above.grad_z[sample], above.weights_used_backward[unit])
    mask = 1.0 if at.mask is None else float(at.mask[sample, unit])
    return written_out("units", factors, at.grad_a[sample, unit], factor=mask)


def derivative(trace: StepTrace, layer: int, sample: int, unit: int) -> float:
    """What the engine multiplies the gradient of an activation by, where units are independent."""
    at = trace.layers[layer]
    z, a = (array[sample : sample + 1, unit : unit + 1] for array in (at.z, at.a))
    return float(at.activation.backward(z, a, np.ones_like(z), np.empty_like(z))[0, 0])


def joint_gradient(trace: StepTrace, layer: int, sample: int, unit: int) -> Terms:
    """The gradient of z where every activation depends on it: over the activations of the layer.

    Raises
    ------
    ValueError
        If loss and activation are one function, so that there is no gradient between them.
    """
    at = trace.layers[layer]
    if at.grad_a is None:
        raise ValueError("loss and activation are one function of z")
    factor = trace.objective_factor if layer + 1 == len(trace.layers) else 1.0
    factors = (at.grad_a[sample], _jacobian_column(at, sample, unit))
    return written_out("units", factors, at.grad_z[sample, unit], factor=factor)


def _jacobian_column(layer: LayerTrace, sample: int, unit: int) -> Array:
    """What the layer's activations (n_units,) change by when z of a unit does: da_k / dz_unit."""
    one_by_one: Array = np.eye(layer.z.shape[1], dtype=layer.z.dtype)
    rows = np.full(len(one_by_one), sample)
    z, a = layer.z[rows], layer.a[rows]
    back = layer.activation.backward(z, a, one_by_one, np.empty_like(z))
    column: Array = back[:, unit]
    return column


def weight_gradient(trace: StepTrace, layer: int, row: int, unit: int) -> Terms:
    """The gradient of a weight, over the samples of the batch."""
    at = trace.layers[layer]
    factors = (at.input[:, row], at.grad_z[:, unit])
    return written_out("samples", factors, at.grad_weights[row, unit])


def bias_gradient(trace: StepTrace, layer: int, unit: int) -> Terms:
    """The gradient of a bias, over the samples of the batch.

    Raises
    ------
    ValueError
        If the layer has none.
    """
    at = trace.layers[layer]
    if at.grad_bias is None:
        raise ValueError("the layer has no biases")
    return written_out("samples", (at.grad_z[:, unit],), at.grad_bias[unit])


def squared_norm(trace: StepTrace) -> Terms:
    """The square of the gradient's norm, over the arrays: weights of each layer, then biases."""
    arrays = [*trace.penalised.weights, *(b for b in trace.penalised.biases if b is not None)]
    with np.errstate(all="ignore"):
        squares = [np.square(array, dtype=np.float64).sum() for array in arrays]
    total = trace.gradient_norm**2
    return written_out("arrays", (np.array(squares),), total, first=len(arrays))


def _inputs(layer: int) -> Over:
    return "units" if layer else "inputs"
