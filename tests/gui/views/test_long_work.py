"""A view's long task: its line, its result, and how it is cancelled."""

import threading
import time
from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from visualmlp.gui.session import Session
from visualmlp.gui.views.long_work import LongWork, TimeLeft
from visualmlp.gui.widgets.task_line import TaskLine
from visualmlp.training.long_task import Progress, Report


@pytest.fixture
def work(qtbot: QtBot) -> Iterator[LongWork]:
    session = Session()
    work = LongWork(session, QObject(session))
    qtbot.addWidget(work.line)
    yield work
    session.close()


def endless(report: Report) -> None:
    while True:
        report(3, 10)
        time.sleep(0.001)


def test_the_result_comes_and_quick_work_shows_no_line(qtbot: QtBot, work: LongWork) -> None:
    with qtbot.waitSignal(work.done) as done:
        work.start("Counting", lambda report: 42)
    assert done.args == [42]
    assert not work.is_busy
    assert work.line.isHidden()


def test_an_error_is_told(qtbot: QtBot, work: LongWork) -> None:
    with qtbot.waitSignal(work.failed) as failed:
        work.start("Dividing", lambda report: 1 // 0)
    assert "zero" in failed.args[0]


def test_cancel_ends_it_without_a_result(qtbot: QtBot, work: LongWork) -> None:
    results: list[object] = []
    work.done.connect(results.append)
    work.start("Counting", endless)
    qtbot.waitUntil(lambda: not work.line.isHidden())
    cancel = work.line.findChild(QPushButton, "cancel")
    assert cancel is not None
    with qtbot.waitSignal(work.ended):
        cancel.click()
    assert work.line.isHidden()
    qtbot.waitUntil(lambda: all(t.name != "long task" for t in threading.enumerate()))
    assert results == []


def test_new_work_takes_the_place_of_the_old(qtbot: QtBot, work: LongWork) -> None:
    work.start("Counting", endless)
    with qtbot.waitSignal(work.done) as done:
        work.start("Again", lambda report: "new")
    assert done.args == ["new"]


def test_the_rest_is_told_from_the_pace_once_there_is_progress() -> None:
    pace = TimeLeft(None, 0.0)
    assert pace.seconds_left(Progress(0, 0), 0.0) is None
    assert pace.seconds_left(Progress(0, 100), 5.0) is None
    assert pace.seconds_left(Progress(10, 100), 20.0) is None  # the first sign of it
    assert pace.seconds_left(Progress(20, 100), 20.5) is None
    assert pace.seconds_left(Progress(40, 100), 26.0) == pytest.approx(60 * 6 / 30)
    assert pace.seconds_left(Progress(1, 7), 30.0) is None  # another kind of work
    assert pace.seconds_left(Progress(3, 7), 34.0) == pytest.approx(4 * 4 / 2)


def test_what_is_expected_is_told_until_there_is_progress() -> None:
    pace = TimeLeft(8.0, 100.0)
    assert pace.seconds_left(Progress(0, 0), 101.0) == 7.0
    assert pace.seconds_left(Progress(10, 100), 103.0) == 5.0
    assert pace.seconds_left(Progress(20, 100), 105.0) == pytest.approx(80 * 2 / 10)
    assert TimeLeft(8.0, 100.0).seconds_left(Progress(0, 0), 108.5) is None


def test_the_line_says_how_long_it_still_takes(qtbot: QtBot) -> None:
    line = TaskLine()
    qtbot.addWidget(line)
    label = line.findChild(QLabel)
    assert label is not None
    for left, text in (
        (None, "Counting"),
        (12.4, "Counting · about 12 s left"),
        (0.1, "about 1 s"),
    ):
        line.show_progress("Counting", 3, 10, left)
        assert text in label.text()
    line.show_progress("Counting", 3, 10, 200)
    assert label.text() == "Counting · about 3 min left"
