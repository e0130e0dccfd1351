"""The checks of the data in use, made once for each data set beside everything else."""

from __future__ import annotations

from functools import partial

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from visualmlp.analysis.data_checks import DataReport, examine_data
from visualmlp.data import PreparedData
from visualmlp.gui.session import Session
from visualmlp.training.long_task import LongTask
from visualmlp.training.setup import Setup

LOOK_MS = 50


class DataChecking(QObject):
    """Examines the data of each new run on a thread of its own; panel and view share it.

    Signals
    -------
    changed
        There is a report now, or none any more.
    """

    changed = pyqtSignal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.report: DataReport | None = None
        self.failure = ""
        self._session = session
        self._data: PreparedData | None = None
        self._task: LongTask[DataReport] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        session.run_started.connect(self._begin)
        session.closing.connect(self._end)
        if session.setup is not None:
            self._begin(session.setup)

    @classmethod
    def of(cls, session: Session) -> DataChecking:
        """The one of a session."""
        return session.findChild(cls) or cls(session)

    @property
    def is_busy(self) -> bool:
        """Whether the data are being examined."""
        return self._task is not None

    def _begin(self, setup: Setup) -> None:
        if setup.data is self._data:
            return
        self._end()
        self._data, self.report, self.failure = setup.data, None, ""
        self._task = LongTask(partial(examine_data, setup.data), lambda: self._session.is_running)
        self._timer.start()
        self.changed.emit()

    def _end(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = None
        self._timer.stop()

    def _look(self) -> None:
        task = self._task
        if task is None or not task.is_done:
            return
        self._end()
        self.report = task.result
        self.failure = str(task.error) if task.error else ""
        self.changed.emit()
