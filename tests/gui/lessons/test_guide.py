"""Lessons open, and every verb of their links acts, or one sentence says why it cannot."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from visualmlp.data import SOURCES
from visualmlp.experiment import find_experiment
from visualmlp.gui.lessons import guide as guide_module
from visualmlp.gui.lessons.guide import Guide
from visualmlp.gui.session import Session
from visualmlp.lessons import Lesson, load_lesson
from visualmlp.lessons.links import VERBS

WAIT_MS = 20_000
Open = Callable[[str], Lesson]


def at_step(qtbot: QtBot, session: Session, step: int) -> None:
    def there() -> bool:
        return session.frame.step == step and not session.is_running and not session.is_loading

    qtbot.waitUntil(there, timeout=WAIT_MS)


def test_opening_a_lesson_opens_experiment_layout_and_views(
    session: Session, stage, opened: Open
) -> None:
    lesson = opened("iris-neuron")
    assert session.setup.experiment == lesson.experiment
    assert stage.layouts == [lesson.layout]
    assert stage.views == list(reversed(lesson.show))  # what comes last is in front
    assert session.frame.step == 0


def test_every_verb_has_an_answer(guide: Guide) -> None:
    assert set(guide._verbs) == set(VERBS)


def test_links_that_train(qtbot: QtBot, session: Session, guide: Guide, opened: Open) -> None:
    opened("iris-neuron")
    for href, step in (
        ("do:step", 1),
        ("do:step/10", 11),
        ("do:epoch/4", 15),
        ("do:run-to-epoch/20", 20),
        ("do:run-to-step/7", 7),
        ("do:run-to-epoch/5", 5),
        ("do:reset", 0),
        ("do:epoch", 1),
    ):
        guide.follow(href)
        at_step(qtbot, session, step)
    guide.follow("do:play")
    qtbot.waitUntil(lambda: session.frame.step > 1, timeout=WAIT_MS)
    session.pause()


def test_a_link_to_a_closed_test_part_opens_it(
    qtbot: QtBot, session: Session, guide: Guide
) -> None:
    lesson = load_lesson("iris-neuron")
    variant = lesson.variants[0]
    training = variant.experiment.training.replace(watch_test=False)
    closed = replace(variant, experiment=variant.experiment.replace(training=training))
    guide.open(replace(lesson, variants=(closed,)))
    qtbot.waitUntil(lambda: session.frame is not None, timeout=WAIT_MS)
    assert not session.test_is_open
    with qtbot.assertNotEmitted(session.test_wanted):
        guide.follow("do:pick/test/8")
    assert (session.picks.part, session.picks.sample) == ("test", 8)
    qtbot.waitUntil(lambda: session.timeline.test_opening is not None, timeout=WAIT_MS)
    assert session.timeline.test_opening.text == "test part opened: by a lesson"


def test_links_that_pick_and_set(session: Session, stage, guide: Guide, opened: Open) -> None:
    opened("iris-neuron")
    guide.follow("do:pick/test/8")
    assert (session.picks.part, session.picks.sample) == ("test", 8)
    assert stage.views[-1] == "inspector"
    opening = session.timeline.test_opening
    assert (opening.step, opening.text) == (0, "test part opened: the experiment watches it")
    guide.follow("do:pick-unit/0/0")
    assert session.picks.unit == (0, 0)
    guide.follow("do:set/optimizer.learning_rate/0.5")
    assert session.experiment.optimizer.learning_rate == 0.5
    guide.follow("do:show/weights")
    guide.follow("do:layout/maths")
    assert (stage.views[-1], stage.layouts[-1]) == ("weights", "maths")


@pytest.mark.parametrize(
    ("href", "word"),
    [
        ("do:pick/test/20", "no test sample 20: the part has 20 samples"),
        ("do:pick/validation/0", "no validation sample 0: the part has 0 samples"),
        ("do:pick-unit/1/0", "no unit 0 in layer 1"),
        ("do:pick-unit/0/1", "no unit 1 in layer 0"),
        ("do:show/nowhere", "no view 'nowhere'"),
        ("do:set/optimizer.rate/1", "no field 'rate'"),
        ("do:variant/other", "no variant 'other'"),
        ("do:lesson/other", "no lesson 'other'"),
        ("do:keep-curves", "no curves to keep yet"),
        ("do:dance", "unknown verb 'dance'"),
    ],
)
def test_what_cannot_be_done_is_told_once(
    session: Session, guide: Guide, refusals: list[str], opened: Open, href: str, word: str
) -> None:
    opened("iris-neuron")
    picks = session.picks
    guide.follow(href)
    (told,) = refusals
    assert word in told
    assert session.picks == picks


def test_before_a_run_a_link_says_so(guide: Guide, refusals: list[str]) -> None:
    for href in ("do:run-to-epoch/3", "do:pick/test/0", "do:variant/course"):
        guide.follow(href)
    assert ["no run yet" in refusals[0], "no run yet" in refusals[1]] == [True, True]
    assert "No lesson is open" in refusals[2]


def test_a_link_waits_for_the_run_that_is_loading(
    qtbot: QtBot, session: Session, guide: Guide
) -> None:
    guide.open(load_lesson("iris-neuron"))
    assert session.is_loading
    guide.follow("do:run-to-epoch/3")
    qtbot.waitUntil(lambda: session.frame is not None, timeout=WAIT_MS)
    at_step(qtbot, session, 3)


def test_a_link_opens_the_lesson_again_where_something_else_was_opened(
    qtbot: QtBot, session: Session, guide: Guide, opened: Open
) -> None:
    lesson = opened("iris-neuron")
    session.open(find_experiment("xor"))
    qtbot.waitUntil(lambda: session.setup.experiment.title != lesson.title, timeout=WAIT_MS)
    guide.follow("do:run-to-epoch/3")
    at_step(qtbot, session, 3)
    assert session.setup.experiment == lesson.experiment


def test_a_variant_keeps_the_curves_of_the_run_before(
    qtbot: QtBot, session: Session, guide: Guide, opened: Open
) -> None:
    lesson = opened("iris-neuron")
    guide.follow("do:variant/mean")  # nothing to keep yet
    qtbot.waitUntil(lambda: not session.is_loading, timeout=WAIT_MS)
    assert session.kept_curves == ()
    guide.follow("do:step/5")
    at_step(qtbot, session, 5)
    losses = session.history.steps.column("loss").copy()

    guide.follow("do:variant/course")
    qtbot.waitUntil(lambda: not session.is_loading, timeout=WAIT_MS)
    (kept,) = session.kept_curves
    assert kept.name == lesson.variant("mean").title
    np.testing.assert_array_equal(kept.history.steps.column("loss"), losses)
    assert session.setup.experiment == lesson.experiment


def test_another_lesson_forgets_what_was_kept_by_itself_only(
    qtbot: QtBot, session: Session, guide: Guide, opened: Open
) -> None:
    lesson = opened("iris-neuron")
    guide.follow("do:step/2")
    at_step(qtbot, session, 2)
    guide.follow("do:variant/mean")
    qtbot.waitUntil(lambda: not session.is_loading, timeout=WAIT_MS)
    guide.follow("do:step/3")
    at_step(qtbot, session, 3)
    guide.follow("do:keep-curves")
    assert [run.name for run in session.kept_curves] == [lesson.variants[0].title, lesson.title]
    opened("curve-fit")
    assert [run.name for run in session.kept_curves] == [lesson.title]


def test_missing_data_are_asked_for_and_then_the_lesson_opens(
    qtbot: QtBot, session: Session, stage, guide: Guide, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = [SOURCES["mnist"]]
    monkeypatch.setattr(guide_module, "missing_source", lambda lesson: next(iter(missing), None))
    lesson = load_lesson("iris-neuron")
    guide.open(lesson)
    assert stage.wanted == ["mnist"]
    assert guide.lesson is None
    assert not session.is_loading
    missing.clear()
    stage.go_on()
    assert guide.lesson is lesson
    qtbot.waitUntil(lambda: session.frame is not None, timeout=WAIT_MS)


def test_pages_open_in_the_browser(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    pages: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", pages.append)
    guide.follow("https://example.org/a")
    assert [page.toString() for page in pages] == ["https://example.org/a"]
