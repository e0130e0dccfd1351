"""Saving a run at once: the file of that name stays whole until the new one is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from visualmlp.errors import RunFileError
from visualmlp.experiment import replacing
from visualmlp.runs.archive import FileArchive, file_behind
from visualmlp.runs.lock import FileLock
from visualmlp.runs.schema import companions, create, filling, reading
from visualmlp.runs.writer import Writer
from visualmlp.training.branches import Branches
from visualmlp.training.timeline import Checkpoint, Timeline
from visualmlp.training.trainer import Trainer

REFUSALS = (OSError, sqlite3.Error, OverflowError)
"""What a disk that is full, gone or read-only may raise; SQLite limits the size of a row."""


def save_run(path: Path, trainer: Trainer, branches: Branches | None = None) -> None:
    """Write a run with all its forks.

    Parameters
    ----------
    path
        The file; what is there is replaced.
    trainer
        Whose run it is.
    branches
        The tree of runs; None: there is one only.

    Raises
    ------
    RunFileError
        If the file cannot be written, or another process writes it.
    """
    branches = branches or Branches(trainer.timeline)
    with _writing(path, "saved") as fresh:
        timelines = begin_file(fresh, branches)
        with filling(fresh) as database:
            writer = Writer(database, fresh, timelines)
            if timelines is None:
                writer.begin(trainer.setup, trainer.first_experiment, "")
            writer.write(
                branches, trainer.step_count, head_of(trainer), all_states=timelines is None
            )


def save_copy(source: Path, target: Path) -> None:
    """Copy a run file as it is at this moment, also while it is being written.

    Raises
    ------
    RunFileError
        If the one cannot be read, or the other cannot be written.
    """
    with _writing(target, "saved") as fresh:
        _copy(source, fresh)


def head_of(trainer: Trainer) -> list[Checkpoint]:
    """The state at the run's head, if the trainer is there."""
    if not trainer.is_at_head:
        return []
    return [Checkpoint(trainer.state(), len(trainer.timeline.edits))]


def begin_file(fresh: Path, branches: Branches) -> dict[int, Timeline] | None:
    """Make a file for a tree of runs: empty, or a copy of the one that their states are in.

    Returns
    -------
    The runs that the copy has, by number; None for an empty file.
    """
    archives = {branch.number: branch.timeline.checkpoints.archive for branch in branches.all}
    behind = file_behind(archives[branches.current]) or next(
        (found for one in archives.values() if (found := file_behind(one))), None
    )
    if behind is None or not behind.path.exists():
        create(fresh)
        return None
    _copy(behind.path, fresh)
    return {
        branch.number: branch.timeline
        for branch in branches.all
        if isinstance(archive := archives[branch.number], FileArchive)
        and (archive.path, archive.number) == (behind.path, branch.number)
    }


def _copy(source: Path, target: Path) -> None:
    with reading(source) as database, closing(sqlite3.connect(target)) as copy:
        copy.execute("PRAGMA synchronous = OFF")
        database.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


@contextmanager
def _writing(path: Path, what: str) -> Iterator[Path]:
    """A path to write to that becomes the file, with refusals as one message."""
    try:
        lock = FileLock(path)
        try:
            with in_place_of(path) as fresh:
                yield fresh
        finally:
            lock.release()
    except REFUSALS as error:
        raise RunFileError(f"{path}: the run cannot be {what} ({reason_of(error)})") from None


@contextmanager
def in_place_of(path: Path) -> Iterator[Path]:
    """A path to write to that becomes the file; nothing of an old one is left beside it."""
    with replacing(path) as fresh:
        yield fresh
        if path.is_dir():
            raise IsADirectoryError(21, "Is a directory")
        for companion in companions(path):
            companion.unlink(missing_ok=True)


def reason_of(error: BaseException) -> str:
    """What the system says, in short."""
    return str(getattr(error, "strerror", None) or error)
