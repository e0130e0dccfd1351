"""Shapes and numbers of parameters of a network that is being described."""

from __future__ import annotations

from itertools import pairwise

from PyQt6.QtCore import QCoreApplication

from visualmlp.data import PreparedData
from visualmlp.experiment import Experiment
from visualmlp.gui.panels.texts import choice_text
from visualmlp.gui.session import Session
from visualmlp.training.setup import resolve_output

UNKNOWN = "?"


def known_data(session: Session, experiment: Experiment) -> PreparedData | None:
    """The data that an experiment would train on, if they are those of the present run."""
    setup = session.setup
    return setup.data if setup and setup.experiment.data == experiment.data else None


def layer_sizes(experiment: Experiment, data: PreparedData | None) -> list[int | None]:
    """Inputs, units of each hidden layer, outputs; None where it depends on unknown data."""
    hidden = [layer.units for layer in experiment.network.hidden]
    return [data.n_inputs if data else None, *hidden, data.n_outputs if data else None]


def parameter_counts(experiment: Experiment, data: PreparedData | None) -> list[int | None]:
    """Weights and biases of each layer, the output included."""
    network = experiment.network
    biases = [*(layer.bias for layer in network.hidden), network.output.bias]
    return [
        None if n_in is None or n_out is None else n_in * n_out + bias * n_out
        for (n_in, n_out), bias in zip(pairwise(layer_sizes(experiment, data)), biases, strict=True)
    ]


def layer_text(experiment: Experiment, data: PreparedData | None, index: int) -> str:
    """How the parameters of a layer count: "784×128 + 128 = 100,480"."""
    network = experiment.network
    has_bias = [*(layer.bias for layer in network.hidden), network.output.bias][index]
    n_in, n_out = (_size(size) for size in layer_sizes(experiment, data)[index : index + 2])
    bias = f" + {n_out}" if has_bias else ""
    return f"{n_in}×{n_out}{bias} = {_size(parameter_counts(experiment, data)[index])}"


def network_text(experiment: Experiment, data: PreparedData | None) -> str:
    """The whole network: "64 → 32 → 10 · 2,410 parameters"."""
    sizes = " → ".join(_size(size) for size in layer_sizes(experiment, data))
    counts = [count for count in parameter_counts(experiment, data) if count is not None]
    whole = len(counts) == len(experiment.network.hidden) + 1
    text = QCoreApplication.translate("panels", "{sizes} · {count} parameters")
    return text.format(sizes=sizes, count=_size(sum(counts) if whole else None))


def output_text(experiment: Experiment, data: PreparedData | None) -> str:
    """What activation and loss the output will have.

    Raises
    ------
    ExperimentError
        If they do not fit the data.
    """
    if data is None:
        return ""
    network = experiment.network
    activation, loss = resolve_output(data.task, network.output.activation, network.loss)
    text = QCoreApplication.translate("panels", "{activation} output, {loss} loss")
    return text.format(
        activation=choice_text("activation", activation),
        loss=choice_text("loss", loss).lower(),
    )


def _size(value: int | None) -> str:
    return UNKNOWN if value is None else f"{value:,}"
