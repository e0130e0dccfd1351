"""The data of an experiment, as stored and as described by its source."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from math import isfinite, prod
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from visualmlp.data.columns import Column
from visualmlp.data.large.mapped import chunks, is_mapped, picked
from visualmlp.errors import DataError

Array: TypeAlias = npt.NDArray[Any]
SHOWN_TARGETS = 5
"""Names of target columns in a line of text."""

Task = Literal["classification", "regression"]

FINGERPRINT_ROWS, FINGERPRINT_VALUES = 4096, 2**24
"""Rows and values of mapped data that its fingerprint is made from, at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Samples with their targets; the arrays are read-only.

    Parameters
    ----------
    name, title
        Short name for files and commands, and the name on the screen.
    x
        Inputs in their stored type (uint8 for pictures), shape (n_samples, n_features).
    targets
        Classification: labels, int64, shape (n_samples,). Regression: float64, shape
        (n_samples, n_outputs).
    class_names
        One name for each label; empty for regression.
    feature_names
        One name for each column of ``x``.
    image_shape
        (rows, columns) if each sample is a picture, stored row by row.
    value_range
        Lowest and highest value that ``x`` can have: (0, 255) for pictures, measured for tables.
    n_given_test
        How many of the last rows are the source's own test part (10,000 for MNIST).
    source, licence
        Where the data came from and on which terms.
    columns
        The columns of a table, in the order of their features; empty for other data. Only a
        column with ``n_missing`` may have NaN, which is filled when the data are prepared.
    target_names
        One name for each output of a regression; empty for classes, or where nobody named them.
    notes
        What was done to the data when they were read (rows left out, say), a sentence each.

    Raises
    ------
    DataError
        If shapes disagree, a label is outside the classes, or a number is NaN or infinite.
    """

    name: str
    title: str
    x: Array
    targets: Array
    task: Task
    class_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    image_shape: tuple[int, int] | None
    value_range: tuple[float, float]
    source: str
    licence: str
    n_given_test: int = 0
    columns: tuple[Column, ...] = ()
    target_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    _fingerprint: list[str] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
        if is_mapped(self.x) and not self.x.flags.c_contiguous:
            raise self._error("is larger than memory and stored column by column: save it by rows")
        x = _read_only(np.ascontiguousarray(self.x))
        object.__setattr__(self, "x", x)
        self._check_inputs()
        targets = np.asarray(self.targets)
        check = self._check_labels if self.task == "classification" else self._check_values
        check(targets)
        dtype = np.int64 if self.task == "classification" else np.float64
        object.__setattr__(self, "targets", _read_only(np.ascontiguousarray(targets, dtype=dtype)))

    @property
    def n_samples(self) -> int:
        """Rows of ``x``."""
        return int(self.x.shape[0])

    @property
    def n_features(self) -> int:
        """Columns of ``x``."""
        return int(self.x.shape[1])

    @property
    def n_classes(self) -> int:
        """Number of classes; 0 for regression."""
        return len(self.class_names)

    @property
    def n_outputs(self) -> int:
        """Outputs of a network for this data: one a class, or one a target column."""
        return self.n_classes or int(self.targets.shape[1])

    @property
    def fingerprint(self) -> str:
        """SHA-256 of everything that a training sees, in hexadecimal; computed when first asked.

        Of data that are larger than memory it is that of evenly spaced rows, and begins with
        ``sampled-``.
        """
        if not self._fingerprint:
            self._fingerprint.append(_digest(self))
        return self._fingerprint[0]

    def class_counts(self) -> dict[str, int]:
        """Samples of each class, in the order of the classes; empty for regression."""
        return count_labels(self.targets, self.class_names)

    def facts(self) -> list[tuple[str, str]]:
        """What there is to know about the data, as (label, text) for printing."""
        mapped = is_mapped(self.x)
        n_bytes = self.targets.nbytes + (0 if mapped else self.x.nbytes)
        in_file = f", and {self.x.nbytes / 2**20:,.0f} MiB that stay in the file" if mapped else ""
        kind = f"{self.x.dtype}, {self.value_range[0]:g} to {self.value_range[1]:g}"
        shape = (
            f" (pictures of {self.image_shape[1]}×{self.image_shape[0]})"
            if self.image_shape
            else ""
        )
        return [
            ("Name", self.title),
            ("Task", self.task),
            ("Samples", f"{self.n_samples:,}" + self._test_text()),
            ("Features", f"{self.n_features:,}{shape}"),
            ("Values", kind),
            *self._target_facts(),
            ("Memory", f"{n_bytes / 2**20:.2f} MiB{in_file}"),
            ("Source", self.source),
            ("Licence", self.licence),
        ]

    def _test_text(self) -> str:
        return f" (the last {self.n_given_test:,} are the test part)" if self.n_given_test else ""

    def _target_facts(self) -> list[tuple[str, str]]:
        if self.task == "regression":
            names = ", ".join(self.target_names[:SHOWN_TARGETS])
            more = ", …" if len(self.target_names) > SHOWN_TARGETS else ""
            return [("Outputs", f"{self.n_outputs}" + (f" ({names}{more})" if names else ""))]
        return [("Classes", f"{self.n_classes}")]

    def _check_inputs(self) -> None:
        x = self.x
        self._require(x.ndim == 2 and x.size > 0, f"needs rows and columns, not shape {x.shape}")
        self._require(x.dtype.kind in "uif", f"needs numbers, not values of type {x.dtype}")
        self._require(
            len(self.feature_names) == self.n_features,
            f"{self.n_features} columns but {len(self.feature_names)} feature names",
        )
        self._require(
            self.image_shape is None or prod(self.image_shape) == self.n_features,
            f"pictures of {self.image_shape} do not have {self.n_features} values",
        )
        self._require(
            0 <= self.n_given_test < self.n_samples,
            f"{self.n_given_test} test rows among {self.n_samples} rows",
        )
        self._require(
            not self.columns or sum(c.n_features for c in self.columns) == self.n_features,
            f"the columns do not make {self.n_features} features",
        )
        self._check_range()

    def _check_range(self) -> None:
        low, high = self.value_range
        if self.x.dtype.kind in "ui":
            limits = np.iinfo(self.x.dtype)
            if low <= limits.min and limits.max <= high:
                return  # whatever they are
        measured = measure_range(self.x) if self.columns else extent(self.x)
        if not all(map(isfinite, measured)) or self._has_gaps():
            row, column, value = self._first_gap()
            where = f"row {row}, column {self.feature_names[column]!r}"
            raise self._error(f"{value} in {where}: every value must be finite")
        self._require(
            low <= measured[0] and measured[1] <= high,
            f"values from {measured[0]:g} to {measured[1]:g} do not lie in {low:g} to {high:g}",
        )

    def _has_gaps(self) -> bool:
        """Whether NaN stands where no value may be missing."""
        return bool(self.columns) and not bool(self._may_be(self.x).all())

    def _first_gap(self) -> tuple[int, int, Any]:
        """Row, column and value of the first that is not allowed."""
        for start, x in chunks(self.x):
            gaps = np.argwhere(~self._may_be(x))
            if len(gaps):
                row, column = gaps[0].tolist()
                return start + row, column, x[row, column]
        raise AssertionError("there is none")

    def _may_be(self, x: Array) -> Array:
        """Whether each value of some rows is allowed: finite, or NaN where some are missing."""
        allowed = np.isfinite(x)
        for column in self.columns:
            if column.n_missing:
                allowed[:, column.features] |= np.isnan(x[:, column.features])
        return allowed

    def _check_labels(self, labels: Array) -> None:
        self._require(
            labels.shape == (self.n_samples,) and labels.dtype.kind in "ui",
            f"needs {self.n_samples} whole-number labels, not {labels.dtype} of {labels.shape}",
        )
        unique = len(set(self.class_names)) == self.n_classes > 0
        self._require(unique, "needs class names, each different")
        outside = np.flatnonzero((labels < 0) | (labels >= self.n_classes))
        if outside.size:
            row = outside[0]
            last = self.n_classes - 1
            raise self._error(f"label {labels[row]} in row {row} is outside 0 to {last}")

    def _check_values(self, values: Array) -> None:
        self._require(
            values.ndim == 2 and len(values) == self.n_samples and values.shape[1] > 0,
            f"needs {self.n_samples} rows of targets, not shape {values.shape}",
        )
        self._require(values.dtype.kind in "uif", f"needs number targets, not {values.dtype}")
        self._require(not self.class_names, "a regression has no classes")
        bad = np.argwhere(~np.isfinite(values))
        if bad.size:
            row, column = bad[0]
            raise self._error(f"the target in row {row} is {values[row, column]}: must be finite")

    def _require(self, condition: bool, message: str) -> None:
        if not condition:
            raise self._error(message)

    def _error(self, message: str) -> DataError:
        return DataError(f"{self.title}: {message}.")


def measure_range(x: Array) -> tuple[float, float]:
    """Lowest and highest value of an array, NaN left out; NaN if there is no other."""
    if x.dtype.kind != "f":
        return extent(x)
    parts = [(np.fmin.reduce(part, None), np.fmax.reduce(part, None)) for _, part in chunks(x)]
    lows, highs = zip(*parts, strict=True)
    return float(np.fmin.reduce(lows)), float(np.fmax.reduce(highs))


def extent(x: Array) -> tuple[float, float]:
    """Lowest and highest value of an array; NaN if there is one."""
    lows, highs = zip(*((part.min(), part.max()) for _, part in chunks(x)), strict=True)
    return float(np.min(lows)), float(np.max(highs))


def pixel_names(image_shape: tuple[int, int]) -> tuple[str, ...]:
    """Feature names of a picture stored row by row: ``r0c0``, ``r0c1``, …"""
    rows, columns = image_shape
    return tuple(f"r{row}c{column}" for row in range(rows) for column in range(columns))


def count_labels(labels: Array, class_names: tuple[str, ...]) -> dict[str, int]:
    """How often each label 0, 1, … occurs, by the names of the classes."""
    if not class_names:
        return {}
    counts = np.bincount(labels, minlength=len(class_names))
    return dict(zip(class_names, counts.tolist(), strict=True))


def _read_only(array: Array) -> Array:
    view = array.view()
    view.setflags(write=False)
    return view


def _digest(dataset: Dataset) -> str:
    described = [dataset.task, dataset.class_names, dataset.feature_names, dataset.image_shape]
    numbers: list[Any] = [dataset.value_range, dataset.n_given_test]
    if dataset.columns:  # data without them keep the fingerprint that older files have
        numbers.append([asdict(column) for column in dataset.columns])
    sha = hashlib.sha256(json.dumps([*described, *numbers]).encode())
    x, mark = dataset.x, ""
    if is_mapped(x):
        mark = "sampled-"
        sha.update(str(x.shape).encode())
        x = picked(x, _looked_at(x))
    for array in (x, dataset.targets):
        little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        sha.update(f"{little.dtype.str}{little.shape}".encode())
        sha.update(little.reshape(-1).data)
    return mark + sha.hexdigest()


def _looked_at(x: Array) -> Array:
    """Rows that stand for all of a mapped array, evenly spaced, the first and the last with them.

    Reading all of them would hold up each beginning of a run.
    """
    count = min(len(x), FINGERPRINT_ROWS, max(2, FINGERPRINT_VALUES // x.shape[1]))
    return np.linspace(0, len(x) - 1, count).astype(np.intp)
