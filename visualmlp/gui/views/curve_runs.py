"""What the curves of a run are made from, kept up to date with what it has grown by."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.smoothing import moving_mean
from visualmlp.gui.views.epoch_table import Columns, EpochTable
from visualmlp.gui.widgets.growing import Growing
from visualmlp.training.history import History, StepLog

Axis = Literal["step", "epoch"]
Values = npt.NDArray[np.float64]

CLOSE = 1e-9
"""Two places on the axis of epochs that differ by less are the same."""


class RunColumns:
    """Columns of a growing history; following it costs no more than what is new."""

    def __init__(self) -> None:
        self._log: StepLog | None = None
        self._table = EpochTable()
        self._x: dict[Axis, Positions] = {}
        self._means: dict[tuple[str, int], Means] = {}
        self.steps: Columns = {}
        self.epochs: Columns = {}

    def follow(self, history: History, n_batches: int) -> RunColumns:
        """Take what a history has by now; ``n_batches`` are those of the epochs to come."""
        if history.steps is not self._log:
            self._log = history.steps
            self._x = {"step": Positions(), "epoch": Positions()}
            self._means = {}
        self.epochs = self._table.columns(history)
        self.steps = step_columns(history.steps)
        self._n_batches = n_batches
        return self

    @property
    def n_steps(self) -> int:
        """Steps made."""
        return len(self.steps["loss"])

    def x(self, axis: Axis) -> Values:
        """x of every step: its number, or the epochs done with the fraction of the present one."""
        if axis == "step":
            return self._x[axis].numbered(self.n_steps)
        return self._x[axis].placed(self.n_steps, self.epochs, self._n_batches)

    def smoothed(self, figure: str, window: int, axis: Axis) -> tuple[Values, Values]:
        """x and y of the means of so many steps each: they lie on the steps that they average."""
        means = self._means.setdefault((figure, window), Means(window))
        y = means.of(self.steps[figure])
        first = (window - 1) // 2
        return self.x(axis)[first : first + len(y)], y


class Positions:
    """x of growing steps. What was given out stays as it is."""

    def __init__(self) -> None:
        self._x = Growing()
        self._n_batches = 0

    def numbered(self, count: int) -> Values:
        """The numbers of the steps."""
        self._x.extend(np.arange(len(self._x), count, dtype=np.float64))
        return self._x.values[:count]

    def placed(self, count: int, records: Columns, n_batches: int) -> Values:
        """The epochs done at every step: as recorded, and beyond that as planned."""
        steps, epochs = records["step"], records["epoch"]
        known = len(self._x)
        if known and not self._goes_on(steps, epochs, n_batches):
            self._x, known = Growing(), 0
        self._n_batches = n_batches
        new = np.arange(known, count, dtype=np.float64)
        beyond = epochs[-1] + (new - steps[-1]) / n_batches
        self._x.extend(np.where(new > steps[-1], beyond, np.interp(new, steps, epochs)))
        return self._x.values[:count]

    def _goes_on(self, steps: Values, epochs: Values, n_batches: int) -> bool:
        """Whether epochs have the lengths that were planned."""
        last = min(int(steps[-1]), len(self._x) - 1)
        away = abs(self._x.values[last] - np.interp(last, steps, epochs))
        return n_batches == self._n_batches and bool(away < CLOSE)


class Means:
    """Moving means of a growing column, whose beginning stays the same."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._means = Growing()

    def of(self, values: Values) -> Values:
        """All means so far. They are the same bits as if they were computed at once."""
        known = len(self._means)
        start = known - known % self._window
        self._means.put(known, moving_mean(values[start:], self._window)[known - start :])
        return self._means.values


def step_columns(log: StepLog) -> Columns:
    """All columns of a log that may grow meanwhile, equally long."""
    columns = {name: log.column(name) for name in StepLog.COLUMNS}
    count = min(map(len, columns.values()))
    return {name: column[:count] for name, column in columns.items()}
