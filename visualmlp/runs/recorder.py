"""The file that a run is in while it goes on: never more than two seconds behind it."""

from __future__ import annotations

import sqlite3
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

from visualmlp.errors import RunFileError
from visualmlp.runs.lock import FileLock
from visualmlp.runs.saving import REFUSALS, begin_file, head_of, in_place_of, reason_of
from visualmlp.runs.schema import DAMAGE, companions, filling
from visualmlp.runs.writer import Writer
from visualmlp.training.branches import Branches
from visualmlp.training.setup import Setup
from visualmlp.training.timeline import Checkpoint, Timeline
from visualmlp.training.trainer import Trainer

DISK_BUDGET = 2 * 2**30
"""Bytes of states in a file, unless the user says otherwise."""

COST_SHARE = 0.012
"""Writing states takes this share of the time at most."""

STATES_AT_ONCE = 4
"""At most so many states are written with one commit."""


class Recorder:
    """Writes a run into a file while it goes on; for one thread, that of the training.

    The file is made when there is something to be kept. Where it cannot be written, the run goes
    on in memory; as soon as it can, the file gets all that it missed.

    Parameters
    ----------
    path
        The file; what is there is replaced.
    setup
        What the run trains on.
    keeps
        Whether the file stays when it is closed.
    budget
        Bytes of states.
    notes
        What the user writes about the run; may be set later.

    Attributes
    ----------
    problem
        Why the file is behind, if it is.
    """

    def __init__(
        self,
        path: Path,
        setup: Setup,
        *,
        keeps: bool = True,
        budget: int = DISK_BUDGET,
        notes: str = "",
    ) -> None:
        self.path = path
        self.keeps = keeps
        self.budget = budget
        self.notes = notes
        self.problem = ""
        self._setup = setup
        self._noted = notes
        self._lock: FileLock | None = None
        self._database: sqlite3.Connection | None = None
        self._writer: Writer | None = None
        self._committed: dict[int, Timeline] | None = None
        self._latest: tuple[Branches, Trainer] | None = None
        self._looked = time.perf_counter()
        self._state_due = 0.0
        self._state_cost = 0.0

    @property
    def n_bytes(self) -> int:
        """Bytes of states in the file."""
        return self._writer.n_bytes if self._writer else 0

    def record(self, branches: Branches, trainer: Trainer) -> None:
        """Bring the file up to date, between two steps; once a second is often enough.

        Raises
        ------
        RunFileError
            If it cannot be written, or another process writes it.
        """
        first = branches.all[0].timeline
        if self._writer or len(branches.all) > 1 or first.head or first.edits:
            self.begin(branches, trainer)

    def begin(self, branches: Branches, trainer: Trainer) -> None:
        """Make the file now, whether there is something to be kept or not.

        Raises
        ------
        RunFileError
            If it cannot be written, or another process writes it.
        """
        self._latest = (branches, trainer)
        self._try(branches, trainer, is_last=False)

    def close(self) -> None:
        """Write the last state and leave one file, or none; :attr:`problem` says what failed."""
        if self._latest and self.keeps and (self._writer or self.problem):
            with suppress(RunFileError):
                self._try(*self._latest, is_last=True)
        if self._database:
            with suppress(sqlite3.Error):  # someone reads it: the log stays until he has done
                self._database.execute("PRAGMA journal_mode = DELETE")
        self._leave()
        if self._lock:
            if not self.keeps:
                remove(self.path)
            self._lock.release()
        self._lock = self._latest = None

    def abandon(self) -> None:
        """Close the file as it was at the last commit."""
        self._leave()
        if self._lock:
            self._lock.release()
        self._lock = self._latest = None

    def _try(self, branches: Branches, trainer: Trainer, *, is_last: bool) -> None:
        try:
            self._commit(branches, trainer, is_last=is_last)
        except (RunFileError, *REFUSALS, *DAMAGE) as error:  # training goes on whatever it is
            self._leave()
            known = isinstance(error, RunFileError)
            unknown = f"{self.path}: cannot be written ({reason_of(error)})"
            self.problem = str(error) if known else unknown
            raise RunFileError(self.problem) from None
        self.problem = ""

    def _commit(self, branches: Branches, trainer: Trainer, *, is_last: bool) -> None:
        if self._writer and not self.path.exists():  # somebody has deleted it
            self._leave()
            self._committed = None
        is_first = self._writer is None  # which makes the file, and takes longer
        writer = self._writer or self._open(branches, trainer)
        begun = time.perf_counter()
        states: list[Checkpoint] = []
        if trainer.timeline is branches[branches.current].timeline:
            states = head_of(trainer) if is_last else self._due_states(writer, branches, trainer)
        if states or writer.is_behind(branches) or self.notes != self._noted or is_last:
            self._write(writer, branches, trainer.step_count, states)
        self._looked = now = time.perf_counter()
        if states and not is_first:
            cost = (now - begun) / len(states)
            self._state_cost += (cost - self._state_cost) / 4 if self._state_cost else cost
            self._state_due = now + len(states) * self._state_cost / COST_SHARE

    def _due_states(self, writer: Writer, branches: Branches, trainer: Trainer) -> list[Checkpoint]:
        """The head's state and some of those since the last one, as far as the time allows."""
        now, last = time.perf_counter(), writer.last_state(branches.current)
        if now < self._state_due or last >= trainer.timeline.head:
            return []
        allowed = COST_SHARE * (now - self._looked) / (self._state_cost or 1.0)
        kept = trainer.timeline.checkpoints.in_memory
        between = [one for one in kept if last < one.state.step < trainer.timeline.head]
        count = min(int(allowed) - 1, STATES_AT_ONCE - 1, len(between))
        places = np.linspace(0, len(between), max(count, 0) + 2, dtype=int)[1:-1]
        return [*(between[place] for place in places), *head_of(trainer)]

    def _write(
        self, writer: Writer, branches: Branches, step: int, states: list[Checkpoint]
    ) -> None:
        assert self._database
        self._database.execute("BEGIN IMMEDIATE")
        writer.write(branches, step, states)
        writer.thin(self.budget)
        if self.notes != self._noted:
            writer.note(self.notes)
        self._database.execute("COMMIT")
        self._noted = self.notes
        self._committed = {branch.number: branch.timeline for branch in branches.all}
        for number, archive in writer.new_archives():
            branches[number].timeline.checkpoints.archive = archive

    def _open(self, branches: Branches, trainer: Trainer) -> Writer:
        if self._lock is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(self.path)
        timelines = self._committed
        if timelines is None or not self.path.exists():
            with in_place_of(self.path) as fresh:
                timelines = begin_file(fresh, branches)
                if timelines is None:
                    with filling(fresh) as database:
                        writer = Writer(database, fresh)
                        writer.begin(self._setup, trainer.first_experiment, self.notes)
                        writer.write(branches, trainer.step_count)
                    timelines = {branch.number: branch.timeline for branch in branches.all}
        self._database = connect(self.path)
        self._writer = Writer(self._database, self.path, timelines)
        return self._writer

    def _leave(self) -> None:
        """Close the file; what was not committed is forgotten."""
        database, self._database, self._writer = self._database, None, None
        if database:
            with suppress(sqlite3.Error):
                database.close()


def connect(path: Path) -> sqlite3.Connection:
    """A run file of ours to write, with a log beside it that readers can follow."""
    database = sqlite3.connect(path, isolation_level=None, timeout=5)
    for pragma in (
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "journal_mode = WAL",
        "synchronous = FULL",
        "journal_size_limit = 16777216",
    ):
        database.execute(f"PRAGMA {pragma}")
    return database


def remove(path: Path) -> None:
    """Delete a run file with what may lie beside it; what cannot be deleted stays."""
    for one in (path, *companions(path)):
        with suppress(OSError):
            one.unlink()
