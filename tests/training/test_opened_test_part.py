"""The test part is closed until somebody opens it, and the timeline keeps that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from visualmlp.experiment import Experiment
from visualmlp.training.setup import build
from visualmlp.training.timeline import Event, Resume, Timeline
from visualmlp.training.trainer import Trainer

MakeExperiment = Callable[..., Experiment]
WATCHING = ("data.test_fraction=0.2", "training.watch_test=true")


def test_the_first_look_is_kept_and_no_other() -> None:
    timeline = Timeline()
    assert timeline.test_opening is None
    timeline.mark(Event(2, "stopped: the test part is large"))
    assert timeline.test_opening is None
    timeline.open_test(7)
    timeline.open_test(3, "by a lesson")
    assert timeline.test_opening == Event(7, "test part opened")
    assert len(timeline.events) == 2


@pytest.mark.parametrize(("fork", "step"), [(4, 4), (7, 7), (9, 7)])
def test_a_fork_has_it_open_since_it_left_at_the_latest(fork: int, step: int) -> None:
    timeline = Timeline()
    timeline.mark(Event(8, "stopped here"))
    timeline.open_test(7)
    forked = timeline.until(fork, 0)
    assert forked.test_opening == Event(step, "test part opened")
    assert (Event(8, "stopped here") in forked.events) == (fork == 9)
    assert timeline.test_opening == Event(7, "test part opened")


@pytest.mark.parametrize(
    ("settings", "is_open"),
    [
        (WATCHING, True),
        (("data.test_fraction=0.2",), False),
        (("training.watch_test=true",), False),  # there is no test part
    ],
)
def test_an_experiment_that_watches_it_has_opened_it(
    settings: tuple[str, ...], is_open: bool, make_experiment: MakeExperiment
) -> None:
    trainer = Trainer(build(make_experiment(*settings)))
    assert (trainer.timeline.test_opening is not None) == is_open
    if is_open:
        assert trainer.timeline.test_opening == Event(
            0, "test part opened: the experiment watches it"
        )
        assert trainer.timeline.until(0, 0).test_opening == trainer.timeline.test_opening


def test_a_file_without_such_notes_is_open_if_it_watches(
    start: Callable[..., Any], make_experiment: MakeExperiment
) -> None:
    for settings, is_open in ((WATCHING, True), (WATCHING[:1], False)):
        experiment = make_experiment(*settings)
        trainer = Trainer(build(experiment))
        for _ in range(3):
            trainer.step()
        trainer.timeline.events.clear()
        resume = Resume(trainer.timeline, trainer.setup.data.dataset.fingerprint)
        runner = start(*settings, resume=resume)
        assert (runner.timeline.test_opening is not None) == is_open


def test_the_runner_opens_it_at_the_cursor(start: Callable[..., Any]) -> None:
    runner = start("data.test_fraction=0.2")
    runner.run_steps(4)
    runner.wait_for_steps(4)
    runner.seek(2)
    runner.open_test("")
    runner.fork()
    runner.run_steps(1)
    runner.wait_for_steps(3)
    opened = Event(2, "test part opened")
    assert [branch.timeline.events for branch in runner.branches.all] == [[opened], [opened]]
