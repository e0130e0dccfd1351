"""A long task of a view: started, looked after by a timer, shown in a line, cancelled."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from visualmlp.gui.session import Session
from visualmlp.gui.widgets.task_line import TaskLine
from visualmlp.training.long_task import LongTask, Progress, Report

LOOK_MS = 50
QUIET_LOOKS = 10
"""Half a second goes by before the line shows, so that quick work does not flicker."""
ENOUGH = 1.0
"""Seconds of progress from which on it is told how long the rest takes."""


class LongWork(QObject):
    """The one task of a view that may be under way; a new one takes the place of the old.

    Parameters
    ----------
    session
        Tells whether training runs: the task then takes a small share of the time.
    parent
        The view.

    Signals
    -------
    done
        The result of the task.
    failed
        The message of the error that it ended with.
    ended
        It is over: done, failed or cancelled.
    looked
        A moment went by and the task is still under way: time to draw what it has so far.
    """

    done = pyqtSignal(object)
    failed = pyqtSignal(str)
    ended = pyqtSignal()
    looked = pyqtSignal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.line = TaskLine()
        self.line.cancelled.connect(self.cancel)
        self._session = session
        self._task: LongTask[Any] | None = None
        self._text = ""
        self._looks = 0
        self._time_left = TimeLeft(None, 0.0)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        session.closing.connect(self.cancel)

    @property
    def is_busy(self) -> bool:
        """Whether a task is under way."""
        return self._task is not None

    def start(
        self, text: str, function: Callable[[Report], Any], expected: float | None = None
    ) -> None:
        """Carry out a function beside everything else.

        Parameters
        ----------
        text
            What it does, for the line.
        function
            Must not touch widgets; see :class:`~visualmlp.training.long_task.LongTask`.
        expected
            About how many seconds it takes, told until its progress says more.
        """
        self.cancel()
        self._text, self._looks = text, 0
        self._time_left = TimeLeft(expected, time.monotonic())
        self._task = LongTask(function, lambda: self._session.is_running)
        self._timer.start()

    def cancel(self) -> None:
        """End the task, if one is under way."""
        if self._task:
            self._task.cancel()
            self._end()

    def _look(self) -> None:
        task = self._task
        assert task is not None
        self._looks += 1
        if not task.is_done:
            left = self._time_left.seconds_left(task.progress, time.monotonic())
            if self._looks >= QUIET_LOOKS:
                self.line.show_progress(self._text, *task.progress, left)
            self.looked.emit()
            return
        self._end()
        if task.error:
            self.failed.emit(str(task.error))
        else:
            self.done.emit(task.result)

    def _end(self) -> None:
        self._task = None
        self._timer.stop()
        self.line.hide()
        self.ended.emit()


class TimeLeft:
    """How fast a task goes, from its progress at two moments.

    Parameters
    ----------
    expected
        About how many seconds it takes, if somebody knows.
    now
        Seconds of a clock.
    """

    def __init__(self, expected: float | None, now: float) -> None:
        self._expected_end = None if expected is None else now + expected
        self._first: tuple[Progress, float] | None = None

    def seconds_left(self, progress: Progress, now: float) -> float | None:
        """How long the rest takes at the pace so far; None as long as too little is known.

        What goes before the first sign of progress is left out, since it is often another kind of
        work.
        """
        begun, since = self._first or (progress, now)
        if not begun.done or progress.total != begun.total or progress.done < begun.done:
            self._first = begun, since = progress, now
        made, seconds = progress.done - begun.done, now - since
        if not made or seconds < ENOUGH:
            return self._expected_left(now)
        return seconds * (progress.total - progress.done) / made

    def _expected_left(self, now: float) -> float | None:
        """What is left of the time expected; None once it is over."""
        left = 0.0 if self._expected_end is None else self._expected_end - now
        return left if left > 0 else None
