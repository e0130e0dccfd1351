"""Bars, and pictures as numbers."""

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps, labels
from visualmlp.gui.widgets.bars import Bars
from visualmlp.gui.widgets.number_grid import NumberGrid

NAMES = ["setosa", "versicolor", "virginica"]


@pytest.fixture
def bars(shown) -> Bars:
    bars = Bars()
    bars.set_bars(NAMES, [0.25, 0.7, 0.05], true=0, predicted=1)
    return shown(bars, 360, 160)


def test_bars_are_as_long_as_their_values(bars: Bars) -> None:
    track = bars._track()
    rects = bars._rects(track)
    shares = [rect.width() / track.width() for rect in rects]
    assert shares == pytest.approx([0.25, 0.7, 0.05], abs=0.01)
    picture = bars.grab().toImage()
    inks = [picture.pixelColor(rect.center().toPoint()).name() for rect in rects[:2]]
    assert inks == [theme.LIGHT.good, theme.LIGHT.bad]


def test_truth_and_prediction_are_said_in_words(bars: Bars) -> None:
    at = [rect.center() for rect in bars._rects(bars._track())]
    assert bars.value_at(at[0]) == "setosa: 0.25 (true)"
    assert bars.value_at(at[1]) == "versicolor: 0.7 (predicted)"
    assert bars.value_at(at[2]) == "virginica: 0.05"
    assert bars._caption_text() == "✓ true · bold: predicted"


def test_a_bar_is_picked_by_mouse_and_keyboard(bars: Bars, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bars.bar_picked) as picked:
        at = bars._rects(bars._track())[2].center().toPoint()
        qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=at)
    assert picked.args == [2]
    with qtbot.waitSignal(bars.bar_picked) as picked:
        qtbot.keyClick(bars, Qt.Key.Key_Up)
        qtbot.keyClick(bars, Qt.Key.Key_Return)
    assert picked.args == [1]


def test_signed_bars_go_both_ways(shown) -> None:
    bars = Bars()
    bars.set_bars(NAMES, [-2.0, 1.0, np.nan], signed=True)
    shown(bars)
    track = bars._track()
    left, right, none = bars._rects(track)
    assert left.left() == pytest.approx(track.left())
    assert right.left() == pytest.approx(track.center().x())
    assert right.width() == pytest.approx(track.width() / 4)
    assert none.width() == 1
    assert bars.value_at(none.center()) == "virginica: NaN"


def test_many_bars_are_thin_and_still_told_by_hover(shown) -> None:
    bars = Bars()
    bars.set_bars([f"unit {i}" for i in range(300)], np.linspace(0, 1, 300))
    shown(bars, 200, 200)
    assert bars._is_thin()
    assert (bars.value_at(QPointF(100, 193)) or "").startswith("unit 29")


def test_probabilities_keep_their_scale_and_larger_values_get_another(bars: Bars) -> None:
    bars.set_bars(NAMES, [0.1, 0.1, 0.1])
    assert bars._high == 1
    bars.set_bars(NAMES, [0.1, 8, 0.1])
    assert bars._high == 8
    bars.set_bars([], [])
    assert bars.empty_text


def test_long_numbers_get_their_room(shown) -> None:
    short, long = shown(Bars(), 240, 90), shown(Bars(), 240, 90)
    short.set_bars(["prediction"], [1.0], signed=True)
    long.set_bars(["prediction"], [-6.114e18], signed=True)
    metrics = QFontMetricsF(labels.bold_font(long.font()))
    assert long.area().right() - long._track().right() > metrics.horizontalAdvance("−6.114e18")
    assert long._track().right() < short._track().right()


def test_bars_csv(bars: Bars) -> None:
    assert bars.csv_rows()[:2] == [["name", "value", "true", "predicted"], ["setosa", 0.25, 1, 0]]


PICTURE = np.arange(64).reshape(8, 8) / 63


@pytest.fixture
def grid(shown) -> NumberGrid:
    grid = NumberGrid()
    grid.set_picture(PICTURE, low=0, high=1)
    return shown(grid, 420, 420)


def test_small_pictures_fit_with_readable_numbers(grid: NumberGrid) -> None:
    assert grid.cell_side >= grid._readable
    assert grid.content_size().width() <= grid.area().width()
    picture, table = grid.grab().toImage(), colour_maps.lut("grey")
    for row, column in ((0, 0), (3, 5), (7, 7)):
        corner = grid._cell_rect(row, column).translated(grid._origin()).topLeft()
        code = colour_maps.codes(PICTURE[row, column], 0, 1)
        assert picture.pixel((corner + QPointF(3, 3)).toPoint()) == int(table[code])


def test_grid_hover_tells_pixel_and_value(grid: NumberGrid) -> None:
    at = grid._cell_rect(3, 5).translated(grid._origin()).center()
    assert grid.value_at(at) == "pixel (row 3, column 5): 0.460317"


def test_large_pictures_scroll_and_follow_the_keyboard(shown, qtbot: QtBot) -> None:
    grid = NumberGrid()
    grid.set_picture(np.random.default_rng(0).random((28, 28)))
    shown(grid, 300, 300)
    assert grid.content_size().width() > grid.area().width()
    for _ in range(20):
        qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.offset().x() > 0
    point = grid.current_point()
    assert point is not None
    assert grid.view().contains(point)
    qtbot.keyClick(grid, Qt.Key.Key_F)
    assert grid.content_size().width() <= grid.area().width()
    qtbot.keyClick(grid, Qt.Key.Key_0)
    assert grid.cell_side == grid._readable


def test_zoom_has_limits(grid: NumberGrid, qtbot: QtBot) -> None:
    side = grid.cell_side
    qtbot.keyClicks(grid, "+")
    assert grid.cell_side == pytest.approx(1.25 * side)
    qtbot.keyClicks(grid, "-" * 60)
    assert grid.cell_side == 2


def test_no_picture_is_an_empty_text(grid: NumberGrid) -> None:
    grid.set_picture(np.zeros((0, 0)))
    assert grid.empty_text


def test_bars_ask_for_the_width_of_their_names_and_get_it_before_the_bars(shown) -> None:
    bars = Bars()
    bars.set_bars(["no", "yes"], [0.2, 0.8])
    short = bars.minimumSizeHint().width()
    bars.set_bars(["versicolor", "setosa"], [0.2, 0.8], predicted=1)
    least = bars.minimumSizeHint().width()
    assert least > short
    shown(bars, least, 200)
    name = QFontMetricsF(bars.font()).horizontalAdvance("✓ versicolor")
    assert bars._track().left() - bars.area().left() > name
    assert bars._track().width() > 10


def test_small_values_can_be_told_apart_and_nothing_has_no_sign() -> None:
    bars = Bars()
    bars.set_bars(["a", "b"], [0.00246, -0.000454], signed=True)
    assert bars._number_texts() == ["0.0025", "−0.00045"]
    bars.set_bars(["a", "b"], [0.5, -0.0001], signed=True)
    assert bars._number_texts() == ["0.500", "0.000"]


def test_long_names_leave_the_bars_most_of_the_room(shown) -> None:
    bars = shown(Bars(), 300, 90)
    bars.set_bars(["a class with a name that is longer than any bar could be"], [40.0], high=40)
    assert bars._track().width() > 0.3 * bars.area().width()


def test_an_output_that_is_nearly_1_is_not_called_1(bars: Bars) -> None:
    bars.set_bars(NAMES, [0.9999, 0.0001, 0.0])
    assert bars._number_texts() == [">0.999", "0.000", "0.000"]
    bars.set_bars(NAMES, [1.0, 0.0, 0.0])
    assert bars._number_texts() == ["1.000", "0.000", "0.000"]
