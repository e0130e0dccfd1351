"""A network of one input beside the straight line of least squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import QCoreApplication

from visualmlp.analysis.least_squares import Line, fit_line
from visualmlp.data import PreparedData
from visualmlp.gui.widgets.labels import number_text
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup

DIGITS = ".8g"
"""Of slopes and intercepts, whose differences show late."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two fits to the training part.

    Attributes
    ----------
    own, least
        The network's line over raw inputs, None if it may bend; the line of least squares.
    own_loss, least_loss
        The network's loss, mean over the training part, of its outputs and of that line.
    """

    own: Line | None
    least: Line
    own_loss: float
    least_loss: float


def is_line(setup: Setup) -> bool:
    """Whether the network is a single linear unit of one input; deeper ones may bend."""
    (first, *later), n_inputs = setup.layers, setup.data.n_inputs
    return not later and (first.activation, first.units, n_inputs) == ("identity", 1, 1)


def least_squares(data: PreparedData) -> Line | None:
    """Through the training part; None unless one input is to give one number."""
    values = data.train.values
    if values is None or data.n_inputs != 1 or data.n_outputs != 1:
        return None
    return fit_line(data.raw(data.train)[:, 0], values[:, 0])


def compare(probe: Probe, frame: Frame, least: Line) -> Comparison:
    """Set the network of a frame beside the line of least squares."""
    data, per_sample = probe.setup.data, probe.network.loss.per_sample
    t = probe.targets("train")
    with np.errstate(all="ignore"):
        own = per_sample(probe.outputs(frame, "train"), t).mean(dtype=np.float64)
        best = per_sample(least.at(data.raw(data.train)), t.astype(np.float64)).mean()
    return Comparison(_own_line(probe, frame), least, float(own), float(best))


def _own_line(probe: Probe, frame: Frame) -> Line | None:
    if not is_line(probe.setup):
        return None
    parameters, scaling = probe.parameters(frame), probe.setup.data.scaling
    bias = parameters.biases[0]
    line = Line(float(parameters.weights[0][0, 0]), 0.0 if bias is None else float(bias[0]))
    return line.before_scaling(float(scaling.offset[0]), float(scaling.divisor[0]))


def comparison_texts(comparison: Comparison) -> list[str]:
    """Slope, intercept and loss of both; of a network that may bend, only the loss."""
    network = QCoreApplication.translate("FittedLines", "network")
    least = QCoreApplication.translate("FittedLines", "least squares")
    return [
        _text(network, comparison.own, comparison.own_loss),
        _text(least, comparison.least, comparison.least_loss),
    ]


def _text(name: str, line: Line | None, loss: float) -> str:
    shown = number_text(loss, DIGITS)
    if line is None:
        text = QCoreApplication.translate("FittedLines", "{name}: training loss {loss}")
        return text.format(name=name, loss=shown)
    text = QCoreApplication.translate(
        "FittedLines", "{name}: slope {slope}, intercept {intercept}, training loss {loss}"
    )
    slope, intercept = number_text(line.slope, DIGITS), number_text(line.intercept, DIGITS)
    return text.format(name=name, slope=slope, intercept=intercept, loss=shown)
