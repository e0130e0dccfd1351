"""The run file (``.vmlp``): one SQLite database with an experiment, its records and its state."""

from __future__ import annotations

import hashlib
import json
import platform
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import visualmlp
from visualmlp.engine import STREAMS
from visualmlp.errors import ExperimentError, RunFileError
from visualmlp.experiment import Experiment, from_json, replacing, to_json
from visualmlp.training.history import EpochRecord, Evaluation, History, StepLog
from visualmlp.training.state import TrainState
from visualmlp.training.trainer import Trainer

APPLICATION_ID = 0x564D4C50
"""The letters VMLP: tells SQLite files of ours from others."""

FORMAT_VERSION = 2

MAX_ARRAY_BYTES = 2**31
"""No array of a run is larger; a header that says so is damaged or malicious."""

TABLES = (
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE epochs (epoch INTEGER NOT NULL, step INTEGER NOT NULL, part TEXT NOT NULL, "
    "loss REAL, score REAL, rmse REAL, n_samples INTEGER NOT NULL, "
    "PRIMARY KEY (epoch, step, part)) WITHOUT ROWID",
    "CREATE TABLE arrays (name TEXT PRIMARY KEY, dtype TEXT NOT NULL, shape TEXT NOT NULL, "
    "data BLOB NOT NULL)",
)

SEALED = (
    "SELECT * FROM facts WHERE name <> 'checksum' ORDER BY name",
    "SELECT * FROM epochs ORDER BY epoch, step, part",
    "SELECT * FROM arrays ORDER BY name",
)
"""What the checksum covers: everything else."""

DAMAGE = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    IndexError,
    OverflowError,
    RecursionError,
)
"""What reading contents that are not as written may raise."""


@dataclass(frozen=True, slots=True)
class SavedRun:
    """What a run file holds.

    Attributes
    ----------
    experiment
        The experiment that the run began with.
    state
        The whole state at the last step.
    history
        Everything recorded up to it.
    fingerprint
        SHA-256 of the data set.
    environment
        Versions of the program and of what it computed with.
    """

    experiment: Experiment
    state: TrainState
    history: History
    fingerprint: str
    environment: dict[str, str]


def save_run(path: Path, trainer: Trainer) -> None:
    """Write a run atomically: a file of that name stays whole until the new one is.

    Raises
    ------
    RunFileError
        If the file cannot be written.
    """
    try:
        with replacing(path) as fresh, closing(sqlite3.connect(fresh)) as database, database:
            _write(database, trainer)
    except (OSError, sqlite3.Error, OverflowError) as error:  # SQLite limits the size of an array.
        reason = getattr(error, "strerror", None) or error
        raise RunFileError(f"{path}: the run cannot be saved ({reason})") from None


def load_run(path: Path) -> SavedRun:
    """Read a run file; nothing in it is executed.

    Raises
    ------
    RunFileError
        If the file is no run, is damaged, or was written by a newer program.
    """
    try:
        if not path.is_file():
            raise RunFileError("there is no such file")
        # Immutable: SQLite then neither locks it nor minds a journal that lies beside it.
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as database:
            _check(database)
            return _read(database)
    except OSError as error:
        raise RunFileError(f"{path}: cannot be read ({error.strerror or error})") from None
    except sqlite3.Error as error:
        raise RunFileError(f"{path}: is no VisualMLP run, or is damaged ({error})") from None
    except DAMAGE as error:
        raise RunFileError(f"{path}: is damaged ({error})") from None
    except (RunFileError, ExperimentError) as error:
        raise RunFileError(f"{path}: {error}") from None


def _write(database: sqlite3.Connection, trainer: Trainer) -> None:
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
    for statement in TABLES:
        database.execute(statement)
    state = trainer.state()
    facts = {
        "experiment": to_json(trainer.first_experiment),
        "experiment_at_end": to_json(state.experiment),
        "counters": json.dumps([state.step, state.epoch, state.batch, state.samples_seen]),
        "sampling": json.dumps(state.sampling, default=int),
        "dropout": json.dumps(state.dropout, default=int),
        "digest": state.digest(),
        "fingerprint": trainer.setup.data.dataset.fingerprint,
        "environment": json.dumps(environment()),
    }
    database.executemany("INSERT INTO facts VALUES (?, ?)", facts.items())
    for record in trainer.history.epochs:
        for part in ("train", "validation", "test"):
            if evaluation := getattr(record, part):
                row = (record.epoch, record.step, part, *asdict(evaluation).values())
                database.execute("INSERT INTO epochs VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    arrays = {
        "parameters": state.parameters,
        "slots": state.slots,
        "steps": trainer.history.steps.table(),
    }
    for name, array in arrays.items():
        little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
        row = (name, little.dtype.str, json.dumps(array.shape), little.tobytes())
        database.execute("INSERT INTO arrays VALUES (?, ?, ?, ?)", row)
    database.execute("INSERT INTO facts VALUES ('checksum', ?)", (_checksum(database),))


def _checksum(database: sqlite3.Connection) -> str:
    """SHA-256 of all contents; SQLite itself does not notice a changed number."""
    digest = hashlib.sha256()
    for query in SEALED:
        for row in database.execute(query):
            for value in row:
                data = value if isinstance(value, bytes) else repr(value).encode()
                digest.update(f"{len(data)}:".encode())
                digest.update(data)
    return digest.hexdigest()


def environment() -> dict[str, str]:
    """What the numbers were computed with."""
    return {
        "visualmlp": visualmlp.__version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": platform.machine(),
        "system": platform.system(),
        "blas_threads": "1",
    }


def _check(database: sqlite3.Connection) -> None:
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    (application,) = database.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise RunFileError("is no VisualMLP run")
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > FORMAT_VERSION:
        raise RunFileError(
            f"was written by a newer VisualMLP (format {version}); update to open it"
        )
    (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise RunFileError(f"is damaged ({verdict})")
    tables = [sql for (sql,) in database.execute("SELECT sql FROM sqlite_master WHERE sql > ''")]
    if sorted(tables) != sorted(TABLES):
        raise RunFileError("is damaged: it has other tables than a run")
    query = "SELECT value FROM facts WHERE name = 'checksum'"
    if database.execute(query).fetchone() != (_checksum(database),):
        raise RunFileError("is damaged: its contents do not have the checksum that was recorded")


def _read(database: sqlite3.Connection) -> SavedRun:
    facts = dict(database.execute("SELECT name, value FROM facts"))
    (version,) = database.execute("PRAGMA user_version").fetchone()
    step, epoch, batch, samples_seen = _counters(facts["counters"])
    state = TrainState(
        step=step,
        epoch=epoch,
        batch=batch,
        samples_seen=samples_seen,
        parameters=_array(database, "parameters", 1),
        slots=_array(database, "slots", 2),
        sampling=json.loads(facts["sampling"]),
        dropout=json.loads(facts["dropout"]),
        experiment=from_json(facts["experiment_at_end"]),
    )
    if version == 1:  # It knew fewer fields, and one sampling rule, which needs no batch size.
        state.sampling.setdefault("drawn_for", 1)
    elif state.digest() != facts["digest"]:
        raise RunFileError("is damaged: the state does not have the digest that was recorded")
    _check_generators(state)
    history = History(StepLog.from_table(_steps(database, step)), _epochs(database))
    return SavedRun(
        experiment=from_json(facts["experiment"]),
        state=state,
        history=history,
        fingerprint=facts["fingerprint"],
        environment=json.loads(facts["environment"]),
    )


def _counters(text: str) -> list[int]:
    counters = json.loads(text)
    if not all(type(count) is int and 0 <= count < 2**63 for count in counters):
        raise ValueError("a counter is no count")
    return list(counters)


def _check_generators(state: TrainState) -> None:
    """Refuse what no training could go on with."""
    dropout: Any = state.dropout
    np.random.PCG64().state = dropout
    STREAMS[state.experiment.random.sampling](0).restore(state.sampling["generator"])


def _array(database: sqlite3.Connection, name: str, ndim: int) -> npt.NDArray[np.floating[Any]]:
    query = "SELECT dtype, shape, data FROM arrays WHERE name = ?"
    dtype_name, shape_text, data = database.execute(query, (name,)).fetchone()
    if dtype_name not in ("<f4", "<f8") or not isinstance(data, bytes):
        raise ValueError(f"array {name} has the unexpected type {dtype_name}")
    shape, dtype = tuple(json.loads(shape_text)), np.dtype(dtype_name)
    if not all(isinstance(n, int) and n >= 0 for n in shape) or len(shape) != ndim:
        raise ValueError(f"array {name} has the unexpected shape {shape}")
    if prod(shape) * dtype.itemsize != len(data) or len(data) > MAX_ARRAY_BYTES:
        raise ValueError(f"array {name} has {len(data):,} bytes, which do not fit {shape}")
    array: npt.NDArray[np.floating[Any]] = np.frombuffer(data, dtype).reshape(shape)
    return array.astype(dtype.newbyteorder("="))


def _steps(database: sqlite3.Connection, count: int) -> npt.NDArray[np.float64]:
    table = _array(database, "steps", 2)
    if table.shape != (count, len(StepLog.COLUMNS)):
        raise ValueError(f"there are records of {len(table):,} steps instead of {count:,}")
    return table.astype(np.float64, copy=False)


def _epochs(database: sqlite3.Connection) -> list[EpochRecord]:
    parts: dict[tuple[int, int], dict[str, Evaluation]] = {}
    query = (
        "SELECT epoch, step, part, loss, score, rmse, n_samples FROM epochs ORDER BY step, epoch"
    )
    for epoch, step, part, loss, score, rmse, n_samples in database.execute(query):
        numbers = [float("nan") if value is None else float(value) for value in (loss, score, rmse)]
        figures = parts.setdefault((int(epoch), int(step)), {})
        figures[part] = Evaluation(numbers[0], numbers[1], numbers[2], int(n_samples))
    if not parts:
        raise ValueError("there is no record of an epoch")
    return [
        EpochRecord(step, epoch, figures["train"], figures.get("validation"), figures.get("test"))
        for (epoch, step), figures in parts.items()
    ]
