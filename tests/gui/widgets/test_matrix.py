"""Heat maps."""

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps
from visualmlp.gui.widgets.matrix import Matrix
from visualmlp.gui.widgets.matrix_layout import extremes

COUNTS = np.array([[980, 3], [12, 1001]])
CLASSES = ["five", "eight"]


@pytest.fixture
def matrix(shown) -> Matrix:
    matrix = Matrix()
    matrix.set_matrix(
        COUNTS,
        low=0,
        high=1001,
        lut="sequential",
        row_names=CLASSES,
        column_names=CLASSES,
        row_title="true",
        column_title="predicted",
        number_format="d",
    )
    return shown(matrix, 420, 320)


def test_cells_have_the_colours_of_their_values(matrix: Matrix) -> None:
    expected = colour_maps.colourise(COUNTS, colour_maps.lut("sequential"), 0, 1001)
    np.testing.assert_array_equal(matrix.cells_image, expected)
    picture = matrix.grab().toImage()
    for row in (0, 1):
        for column in (0, 1):
            corner = matrix._layout.cell(row, column).topLeft() + QPointF(5, 5)
            assert picture.pixel(corner.toPoint()) == int(expected[row, column])


def test_numbers_are_written_if_they_fit(matrix: Matrix) -> None:
    def ink() -> int:
        picture, cell = matrix.grab().toImage(), matrix._layout.cell(0, 0)
        box = cell.adjusted(4, 4, -4, -4).toRect()
        ground = picture.pixel(box.topLeft())
        return sum(
            picture.pixel(x, y) != ground
            for x in range(box.left(), box.right())
            for y in range(box.top(), box.bottom())
        )

    assert ink() > 20
    matrix.set_matrix(COUNTS, number_format="d", numbers=False)
    assert ink() == 0
    matrix.set_matrix(np.full((2, 2), 123456.789), number_format=".30f")
    assert ink() == 0


def test_hover_says_row_column_and_value(matrix: Matrix) -> None:
    text = matrix.value_at(matrix._layout.cell(1, 0).center())
    assert text == "true eight, predicted five: 12"
    assert matrix.value_at(QPointF(2, 2)) is None


def test_a_click_picks_the_cell(matrix: Matrix, qtbot: QtBot) -> None:
    with qtbot.waitSignal(matrix.cell_picked) as picked:
        at = matrix._layout.cell(0, 1).center().toPoint()
        qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=at)
    assert picked.args == [0, 1]
    assert matrix.current == (0, 1)
    edge = matrix._layout.cell(0, 1)
    at = QPointF(edge.center().x(), edge.bottom()).toPoint()
    assert matrix.grab().toImage().pixelColor(at).name() == theme.LIGHT.highlight


def test_keys_move_within_the_matrix_and_pick(matrix: Matrix, qtbot: QtBot) -> None:
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(matrix, key)
    assert matrix.current == (1, 1)
    with qtbot.waitSignal(matrix.cell_picked) as picked:
        qtbot.keyClick(matrix, Qt.Key.Key_Space)
    assert picked.args == [1, 1]


def test_a_large_matrix_shows_extremes_and_says_so(shown) -> None:
    values = np.zeros((784, 300))
    values[400, 200] = -7
    matrix = Matrix()
    matrix.set_matrix(values, row_title="pixel", column_title="unit")
    shown(matrix, 300, 260)
    assert "several cells share a pixel" in matrix._caption_text()
    rows, columns = matrix._layout.pixels
    assert matrix.cells_image.shape == (rows, columns)
    assert (matrix.cells_image == colour_maps.lut("diverging")[0]).sum() == 1
    text = matrix.value_at(matrix._layout.cell(400, 200).center())
    assert text is not None
    assert "−7 to 0" in text
    assert "share this pixel" in text
    matrix.set_matrix(values[:10, :10])
    assert matrix._caption_text() == ""


def test_extremes_reduces_by_magnitude() -> None:
    values = np.array([[1, -3, 0, 0], [2, 0, 0, 5], [0, 0, -1, np.nan]])
    np.testing.assert_array_equal(extremes(values[:2], 1, 2), [[-3, 5]])
    np.testing.assert_array_equal(extremes(values, 3, 2), [[-3, 0], [2, 5], [0, np.nan]])
    np.testing.assert_array_equal(extremes(values, 3, 4), values)


@pytest.mark.parametrize(
    "values", [np.zeros((1, 1)), np.full((3, 2), 4.0), np.array([[np.nan, np.inf, 1.0]])]
)
def test_odd_values_are_drawn(values: np.ndarray, shown) -> None:
    matrix = Matrix()
    matrix.set_matrix(values)
    shown(matrix)
    assert matrix.cells_image.shape == values.shape
    unusual = int((~np.isfinite(values)).sum())
    assert (matrix.cells_image == colour_maps.lut("diverging")[255]).sum() == unusual
    assert (f"{unusual} values are NaN" in matrix._caption_text()) == bool(unusual)


def test_an_empty_matrix_is_an_empty_text(matrix: Matrix) -> None:
    matrix.set_matrix(np.zeros((0, 4)))
    assert matrix.empty_text


def test_csv_has_names_and_exact_values(matrix: Matrix) -> None:
    assert matrix.csv_rows() == [
        ["true \\ predicted", "five", "eight"],
        ["five", "980", "3"],
        ["eight", "12", "1001"],
    ]
    matrix.set_matrix(np.array([[0.1]], np.float32))
    assert matrix.csv_rows()[1] == ["0", "0.1"]


def test_long_column_names_turn_where_they_have_no_room(matrix: Matrix) -> None:
    values = np.zeros((3, 12))
    names = [f"petal length {i} (cm)" for i in range(12)]
    matrix.set_matrix(values, column_names=names)
    assert matrix._layout.upright
    high = matrix._layout.body.top()
    matrix.set_matrix(values)
    assert not matrix._layout.upright
    assert matrix._layout.body.top() < high
    matrix.set_matrix(np.zeros((3, 60)))
    assert not matrix._layout.upright  # numbers are thinned out
    matrix.set_matrix(values, column_names=names)
    matrix.resize(400, 150)
    assert not matrix._layout.upright
