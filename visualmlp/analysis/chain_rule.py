"""The chain rule for a weight or a bias: its factors with names and with numbers, in LaTeX."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

import numpy as np

from visualmlp.analysis import terms
from visualmlp.analysis.loss_slice import Place
from visualmlp.analysis.step_graph import Names, slope_of_activation, slope_of_loss
from visualmlp.engine import StepTrace


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor with what stands under its brace, both LaTeX.

    ``is_known`` says that the gradient of the layer above has it already.
    """

    over: str
    under: str
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class Product:
    """``left`` = the product of the factors = ``right``; either may be empty."""

    left: str
    factors: tuple[Factor, ...]
    right: str = ""


def chain_rule(trace: StepTrace, names: Names, layer: int, *, of_bias: bool) -> Product:
    """The gradient of the weights or biases of a layer, from the loss back to them.

    A loss that is taken as one with the output's activation has one brace for both factors.
    """
    last = len(trace.layers) - 1
    parameter = names.bias(layer) if of_bias else names.weights(layer)
    local = "1" if of_bias else names.into(trace, layer)
    above = [*_from_loss(trace, names)]
    n_known = 0
    for i in range(last - 1, layer - 1, -1):
        n_known = len(above)
        above += _through_layer(trace, names, i)
    factors = [Factor(over, under, i < n_known) for i, (over, under) in enumerate(above)]
    factors.append(Factor(_partial(names.z(layer), parameter), local))
    return Product(_partial("L", parameter), tuple(factors))


def _from_loss(trace: StepTrace, names: Names) -> Iterator[tuple[str, str]]:
    last = len(trace.layers) - 1
    y, z = names.a(last), names.z(last)
    to_y, to_z = _partial("L", y), _partial(y, z)
    slope = slope_of_loss(trace, names)
    if trace.is_fused:
        yield rf"{to_y} \cdot {to_z}", slope
    else:
        yield to_y, slope
        yield to_z, slope_of_activation(trace.layers[last], last, names)


def _through_layer(trace: StepTrace, names: Names, i: int) -> Iterator[tuple[str, str]]:
    """From the pre-activations of the layer above to those of layer ``i``."""
    yield _partial(names.z(i + 1), names.into(trace, i + 1)), names.weights(i + 1)
    if trace.layers[i].mask is not None:
        yield _partial(names.dropped(i), names.a(i)), names.mask(i)
    yield _partial(names.a(i), names.z(i)), slope_of_activation(trace.layers[i], i, names)


def chain_numbers(trace: StepTrace, place: Place, sample: int) -> Product:
    """What one sample adds to the gradient of one parameter.

    Parameters
    ----------
    sample
        The sample's place in the batch.
    """
    right = number(sample_share(trace, place, sample))
    return Product("", tuple(_numbers(trace, place, sample)), right)


def sample_share(trace: StepTrace, place: Place, sample: int) -> float:
    """What a sample adds to the gradient of a parameter, not rounded to the engine's precision."""
    layer = trace.layers[place.layer]
    share = float(layer.grad_z[sample, place.unit])
    if place.source is not None:
        share *= float(layer.input[sample, place.source])
    return share + 0.0  # a zero without a sign


def whole_gradient(trace: StepTrace, place: Place) -> float:
    """The gradient of the parameter over the batch, as the engine has it; without penalties."""
    layer = trace.layers[place.layer]
    if place.source is not None:
        return float(layer.grad_weights[place.source, place.unit])
    assert layer.grad_bias is not None
    return float(layer.grad_bias[place.unit])


def steepest(
    trace: StepTrace, layer: int, unit: int | None = None, *, of_bias: bool = False
) -> Place:
    """The weight or bias of a layer, or of one unit of it, with the largest gradient."""
    at = trace.layers[layer]
    gradient = at.grad_bias if of_bias else at.grad_weights
    assert gradient is not None
    sizes = np.abs(np.nan_to_num(gradient))
    if unit is None:
        unit = int(np.argmax(sizes)) % sizes.shape[-1]
    return Place(layer, unit, None if of_bias else int(np.argmax(sizes[:, unit])))


def _numbers(trace: StepTrace, place: Place, sample: int) -> list[Factor]:
    layer, unit = trace.layers[place.layer], place.unit
    a, z = rf"\partial a_{{{unit}}}", rf"\partial z_{{{unit}}}"
    if layer.grad_a is None or layer.activation.joint:
        factors = [Factor(number(float(layer.grad_z[sample, unit])), rf"\partial L / {z}")]
    else:
        slope = terms.derivative(trace, place.layer, sample, unit)
        factors = [
            Factor(number(float(layer.grad_a[sample, unit])), rf"\partial L / {a}"),
            Factor(number(slope), f"{a} / {z}"),
        ]
        if place.layer == len(trace.layers) - 1 and trace.objective_factor != 1:
            factors.insert(0, Factor(number(trace.objective_factor), r"\text{normalisation}"))
    if place.source is None:
        return [*factors, Factor("1", rf"{z} / \partial b_{{{unit}}}")]
    value = float(layer.input[sample, place.source])
    return [*factors, Factor(number(value), rf"{z} / \partial w_{{{place.source},{unit}}}")]


def _partial(of: str, by: str) -> str:
    return rf"\frac{{\partial {of}}}{{\partial {by}}}"


def number(value: float) -> str:
    """A number in LaTeX: four digits, and a power of ten where it is needed."""
    if not isfinite(value):
        return r"\text{NaN}" if value != value else r"\infty" if value > 0 else r"-\infty"
    digits, _, exponent = f"{value:.4g}".partition("e")
    text = rf"{digits} \times 10^{{{int(exponent)}}}" if exponent else digits
    return f"{{{text}}}" if value < 0 else text
