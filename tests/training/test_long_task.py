"""Tasks beside the training: result, progress, errors, cancelling, rest while training runs."""

import time
from collections.abc import Callable

import pytest

from visualmlp.training import long_task
from visualmlp.training.long_task import LongTask, Progress, Report


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.002)


def test_a_task_reports_and_returns() -> None:
    def count(report: Report) -> str:
        for i in range(5):
            report(i + 1, 5)
        return "counted"

    task = LongTask(count)
    wait_for(lambda: task.is_done)
    assert (task.result, task.error, task.progress) == ("counted", None, Progress(5, 5))


def test_an_error_is_kept_for_whoever_started_the_task() -> None:
    def fail(_report: Report) -> None:
        raise ValueError("no")

    task = LongTask(fail)
    wait_for(lambda: task.is_done)
    assert isinstance(task.error, ValueError)
    assert task.result is None


def endless(report: Report) -> None:
    while True:
        report(1, 0)


def test_a_cancelled_task_ends_at_its_next_report() -> None:
    task = LongTask(endless)
    wait_for(lambda: task.progress.done == 1)
    task.cancel(wait=True)
    assert task.is_done
    assert task.result is None
    assert task.error is None


def test_cancelling_ends_a_rest_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_task, "BUSY_SHARE", 1e-9)
    task = LongTask(endless, is_throttled=lambda: True)
    wait_for(lambda: task.progress.done == 1)
    task.cancel()
    wait_for(lambda: task.is_done)


def test_a_task_rests_while_training_runs() -> None:
    reports: list[float] = []

    def work(report: Report) -> None:
        for i in range(4):
            until = time.perf_counter() + 0.01
            while time.perf_counter() < until:
                pass
            reports.append(time.perf_counter())
            report(i, 4)

    task = LongTask(work, is_throttled=lambda: True)
    wait_for(lambda: task.is_done)
    assert reports[-1] - reports[0] >= 3 * 0.01 / long_task.BUSY_SHARE
