"""States as rows of a run file, and back."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from visualmlp.engine import STREAMS, Array
from visualmlp.errors import RunFileError
from visualmlp.experiment import Experiment
from visualmlp.training.state import TrainState

MAX_STATE_BYTES = 900 * 2**20
"""No state is larger: SQLite keeps a row under a thousand million bytes."""

MAX_ABOUT_BYTES = 2**26
"""What a state says beside its arrays is no longer than this."""


def encode_state(state: TrainState, experiment: int) -> tuple[bytes, bytes, bytes]:
    """Digest, description and arrays of a state whose experiment has this number.

    The description is compressed (generators, frozen places); the arrays are not: on parameters
    zlib saves 7 % and takes twenty times as long as writing them.
    """
    about = {
        "counters": [state.step, state.epoch, state.batch, state.samples_seen],
        "sampling": state.sampling,
        "dropout": state.dropout,
        "frozen": state.frozen,
        "experiment": experiment,
        "dtype": _little(state.parameters).dtype.str,
        "shapes": [state.parameters.shape, state.slots.shape],
    }
    text = json.dumps(about, default=int).encode()
    arrays = _little(state.parameters).tobytes() + _little(state.slots).tobytes()
    return bytes.fromhex(state.digest()), zlib.compress(text, 1), arrays


def load_state(
    database: sqlite3.Connection, digest: bytes, experiment: Callable[[int], Experiment]
) -> TrainState:
    """The state of a digest.

    Raises
    ------
    RunFileError
        If it is not there, or is not the one that was written.
    """
    query = "SELECT rowid, length(about), length(data) FROM states WHERE digest = ?"
    found = database.execute(query, (digest,)).fetchone()
    if found is None:
        raise RunFileError("is damaged: a state is missing")
    row, *sizes = found
    if not all(type(size) is int for size in sizes) or sum(sizes) > MAX_STATE_BYTES:
        raise RunFileError("is damaged: a state is too large")
    query = "SELECT about, data FROM states WHERE rowid = ?"
    about, data = database.execute(query, (row,)).fetchone()
    state = _decode(about, data, experiment)
    if bytes.fromhex(state.digest()) != digest:
        raise RunFileError("is damaged: a state does not have the digest that was recorded")
    check_generators(state)
    return state


def _decode(about: bytes, data: bytes, experiment: Callable[[int], Experiment]) -> TrainState:
    values = json.loads(unpack(about, MAX_ABOUT_BYTES))
    dtype = np.dtype({"<f4": "<f4", "<f8": "<f8"}[values["dtype"]])
    shapes = [_shape(values["shapes"][0], 1), _shape(values["shapes"][1], 2)]
    counts = [prod(shape) for shape in shapes]
    if sum(counts) * dtype.itemsize != len(data):
        raise ValueError(f"a state has {len(data):,} bytes, which do not fit {shapes}")
    numbers: Array = np.frombuffer(data, dtype).astype(dtype.newbyteorder("="))
    step, epoch, batch, samples_seen = counts_in(values["counters"])
    return TrainState(
        step=step,
        epoch=epoch,
        batch=batch,
        samples_seen=samples_seen,
        parameters=numbers[: counts[0]],
        slots=numbers[counts[0] :].reshape(shapes[1]),
        sampling=values["sampling"],
        dropout=values["dropout"],
        experiment=experiment(values["experiment"]),
        frozen=counts_in(values["frozen"]),
    )


def unpack(data: bytes, limit: int) -> bytes:
    """Decompress at most so many bytes.

    Raises
    ------
    ValueError
        If there are more, or they are damaged.
    """
    unpacker = zlib.decompressobj()
    try:
        unpacked = unpacker.decompress(data, limit)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not unpacker.eof:
        raise ValueError("something compressed is cut short, or too long")
    return unpacked


def counts_in(values: Any) -> tuple[int, ...]:
    """Whole numbers from 0 that a file has.

    Raises
    ------
    ValueError
        If one is none.
    """
    if not all(type(value) is int and 0 <= value < 2**63 for value in values):
        raise ValueError("something counted is no count")
    return tuple(values)


def _shape(value: Any, ndim: int) -> tuple[int, ...]:
    if len(value) != ndim or not all(type(n) is int and 0 <= n < 2**31 for n in value):
        raise ValueError(f"a state has the unexpected shape {value}")
    return tuple(value)


def _little(array: Array) -> Array:
    little: Array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return little


def check_generators(state: TrainState) -> None:
    """Refuse what no training could go on with.

    Raises
    ------
    ValueError, TypeError, KeyError
        If it is so.
    """
    dropout: Any = state.dropout
    np.random.PCG64().state = dropout
    STREAMS[state.experiment.random.sampling](0).restore(state.sampling["generator"])
