"""What a layer is made of."""

from __future__ import annotations

from dataclasses import dataclass

from visualmlp.engine.activations import ACTIVATIONS
from visualmlp.engine.initializers import INITIALIZERS
from visualmlp.errors import ExperimentError

GIVEN = "given"
"""In the place of an initialiser's name: the layer's own values."""


@dataclass(frozen=True, slots=True)
class DenseSpec:
    """A fully connected layer: a = activation(x @ weights + bias).

    Attributes
    ----------
    units
        Number of neurons, at least 1.
    activation
        A name in ``ACTIVATIONS``.
    bias
        Whether the layer has biases.
    dropout
        Share of the layer's activations set to 0 in training, in [0, 1); the others are divided
        by 1 - dropout (inverted dropout, Srivastava et al. 2014).
    weight_init, bias_init
        Names in ``INITIALIZERS``, or ``GIVEN``.
    weight_scale, bias_scale
        Scale of the initialiser.
    weight_values, bias_values
        What ``GIVEN`` stands for: rows of n_out weights, one for each of the n_in inputs, and
        n_out biases.

    Raises
    ------
    ExperimentError
        If a value is out of range.
    UnknownNameError
        If a name is in no registry.
    """

    units: int
    activation: str
    bias: bool = True
    dropout: float = 0.0
    weight_init: str = "glorot_uniform"
    weight_scale: float = 1.0
    bias_init: str = "zeros"
    bias_scale: float = 1.0
    weight_values: tuple[tuple[float, ...], ...] = ()
    bias_values: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.units < 1:
            raise ExperimentError(f"A layer needs at least 1 unit, not {self.units}.")
        if not 0 <= self.dropout < 1:
            raise ExperimentError(f"Dropout must be at least 0 and below 1, not {self.dropout}.")
        ACTIVATIONS[self.activation]
        for name in (self.weight_init, self.bias_init):
            if name != GIVEN:
                INITIALIZERS[name]
