"""Follow a run that another program is training, by its file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from PyQt6.QtCore import QObject, QTimer

from visualmlp.gui.session import Session
from visualmlp.runs import is_being_written

INTERVAL_MS = 2000
"""The file gets what is new once a second."""


class Follower(QObject):
    """Opens a growing run file again and again, as long as the user looks at its newest step.

    Whoever looks at the past is left there; whoever trains on here has a run of their own.

    Parameters
    ----------
    session
        Where the run is open.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._path: Path | None = None
        self._seen: tuple[float, ...] = ()
        self._head = 0
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._look)
        session.run_started.connect(self._begin)

    @property
    def is_following(self) -> bool:
        """Whether the file is looked at."""
        return self._timer.isActive()

    def close(self) -> None:
        """Look no more."""
        self._timer.stop()

    def _begin(self) -> None:
        """Look whether the run that is open now is another program's."""
        path = self._session.opened_path
        self._head = len(self._session.history.steps)
        if path != self._path:
            self._path, self._seen = path, _stamp(path) if path else ()
            self._timer.stop()
            if path and is_being_written(path):
                self._timer.start()

    def _look(self) -> None:
        session, frame = self._session, self._session.frame
        if self._path is None or session.opened_path != self._path:
            self._timer.stop()
            return
        if session.is_loading or frame is None:
            return
        if session.is_running or frame.head != self._head:
            self._timer.stop()
            return
        goes_on = is_being_written(self._path)
        stamp = _stamp(self._path)
        if frame.step == frame.head and stamp != self._seen:
            self._seen = stamp
            session.open_run(self._path)
        elif not goes_on:
            self._timer.stop()


def _stamp(path: Path) -> tuple[float, ...]:
    """Changes whenever something was written; the newest pages are in a file of their own."""
    found: list[float] = []
    for name in (path, path.with_name(path.name + "-wal")):
        with suppress(OSError):
            status = name.stat()
            found += [status.st_mtime_ns, status.st_size]
    return tuple(found)
