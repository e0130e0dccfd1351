"""A layer's activations in the plane: what the view Embedding draws."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.activity import evenly_spaced
from visualmlp.analysis.embeddings import EMBEDDINGS, Settings, place_apart
from visualmlp.analysis.mistakes import predictions
from visualmlp.analysis.principal import Floats, Principal, principal_plane, turned
from visualmlp.engine import Array, Network
from visualmlp.errors import VisualMLPError
from visualmlp.training.frame import Frame
from visualmlp.training.long_task import Report
from visualmlp.training.probe import PartName
from visualmlp.training.setup import Setup

MOST_SAMPLES = 10_000
MOST_RUNNING = 1_000
"""Samples while training runs, which more would slow down."""

MOST_REMEMBERED = 400
"""Axes that were shown; a later look at the same step shows them again."""

LEAST = 3
Rows = npt.NDArray[np.intp]


class Source(NamedTuple):
    """Which numbers of a sample: its inputs, or z or the activations a of a layer (0: first)."""

    what: Literal["inputs", "z", "a"]
    layer: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the view is set to; ``most`` is the number of samples."""

    part: PartName
    source: Source
    most: int


@dataclass(frozen=True, slots=True)
class Placing:
    """A method of embedding, by name, and its options."""

    method: str
    settings: Settings


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Samples of a part and what the network says of them.

    Attributes
    ----------
    rows, n_available
        Their rows in the part (n,), and how many the part has.
    predicted, confidence
        (n,); None for regression.
    """

    rows: Rows
    n_available: int
    predicted: npt.NDArray[np.intp] | None
    confidence: Array | None


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """Places of samples.

    Attributes
    ----------
    wanted, step
        What was asked for, and of which state it is.
    samples
        Whose places they are.
    places
        (n, 2); NaN for a sample whose numbers are not finite.
    shares
        Of the variance, along both axes; None if it is not PCA.
    n_dimensions
        Of the numbers that were placed.
    placing
        What placed them; None for PCA.
    """

    wanted: Wanted
    step: int
    samples: Samples
    places: Floats
    shares: Floats | None
    n_dimensions: int
    placing: Placing | None = None


Place = tuple[Wanted, int, int]
"""What was shown at which step, and a hash of the state's parameters: edits change them."""


class Embedder:
    """Places the samples of one set-up; keeps the axes that were shown.

    Axes are turned, within their plane, to lie as near as they can to those shown at the nearest
    step. So the picture moves smoothly while training runs; and the axes of a step are remembered,
    so that it looks the same whenever the cursor comes back to it.
    """

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._network = setup.new_network()
        self._inputs: dict[tuple[PartName, int], tuple[Rows, Array]] = {}
        self._shown: dict[Place, Principal] = {}
        self._fixed: dict[tuple[PartName, int], Principal] = {}
        self._last: tuple[Frame, Wanted, Cloud] | None = None
        self._lock = threading.Lock()

    def pca(self, frame: Frame, wanted: Wanted) -> Cloud:
        """The principal plane; the same object as long as nothing has changed."""
        if self._last is not None and self._last[:2] == (frame, wanted):
            return self._last[2]
        values, samples = self._look(self._network, frame, wanted)
        finite = np.isfinite(values).all(axis=1)
        places = np.full((len(values), 2), np.nan)
        shares = np.zeros(2)
        if np.count_nonzero(finite) >= LEAST:
            plane = self._plane(values[finite], frame, wanted)
            places[finite], shares = plane.coordinates(values[finite]), plane.shares
        cloud = Cloud(wanted, frame.step, samples, places, shares, values.shape[1])
        self._last = frame, wanted, cloud
        return cloud

    def seen_again(self, cloud: Cloud, frame: Frame) -> Cloud:
        """Old places with what the network says now."""
        _, samples = self._look(self._network, frame, cloud.wanted)
        return replace(cloud, samples=samples)

    def placed(self, frame: Frame, wanted: Wanted, placing: Placing, report: Report) -> Cloud:
        """Places by another method, begun from the principal plane; on any thread.

        Raises
        ------
        VisualMLPError
            If they cannot be had.
        """
        method = EMBEDDINGS[placing.method]
        values, samples = self._look(self.setup.new_network(), frame, wanted)
        finite = np.isfinite(values).all(axis=1)
        if problem := method.problem(int(np.count_nonzero(finite)), placing.settings):
            raise VisualMLPError(problem)
        start = principal_plane(values[finite]).coordinates(values[finite])
        places = np.full((len(values), 2), np.nan)
        places[finite] = place_apart(method, values[finite], start, placing.settings, report)
        return Cloud(wanted, frame.step, samples, places, None, values.shape[1], placing)

    # Parts of it

    def _look(self, network: Network, frame: Frame, wanted: Wanted) -> tuple[Array, Samples]:
        """The numbers to place, (n, d), and what the network says of the samples."""
        rows, x = self._rows_and_inputs(wanted)
        network.parameters.flat[...] = frame.parameters
        with np.errstate(all="ignore"):
            outputs = network.layer_outputs(x)
        what, layer = wanted.source
        values = x if what == "inputs" else getattr(outputs[layer], what)
        predicted = confidence = None
        if self.setup.data.task != "regression":
            predicted, confidence = predictions(outputs[-1].a)
        part = next(part for part in self.setup.data.parts if part.name == wanted.part)
        return values, Samples(rows, len(part), predicted, confidence)

    def _rows_and_inputs(self, wanted: Wanted) -> tuple[Rows, Array]:
        key = wanted.part, wanted.most
        with self._lock:
            if key not in self._inputs:
                part = next(part for part in self.setup.data.parts if part.name == wanted.part)
                rows = evenly_spaced(len(part), wanted.most)
                dtype = np.dtype(self.setup.dtype)
                self._inputs[key] = rows, self.setup.data.inputs(part.rows(rows), dtype)
            return self._inputs[key]

    def _plane(self, values: Array, frame: Frame, wanted: Wanted) -> Principal:
        if wanted.source.what == "inputs":
            key = wanted.part, wanted.most
            if key not in self._fixed:
                self._fixed[key] = principal_plane(values)
            return self._fixed[key]
        place = wanted, frame.step, hash(frame.parameters.tobytes())
        if place not in self._shown:
            near = self._nearest(frame.step, wanted.source)
            plane = principal_plane(values, near)
            self._remember(place, turned(plane, values, near) if near is not None else plane)
        return self._shown[place]

    def _nearest(self, step: int, source: Source) -> Floats | None:
        """The axes shown at the nearest step of the same layer."""
        shown = [place for place in self._shown if place[0].source == source]
        if not shown:
            return None
        return self._shown[min(shown, key=lambda place: abs(place[1] - step))].axes

    def _remember(self, place: Place, plane: Principal) -> None:
        while len(self._shown) >= MOST_REMEMBERED:
            del self._shown[next(iter(self._shown))]
        self._shown[place] = plane
