"""Views are prepared while they are shown, and drawn in turn while training runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from visualmlp.experiment import find_experiment
from visualmlp.gui import schedule as schedule_module
from visualmlp.gui.picks import Picks
from visualmlp.gui.schedule import Schedule
from visualmlp.training.setup import build
from visualmlp.training.trainer import Trainer


class Shown:
    """A view that counts its jobs and drawings."""

    def __init__(self, name: str, *, shown: bool = True) -> None:
        self.name, self.shown = name, shown
        self.jobs = self.drawn = 0

    def is_shown(self) -> bool:
        return self.shown

    def is_at_work(self) -> bool:
        return False

    def begin(self, setup: object) -> None: ...

    def job(self, frame: object, picks: object) -> Callable[[Any], None]:
        self.jobs += 1
        return lambda _probe: None

    def show_result(self, frame: object, result: object) -> None:
        self.drawn += 1

    def show_error(self, message: str) -> None:
        raise AssertionError(message)


class Room:
    """A schedule with a frame to show."""

    def __init__(self) -> None:
        setup = build(find_experiment("xor"))
        self.schedule = Schedule()
        self.schedule.begin(setup)
        self.frame = Trainer(setup).frame()

    def add(self, *views: Shown) -> None:
        for view in views:
            self.schedule.add(view)

    def tick(self, count: int = 1) -> None:
        for _ in range(count):
            self.schedule.tick(self.frame, Picks())
            time.sleep(0.005)

    def tick_until_drawn(self, view: Shown) -> None:
        deadline = time.perf_counter() + 5
        while not view.drawn and time.perf_counter() < deadline:
            self.tick()


@pytest.fixture
def room() -> Iterator[Room]:
    room = Room()
    yield room
    room.schedule.close()


def test_hidden_views_get_no_job_until_they_tell_that_they_come_up(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule_module, "LOOK_INTERVAL", 1000.0)
    first, second = Shown("first"), Shown("second", shown=False)
    room.add(first, second)
    room.tick_until_drawn(first)
    assert (first.drawn, second.jobs) == (1, 0)

    second.shown = True
    room.schedule.mark_stale("second")
    room.tick_until_drawn(second)
    assert second.drawn == 1


def test_views_that_come_up_in_silence_are_found(room: Room) -> None:
    view = Shown("view", shown=False)
    room.add(view)
    room.tick(2)
    view.shown = True
    room.tick_until_drawn(view)
    assert view.drawn == 1


def test_while_training_runs_views_take_turns(room: Room) -> None:
    views = [Shown("a"), Shown("b"), Shown("c")]
    room.add(*views)
    room.schedule.set_running(True)
    for _ in range(60):
        drawn_before = sum(view.drawn for view in views)
        room.schedule.mark_stale()
        room.tick()
        assert sum(view.drawn for view in views) - drawn_before <= 1
    counts = [view.drawn for view in views]
    assert min(counts) >= 1
    assert max(counts) - min(counts) <= 2


def test_a_new_run_gets_no_job_of_a_view_that_cannot_draw_it(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule_module, "LOOK_INTERVAL", 1000.0)
    view = Shown("view")
    room.add(view)
    room.tick(3)
    asked = view.jobs

    view.shown = False
    room.schedule.begin(build(find_experiment("xor")))
    room.schedule.mark_stale()
    room.tick(3)
    assert view.jobs == asked
