"""Checkpoints that stay in a run file until they are asked for."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

from visualmlp.errors import RunFileError
from visualmlp.experiment import Experiment, from_json
from visualmlp.runs.schema import reading, rows
from visualmlp.runs.state_code import load_state
from visualmlp.training.timeline import Archive, ArchivePart, Checkpoint


class Entry(NamedTuple):
    """What the list of checkpoints says of one: edits in it, SHA-256 and size of its state."""

    n_edits: int
    digest: bytes
    n_bytes: int


@dataclass(frozen=True, eq=False)
class FileArchive:
    """The checkpoints of one run in a file; each is read, and its digest compared, when wanted.

    Attributes
    ----------
    path
        The file.
    number
        The run in it.
    entries
        Its checkpoints by step.
    """

    path: Path
    number: int
    entries: Mapping[int, Entry]
    _steps: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_steps", tuple(sorted(self.entries)))

    def steps(self) -> Sequence[int]:
        """Their steps, ascending."""
        return self._steps

    def load(self, step: int) -> Checkpoint:
        """One of them.

        Raises
        ------
        RunFileError
            If it is damaged, or the file is gone.
        """
        entry = self.entries[step]
        with reading(self.path) as database:
            state = load_state(database, entry.digest, partial(experiment_of, database))
            if state.step != step:
                raise RunFileError(f"is damaged: the state of step {step:,} is another one's")
        return Checkpoint(state, entry.n_edits)


def experiment_of(database: sqlite3.Connection, number: int) -> Experiment:
    """The experiment that a file has under a number."""
    for _, text in rows(database, "experiments", "WHERE number = ?", number):
        return from_json(text)
    raise RunFileError(f"is damaged: there is no experiment {number}")


def file_behind(archive: Archive | None) -> FileArchive | None:
    """The archive that another one is a part of, if that is in a file."""
    while isinstance(archive, ArchivePart):
        archive = archive.archive
    return archive if isinstance(archive, FileArchive) else None
