"""Means, distributions and correlations of data, against plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from visualmlp.analysis import exploration
from visualmlp.analysis.exploration import (
    class_means,
    correlations,
    distribution,
    look_at,
    target_names,
    variable,
    variable_names,
)
from visualmlp.data import Column, Dataset, SourceSettings, load, prepare
from visualmlp.data.columns import encode
from visualmlp.data.dataset import measure_range


@pytest.fixture(scope="module")
def digits():
    return prepare(load("digits", SourceSettings()))


@pytest.fixture(scope="module")
def iris():
    return prepare(load("iris", SourceSettings()))


@pytest.fixture(scope="module")
def curve():
    return prepare(load("curve", SourceSettings()))


@pytest.fixture(scope="module")
def mixed():
    """Ages with gaps, colours with gaps, and two classes."""
    rng = np.random.default_rng(0)
    ages = np.where(rng.random(60) < 0.2, np.nan, rng.normal(30, 5, 60))
    colours = np.array(["red", "green", ""])[rng.integers(0, 3, 60)]
    columns = (
        Column("age", "number", 0, (), "mean", int(np.isnan(ages).sum())),
        Column("colour", "category", 1, ("green", "red"), "mode", int((colours == "").sum())),
    )
    x = encode(columns, {"age": ages, "colour": colours})
    dataset = Dataset(
        *("mixed", "Mixed", x, rng.integers(0, 2, 60), "classification", ("a", "b")),
        feature_names=("age", "colour = green", "colour = red"),
        image_shape=None,
        value_range=measure_range(x),
        source="",
        licence="",
        columns=columns,
    )
    return prepare(dataset)


@pytest.mark.parametrize("chunk", [100, exploration.CHUNK])
def test_class_means_and_the_samples_nearest_to_them(digits, monkeypatch, chunk) -> None:
    monkeypatch.setattr(exploration, "CHUNK", chunk)
    found = class_means(digits, digits.train)
    x, labels = digits.raw(digits.train).astype(float), digits.train.labels
    assert found.looked.count == found.looked.total == len(x)
    assert np.allclose(found.deviation, x.std(axis=0))
    for k in range(10):
        of_class = x[labels == k]
        assert np.allclose(found.means[k], of_class.mean(axis=0))
        away = ((x - of_class.mean(axis=0)) ** 2).sum(axis=1)
        away[labels != k] = np.inf
        assert found.typical[k] == away.argmin()


def test_means_leave_missing_values_out(mixed) -> None:
    found = class_means(mixed, mixed.train)
    x, labels = mixed.raw(mixed.train), mixed.train.labels
    for k in range(2):
        assert np.allclose(found.means[k], np.nanmean(x[labels == k], axis=0))
    assert np.allclose(found.deviation, np.nanstd(x, axis=0))


def test_a_small_spread_far_from_zero_stays_exact() -> None:
    x = 1e9 + np.arange(10.0)[:, None]
    dataset = Dataset(
        *("far", "Far", x, np.zeros((10, 1)), "regression", (), ("x",), None),
        *(measure_range(x), "", ""),
    )
    data = prepare(dataset)
    expected = data.raw(data.train).std()
    assert class_means(data, data.train).deviation[0] == pytest.approx(expected, rel=1e-9)


def test_a_regression_has_one_mean(curve) -> None:
    found = class_means(curve, curve.train)
    assert found.means.shape == (1, 1)
    assert found.means[0, 0] == pytest.approx(curve.raw(curve.train).mean())


def test_histograms_of_classes_share_their_bins(iris) -> None:
    everything = distribution(iris, iris.train, 2, ())
    (number, whole), *rest = everything.histograms
    assert (number, rest) == (-1, [])
    values = iris.raw(iris.train)[:, 2]
    assert (everything.mean, everything.deviation) == (values.mean(), values.std())
    assert everything.median == np.median(values)
    found = distribution(iris, iris.train, 2, (0, 2))
    assert [k for k, _ in found.histograms] == [0, 2]
    for k, counts in found.histograms:
        assert counts.edges.tolist() == whole.edges.tolist()
        assert counts.counts.sum() == (iris.train.labels == k).sum()


def test_categories_are_counted_by_class(mixed) -> None:
    found = distribution(mixed, mixed.train, 1, ())
    x, labels = mixed.raw(mixed.train), mixed.train.labels
    assert found.n_missing == np.isnan(x[:, 1]).sum() > 0
    for category in range(2):
        has = x[:, 1 + category] == 1
        expected = [has.sum(), *((has & (labels == k)).sum() for k in range(2))]
        assert found.table[category].tolist() == expected
    ages = distribution(mixed, mixed.train, 0, ())
    assert ages.n_missing == np.isnan(x[:, 0]).sum() > 0
    assert ages.histograms[0][1].counts.sum() == len(x) - ages.n_missing


def test_targets_are_variables_of_a_regression(curve, iris) -> None:
    assert variable_names(curve) == ["x", *target_names(curve)]
    values = variable(curve, curve.train, np.arange(5), 1)
    assert values.tolist() == curve.train.values[:5, 0].tolist()
    assert variable_names(iris) == list(iris.dataset.feature_names)


def test_correlations_with_each_class(iris) -> None:
    found = correlations(iris, iris.train, 30, strongest_first=False)
    x = iris.raw(iris.train)
    both = np.hstack([x, np.eye(3)[iris.train.labels]])
    assert np.allclose(found.values, np.corrcoef(both.T))
    assert found.names == (*iris.dataset.feature_names, *iris.class_names)


def test_missing_values_are_filled_for_correlations(mixed) -> None:
    found = correlations(mixed, mixed.train, 30, strongest_first=False)
    filled = mixed.scaling.filling.apply(mixed.raw(mixed.train))
    both = np.column_stack([filled, mixed.train.labels])
    assert np.allclose(found.values, np.corrcoef(both.T))
    assert found.names[-1] == "b"


def test_the_features_that_go_most_with_a_class_are_shown(digits) -> None:
    found = correlations(digits, digits.train, 8, strongest_first=True)
    assert found.n_constant == 3
    with_classes = np.abs(found.values[:8, 8:]).max(axis=1)
    assert (np.diff(with_classes) <= 1e-12).all()
    everything = correlations(digits, digits.train, 64, strongest_first=True)
    assert len(everything.features) == 61
    best = np.abs(everything.values[:61, 61:]).max(axis=1)
    assert best[7] >= best[8:].max()
    in_order = correlations(digits, digits.train, 8, strongest_first=False)
    assert in_order.features.tolist() == sorted(found.features.tolist())


def test_of_too_many_values_evenly_spaced_samples_are_looked_at(digits) -> None:
    looked = look_at(digits, digits.train, 64 * 500)
    assert (looked.count, looked.total) == (500, 1438)
    assert (looked.rows[0], looked.rows[-1]) == (0, 1437)
