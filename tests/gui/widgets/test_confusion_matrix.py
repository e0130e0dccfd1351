"""Colours, names and numbers of a confusion matrix."""

import numpy as np
import pytest
from PyQt6.QtCore import QPointF

from visualmlp.gui.widgets.confusion_matrix import ConfusionMatrix

COUNTS = np.array([[1200, 0, 3], [6, 30, 4], [0, 0, 0]])
NAMES = ("cat", "dog", "emu")


@pytest.fixture
def matrix(shown) -> ConfusionMatrix:
    matrix = shown(ConfusionMatrix(), 500, 400)
    matrix.set_counts(COUNTS, NAMES)
    return matrix


def test_rows_tell_the_share_predicted_right(matrix):
    assert list(matrix._all_names(0)) == ["99.8\u00a0% · cat", "75\u00a0% · dog", "emu"]


def test_zeros_are_dots_and_counts_too_wide_are_shortened(matrix):
    assert matrix._number_texts() == [["1,200", "·", "3"], ["6", "30", "4"], ["·", "·", "·"]]
    matrix.resize(175, 300)
    assert matrix._number_texts()[0] == ["1.2k", "·", "3"]
    matrix.resize(110, 300)
    assert matrix._number_texts()[0] == ["", "·", "3"]


def test_numbers_are_smaller_in_narrow_cells_rather_than_left_out(matrix):
    counts = np.full((10, 10), 23)
    matrix.set_counts(counts, [str(i) for i in range(10)])
    matrix.resize(258, 500)
    assert 16.5 < matrix._layout.cell_width < 19
    assert {text for row in matrix._number_texts() for text in row} == {"23"}
    assert matrix._number_font().pointSizeF() < matrix.font().pointSizeF()
    plain = matrix.grab().toImage()
    matrix.set_counts(np.zeros_like(counts) + 1000, [str(i) for i in range(10)])
    assert matrix.grab().toImage() != plain


def test_errors_are_coloured_by_their_share_of_the_true_class(matrix):
    red, green, blue = (matrix.cells_image >> shift & 255 for shift in (16, 8, 0))
    assert green[1, 0] < green[1, 2] < green[0, 2] < green[0, 1]
    assert (red > blue)[[1, 1, 0], [0, 2, 2]].all()
    assert red[0, 0] < red[1, 1] < blue[1, 1]
    assert red[0, 1] == blue[0, 1] == red[2, 2]


def test_the_caption_tells_where_the_colours_of_errors_end(matrix):
    assert "errors to 15\u00a0%" in matrix._caption_text()
    ends = matrix.cells_image[1, 0]
    matrix.set_counts(np.array([[1000, 1], [0, 1000]]), NAMES[:2])
    assert "errors to 1.0\u00a0%" in matrix._caption_text()
    faint = matrix.cells_image[0, 1]
    matrix.set_counts(np.array([[990, 10], [0, 1000]]), NAMES[:2])
    assert "errors to 1.0\u00a0%" in matrix._caption_text()
    assert faint != matrix.cells_image[0, 1] == ends


def test_hover(matrix):
    text = matrix.value_at(matrix._layout.cell(1, 2).center())
    assert text == "true dog, predicted emu: 4 (10.0\u00a0% of dog)"


def test_totals_and_precision_stand_in_the_file(matrix):
    header, cat, dog, emu, total, precision = matrix.csv_rows()
    assert header[-2:] == ["total", "recall"]
    assert cat == ["cat", "1200", "0", "3", 1203, 1200 / 1203]
    assert dog[-2:] == [40, 0.75]
    assert emu[-2] == 0
    assert np.isnan(emu[-1])
    assert total == ["total", 1206, 30, 7, 1243, ""]
    assert precision[1:4] == [1200 / 1206, 1.0, 0.0]


def test_a_class_is_picked_by_its_name_or_its_total(matrix):
    picked = []
    matrix.true_picked.connect(lambda number: picked.append(("true", number)))
    matrix.predicted_picked.connect(lambda number: picked.append(("predicted", number)))
    body = matrix._layout.body
    dog = matrix._layout.cell(1, 1).center()
    for pos in (
        QPointF(body.left() - 8, dog.y()),
        QPointF(body.right() + 8, dog.y()),
        QPointF(dog.x(), body.top() - 5),
        QPointF(dog.x(), body.bottom() + 5),
    ):
        matrix.pick_at(pos)
    assert picked == [("true", 1), ("true", 1), ("predicted", 1), ("predicted", 1)]
    assert "30 of 40 predicted right (recall 75.0\u00a0%)" in matrix.value_at(
        QPointF(body.right() + 8, dog.y())
    )
    assert "30 of 30 are right (precision 100.0\u00a0%)" in matrix.value_at(
        QPointF(dog.x(), body.bottom() + 5)
    )


def test_cells_can_tell_percentages_of_their_true_class(matrix):
    matrix.set_counts(COUNTS, NAMES, as_shares=True)
    assert matrix._number_texts() == [
        ["99.8", "·", "0.2"],
        ["15.0", "75.0", "10.0"],
        ["·", "·", "·"],
    ]
    matrix.set_counts(np.array([[99_970, 30], [40, 99_960]]), NAMES[:2], as_shares=True)
    assert matrix._number_texts() == [["99.97", "0.03"], ["0.04", "99.96"]]
    matrix.resize(125, 300)
    assert matrix._number_texts() == [[">99", "<1"], ["<1", ">99"]]


def test_a_small_matrix_has_no_totals(matrix):
    wide = matrix._layout.body.width()
    matrix.resize(270, 160)
    matrix.grab()
    assert matrix._margins.isEmpty()
    assert matrix._layout.body.width() < wide


def digits(side, count):
    counts = np.full((side, side), 2)
    np.fill_diagonal(counts, count)
    return counts, [str(i) for i in range(side)]


def test_all_counts_have_commas_or_none_has(matrix):
    matrix.set_counts(*digits(10, 1104))
    matrix.resize(405, 400)
    assert matrix._count_text(1122) == "1122"
    matrix.resize(900, 400)
    assert matrix._number_texts()[0][0] == "1,104"
    assert matrix._count_text(1122) == "1,122"


def test_in_a_small_matrix_totals_give_way_to_the_numbers_in_the_cells(matrix):
    matrix.set_counts(*digits(10, 100))
    matrix.resize(300, 220)
    assert matrix._margins.isEmpty()
    assert matrix._tells_numbers()
    assert "hover" not in matrix._caption_text()


def test_the_caption_says_where_the_numbers_are_that_have_no_room(matrix):
    matrix.set_counts(*digits(40, 100))
    matrix.resize(300, 220)
    assert matrix._caption_text().startswith("numbers: hover · ")
    assert matrix._shown_caption(200).endswith("frame: right")
