"""A view's long task: its line, its result, and how it is cancelled."""

import threading
import time
from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from visualmlp.gui.session import Session
from visualmlp.gui.views.long_work import LongWork
from visualmlp.training.long_task import Report


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
