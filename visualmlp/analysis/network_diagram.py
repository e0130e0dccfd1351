"""A network and one sample in numbers, as a diagram shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.links import (
    Links,
    Places,
    Strength,
    Window,
    by_number,
    by_strength,
    fair_shares,
    strongest_links,
    unit_scores,
)
from visualmlp.engine import Array, LayerOutput, Parameters

Mask = npt.NDArray[np.bool_]
Order = Literal["strength", "number"]

FOLD_ROWS = 2
"""Rows of a folded column that say how many units are missing, above and below."""

CROWDED = 1.4
"""A layer with up to so many times as many units as there are rows is shown whole all the same."""

BOUNDED = (
    *("sigmoid", "sigmoid_clipped", "tanh", "softmax", "softmax_of_sigmoid"),
    *("normalised_sigmoid", "normalised_sigmoid_surrogate"),
)
"""Activation functions of which 1 is the largest magnitude."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a network is to be shown.

    Attributes
    ----------
    by
        What makes a link strong.
    most_links
        Links in all; as many of the picked unit come in addition.
    most_units
        Rows of a column, one for each unit; a layer that is not to be ``CROWDED`` is folded, and
        ``FOLD_ROWS`` are the signs'.
    order
        Which units of a layer with more: the strongest, or consecutive ones.
    starts
        The first of the consecutive ones, of the inputs and of every layer.
    is_whole
        Whether all inputs are shown, however many: they are the pixels of a picture.
    answer
        The output that stands for the sample's class, which is always shown.
    unit, weight
        The picked unit (layer, unit) and the picked weight (layer, input, unit).
    """

    by: Strength
    most_links: int
    most_units: int
    order: Order
    starts: tuple[int, ...]
    is_whole: bool = False
    answer: int | None = None
    unit: tuple[int, int] | None = None
    weight: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """The inputs, or the units of a layer; arrays are of the shown ones.

    Attributes
    ----------
    window
        Which are shown.
    values
        Inputs or activations.
    z, bias
        Pre-activations and biases; None for the inputs, and where there are no biases.
    limit
        The magnitude of a full mark: 1 where the activation function is bounded by it, otherwise
        the largest of the whole layer.
    """

    window: Window
    values: Array
    z: Array | None
    bias: Array | None
    limit: float


@dataclass(frozen=True, slots=True, eq=False)
class Diagram:
    """Columns, the inputs first, and the links between neighbours.

    Attributes
    ----------
    columns
        One more than layers.
    links
        Those that lead to each layer.
    by
        What makes them strong.
    """

    columns: tuple[Column, ...]
    links: tuple[Links, ...]
    by: Strength

    @property
    def n_links(self) -> int:
        """All links of the network."""
        return sum(links.n_links for links in self.links)

    @property
    def n_shown(self) -> int:
        """How many are shown."""
        return sum(len(links.sources) for links in self.links)


def diagram_of(
    x: Array,
    layers: Sequence[LayerOutput],
    parameters: Parameters,
    activations: Sequence[str],
    wanted: Shown,
    before: Sequence[Places] | None = None,
) -> Diagram:
    """Choose units and links.

    Parameters
    ----------
    x
        The sample as the network gets it, (1, n_inputs).
    layers
        Its z and a in every layer, (1, n_units).
    parameters
        The network's.
    activations
        Names of the layers' activation functions.
    wanted
        What is to be shown.
    before
        The units of every column that were shown before; see
        :func:`~visualmlp.analysis.links.by_strength`.
    """
    values = [x[0], *(layer.a[0] for layer in layers)]
    windows = _windows(values, parameters.weights, wanted, before)
    columns = [
        Column(windows[0], x[0][windows[0].shown], None, None, limit=_largest(x[0])),
        *(
            _column(window, layer, bias, name)
            for window, layer, bias, name in zip(
                windows[1:], layers, parameters.biases, activations, strict=True
            )
        ),
    ]
    return Diagram(
        tuple(columns), _links(values, windows, parameters.weights, wanted), by=wanted.by
    )


def _windows(
    values: Sequence[Array],
    weights: Sequence[Array],
    wanted: Shown,
    before: Sequence[Places] | None,
) -> list[Window]:
    windows = []
    most = max(wanted.most_units - FOLD_ROWS, 1)
    for i, column in enumerate(values):
        is_last = i == len(weights)
        always = _always(wanted, i)
        if always is None and is_last:
            always = wanted.answer
        if column.size <= CROWDED * wanted.most_units or (i == 0 and wanted.is_whole):
            windows.append(Window(column.size, np.arange(column.size)))
        elif wanted.order == "number":
            windows.append(by_number(column.size, most, wanted.starts[i], always))
        else:
            scores = np.abs(column) if is_last else unit_scores(weights[i], column, wanted.by)
            shown = before[i] if before is not None else None
            windows.append(by_strength(scores, most, shown, always))
    return windows


def _always(wanted: Shown, column: int) -> int | None:
    """What is picked in a column: the unit, or the source of the weight."""
    if wanted.unit is not None and wanted.unit[0] + 1 == column:
        return wanted.unit[1]
    if wanted.weight is not None and wanted.weight[0] == column:
        return wanted.weight[1]
    return None


def _column(window: Window, layer: LayerOutput, bias: Array | None, activation: str) -> Column:
    shown = window.shown
    return Column(
        window,
        layer.a[0][shown],
        layer.z[0][shown],
        None if bias is None else bias[shown],
        limit=1.0 if activation in BOUNDED else _largest(layer.a[0]),
    )


def _largest(values: Array) -> float:
    """The largest finite magnitude; 1 if there is none above 0."""
    magnitudes = np.abs(values[np.isfinite(values)])
    return float(magnitudes.max()) if magnitudes.size and magnitudes.max() > 0 else 1.0


def _links(
    values: Sequence[Array], windows: Sequence[Window], weights: Sequence[Array], wanted: Shown
) -> tuple[Links, ...]:
    shown = [window.shown for window in windows]
    totals = [len(shown[i]) * len(shown[i + 1]) for i in range(len(weights))]
    shares = fair_shares(totals, wanted.most_links)
    found = []
    for i, (share, array) in enumerate(zip(shares, weights, strict=True)):
        unit, weight = wanted.unit, wanted.weight
        source = unit[1] if unit is not None and unit[0] + 1 == i else None
        target = unit[1] if unit is not None and unit[0] == i else None
        found.append(
            strongest_links(
                *(array, values[i], wanted.by, share),
                shown=(shown[i], shown[i + 1]),
                pick=(source, target),
                weight=weight[1:] if weight is not None and weight[0] == i else None,
            )
        )
    return tuple(found)


def unit_states(parameters: Parameters, frozen: Parameters) -> list[tuple[Mask, Mask]]:
    """Of every layer which units are silenced, and which are frozen, (n_units,) each.

    A frozen unit's incoming weights and bias are all frozen; a silenced one's outgoing weights
    are all 0 and frozen (of an output: all that makes it).

    Parameters
    ----------
    parameters
        The network's.
    frozen
        Which of them no update changes: booleans in the same shapes.
    """
    last = len(parameters.weights) - 1
    states = []
    for i in range(last + 1):
        is_frozen = _all_of_units(frozen.weights[i], frozen.biases[i])
        if i < last:
            weights: Array = parameters.weights[i + 1]
            is_silent = frozen.weights[i + 1].all(axis=1) & ~weights.any(axis=1)
        else:
            bias = parameters.biases[i]
            is_zero = _all_of_units(parameters.weights[i] == 0, None if bias is None else bias == 0)
            is_silent = is_frozen & is_zero
        states.append((np.asarray(is_silent, bool), is_frozen))
    return states


def _all_of_units(weights: npt.NDArray[Any], bias: npt.NDArray[Any] | None) -> Mask:
    """Whether a condition holds for all that makes a unit, (n_units,)."""
    held = weights.all(axis=0)
    return np.asarray(held if bias is None else held & (bias != 0), bool)
