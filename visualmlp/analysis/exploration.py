"""What data look like before anything is learnt: means, distributions, correlations, points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.activity import evenly_spaced
from visualmlp.analysis.data_columns import Numbers, column_numbers, columns_of
from visualmlp.analysis.histogram import Histogram, common_limits, histogram
from visualmlp.data import Part, PreparedData

MOST_VALUES = 2**26
"""Values that are averaged or counted: all of MNIST's training part."""
CORRELATED_VALUES, MOST_CORRELATED, LEAST_ROWS = 2**22, 20_000, 200
"""Values and rows that correlations are computed from, at most; but so many rows at least."""
CHUNK = 2**17
"""Values at once: 1 MiB as float64, which stays in the cache."""
MOST_OVERLAID = 8
"""Classes whose histograms are laid over each other."""

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """Which samples of a part something is computed from: rows of it, of so many."""

    rows: Rows
    total: int

    @property
    def count(self) -> int:
        """How many samples."""
        return len(self.rows)


def look_at(data: PreparedData, part: Part, most_values: int = MOST_VALUES) -> Looked:
    """As many samples as have so many values, evenly spaced over the part."""
    most = max(LEAST_ROWS, most_values // data.n_inputs)
    return Looked(evenly_spaced(len(part), most), len(part))


def raw_chunks(data: PreparedData, part: Part, rows: Rows) -> Iterator[npt.NDArray[Any]]:
    """The samples as stored, some after the other, (n, n_features)."""
    step = max(1, CHUNK // data.n_inputs)
    for start in range(0, len(rows), step):
        yield data.raw(part.rows(rows[start : start + step]))


def variable_names(data: PreparedData) -> list[str]:
    """Names of the columns, then of the targets of a regression."""
    names = [column.name for column in columns_of(data.dataset)]
    return names + (target_names(data) if data.task == "regression" else [])


def target_names(data: PreparedData) -> list[str]:
    """A name for each number that a regression is to give."""
    n_outputs = data.n_outputs
    plain = ["target"] if n_outputs == 1 else [f"target {i}" for i in range(n_outputs)]
    return list(data.dataset.target_names) or plain


def variable(data: PreparedData, part: Part, rows: Rows, index: int) -> Numbers:
    """One column or target of some samples, (n,); NaN where missing, see ``column_numbers``."""
    columns = columns_of(data.dataset)
    if index >= len(columns):
        assert part.values is not None
        target: Numbers = part.values[rows, index - len(columns)]
        return target
    chunks = [column_numbers(columns[index], raw) for raw in raw_chunks(data, part, rows)]
    return np.concatenate([np.empty(0), *chunks])


# Means of classes


@dataclass(frozen=True, slots=True, eq=False)
class ClassMeans:
    """Means over the samples of each class, missing values left out.

    Attributes
    ----------
    looked
        The samples.
    means
        (n_classes, n_features); NaN for a class without samples. Of a regression one row.
    counts
        Samples of each class, (n_classes,).
    deviation
        Standard deviation of each feature over all samples, (n_features,).
    typical
        Row of the sample of each class that is nearest to its mean, (n_classes,); -1 for none.
    """

    looked: Looked
    means: Numbers
    counts: npt.NDArray[np.int64]
    deviation: Numbers
    typical: npt.NDArray[np.int64]


def class_means(data: PreparedData, part: Part) -> ClassMeans:
    """Means of each class, and the samples nearest to them."""
    looked = look_at(data, part)
    n_classes = max(len(data.class_names), 1)
    labels = np.zeros(looked.count, np.int64) if part.labels is None else part.labels[looked.rows]
    sums = np.zeros((n_classes, data.n_inputs))
    known, squares = np.zeros_like(sums), np.zeros(data.n_inputs)
    shift = _first(data, part)
    for x, some in _labelled_chunks(data, part, looked, labels):
        flags = np.eye(n_classes)[some]
        gaps = np.isnan(x) if data.dataset.columns else None
        x -= shift
        if gaps is not None:
            x[gaps] = 0
        sums += flags.T @ x
        known += flags.sum(axis=0)[:, None] if gaps is None else flags.T @ ~gaps
        squares += np.einsum("ij,ij->j", x, x)
    with np.errstate(invalid="ignore", divide="ignore"):
        n = known.sum(axis=0)
        variance = squares / n - (sums.sum(axis=0) / n) ** 2
        means = sums / known
    typical = _typical(data, part, looked, labels, means, shift)
    return ClassMeans(
        looked,
        means + shift,
        np.bincount(labels, minlength=n_classes),
        np.sqrt(np.maximum(variance, 0)),
        typical,
    )


def _first(data: PreparedData, part: Part) -> Numbers:
    """A sample to count from, so that squares of large numbers with small spread stay exact."""
    return np.nan_to_num(data.raw_row(part, 0).astype(np.float64))


def _typical(
    data: PreparedData,
    part: Part,
    looked: Looked,
    labels: npt.NDArray[np.int64],
    means: Numbers,
    shift: Numbers,
) -> npt.NDArray[np.int64]:
    """The sample of each class that is nearest to its mean, missing values not counted."""
    nearest = np.full(len(means), np.inf)
    typical = np.full(len(means), -1)
    centres, start = np.nan_to_num(means), 0
    for x, some in _labelled_chunks(data, part, looked, labels):
        x -= shift
        if data.dataset.columns:
            x = np.where(np.isnan(x), centres[some], x)
        size = np.einsum("ij,ij->i", x, x) + (centres**2).sum(axis=1)[some]
        away = size - 2 * (x @ centres.T)[np.arange(len(x)), some]
        for label in np.unique(some):
            rows = np.flatnonzero(some == label)
            best = rows[away[rows].argmin()]
            if away[best] < nearest[label]:
                nearest[label], typical[label] = away[best], looked.rows[start + best]
        start += len(some)
    return typical


def _labelled_chunks(
    data: PreparedData, part: Part, looked: Looked, labels: npt.NDArray[np.int64]
) -> Iterator[tuple[Numbers, npt.NDArray[np.int64]]]:
    start = 0
    for raw in raw_chunks(data, part, looked.rows):
        yield raw.astype(np.float64), labels[start : start + len(raw)]
        start += len(raw)


# Distribution of one variable


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """How the values of a column or target are spread.

    Attributes
    ----------
    looked
        The samples.
    histograms
        A name's number and its counts: of all samples (-1), or of some classes.
    table
        Counts of each category (n_categories, 1 + n_classes), all classes first; None for numbers.
    n_missing, mean, deviation, least, median, greatest
        Of all samples; NaN without any value.
    """

    looked: Looked
    histograms: tuple[tuple[int, Histogram], ...]
    table: npt.NDArray[np.int64] | None
    n_missing: int
    mean: float
    deviation: float
    least: float
    median: float
    greatest: float


def distribution(
    data: PreparedData, part: Part, index: int, classes: Sequence[int]
) -> Distribution:
    """Count the values of a column or target, for all samples or for some classes each."""
    looked = look_at(data, part)
    values = variable(data, part, looked.rows, index)
    labels = None if part.labels is None else part.labels[looked.rows]
    known = values[~np.isnan(values)]
    figures = [np.nan] * 5
    if known.size:
        figures = [known.mean(), known.std(), known.min(), np.median(known), known.max()]
    columns = columns_of(data.dataset)
    table, found = None, []
    if index < len(columns) and columns[index].kind == "category":
        table = _counts(values, labels, len(columns[index].categories), len(data.class_names))
    else:
        found = _histograms(values, labels, classes)
    n_missing = values.size - known.size
    return Distribution(looked, tuple(found), table, n_missing, *map(float, figures))


def _histograms(
    values: Numbers, labels: npt.NDArray[np.int64] | None, classes: Sequence[int]
) -> list[tuple[int, Histogram]]:
    """In bins that all have in common."""
    everything = histogram(values)
    if labels is None or not classes:
        return [(-1, everything)]
    limits = common_limits(values)
    n_bins = len(everything.counts)
    return [(k, histogram(values[labels == k], n_bins, limits)) for k in classes]


def _counts(
    values: Numbers, labels: npt.NDArray[np.int64] | None, n_categories: int, n_classes: int
) -> npt.NDArray[np.int64]:
    known = ~np.isnan(values)
    codes = values[known].astype(np.intp)
    table = np.bincount(codes, minlength=n_categories)[:, None]
    if labels is not None:
        pairs = np.bincount(
            codes * n_classes + labels[known], minlength=n_categories * n_classes
        ).reshape(n_categories, n_classes)
        table = np.hstack([table, pairs])
    return table.astype(np.int64)


# Correlations


@dataclass(frozen=True, slots=True, eq=False)
class Correlations:
    """Pearson's correlations of features and targets.

    Attributes
    ----------
    looked
        The samples.
    features
        Numbers of the features that are shown, (n,).
    names
        Of these features, then of the targets.
    values
        (n + n_targets, n + n_targets).
    n_constant
        Features that have none, since they never change.
    """

    looked: Looked
    features: Rows
    names: tuple[str, ...]
    values: Numbers
    n_constant: int


def correlations(
    data: PreparedData, part: Part, most: int, *, strongest_first: bool
) -> Correlations:
    """Correlations of at most so many features: those that go most with a target.

    Missing values are filled as for the network. Targets are the numbers of a regression; of two
    classes a 0 or 1, of more a 0 or 1 for each.
    """
    looked = look_at(data, part, CORRELATED_VALUES)
    if looked.count > MOST_CORRELATED:
        looked = Looked(evenly_spaced(looked.total, MOST_CORRELATED), looked.total)
    some = part.rows(looked.rows)
    raw, filling = data.raw(some), data.scaling.filling
    x = _standardised(filling.apply(raw) if filling else raw.astype(np.float64))
    names, t = _targets(data, some)
    t = _standardised(t)
    varies = np.flatnonzero(x.any(axis=0))
    with_target = np.abs(x[:, varies].T @ t).max(axis=1, initial=0.0)
    chosen = varies[np.argsort(-with_target, kind="stable")[:most]]
    features = chosen if strongest_first else np.sort(chosen)
    both = np.hstack([x[:, features], t])
    feature_names = data.dataset.feature_names
    return Correlations(
        looked,
        features,
        (*(feature_names[i] for i in features.tolist()), *names),
        np.clip(both.T @ both, -1, 1),
        x.shape[1] - len(varies),
    )


def _targets(data: PreparedData, part: Part) -> tuple[list[str], Numbers]:
    if part.labels is None:
        assert part.values is not None
        return target_names(data), part.values
    names, flags = data.class_names, np.eye(len(data.class_names))[part.labels]
    if len(names) == 2:
        return [names[1]], flags[:, 1:]
    return list(names), flags


def _standardised(x: Numbers) -> Numbers:
    """Columns with mean 0 and length 1; zeros where all is equal, up to rounding."""
    centred = x - x.mean(axis=0)
    size = np.abs(x).max(axis=0, initial=0.0)
    norm = np.sqrt((centred**2).sum(axis=0))
    varies = norm > 1e-12 * size * np.sqrt(len(x))
    result: Numbers = np.where(varies, centred / np.where(varies, norm, 1.0), 0.0)
    return result
