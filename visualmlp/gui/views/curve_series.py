"""The curves of a run's history: what they are called is the view's business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.smoothing import moving_mean
from visualmlp.gui.views.epoch_table import Columns
from visualmlp.gui.widgets.legend_key import Role
from visualmlp.training.history import StepLog
from visualmlp.training.probe import Probe

Axis = Literal["step", "epoch"]
Values = npt.NDArray[np.float64]

STYLES = {"loss": 0, "train": 1, "validation": 2, "learning_rate": 3, "gradient_norm": 4}


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One curve as the plot takes it; ``short`` is its name in the legend."""

    name: str
    short: str
    x: Values
    y: Values
    role: Role
    style_index: int


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What the curves are made from.

    Attributes
    ----------
    axis, window
        What x counts, and how many steps a smoothed value averages.
    figures
        Those to show.
    steps, epochs
        Columns of the history.
    n_batches
        Batches in the present epoch.
    names
        Of the series, in full and short: by figure, by part, and ``smooth.`` with the figure.
    """

    axis: Axis
    window: int
    figures: tuple[str, ...]
    steps: Columns
    epochs: Columns
    n_batches: int
    names: dict[str, tuple[str, str]]


def make_curves(_probe: Probe, *, wanted: Wanted) -> dict[str, list[Series]]:
    """The series of every wanted figure; x is the step, or the epoch with its fraction."""
    x = _positions(wanted)
    return {
        figure: [*_step_series(wanted, figure, x), *_epoch_series(wanted, figure)]
        for figure in wanted.figures
    }


def _positions(wanted: Wanted) -> Values:
    """x of every step."""
    x = np.arange(len(wanted.steps["loss"]), dtype=np.float64)
    if wanted.axis == "step":
        return x
    steps, epochs = wanted.epochs["step"], wanted.epochs["epoch"]
    beyond = epochs[-1] + np.maximum(x - steps[-1], 0) / wanted.n_batches
    return np.where(x > steps[-1], beyond, np.interp(x, steps, epochs))


def _step_series(wanted: Wanted, figure: str, x: Values) -> list[Series]:
    if figure not in wanted.steps:
        return []
    y, style = wanted.steps[figure], STYLES[figure]
    series = [Series(*wanted.names[figure], x, y, "raw", style)]
    if wanted.window > 1 and figure != "learning_rate":
        smooth = moving_mean(y, wanted.window)
        first = (wanted.window - 1) // 2  # centred: the line lies on the values that it averages
        middle = x[first : first + len(smooth)]
        names = wanted.names[f"smooth.{figure}"]
        series.append(Series(*names, middle, smooth, "smooth", style))
    return series


def _epoch_series(wanted: Wanted, figure: str) -> list[Series]:
    x = wanted.epochs[wanted.axis]
    columns = {part: wanted.epochs.get(f"{part}.{figure}") for part in ("train", "validation")}
    return [
        Series(*wanted.names[part], x, y, "line+marks", STYLES[part])
        for part, y in columns.items()
        if part in wanted.names and y is not None
    ]


def step_columns(log: StepLog) -> Columns:
    """All columns of a log that may grow meanwhile, equally long."""
    columns = {name: log.column(name) for name in StepLog.COLUMNS}
    count = min(map(len, columns.values()))
    return {name: column[:count] for name, column in columns.items()}
