"""Run files that somebody changed on purpose, seals included, are refused before they do harm."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from visualmlp.errors import RunFileError
from visualmlp.runs import open_run, save_run
from visualmlp.runs.schema import put, seal
from visualmlp.training.setup import build
from visualmlp.training.trainer import Trainer

Load = Callable[[bytes], list[object] | None]
"""All that a file of this content tells; None if it is refused as it should be."""


def altered(content: bytes, folder: Path, change: Callable[[sqlite3.Connection], object]) -> Path:
    path = folder / "altered.vmlp"
    path.write_bytes(content)
    with closing(sqlite3.connect(path)) as database, database:
        change(database)
    return path


def sealed(table: str, statement: str) -> Callable[[sqlite3.Connection], object]:
    """Carry out a statement and seal the rows of its table anew."""

    def change(database: sqlite3.Connection) -> None:
        database.execute(statement)
        for *values, _ in database.execute(f"SELECT * FROM {table}").fetchall():
            database.execute(f"DELETE FROM {table} WHERE seal = ?", (seal(table, *values),))
            put(database, table, *values)
            keys = [row[1] for row in database.execute(f"PRAGMA table_info({table})")][:-1]
            where = " AND ".join(f"{key} IS ?" for key in keys)
            update = f"UPDATE {table} SET seal = ? WHERE {where}"
            database.execute(update, (seal(table, *values), *values))

    return change


def fact(name: str, value: str) -> Callable[[sqlite3.Connection], object]:
    return lambda database: put(database, "facts", name, value)


def commit(**values: object) -> Callable[[sqlite3.Connection], object]:
    return fact("commit", json.dumps({"branches": [0, 1], "current": 1, "step": 3} | values))


CHANGES = {
    "a newer format": (lambda db: db.execute("PRAGMA user_version = 4"), "newer VisualMLP"),
    "another application": (
        lambda db: db.execute("PRAGMA application_id = 1"),
        "is no VisualMLP run",
    ),
    "no commit": (lambda db: db.execute("DELETE FROM facts WHERE name = 'commit'"), "is damaged"),
    "no current run": (commit(current=5), "there is no run number 5"),
    "a cursor beyond": (commit(step=121), "its cursor"),
    "a cursor of text": (commit(step="3"), "its cursor"),
    "another run": (commit(branches=[0]), "does not have the runs"),
    "deep text": (fact("commit", "[" * 100_000), "is damaged"),
    "a newer experiment": (fact("experiment", '{"schema_version":2}'), "schema_version 2 is newer"),
    "no steps": (lambda db: db.execute("DELETE FROM steps"), "is damaged"),
    "text for steps": (sealed("steps", "UPDATE steps SET data = 'text'"), "is damaged"),
    "a gap in the steps": (sealed("steps", "UPDATE steps SET first = first + 1"), "are missing"),
    "odd steps": (sealed("steps", "UPDATE steps SET data = x'00'"), "are missing"),
    "an epoch less": (
        lambda db: db.execute("DELETE FROM epochs WHERE number = 2"),
        "records of epochs are missing",
    ),
    "no training figures": (
        lambda db: db.execute("DELETE FROM epochs WHERE part = 'train' AND number = 2"),
        "is damaged",
    ),
    "text for a loss": (sealed("epochs", "UPDATE epochs SET loss = 'x'"), "values of other types"),
    "text for an epoch": (sealed("epochs", "UPDATE epochs SET epoch = 'x'"), "other types"),
    "half a step": (sealed("events", "UPDATE events SET step = 1.5"), "other types"),
    "bytes for a text": (sealed("events", "UPDATE events SET text = x'00'"), "other types"),
    "bytes for a label": (sealed("edits", "UPDATE edits SET label = x'00'"), "other types"),
    "figures of a step beyond": (
        sealed("epochs", "UPDATE epochs SET step = 999 WHERE number = 3"),
        "records of epochs are out of order",
    ),
    "figures of a step before the first": (
        sealed("epochs", "UPDATE epochs SET step = -1 WHERE number = 0"),
        "records of epochs are out of order",
    ),
    "a state with edits to come": (
        sealed("checkpoints", "UPDATE checkpoints SET n_edits = -1 WHERE step = 120"),
        "states of steps",
    ),
    "an edit less": (
        lambda db: db.execute("DELETE FROM edits WHERE branch = 1 AND number = 2"),
        "is damaged",
    ),
    "an edit beyond": (sealed("edits", "UPDATE edits SET step = 999"), "edits are out of order"),
    "negative places": (
        sealed("edits", "UPDATE edits SET record = replace(record, '[0, 3]', '[-1, 3]')"),
        "is no count",
    ),
    "more places than values": (
        sealed("edits", "UPDATE edits SET record = replace(record, '[0, 3]', '[0, 3, 4]')"),
        "other places than values",
    ),
    "an unknown experiment": (
        sealed("edits", "UPDATE edits SET record = replace(record, ': 1,', ': 9,')"),
        "is damaged",
    ),
    "an event less": (lambda db: db.execute("DELETE FROM events WHERE branch = 0"), "are missing"),
    "a state less": (
        lambda db: db.execute("DELETE FROM checkpoints WHERE step = 120"),
        "are missing",
    ),
    "a state beyond": (
        sealed("checkpoints", "UPDATE checkpoints SET step = 999 WHERE step = 120"),
        "states of steps",
    ),
    "no table": (lambda db: db.execute("DROP TABLE epochs"), "no table epochs"),
    "a column more": (
        lambda db: db.execute("ALTER TABLE steps ADD COLUMN more TEXT"),
        "no table steps",
    ),
    "a view for a table": (
        lambda db: (
            db.execute("DROP TABLE events"),
            db.execute(
                "CREATE VIEW events AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL "
                "SELECT x + 1 FROM n) SELECT x, x, x, x, x FROM n"
            ),
        ),
        "no table events",
    ),
    "a parent of later": (
        sealed(
            "branches",
            "UPDATE branches SET record = replace(record, '\"parent\": 0', '\"parent\": 1')",
        ),
        "no parent",
    ),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_contents_that_cannot_be_are_refused(kind: str, content: bytes, folder: Path) -> None:
    change, reason = CHANGES[kind]
    path = altered(content, folder, change)
    with pytest.raises(RunFileError, match=reason) as caught:
        open_run(path)
    assert str(caught.value).startswith(f"{path}: ")


STATES = {
    "no states": ("DELETE FROM states", "a state is missing"),
    "text": ("UPDATE states SET about = 'text', data = 'text'", "is damaged"),
    "no arrays": ("UPDATE states SET data = x''", "do not fit"),
    "one state for all": (
        "UPDATE states SET (about, data) = (SELECT about, data FROM states LIMIT 1)",
        "digest",
    ),
    "a bomb": ("UPDATE states SET about = zeroblob(1000)", "is damaged"),
    "too much": ("UPDATE states SET data = zeroblob(950000000) WHERE rowid = 1", "too large"),
}


@pytest.mark.parametrize("kind", STATES)
def test_states_that_cannot_be_are_refused(kind: str, content: bytes, folder: Path) -> None:
    statement, reason = STATES[kind]
    path = altered(content, folder, lambda database: database.execute(statement))
    archive = open_run(path).branches[0].timeline.checkpoints.archive
    assert archive is not None
    with pytest.raises(RunFileError, match=reason) as caught:
        [archive.load(step) for step in archive.steps()]
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE epochs SET loss = loss + 1e-12 WHERE epoch = 2 AND part = 'train'",
        "UPDATE epochs SET n_samples = 1 WHERE epoch = 2 AND part = 'train'",
        "UPDATE facts SET value = 'x' WHERE name = 'fingerprint'",
        "UPDATE facts SET value = '{}' WHERE name = 'environment'",
        "UPDATE edits SET label = 'something else'",
        "UPDATE events SET step = 1",
        "UPDATE checkpoints SET n_edits = 0",
        "UPDATE branches SET number = number + 1 WHERE number = 1",
        "UPDATE steps SET data = zeroblob(length(data))",
        "UPDATE experiments SET number = 7 WHERE number = 1",
    ],
)
def test_every_changed_number_is_noticed(statement: str, content: bytes, folder: Path) -> None:
    path = altered(content, folder, lambda database: database.execute(statement))
    with pytest.raises(RunFileError, match="does not hold what was written"):
        open_run(path)


def test_unknown_tables_are_not_looked_at(
    content: bytes, folder: Path, load: Load, told: Any
) -> None:
    def change(database: sqlite3.Connection) -> None:
        database.execute("CREATE TABLE more (x)")
        database.execute("CREATE VIEW endless AS SELECT 1 AS x FROM more")
        database.execute("CREATE TRIGGER t AFTER INSERT ON facts BEGIN DELETE FROM facts; END")

    assert told(open_run(altered(content, folder, change))) == load(content)


@pytest.mark.parametrize(
    "change",
    [
        {"frozen": (-1,)},
        {"frozen": ("x",)},
        {"epoch": 0.5},
        {"batch": -1},
        {"samples_seen": None},
        {"dropout": {"bit_generator": "MT19937"}},
        {"dropout": {}},
        {"dropout": {"bit_generator": "PCG64", "state": {"state": "x", "inc": 1}}},
        {"sampling": {"generator": [], "position": 0}},
        {"sampling": {"position": 0}},
    ],
    ids=str,
)
def test_states_that_no_training_has_are_refused(
    change: dict[str, Any], content: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = open_run(altered(content, folder, lambda database: None))
    trainer = Trainer(build(saved.experiment))
    trainer.step()
    state = replace(trainer.state(), **change)
    monkeypatch.setattr(trainer, "state", lambda: state)
    save_run(folder / "foreign.vmlp", trainer)
    foreign = open_run(folder / "foreign.vmlp")
    with pytest.raises(RunFileError, match="is damaged"):
        foreign.state
