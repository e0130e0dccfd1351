"""The Dataset: checks, read-only arrays, fingerprint."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from visualmlp.data import Dataset
from visualmlp.errors import DataError


def make(**changes: Any) -> Dataset:
    settings: dict[str, Any] = {
        "name": "small",
        "title": "Small",
        "x": np.arange(8, dtype=np.uint8).reshape(4, 2),
        "targets": np.array([0, 1, 1, 1]),
        "task": "classification",
        "class_names": ("a", "b"),
        "feature_names": ("p", "q"),
        "image_shape": None,
        "value_range": (0, 255),
        "source": "test",
        "licence": "none",
    }
    return Dataset(**{**settings, **changes})


def make_regression(**changes: Any) -> Dataset:
    settings = {"task": "regression", "class_names": (), "targets": np.ones((4, 3))}
    return make(**{**settings, **changes})


def test_sizes_and_counts() -> None:
    data = make()
    assert (data.n_samples, data.n_features, data.n_classes, data.n_outputs) == (4, 2, 2, 2)
    assert data.class_counts() == {"a": 1, "b": 3}
    assert data.x.dtype == np.uint8
    assert data.targets.dtype == np.int64


def test_regression_sizes() -> None:
    data = make_regression()
    assert (data.n_classes, data.n_outputs, data.class_counts()) == (0, 3, {})


def test_arrays_are_read_only_and_the_callers_are_not() -> None:
    x = np.zeros((4, 2))
    data = make(x=x)
    with pytest.raises(ValueError, match="read-only"):
        data.x[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        data.targets[0] = 1
    x[0, 0] = 1


def test_facts_tell_counts_and_licence() -> None:
    facts = dict(make(licence="CC0", n_given_test=1).facts())
    assert facts["Samples"] == "4 (the last 1 are the test part)"
    assert facts["Classes"] == "2"
    assert facts["Licence"] == "CC0"
    assert dict(make_regression().facts())["Outputs"] == "3"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"x": np.zeros(4)}, "rows and columns"),
        ({"x": np.zeros((0, 2))}, "rows and columns"),
        ({"x": np.array([["1", "2"]] * 4)}, "needs numbers"),
        ({"x": np.array([[1.0, 2.0], [3.0, np.nan], [0, 0], [0, 0]])}, "nan in row 1, column 'q'"),
        ({"x": np.array([[1.0, -np.inf], [3.0, 0], [0, 0], [0, 0]])}, "-inf in row 0, column 'q'"),
        ({"value_range": (0, 6)}, "0 to 7 do not lie in 0 to 6"),
        ({"feature_names": ("p",)}, "2 columns but 1 feature names"),
        ({"image_shape": (2, 2)}, "do not have 2 values"),
        ({"n_given_test": 4}, "4 test rows among 4"),
        ({"targets": np.array([0, 1, 2, 1])}, "label 2 in row 2 is outside 0 to 1"),
        ({"targets": np.array([0, 1, -1, 1])}, "label -1 in row 2"),
        ({"targets": np.array([0, 1])}, "needs 4 whole-number labels"),
        ({"targets": np.zeros(4)}, "whole-number labels, not float64"),
        ({"class_names": ("a", "a")}, "each different"),
        ({"class_names": ()}, "needs class names"),
    ],
)
def test_refuses_bad_data(changes: dict[str, Any], text: str) -> None:
    with pytest.raises(DataError, match=text) as caught:
        make(**changes)
    assert str(caught.value).startswith("Small: ")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"targets": np.zeros(4)}, "needs 4 rows of targets"),
        ({"targets": np.zeros((3, 1))}, "needs 4 rows of targets"),
        ({"targets": np.array([[1.0], [2.0], [np.inf], [0.0]])}, "row 2 is inf"),
        ({"targets": np.array([["a"]] * 4)}, "number targets"),
        ({"class_names": ("a",)}, "no classes"),
    ],
)
def test_refuses_bad_regression_targets(changes: dict[str, Any], text: str) -> None:
    with pytest.raises(DataError, match=text):
        make_regression(**changes)


def test_fingerprint_is_the_same_for_the_same_content() -> None:
    assert make().fingerprint == make(title="Other", source="elsewhere").fingerprint
    assert len(make().fingerprint) == 64


@pytest.mark.parametrize(
    "changes",
    [
        {"x": np.array([[0, 1], [2, 3], [4, 5], [6, 8]], np.uint8)},
        {"x": np.arange(8, dtype=np.int16).reshape(4, 2)},
        {"targets": np.array([0, 1, 1, 0])},
        {"class_names": ("a", "c")},
        {"feature_names": ("p", "r")},
        {"image_shape": (1, 2)},
        {"value_range": (0, 16)},
        {"n_given_test": 1},
    ],
)
def test_fingerprint_changes_with_the_content(changes: dict[str, Any]) -> None:
    assert make(**changes).fingerprint != make().fingerprint


def test_fingerprint_is_not_inherited_by_changed_copies() -> None:
    data = make()
    first = data.fingerprint
    assert data.fingerprint == first
    assert replace(data, targets=np.array([1, 1, 1, 1])).fingerprint != first
