"""Which units and links of a network a diagram shows: windows of wide layers, strongest links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from visualmlp.engine import Array

Places = npt.NDArray[np.intp]
Strength = Literal["weight", "contribution"]

ADVANTAGE = 1.5
"""A unit that is not shown takes a shown one's place when it is so many times as strong: without
it, two of about the same strength would change places with every step of a training."""


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The units of a layer that are shown; the others are folded away.

    Attributes
    ----------
    n_units
        All of the layer.
    shown
        Numbers of the shown units, ascending.
    n_before, n_after
        How many are folded away before and after them. Of the strongest units, which may stand
        anywhere, all that are weaker count as after.
    """

    n_units: int
    shown: Places
    n_before: int = 0
    n_after: int = 0

    @property
    def is_folded(self) -> bool:
        """Whether units are missing."""
        return len(self.shown) < self.n_units


def by_number(n_units: int, most: int, start: int = 0, always: int | None = None) -> Window:
    """As many consecutive units as may be shown.

    Parameters
    ----------
    n_units
        Units of the layer.
    most
        How many may be shown, at least 1.
    start
        The first of them, as far as there are enough after it.
    always
        A unit that is shown wherever the window is; it takes the last place of it.
    """
    if n_units <= most:
        return Window(n_units, np.arange(n_units))
    others = most - 1  # beside the one that is always shown
    if always is not None and always < min(start, n_units - others):
        start = min(start, n_units - others)
        shown = np.append(always, np.arange(start, start + others))
        return Window(n_units, shown, start - 1, n_units - start - others)
    start = min(max(start, 0), n_units - most)
    stop = start + most
    if always is not None and always >= stop:
        shown = np.append(np.arange(start, stop - 1), always)
        return Window(n_units, shown, start, n_units - stop)
    return Window(n_units, np.arange(start, stop), start, n_units - stop)


def by_strength(
    scores: Array, most: int, shown: Places | None = None, always: int | None = None
) -> Window:
    """The strongest units, in the order of their numbers.

    Parameters
    ----------
    scores
        How strong each unit is, (n_units,), at least 0; NaN counts as strongest.
    most
        How many may be shown, at least 1.
    shown
        Units shown before: each stays until another is ``ADVANTAGE`` times as strong.
    always
        A unit that is shown however strong it is.
    """
    n_units = scores.size
    if n_units <= most:
        return Window(n_units, np.arange(n_units))
    comparable = np.where(np.isnan(scores), np.inf, scores)
    if shown is None or len(shown) != most or int(shown.max()) >= n_units:
        chosen = np.argpartition(comparable, n_units - most)[-most:]
    else:
        chosen = _renewed(comparable, shown)
    if always is not None and always not in chosen:
        chosen = chosen.copy()
        chosen[np.argmin(comparable[chosen])] = always
    return Window(n_units, np.sort(chosen), 0, n_units - most)


def _renewed(scores: Array, shown: Places) -> Places:
    """The shown units, the weakest replaced by others that are much stronger."""
    outside = np.ones(scores.size, bool)
    outside[shown] = False
    others = np.flatnonzero(outside)
    weakest = shown[np.argsort(scores[shown], kind="stable")]
    strongest = others[np.argsort(-scores[others], kind="stable")]
    n = min(len(weakest), len(strongest))
    is_better = scores[strongest[:n]] > ADVANTAGE * scores[weakest[:n]]
    n_new = int(is_better.sum())  # better ones come first: strengths fall, weak ones' rise
    return np.concatenate([weakest[n_new:], strongest[:n_new]])


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Some links between two layers, in the order of their sources; arrays are (n_links,).

    Attributes
    ----------
    sources, units
        Numbers of the input, or of the unit of the layer before, and of the unit it leads to.
    weights, values
        The weight, and the input or activation that it multiplies.
    of_pick
        Whether the link leads to the picked unit or comes from it.
    n_links
        All links between the layers.
    """

    sources: Places
    units: Places
    weights: Array
    values: Array
    of_pick: npt.NDArray[np.bool_]
    n_links: int

    @property
    def contributions(self) -> Array:
        """What each link adds to z of its unit: w · a."""
        with np.errstate(all="ignore"):
            return self.weights * self.values

    def numbers(self, by: Strength) -> Array:
        """The signed numbers whose size is the strength."""
        return self.weights if by == "weight" else self.contributions


def unit_scores(weights: Array, values: Array, by: Strength) -> Array:
    """How strong each source of a layer is: the sum of its links' strengths, (n_in,).

    Parameters
    ----------
    weights
        (n_in, n_out).
    values
        Inputs or activations, (n_in,).
    by
        Strength of a link: \\|w\\| or \\|w · a\\|.
    """
    with np.errstate(all="ignore"):
        sums: Array = np.abs(weights).sum(axis=1)
        return sums if by == "weight" else sums * np.abs(values)


def strongest_links(
    weights: Array,
    values: Array,
    by: Strength,
    most: int,
    *,
    shown: tuple[Places, Places],
    pick: tuple[int | None, int | None] = (None, None),
    weight: tuple[int, int] | None = None,
) -> Links:
    """The strongest links between shown units.

    Parameters
    ----------
    weights
        (n_in, n_out).
    values
        Inputs or activations of the sources, (n_in,).
    by
        What makes a link strong.
    most
        How many are wanted; where there are more, none is shown whose strength is 0.
    shown
        The sources and the units they lead to.
    pick
        A picked source and a picked unit: as many of their own strongest links come in addition.
    weight
        Source and unit of a link that is always among them.
    """
    rows, columns = shown
    strengths = _strengths(weights, values, by, rows, columns)
    least = -1.0 if strengths.size <= most else 0.0
    found = _largest(strengths, most, least)
    for axis, (picked, numbers) in enumerate(zip(pick, shown, strict=True)):
        at = np.flatnonzero(numbers == picked) if picked is not None else ()
        for place in at:
            best = _largest(np.take(strengths, [place], axis=axis), most, least)
            wide = len(columns)
            found = np.append(found, place * wide + best if axis == 0 else best * wide + place)
    if weight is not None:
        row, column = np.flatnonzero(rows == weight[0]), np.flatnonzero(columns == weight[1])
        found = np.append(found, row[:1] * len(columns) + column[:1])
    at_row, at_column = np.divmod(np.unique(found.astype(np.intp)), max(len(columns), 1))
    sources, units = rows[at_row], columns[at_column]
    of_pick = (sources == _number(pick[0])) | (units == _number(pick[1]))
    return Links(
        *(sources, units, weights[sources, units], values[sources], of_pick),
        n_links=weights.size,
    )


def fair_shares(totals: Sequence[int], most: int) -> tuple[int, ...]:
    """Divide a number among several as evenly as their totals allow.

    What one cannot use goes to the others; the sum is ``most``, or of all totals if that is less.
    """
    shares = [0] * len(totals)
    left = min(most, sum(totals))
    by_size = sorted(range(len(totals)), key=lambda i: totals[i])
    for n_done, i in enumerate(by_size):
        shares[i] = min(left // (len(totals) - n_done), totals[i])
        left -= shares[i]
    return tuple(shares)


def _strengths(weights: Array, values: Array, by: Strength, rows: Places, columns: Places) -> Array:
    """Of all links between shown units, (n_rows, n_columns); infinite where not a number."""
    chosen: Array = weights[_as_slice(rows)][:, _as_slice(columns)]
    with np.errstate(all="ignore"):
        strengths: Array = np.abs(chosen)
        if by == "contribution":
            strengths = strengths * np.abs(values[rows])[:, None]
    np.copyto(strengths, np.inf, where=np.isnan(strengths))
    return strengths


def _as_slice(places: Places) -> Any:
    """Consecutive places as a slice, which copies nothing."""
    if len(places) and places[-1] - places[0] + 1 == len(places):
        return slice(int(places[0]), int(places[-1]) + 1)
    return places


def _largest(strengths: Array, most: int, least: float) -> Places:
    """Places of the largest in the flattened array, of those above a limit."""
    flat = strengths.ravel()
    chosen = np.flatnonzero(flat > least)  # first: many zeros make the partition slow
    if most == 0:
        return chosen[:0]
    if len(chosen) > most:
        found: Places = np.argpartition(flat[chosen], len(chosen) - most)[-most:]
        chosen = chosen[found]
    return chosen


def _number(unit: int | None) -> int:
    return -1 if unit is None else unit
