"""Analyses beside the training."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from visualmlp.training.background import BUSY_SHARE, Background, Result

SOON = 10.0


def wait_until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + SOON
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.001)


@pytest.fixture
def background() -> Iterator[Background]:
    made = Background()
    yield made
    made.close()
    assert not made._thread.is_alive()


class Blocker:
    """A job that tells when it has begun and waits until it may end."""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()

    def __call__(self) -> str:
        self.begun.set()
        assert self.may_end.wait(SOON)
        return "blocker"


@pytest.fixture
def blocker(background: Background) -> Iterator[Blocker]:
    """A job of the key "block" that runs until it is let go."""
    job = Blocker()
    background.submit("block", job)
    assert job.begun.wait(SOON)
    yield job
    job.may_end.set()


def work(seconds: float) -> None:
    """Keep a core busy for so much of the thread's own time."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def results(background: Background, count: int) -> list[Result]:
    found: list[Result] = []
    wait_until(lambda: found.extend(background.take()) or len(found) >= count)
    return found


def test_a_job_gives_its_result_once(background: Background) -> None:
    background.submit("a", lambda: 42)
    assert results(background, 1) == [Result("a", 42)]
    assert background.take() == []


def test_jobs_run_on_their_own_thread(background: Background) -> None:
    background.submit("a", threading.current_thread)
    [result] = results(background, 1)
    assert result.value is background._thread
    assert result.value is not threading.current_thread()


def test_the_newest_job_of_a_key_wins(background: Background, blocker: Blocker) -> None:
    done: list[int] = []
    for k in range(5):
        background.submit("a", lambda k=k: done.append(k) or k)
    blocker.may_end.set()
    assert results(background, 2) == [Result("block", "blocker"), Result("a", 4)]
    assert done == [4]


def test_a_job_that_runs_is_not_replaced_but_followed(
    background: Background, blocker: Blocker
) -> None:
    background.submit("block", lambda: "second")
    assert background.is_busy("block")
    blocker.may_end.set()
    values: list[object] = []
    wait_until(lambda: values.extend(r.value for r in background.take()) or "second" in values)
    assert values in (["blocker", "second"], ["second"])


def test_results_come_in_the_order_of_the_jobs(background: Background, blocker: Blocker) -> None:
    for key in "cab":
        background.submit(key, lambda key=key: key.upper())
    blocker.may_end.set()
    assert [result.value for result in results(background, 4)] == ["blocker", "C", "A", "B"]


def test_an_error_is_a_result_and_the_next_job_runs(background: Background) -> None:
    def fail() -> None:
        raise ZeroDivisionError("oh")

    background.submit("a", fail)
    [result] = results(background, 1)
    assert (result.key, result.value) == ("a", None)
    assert isinstance(result.error, ZeroDivisionError)
    background.submit("a", lambda: 1)
    assert results(background, 1) == [Result("a", 1)]


def test_busy_until_the_result_is_taken(background: Background, blocker: Blocker) -> None:
    background.submit("waiting", lambda: None)
    assert background.is_busy("block")
    assert background.is_busy("waiting")
    assert not background.is_busy("other")
    blocker.may_end.set()
    wait_until(lambda: len(background._results) == 2)
    assert background.is_busy("block")
    background.take()
    assert not background.is_busy("block")
    assert not background.is_busy("waiting")


def test_clear_drops_what_waits_what_runs_and_what_is_done(
    background: Background, blocker: Blocker
) -> None:
    ran: list[str] = []
    background.submit("waiting", lambda: ran.append("waiting"))
    background.clear()
    blocker.may_end.set()
    background.submit("new", lambda: "new")
    assert results(background, 1) == [Result("new", "new")]
    assert ran == []
    background.submit("done", lambda: 1)
    wait_until(lambda: background._results)
    background.clear()
    assert background.take() == []


def test_close_ends_the_thread_after_the_present_job() -> None:
    background, job = Background(), Blocker()
    background.submit("block", job)
    background.submit("never", lambda: pytest.fail("it was closed"))
    assert job.begun.wait(SOON)
    threading.Timer(0.02, job.may_end.set).start()
    background.close()
    assert not background._thread.is_alive()


def test_throttled_jobs_take_a_share_of_the_time(background: Background) -> None:
    background.throttled = True
    assert background.throttled
    began = time.perf_counter()
    for _ in range(2):
        background.submit("a", lambda: work(0.03))
        results(background, 1)
    assert time.perf_counter() - began > 0.03 / BUSY_SHARE


def test_a_heavy_job_does_not_hold_up_light_ones(background: Background) -> None:
    background.throttled = True
    background.submit("heavy", lambda: work(0.2))
    results(background, 1)
    background.submit("heavy", lambda: "heavy")
    background.submit("light", lambda: "light")
    assert results(background, 1) == [Result("light", "light")]
    assert background.is_busy("heavy")
    assert not background.is_running("heavy")


def test_waiting_is_no_work(background: Background) -> None:
    background.throttled = True
    background.submit("waits", lambda: time.sleep(0.3))
    results(background, 1)
    began = time.perf_counter()
    background.submit("waits", lambda: "again")
    results(background, 1)
    assert time.perf_counter() - began < 0.3 * (1 / BUSY_SHARE - 1)


def test_jobs_do_not_rest_while_nothing_trains(background: Background) -> None:
    began = time.perf_counter()
    for key in "ab":
        background.submit(key, lambda: work(0.2))
    results(background, 2)
    assert time.perf_counter() - began < 0.2 / BUSY_SHARE


def test_the_rest_ends_when_training_does(background: Background) -> None:
    background.throttled = True
    background.submit("long", lambda: work(0.5))
    results(background, 1)
    background.submit("next", lambda: "next")
    background.throttled = False
    began = time.perf_counter()
    assert results(background, 1) == [Result("next", "next")]
    assert time.perf_counter() - began < 1.5


def test_closing_does_not_wait_for_the_rest() -> None:
    background = Background()
    background.throttled = True
    background.submit("long", lambda: work(0.5))
    results(background, 1)
    began = time.perf_counter()
    background.close()
    assert time.perf_counter() - began < 1.5
