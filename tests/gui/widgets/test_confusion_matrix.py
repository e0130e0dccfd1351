"""Colours, names and numbers of a confusion matrix."""

import numpy as np
import pytest

from visualmlp.gui.widgets.confusion_matrix import ConfusionMatrix

COUNTS = np.array([[1200, 0, 3], [6, 30, 4], [0, 0, 0]])
NAMES = ("cat", "dog", "emu")


@pytest.fixture
def matrix(shown) -> ConfusionMatrix:
    matrix = shown(ConfusionMatrix(), 500, 400)
    matrix.set_counts(COUNTS, NAMES)
    return matrix


def test_rows_tell_the_share_predicted_right(matrix):
    assert list(matrix._all_names(0)) == ["100 % · cat", "75 % · dog", "emu"]


def test_zeros_are_dots_and_counts_too_wide_are_shortened(matrix):
    assert matrix._number_texts() == [["1200", "·", "3"], ["6", "30", "4"], ["·", "·", "·"]]
    matrix.resize(165, 300)
    assert matrix._number_texts()[0] == ["1k", "·", "3"]
    matrix.resize(130, 300)
    assert matrix._number_texts()[0] == ["", "·", "3"]


def test_errors_are_coloured_by_their_share_of_the_true_class(matrix):
    red, green, blue = (matrix.cells_image >> shift & 255 for shift in (16, 8, 0))
    assert green[1, 0] < green[1, 2] < green[0, 2] < green[0, 1]
    assert (red > blue)[[1, 1, 0], [0, 2, 2]].all()
    assert red[0, 0] < red[1, 1] < blue[1, 1]
    assert red[0, 1] == blue[0, 1] == red[2, 2]


def test_hover(matrix):
    text = matrix.value_at(matrix._layout.cell(1, 2).center())
    assert text == "true dog, predicted emu: 4 (10.0 % of dog)"
