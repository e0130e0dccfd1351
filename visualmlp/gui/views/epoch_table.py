"""The epoch records of a growing history as columns, converted once each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from visualmlp.training.history import EpochRecord, Evaluation, History

Columns = dict[str, npt.NDArray[np.float64]]

FIGURES = ("loss", "score", "rmse")
PARTS = ("train", "validation", "test")
NAMES = ("step", "epoch", *(f"{part}.{name}" for part in PARTS for name in FIGURES))
_NAN = (np.nan,) * len(FIGURES)


class EpochTable:
    """Columns of the records so far; a run of many short epochs costs no more than its news."""

    def __init__(self) -> None:
        self._table = np.empty((len(NAMES), 256))
        self._count = 0
        self._last: EpochRecord | None = None

    def columns(self, history: History) -> Columns:
        """Step, epoch and, as ``train.loss`` and so on, the figures of every record, (n,) each.

        Later calls leave the arrays as they are.
        """
        records = history.epochs
        if not self._goes_on(records):
            self._table, self._count = np.empty_like(self._table), 0
        news = records[self._count :]
        self._make_room(self._count + len(news))
        for record in news:
            self._table[:, self._count] = _row(record)
            self._count += 1
        self._last = news[-1] if news else self._last
        return dict(zip(NAMES, self._table[:, : self._count], strict=True))

    def _goes_on(self, records: list[EpochRecord]) -> bool:
        """Whether what was converted is still the beginning of the records."""
        if self._count == 0:
            return True
        return len(records) >= self._count and records[self._count - 1] is self._last

    def _make_room(self, count: int) -> None:
        while count > self._table.shape[1]:
            self._table = np.concatenate([self._table, np.empty_like(self._table)], axis=1)


def _row(record: EpochRecord) -> tuple[float, ...]:
    parts = (record.train, record.validation, record.test)
    return record.step, record.epoch, *(value for part in parts for value in _figures(part))


def _figures(evaluation: Evaluation | None) -> tuple[float, ...]:
    if evaluation is None:
        return _NAN
    return tuple(getattr(evaluation, name) for name in FIGURES)
