"""Predicted classes, confidence, and the order of the wrong ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualmlp.analysis.mistakes import (
    NO_CLASS,
    chosen_rows,
    filtered_rows,
    next_mistake,
    ordered,
    predictions,
)

LABELS = np.array([0, 1, 2, 1, 0])
PREDICTED = np.array([0, 2, 2, 0, 2])


def test_the_largest_output_is_predicted():
    y = np.array([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2]], np.float32)
    predicted, confidence = predictions(y)
    assert predicted.tolist() == [1, 0]
    assert confidence.tolist() == pytest.approx([0.7, 0.5])


def test_one_output_is_the_probability_of_class_1():
    predicted, confidence = predictions(np.array([[0.9], [0.2], [0.5]]))
    assert predicted.tolist() == [1, 0, 0]
    assert confidence.tolist() == pytest.approx([0.9, 0.8, 0.5])


@pytest.mark.parametrize("y", [[[np.nan, 1.0], [0.25, 0.75]], [[np.nan], [0.75]]])
def test_nan_predicts_nothing(y):
    predicted, confidence = predictions(np.array(y))
    assert predicted.tolist() == [NO_CLASS, 1]
    assert np.isnan(confidence[0])
    assert confidence[1] == 0.75


def test_an_infinite_output_is_the_largest():
    assert predictions(np.array([[1.0, np.inf, -np.inf]]))[0].tolist() == [1]


def test_without_a_cell_the_wrong_ones_are_chosen():
    assert chosen_rows(LABELS, PREDICTED).tolist() == [1, 3, 4]


def test_no_prediction_is_wrong():
    assert chosen_rows(np.array([0, 0]), np.array([0, NO_CLASS])).tolist() == [1]


@pytest.mark.parametrize(("cell", "rows"), [((1, 2), [1]), ((2, 2), [2]), ((2, 0), [])])
def test_a_cell_filters_by_true_and_predicted(cell, rows):
    assert chosen_rows(LABELS, PREDICTED, cell).tolist() == rows


def test_filters_by_one_class_keep_the_wrong_ones_only():
    labels, predicted = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 2, NO_CLASS])
    assert filtered_rows(labels, predicted, (None, None)).tolist() == [1, 3, 4]
    assert filtered_rows(labels, predicted, (0, None)).tolist() == [1]
    assert filtered_rows(labels, predicted, (None, 1)).tolist() == [1]
    assert filtered_rows(labels, predicted, (1, 1)).tolist() == [2]


def test_orders():
    rows = np.array([1, 3, 4])
    losses = np.array([9.0, 0.5, 9.0, 3.0, 1.0])
    confidence = np.array([0.0, 0.6, 0.0, 0.4, 0.9])
    assert ordered(rows, "loss", losses).tolist() == [3, 4, 1]
    assert ordered(rows, "confidence", confidence).tolist() == [4, 1, 3]
    assert ordered(rows, "data", losses).tolist() == [1, 3, 4]


def test_nan_comes_last_and_equal_values_keep_the_order_of_the_data():
    values = np.array([np.nan, 2.0, 1.0, 2.0])
    assert ordered(np.arange(4), "loss", values).tolist() == [1, 3, 2, 0]


@given(st.lists(st.floats(0, 10), max_size=20))
def test_ordering_drops_nothing_and_falls(values):
    losses = np.array(values)
    rows = ordered(np.arange(len(values)), "loss", losses)
    assert sorted(rows.tolist()) == list(range(len(values)))
    assert losses[rows].tolist() == sorted(values, reverse=True)


@pytest.mark.parametrize(("after", "found"), [(0, 1), (1, 3), (3, 4), (4, 1), (-1, 1)])
def test_the_next_mistake_goes_round(after, found):
    assert next_mistake(LABELS, PREDICTED, after) == found


def test_there_is_no_next_mistake_if_all_are_right():
    assert next_mistake(LABELS, LABELS, 2) is None
