"""What a run records: columns that grow while others read."""

from __future__ import annotations

import threading
from math import nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.training.history import EpochRecord, Evaluation, History, StepLog

Row = tuple[float, float, float]
rows = st.tuples(*[st.floats(allow_nan=False, width=64)] * 3)
actions = st.one_of(
    st.tuples(st.just("append"), st.lists(rows, min_size=1, max_size=5)),
    st.tuples(st.just("truncate"), st.integers(0, 12)),
    st.tuples(st.just("rebuild"), st.none()),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(actions, max_size=12), st.integers(0, 3))
def test_a_log_behaves_like_a_list(todo: list[tuple[str, object]], near_full: int) -> None:
    log, known = StepLog(), []
    for k in range(1024 - near_full if near_full else 0):
        log.append(k, 0, 0)
        known.append((float(k), 0.0, 0.0))
    for kind, value in todo:
        if kind == "append":
            for row in value:  # type: ignore[attr-defined]
                log.append(*row)
            known += value  # type: ignore[operator]
        elif kind == "truncate":
            log = log.until(value)  # type: ignore[arg-type]
            known = known[:value]  # type: ignore[misc]
        else:
            log = StepLog.from_table(log.table())
        assert len(log) == len(known)
        assert log.table().tolist() == [list(row) for row in known]
        for i, name in enumerate(StepLog.COLUMNS):
            assert log.column(name).tolist() == [row[i] for row in known]
        if known:
            assert log.row(-1) == known[-1]
            assert log.row(len(known) // 2) == known[len(known) // 2]


@pytest.mark.parametrize("count", [0, 1, 1023, 1024, 1025, 3000])
def test_growing_and_rebuilding_keep_every_row(count: int) -> None:
    log = StepLog()
    for k in range(count):
        log.append(k, 2 * k, 3 * k)
    again = StepLog.from_table(log.table())
    again.append(-1, -2, -3)
    expected = np.arange(count)[:, None] * [1, 2, 3]
    assert np.array_equal(log.table(), expected)
    assert np.array_equal(again.table(), [*expected, (-1, -2, -3)])


def test_the_beginning_of_a_log_is_a_log_of_its_own() -> None:
    log = StepLog()
    for k in range(3):
        log.append(k, k, k)
    loss = log.column("loss")
    shorter = log.until(1)
    shorter.append(9, 9, 9)
    assert loss.tolist() == log.column("loss").tolist() == [0, 1, 2]
    assert shorter.column("loss").tolist() == [0, 9]


def test_columns_are_read_only_and_stay_as_they_were() -> None:
    log = StepLog()
    log.append(1, 2, 3)
    loss = log.column("loss")
    for k in range(2000):
        log.append(k, k, k)
    assert loss.tolist() == [1]
    with pytest.raises(ValueError, match="read-only"):
        loss[0] = 2


@pytest.mark.parametrize("step", [3, -4, 1023])
def test_a_step_that_was_not_recorded_is_an_error(step: int) -> None:
    log = StepLog()
    for k in range(3):
        log.append(k, k, k)
    with pytest.raises(IndexError):
        log.row(step)


def test_until_beyond_the_end_is_all_of_it() -> None:
    log = StepLog()
    log.append(1, 2, 3)
    assert log.until(5).table().tolist() == [[1, 2, 3]]


def test_tables_are_copies() -> None:
    log = StepLog()
    log.append(1, 2, 3)
    log.table()[0, 0] = 7
    assert log.row(0) == (1, 2, 3)


def test_a_reader_never_sees_what_was_not_written() -> None:
    """Each row tells its step; a column holds the steps in order, also while the table grows."""
    log, stop, wrong = StepLog(), threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            values = log.column("loss").copy()
            if not np.array_equal(values, np.arange(len(values))):
                wrong.append(values)

    reader = threading.Thread(target=read)
    reader.start()
    for step in range(60_000):
        log.append(step, 0, 0)
    stop.set()
    reader.join()
    assert not wrong


def record(step: int, epoch: int) -> EpochRecord:
    return EpochRecord(step, epoch, Evaluation(0.5, 0.9, nan, 10), None)


def test_a_history_until_a_step_lacks_what_came_after_it() -> None:
    history = History()
    for step in range(10):
        history.steps.append(step, 0, 0)
    history.epochs += [record(0, 0), record(4, 1), record(8, 2)]
    for step, epochs in ((4, [0, 1]), (3, [0]), (99, [0, 1, 2])):
        earlier = history.until(step)
        assert len(earlier.steps) == min(step, 10)
        assert [known.epoch for known in earlier.epochs] == epochs
    assert len(history.steps) == 10
    assert len(history.epochs) == 3
