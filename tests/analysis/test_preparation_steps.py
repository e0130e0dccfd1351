"""The chain from a cell to an input: the very digits that the network gets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.analysis.data_columns import (
    column_numbers,
    columns_of,
    feature_cells,
    feature_chain,
)
from visualmlp.analysis.preparation import cell_chain, column_facts
from visualmlp.data import (
    SCALERS,
    Column,
    Dataset,
    Preparation,
    PreparedData,
    SourceSettings,
    load,
    prepare,
)
from visualmlp.data.columns import MISSING_CATEGORY, encode
from visualmlp.data.dataset import measure_range

numbers = st.one_of(st.just(np.nan), st.floats(-1e6, 1e6, width=32))
texts = st.sampled_from(["", "red", "green", "blue"])


def mixed(ages: list[float], colours: list[str], missing: str) -> Dataset:
    found = tuple(sorted(set(colours) - {""})) or ("red",)
    n_missing = sum(not colour for colour in colours)
    gaps = int(np.isnan(ages).sum())
    way = missing if n_missing else "drop"
    categories = (*found, MISSING_CATEGORY) if way == "category" else found
    age = Column("age", "number", 0, (), missing if gaps else "drop", gaps)
    colour = Column("colour", "category", age.n_features, categories, way, n_missing)
    columns = (age, colour, Column("size", "number", colour.features.stop))
    sizes = np.arange(float(len(ages))) ** 2 / 3
    x = encode(columns, {"age": np.array(ages), "colour": np.array(colours), "size": sizes})
    return Dataset(
        name="mixed",
        title="Mixed",
        x=x,
        targets=sizes[:, None],
        task="regression",
        class_names=(),
        feature_names=tuple(name for column in columns for name in column.feature_names),
        image_shape=None,
        value_range=measure_range(x),
        source="",
        licence="",
        columns=columns,
    )


def chained_inputs(data: PreparedData, part, dtype: str) -> np.ndarray:
    """Every input of a part, computed cell by cell."""
    rows = [
        [
            link.given
            for column in columns_of(data.dataset)
            for link in cell_chain(data, data.raw_row(part, row), column, dtype).chains
        ]
        for row in range(len(part))
    ]
    return np.array(rows, dtype)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(numbers, texts), min_size=4, max_size=12),
    st.sampled_from(["mean", "median", "mode", "category"]),
    st.sampled_from(list(SCALERS)),
    st.sampled_from(["float32", "float64"]),
)
def test_the_chain_is_what_the_network_gets(rows, missing, scaling, dtype) -> None:
    dataset = mixed([age for age, _ in rows], [colour for _, colour in rows], missing)
    data = prepare(dataset, Preparation(scaling=scaling, shuffle=False, validation_fraction=0.3))
    for part in (data.train, data.validation):
        given_bits = data.inputs(part, dtype)
        assert chained_inputs(data, part, dtype).tobytes() == given_bits.tobytes()


@pytest.mark.parametrize("scaling", SCALERS)
@pytest.mark.parametrize("source", ["digits", "iris", "curve"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_so_it_is_for_pictures_tables_and_regressions(source, scaling, dtype) -> None:
    data = prepare(load(source, SourceSettings()), Preparation(scaling=scaling))
    few = data.validation.rows(np.arange(5))
    assert chained_inputs(data, few, dtype).tobytes() == data.inputs(few, dtype).tobytes()


def test_a_pixel_is_divided_by_its_range() -> None:
    data = prepare(load("digits", SourceSettings()))
    raw = data.raw_row(data.train, 0)
    link = feature_chain(data.dataset, data.scaling, raw, 20, "float32")
    assert (link.offset, link.divisor) == (0, 16)
    assert link.scaled == link.given == raw[20] / 16


def test_a_missing_number_gets_the_mean_of_the_training_part() -> None:
    ages = [1.0, 2.0, np.nan, 6.0, np.nan, 99.0]
    dataset = mixed(ages, ["red", "red", "green", "red", "blue", "red"], "mean")
    data = prepare(
        dataset, Preparation(scaling="standardise", shuffle=False, validation_fraction=0.3)
    )
    assert len(data.train) == 4
    facts = {fact.column.name: fact for fact in column_facts(data)}
    assert (facts["age"].stands_in, facts["age"].n_known) == (3.0, 3)
    assert column_facts(data, counted=False)[0].n_known is None
    assert facts["age"].offset == 3.0
    assert facts["age"].divisor == np.std([1, 2, 3, 6])
    assert facts["colour"].unseen == ("blue",)
    assert (facts["colour"].offset, facts["size"].stands_in) == (None, None)
    age = cell_chain(data, data.raw_row(data.validation, 0), dataset.columns[0], "float64")
    link = age.chains[0]
    assert (age.cell, link.is_filled, link.filled) == (MISSING_CATEGORY, True, 3.0)
    assert (link.scaled, link.given) == (0.0, 0.0)
    blue = cell_chain(data, data.raw_row(data.validation, 0), dataset.columns[1], "float64")
    assert blue.cell == "blue"
    assert [link.given for link in blue.chains] == [0, 0, 0]
    assert [link.is_unseen for link in blue.chains] == [True, False, False]


def test_a_missing_category_gets_the_most_frequent_one() -> None:
    dataset = mixed([1.0] * 6, ["red", "blue", "blue", "", "red", "blue"], "mode")
    data = prepare(dataset, Preparation(shuffle=False, validation_fraction=0))
    fact = column_facts(data)[1]
    assert (fact.stands_in, fact.n_known) == ("blue", 5)
    chain = cell_chain(data, data.raw_row(data.train, 3), dataset.columns[1], "float32")
    assert [(link.feature, link.given) for link in chain.chains] == [
        ("colour = blue", 1.0),
        ("colour = red", 0.0),
    ]


def test_columns_as_numbers_and_cells() -> None:
    dataset = mixed([1.5, np.nan, 3.0, 4.0], ["red", "", "blue", "red"], "mean")
    age, colour, _ = dataset.columns
    assert np.array_equal(column_numbers(age, dataset.x), [1.5, np.nan, 3, 4], equal_nan=True)
    assert np.array_equal(column_numbers(colour, dataset.x), [1, np.nan, 0, 1], equal_nan=True)
    assert feature_cells(dataset.columns, dataset.x[1]) == [
        *(MISSING_CATEGORY, MISSING_CATEGORY, MISSING_CATEGORY),
        "0.3333333333",
    ]
    iris = load("iris", SourceSettings())
    assert feature_cells(iris.columns, iris.x[0]) is None
    assert [column.name for column in columns_of(iris)] == list(iris.feature_names)
