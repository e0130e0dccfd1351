"""Small data sets inside a run file, so that it opens where the data are not."""

from __future__ import annotations

import json
import sqlite3
import zlib
from dataclasses import asdict
from math import prod
from typing import Any

import numpy as np

from visualmlp.data import SOURCES, Column, Dataset
from visualmlp.errors import RunFileError
from visualmlp.experiment import Data
from visualmlp.runs.schema import put, rows
from visualmlp.runs.state_code import unpack

MAX_EMBEDDED_BYTES = 5 * 2**20
"""Larger data sets stay where they are."""

DTYPES = ("|u1", "|i1", *(f"<{kind}{size}" for kind in "uif" for size in (2, 4, 8)))
"""Number formats that a data set may have."""

DESCRIBED = (
    "name", "title", "task", "class_names", "feature_names", "image_shape", "value_range",
    "source", "licence", "n_given_test", "target_names", "notes",
)  # fmt: skip


def is_embedded(settings: Data, dataset: Dataset) -> bool:
    """Whether a run takes its data along: small ones that come from files of the user's.

    The program brings all others itself, or can make them again.
    """
    is_small = dataset.x.nbytes + dataset.targets.nbytes <= MAX_EMBEDDED_BYTES
    return is_small and SOURCES[settings.source].kind == "found"


def write_data_set(database: sqlite3.Connection, dataset: Dataset) -> None:
    """Write a data set, compressed: pictures and tables shrink to a half or a tenth."""
    about: dict[str, Any] = {name: getattr(dataset, name) for name in DESCRIBED}
    about["columns"] = [asdict(column) for column in dataset.columns]
    for part in ("x", "targets"):
        array = getattr(dataset, part)
        little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        about[part] = [little.dtype.str, *little.shape]
        put(database, "data_set", part, zlib.compress(little.tobytes(), 6))
    put(database, "data_set", "about", json.dumps(about).encode())


def read_data_set(database: sqlite3.Connection, fingerprint: str) -> Dataset | None:
    """The data set of a file, if it has one.

    Raises
    ------
    RunFileError, DataError
        If it is not the one that was written.
    """
    parts: dict[str, bytes] = dict(rows(database, "data_set"))
    if not parts:
        return None
    about = json.loads(parts["about"])
    described = {name: _tuples(about[name]) for name in DESCRIBED if name in about}
    described["columns"] = tuple(
        Column(**{key: _tuples(value) for key, value in column.items()})
        for column in about.get("columns", ())
    )
    arrays = {name: _array(parts[name], *about[name]) for name in ("x", "targets")}
    dataset = Dataset(**described, **arrays)
    if dataset.fingerprint != fingerprint:
        raise RunFileError("is damaged: the data in it are not those that were trained on")
    return dataset


def _array(data: bytes, dtype: str, *shape: int) -> Any:
    if dtype not in DTYPES or not all(type(n) is int and n >= 0 for n in shape):
        raise ValueError(f"the data have the unexpected type {dtype} or shape {shape}")
    size = prod(shape) * np.dtype(dtype).itemsize
    if size > 2 * MAX_EMBEDDED_BYTES:
        raise ValueError(f"the data have {size:,} bytes, which are too many")
    array = np.frombuffer(unpack(data, size + 1), dtype).reshape(shape)
    return array.astype(array.dtype.newbyteorder("="))


def _tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
