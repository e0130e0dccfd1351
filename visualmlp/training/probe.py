"""Look into a frame: a network of its own that takes the frame's parameters."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import numpy as np

from visualmlp.data import Part
from visualmlp.engine import Array, LayerOutput, Network, Parameters
from visualmlp.training.frame import Frame
from visualmlp.training.past_gradients import PastGradients
from visualmlp.training.past_predictions import PastPredictions
from visualmlp.training.replay import NextStep, next_step
from visualmlp.training.setup import Setup

PartName = Literal["train", "validation", "test", "drawn", "unlabelled"]
"""A part of the data, the samples that the user has drawn, or a drawing without a label."""

OWN_PARTS: tuple[PartName, ...] = ("drawn", "unlabelled")
"""Those that are not of the data."""


class Probe:
    """Evaluates frames of a run without touching the network in training.

    For one thread at a time. What was computed for the newest frame is kept until another comes,
    so that several views share it.

    Parameters
    ----------
    setup
        The run's set-up.
    drawn
        The user's own samples, where there are any; they take part in nothing but being looked at.
    """

    def __init__(self, setup: Setup, drawn: Part | None = None) -> None:
        self.setup = setup
        self._drawn = drawn
        self._drawn_arrays: tuple[Array, Array] | None = None
        self.network = setup.new_network()
        self._frame: Frame | None = None
        self._outputs: dict[PartName, Array] = {}
        self._next_step: NextStep | None = None
        self._past_predictions: dict[PartName, PastPredictions] = {}

    def take_drawn(self, drawn: Part | None) -> None:
        """Look into these samples of the user's own from now on, labelled or not."""
        if drawn is not self._drawn:
            self._drawn, self._drawn_arrays = drawn, None
            for name in OWN_PARTS:
                self._outputs.pop(name, None)

    @cached_property
    def past_gradients(self) -> PastGradients:
        """What the run's updates did to each layer, shared by the views that show it."""
        return PastGradients(self.setup)

    def past_predictions(self, name: PartName) -> PastPredictions:
        """What the runs predicted of a part of the data, shared by the views that show it."""
        if name not in self._past_predictions:
            self._past_predictions[name] = PastPredictions(self.setup, name)
        return self._past_predictions[name]

    def part(self, name: PartName) -> Part:
        """A part of the data by its name."""
        if name in OWN_PARTS:
            assert self._drawn is not None
            return self._drawn
        return next(part for part in self.setup.data.parts if part.name == name)

    def inputs(self, name: PartName) -> Array:
        """Scaled inputs (n, n_inputs) of a part."""
        return self._arrays(name)[0]

    def targets(self, name: PartName) -> Array:
        """Targets (n, n_outputs) of a part."""
        return self._arrays(name)[1]

    def parameters(self, frame: Frame) -> Parameters:
        """Weights and biases of a frame, layer by layer."""
        return self.network.layout.views(frame.parameters)

    def at(self, frame: Frame) -> Network:
        """The probe's network with a frame's parameters, until another frame is asked for."""
        self._move_to(frame)
        return self.network

    def outputs(self, frame: Frame, name: PartName) -> Array:
        """The network's outputs (n, n_outputs) for a whole part, at a frame.

        Raises
        ------
        DataError
            If the part does not fit into memory.
        """
        self._move_to(frame)
        if name not in self._outputs:
            self._outputs[name] = self.predict(frame, np.asarray(self.inputs(name)))
        return self._outputs[name]

    def predict(self, frame: Frame, x: Array) -> Array:
        """The network's outputs (n, n_outputs) for scaled inputs (n, n_inputs), at a frame."""
        self._move_to(frame)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            return self.network.predict(x)

    def layers(self, frame: Frame, x: Array) -> list[LayerOutput]:
        """Pre-activations and activations of every layer for scaled inputs, at a frame."""
        self._move_to(frame)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            return self.network.layer_outputs(x)

    def next_step(self, frame: Frame) -> NextStep | None:
        """The step that follows a frame, taken apart; None while training runs."""
        self._move_to(frame)
        if self._next_step is None and frame.state is not None:
            self._next_step = next_step(self.setup, frame.state)
        return self._next_step

    def _arrays(self, name: PartName) -> tuple[Array, Array]:
        if name == "drawn":
            return self._arrays_of_drawn()
        arrays: tuple[Array, Array] = getattr(self.setup, name)
        return arrays

    def _arrays_of_drawn(self) -> tuple[Array, Array]:
        if self._drawn_arrays is None:
            data, part, dtype = self.setup.data, self.part("drawn"), np.dtype(self.setup.dtype)
            self._drawn_arrays = data.inputs(part, dtype), data.targets(part, dtype)
        return self._drawn_arrays

    def _move_to(self, frame: Frame) -> None:
        if frame is not self._frame:
            self.network.parameters.flat[...] = frame.parameters
            self._frame = frame
            self._outputs = {}
            self._next_step = None
