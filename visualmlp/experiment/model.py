"""Every hyper-parameter, declared once."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, field_validator, model_validator

from visualmlp.data import CURVES, SCALERS, SOURCES
from visualmlp.engine import (
    ACTIVATIONS,
    DRAW_ORDERS,
    GIVEN,
    INITIALIZERS,
    LOSSES,
    NORMALISATIONS,
    OPTIMIZERS,
    SAMPLERS,
    SCHEDULES,
    STREAMS,
)
from visualmlp.experiment.declare import OneOf, Section, Ui

AUTO = "auto"
"""The choice that follows the task: softmax with cross-entropy for classes, and so on."""

SCHEMA_VERSION: Final = 1

LOGARITHMIC_LOSSES = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}
"""Losses that need probabilities, and the usual output activation that gives them."""

Seed = Annotated[int, Field(ge=0, lt=2**32)]
Fraction = Annotated[float, Field(ge=0, lt=1)]


def _source_uses(name: str) -> Any:
    return lambda data: name in SOURCES[data.source].settings_used


def _optimizer_uses(name: str) -> Any:
    return lambda optimizer: name in OPTIMIZERS[optimizer.name].settings_used


def _schedule_uses(name: str) -> Any:
    return lambda schedule: name in SCHEDULES[schedule.name].settings_used


def _is_scaled(init: str) -> Any:
    """Whether the initialiser reads a scale; given values do not."""
    return lambda layer: (
        getattr(layer, init) != GIVEN and bool(INITIALIZERS[getattr(layer, init)].scale_meaning)
    )


class Data(Section):
    """Where the samples come from and how they are split and scaled."""

    source: Annotated[
        str, OneOf(SOURCES), Ui("Source"), Field(description="The data set to learn from.")
    ] = "digits"
    path: Annotated[
        str,
        Ui("File or folder", visible_if=_source_uses("path")),
        Field(description="File of pictures or table, or the folder that holds the IDX files."),
    ] = ""
    test_path: Annotated[
        str,
        Ui("Test file", visible_if=_source_uses("test_path")),
        Field(description="Table of the test part, laid out as the other; may be left out."),
    ] = ""
    header: Annotated[
        Literal["auto", "yes", "no"],
        Ui("Header line", visible_if=_source_uses("header")),
        Field(description="Whether the first line names the columns; auto looks for numbers."),
    ] = "auto"
    label_column: Annotated[
        Literal["first", "last"],
        Ui("Label column", visible_if=_source_uses("label_column")),
        Field(description="Where the label stands in each line."),
    ] = "first"
    n_samples: Annotated[
        int,
        Ui("Samples", scale="log", visible_if=_source_uses("n_samples")),
        Field(ge=8, le=1_000_000, description="Number of samples to make."),
    ] = 400
    noise: Annotated[
        float,
        Ui("Noise", step=0.05, visible_if=_source_uses("noise")),
        Field(ge=0, le=5, description="Standard deviation of the noise added to each sample."),
    ] = 0.1
    n_classes: Annotated[
        int,
        Ui("Classes", visible_if=_source_uses("n_classes")),
        Field(ge=2, le=10, description="Number of classes to make."),
    ] = 3
    shape: Annotated[
        str,
        OneOf(CURVES),
        Ui("Curve", visible_if=_source_uses("shape")),
        Field(description="The curve to be learnt."),
    ] = "sine"
    seed: Annotated[
        Seed,
        Ui("Data seed", visible_if=_source_uses("seed")),
        Field(description="Seed of the samples that are made."),
    ] = 0
    inputs: Annotated[
        tuple[tuple[float, ...], ...],
        Field(description="Samples written in the experiment: a row of numbers for each."),
    ] = ()
    targets: Annotated[
        tuple[tuple[float, ...], ...],
        Field(description="Numbers to be reached, a row for each row of inputs (regression)."),
    ] = ()
    labels: Annotated[
        tuple[str, ...], Field(description="Name of the class of each row of inputs.")
    ] = ()
    classes: Annotated[
        tuple[str, ...],
        Ui("Classes to keep"),
        Field(description="Names of the classes to keep, such as 5, 8; empty keeps all."),
    ] = ()
    subset: Annotated[
        int,
        Ui("Subset", unit="samples (0: all)", step=100),
        Field(ge=0, description="Learn from this many samples only: drawn, or the first ones."),
    ] = 0
    task: Annotated[
        Literal["auto", "classification", "binary", "regression"],
        Ui("Task"),
        Field(description="What is learnt; auto takes what the data are made for."),
    ] = "auto"
    validation_fraction: Annotated[
        Fraction,
        Ui("Validation part", step=0.05),
        Field(description="Share of the samples kept for validation, never trained on."),
    ] = 0.2
    test_fraction: Annotated[
        Fraction,
        Ui("Test part", step=0.05),
        Field(description="Share kept for a test; ignored where the data bring a test part."),
    ] = 0.0
    stratify: Annotated[
        bool,
        Ui("Stratified split"),
        Field(description="Keep the share of every class the same in every part."),
    ] = True
    shuffle: Annotated[
        bool,
        Ui("Shuffled split"),
        Field(description="Draw the parts at random; if not, the last samples are kept back."),
    ] = True
    split_seed: Annotated[
        Seed,
        Ui("Split seed", visible_if=lambda data: data.shuffle),
        Field(description="Seed of the split and of the subset."),
    ] = 0
    scaling: Annotated[
        str,
        OneOf(SCALERS),
        Ui("Scaling"),
        Field(description="How inputs are scaled; fitted on the training part only."),
    ] = "range"

    @property
    def lacks_path(self) -> bool:
        """Whether the source opens a file or takes given numbers, and there are none yet."""
        used = SOURCES[self.source].settings_used
        return any(name in used and not getattr(self, name) for name in ("path", "inputs"))


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


class Optimizer(Section):
    """How the gradient changes the parameters."""

    name: Annotated[
        str, OneOf(OPTIMIZERS), Ui("Optimizer"), Field(description="The update rule.")
    ] = "adam"
    learning_rate: Annotated[
        float,
        Ui("Learning rate", scale="log", live=True),
        Field(gt=0, le=100, description="Step size of an update."),
    ] = 0.001
    momentum: Annotated[
        float,
        Ui("Momentum", step=0.05, live=True, visible_if=_optimizer_uses("momentum")),
        Field(ge=0, lt=1, description="Share of the last update that is kept."),
    ] = 0.9
    beta1: Annotated[
        float,
        Ui("Beta 1", step=0.01, live=True, visible_if=_optimizer_uses("beta1")),
        Field(ge=0, lt=1, description="Decay of the gradient's running mean m."),
    ] = 0.9
    beta2: Annotated[
        float,
        Ui("Beta 2", step=0.001, live=True, visible_if=_optimizer_uses("beta2")),
        Field(ge=0, lt=1, description="Decay of the squared gradient's running mean v."),
    ] = 0.999
    rho: Annotated[
        float,
        Ui("Rho", step=0.01, live=True, visible_if=_optimizer_uses("rho")),
        Field(ge=0, lt=1, description="Decay of the squared gradient's running mean."),
    ] = 0.99
    epsilon: Annotated[
        float,
        Ui("Epsilon", scale="log", live=True, visible_if=_optimizer_uses("epsilon")),
        Field(gt=0, le=1, description="Keeps the division by the root from exploding."),
    ] = 1e-8
    weight_decay: Annotated[
        float,
        Ui("Weight decay", step=0.01, live=True, visible_if=_optimizer_uses("weight_decay")),
        Field(ge=0, le=10, description="Share of each weight removed per unit of learning rate."),
    ] = 0.01
    layer_order: Annotated[
        Literal["together", "output_first"],
        Ui("Layers are updated"),
        Field(
            description="Together, from one gradient; or the output first, so that the gradient "
            "of the layers below goes through weights that are new already."
        ),
    ] = "together"


class Schedule(Section):
    """How the learning rate changes over the run."""

    name: Annotated[
        str,
        OneOf(SCHEDULES),
        Ui("Schedule", live=True),
        Field(description="How the learning rate changes over the steps."),
    ] = "constant"
    step_size: Annotated[
        int,
        Ui("Every", unit="steps", scale="log", live=True, visible_if=_schedule_uses("step_size")),
        Field(ge=1, description="Steps between two changes of the learning rate."),
    ] = 1000
    decay: Annotated[
        float,
        Ui("Decay", step=0.05, live=True, visible_if=_schedule_uses("decay")),
        Field(gt=0, le=1, description="Factor of the learning rate at each change."),
    ] = 0.5
    min_factor: Annotated[
        float,
        Ui("Lowest", step=0.05, live=True, visible_if=_schedule_uses("min_factor")),
        Field(ge=0, le=1, description="Share of the learning rate that is left at the end."),
    ] = 0.0
    warmup_steps: Annotated[
        int,
        Ui("Warm-up", unit="steps", step=100, live=True),
        Field(ge=0, description="Steps in which the learning rate rises from 0."),
    ] = 0


class Regularization(Section):
    """What keeps weights and gradients small."""

    l1: Annotated[
        float,
        Ui("L1", step=0.0001, live=True),
        Field(ge=0, le=10, description="Adds l1 * sum |W| to what is made small."),
    ] = 0.0
    l2: Annotated[
        float,
        Ui("L2", step=0.0001, live=True),
        Field(ge=0, le=10, description="Adds l2 / 2 * sum W² to what is made small."),
    ] = 0.0
    clip_norm: Annotated[
        float,
        Ui("Clip gradient at", unit="(0: never)", step=0.5, live=True),
        Field(ge=0, description="Shortens a gradient whose norm is larger."),
    ] = 0.0


def _batch_size_matters(training: Any) -> bool:
    return SAMPLERS[training.sampling].uses_batch_size


class Training(Section):
    """Batches, length of the run, seed, precision."""

    sampling: Annotated[
        str,
        OneOf(SAMPLERS),
        Ui("Sampling"),
        Field(description="Which samples a step takes, and what an epoch is."),
    ] = "shuffle"
    batch_size: Annotated[
        int,
        Ui("Batch size", unit="samples", scale="log", live=True, visible_if=_batch_size_matters),
        Field(ge=1, le=1_000_000, description="Samples in one step; more than there are: all."),
    ] = 32
    epochs: Annotated[
        int,
        Ui("Epochs", live=True),
        Field(
            ge=1,
            le=1_000_000,
            description="Epochs, as the sampling rule defines them; then training stops.",
        ),
    ] = 20
    evaluate_every: Annotated[
        int,
        Ui("Evaluate every", unit="epochs", scale="log", live=True),
        Field(ge=1, le=1_000_000, description="Epochs between two evaluations of the parts."),
    ] = 1
    watch_test: Annotated[
        bool,
        Ui("Watch the test part"),
        Field(
            description="Evaluate the test part too, as courses do. What is tuned while it is "
            "watched is no longer tested by it."
        ),
    ] = False
    stop_gradient_norm: Annotated[
        float,
        Ui("Stop at gradient", unit="(0: never)", step=1e-5, live=True),
        Field(
            ge=0,
            le=1_000_000_000,
            description="Stop after a step whose gradient had a norm below this.",
        ),
    ] = 0.0
    seed: Annotated[
        Seed, Ui("Seed"), Field(description="Seed of initial weights, sampling and dropout.")
    ] = 0
    precision: Annotated[
        Literal["float32", "float64"],
        Ui("Precision"),
        Field(description="Number format of all arithmetic; float32 is faster."),
    ] = "float32"


class Random(Section):
    """Which random numbers are drawn, and in which order: to meet other programs' runs.

    Two uses of an older stream are one stream, as in programs that call ``numpy.random.seed``.
    """

    initial: Annotated[
        str,
        OneOf(STREAMS),
        Ui("Initial values from"),
        Field(description="Stream of random numbers that initial weights and biases come from."),
    ] = "generator"
    sampling: Annotated[
        str,
        OneOf(STREAMS),
        Ui("Samples from"),
        Field(description="Stream of random numbers that the samples are drawn with."),
    ] = "generator"
    draw_order: Annotated[
        str,
        OneOf(DRAW_ORDERS),
        Ui("Draw order"),
        Field(description="The order in which weights and biases are drawn."),
    ] = "layer_by_layer"
    layout: Annotated[
        Literal["in_out", "out_in"],
        Ui("Drawn as"),
        Field(description="Whether weights are drawn as inputs × outputs or outputs × inputs."),
    ] = "in_out"


class Experiment(Section):
    """The complete description of a training."""

    schema_version: Literal[1] = SCHEMA_VERSION
    title: str = "Untitled"
    data: Data = Data()
    network: Network = Network()
    optimizer: Optimizer = Optimizer()
    schedule: Schedule = Schedule()
    regularization: Regularization = Regularization()
    training: Training = Training()
    random: Random = Random()

    @model_validator(mode="after")
    def _loss_gets_probabilities(self) -> Experiment:
        """Logarithms of anything but probabilities are undefined, so such a pair cannot train."""
        loss, activation = self.network.loss, self.network.output.activation
        usual = LOGARITHMIC_LOSSES.get(loss)
        if usual and activation != AUTO and not ACTIVATIONS[activation].in_unit_interval:
            raise ValueError(
                f"network.loss: {loss} needs outputs between 0 and 1; "
                f"choose {usual} as the output activation instead of {activation}"
            )
        return self

    @model_validator(mode="after")
    def _clipping_needs_the_whole_gradient(self) -> Experiment:
        if self.regularization.clip_norm and self.optimizer.layer_order != "together":
            raise ValueError(
                "regularization.clip_norm: the gradient's norm is known only when all layers are "
                "done; choose 0, or layer_order together"
            )
        return self
