"""Scaling of inputs, fitted on the training part only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from visualmlp.data.dataset import Array, Dataset
from visualmlp.data.filling import Filling, fit_filling
from visualmlp.data.large.mapped import picked
from visualmlp.errors import DataError
from visualmlp.registry import Registry

CHUNK_VALUES = 2**17
"""Values converted at once: 1 MiB as float64, which stays in the cache."""
SHOWN_FEATURES = 8


class TrainingRows(NamedTuple):
    """What a scaling is fitted on: the training rows of a data set, with missing values filled."""

    dataset: Dataset
    rows: Array
    filling: Filling | None = None

    def chunks(self) -> Iterator[Array]:
        """Some rows after the other, float64, shape (n, n_features)."""
        for part in chunk_slices(len(self.rows), self.dataset.n_features):
            yield self._filled(picked(self.dataset.x, self.rows[part]))

    @property
    def first(self) -> Array:
        """The first row, float64, shape (n_features,)."""
        return self._filled(self.dataset.x[self.rows[0]])

    def mean(self, value: Callable[[Array], Array]) -> Array:
        """Mean over the rows of what a function makes of each chunk, shape (n_features,)."""
        total = np.zeros(self.dataset.n_features)
        for chunk in self.chunks():
            total += value(chunk).sum(axis=0)
        return total / len(self.rows)

    def _filled(self, x: Array) -> Array:
        return self.filling.apply(x) if self.filling else x.astype(np.float64)


Fit = Callable[[TrainingRows], tuple[Array, Array]]
"""Gives offset and divisor."""


@dataclass(frozen=True, slots=True)
class Scaler:
    """A way to find offset and divisor; ``to_float32`` rounds the result, see Scaling."""

    name: str
    title: str
    description: str
    fit: Fit
    to_float32: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """The map ``(x - offset) / divisor``, with offset and divisor for all features or for each.

    A division, and not a product with the reciprocal, so that 255 / 255 is exactly 1 and the
    numbers are the very ones of ``x / 255``.

    Parameters
    ----------
    offset, divisor
        float64, shape (1,) or (n_features,).
    to_float32
        Whether the numbers are rounded to float32 whatever type is asked for, as those of a
        program that keeps its pictures as float32 and computes in float64.
    filling
        What is done to missing values and unknown categories first, if there can be any.
    """

    name: str
    offset: Array
    divisor: Array
    feature_names: tuple[str, ...] = ()
    to_float32: bool = False
    filling: Filling | None = None

    def apply(self, x: Array, dtype: npt.DTypeLike = np.float64, out: Array | None = None) -> Array:
        """Scale raw inputs of shape (…, n_features).

        The result is that of float64, rounded once to ``dtype`` or to the type of ``out`` (or
        to float32 before that, if ``to_float32``).
        """
        if out is None:
            out = np.empty(np.shape(x), dtype)
        if self.to_float32 and out.dtype != np.float32:
            out[...] = self._scale(x, np.empty(np.shape(x), np.float32))
            return out
        return self._scale(x, out)

    def _scale(self, x: Array, out: Array) -> Array:
        is_exact = x.dtype in (np.uint8, np.float32) and out.dtype == np.float32
        if is_exact and self.filling is None and self.is_single_division:
            return np.divide(x, np.float32(self.divisor[0]), out=out)
        filled = self.filling.apply(x) if self.filling else x
        wide = np.subtract(filled, self.offset, dtype=np.float64)
        return np.divide(wide, self.divisor, out=out, casting="same_kind")

    @property
    def is_single_division(self) -> bool:
        """Whether all features are divided by one number that float32 holds exactly."""
        # float32 then rounds as float64 would (and is three times as fast): Figueroa 1995,
        # "When is double rounding innocuous?", since 53 >= 2 * 24 + 2.
        divisor = self.divisor[0]
        single = self.offset.size == 1 and self.offset[0] == 0
        return bool(single and np.float32(divisor) == divisor)

    def describe(self) -> str:
        """The scaling in words, with its numbers."""
        if self.name == "none":
            return "none: inputs are used as they are"
        if self.offset.size == 1:
            rounded = ", rounded to float32" if self.to_float32 else ""
            return f"{self.name}: {_formula(self.offset[0], self.divisor[0])}{rounded}"
        if self.offset.size <= SHOWN_FEATURES:
            rows = zip(self.feature_names, self.offset, self.divisor, strict=True)
            texts = [f"{feature}: {_formula(*numbers)}" for feature, *numbers in rows]
            return f"{self.name}, fitted on the training part: " + "; ".join(texts)
        return (
            f"{self.name}, fitted on the training part: (x − offset) / divisor for each of "
            f"{self.offset.size:,} features, offset {_extent(self.offset)}, "
            f"divisor {_extent(self.divisor)}"
        )


def fit_scaling(name: str, dataset: Dataset, train: Array) -> Scaling:
    """Fit the scaling of a name on the training rows of a data set.

    Parameters
    ----------
    train
        Row numbers of the training part, shape (n_train,).

    Raises
    ------
    UnknownNameError
        If there is no such scaling.
    DataError
        If the numbers are too large.
    """
    filling = fit_filling(dataset, train)
    with no_overflow(dataset.title):
        scaler = SCALERS[name]
        offset, divisor = scaler.fit(TrainingRows(dataset, train, filling))
    offset, divisor = _keep_categories(dataset, offset, divisor)
    return Scaling(name, offset, divisor, dataset.feature_names, scaler.to_float32, filling)


@contextmanager
def no_overflow(title: str, numbers: str = "inputs") -> Iterator[None]:
    """Turn an overflow in NumPy, of the numbers so called, into a DataError."""
    try:
        with np.errstate(over="raise", invalid="raise"):
            yield
    except FloatingPointError as error:
        raise DataError(
            f"{title}: the {numbers} are too large ({error}). "
            "Choose another scaling or float64, or correct the data."
        ) from error


def chunk_slices(n_rows: int, n_features: int) -> Iterator[slice]:
    """Slices that cover all rows, each of about ``CHUNK_VALUES`` values."""
    step = max(1, CHUNK_VALUES // n_features)
    return (slice(start, start + step) for start in range(0, n_rows, step))


def _keep_categories(dataset: Dataset, offset: Array, divisor: Array) -> tuple[Array, Array]:
    """Leave the 0 and 1 of categories as they are."""
    flags = np.zeros(dataset.n_features, bool)
    for column in dataset.columns:
        flags[column.features] = True
        flags[column.first] = not column.is_scaled
    if not flags.any():
        return offset, divisor
    return np.where(flags, 0.0, offset), np.where(flags, 1.0, divisor)


def _fit_none(train: TrainingRows) -> tuple[Array, Array]:
    return np.zeros(1), np.ones(1)


def _fit_range(train: TrainingRows) -> tuple[Array, Array]:
    low, high = np.array(train.dataset.value_range, np.float64)[:, None]
    return low, _or_one(high - low)


def _fit_standardise(train: TrainingRows) -> tuple[Array, Array]:
    # Differences to the first row make constant features exactly 0 and the sums more exact.
    first = train.first
    mean = first + train.mean(lambda chunk: chunk - first)
    variance = train.mean(lambda chunk: (chunk - mean) ** 2)
    return mean, _or_one(np.sqrt(variance))


def _fit_min_max(train: TrainingRows) -> tuple[Array, Array]:
    low = reduce(np.minimum, (chunk.min(axis=0) for chunk in train.chunks()))
    high = reduce(np.maximum, (chunk.max(axis=0) for chunk in train.chunks()))
    return low, _or_one(high - low)


def _or_one(divisor: Array) -> Array:
    return np.where(divisor > 0, divisor, 1.0)


def _formula(offset: float, divisor: float) -> str:
    sign = "−" if offset >= 0 else "+"
    top = "x" if offset == 0 else f"(x {sign} {abs(offset):g})"
    return f"{top} / {divisor:g}"


def _extent(values: Array) -> str:
    return f"{values.min():g} to {values.max():g}".replace("-", "−")


SCALERS: Registry[Scaler] = Registry("scaling")

SCALERS.add(
    Scaler(
        "range",
        "Possible range, 0…1",
        "Lowest and highest possible value (for tables: of all rows) become 0 and 1.",
        _fit_range,
    )
)
SCALERS.add(
    Scaler(
        "range_float32",
        "Range to 0…1, float32",
        "As the possible range to 0…1, but rounded to float32 also where training is in float64.",
        _fit_range,
        to_float32=True,
    )
)
SCALERS.add(
    Scaler(
        "standardise",
        "Mean 0, deviation 1",
        "Each feature minus its mean, divided by its standard deviation (divisor n).",
        _fit_standardise,
    )
)
SCALERS.add(
    Scaler(
        "min_max",
        "Seen range to 0…1",
        "Lowest and highest value of each feature become 0 and 1.",
        _fit_min_max,
    )
)
SCALERS.add(Scaler("none", "None", "Inputs are used as they are.", _fit_none))
