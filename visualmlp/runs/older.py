"""Run files of formats 1 and 2, written by VisualMLP before it had a timeline: one state each."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from math import nan, prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from visualmlp.errors import RunFileError
from visualmlp.experiment import from_json
from visualmlp.runs.saved import SavedRun
from visualmlp.runs.schema import check_pages
from visualmlp.runs.state_code import MAX_STATE_BYTES, check_generators, counts_in
from visualmlp.training.branches import Branches
from visualmlp.training.history import EpochRecord, Evaluation, History, StepLog
from visualmlp.training.state import TrainState
from visualmlp.training.timeline import Checkpoint, Edit, Timeline

TABLES = {
    "facts": "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "epochs": "CREATE TABLE epochs (epoch INTEGER NOT NULL, step INTEGER NOT NULL, "
    "part TEXT NOT NULL, loss REAL, score REAL, rmse REAL, n_samples INTEGER NOT NULL, "
    "PRIMARY KEY (epoch, step, part)) WITHOUT ROWID",
    "arrays": "CREATE TABLE arrays (name TEXT PRIMARY KEY, dtype TEXT NOT NULL, "
    "shape TEXT NOT NULL, data BLOB NOT NULL)",
}

SEALED = (
    "SELECT * FROM facts WHERE name <> 'checksum' ORDER BY name",
    "SELECT * FROM epochs ORDER BY epoch, step, part",
    "SELECT * FROM arrays ORDER BY name",
)
"""What the checksum covers: everything else."""


def read_older(database: sqlite3.Connection, path: Path) -> SavedRun:
    """The run in such a file, as a run with one checkpoint.

    Raises
    ------
    RunFileError
        If it is damaged.
    """
    _check(database)
    facts = dict(database.execute("SELECT name, value FROM facts"))
    state = _state(database, facts)
    check_generators(state)
    experiment = from_json(facts["experiment"])
    timeline = Timeline(History(StepLog.from_table(_steps(database, state)), _epochs(database)))
    if state.experiment != experiment:  # changed on the way, nobody wrote down where
        timeline.edits.append(Edit(state.step, "settings of the older file", state.experiment))
    timeline.checkpoints.add(Checkpoint(state, len(timeline.edits)))
    (version,) = database.execute("PRAGMA user_version").fetchone()
    return SavedRun(
        experiment=experiment,
        branches=Branches(timeline),
        step=state.step,
        fingerprint=facts["fingerprint"],
        environment=json.loads(facts["environment"]),
        notes="",
        dataset=None,
        recipe=None,
        path=path,
        version=version,
    )


def _check(database: sqlite3.Connection) -> None:
    tables = [sql for (sql,) in database.execute("SELECT sql FROM sqlite_master WHERE sql > ''")]
    if sorted(tables) != sorted(TABLES.values()):
        raise RunFileError("is damaged: it has other tables than a run")
    for name in TABLES:
        check_pages(database, name)
    query = "SELECT value FROM facts WHERE name = 'checksum'"
    if database.execute(query).fetchone() != (_checksum(database),):
        raise RunFileError("is damaged: its contents do not have the checksum that was recorded")


def _checksum(database: sqlite3.Connection) -> str:
    """SHA-256 of all contents."""
    digest = hashlib.sha256()
    for query in SEALED:
        for row in database.execute(query):
            for value in row:
                data = value if isinstance(value, bytes) else repr(value).encode()
                digest.update(f"{len(data)}:".encode())
                digest.update(data)
    return digest.hexdigest()


def _state(database: sqlite3.Connection, facts: dict[str, str]) -> TrainState:
    step, epoch, batch, samples_seen = counts_in(json.loads(facts["counters"]))
    experiment, sampling = from_json(facts["experiment_at_end"]), json.loads(facts["sampling"])
    # Format 1 knew only rules that draw the same order whatever the batch size.
    drawn_for = experiment.training.batch_size if sampling["position"] else None
    return TrainState(
        step=step,
        epoch=epoch,
        batch=batch,
        samples_seen=samples_seen,
        parameters=_array(database, "parameters", 1),
        slots=_array(database, "slots", 2),
        sampling={"drawn_for": drawn_for} | sampling,
        dropout=json.loads(facts["dropout"]),
        experiment=experiment,
    )


def _array(database: sqlite3.Connection, name: str, ndim: int) -> npt.NDArray[np.floating[Any]]:
    query = "SELECT dtype, shape, data FROM arrays WHERE name = ?"
    dtype_name, shape_text, data = database.execute(query, (name,)).fetchone()
    if dtype_name not in ("<f4", "<f8") or not isinstance(data, bytes):
        raise ValueError(f"array {name} has the unexpected type {dtype_name}")
    shape, dtype = tuple(json.loads(shape_text)), np.dtype(dtype_name)
    if not all(isinstance(n, int) and n >= 0 for n in shape) or len(shape) != ndim:
        raise ValueError(f"array {name} has the unexpected shape {shape}")
    if prod(shape) * dtype.itemsize != len(data) or len(data) > MAX_STATE_BYTES:
        raise ValueError(f"array {name} has {len(data):,} bytes, which do not fit {shape}")
    array: npt.NDArray[np.floating[Any]] = np.frombuffer(data, dtype).reshape(shape)
    return array.astype(dtype.newbyteorder("="))


def _steps(database: sqlite3.Connection, state: TrainState) -> npt.NDArray[np.float64]:
    table = _array(database, "steps", 2)
    if table.shape != (state.step, len(StepLog.COLUMNS)):
        raise ValueError(f"there are records of {len(table):,} steps instead of {state.step:,}")
    return table.astype(np.float64, copy=False)


def _epochs(database: sqlite3.Connection) -> list[EpochRecord]:
    parts: dict[tuple[int, int], dict[str, Evaluation]] = {}
    query = (
        "SELECT epoch, step, part, loss, score, rmse, n_samples FROM epochs ORDER BY step, epoch"
    )
    for epoch, step, part, loss, score, rmse, n_samples in database.execute(query):
        numbers = [nan if value is None else float(value) for value in (loss, score, rmse)]
        figures = parts.setdefault((int(epoch), int(step)), {})
        figures[part] = Evaluation(numbers[0], numbers[1], numbers[2], int(n_samples))
    if not parts:
        raise ValueError("there is no record of an epoch")
    return [
        EpochRecord(step, epoch, figures["train"], figures.get("validation"), figures.get("test"))
        for (epoch, step), figures in parts.items()
    ]
