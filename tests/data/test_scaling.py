"""Scaling: formulas, fitted on the training part only, exact divisions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from visualmlp.data import SCALERS, Dataset, Feed, Preparation, Scaling, load, prepare
from visualmlp.data.scaling import fit_scaling
from visualmlp.errors import DataError


def table(x: np.ndarray) -> Dataset:
    return Dataset(
        name="table",
        title="Table",
        x=x,
        targets=np.arange(len(x)) % 2,
        task="classification",
        class_names=("a", "b"),
        feature_names=tuple(f"f{i}" for i in range(x.shape[1])),
        image_shape=None,
        value_range=(float(x.min()), float(x.max())),
        source="test",
        licence="none",
    )


X = np.random.default_rng(0).normal(3, [1, 10, 100], (50, 3))
TRAIN = np.arange(30)


def scaled(name: str, dataset: Dataset, train: np.ndarray = TRAIN) -> np.ndarray:
    return fit_scaling(name, dataset, train).apply(dataset.x)


def test_none_changes_nothing() -> None:
    np.testing.assert_array_equal(scaled("none", table(X)), X)


def test_range_is_that_of_the_possible_values() -> None:
    data = replace(table(X), value_range=(-1000.0, 3000.0))
    np.testing.assert_array_equal(scaled("range", data), (X + 1000) / 4000)


def test_standardise_makes_mean_zero_and_deviation_one_of_the_training_rows() -> None:
    z = scaled("standardise", table(X))[TRAIN]
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(z.std(axis=0), 1)


def test_min_max_makes_zero_and_one_of_the_training_rows() -> None:
    z = scaled("min_max", table(X))[TRAIN]
    assert z.min(axis=0).tolist() == [0, 0, 0]
    assert z.max(axis=0).tolist() == [1, 1, 1]


@pytest.mark.parametrize("name", SCALERS)
def test_only_the_training_part_is_looked_at(name: str) -> None:
    data = prepare(replace(table(X), value_range=(-1e6, 1e6)), Preparation(scaling=name))
    others = X.copy()
    others[data.validation.index] *= 100
    changed = replace(table(others), value_range=(-1e6, 1e6))
    again = prepare(changed, Preparation(scaling=name))
    np.testing.assert_array_equal(again.scaling.offset, data.scaling.offset)
    np.testing.assert_array_equal(again.scaling.divisor, data.scaling.divisor)


@pytest.mark.parametrize("name", ["standardise", "min_max"])
def test_the_training_part_is_looked_at(name: str) -> None:
    changed = X.copy()
    changed[TRAIN[3]] += 1000
    one, other = (fit_scaling(name, table(x), TRAIN) for x in (X, changed))
    assert (one.divisor < other.divisor).all()


@pytest.mark.parametrize("name", SCALERS)
def test_constant_features_keep_a_finite_scale(name: str) -> None:
    z = scaled(name, table(np.full((50, 2), 0.1)))
    assert (z == (0.1 if name == "none" else 0.0)).all()


@pytest.mark.parametrize("name", SCALERS)
def test_offset_and_divisor_are_those_of_the_formula(name: str) -> None:
    scaling = fit_scaling(name, table(X), TRAIN)
    expected = (X - scaling.offset) / scaling.divisor
    if scaling.to_float32:
        expected = expected.astype(np.float32)
    np.testing.assert_array_equal(expected, scaling.apply(X))


def test_pictures_rounded_to_float32_are_those_of_a_program_that_keeps_them_so() -> None:
    dataset = load("digits")
    pixels = replace(dataset, value_range=(0, 255))
    data = prepare(pixels, Preparation(scaling="range_float32", validation_fraction=0))
    expected = dataset.x.astype(np.float32) / 255
    assert expected.dtype == np.float32
    for dtype in (np.float32, np.float64):
        assert data.inputs(data.train, dtype).dtype == dtype
        np.testing.assert_array_equal(data.inputs(data.train, dtype), expected)
    wide = data.inputs(data.train, np.float64)
    assert (wide != dataset.x / 255).any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", SCALERS)
@pytest.mark.parametrize("source", ["digits", "iris"])
def test_every_way_to_scaled_inputs_gives_the_same_bits(
    source: str, name: str, dtype: type
) -> None:
    data = prepare(load(source), Preparation(scaling=name))
    x = data.inputs(data.train, dtype)
    np.testing.assert_array_equal(data.scaling.apply(data.raw(data.train), dtype), x)
    np.testing.assert_array_equal(data.scaling.apply(data.raw_row(data.train, 3), dtype), x[3])
    feed, rows = Feed(data, data.train, dtype), np.array([5, 3, 3, 70])
    batch = np.empty((4, data.n_inputs), dtype)
    feed.take(rows, batch)
    np.testing.assert_array_equal(batch, x[rows])


@pytest.mark.parametrize("divisor", [1.0, 16.0, 255.0, 0.1, 77.3, 1e5 / 3])
def test_bytes_are_rounded_once_from_float64(divisor: float) -> None:
    codes = np.arange(256, dtype=np.uint8)[:, None]
    scaling = Scaling("range", np.zeros(1), np.array([divisor]))
    expected = (codes / np.float64(divisor)).astype(np.float32)
    np.testing.assert_array_equal(scaling.apply(codes, np.float32), expected)
    assert scaling.apply(codes, np.float32).dtype == np.float32


def test_large_offsets_keep_their_digits_in_float32() -> None:
    years = np.linspace(2000, 2001, 50)[:, None] + 1e7
    z = fit_scaling("min_max", table(years), TRAIN).apply(years, np.float32)
    assert len(np.unique(z)) == 50


def test_apply_fills_the_given_array() -> None:
    out = np.empty((50, 3), np.float32)
    scaling = fit_scaling("standardise", table(X), TRAIN)
    assert scaling.apply(X, out=out) is out
    np.testing.assert_array_equal(out, scaling.apply(X, np.float32))


@pytest.mark.parametrize("name", ["range", "standardise", "min_max"])
def test_too_large_numbers_are_explained(name: str) -> None:
    x = np.array([[1.7e308], [-1.7e308]] * 20)
    with pytest.raises(DataError, match="the inputs are too large"):
        prepare(table(x), Preparation(scaling=name))


def test_numbers_too_large_for_float32_are_explained() -> None:
    data = prepare(table(X * 1e300), Preparation(scaling="none"))
    with pytest.raises(DataError, match="Choose another scaling or float64"):
        data.inputs(data.train, np.float32)
    assert np.isfinite(data.inputs(data.train, np.float64)).all()


def test_descriptions_have_the_numbers() -> None:
    digits = load("digits")
    rows = np.arange(1000)
    assert fit_scaling("range", digits, rows).describe() == "range: x / 16"
    assert "as they are" in fit_scaling("none", digits, rows).describe()
    text = fit_scaling("range_float32", digits, rows).describe()
    assert text == "range_float32: x / 16, rounded to float32"
    assert "64 features" in fit_scaling("min_max", digits, rows).describe()
    text = fit_scaling("min_max", load("iris"), np.arange(100)).describe()
    assert "petal width (cm): (x − 0.1) / 1.7" in text
    assert "(x + 5) / 10" in Scaling("range", np.array([-5.0]), np.array([10.0])).describe()
