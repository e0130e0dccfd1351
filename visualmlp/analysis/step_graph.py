"""The computational graph of a step: what is computed from what, and the local derivatives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from visualmlp.engine import Array, LayerTrace, StepTrace

Kind = Literal["input", "weights", "bias", "z", "a", "dropped", "target", "loss", "penalty"]
Notation = Literal["rows", "columns"]

SLOPES_OF_LOSSES = {
    "half_squared_error": ("{y} - {t}", ""),
    "squared_error": ("2 ({y} - {t})", ""),
    "cross_entropy": ("-{t}", "{y}"),
    "binary_cross_entropy": ("{y} - {t}", "{y} (1 - {y})"),
}
"""dL/dy of one sample, in LaTeX: above and below the line; of every loss there is."""

DIVISORS = {"mean": "{n}", "sum": "", "mean_of_all": "{n} k", "fixed": "d"}
"""What the sum of the samples' losses is divided by, in LaTeX: {n} samples, k outputs."""


@dataclass(frozen=True, slots=True)
class Node:
    """An array of the step.

    Attributes
    ----------
    key
        Such as "z1": unique, whatever the notation.
    kind, layer
        What it is; 0 is the first layer, -1 what belongs to none.
    name
        LaTeX.
    place
        Step along the forward pass, and the lane: 0 is the middle, -1 above, 1 below.
    shape
        As the notation has it; empty for a number.
    """

    key: str
    kind: Kind
    layer: int
    name: str
    place: tuple[int, int]
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """An array that goes into another, and what carries the gradient back.

    Attributes
    ----------
    source, target
        Keys of nodes, in the direction of the forward pass.
    derivative, short
        LaTeX of the local derivative, and of its right side only; empty if no gradient goes there.
    in_forward
        False for the way back from a loss that is taken as one with the output's activation.
    """

    source: str
    target: str
    derivative: str = ""
    short: str = ""
    in_forward: bool = True


@dataclass(frozen=True, slots=True)
class Names:
    """What the arrays of a step are called, in LaTeX.

    In columns, samples are columns, and the names are the courses': A[0] is the input and Y the
    targets.
    """

    notation: Notation

    def weights(self, layer: int) -> str:
        return self._numbered("W", layer)

    def bias(self, layer: int) -> str:
        return self._numbered("b", layer)

    def z(self, layer: int) -> str:
        return self._numbered("Z", layer)

    def a(self, layer: int) -> str:
        """Activations; layer -1 is the input."""
        return "X" if layer < 0 and not self._columns else self._numbered("A", layer)

    def dropped(self, layer: int) -> str:
        """Activations after dropout."""
        return self._numbered(r"\tilde{A}", layer)

    def mask(self, layer: int) -> str:
        """Dropout's factors."""
        return self._numbered("M", layer)

    def into(self, trace: StepTrace, layer: int) -> str:
        """What a layer gets: the input, or what the layer below hands on."""
        below = layer - 1
        dropout = below >= 0 and trace.layers[below].mask is not None
        return self.dropped(below) if dropout else self.a(below)

    @property
    def target(self) -> str:
        return "Y" if self._columns else "T"

    @property
    def n_samples(self) -> str:
        """The symbol of their number."""
        return "m" if self._columns else "n"

    def shape(self, array: Array) -> tuple[int, ...]:
        """The shape that the notation has."""
        if array.ndim == 1:
            return (array.size, 1) if self._columns else (1, array.size)
        return array.shape[::-1] if self._columns else array.shape

    @property
    def _columns(self) -> bool:
        return self.notation == "columns"

    def _numbered(self, letter: str, layer: int) -> str:
        number = layer + 1
        return f"{letter}^{{[{number}]}}" if self._columns else f"{letter}^{{{number}}}"


def nodes_of(trace: StepTrace, names: Names) -> Iterator[Node]:
    """All arrays, in the order of the forward pass."""
    n = len(trace.layers)
    yield Node("x", "input", -1, names.a(-1), (0, 0), names.shape(trace.x))
    for i, layer in enumerate(trace.layers):
        place = _first_place(trace, i)
        yield Node(
            f"W{i + 1}", "weights", i, names.weights(i), (place, -1), names.shape(layer.weights)
        )
        if layer.bias is not None:
            yield Node(f"b{i + 1}", "bias", i, names.bias(i), (place, 1), names.shape(layer.bias))
        yield Node(f"z{i + 1}", "z", i, names.z(i), (place, 0), names.shape(layer.z))
        yield Node(f"a{i + 1}", "a", i, names.a(i), (place + 1, 0), names.shape(layer.a))
        if layer.mask is not None:
            shape = names.shape(layer.output)
            yield Node(f"d{i + 1}", "dropped", i, names.dropped(i), (place + 2, 0), shape)
    end = _first_place(trace, n)
    yield Node("t", "target", -1, names.target, (end, 1), names.shape(trace.t))
    yield Node("L", "loss", -1, "L", (end, 0), ())
    if is_penalised(trace):
        yield Node("R", "penalty", -1, "R", (end, -1), ())


def _first_place(trace: StepTrace, layer: int) -> int:
    """The step along the forward pass at which a layer begins."""
    return 1 + sum(2 + (each.mask is not None) for each in trace.layers[:layer])


def edges_of(trace: StepTrace, names: Names) -> Iterator[Edge]:
    """What goes into what."""
    for i in range(len(trace.layers)):
        yield from _edges_into(trace, i, names)
    last = len(trace.layers) - 1
    y = f"a{last + 1}"
    slope = slope_of_loss(trace, names)
    if trace.is_fused:
        yield Edge(y, "L")
        back = _with_derivative(f"z{last + 1}", "L", "L", names.z(last), slope)
        yield Edge(back.source, back.target, back.derivative, back.short, in_forward=False)
    else:
        yield _with_derivative(y, "L", "L", names.a(last), slope)
    yield Edge("t", "L")
    if is_penalised(trace):
        for i in range(len(trace.layers)):
            slope = _slope_of_penalty(trace, names.weights(i))
            yield _with_derivative(f"W{i + 1}", "R", "R", names.weights(i), slope)


def _edges_into(trace: StepTrace, i: int, names: Names) -> Iterator[Edge]:
    layer, z, a = trace.layers[i], f"z{i + 1}", f"a{i + 1}"
    name, weights, source = names.z(i), names.weights(i), names.into(trace, i)
    if i:
        below = f"a{i}" if trace.layers[i - 1].mask is None else f"d{i}"
        yield _with_derivative(below, z, name, source, weights)
    else:
        yield Edge("x", z)
    yield _with_derivative(f"W{i + 1}", z, name, weights, source)
    if layer.bias is not None:
        yield _with_derivative(f"b{i + 1}", z, name, names.bias(i), "1")
    yield _with_derivative(z, a, names.a(i), name, slope_of_activation(layer, i, names))
    if layer.mask is not None:
        yield _with_derivative(a, f"d{i + 1}", names.dropped(i), names.a(i), names.mask(i))


def _with_derivative(source: str, target: str, of: str, by: str, slope: str) -> Edge:
    derivative = rf"\frac{{\partial {of}}}{{\partial {by}}} = {slope}"
    return Edge(source, target, derivative, slope)


def slope_of_activation(layer: LayerTrace, i: int, names: Names) -> str:
    """da/dz of layer ``i`` in LaTeX: g'(z), a matrix J where units depend on each other."""
    if not layer.activation.exact:
        a = names.a(i)
        return rf"{a} (1 - {a})"
    if layer.activation.name == "identity":
        return "1"
    return f"J({names.z(i)})" if layer.activation.joint else f"g'({names.z(i)})"


def slope_of_loss(trace: StepTrace, names: Names) -> str:
    """What comes back from the loss, in LaTeX: dL/dy, or dL/dz of a fused pair."""
    last = len(trace.layers) - 1
    known = SLOPES_OF_LOSSES[trace.loss_function.name]
    over, under = ("{y} - {t}", "") if trace.is_fused else known
    under = f"{DIVISORS[trace.normalisation.name]} {under}".strip()
    if under:
        over = f"({over})" if over.startswith("{y}") else over
        under = under if under in ("{n}", "{y}", "d") else f"({under})"
    slope = f"{over} / {under}" if under else over
    symbols = {"{y}": names.a(last), "{t}": names.target, "{n}": names.n_samples}
    for gap, symbol in symbols.items():
        slope = slope.replace(gap, symbol)
    return slope


def is_penalised(trace: StepTrace) -> bool:
    """Whether weights are penalised."""
    return bool(trace.settings.l1 or trace.settings.l2)


def _slope_of_penalty(trace: StepTrace, weights: str) -> str:
    terms = []
    if trace.settings.l2:
        terms.append(rf"\lambda_2 {weights}")
    if trace.settings.l1:
        terms.append(rf"\lambda_1 \operatorname{{sign}} {weights}")
    return " + ".join(terms)


def value_of(trace: StepTrace, node: Node) -> Array | None:
    """The node's numbers, rows notation: (n_samples, n), (n_in, n_out), (1, n) or (n_samples, 1).

    None for the penalty, which the engine adds to the gradient only.
    """
    if node.kind == "input":
        return trace.x
    if node.kind == "target":
        return trace.t
    if node.kind == "loss":
        return trace.sample_losses[:, None]
    if node.kind == "penalty":
        return None
    layer = trace.layers[node.layer]
    if node.kind == "bias":
        return None if layer.bias is None else layer.bias[None]
    arrays: dict[Kind, Array] = {
        "weights": layer.weights,
        "z": layer.z,
        "a": layer.a,
        "dropped": layer.output,
    }
    return arrays[node.kind]


def gradient_of(trace: StepTrace, node: Node) -> Array | None:
    """The gradient of the loss there, in the shape of :func:`value_of`; None if there is none.

    Nor is there one behind dropout: the engine multiplies it by the mask in place.
    """
    if node.layer < 0 or node.kind == "dropped":
        return None
    layer = trace.layers[node.layer]
    if node.kind == "bias":
        return None if layer.grad_bias is None else layer.grad_bias[None]
    arrays: dict[Kind, Array | None] = {
        "weights": layer.grad_weights,
        "z": layer.grad_z,
        "a": layer.grad_a,
    }
    return arrays[node.kind]
