"""The data of an experiment, as stored and as described by its source."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isfinite, prod
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from visualmlp.errors import DataError

Array: TypeAlias = npt.NDArray[Any]
Task = Literal["classification", "regression"]


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
    _fingerprint: list[str] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
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
        """SHA-256 of everything that a training sees, in hexadecimal; computed when first asked."""
        if not self._fingerprint:
            self._fingerprint.append(_digest(self))
        return self._fingerprint[0]

    def class_counts(self) -> dict[str, int]:
        """Samples of each class, in the order of the classes; empty for regression."""
        return count_labels(self.targets, self.class_names)

    def facts(self) -> list[tuple[str, str]]:
        """What there is to know about the data, as (label, text) for printing."""
        kind = f"{self.x.dtype}, {self.value_range[0]:g} to {self.value_range[1]:g}"
        shape = (
            f" ({self.image_shape[0]}×{self.image_shape[1]} pictures)" if self.image_shape else ""
        )
        return [
            ("Name", self.title),
            ("Task", self.task),
            ("Samples", f"{self.n_samples:,}" + self._test_text()),
            ("Features", f"{self.n_features:,}{shape}"),
            ("Values", kind),
            *self._target_facts(),
            ("Memory", f"{(self.x.nbytes + self.targets.nbytes) / 2**20:.2f} MiB"),
            ("Source", self.source),
            ("Licence", self.licence),
        ]

    def _test_text(self) -> str:
        return f" (the last {self.n_given_test:,} are the test part)" if self.n_given_test else ""

    def _target_facts(self) -> list[tuple[str, str]]:
        if self.task == "regression":
            return [("Outputs", f"{self.n_outputs}")]
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
        self._check_range()

    def _check_range(self) -> None:
        low, high = self.value_range
        measured = measure_range(self.x)
        if not all(map(isfinite, measured)):
            row, column = np.argwhere(~np.isfinite(self.x))[0]
            where = f"row {row}, column {self.feature_names[column]!r}"
            raise self._error(f"{self.x[row, column]} in {where}: every value must be finite")
        self._require(
            low <= measured[0] and measured[1] <= high,
            f"values from {measured[0]:g} to {measured[1]:g} do not lie in {low:g} to {high:g}",
        )

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
    """Lowest and highest value of an array; NaN if it holds one."""
    return float(x.min()), float(x.max())


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
    numbers = [dataset.value_range, dataset.n_given_test]
    parts: Iterable[Array] = (dataset.x, dataset.targets)
    sha = hashlib.sha256(json.dumps([*described, *numbers]).encode())
    for array in parts:
        little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        sha.update(f"{little.dtype.str}{little.shape}".encode())
        sha.update(little.reshape(-1).data)
    return sha.hexdigest()
