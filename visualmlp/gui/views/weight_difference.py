"""By how much the weights of another run differ from those at the cursor, at the same step."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from visualmlp.engine import Array, Parameters
from visualmlp.training.branches import Branch
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.visit import Visitor

SHARE = 0.25
"""Seconds for which steps are made again before their number is shown."""

STRIDE = 20
"""Steps that are made again between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class LayerDifference:
    """Euclidean norms of a layer's weights and biases: their own, and their difference's."""

    weights: float
    difference: float
    largest: float
    bias_difference: float


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """What the page draws.

    Attributes
    ----------
    step, other_step
        Of the cursor, and of the other run's state: its head if that is shorter.
    n_missing
        Steps that are still to be made again; then there are no figures yet.
    layers
        Figures of every layer.
    weights, bias
        Other minus cursor, of the chosen layer: (n_in, n_out), and (n_out,) or None.
    """

    step: int
    other_step: int
    n_missing: int = 0
    layers: tuple[LayerDifference, ...] = ()
    weights: Array | None = None
    bias: Array | None = None


class Differ:
    """Goes through other runs of a set-up, for the analysis thread."""

    def __init__(self) -> None:
        self._visitor: Visitor | None = None
        self._reached: tuple[int, int] | None = None

    def compare(self, probe: Probe, *, frame: Frame, branch: Branch, layer: int) -> Difference:
        """Go on towards the other run's state, and compare if it is reached."""
        self._visitor = self._visitor or Visitor(probe.setup)
        goal = min(frame.step, branch.timeline.head)
        place = self._begin(branch, goal)
        until = time.perf_counter() + SHARE
        while True:
            place = min(place + STRIDE, goal)
            state = self._visitor.state_at(branch.timeline, place)
            if place == goal or time.perf_counter() > until:
                break
        self._reached = branch.number, place
        if place < goal:
            return Difference(frame.step, goal, n_missing=goal - place)
        mine, other = (probe.network.layout.views(p) for p in (frame.parameters, state.parameters))
        weights, bias = _difference(mine, other, layer)
        layers = tuple(_figures(mine, other, i) for i in range(len(mine.weights)))
        return Difference(frame.step, goal, 0, layers, weights, bias)

    def _begin(self, branch: Branch, goal: int) -> int:
        """Where to go on: at the last place, unless a kept state is nearer."""
        nearest = branch.timeline.checkpoints.nearest(goal).state.step
        if self._reached and self._reached[0] == branch.number:
            last = self._reached[1]
            return last if nearest <= last <= goal else nearest
        return nearest


def _difference(mine: Parameters, other: Parameters, layer: int) -> tuple[Array, Array | None]:
    one, two = mine.biases[layer], other.biases[layer]
    bias = None if one is None or two is None else two - one
    return other.weights[layer] - mine.weights[layer], bias


def _figures(mine: Parameters, other: Parameters, layer: int) -> LayerDifference:
    with np.errstate(all="ignore"):
        weights, bias = _difference(mine, other, layer)
        return LayerDifference(
            weights=float(np.linalg.norm(mine.weights[layer].astype(np.float64))),
            difference=float(np.linalg.norm(weights.astype(np.float64))),
            largest=float(np.abs(weights).max()),
            bias_difference=0.0 if bias is None else float(np.linalg.norm(bias)),
        )
