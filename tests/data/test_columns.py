"""Columns of tables: their features, missing cells, unknown categories, and the recipe."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.data import Dataset, Preparation, PreparedData, Recipe, prepare
from visualmlp.data.columns import MISSING_CATEGORY, Column, decode, encode
from visualmlp.data.dataset import measure_range
from visualmlp.errors import DataError

AGE = Column("age", "number", 0, missing="mean", n_missing=1)
COLOUR = Column("colour", "category", 1, ("red", "green", "blue"), "mode", n_missing=1)
SIZE = Column("size", "number", 4)
COLUMNS = (AGE, COLOUR, SIZE)

AGES = np.array([10.0, 20, 30, np.nan, 50, 70])
COLOURS = np.array(["red", "red", "green", "", "blue", "red"])
SIZES = np.array([1.0, 2, 3, 4, 5, 6])


def table(columns: tuple[Column, ...] = COLUMNS, **cells: np.ndarray) -> Dataset:
    x = encode(columns, {"age": AGES, "colour": COLOURS, "size": SIZES} | cells)
    return Dataset(
        name="table",
        title="Table",
        x=x,
        targets=np.arange(len(x))[:, None].astype(float),
        task="regression",
        class_names=(),
        feature_names=tuple(name for column in columns for name in column.feature_names),
        image_shape=None,
        value_range=measure_range(x),
        source="",
        licence="",
        columns=columns,
    )


def prepared(dataset: Dataset, scaling: str = "none", validation: float = 0.34) -> PreparedData:
    return prepare(
        dataset, Preparation(validation_fraction=validation, shuffle=False, scaling=scaling)
    )


def test_a_row_of_a_table_is_read_off_its_features() -> None:
    dataset = table()
    assert dataset.feature_names == (
        *("age", "colour = red", "colour = green", "colour = blue", "size"),
    )
    assert decode(COLUMNS, dataset.x[2]) == [("age", "30"), ("colour", "green"), ("size", "3")]
    assert decode(COLUMNS, dataset.x[3]) == [
        ("age", MISSING_CATEGORY),
        ("colour", MISSING_CATEGORY),
        ("size", "4"),
    ]


def test_values_are_filled_by_the_training_part_only() -> None:
    data = prepared(table())
    assert data.train.index.tolist() == [0, 1, 2, 3]
    x = data.inputs(data.train, np.float64)
    assert x[3].tolist() == [20, 1, 0, 0, 4]  # mean of 10, 20, 30; most are red


@pytest.mark.parametrize(
    ("missing", "value"), [("mean", 20.0), ("median", 10.0), ("mode", 10.0), ("category", 20.0)]
)
def test_what_stands_in_for_a_number(missing: str, value: float) -> None:
    column = Column("age", "number", 0, missing=missing, n_missing=1)  # type: ignore[arg-type]
    ages = np.array([10.0, 10, 40, np.nan, 1000, 1000])
    data = prepared(table((column,), age=ages))
    filled = data.inputs(data.train, np.float64)[3]
    assert filled[0] == value
    assert filled[1:].tolist() == ([1.0] if missing == "category" else [])


def test_a_category_that_training_does_not_know_is_zero_and_told() -> None:
    data = prepared(table())
    assert data.dataset.x[4].tolist() == [50, 0, 0, 1, 5]
    assert data.inputs(data.validation, np.float64)[0].tolist() == [50, 0, 0, 0, 5]
    assert any("colour = blue" in note for note in data.notes)


@pytest.mark.parametrize("scaling", ["range", "standardise", "min_max"])
def test_zero_and_one_of_categories_are_not_scaled(scaling: str) -> None:
    x = prepared(table(), scaling, validation=0).train
    data = prepared(table(), scaling, validation=0)
    scaled = data.inputs(x, np.float64)
    assert set(scaled[:, 1:4].ravel().tolist()) == {0.0, 1.0}
    assert not np.isnan(scaled).any()


def test_a_mean_and_deviation_can_be_computed_by_hand() -> None:
    data = prepared(table(), "standardise")
    sizes = data.inputs(data.train, np.float64)[:, 4]
    assert sizes == pytest.approx((np.arange(1, 5) - 2.5) / np.sqrt(1.25))


def test_nan_is_refused_where_no_cell_was_missing() -> None:
    with pytest.raises(DataError, match="size"):
        table(size=np.array([1.0, 2, np.nan, 4, 5, 6]))
    with pytest.raises(DataError, match="age"):
        table(age=np.array([1.0, 2, np.inf, 4, 5, 6]))


def test_columns_change_the_fingerprint() -> None:
    other = (*COLUMNS[:2], Column("weight", "number", 4))
    assert table().fingerprint != table(other, weight=SIZES).fingerprint


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.integers(-(10**9), 10**9).map(lambda n: n / 1000) | st.just(float("nan")),
        min_size=6,
        max_size=6,
    ),
    st.lists(st.sampled_from(["red", "green", "blue", ""]), min_size=6, max_size=6),
    st.sampled_from(["none", "range", "standardise", "min_max"]),
)
def test_a_recipe_comes_back_bit_for_bit(ages: list, colours: list, scaling: str) -> None:
    dataset = table(age=np.array(ages), colour=np.array(colours))
    data = prepared(dataset, scaling)
    recipe = Recipe.of(data)
    again = Recipe.from_json(json.loads(json.dumps(recipe.to_json())))
    expected = data.inputs(data.validation)
    assert again.inputs(dataset.x[data.validation.index]).tobytes() == expected.tobytes()
    assert again.to_json() == recipe.to_json()


def test_unknown_categories_of_new_rows_become_zeros() -> None:
    new = encode(COLUMNS, {"age": [1.0], "colour": np.array(["pink"]), "size": [2.0]})
    assert new.tolist() == [[1, 0, 0, 0, 2]]
    assert decode(COLUMNS, new[0])[1] == ("colour", "(unknown)")
