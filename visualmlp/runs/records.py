"""The records of a run in a file: what there is for every branch, complete or refused."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from visualmlp.errors import RunFileError
from visualmlp.experiment import Experiment, from_json
from visualmlp.runs.archive import Entry, FileArchive
from visualmlp.runs.schema import rows
from visualmlp.runs.state_code import counts_in
from visualmlp.training.branches import Branch
from visualmlp.training.history import EpochRecord, Evaluation, History, StepLog
from visualmlp.training.timeline import Edit, Event, Timeline

ROW_BYTES = 8 * len(StepLog.COLUMNS)
"""Of one step."""

PARTS = ("train", "validation", "test")


def read_facts(database: sqlite3.Connection) -> dict[str, str]:
    """The facts by name."""
    return dict(rows(database, "facts"))


def read_experiments(database: sqlite3.Connection) -> dict[int, Experiment]:
    """The experiments by number."""
    return {number: from_json(text) for number, text in rows(database, "experiments")}


def read_branches(
    database: sqlite3.Connection, path: Path, commit: Mapping[str, Any]
) -> tuple[Branch, ...]:
    """All runs of a file, with archives of their states.

    Parameters
    ----------
    path
        The file, for the archives.
    commit
        The fact of that name: which runs there are.

    Raises
    ------
    RunFileError
        If a record is missing or damaged.
    """
    experiments = read_experiments(database)
    found = [(number, json.loads(record)) for number, record in rows(database, "branches")]
    numbers = [number for number, _ in found]
    if numbers != commit["branches"] or not numbers:
        raise RunFileError("is damaged: it does not have the runs that it says it has")
    return tuple(_branch(database, path, experiments, *one, numbers) for one in found)


def _branch(
    database: sqlite3.Connection,
    path: Path,
    experiments: Mapping[int, Experiment],
    number: int,
    record: dict[str, Any],
    numbers: list[int],
) -> Branch:
    steps = _steps(database, number)
    edits = _edits(database, number, experiments, len(steps))
    entries = _entries(database, number, len(steps), len(edits))
    timeline = Timeline(
        history=History(StepLog.from_table(steps), _epochs(database, number, len(steps))),
        edits=edits,
        events=[
            Event(step, text)
            for _, _, step, text in rows(database, "events", "WHERE branch = ?", number)
        ],
    )
    timeline.checkpoints.archive = FileArchive(path, number, entries)
    counted = counts_of(timeline, len(entries))
    if record["counts"] != counted or not timeline.history.epochs:
        raise RunFileError(f"is damaged: records of run {number + 1} are missing ({counted})")
    parent, fork_step = record["parent"], record["fork_step"]
    if parent is not None and not (type(parent) is int and parent in numbers and parent < number):
        raise RunFileError(f"is damaged: run {number + 1} has no parent")
    return Branch(
        number=number,
        name=str(record["name"]),
        timeline=timeline,
        parent=parent,
        fork_step=min(max(0, int(fork_step)), len(steps)),
        change=str(record["change"]),
        is_pinned=bool(record["is_pinned"]),
    )


def counts_of(timeline: Timeline, n_checkpoints: int) -> list[int]:
    """How many records of each kind a run has; in the file they tell that none is lost."""
    history = timeline.history
    n_evaluations = sum(
        getattr(record, part) is not None for record in history.epochs for part in PARTS
    )
    edits, events = timeline.edits, timeline.events
    return [timeline.head, n_evaluations, len(edits), len(events), n_checkpoints]


def _steps(database: sqlite3.Connection, number: int) -> npt.NDArray[np.float64]:
    """The rows (n_steps, 3) of all chunks, which follow each other without a gap."""
    chunks, count = [], 0
    for _, first, data in rows(database, "steps", "WHERE branch = ? ORDER BY first", number):
        if first != count or not data or len(data) % ROW_BYTES:
            raise RunFileError(f"is damaged: records of steps from {count:,} on are missing")
        chunks.append(data)
        count += len(data) // ROW_BYTES
    table = np.frombuffer(b"".join(chunks), "<f8").reshape(count, len(StepLog.COLUMNS))
    return table.astype(np.float64)


def _epochs(database: sqlite3.Connection, number: int, head: int) -> list[EpochRecord]:
    found: dict[int, dict[str, Any]] = {}
    for _, place, part, epoch, step, *figures in rows(
        database, "epochs", "WHERE branch = ? ORDER BY number", number
    ):
        record = found.setdefault(place, {"epoch": epoch, "step": step})
        record[part] = _evaluation(*figures)
    if list(found) != list(range(len(found))):
        raise RunFileError("is damaged: records of epochs are missing")
    steps = [0, *(one["step"] for one in found.values()), head]
    if steps != sorted(steps):
        raise RunFileError("is damaged: its records of epochs are out of order")
    return [
        EpochRecord(one["step"], one["epoch"], one["train"], one.get("validation"), one.get("test"))
        for one in found.values()
    ]


def _evaluation(
    loss: float | None, score: float | None, rmse: float | None, n_samples: int
) -> Evaluation:
    """Figures; SQLite keeps NaN as nothing."""
    numbers = [nan if value is None else float(value) for value in (loss, score, rmse)]
    return Evaluation(numbers[0], numbers[1], numbers[2], int(n_samples))


def _edits(
    database: sqlite3.Connection, number: int, experiments: Mapping[int, Experiment], head: int
) -> list[Edit]:
    edits: list[Edit] = []
    for _, place, step, label, text in rows(
        database, "edits", "WHERE branch = ? ORDER BY number", number
    ):
        record = json.loads(text)
        before = edits[-1].step if edits else 0
        if place != len(edits) or not before <= step <= head:
            raise RunFileError("is damaged: its edits are out of order")
        frozen, experiment = record["frozen"], record["experiment"]
        edits.append(
            Edit(
                step=step,
                label=label,
                experiment=None if experiment is None else experiments[experiment],
                indices=counts_in(record["indices"]),
                values=tuple(map(float, record["values"])),
                frozen=None if frozen is None else counts_in(frozen),
            )
        )
        if len(edits[-1].indices) != len(edits[-1].values):
            raise RunFileError("is damaged: an edit has other places than values")
    return edits


def _entries(
    database: sqlite3.Connection, number: int, head: int, n_edits: int
) -> dict[int, Entry]:
    entries = {
        step: Entry(*entry)
        for _, step, *entry in rows(database, "checkpoints", "WHERE branch = ?", number)
    }
    if not all(0 <= step <= head and 0 <= one.n_edits <= n_edits for step, one in entries.items()):
        raise RunFileError("is damaged: it has states of steps that it does not have")
    return entries
