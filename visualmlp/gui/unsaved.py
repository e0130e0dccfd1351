"""Runs that are left without having been saved: those that took long are kept."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import QObject

from visualmlp.gui.session import Session
from visualmlp.training.runner import Status

LEAST_SECONDS = 60.0
"""Training for less than this is made again sooner than a question about it is read."""


@dataclass(frozen=True, slots=True)
class LeftRun:
    """A run that was left.

    Attributes
    ----------
    path
        The file that it is kept in.
    title
        Of its experiment.
    step
        The step that it had reached.
    seconds
        How long it had trained since it was opened or saved.
    """

    path: Path
    title: str
    step: int
    seconds: float


class Unsaved(QObject):
    """Measures how long the run in use has trained, and keeps its file when it is left.

    A kept file is one of those that are offered at the next start.

    Parameters
    ----------
    session
        Whose runs are watched.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._trained = 0.0
        self._since: float | None = None
        self._left: LeftRun | None = None
        session.status_changed.connect(self._follow)
        session.saved.connect(self._begin)
        session.run_started.connect(self._begin)
        session.leaving.connect(self._keep)

    @property
    def seconds(self) -> float:
        """Seconds of training that would be lost with the run."""
        going = time.perf_counter() - self._since if self._since is not None else 0.0
        return self._trained + going

    def take(self) -> LeftRun | None:
        """The run that was left last, if it was kept; told once."""
        left, self._left = self._left, None
        return left

    def _follow(self, _: Status) -> None:
        if self._session.is_running == (self._since is not None):
            return
        self._trained = self.seconds
        self._since = time.perf_counter() if self._session.is_running else None

    def _begin(self, _: object) -> None:
        """Nothing would be lost now."""
        self._trained = 0.0
        self._since = time.perf_counter() if self._session.is_running else None

    def _keep(self) -> None:
        setup, seconds = self._session.setup, self.seconds
        if setup and seconds >= LEAST_SECONDS and (path := self._session.keep_file()):
            head = self._session.timeline.head
            self._left = LeftRun(path, setup.experiment.title, head, seconds)
