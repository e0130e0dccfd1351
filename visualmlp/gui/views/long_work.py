"""A long task of a view: started, looked after by a timer, shown in a line, cancelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from visualmlp.gui.session import Session
from visualmlp.gui.widgets.task_line import TaskLine
from visualmlp.training.long_task import LongTask, Report

LOOK_MS = 50
QUIET_LOOKS = 10
"""Half a second goes by before the line shows, so that quick work does not flicker."""


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
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        session.closing.connect(self.cancel)

    @property
    def is_busy(self) -> bool:
        """Whether a task is under way."""
        return self._task is not None

    def start(self, text: str, function: Callable[[Report], Any]) -> None:
        """Carry out a function beside everything else.

        Parameters
        ----------
        text
            What it does, for the line.
        function
            Must not touch widgets; see :class:`~visualmlp.training.long_task.LongTask`.
        """
        self.cancel()
        self._text, self._looks = text, 0
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
            if self._looks >= QUIET_LOOKS:
                self.line.show_progress(self._text, *task.progress)
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
