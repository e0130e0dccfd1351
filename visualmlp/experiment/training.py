"""How an experiment is trained: optimizer, schedule, penalties, sampling, random numbers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from visualmlp.engine import DRAW_ORDERS, OPTIMIZERS, SAMPLERS, SCHEDULES, STREAMS
from visualmlp.experiment.declare import OneOf, Section, Seed, Ui


def _optimizer_uses(name: str) -> Any:
    return lambda optimizer: name in OPTIMIZERS[optimizer.name].settings_used


def _schedule_uses(name: str) -> Any:
    return lambda schedule: name in SCHEDULES[schedule.name].settings_used


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
