"""What a run has recorded: every step and every epoch, in columns that only grow."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[np.float64]


class StepLog:
    """Loss, learning rate and gradient norm of every step.

    One thread appends while others read: a row is complete before table and count are replaced
    by a new pair, and a full or shortened table is replaced by a copy, so a reader never sees half
    a row, or a row of another past, and never waits.
    """

    COLUMNS = ("loss", "learning_rate", "gradient_norm")

    def __init__(self) -> None:
        self._rows: tuple[Column, int] = (np.empty((len(self.COLUMNS), 1024)), 0)

    def __len__(self) -> int:
        return self._rows[1]

    def append(self, loss: float, learning_rate: float, gradient_norm: float) -> None:
        """Record a step: mean loss of its batch, rate used, gradient norm before clipping."""
        table, count = self._rows
        if count == table.shape[1]:
            table = np.concatenate([table, np.empty_like(table)], axis=1)
        table[:, count] = loss, learning_rate, gradient_norm
        self._rows = table, count + 1

    def column(self, name: str) -> Column:
        """The values of one column for all steps so far: a read-only view, step k at index k."""
        table, count = self._rows
        view = table[self.COLUMNS.index(name), :count]
        view.setflags(write=False)
        return view

    def row(self, step: int) -> tuple[float, ...]:
        """The values of one step (-1: the newest), in the order of ``COLUMNS``."""
        table, count = self._rows
        return tuple(table[:, :count][:, step].tolist())

    def until(self, count: int) -> StepLog:
        """A copy of the first steps."""
        table, known = self._rows
        log = StepLog()
        log._rows = table.copy(), min(count, known)
        return log

    def table(self) -> Column:
        """A copy of all rows (n_steps, 3), in the order of ``COLUMNS``."""
        table, count = self._rows
        return table[:, :count].T.copy()

    @classmethod
    def from_table(cls, table: Column) -> StepLog:
        """The log whose :meth:`table` this was."""
        columns = np.empty((len(cls.COLUMNS), max(len(table), 1024)))
        columns[:, : len(table)] = table.T
        log = cls()
        log._rows = columns, len(table)
        return log


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of one part of the data.

    Attributes
    ----------
    loss
        Mean loss over the samples, without penalties.
    score
        Accuracy for classes, R² for regression.
    rmse
        Root of the mean squared error (regression), otherwise NaN.
    n_samples
        Number of samples evaluated.
    """

    loss: float
    score: float
    rmse: float
    n_samples: int


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """The figures at the end of an epoch (or at the start: epoch 0).

    Attributes
    ----------
    step, epoch
        Updates made and epochs completed.
    train, validation, test
        Figures of the parts; None for a part that is empty, or a test part that is not watched.
    """

    step: int
    epoch: int
    train: Evaluation
    validation: Evaluation | None
    test: Evaluation | None = None


@dataclass(slots=True)
class History:
    """Everything recorded of a run."""

    steps: StepLog = field(default_factory=StepLog)
    epochs: list[EpochRecord] = field(default_factory=list)

    def until(self, step: int) -> History:
        """A copy of what was recorded up to state ``step``."""
        epochs = [record for record in self.epochs if record.step <= step]
        return History(self.steps.until(step), epochs)
