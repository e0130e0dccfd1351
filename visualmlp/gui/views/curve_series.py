"""The curves of the histories of a run and of runs kept; their names are made elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.smoothing import moving_mean
from visualmlp.gui.views.curve_names import Names
from visualmlp.gui.views.epoch_table import PARTS, Columns
from visualmlp.gui.widgets.legend_key import Role
from visualmlp.training.history import StepLog

Axis = Literal["step", "epoch"]
Values = npt.NDArray[np.float64]

STYLES = {
    "loss": 0,
    "train": 1,
    "validation": 2,
    "test": 3,
    "gradient_norm": 4,
    "learning_rate": 5,
}
DASHED = {"test": 1}
"""Series of the present run whose line has gaps; those of kept runs have them by their run."""

FIRST_KEPT = 2
"""Number of the dashes of the first kept run."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One curve as the plot takes it; ``short`` is its name in the legend."""

    name: str
    short: str
    x: Values
    y: Values
    role: Role
    style_index: int
    pale: bool = False
    dashes: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class RunColumns:
    """What is known of one run.

    Attributes
    ----------
    steps, epochs
        Columns of its history.
    n_batches
        Batches in the present epoch.
    names
        Of its series.
    """

    steps: Columns
    epochs: Columns
    n_batches: int
    names: Names


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What the curves are made from.

    Attributes
    ----------
    axis, window
        What x counts, and how many steps a smoothed value averages.
    figures
        Those to show.
    run, kept
        The present run, and the kept ones.
    """

    axis: Axis
    window: int
    figures: tuple[str, ...]
    run: RunColumns
    kept: tuple[RunColumns, ...] = ()


def make_curves(wanted: Wanted) -> dict[str, list[Series]]:
    """The series of every wanted figure; x is the step, or the epoch with its fraction."""
    x = _positions(wanted.run, wanted.axis)
    curves = {
        figure: [*_step_series(wanted, figure, x), *_epoch_series(wanted, figure)]
        for figure in wanted.figures
    }
    for number, run in enumerate(wanted.kept, FIRST_KEPT):
        x = _positions(run, wanted.axis)
        for figure, series in curves.items():
            series += _kept_series(run, wanted, figure, x, number)
    return curves


def _positions(run: RunColumns, axis: Axis) -> Values:
    """x of every step."""
    x = np.arange(len(run.steps["loss"]), dtype=np.float64)
    if axis == "step":
        return x
    steps, epochs = run.epochs["step"], run.epochs["epoch"]
    beyond = epochs[-1] + np.maximum(x - steps[-1], 0) / run.n_batches
    return np.where(x > steps[-1], beyond, np.interp(x, steps, epochs))


def _step_series(wanted: Wanted, figure: str, x: Values) -> list[Series]:
    run = wanted.run
    if figure not in run.steps:
        return []
    y, style = run.steps[figure], STYLES[figure]
    series = [Series(*run.names[figure], x, y, "raw", style)]
    if wanted.window > 1 and figure != "learning_rate":
        names = run.names[f"smooth.{figure}"]
        series.append(Series(*names, *_smooth(x, y, wanted.window), "smooth", style))
    return series


def _smooth(x: Values, y: Values, window: int) -> tuple[Values, Values]:
    smooth = moving_mean(y, window)
    first = (window - 1) // 2  # centred: the line lies on the values that it averages
    return x[first : first + len(smooth)], smooth


def _epoch_series(wanted: Wanted, figure: str) -> list[Series]:
    return [
        Series(*names, x, y, "line+marks", STYLES[part], dashes=DASHED.get(part, 0))
        for part, names, x, y in _by_part(wanted.run, wanted.axis, figure)
    ]


def _kept_series(
    run: RunColumns, wanted: Wanted, figure: str, x: Values, dashes: int
) -> list[Series]:
    """The curves of a kept run: one line a figure and part, without marks."""
    lines = [
        (STYLES[part], names, positions, y)
        for part, names, positions, y in _by_part(run, wanted.axis, figure)
    ]
    if figure in run.steps:
        y, name = run.steps[figure], figure
        if 1 < wanted.window <= len(y) and figure != "learning_rate":
            (x, y), name = _smooth(x, y, wanted.window), f"smooth.{figure}"
        lines.insert(0, (STYLES[figure], run.names[name], x, y))
    return [
        Series(*names, positions, y, "raw", style, pale=True, dashes=dashes)
        for style, names, positions, y in lines
    ]


def _by_part(
    run: RunColumns, axis: Axis, figure: str
) -> list[tuple[str, tuple[str, str], Values, Values]]:
    """Part, names, x and y of the figures at the ends of epochs."""
    return [
        (part, run.names[part], run.epochs[axis], run.epochs[f"{part}.{figure}"])
        for part in PARTS
        if part in run.names and f"{part}.{figure}" in run.epochs
    ]


def step_columns(log: StepLog) -> Columns:
    """All columns of a log that may grow meanwhile, equally long."""
    columns = {name: log.column(name) for name in StepLog.COLUMNS}
    count = min(map(len, columns.values()))
    return {name: column[:count] for name, column in columns.items()}
