"""The layers of a network as the rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from visualmlp.engine import DenseSpec, Parameters

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Notation:
    """How shapes and names are told: a row or a column for each sample.

    In rows ``a = x @ W + b`` with W (n_in, n_out); in columns ``A = W A + b`` with W
    (n_out, n_in) and layers numbered in brackets, as textbooks have it.
    """

    by_columns: bool

    def weights(self, n_in: int, n_out: int) -> Shape:
        """Of a layer's weights."""
        return (n_out, n_in) if self.by_columns else (n_in, n_out)

    def bias(self, n_out: int) -> Shape:
        """Of a layer's biases."""
        return (n_out, 1) if self.by_columns else (n_out,)

    def batch(self, n_samples: int, width: int) -> Shape:
        """Of the activations of a batch."""
        return (width, n_samples) if self.by_columns else (n_samples, width)

    def named(self, letter: str, layer: int, shape: Shape) -> str:
        """Such as "W1 (784, 100)" or "W[1] (100, 784)"; layer 0 is the input."""
        number = f"[{layer}]" if self.by_columns else str(layer)
        comma = "," if len(shape) == 1 else ""
        return f"{letter}{number} ({', '.join(f'{side}' for side in shape)}{comma})"

    def inputs(self, shape: Shape) -> str:
        """Such as "x (1000, 784)" or "A[0] (784, 1000)"."""
        return self.named("A", 0, shape) if self.by_columns else f"x ({shape[0]}, {shape[1]})"

    def outputs(self, layer: int, shape: Shape) -> str:
        """Such as "a1 (1000, 100)" or "A[1] (100, 1000)"."""
        return self.named("A" if self.by_columns else "a", layer, shape)


@dataclass(frozen=True, slots=True)
class LayerFigures:
    """Smallest, mean and largest weight of a layer."""

    low: float
    mean: float
    high: float


@dataclass(frozen=True, slots=True)
class LayerRow:
    """A layer in words and numbers."""

    weights: str
    bias: str
    activation: str
    n_weights: int
    n_biases: int
    outputs: str
    figures: LayerFigures
    initialiser: str

    @property
    def n_parameters(self) -> int:
        """Weights and biases."""
        return self.n_weights + self.n_biases


def weight_figures(parameters: Parameters) -> list[LayerFigures]:
    """Of every layer; NaN where a weight is."""
    with np.errstate(all="ignore"):
        return [
            LayerFigures(float(w.min()), float(w.mean(dtype=np.float64)), float(w.max()))
            for w in parameters.weights
        ]


def layer_rows(
    n_inputs: int,
    layers: Sequence[DenseSpec],
    figures: Sequence[LayerFigures],
    n_samples: int,
    notation: Notation,
) -> list[LayerRow]:
    """A row for every layer; ``n_samples`` is the size of the batch whose outputs are told."""
    rows = []
    widths = [n_inputs, *(spec.units for spec in layers)]
    for i, spec in enumerate(layers):
        n_in, n_out = widths[i], widths[i + 1]
        shape = notation.weights(n_in, n_out)
        bias = notation.named("b", i + 1, notation.bias(n_out)) if spec.bias else "–"
        start = spec.weight_init + (f" / {spec.bias_init}" if spec.bias else "")
        rows.append(
            LayerRow(
                weights=notation.named("W", i + 1, shape),
                bias=bias,
                activation=spec.activation,
                n_weights=prod(shape),
                n_biases=n_out if spec.bias else 0,
                outputs=notation.outputs(i + 1, notation.batch(n_samples, n_out)),
                figures=figures[i],
                initialiser=start,
            )
        )
    return rows
