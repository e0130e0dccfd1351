"""What a network computes on a grid over its one or two inputs, and for the samples there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.least_squares import Line
from visualmlp.analysis.mistakes import predictions
from visualmlp.analysis.regions import Limits, cell_centres, decisions, grid_points
from visualmlp.engine import Array, rmse
from visualmlp.gui.views.fitted_lines import Comparison, compare, least_squares
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup

CURVE_POINTS = 500
MOST_POINTS = 2_000
"""Samples drawn, of each part."""

CHUNK = 4096
"""Grid points evaluated at once, so that wide layers do not take much memory."""

Unit = tuple[int, int]
EVERY = -1
"""As the number of a unit: all units of the layer."""

MOST_CURVES = 32
"""Units of a layer that are drawn as curves over each other: its first ones."""

MOST_CELLS, SIDES = 400_000, (24, 64)
"""Cells of all small planes together, and the least and most along an edge of one."""


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """The samples to draw: those of the training part, then those of the validation part.

    Attributes
    ----------
    raw, scaled
        (n, n_inputs), as stored and as the network gets them.
    targets, labels
        (n, n_outputs); (n,), None for regression.
    n_train, total_train, total_validation
        Samples drawn of the training part, and of each part altogether.
    line
        The line of least squares through the whole training part; None unless one input is to
        give one number.
    """

    raw: Array
    scaled: Array
    targets: Array
    labels: Array | None
    n_train: int
    total_train: int
    total_validation: int
    line: Line | None

    @property
    def is_validation(self) -> npt.NDArray[np.bool_]:
        """(n,)"""
        return np.arange(len(self.raw)) >= self.n_train


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """What the network computes at every point of a grid.

    Attributes
    ----------
    unit
        Layer and unit, or ``EVERY`` unit, whose activations these are; None for all outputs.
    at
        The grid's points in raw units, (n, n_inputs).
    values
        (n, n_outputs), or (n, n_units), or (n, 1) for a unit.
    classes, confidence
        Of a plane's cells, if classes were asked for.
    wrong
        Which samples are predicted wrong, (n_samples,); none for regression.
    errors
        RMSE of the training and of the validation samples; NaN for classes.
    n_nan
        Points of the grid whose outputs are NaN.
    comparison
        With the line of least squares, if that was asked for.
    """

    unit: Unit | None
    at: Array
    values: Array
    classes: npt.NDArray[np.intp] | None
    confidence: npt.NDArray[np.float64] | None
    wrong: npt.NDArray[np.bool_]
    errors: tuple[float, float]
    n_nan: int
    comparison: Comparison | None


def collect_samples(setup: Setup) -> Samples:
    """The first samples of the training and the validation part."""
    data, dtype = setup.data, np.dtype(setup.dtype)
    whole = data.train, data.validation
    parts = [part.rows(np.arange(min(len(part), MOST_POINTS))) for part in whole]
    labels = [part.labels for part in parts if part.labels is not None]
    return Samples(
        raw=np.concatenate([data.raw(part) for part in parts]).astype(np.float64),
        scaled=np.concatenate([data.inputs(part, dtype) for part in parts]),
        targets=np.concatenate([data.targets(part, dtype) for part in parts]),
        labels=np.concatenate(labels) if labels else None,
        n_train=len(parts[0]),
        total_train=len(data.train),
        total_validation=len(data.validation),
        line=least_squares(data),
    )


def compute_surface(
    probe: Probe,
    *,
    frame: Frame,
    samples: Samples,
    limits: Limits,
    unit: Unit | None,
    resolution: int,
    least: Line | None = None,
) -> Surface:
    """Evaluate the network, or one unit, on a grid in raw units, and the samples.

    ``least`` is the line of least squares, to compare the network with.
    """
    flat = len(limits) == 1
    if unit is not None and unit[1] == EVERY:
        resolution = min(resolution, small_side(probe.setup.layers[unit[0]].units))
    at = (
        cell_centres(*limits[0], CURVE_POINTS)[:, None] if flat else grid_points(limits, resolution)
    )
    x = probe.setup.data.scaling.apply(at, np.dtype(probe.setup.dtype))
    values = probe.predict(frame, x) if unit is None else _activations(probe, frame, x, unit)
    classes = confidence = None
    if unit is None and not flat:
        classes, confidence = decisions(values, resolution)
    y = probe.predict(frame, samples.scaled)
    wrong = np.zeros(len(y), bool)
    if samples.labels is not None:
        wrong = predictions(y)[0] != samples.labels
    return Surface(
        unit=unit,
        at=at,
        values=values,
        classes=classes,
        confidence=confidence,
        wrong=wrong,
        errors=_errors(y, samples),
        n_nan=int(np.isnan(values).any(axis=1).sum()),
        comparison=compare(probe, frame, least) if least else None,
    )


def small_side(n_units: int) -> int:
    """Cells along an edge of each plane where all units of a layer are shown."""
    least, most = SIDES
    return min(max(int((MOST_CELLS / n_units) ** 0.5), least), most)


def _activations(probe: Probe, frame: Frame, x: Array, unit: Unit) -> Array:
    layer, number = unit
    columns = slice(None) if number == EVERY else slice(number, number + 1)
    starts = range(0, len(x), CHUNK)
    return np.concatenate(
        [probe.layers(frame, x[i : i + CHUNK])[layer].a[:, columns] for i in starts]
    )


def _errors(y: Array, samples: Samples) -> tuple[float, float]:
    if samples.labels is not None:
        return np.nan, np.nan
    halves = slice(None, samples.n_train), slice(samples.n_train, None)
    with np.errstate(all="ignore"):
        first, second = (
            rmse(y[half], samples.targets[half]) if len(y[half]) else np.nan for half in halves
        )
    return first, second
