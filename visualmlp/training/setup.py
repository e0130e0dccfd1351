"""An experiment with its data in memory: what a trainer trains on and views look into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property, partial
from typing import cast

import numpy as np

from visualmlp.analysis.activity import evenly_spaced
from visualmlp.data import (
    ColumnChoice,
    Dataset,
    Feed,
    Part,
    Preparation,
    PreparedData,
    SourceSettings,
    load,
    prepare,
)
from visualmlp.data.large.on_demand import OnDemand
from visualmlp.data.prepared import most_samples
from visualmlp.engine import ACTIVATIONS, LOSSES, Array, DenseSpec, Network
from visualmlp.errors import ExperimentError
from visualmlp.experiment import AUTO, Data, Experiment

EVALUATED_TRAINING_SAMPLES = 10_000
"""At most so many training samples are evaluated at an epoch's end, evenly spaced over the part:
evaluating all 50,000 of MNIST would take as long as a third of the epoch itself."""

OUTPUTS = {
    "classification": ("softmax", "cross_entropy"),
    "binary": ("sigmoid", "binary_cross_entropy"),
    "regression": ("identity", "squared_error"),
}
"""Output activation and loss that ``auto`` stands for, by task."""


def load_data(settings: Data, dataset: Dataset | None = None) -> PreparedData:
    """Load, split and scale as an experiment's data section says.

    Parameters
    ----------
    dataset
        What loading would give, if it is there already.

    Raises
    ------
    DataError
        If the data cannot be used.
    """
    preparation = Preparation(
        keep_classes=settings.classes,
        subset=settings.subset or None,
        validation_fraction=settings.validation_fraction,
        test_fraction=settings.test_fraction,
        stratify=settings.stratify,
        shuffle=settings.shuffle,
        seed=settings.split_seed,
        scaling=settings.scaling,
        task=settings.task,
    )
    return prepare(dataset or load(settings.source, source_settings(settings)), preparation)


def source_settings(settings: Data) -> SourceSettings:
    """What the data section says about its source."""
    values = {field.name: getattr(settings, field.name) for field in fields(SourceSettings)}
    values["columns"] = tuple(ColumnChoice(**c.model_dump()) for c in settings.columns)
    return SourceSettings(**values)


def resolve_output(task: str, activation: str, loss: str) -> tuple[str, str]:
    """Output activation and loss, with ``auto`` replaced by what fits the task.

    Raises
    ------
    ExperimentError
        If the loss does not fit the task.
    """
    if loss != AUTO and task not in LOSSES[loss].tasks:
        fitting = ", ".join(name for name in LOSSES if task in LOSSES[name].tasks)
        raise ExperimentError(f"network.loss: {loss} does not fit {task}; choose {fitting}")
    usual_activation, usual_loss = OUTPUTS[task]
    if loss == AUTO:
        fits = activation in (AUTO, usual_activation)
        loss = usual_loss if fits else "squared_error"
    if activation == AUTO:
        fused = LOSSES[loss].fused
        activation = (
            usual_activation if not fused or usual_activation in fused else next(iter(fused))
        )
    return activation, loss


def describe_network(
    experiment: Experiment, task: str, n_outputs: int
) -> tuple[tuple[DenseSpec, ...], str]:
    """Every layer of an experiment's network, the output included, and the name of its loss.

    Raises
    ------
    ExperimentError
        If they do not fit the task.
    """
    output = experiment.network.output
    activation, loss = resolve_output(task, output.activation, experiment.network.loss)
    if ACTIVATIONS[activation].joint and n_outputs == 1:
        raise ExperimentError(
            f"network.output.activation: {activation} of a single output is always 1; "
            "choose another"
        )
    last = output.model_dump() | {"units": n_outputs, "activation": activation}
    every = (*(layer.model_dump() for layer in experiment.network.hidden), last)
    return tuple(DenseSpec(**layer) for layer in every), loss


def new_network(
    experiment: Experiment, n_inputs: int, layers: Sequence[DenseSpec], loss: str
) -> Network:
    """A network with buffers of its own and parameters not yet set."""
    network = experiment.network
    return Network(
        n_inputs,
        layers,
        loss,
        experiment.training.precision,
        network.loss_normalisation,
        network.loss_divisor,
    )


@dataclass(frozen=True, eq=False)
class Setup:
    """An experiment, its prepared data and the network's description.

    Attributes
    ----------
    experiment
        The experiment.
    data
        Its data, split and scaled.
    layers
        Every layer, the output included.
    loss
        Name of the loss.
    """

    experiment: Experiment
    data: PreparedData
    layers: tuple[DenseSpec, ...]
    loss: str

    @property
    def dtype(self) -> str:
        """Number format of the arithmetic."""
        return self.experiment.training.precision

    @cached_property
    def train(self) -> tuple[Array, Array]:
        """Inputs (n, n_inputs) and targets (n, n_outputs) of the training part.

        Where the data are larger than memory, both make the rows that are asked for.
        """
        return self._arrays(self.data.train)

    def feed(self) -> Feed:
        """Batches of the training part's inputs, for one trainer."""
        return Feed(self.data, self.data.train, self.dtype)

    @cached_property
    def train_targets(self) -> Array:
        """Targets (n, n_outputs) of the training part."""
        return self.data.targets(self.data.train, np.dtype(self.dtype))

    @property
    def class_targets(self) -> Array:
        """Targets (n_classes, n_outputs) of a sample of each class."""
        classes = np.arange(len(self.data.class_names))
        return self.data.targets(Part("train", classes, classes, None), np.dtype(self.dtype))

    @cached_property
    def validation(self) -> tuple[Array, Array]:
        """Inputs and targets of the validation part."""
        return self._arrays(self.data.validation)

    @cached_property
    def test(self) -> tuple[Array, Array]:
        """Inputs and targets of the test part."""
        return self._arrays(self.data.test)

    @cached_property
    def evaluated_training(self) -> tuple[Array, Array]:
        """The training samples that are evaluated at the end of an epoch."""
        part = self.data.train
        most = EVALUATED_TRAINING_SAMPLES
        if self.data.is_mapped:
            most = min(most, most_samples(self.data.dataset))
        if len(part) <= most:
            return self.train
        return self._arrays(part.rows(evenly_spaced(len(part), most)))

    def new_network(self) -> Network:
        """A network of this description, with buffers of its own and parameters not yet set."""
        return new_network(self.experiment, self.data.n_inputs, self.layers, self.loss)

    def _arrays(self, part: Part) -> tuple[Array, Array]:
        dtype, data = np.dtype(self.dtype), self.data
        if data.is_mapped and len(part) > most_samples(data.dataset):
            x = OnDemand(partial(data.inputs, dtype=dtype), part, data.n_inputs, dtype)
            t = OnDemand(partial(data.targets, dtype=dtype), part, data.n_outputs, dtype)
            return cast(Array, x), cast(Array, t)
        return data.inputs(part, dtype), data.targets(part, dtype)


def _check_batch(experiment: Experiment, data: PreparedData) -> None:
    """Refuse batches that do not fit into memory, where the data do not."""
    training, most = experiment.training, most_samples(data.dataset)
    at_once = len(data.train) if training.sampling == "full_batch" else training.batch_size
    if data.is_mapped and at_once > most:
        raise ExperimentError(
            f"training: {data.dataset.title} is larger than memory, and a step would take "
            f"{at_once:,} of its samples at once; choose another sampling, or batches of at most "
            f"{most:,}"
        )


def build(
    experiment: Experiment, previous: Setup | None = None, dataset: Dataset | None = None
) -> Setup:
    """Load the data and describe the network.

    Parameters
    ----------
    experiment
        What to train.
    previous
        A set-up whose data are used again when their section is the same.
    dataset
        The data set, if it did not come from where the data section says.

    Raises
    ------
    DataError, ExperimentError
        If the data cannot be used, or network, loss and data do not fit together.
    """
    same_data = previous is not None and previous.experiment.data == experiment.data
    if previous and dataset and previous.data.dataset.fingerprint != dataset.fingerprint:
        same_data = False
    data = previous.data if previous and same_data else load_data(experiment.data, dataset)
    if len(data.train) == 0:
        raise ExperimentError("data: the training part is empty; lower the other parts")
    _check_batch(experiment, data)
    layers, loss = describe_network(experiment, data.task, data.n_outputs)
    setup = Setup(experiment, data, layers, loss)
    if previous and same_data and previous.dtype == setup.dtype:
        for name in ("train", "train_targets", "validation", "test", "evaluated_training"):
            if name in previous.__dict__:
                setup.__dict__[name] = previous.__dict__[name]
    return setup
