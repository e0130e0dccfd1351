"""The speed limit of a training on its thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from visualmlp.training.runner import Phase

Start = Callable[..., Any]


def test_speed_is_limited(start: Start) -> None:
    runner = start("training.epochs=1000000")
    runner.limit_speed(100)
    runner.run()
    began = time.perf_counter()
    runner.wait_until(lambda: len(runner.history.steps) >= 21)
    assert time.perf_counter() - began > 0.19


def test_pausing_a_slow_run_need_not_wait_for_its_next_step(start: Start) -> None:
    runner = start()
    runner.limit_speed(0.01)
    runner.run()
    runner.wait_for_steps(1)
    runner.pause()
    runner.wait_for(Phase.PAUSED)
    assert len(runner.history.steps) == 1


def test_commands_do_not_speed_a_slow_run_up(start: Start) -> None:
    runner = start()
    runner.limit_speed(0.01)
    runner.run()
    runner.wait_for_steps(1)
    for _ in range(5):
        assert runner.ask(lambda trainer: trainer.step_count) == "1"


@pytest.mark.parametrize("limit", [None, 1000])
def test_a_higher_limit_holds_at_once(limit: float | None, start: Start) -> None:
    runner = start("training.epochs=1000000")
    runner.limit_speed(0.01)
    runner.run()
    runner.wait_for_steps(1)
    runner.limit_speed(limit)
    runner.wait_until(lambda: len(runner.history.steps) > 20)


def test_a_single_slow_step_is_shown_at_once(start: Start) -> None:
    runner = start()
    runner.limit_speed(0.01)
    runner.run_steps(1)
    runner.wait_for_steps(1)
    runner.wait_for(Phase.PAUSED)
    assert runner.drain().step == 1
