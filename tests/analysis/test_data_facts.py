"""Shapes of arrays and headers of files."""

from __future__ import annotations

import numpy as np
import pytest

from visualmlp.analysis.data_facts import array_facts, idx_headers
from visualmlp.data import Dataset, prepare
from visualmlp.data.dataset import pixel_names
from visualmlp.data.preparation import Preparation


def pictures(n: int = 30, n_test: int = 6, dtype: str = "uint8") -> Dataset:
    return Dataset(
        name="tiny",
        title="Tiny",
        x=np.zeros((n, 20), dtype),
        targets=np.arange(n) % 3,
        task="classification",
        class_names=("a", "b", "c"),
        feature_names=pixel_names((4, 5)),
        image_shape=(4, 5),
        value_range=(0, 255),
        source="",
        licence="",
        n_given_test=n_test,
    )


def test_arrays_in_rows_and_in_columns():
    data = prepare(pictures(), Preparation(validation_fraction=0.25))
    rows = array_facts(data, "float32", samples_as_columns=False)
    assert [(fact.name, fact.shape) for fact in rows] == [
        *(("x_train", (18, 20)), ("t_train", (18, 3))),
        *(("x_validation", (6, 20)), ("t_validation", (6, 3))),
        *(("x_test", (6, 20)), ("t_test", (6, 3))),
    ]
    assert [fact.dtype for fact in rows[:2]] == ["uint8", "float32"]
    columns = array_facts(data, "float32", samples_as_columns=True)
    assert [fact.shape for fact in columns] == [fact.shape[::-1] for fact in rows]


def test_an_empty_part_has_no_arrays():
    data = prepare(pictures(n_test=0), Preparation(validation_fraction=0, test_fraction=0))
    names = [fact.name for fact in array_facts(data, "float64", samples_as_columns=False)]
    assert names == ["x_train", "t_train"]


def test_headers_are_those_of_the_files():
    headers = idx_headers(pictures(70_000, 10_000))
    assert [(h.part, h.holds, h.magic, h.dimensions) for h in headers] == [
        ("train", "pictures", 2051, (60_000, 4, 5)),
        ("train", "labels", 2049, (60_000,)),
        ("test", "pictures", 2051, (10_000, 4, 5)),
        ("test", "labels", 2049, (10_000,)),
    ]


@pytest.mark.parametrize(("dtype", "magic"), [("int16", 0x0B03), ("float64", 0x0E03)])
def test_other_types_have_other_codes(dtype, magic):
    assert idx_headers(pictures(dtype=dtype))[0].magic == magic


def test_numbers_of_a_type_that_idx_has_not():
    assert idx_headers(pictures(dtype="float16")) == []
