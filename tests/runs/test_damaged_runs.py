"""Damaged run files give the saved run or one message, never wrong numbers."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.errors import RunFileError
from visualmlp.runs import Recorder, open_run, save_run
from visualmlp.runs.schema import PAGE_SIZE, put, seal
from visualmlp.training.setup import build
from visualmlp.training.trainer import Trainer

Load = Callable[[bytes], list[object] | None]
"""All that a file of this content tells; None if it is refused as it should be."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged")


@pytest.fixture(scope="module")
def content(forked: Any, folder: Path) -> bytes:
    """A file with a fork, edits, an event and a dozen states."""
    trainer, branches = forked()
    save_run(folder / "whole.vmlp", trainer, branches)
    return (folder / "whole.vmlp").read_bytes()


@pytest.fixture(scope="module")
def load(folder: Path, told: Any) -> Load:
    def load(content: bytes) -> list[object] | None:
        path = folder / "run.vmlp"
        path.write_bytes(content)
        try:
            return told(open_run(path))  # type: ignore[no-any-return]
        except RunFileError as error:
            message = str(error)
        assert message.startswith(f"{path}: ")
        return None

    return load


def assert_refused_or_the_same(
    variants: Iterable[bytes], content: bytes, load: Load
) -> tuple[int, int]:
    """Try all; give how many were refused, and how many told the same run."""
    truth, refused, same = load(content), 0, 0
    assert truth is not None
    for damaged in variants:
        read = load(damaged)
        assert read is None or read == truth
        refused, same = refused + (read is None), same + (read is not None)
    return refused, same


def flipped(content: bytes, *places: tuple[int, int]) -> bytes:
    damaged = bytearray(content)
    for place, mask in places:
        damaged[place % len(damaged)] ^= mask
    return bytes(damaged)


def spread(content: bytes, count: int, seed: int) -> Iterator[bytes]:
    """A flipped bit in each of so many regions of the file; where it can be, not in free space."""
    rng = random.Random(seed)
    for region in range(count):
        low, high = region * len(content) // count, (region + 1) * len(content) // count
        used = [place for place in range(low, high) if content[place]] or [low]
        yield flipped(content, (rng.choice(used), 1 << rng.randrange(8)))


def cut(content: bytes, count: int, seed: int) -> Iterator[bytes]:
    rng = random.Random(seed)
    yield from (content[:length] for length in (0, 1, 16, 99, 100, PAGE_SIZE, len(content) - 1))
    yield from (content[: rng.randrange(len(content))] for _ in range(count - 7))


def pages_of(content: bytes) -> list[bytes]:
    return [content[at : at + PAGE_SIZE] for at in range(0, len(content), PAGE_SIZE)]


def test_flipped_bits_all_over_the_file(content: bytes, load: Load) -> None:
    refused, _ = assert_refused_or_the_same(spread(content, 40, 1), content, load)
    assert refused > 15


def test_cut_files(content: bytes, load: Load) -> None:
    refused, same = assert_refused_or_the_same(cut(content, 20, 2), content, load)
    assert (refused, same) == (20, 0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_many_flipped_bits_and_cuts(seed: int, content: bytes, load: Load) -> None:
    refused, _ = assert_refused_or_the_same(spread(content, 500, seed), content, load)
    assert refused > 100
    refused, _ = assert_refused_or_the_same(cut(content, 100, seed), content, load)
    assert refused == 100


def test_the_header(content: bytes, load: Load) -> None:
    variants = (flipped(content, (place, 0xFF)) for place in range(100))
    refused, _ = assert_refused_or_the_same(variants, content, load)
    assert refused > 20


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2**20), st.integers(1, 255)), min_size=2, max_size=30))
def test_many_bytes_at_once(content: bytes, load: Load, places: list[tuple[int, int]]) -> None:
    assert_refused_or_the_same([flipped(content, *places)], content, load)


def test_pages_exchanged_zeroed_or_repeated(content: bytes, load: Load) -> None:
    pages = pages_of(content)
    variants = []
    for i in range(1, len(pages)):
        variants.append(b"".join([*pages[:i], bytes(PAGE_SIZE), *pages[i + 1 :]]))
        variants.append(b"".join([*pages[:i], pages[i - 1], *pages[i + 1 :]]))
    refused, _ = assert_refused_or_the_same(variants, content, load)
    assert refused > len(pages)


def test_a_tail_does_not_matter(content: bytes, load: Load) -> None:
    assert load(content + b"tail") in (None, load(content))


@pytest.mark.parametrize(
    "content",
    [b"", bytes(8192), b"hello", b"PK\x03\x04" + bytes(100), b"SQLite format 3\x00"],
    ids=["empty", "zeros", "text", "zip", "magic"],
)
def test_other_files(content: bytes, load: Load) -> None:
    assert load(content) is None


def test_other_databases(folder: Path) -> None:
    path = folder / "other.vmlp"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE facts (name, value)")
    with pytest.raises(RunFileError, match="is no VisualMLP run"):
        open_run(path)


def test_a_missing_file(folder: Path) -> None:
    with pytest.raises(RunFileError, match=r"missing\.vmlp: there is no such file"):
        open_run(folder / "missing.vmlp")


# While it is written: what is in the log counts up to its last whole commit


def test_a_damaged_log_gives_an_earlier_moment_of_the_run(
    forked: Any, told: Any, tmp_path: Path
) -> None:
    trainer, branches = forked()
    path = tmp_path / "run.vmlp"
    recorder = Recorder(path, trainer.setup)
    moments = []
    for _ in range(4):
        trainer.step()
        recorder.record(branches, trainer)
        moments.append(told(open_run(path)))
    files = {one.name: one.read_bytes() for one in tmp_path.glob("run.vmlp*")}
    recorder.abandon()
    assert "run.vmlp-wal" in files
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    log, rng, seen = files["run.vmlp-wal"], random.Random(3), set()
    for _ in range(40):
        for one in elsewhere.iterdir():
            one.unlink()
        (elsewhere / "run.vmlp").write_bytes(files["run.vmlp"])
        is_cut = rng.random() < 0.5
        place = rng.randrange(len(log))
        damaged = log[:place] if is_cut else flipped(log, (place, 1 << rng.randrange(8)))
        (elsewhere / "run.vmlp-wal").write_bytes(damaged)
        found = told(open_run(elsewhere / "run.vmlp"))
        is_start = found[4] == 121  # what the file began with
        assert found in moments or is_start
        seen.add(-1 if found not in moments else moments.index(found))
    assert len(seen) > 2


# Changed on purpose, seals included


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
    "text for a loss": (sealed("epochs", "UPDATE epochs SET loss = 'x'"), "is damaged"),
    "an edit less": (
        lambda db: db.execute("DELETE FROM edits WHERE branch = 1 AND number = 2"),
        "is damaged",
    ),
    "an edit beyond": (sealed("edits", "UPDATE edits SET step = 999"), "edits are out of order"),
    "negative places": (
        sealed("edits", "UPDATE edits SET record = replace(record, '[0, 3]', '[-1, 3]')"),
        "places that are none",
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
        {"dropout": {"bit_generator": "MT19937"}},
        {"dropout": {}},
        {"dropout": {"bit_generator": "PCG64", "state": {"state": "x", "inc": 1}}},
        {"sampling": {"generator": [], "position": 0}},
        {"sampling": {"position": 0}},
    ],
    ids=str,
)
def test_generators_that_cannot_go_on_are_refused(
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
