"""Preparation: classes, subset, split and targets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.data import Dataset, Preparation, PreparedData, available, load, one_hot, prepare
from visualmlp.data.split import draw, shares
from visualmlp.errors import DataError, UnknownNameError


def make(labels: list[int] | np.ndarray, n_classes: int = 3, n_given_test: int = 0) -> Dataset:
    n = len(labels)
    return Dataset(
        name="made",
        title="Made",
        x=(np.arange(2 * n) % 251).astype(np.uint8).reshape(n, 2),
        targets=np.asarray(labels),
        task="classification",
        class_names=tuple("abcdefghij"[:n_classes]),
        feature_names=("p", "q"),
        image_shape=None,
        value_range=(0, 255),
        source="test",
        licence="none",
        n_given_test=n_given_test,
    )


def indexes(data: PreparedData) -> list[list[int]]:
    return [part.index.tolist() for part in data.parts]


@given(
    counts=st.lists(st.integers(0, 1000), min_size=1, max_size=10).filter(any),
    share=st.floats(0, 1),
)
def test_shares_are_exact_and_proportional(counts: list[int], share: float) -> None:
    sizes = np.array(counts)
    total = int(share * sizes.sum())
    found = shares(sizes, total)
    assert found.sum() == total
    assert (found <= sizes).all()
    assert (found >= 0).all()
    assert (np.abs(found - total * sizes / sizes.sum()) < 1).all()


def test_shares_go_to_the_largest_remainders() -> None:
    assert shares(np.array([5, 3, 2]), 4).tolist() == [2, 1, 1]
    assert shares(np.array([2, 2, 2]), 2).tolist() == [1, 1, 0]


def test_draw_without_chance_takes_the_last_of_each_group() -> None:
    drawn = draw(np.array([0, 1, 0, 1, 0, 1]), 2, None)
    assert np.flatnonzero(drawn).tolist() == [4, 5]


@settings(max_examples=60, deadline=None)
@given(
    n_rows=st.integers(60, 400),
    n_given=st.integers(0, 40),
    validation=st.sampled_from([0.0, 0.1, 0.2, 1 / 3, 0.5]),
    test=st.sampled_from([0.0, 0.1, 0.25, 0.4]),
    stratify=st.booleans(),
    shuffle=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_parts_are_disjoint_complete_and_repeatable(
    n_rows: int,
    n_given: int,
    validation: float,
    test: float,
    stratify: bool,
    shuffle: bool,
    seed: int,
) -> None:
    dataset = make(np.arange(n_rows) * 7 % 3, n_given_test=n_given)
    preparation = Preparation(
        validation_fraction=validation,
        test_fraction=test,
        stratify=stratify,
        shuffle=shuffle,
        seed=seed,
    )
    data = prepare(dataset, preparation)
    pool = n_rows - n_given
    assert sorted(row for index in indexes(data) for row in index) == list(range(n_rows))
    assert len(data.validation) == int(validation * pool + 0.5)
    assert len(data.test) == (n_given or int(test * pool + 0.5))
    assert indexes(prepare(dataset, preparation)) == indexes(data)
    for part in data.parts:
        assert (np.diff(part.index) > 0).all()
        np.testing.assert_array_equal(part.labels, dataset.targets[part.index])


@settings(max_examples=40, deadline=None)
@given(
    counts=st.lists(st.integers(20, 200), min_size=2, max_size=6),
    validation=st.floats(0.05, 0.45),
    test=st.floats(0.05, 0.45),
    seed=st.integers(0, 100),
)
def test_stratified_parts_keep_the_proportions(
    counts: list[int], validation: float, test: float, seed: int
) -> None:
    dataset = make(np.repeat(np.arange(len(counts)), counts), len(counts))
    preparation = Preparation(validation_fraction=validation, test_fraction=test, seed=seed)
    data = prepare(dataset, preparation)
    for part in data.parts:
        found = np.array(list(data.class_counts(part).values()))
        exact = len(part) * np.array(counts) / sum(counts)
        assert (np.abs(found - exact) < 2).all()


def test_other_seeds_give_other_parts_unless_not_shuffled() -> None:
    dataset = make([0, 1, 2] * 50)
    assert indexes(prepare(dataset, Preparation(seed=1))) != indexes(prepare(dataset))
    fixed = [indexes(prepare(dataset, Preparation(shuffle=False, seed=s))) for s in (0, 1)]
    assert fixed[0] == fixed[1]


def test_given_test_rows_are_the_test_part() -> None:
    data = prepare(make([0, 1] * 30, 2, n_given_test=12), Preparation(validation_fraction=1 / 6))
    assert data.test.index.tolist() == list(range(48, 60))
    assert (len(data.train), len(data.validation)) == (40, 8)


def test_test_fraction_beside_a_given_test_part_is_noted() -> None:
    dataset = make([0, 1] * 30, 2, n_given_test=12)
    data = prepare(dataset, Preparation(test_fraction=0.5))
    assert len(data.test) == 12
    assert data.notes == ("test_fraction is not used: the test part is the one of the source.",)
    assert prepare(make([0, 1] * 30, 2), Preparation(test_fraction=0.5)).notes == ()


def test_subset_leaves_the_given_test_part_alone() -> None:
    dataset = make([0, 0, 1] * 40, 2, n_given_test=30)
    data = prepare(dataset, Preparation(subset=60, validation_fraction=0.1))
    assert [len(part) for part in data.parts] == [54, 6, 30]
    assert data.class_counts(data.train) == {"a": 36, "b": 18}


def test_subset_in_file_order_is_the_first_of_each_class() -> None:
    dataset = make([0, 1] * 20, 2)
    data = prepare(dataset, Preparation(subset=6, shuffle=False, validation_fraction=0))
    assert data.train.index.tolist() == [0, 1, 2, 3, 4, 5]


def test_iris_in_file_order_is_the_split_of_the_lesson() -> None:
    preparation = Preparation(
        keep_classes=("setosa", "versicolor"),
        validation_fraction=0,
        test_fraction=0.2,
        shuffle=False,
        scaling="none",
    )
    data = prepare(load("iris"), preparation)
    assert data.train.index.tolist() == [*range(40), *range(50, 90)]
    assert data.test.index.tolist() == [*range(40, 50), *range(90, 100)]
    assert len(data.validation) == 0


def test_first_samples_of_a_file_are_a_subset_in_file_order() -> None:
    dataset = make([0] * 30 + [1, 2] * 35, n_given_test=20)
    preparation = Preparation(subset=50, shuffle=False, stratify=False, validation_fraction=0)
    data = prepare(dataset, preparation)
    assert data.train.index.tolist() == list(range(50))
    assert data.test.index.tolist() == list(range(80, 100))


def test_kept_classes_get_labels_in_the_given_order() -> None:
    dataset = make([0, 1, 2, 2, 1, 0] * 10)
    data = prepare(dataset, Preparation(keep_classes=("c", "a")))
    assert data.class_names == ("c", "a")
    assert data.n_outputs == 2
    for part in data.parts:
        expected = np.where(dataset.targets[part.index] == 2, 0, 1)
        np.testing.assert_array_equal(part.labels, expected)
        assert 1 not in dataset.targets[part.index]
    assert len(data.train) + len(data.validation) == 40


def test_classification_targets_are_one_hot() -> None:
    data = prepare(make([0, 1, 2] * 20))
    t = data.targets(data.train, np.float64)
    assert t.dtype == np.float64
    assert t.shape == (len(data.train), 3)
    assert (t.sum(axis=1) == 1).all()
    np.testing.assert_array_equal(t.argmax(axis=1), data.train.labels)
    assert one_hot(np.array([1, 0]), 3).tolist() == [[0, 1, 0], [1, 0, 0]]


def test_binary_targets_are_one_column() -> None:
    data = prepare(make([0, 1, 2] * 20), Preparation(task="binary", keep_classes=("b", "c")))
    t = data.targets(data.train)
    assert (t.dtype, t.shape, data.n_outputs) == (np.float32, (len(data.train), 1), 1)
    np.testing.assert_array_equal(t[:, 0], data.train.labels)


def test_auto_stays_classification_for_two_classes() -> None:
    data = prepare(make([0, 1] * 20, 2))
    assert (data.task, data.n_outputs) == ("classification", 2)


def test_regression_targets_are_those_of_the_rows() -> None:
    dataset = load("curve")
    data = prepare(dataset, Preparation(test_fraction=0.1))
    assert (data.task, data.n_inputs, data.n_outputs) == ("regression", 1, 1)
    assert [len(part) for part in data.parts] == [280, 80, 40]
    assert data.train.labels is None
    t = data.targets(data.test, np.float64)
    np.testing.assert_array_equal(t, dataset.targets[data.test.index])
    assert data.class_counts(data.train) == {}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_inputs_are_the_scaled_rows(dtype: type) -> None:
    dataset = load("digits")
    data = prepare(dataset)
    x = data.inputs(data.train, dtype)
    assert x.dtype == dtype
    assert x.flags.c_contiguous
    np.testing.assert_array_equal(x, dataset.x[data.train.index].astype(dtype) / dtype(16))


def test_inputs_of_more_than_one_chunk() -> None:
    dataset = make(np.arange(200_000) % 3)
    data = prepare(dataset)
    expected = dataset.x[data.train.index] / 255
    np.testing.assert_array_equal(data.inputs(data.train, np.float64), expected)


def test_inputs_of_an_empty_part() -> None:
    data = prepare(make([0, 1, 2] * 20), Preparation(validation_fraction=0))
    assert data.inputs(data.validation).shape == (0, 2)
    assert data.targets(data.validation).shape == (0, 3)


def test_raw_rows_are_as_stored() -> None:
    data = prepare(make([0, 1, 2] * 20))
    raw = data.raw(data.validation)
    assert raw.dtype == np.uint8
    np.testing.assert_array_equal(raw[3], data.raw_row(data.validation, 3))
    np.testing.assert_array_equal(raw, data.dataset.x[data.validation.index])


def test_parts_are_read_only() -> None:
    data = prepare(make([0, 1, 2] * 20))
    assert data.train.labels is not None
    for array in (data.train.index, data.train.labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_class_without_validation_sample_is_noted() -> None:
    data = prepare(make([0] * 50 + [1] * 48 + [2] * 2), Preparation(validation_fraction=0.1))
    assert data.notes == ("The validation part has no sample of class 'c'.",)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"validation_fraction": 1.0}, "validation_fraction is 1.0"),
        ({"validation_fraction": float("nan")}, "validation_fraction is nan"),
        ({"test_fraction": -0.1}, "test_fraction is -0.1"),
        ({"validation_fraction": 0.5, "test_fraction": 0.5}, "sum is below 1"),
        ({"subset": 0}, "subset is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"task": "guess"}, "task is 'guess'"),
        ({"keep_classes": ("a", "z")}, "classes to keep: no class is named 'z'; there are a, b, c"),
        ({"keep_classes": ("a", "a")}, "Classes to keep names a class twice"),
        ({"keep_classes": ("a",)}, "Classes to keep leaves one class"),
        ({"subset": 61}, "subset is 61, but there are only 60"),
        ({"subset": 3, "validation_fraction": 0.1}, "validation_fraction is 0.1, which is no sa"),
        ({"subset": 4}, r"class 'b' has too few samples \(1\) for 2 parts"),
        ({"subset": 2, "validation_fraction": 0, "stratify": False}, "no sample to train on"),
        ({"task": "binary"}, "task is 'binary', but 3 classes"),
        ({"task": "regression"}, "task is 'regression', but Made has classes"),
    ],
)
def test_refuses_what_does_not_fit(changes: dict[str, Any], text: str) -> None:
    with pytest.raises(DataError, match=text):
        prepare(make([0, 1, 2] * 20), Preparation(**changes))


def test_too_large_parts_are_refused() -> None:
    with pytest.raises(DataError, match="No sample is left to train on"):
        prepare(load("curve"), Preparation(subset=1, validation_fraction=0.9))


def test_regression_has_no_classes_to_keep_or_predict() -> None:
    with pytest.raises(DataError, match="there are none"):
        prepare(load("curve"), Preparation(keep_classes=("a",)))
    with pytest.raises(DataError, match="Curve: Sine has no classes"):
        prepare(load("curve"), Preparation(task="classification"))


def test_unknown_scaling_gets_a_hint() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'range'"):
        prepare(load("iris"), Preparation(scaling="ranges"))


@pytest.mark.skipif(not available("mnist"), reason="MNIST is not in a data folder")
def test_mnist_five_against_eight() -> None:
    preparation = Preparation(keep_classes=("5", "8"), task="binary", validation_fraction=0)
    data = prepare(load("mnist"), preparation)
    assert data.class_counts(data.train) == {"5": 5421, "8": 5851}
    assert data.class_counts(data.test) == {"5": 892, "8": 974}
