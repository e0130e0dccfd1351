"""Why the network answers as it does to one sample, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.attribution import (
    Occlusion,
    Of,
    feature_occlusion,
    input_gradient,
    is_exact,
    picture_occlusion,
)
from visualmlp.analysis.mistakes import NO_CLASS, class_outputs, predictions
from visualmlp.analysis.neighbours import NearestSearch
from visualmlp.data import Part
from visualmlp.data.drawn import ink_range
from visualmlp.engine import Array, Network
from visualmlp.gui.views.inspection import Inspection
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe

What = Literal["picture", "gradient", "occlusion", "nearest", "history"]
Whose = Literal["predicted", "true", "picked"]
Metric = Literal["inputs", "hidden"]

N_NEAREST = 8
MOST_COMPARED = 100_000
"""Training samples compared, the first of the part."""

SECONDS = 0.012
"""Of one look for nearest samples."""


class Wanted(NamedTuple):
    """What is to be explained.

    Attributes
    ----------
    what
        The page.
    of, whose
        What is differentiated; the class that is meant.
    unit
        The picked output, for ``whose == "picked"``.
    patch
        Side of an occluded patch.
    metric
        What distances are between.
    """

    what: What
    of: Of
    whose: Whose
    unit: int
    patch: int
    metric: Metric


@dataclass(frozen=True, slots=True, eq=False)
class InputMap:
    """A number for each input.

    Attributes
    ----------
    values
        (n_features,).
    of
        What it is the derivative of; None for occlusion.
    class_index
        The class or output that is meant; None for the loss.
    before
        Its probability or output with nothing hidden; NaN for gradients.
    occlusion
        Patches and stride; None for gradients.
    exact
        Whether no activation has a surrogate gradient.
    """

    values: Array
    of: Of | None
    class_index: int | None
    before: float
    occlusion: Occlusion | None
    exact: bool


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """The nearest training samples.

    Attributes
    ----------
    metric, step
        What is compared, and the step of the activations; None for inputs.
    rows, distances
        In the training part, nearest first, (k,).
    n_done, n_compared, n_samples
        Compared so far, to be compared, and training samples in all.
    raw
        As stored, (k, n_features).
    labels, predicted
        (k,); None for regression.
    values
        Targets (k, n_outputs) of a regression; None for classes.
    """

    metric: Metric
    step: int | None
    rows: npt.NDArray[np.intp]
    distances: Array
    n_done: int
    n_compared: int
    n_samples: int
    raw: Array
    labels: Array | None
    predicted: npt.NDArray[np.integer] | None
    values: Array | None


class _Search(NamedTuple):
    key: tuple[object, ...]
    frame: Frame
    search: NearestSearch


class Explainer:
    """Explains samples of one run, for the analysis thread only.

    A search that was begun for a sample is gone on with at the next look.
    """

    def __init__(self) -> None:
        self._searches: dict[Metric, _Search] = {}
        self._network: Network | None = None
        self._means: Array | None = None
        self._ground: Array | None = None

    def explain(
        self, probe: Probe, frame: Frame, inspection: Inspection, wanted: Wanted
    ) -> InputMap | Nearest | None:
        """What the page shows; None for the picture itself, and for what needs the run's past."""
        if wanted.what == "gradient":
            return _gradient(probe, frame, inspection, wanted)
        if wanted.what == "occlusion":
            return self._occlusion(probe, frame, inspection, wanted)
        if wanted.what == "nearest":
            return self._nearest(probe, frame, inspection, wanted.metric)
        return None

    def _occlusion(
        self, probe: Probe, frame: Frame, inspection: Inspection, wanted: Wanted
    ) -> InputMap:
        data = probe.setup.data
        class_index = _class_index(inspection, wanted)
        value = partial(_class_value, probe, frame, class_index)
        x, shape = inspection.scaled, data.dataset.image_shape
        if shape is None:
            hidden = feature_occlusion(value, x, self._training_means(probe))
        else:
            hidden = picture_occlusion(value, x, self._blank(probe, x), shape, wanted.patch)
        before = float(value(x[None])[0])
        return InputMap(hidden.change.reshape(-1), None, class_index, before, hidden, exact=True)

    def _blank(self, probe: Probe, x: Array) -> Array:
        """The scaled inputs of a picture without ink."""
        if self._ground is None:
            data = probe.setup.data
            ground = np.full((1, data.n_inputs), ink_range(data.dataset)[0])
            self._ground = data.scaling.apply(ground, x.dtype)[0]
        return self._ground

    def _training_means(self, probe: Probe) -> Array:
        """Of every scaled feature; a table has no ground."""
        if self._means is None:
            self._means = probe.setup.evaluated_training[0].mean(axis=0)
        return self._means

    def _nearest(
        self, probe: Probe, frame: Frame, inspection: Inspection, metric: Metric
    ) -> Nearest:
        begun = self._search(probe, frame, inspection, metric)
        search = begun.search
        search.go_on(SECONDS)
        train = probe.setup.data.train
        part = train.rows(search.rows)
        predicted = None
        if part.labels is not None:
            predicted = predictions(probe.predict(frame, _inputs(probe, part)))[0]
        return Nearest(
            metric=metric,
            step=begun.frame.step if metric == "hidden" else None,
            rows=search.rows,
            distances=search.distances,
            n_done=search.n_done,
            n_compared=search.n_rows,
            n_samples=len(train),
            raw=probe.setup.data.raw(part),
            labels=part.labels,
            predicted=predicted,
            values=part.values,
        )

    def _search(
        self, probe: Probe, frame: Frame, inspection: Inspection, metric: Metric
    ) -> _Search:
        """The search for this sample; one in activations is finished before a newer frame's."""
        key = (inspection.part, inspection.row, inspection.scaled.tobytes())
        begun = self._searches.get(metric)
        if begun is not None and begun.key == key:
            is_old = metric == "hidden" and begun.frame is not frame
            if not (is_old and begun.search.is_done):
                return begun
        begun = _Search(key, frame, self._begin(probe, frame, inspection, metric))
        self._searches[metric] = begun
        return begun

    def _begin(
        self, probe: Probe, frame: Frame, inspection: Inspection, metric: Metric
    ) -> NearestSearch:
        train, query = probe.setup.data.train, inspection.scaled
        vectors = partial(_train_inputs, probe)
        if metric == "hidden":
            network = self._network_at(probe, frame)
            query = _hidden(network, query[None])[0]
            vectors = partial(_train_hidden, probe, network)
        skip = inspection.row if inspection.part == "train" else None
        return NearestSearch(query, vectors, min(len(train), MOST_COMPARED), N_NEAREST, skip)

    def _network_at(self, probe: Probe, frame: Frame) -> Network:
        """One that stays at the search's frame while the probe goes on with the run's."""
        if self._network is None:
            self._network = probe.setup.new_network()
        self._network.parameters.flat[...] = frame.parameters
        return self._network


def _train_inputs(probe: Probe, rows: slice) -> Array:
    train = probe.setup.data.train
    return _inputs(probe, train.rows(np.arange(rows.start, rows.stop)))


def _train_hidden(probe: Probe, network: Network, rows: slice) -> Array:
    return _hidden(network, _train_inputs(probe, rows))


def _inputs(probe: Probe, part: Part) -> Array:
    return probe.setup.data.inputs(part, np.dtype(probe.setup.dtype))


def _hidden(network: Network, x: Array) -> Array:
    """Activations of the last hidden layer; the inputs if there is none."""
    layers = network.layer_outputs(x)
    return layers[-2].a if len(layers) > 1 else x


def _gradient(probe: Probe, frame: Frame, inspection: Inspection, wanted: Wanted) -> InputMap:
    """That of the score where there is no loss, for want of a target."""
    t, of = inspection.target, wanted.of
    if t is None:
        t, of = np.zeros_like(inspection.output), "score" if of == "loss" else of
    class_index = None if of == "loss" else _class_index(inspection, wanted)
    network = probe.at(frame)
    is_binary = probe.setup.data.task == "binary"
    unit = 0 if is_binary else class_index or 0
    values = input_gradient(network, inspection.scaled[None], t[None], of, unit)
    if is_binary and class_index == 0:
        values = -values
    return InputMap(values, of, class_index, np.nan, None, is_exact(network))


def _class_index(inspection: Inspection, wanted: Wanted) -> int:
    """The class or output that is meant."""
    chosen: int | None = wanted.unit
    if wanted.whose == "true" and inspection.label is not None:
        chosen = inspection.label
    elif wanted.whose != "picked":
        chosen = inspection.predicted
    return 0 if chosen is None or chosen == NO_CLASS else chosen


def _class_value(probe: Probe, frame: Frame, class_index: int, x: Array) -> Array:
    y = probe.predict(frame, x)
    values: Array = (class_outputs(y) if probe.setup.data.class_names else y)[:, class_index]
    return values
