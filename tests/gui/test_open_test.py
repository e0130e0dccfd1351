"""The test part in the window: closed at first, opened on purpose, and kept by the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from visualmlp.experiment import find_experiment
from visualmlp.gui.main_window import MainWindow
from visualmlp.gui.open_test import OpenTestQuestion
from visualmlp.gui.timeline_marks import marks_of
from visualmlp.gui.views.part_chooser import PartChooser
from visualmlp.training.breakpoints import CONDITIONS, Armed
from visualmlp.training.runner import Phase
from visualmlp.training.timeline import Edit, Event

WAIT_MS = 20_000
_IRIS = find_experiment("iris")
CLOSED = _IRIS.replace(data=_IRIS.data.replace(test_fraction=0.2))
WATCHED = CLOSED.replace(training=CLOSED.training.replace(watch_test=True))


@pytest.fixture
def window(qtbot: QtBot, shown: Callable[..., QWidget]) -> Iterator[MainWindow]:
    window = shown(MainWindow(), 1366, 768)
    begin(qtbot, window, CLOSED)
    yield window
    window.session.close()


def begin(qtbot: QtBot, window: MainWindow, experiment) -> None:
    with qtbot.waitSignal(window.session.run_started, timeout=WAIT_MS):
        window.session.open(experiment)
    qtbot.waitUntil(lambda: window.session.frame is not None, timeout=WAIT_MS)
    window.transport.set_speed(None)


def to_step(qtbot: QtBot, window: MainWindow, step: int) -> None:
    window.session.run_to_step(step)
    qtbot.waitUntil(
        lambda: window.session.frame.step == step and not window.session.is_running,
        timeout=WAIT_MS,
    )


def chooser(window: MainWindow, view: str) -> PartChooser:
    found = window.docks[f"view.{view}"].findChild(PartChooser)
    assert found is not None
    return found


def text_of_test(window: MainWindow, view: str = "mistakes") -> str:
    parts = chooser(window, view)
    return parts.itemText(parts.findData("test"))


def choose(window: MainWindow, part: str, view: str = "mistakes") -> None:
    """As by the mouse."""
    parts = chooser(window, view)
    parts.setCurrentIndex(parts.findData(part))
    parts.activated.emit(parts.currentIndex())


def question(window: MainWindow) -> OpenTestQuestion | None:
    asked = [box for box in window.findChildren(OpenTestQuestion) if box.isVisible()]
    assert len(asked) <= 1
    return asked[0] if asked else None


def answer(qtbot: QtBot, window: MainWindow, name: str) -> None:
    box = question(window)
    assert box is not None
    button = box.findChild(QPushButton, f"open_test.{name}")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: question(window) is None, timeout=WAIT_MS)


def opened(qtbot: QtBot, window: MainWindow) -> Event:
    qtbot.waitUntil(lambda: window.session.timeline.test_opening is not None, timeout=WAIT_MS)
    opening = window.session.timeline.test_opening
    assert opening is not None
    return opening


def line(window: MainWindow) -> tuple[str, bool]:
    """What the Data panel says, and whether it offers to open."""
    panel = window.docks["panel.data"]
    text = panel.findChild(QLabel, "data.test_part.text")
    button = panel.findChild(QPushButton, "data.test_part.open")
    assert text is not None
    assert button is not None
    return text.text(), not button.isHidden()


def test_it_is_closed_until_the_user_agrees(qtbot: QtBot, window: MainWindow) -> None:
    to_step(qtbot, window, 5)
    assert text_of_test(window) == "Test (30) – closed"
    assert line(window) == ("Test part: closed; nobody has looked at it in this run", True)
    before = chooser(window, "mistakes").part
    choose(window, "test")
    box = question(window)
    assert box is not None
    assert box.text() == "Look at the test part?"
    assert "recorded in the run at step 5" in box.informativeText()
    assert chooser(window, "mistakes").part == before  # nothing is shown meanwhile
    answer(qtbot, window, "leave")
    assert chooser(window, "mistakes").part == before
    assert window.session.timeline.events == []
    choose(window, "test")
    answer(qtbot, window, "open")
    assert opened(qtbot, window) == Event(5, "test part opened")
    assert chooser(window, "mistakes").part == "test"
    qtbot.waitUntil(lambda: text_of_test(window) == "Test (30)", timeout=WAIT_MS)
    assert line(window) == ("Test part: opened at step 5", False)
    marks = marks_of(window.session.timeline, None, None)
    assert [(mark.step, mark.kind, mark.text) for mark in marks] == [
        (5, "event", "test part opened")
    ]


def test_it_is_asked_once_for_all_views(qtbot: QtBot, window: MainWindow) -> None:
    choose(window, "test", "predictions")
    answer(qtbot, window, "open")
    for view in ("mistakes", "data", "embedding", "landscape", "forgetting", "activations"):
        choose(window, "test", view)
        assert question(window) is None
        assert chooser(window, view).part == "test"
    assert len(window.session.timeline.events) == 1


def test_escape_leaves_it_closed(qtbot: QtBot, window: MainWindow) -> None:
    choose(window, "test", "inspector")
    QTest.keyClick(question(window), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: question(window) is None, timeout=WAIT_MS)
    assert window.session.picks.part == "validation"
    assert not window.session.test_is_open


def test_the_panel_opens_it(qtbot: QtBot, window: MainWindow) -> None:
    button = window.docks["panel.data"].findChild(QPushButton, "data.test_part.open")
    button.click()
    answer(qtbot, window, "open")
    assert opened(qtbot, window).step == 0
    assert window.session.picks.part == "validation"


def test_picking_a_test_sample_asks(qtbot: QtBot, window: MainWindow) -> None:
    window.session.pick_sample(3, "test")
    assert window.session.picks.part == "validation"
    answer(qtbot, window, "open")
    assert (window.session.picks.part, window.session.picks.sample) == ("test", 3)


def test_running_until_a_test_sample_flips_asks(qtbot: QtBot, window: MainWindow) -> None:
    flip = CONDITIONS["flip"]
    for part, asks in (("validation", False), ("test", True)):
        window.session.run_until([Armed("flip", flip.parameters(part=part, sample=0))])
        assert (question(window) is not None) == asks
        window.session.pause()
    answer(qtbot, window, "leave")
    assert not window.session.test_is_open


def test_a_fork_has_it_open_and_the_run_beside_it_has_not(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    to_step(qtbot, window, 6)
    session.seek(3)
    qtbot.waitUntil(lambda: session.frame.step == 3, timeout=WAIT_MS)
    session.change_run("set", lambda trainer: Edit(trainer.step_count, "set", None, (0,), (0.5,)))
    qtbot.waitUntil(lambda: len(session.branches.all) == 2, timeout=WAIT_MS)
    session.pick_sample(1, "test")
    answer(qtbot, window, "open")
    choose(window, "test")
    assert opened(qtbot, window).step == 3
    session.fork_run("third")
    qtbot.waitUntil(lambda: len(session.branches.all) == 3, timeout=WAIT_MS)
    assert opened(qtbot, window).step == 3
    session.switch_run(0)
    qtbot.waitUntil(lambda: not session.test_is_open, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: session.picks.part == "validation", timeout=WAIT_MS)
    assert chooser(window, "mistakes").part == "validation"
    assert text_of_test(window) == "Test (30) – closed"


def test_a_new_run_is_closed_again(qtbot: QtBot, window: MainWindow) -> None:
    choose(window, "test")
    answer(qtbot, window, "open")
    window.session.pick_sample(2, "test")
    begin(qtbot, window, CLOSED)
    assert window.session.picks.part == "validation"
    assert chooser(window, "mistakes").part == "validation"
    assert text_of_test(window) == "Test (30) – closed"


def test_a_question_about_a_run_that_was_left_goes(qtbot: QtBot, window: MainWindow) -> None:
    choose(window, "test")
    assert question(window) is not None
    begin(qtbot, window, CLOSED)
    assert question(window) is None
    assert not window.session.test_is_open


def test_watching_opens_it_without_a_question(qtbot: QtBot, window: MainWindow) -> None:
    begin(qtbot, window, WATCHED)
    assert opened(qtbot, window) == Event(0, "test part opened: the experiment watches it")
    assert text_of_test(window) == "Test (30)"
    assert chooser(window, "predictions").part == "test"
    window.session.pick_sample(3, "test")
    assert question(window) is None


def test_a_run_tells_nothing_of_the_test_part_by_itself(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    session.run_epochs(2)
    qtbot.waitUntil(
        lambda: session.status.phase is Phase.PAUSED and session.frame.epoch == 2, timeout=WAIT_MS
    )
    assert all(record.test is None for record in session.history.epochs)
    assert all(parts.part != "test" for parts in window.findChildren(PartChooser))


def test_data_without_a_test_part_have_no_line(qtbot: QtBot, window: MainWindow) -> None:
    begin(qtbot, window, _IRIS)
    assert window.docks["panel.data"].findChild(QWidget, "data.test_part").isHidden()
