"""What the view of weights shows: a quantity of a layer, one number for each weight and bias."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.histogram import Histogram, histogram
from visualmlp.analysis.unit_order import Order, descending, similarities, unit_norms
from visualmlp.engine import OPTIMIZERS, Array, Parameters
from visualmlp.gui.widgets.colour_maps import symmetric_limit
from visualmlp.training.branches import Branch
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.replay import next_step
from visualmlp.training.setup import Setup
from visualmlp.training.state import TrainState
from visualmlp.training.timeline import Edit
from visualmlp.training.visit import Visitor

MOST_NAMED_ROWS = 64
"""With more inputs the biases get a strip of their own, or they would be lost below them."""

WEIGHTS, CHANGE, GRADIENT = "weights", "change", "gradient"
SLOT = "slot."
"""Before the name of an optimizer's slot."""


class Wanted(NamedTuple):
    """What the view is set to show.

    Attributes
    ----------
    layer
        0 is the first.
    quantity
        ``WEIGHTS``, ``CHANGE``, ``GRADIENT``, or ``SLOT`` and the name of a slot.
    since
        The step that changes are counted from.
    order, unit
        Of the units; the picked unit of the layer, which others are compared with.
    histograms
        Whether they are wanted.
    """

    layer: int
    quantity: str = WEIGHTS
    since: int = 0
    order: Order = "network"
    unit: int | None = None
    histograms: bool = False


class LayerHistograms(NamedTuple):
    """How a layer's weights are distributed, and its biases, if it has any."""

    weights: Histogram
    biases: Histogram | None


class Magnitudes(NamedTuple):
    """Least and greatest value, and the mean of the magnitudes."""

    low: float
    high: float
    mean: float

    @classmethod
    def of(cls, values: Array) -> Magnitudes:
        with np.errstate(all="ignore"):
            mean = np.abs(values).mean(dtype=np.float64)
        return cls(float(values.min()), float(values.max()), float(mean))


@dataclass(frozen=True, slots=True, eq=False)
class LayerWeights:
    """What the view draws.

    Attributes
    ----------
    wanted
        What was asked for.
    step
        The state that the quantity is of.
    n_samples
        Of the batch that a gradient is of; else 0.
    weights, bias
        (n_in, n_out), and (n_out,) or None, in the network's order.
    tiles
        (n_out, height, width) in the order shown, if the layer's inputs are the pixels of a
        picture.
    magnitudes
        Of the weights, and of the biases, if there are any.
    limit
        The largest magnitude of weights and biases: the end of the colour scale.
    order
        Units in the order shown, (n_out,); None for the network's.
    figures
        What they are ordered by, (n_out,) in the network's order, or None.
    histograms
        Of every layer; empty where they are not wanted.
    """

    wanted: Wanted
    step: int
    n_samples: int
    weights: Array
    bias: Array | None
    tiles: Array | None
    magnitudes: tuple[Magnitudes, Magnitudes | None]
    limit: float
    order: npt.NDArray[np.intp] | None
    figures: npt.NDArray[np.float64] | None
    histograms: tuple[LayerHistograms, ...]

    @property
    def layer(self) -> int:
        """0 is the first."""
        return self.wanted.layer

    @property
    def bias_is_row(self) -> bool:
        """Whether the biases are a row below the weights."""
        return self.bias is not None and self.tiles is None and len(self.weights) <= MOST_NAMED_ROWS

    def place_of(self, unit: int) -> int:
        """Where a unit stands in the order shown."""
        return unit if self.order is None else int(np.flatnonzero(self.order == unit)[0])

    def unit_at(self, place: int) -> int:
        """Which unit stands at a place."""
        return place if self.order is None else int(self.order[place])

    def shown(self, per_unit: Array) -> Array:
        """Values (..., n_out) in the order shown."""
        return per_unit if self.order is None else per_unit[..., self.order]


class _Quantity(NamedTuple):
    """A number for each parameter, the step of its state, and the samples it is a mean over."""

    parameters: Parameters
    step: int
    n_samples: int = 0


class Looker:
    """Finds quantities of frames and of the past, for the analysis thread.

    States and gradients of the past are computed once and kept, the newest of each kind.
    """

    def __init__(self) -> None:
        self._visitor: Visitor | None = None
        self._old: tuple[tuple[object, ...], Array] | None = None
        self._gradient: tuple[TrainState, _Quantity] | None = None

    def look(self, probe: Probe, *, frame: Frame, branch: Branch, wanted: Wanted) -> LayerWeights:
        """Compute what is wanted.

        Parameters
        ----------
        branch
            The run in use, from whose timeline old states come.
        """
        found = self._find(probe, frame, branch, wanted)
        weights = found.parameters.weights[wanted.layer]
        bias = found.parameters.biases[wanted.layer]
        figures = _figures(weights, wanted)
        order = None if figures is None else descending(figures)
        shape = probe.setup.data.dataset.image_shape if wanted.layer == 0 else None
        shown = weights if order is None else weights[:, order]
        return LayerWeights(
            wanted=wanted,
            step=found.step,
            n_samples=found.n_samples,
            weights=weights,
            bias=bias,
            tiles=np.ascontiguousarray(shown.T).reshape(-1, *shape) if shape else None,
            magnitudes=(Magnitudes.of(weights), None if bias is None else Magnitudes.of(bias)),
            limit=symmetric_limit(weights if bias is None else np.append(weights, bias)),
            order=order,
            figures=figures,
            histograms=_histograms(found.parameters) if wanted.histograms else (),
        )

    def _find(self, probe: Probe, frame: Frame, branch: Branch, wanted: Wanted) -> _Quantity:
        if wanted.quantity == CHANGE:
            old = self._old_parameters(probe.setup, frame, branch, wanted.since)
            with np.errstate(all="ignore"):
                change = frame.parameters - old
            return _Quantity(probe.network.layout.views(change), frame.step)
        if wanted.quantity == GRADIENT:
            return self._find_gradient(probe, frame, branch)
        if wanted.quantity.startswith(SLOT):
            state = self._state_near(probe.setup, frame, branch)
            names = slot_names(probe.setup)
            slot = state.slots[names.index(wanted.quantity.removeprefix(SLOT))]
            return _Quantity(probe.network.layout.views(slot), state.step)
        return _Quantity(probe.parameters(frame), frame.step)

    def _old_parameters(self, setup: Setup, frame: Frame, branch: Branch, step: int) -> Array:
        """Of the state at a step of the run, made again only if another is asked for."""
        if frame.step == step:
            return frame.parameters
        edits: tuple[Edit, ...] = tuple(e for e in branch.timeline.edits if e.step <= step)
        asked = (branch.number, step, edits)
        if self._old is None or self._old[0] != asked:
            self._old = asked, self._visit(setup, branch, step).parameters
        return self._old[1]

    def _find_gradient(self, probe: Probe, frame: Frame, branch: Branch) -> _Quantity:
        """Of the step that follows the frame; while training runs, of the newest kept state."""
        step = probe.next_step(frame)
        if step is not None:
            return _Quantity(step.trace.raw, frame.step, step.trace.n_samples)
        state = self._state_near(probe.setup, frame, branch)
        if self._gradient is None or self._gradient[0] is not state:
            trace = next_step(probe.setup, state).trace
            self._gradient = state, _Quantity(trace.raw, state.step, trace.n_samples)
        return self._gradient[1]

    def _state_near(self, setup: Setup, frame: Frame, branch: Branch) -> TrainState:
        """A frame's own state, or the newest kept one before it: frames have none in training."""
        if frame.state is not None:
            return frame.state
        try:
            return branch.timeline.checkpoints.nearest(frame.step).state
        except KeyError:  # an older file: the start is known, though it was not kept
            return self._visit(setup, branch, 0)

    def _visit(self, setup: Setup, branch: Branch, step: int) -> TrainState:
        self._visitor = self._visitor or Visitor(setup)
        return self._visitor.state_at(branch.timeline, step)


def slot_names(setup: Setup) -> Sequence[str]:
    """What the run's optimizer remembers, in the order of its slots."""
    return tuple(OPTIMIZERS[setup.experiment.optimizer.name].slots_renewed)


def is_never_negative(setup: Setup, quantity: str) -> bool:
    """Whether it is a slot of squares."""
    slots = OPTIMIZERS[setup.experiment.optimizer.name].slots_renewed
    name = quantity.removeprefix(SLOT)
    return quantity.startswith(SLOT) and slots[name].power == 2


def _figures(weights: Array, wanted: Wanted) -> npt.NDArray[np.float64] | None:
    if wanted.order == "norm":
        return unit_norms(weights)
    if wanted.order == "similarity" and wanted.unit is not None:
        return similarities(weights, wanted.unit)
    return None


def _histograms(parameters: Parameters) -> tuple[LayerHistograms, ...]:
    return tuple(
        LayerHistograms(histogram(weights), None if bias is None else histogram(bias))
        for weights, bias in zip(parameters.weights, parameters.biases, strict=True)
    )
