"""Damaged run files give the saved run or one message, never wrong numbers."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.errors import RunFileError
from visualmlp.experiment import Experiment, apply_settings, to_json
from visualmlp.runs import SavedRun, load_run, save_run
from visualmlp.runs import file as module
from visualmlp.training.setup import build
from visualmlp.training.trainer import Trainer

SMALL = (
    "data.source=xor",
    "data.n_samples=43",
    "training.batch_size=8",
    "network.hidden=[{units = 5, dropout = 0.3}]",
)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A run file of 200 steps."""
    trainer = Trainer(build(apply_settings(Experiment(title="small"), SMALL)))
    for _ in range(200):
        trainer.step()
    path = tmp_path_factory.mktemp("saved") / "run.vmlp"
    save_run(path, trainer)
    return path.read_bytes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged")


def told(saved: SavedRun) -> tuple[object, ...]:
    """All that a file tells, comparable."""
    table = saved.history.steps.table()
    return (
        saved.state.digest(),
        to_json(saved.experiment),
        table.shape,
        table.tobytes(),
        repr(saved.history.epochs),
        saved.fingerprint,
        saved.environment,
    )


def load(content: bytes, folder: Path) -> SavedRun | None:
    """The run that a file of this content holds; None if it is refused as it should be."""
    path = folder / "run.vmlp"
    path.write_bytes(content)
    try:
        return load_run(path)
    except RunFileError as error:
        message = str(error)
    assert message.startswith(f"{path}: ")
    return None


def assert_refused_or_the_same(
    variants: Iterable[bytes], content: bytes, folder: Path
) -> tuple[int, int]:
    """Try all; give how many were refused, and how many told the same run."""
    saved = load(content, folder)
    assert saved is not None
    truth, refused, same = told(saved), 0, 0
    for damaged in variants:
        read = load(damaged, folder)
        assert read is None or told(read) == truth
        refused, same = refused + (read is None), same + (read is not None)
    return refused, same


def flipped(content: bytes, *places: tuple[int, int]) -> bytes:
    damaged = bytearray(content)
    for place, mask in places:
        damaged[place % len(damaged)] ^= mask
    return bytes(damaged)


def test_single_flipped_bytes(content: bytes, folder: Path) -> None:
    rng = random.Random(1)
    places = [(rng.randrange(len(content)), 1 << rng.randrange(8)) for _ in range(600)]
    variants = (flipped(content, place) for place in places)
    refused, _ = assert_refused_or_the_same(variants, content, folder)
    assert refused > 100


def test_every_byte_of_the_header(content: bytes, folder: Path) -> None:
    variants = (flipped(content, (place, mask)) for place in range(100) for mask in (1, 0x80, 0xFF))
    refused, _ = assert_refused_or_the_same(variants, content, folder)
    assert refused > 50


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2**20), st.integers(1, 255)), min_size=2, max_size=30))
def test_many_flipped_bytes(content: bytes, folder: Path, places: list[tuple[int, int]]) -> None:
    assert_refused_or_the_same([flipped(content, *places)], content, folder)


def test_cut_files(content: bytes, folder: Path) -> None:
    rng = random.Random(2)
    lengths = [0, 1, 15, 16, 99, 100, 4095, 4096, len(content) - 4096, len(content) - 1]
    lengths += [rng.randrange(len(content)) for _ in range(60)]
    refused, same = assert_refused_or_the_same(
        (content[:length] for length in lengths), content, folder
    )
    assert refused == len(lengths)
    assert same == 0


def test_pages_exchanged_zeroed_or_repeated(content: bytes, folder: Path) -> None:
    pages = [content[start : start + 4096] for start in range(0, len(content), 4096)]
    variants = []
    for i in range(1, len(pages)):
        variants.append(b"".join([*pages[:i], bytes(4096), *pages[i + 1 :]]))
        variants.append(b"".join([*pages[:i], pages[i - 1], *pages[i + 1 :]]))
    refused, _ = assert_refused_or_the_same(variants, content, folder)
    assert refused > len(pages) // 2


def test_a_tail_does_not_matter(content: bytes, folder: Path) -> None:
    read = load(content + b"tail", folder)
    assert read is None or told(read) == told(load(content, folder))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "content",
    [b"", bytes(8192), b"hello", b"PK\x03\x04" + bytes(100), b"SQLite format 3\x00"],
    ids=["empty", "zeros", "text", "zip", "magic"],
)
def test_other_files(content: bytes, folder: Path) -> None:
    assert load(content, folder) is None


def test_other_databases(folder: Path) -> None:
    path = folder / "other.vmlp"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE facts (name, value)")
    with pytest.raises(RunFileError, match="is no VisualMLP run"):
        load_run(path)


def test_a_missing_file(folder: Path) -> None:
    with pytest.raises(RunFileError, match=r"missing\.vmlp: there is no such file"):
        load_run(folder / "missing.vmlp")


# Changed on purpose, seal included


def altered(content: bytes, folder: Path, *statements: str, sealed: bool = True) -> Path:
    path = folder / "altered.vmlp"
    path.write_bytes(content)
    with closing(sqlite3.connect(path)) as database, database:
        for statement in statements:
            database.execute(statement)
        if sealed:
            update = "UPDATE facts SET value = ? WHERE name = 'checksum'"
            database.execute(update, (module._checksum(database),))
    return path


CHANGES = {
    "a newer format": ("PRAGMA user_version = 3", "newer VisualMLP .format 3.; update"),
    "another application": ("PRAGMA application_id = 1", "is no VisualMLP run"),
    "no digest": ("DELETE FROM facts WHERE name = 'digest'", "is damaged"),
    "no counters": ("DELETE FROM facts WHERE name = 'counters'", "is damaged"),
    "odd counters": ("UPDATE facts SET value = '[1]' WHERE name = 'counters'", "is damaged"),
    "other counters": ("UPDATE facts SET value = '[1,2,3,4]' WHERE name = 'counters'", "digest"),
    "counters of no numbers": (
        "UPDATE facts SET value = '[200, \"x\", 0, 0]' WHERE name = 'counters'",
        "a counter is no count",
    ),
    "negative counters": (
        "UPDATE facts SET value = '[200, -1, 0, 0]' WHERE name = 'counters'",
        "a counter is no count",
    ),
    "no epochs": ("DELETE FROM epochs", "no record of an epoch"),
    "deep text": (
        f"UPDATE facts SET value = '{'[' * 100_000}' WHERE name = 'sampling'",
        "is damaged",
    ),
    "a newer experiment": (
        "UPDATE facts SET value = '{\"schema_version\":2}' WHERE name = 'experiment'",
        "schema_version 2 is newer",
    ),
    "no arrays": ("DELETE FROM arrays", "is damaged"),
    "text for an array": ("UPDATE arrays SET data = 'text'", "is damaged"),
    "objects for an array": ("UPDATE arrays SET dtype = '|O'", r"unexpected type \|O"),
    "a negative shape": ("UPDATE arrays SET shape = '[-1]'", "unexpected shape"),
    "a huge shape": (
        "UPDATE arrays SET shape = '[1099511627776]' WHERE name = 'parameters'",
        "do not fit",
    ),
    "a shape of text": ("UPDATE arrays SET shape = '[\"7\"]'", "unexpected shape"),
    "a matrix for a vector": (
        "UPDATE arrays SET shape = '[1, ' || substr(shape, 2) WHERE name = 'parameters'",
        "unexpected shape",
    ),
    "fewer steps": (
        "UPDATE arrays SET shape = '[199, 3]', data = substr(data, 1, 4776) WHERE name = 'steps'",
        "records of 199 steps instead of 200",
    ),
    "an epoch without training figures": (
        "DELETE FROM epochs WHERE part = 'train' AND epoch = 1",
        "is damaged",
    ),
    "text for a loss": ("UPDATE epochs SET loss = 'x'", "is damaged"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_contents_that_cannot_be_are_refused(kind: str, content: bytes, folder: Path) -> None:
    statement, reason = CHANGES[kind]
    path = altered(content, folder, statement)
    with pytest.raises(RunFileError, match=reason) as caught:
        load_run(path)
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE epochs SET loss = loss + 1e-12 WHERE epoch = 2 AND part = 'train'",
        "UPDATE epochs SET n_samples = 1 WHERE epoch = 2 AND part = 'train'",
        "UPDATE facts SET value = 'x' WHERE name = 'fingerprint'",
        "UPDATE facts SET value = '{}' WHERE name = 'environment'",
        "DELETE FROM facts WHERE name = 'checksum'",
        "INSERT INTO facts VALUES ('more', '')",
    ],
)
def test_every_changed_number_is_noticed(statement: str, content: bytes, folder: Path) -> None:
    path = altered(content, folder, statement, sealed=False)
    with pytest.raises(RunFileError, match="do not have the checksum"):
        load_run(path)


@pytest.mark.parametrize(
    "statements",
    [
        ["DROP TABLE epochs"],
        ["CREATE TABLE more (x)"],
        ["CREATE VIEW endless AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
         "SELECT x AS name, x AS value FROM n"],
        ["ALTER TABLE arrays ADD COLUMN more TEXT"],
        ["CREATE TRIGGER t AFTER INSERT ON facts BEGIN DELETE FROM facts; END"],
    ],
    ids=["fewer", "more", "view", "column", "trigger"],
)  # fmt: skip
def test_other_tables_are_refused(statements: list[str], content: bytes, folder: Path) -> None:
    path = altered(content, folder, *statements, sealed=False)
    with pytest.raises(RunFileError, match="other tables than a run"):
        load_run(path)


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
    saved = load(content, folder)
    assert saved is not None
    trainer = Trainer(build(saved.experiment))
    state = replace(trainer.state(), **change)
    monkeypatch.setattr(trainer, "state", lambda: state)
    save_run(folder / "foreign.vmlp", trainer)
    with pytest.raises(RunFileError, match="is damaged"):
        load_run(folder / "foreign.vmlp")
