"""The tables of a run file, and how databases are opened that anybody may have written."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any

from visualmlp.errors import DataError, ExperimentError, RunFileError

APPLICATION_ID = 0x564D4C50
"""The letters VMLP: tells SQLite files of ours from others."""

FORMAT_VERSION = 3

PAGE_SIZE = 8192

PATIENCE = 20.0
"""Seconds that reading a file's records may take; a damaged index could lead in circles."""

TABLES = {
    "facts": "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL, "
    "seal BLOB NOT NULL) WITHOUT ROWID",
    "experiments": "CREATE TABLE experiments (number INTEGER PRIMARY KEY, text TEXT NOT NULL, "
    "seal BLOB NOT NULL)",
    "branches": "CREATE TABLE branches (number INTEGER PRIMARY KEY, record TEXT NOT NULL, "
    "seal BLOB NOT NULL)",
    "steps": "CREATE TABLE steps (branch INTEGER NOT NULL, first INTEGER NOT NULL, "
    "data BLOB NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (branch, first))",
    "epochs": "CREATE TABLE epochs (branch INTEGER NOT NULL, number INTEGER NOT NULL, "
    "part TEXT NOT NULL, epoch INTEGER NOT NULL, step INTEGER NOT NULL, loss REAL, score REAL, "
    "rmse REAL, n_samples INTEGER NOT NULL, seal BLOB NOT NULL, "
    "PRIMARY KEY (branch, number, part)) WITHOUT ROWID",
    "edits": "CREATE TABLE edits (branch INTEGER NOT NULL, number INTEGER NOT NULL, "
    "step INTEGER NOT NULL, label TEXT NOT NULL, record TEXT NOT NULL, seal BLOB NOT NULL, "
    "PRIMARY KEY (branch, number))",
    "events": "CREATE TABLE events (branch INTEGER NOT NULL, number INTEGER NOT NULL, "
    "step INTEGER NOT NULL, text TEXT NOT NULL, seal BLOB NOT NULL, "
    "PRIMARY KEY (branch, number)) WITHOUT ROWID",
    "checkpoints": "CREATE TABLE checkpoints (branch INTEGER NOT NULL, step INTEGER NOT NULL, "
    "n_edits INTEGER NOT NULL, digest BLOB NOT NULL, n_bytes INTEGER NOT NULL, "
    "seal BLOB NOT NULL, PRIMARY KEY (branch, step)) WITHOUT ROWID",
    "data_set": "CREATE TABLE data_set (part TEXT PRIMARY KEY, value BLOB NOT NULL, "
    "seal BLOB NOT NULL)",
    "states": "CREATE TABLE states (digest BLOB PRIMARY KEY, about BLOB NOT NULL, "
    "data BLOB NOT NULL)",
}
"""Statements that make the tables; a file has exactly these, and others are not looked at."""

KINDS: dict[str, tuple[type, ...]] = {
    "INTEGER": (int,),
    "REAL": (float, type(None)),
    "TEXT": (str,),
    "BLOB": (bytes,),
}
"""What a column of a declared type may hold: SQLite itself takes anything anywhere."""

COLUMNS = {
    name: [KINDS[kind] for kind in re.findall(r"[(,] ?\w+ (INTEGER|REAL|TEXT|BLOB)", statement)]
    for name, statement in TABLES.items()
}
"""What the columns of each table may hold, in their order."""

LARGE = ("states",)
"""Tables that may hold gigabytes: their rows are checked one by one when they are needed."""

DAMAGE = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    IndexError,
    OverflowError,
    RecursionError,
    MemoryError,
)
"""What reading contents that are not as written may raise."""


def seal(table: str, *values: object) -> bytes:
    """Eight bytes that no other row has: SQLite itself does not notice a changed number."""
    digest = blake2b(table.encode(), digest_size=8)
    for value in values:
        data = value if isinstance(value, bytes) else repr(value).encode()
        digest.update(f"|{len(data)}:".encode())
        digest.update(data)
    return digest.digest()


def put(database: sqlite3.Connection, table: str, *values: object) -> None:
    """Write a row with its seal; one of the same key is replaced."""
    marks = ", ".join("?" * (len(values) + 1))
    row = (*values, seal(table, *values))
    database.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", row)


def rows(
    database: sqlite3.Connection, table: str, condition: str = "", *arguments: object
) -> Iterator[tuple[Any, ...]]:
    """The rows of a table without their seals, in the order of their keys.

    Raises
    ------
    RunFileError
        If a row is not the one that was written.
    """
    for *values, written in database.execute(f"SELECT * FROM {table} {condition}", arguments):
        if seal(table, *values) != written:
            raise RunFileError(f"is damaged: table {table} does not hold what was written")
        if not all(map(isinstance, values, COLUMNS[table])):
            raise RunFileError(f"is damaged: table {table} has values of other types")
        yield tuple(values)


def log_of(path: Path) -> Path:
    """Where SQLite keeps what is not in the file yet, while it is written."""
    return path.with_name(path.name + "-wal")


def companions(path: Path) -> tuple[Path, Path]:
    """The files that SQLite may keep beside a database."""
    return log_of(path), path.with_name(path.name + "-shm")


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A run file to read, at one moment of its life even while it is written.

    Raises
    ------
    RunFileError
        If there is none, it cannot be read, is damaged, or newer than the program. The text
        begins with the path.
    """
    try:
        if not path.is_file():
            raise RunFileError("is a folder" if path.is_dir() else "there is no such file")
        with closing(_open(path)) as database:
            database.execute("BEGIN")
            check_kind(database)
            yield database
    except OSError as error:
        raise RunFileError(f"{path}: cannot be read ({error.strerror or error})") from None
    except sqlite3.Error as error:
        if log_of(path).exists() and not os.access(path.parent, os.W_OK):
            raise RunFileError(
                f"{path}: cannot be read here, since {log_of(path).name} belongs to it and the "
                "folder is read-only; copy both into a folder of your own"
            ) from None
        raise RunFileError(f"{path}: is no VisualMLP run, or is damaged ({error})") from None
    except DAMAGE as error:
        raise RunFileError(f"{path}: is damaged ({error})") from None
    except (RunFileError, ExperimentError, DataError) as error:
        raise RunFileError(f"{path}: {error}") from None


def _open(path: Path) -> sqlite3.Connection:
    # Without a log nobody writes: immutable then neither locks the file nor leaves any beside it.
    mode = "mode=ro" if log_of(path).exists() else "mode=ro&immutable=1"
    uri = f"{path.resolve().as_uri()}?{mode}"
    database = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=5)
    limit = time.monotonic() + PATIENCE
    database.set_progress_handler(lambda: time.monotonic() > limit, 100_000)
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    database.execute("PRAGMA query_only = ON")
    return database


def check_kind(database: sqlite3.Connection) -> None:
    """Refuse other files than runs, and runs of a later program.

    Raises
    ------
    RunFileError
        If it is one.
    """
    (application,) = database.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise RunFileError("is no VisualMLP run")
    version = version_of(database)
    if version > FORMAT_VERSION:
        raise RunFileError(
            f"was written by a newer VisualMLP (format {version}); update to open it"
        )


def version_of(database: sqlite3.Connection) -> int:
    """The format that a file says it has."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    return int(version)


def check_tables(database: sqlite3.Connection) -> None:
    """Refuse a file whose tables are not ours, or whose pages are in disorder.

    The large table's pages are left out: a gigabyte would take seconds to be looked through, and
    every state has a SHA-256 that is compared when it is loaded.

    Raises
    ------
    RunFileError
        If something is wrong.
    """
    for name, statement in TABLES.items():
        query = "SELECT type, sql FROM sqlite_master WHERE name = ?"
        if database.execute(query, (name,)).fetchall() != [("table", statement)]:
            raise RunFileError(f"is damaged: it has no table {name} as runs have it")
    for name in TABLES:
        if name not in LARGE:
            check_pages(database, name)


def check_pages(database: sqlite3.Connection, table: str) -> None:
    """Refuse a table whose pages are in disorder.

    Raises
    ------
    RunFileError
        If they are.
    """
    (verdict,) = database.execute(f"PRAGMA quick_check({table})").fetchone()
    if verdict != "ok":
        raise RunFileError(f"is damaged ({' '.join(str(verdict).split())})")


def create(path: Path) -> None:
    """Write a file without contents.

    Raises
    ------
    OSError, sqlite3.Error
        If it cannot be written.
    """
    with filling(path) as database:
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
        for statement in TABLES.values():
            database.execute(statement)


@contextmanager
def filling(path: Path) -> Iterator[sqlite3.Connection]:
    """A new file to write at once; whoever puts it in its place sees to it that it is on disk."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN")
        yield database
        database.execute("COMMIT")
