"""The layers of an experiment and its loss."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from visualmlp.engine import ACTIVATIONS, GIVEN, INITIALIZERS, LOSSES, NORMALISATIONS
from visualmlp.experiment.declare import OneOf, Section, Ui

AUTO = "auto"
"""The choice that follows the task: softmax with cross-entropy for classes, and so on."""


def _is_scaled(init: str) -> Any:
    """Whether the initialiser reads a scale; given values do not."""
    return lambda layer: (
        getattr(layer, init) != GIVEN and bool(INITIALIZERS[getattr(layer, init)].scale_meaning)
    )


WeightInit = Annotated[
    str,
    OneOf(INITIALIZERS, last=(GIVEN,)),
    Ui("Weights start"),
    Field(description="Initialiser of weights."),
]
WeightScale = Annotated[
    float,
    Ui("Weight scale", step=0.1, visible_if=_is_scaled("weight_init")),
    Field(ge=-100, le=100, description="Value, deviation, half width or gain of the weights."),
]
BiasInit = Annotated[
    str,
    OneOf(INITIALIZERS, last=(GIVEN,)),
    Ui("Biases start"),
    Field(description="Initialiser of biases."),
]
BiasScale = Annotated[
    float,
    Ui("Bias scale", step=0.1, visible_if=_is_scaled("bias_init")),
    Field(ge=-100, le=100, description="Value, deviation, half width or gain of the biases."),
]
WeightValues = Annotated[
    tuple[tuple[float, ...], ...],
    Field(description="Starting weights, a row for each input; needs weight_init = given."),
]
BiasValues = Annotated[
    tuple[float, ...], Field(description="Starting biases; needs bias_init = given.")
]


class GivenValues(Section):
    """What layers have in common that start from given values."""

    @model_validator(mode="after")
    def _given_means_values(self) -> Self:
        for kind in ("weight", "bias"):
            if getattr(self, f"{kind}_init") == GIVEN and not getattr(self, f"{kind}_values"):
                raise ValueError(f"{kind}_init: given needs the numbers, as {kind}_values")
        return self


class Layer(GivenValues):
    """A dense layer: units, activation, how it starts."""

    units: Annotated[
        int, Ui("Units"), Field(ge=1, le=10_000, description="Number of units (neurons).")
    ] = 32
    activation: Annotated[
        str, OneOf(ACTIVATIONS), Ui("Activation"), Field(description="Function of each unit.")
    ] = "relu"
    weight_init: WeightInit = "he_uniform"
    weight_scale: WeightScale = 1.0
    bias_init: BiasInit = "zeros"
    bias_scale: BiasScale = 1.0
    weight_values: WeightValues = ()
    bias_values: BiasValues = ()
    bias: Annotated[bool, Ui("Bias"), Field(description="Whether units have a bias.")] = True
    dropout: Annotated[
        float,
        Ui("Dropout", step=0.05),
        Field(ge=0, lt=1, description="Share of the layer's outputs silenced in each step."),
    ] = 0.0


class Output(GivenValues):
    """The last layer; its number of units follows from the data."""

    activation: Annotated[
        str,
        OneOf(ACTIVATIONS, extra=(AUTO,)),
        Ui("Output"),
        Field(description="Activation of the output; auto fits the task."),
    ] = AUTO
    weight_init: WeightInit = "glorot_uniform"
    weight_scale: WeightScale = 1.0
    bias_init: BiasInit = "zeros"
    bias_scale: BiasScale = 1.0
    weight_values: WeightValues = ()
    bias_values: BiasValues = ()
    bias: Annotated[bool, Ui("Bias"), Field(description="Whether the outputs have a bias.")] = True


class Network(Section):
    """The layers and the loss."""

    hidden: Annotated[
        tuple[Layer, ...],
        Ui("Hidden layers"),
        Field(max_length=50, description="The hidden layers, from the input to the output."),
    ] = (Layer(units=32),)
    output: Annotated[Output, Ui("Output layer"), Field(description="The last layer.")] = Output()
    loss: Annotated[
        str,
        OneOf(LOSSES, extra=(AUTO,)),
        Ui("Loss"),
        Field(description="What training makes small; auto fits the task."),
    ] = AUTO
    loss_normalisation: Annotated[
        str,
        OneOf(NORMALISATIONS),
        Ui("Gradient of the loss's"),
        Field(
            description="What the gradient is of: the mean over a batch's samples, their sum, the "
            "mean over samples and outputs, or the sum divided by a fixed number. Losses are "
            "shown as means over the samples whatever this says."
        ),
    ] = "mean"
    loss_divisor: Annotated[
        float,
        Ui("Fixed divisor", visible_if=lambda network: network.loss_normalisation == "fixed"),
        Field(
            gt=0, le=1_000_000_000, description="What the sum over a batch's samples is divided by."
        ),
    ] = 1.0

    @field_validator("hidden", mode="before")
    @classmethod
    def _layers_from_sizes(cls, value: Any) -> Any:
        """A bare number stands for a layer of that size, so that ``hidden = [128, 64]`` works."""
        if isinstance(value, list | tuple):
            return [{"units": item} if isinstance(item, int) else item for item in value]
        return value
