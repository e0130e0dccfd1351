"""What the updates of a run did to each layer: norms and distributions at states spread over it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.histogram import Histogram, common_limits, histogram
from visualmlp.engine import Array, Layout, Network, StepTrace, global_norm
from visualmlp.training.branches import Branch
from visualmlp.training.past_looks import PastLooks

MOST_STATES = 120
"""States looked into, evenly spread over the run."""

ALL_LAYERS = -1
Kind = Literal["weights", "biases"]
Figures = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Norms:
    """Euclidean norms of each layer in one update, or in several.

    Attributes
    ----------
    raw
        Gradient of the loss alone, (n_layers,), or (n_states, n_layers) for several.
    gradient
        Gradient that the optimizer got: penalties added, clipped.
    values
        The parameters before the update.
    update
        What the update changed them by, frozen ones not at all; NaN where it was not made since
        loss or gradient are not finite.

    All are NaN where a layer has no biases.
    """

    raw: Figures
    gradient: Figures
    values: Figures
    update: Figures

    @property
    def ratio(self) -> Figures:
        """The update's norm by that of the parameters; infinite where these are all 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.update / self.values)


@dataclass(frozen=True, slots=True, eq=False)
class StepGradients:
    """One update, layer by layer.

    Attributes
    ----------
    step
        The state that it was made from.
    weights, biases
        Norms.
    distributions
        Of the gradient that the optimizer got: each layer's weights and biases, over the same bins.
    """

    step: int
    weights: Norms
    biases: Norms
    distributions: tuple[tuple[Histogram, Histogram | None], ...]

    def norms(self, kind: Kind) -> Norms:
        """Of the weights, or of the biases."""
        return self.weights if kind == "weights" else self.biases


class PastSteps(NamedTuple):
    """Updates so far.

    Attributes
    ----------
    steps
        The states that they were made from, (n_states,), ascending.
    weights, biases
        Norms, (n_states, n_layers).
    newest
        The last of them.
    spacing
        Steps from one state of the choice to the next.
    n_missing
        States of the choice that were not looked into yet.
    """

    steps: npt.NDArray[np.int64]
    weights: Norms
    biases: Norms
    newest: StepGradients
    spacing: int
    n_missing: int

    def norms(self, kind: Kind) -> Norms:
        """Of the weights, or of the biases."""
        return self.weights if kind == "weights" else self.biases


class PastGradients(PastLooks[StepGradients, PastSteps]):
    """Makes the update that follows each of these states again, on a twin, and watches it.

    So the figures are those of the training itself, to the last bit, and cost it nothing. At the
    head it is the update that comes next.
    """

    @property
    def most(self) -> int:
        return MOST_STATES

    def _find(self, branch: Branch, step: int) -> StepGradients:
        learner = self._visitor.learner_at(branch.timeline, step)
        watch = UpdateWatch(learner.network)
        made = learner.update(watch.observe) is not None
        return watch.gradients(step, made=made)

    def _tell(self, known: dict[int, StepGradients], spacing: int, n_missing: int) -> PastSteps:
        found = list(known.values())
        return PastSteps(
            steps=np.array(list(known), np.int64),
            weights=_stacked(one.weights for one in found),
            biases=_stacked(one.biases for one in found),
            newest=found[-1],
            spacing=spacing,
            n_missing=n_missing,
        )


class UpdateWatch:
    """Takes the norms of an update that a network is going to make, and copies no gradient.

    Parameters
    ----------
    network
        That is going to be updated.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._before = network.parameters.flat.copy()
        self._raw = _nothing(network.layout)

    def observe(self, event: str, layer: int) -> None:
        """Take the gradient of a layer before penalties and clipping change it."""
        if event == "layer":
            _take(self._raw, self._network.layout, self._network.gradient.flat, layer)

    def gradients(self, step: int, *, made: bool) -> StepGradients:
        """All about the update, right after it; ``made`` is whether it stayed."""
        network = self._network
        update = network.parameters.flat - self._before if made else None
        used, before = network.gradient.flat, self._before
        return _step_gradients(step, self._raw, network.layout, used, before, update)


def gradients_of(step: int, trace: StepTrace, layout: Layout) -> StepGradients:
    """The same of an update that was taken apart anyway."""
    update = trace.after.flat - trace.before.flat if trace.made else None
    raw = _norms(layout, trace.raw.flat)
    return _step_gradients(step, raw, layout, trace.clipped.flat, trace.before.flat, update)


def _step_gradients(
    step: int, raw: Figures, layout: Layout, used: Array, before: Array, update: Array | None
) -> StepGradients:
    every = (raw, _norms(layout, used), _norms(layout, before), _norms(layout, update))
    weights, biases = (Norms(*(norms[i] for norms in every)) for i in range(2))
    arrays = layout.views(used)
    pairs = zip(arrays.weights, arrays.biases, strict=True)
    return StepGradients(step, weights, biases, tuple(_distributions(w, b) for w, b in pairs))


def _distributions(weights: Array, bias: Array | None) -> tuple[Histogram, Histogram | None]:
    limits = common_limits(weights) if bias is None else common_limits(weights, bias)
    return (
        histogram(weights, limits=limits),
        None if bias is None else histogram(bias, limits=limits),
    )


def _nothing(layout: Layout) -> Figures:
    return np.full((2, layout.n_layers), np.nan)


def _norms(layout: Layout, flat: Array | None) -> Figures:
    """Norms of weights and biases, (2, n_layers)."""
    norms = _nothing(layout)
    if flat is not None:
        _take(norms, layout, flat, ALL_LAYERS)
    return norms


def _take(norms: Figures, layout: Layout, flat: Array, layer: int) -> None:
    for piece in layout.pieces:
        if layer in (ALL_LAYERS, piece.layer):
            kind = 0 if len(piece.shape) == 2 else 1
            with np.errstate(over="ignore", invalid="ignore"):
                norms[kind, piece.layer] = global_norm(flat[piece.start : piece.stop])


def _stacked(all_norms: Iterable[Norms]) -> Norms:
    every = list(all_norms)
    return Norms(
        raw=np.stack([norms.raw for norms in every]),
        gradient=np.stack([norms.gradient for norms in every]),
        values=np.stack([norms.values for norms in every]),
        update=np.stack([norms.update for norms in every]),
    )
