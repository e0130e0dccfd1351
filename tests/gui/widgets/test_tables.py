"""Painted tables: texts, and results of samples."""

import csv
from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor, QGuiApplication
from pytestqt.qtbot import QtBot

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps
from visualmlp.gui.widgets.result_table import NOTHING, Results, ResultTable
from visualmlp.gui.widgets.table import Table

TITLES = ("layer", "parameters")
ROWS = [["1", "78,500"], ["2", "1,010"], ["all", "79,510"]]


@pytest.fixture
def table(shown) -> Table:
    table = Table()
    table.set_table(TITLES, ROWS, bold=(2,), values=[["1", 78500], ["2", 1010], ["all", 79510]])
    return shown(table, 300, 160)


def middle(table: Table | ResultTable, row: int, x: float = 4) -> QPointF:
    return QPointF(table.view().left() + x, table._tops()[row] + table.row_height() / 2)


def test_hover_and_keyboard_tell_a_row(table: Table, qtbot: QtBot) -> None:
    assert table.value_at(middle(table, 1)) == "layer 2, parameters 1,010"
    assert table.value_at(QPointF(2, 2)) is None
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert table.accessibleDescription() == "layer 2, parameters 1,010"
    with qtbot.waitSignal(table.row_picked) as picked:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert picked.args == [1]


def test_a_click_picks_the_row(table: Table, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.row_picked) as picked:
        at = middle(table, 2).toPoint()
        qtbot.mouseClick(table, Qt.MouseButton.LeftButton, pos=at)
    assert picked.args == [2]
    assert table.current == 2


def test_copies_have_tabs_and_whole_numbers(table: Table, qtbot: QtBot) -> None:
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    clipboard = QGuiApplication.clipboard()
    assert clipboard.text() == "layer\tparameters\n1\t78500\n2\t1010\nall\t79510"
    texts = [action.text() for action in table.export_menu().actions()]
    assert texts[0] == "Copy table as text"


def test_a_table_is_saved_as_csv_and_picture(table: Table, tmp_path) -> None:
    table.save_csv(tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(newline="") as file:
        assert list(csv.reader(file))[-1] == ["all", "79510"]
    table.render_svg(tmp_path / "t.svg")
    assert "79,510" in (tmp_path / "t.svg").read_text()


def test_long_tables_scroll_to_the_highlight_below_their_header(shown, qtbot: QtBot) -> None:
    table = Table()
    table.set_table(TITLES, [[str(i), str(i * i)] for i in range(200)])
    shown(table, 200, 150)
    table.set_current(150)
    assert 150 in table._tops()
    table.set_current(3)
    top = table._tops()[3]
    assert top >= table.view().top() + table._header_height() - 1
    assert len(table._tops()) < 12


def test_all_rows_show_where_the_place_scrolls(shown) -> None:
    table = Table()
    table.show_all_rows()
    table.set_title("Squares")
    table.set_table(TITLES, [[str(i), str(i * i)] for i in range(30)])
    shown(table, 300, 20)
    assert len(table._tops()) == 30
    assert table._bars[Qt.Orientation.Vertical].isHidden()
    table.resize(60, table.height())
    assert not table._bars[Qt.Orientation.Horizontal].isHidden()
    assert table._bars[Qt.Orientation.Vertical].isHidden()


def test_an_empty_table_says_so(table: Table) -> None:
    table.set_table(TITLES, [])
    assert table.empty_text == "The table is empty."


VALUES = np.array([[0.05, 0.9, 0.05], [0.4, 0.25, 0.35], [0.25, 0.5, 0.25]])
RESULTS = Results(
    ids=[7, 8, 9],
    value_names=("setosa", "versicolor", "virginica"),
    values=VALUES,
    largest=[1, 0, NOTHING],
    marks=["✓", "✗?", ""],
    answer_names=("predicted", "true"),
    answers=[("versicolor", "versicolor"), ("setosa", "virginica"), ("–", "setosa")],
)


@pytest.fixture
def results(shown) -> ResultTable:
    table = ResultTable()
    table.set_results(RESULTS)
    return shown(table, 560, 140)


def cell(table: ResultTable, row: int, column: int):
    return table._cell(table.view().left(), table._tops()[row], column)


def test_cells_are_coloured_by_value(results: ResultTable) -> None:
    picture, lut = results.grab().toImage(), colour_maps.lut("sequential")
    for row in range(3):
        for column in range(3):
            corner = cell(results, row, column).topLeft() + QPointF(4, 3)
            code = colour_maps.codes(VALUES[row, column], 0, 1)
            assert picture.pixel(corner.toPoint()) == int(lut[code])


def test_the_largest_is_framed_and_bold_and_nothing_else(results: ResultTable) -> None:
    picture = results.grab().toImage()
    ink = QColor(theme.LIGHT.foreground).rgb()
    framed = [
        [picture.pixel((cell(results, row, j).topLeft() + QPointF(1, 5)).toPoint()) == ink]
        for row in range(3)
        for j in range(3)
    ]
    assert framed == [[False], [True], [False], [True], *[[False]] * 5]
    assert results._largest(0) == 1


def test_hover_tells_values_and_answers(results: ResultTable) -> None:
    assert results.value_at(cell(results, 0, 2).center()) == "sample 7, virginica: 0.05"
    x = results._column(1)[0] + 2
    said = results.value_at(middle(results, 1, x))
    assert said == "sample 8: ✗? predicted setosa, true virginica"


def test_more_decimals_make_wider_columns(results: ResultTable) -> None:
    width = results.columns_width()
    results.set_decimals(8)
    assert results.number(0.0991089) == "0.09910890"
    assert results.columns_width() > width


def test_bars_are_as_long_as_the_values(results: ResultTable) -> None:
    results.set_bars(True)
    picture = results.grab().toImage()
    inks = {QColor(theme.LIGHT.series[0]).rgb()}
    place = cell(results, 0, 1).adjusted(3, 4, -3, -4)
    y = round(place.center().y())
    long = [picture.pixel(x, y) in inks for x in range(round(place.left()), round(place.right()))]
    assert np.mean(long) == pytest.approx(0.9, abs=0.06)


def test_results_as_numbers_in_full(results: ResultTable) -> None:
    rows = results.csv_rows()
    assert rows[0] == ["sample", *RESULTS.value_names, "mark", "predicted", "true"]
    assert rows[2] == [8, 0.4, 0.25, 0.35, "✗?", "setosa", "virginica"]


def test_pictures_stand_at_the_left(shown) -> None:
    table = ResultTable()
    pictures = np.zeros((3, 8, 8), np.uint8)
    pictures[1] = 16
    table.set_results(replace(RESULTS, pictures=pictures, picture_range=(0, 16)))
    shown(table, 560, 200)
    picture, lut = table.grab().toImage(), colour_maps.lut("grey")
    at = middle(table, 1, 15).toPoint()
    assert picture.pixel(at) == int(lut[254])
    table.set_bars(True)
    table.grab()


def test_values_of_nan_are_drawn(results: ResultTable) -> None:
    nan = {"value_names": ("a",), "values": np.array([[np.nan]]), "largest": [NOTHING]}
    results.set_results(Results(ids=[0], marks=[""], answers=[()], **nan))
    for bars in (False, True):
        results.set_bars(bars)
        results.grab()
    assert results.number(np.nan) == "NaN"


def test_a_table_with_no_room_for_a_row_is_painted(table: Table) -> None:
    table.resize(40, 20)  # the bar below takes what is left
    assert not table._tops()
    assert not table.grab().isNull()


def test_answers_stand_first_where_values_must_be_scrolled(results: ResultTable) -> None:
    def left_ends() -> list[float]:
        return [results._column(column)[0] for column in range(2, 8)]

    wide = left_ends()
    assert wide == sorted(wide)
    results.resize(240, 140)
    values, words = left_ends()[:3], left_ends()[3:]
    assert max(words) < min(values)
    assert results._column(7)[0] + results._column(7)[1] <= results.columns_width()
    x = results._column(6)[0] + 2
    assert results.value_at(middle(results, 0, x)) == (
        "sample 7: ✓ predicted versicolor, true versicolor"
    )
    x = results._column(2)[0] + 2
    assert results.row_text(0, x) == "sample 7, setosa: 0.05"
    results.grab()


def test_nothing_is_written_as_minus_nothing(results: ResultTable) -> None:
    assert results.number(-0.001) == "0.00"
    assert results.number(-0.01) == "−0.01"


def test_a_long_text_leaves_the_other_columns_in_sight(shown) -> None:
    rows = [["setosa of the northern meadows and of the hills behind", "40", "10"]]
    plain, narrow = Table(), Table()
    narrow.keep_columns_narrow()
    for one in (plain, narrow):
        one.set_table(("class", "training", "validation"), rows)
        shown(one, 300, 120)
    assert plain.columns_width() > plain.area().width()
    assert narrow._edges[1] == pytest.approx(0.4 * narrow.area().width())
    assert rows[0][0] in (narrow.value_at(middle(narrow, 0)) or "")
    assert narrow.csv_rows()[1] == rows[0]
    narrow.set_table(("class", "training"), [["a", "4"]])
    assert narrow._edges[1] < 100  # with room for all, no wider than its texts


def test_hover_over_a_long_row_tells_the_first_cell_and_the_one_there(shown) -> None:
    titles = [f"column number {i}" for i in range(30)]
    table = Table()
    table.set_table(titles, [[str(i) for i in range(30)]])
    shown(table, 300, 120)
    at = table._edges[1] + 3
    assert table.value_at(middle(table, 0, at)) == "column number 0 0\ncolumn number 1 1"


def test_a_table_of_full_height_counts_the_bar_below_it(shown, qtbot: QtBot) -> None:
    table = Table()
    table.set_table(TITLES, ROWS)
    table.show_all_rows()
    shown(table, 600, 160)
    table.resize(60, table.height())
    across, down = (table._bars[o] for o in table._bars)
    assert not across.isHidden()
    assert down.isHidden()


def test_hover_over_long_cells_tells_them_below_each_other(shown) -> None:
    table = Table()
    words = "a sentence that says much of what was found in the data, and what to do about it"
    table.set_table(("", "check", "found"), [["✓", words, words]])
    shown(table, 300, 120)
    assert table.value_at(middle(table, 0)) == f"✓\ncheck {words}\nfound {words}"


def test_long_words_leave_room_for_the_values(results: ResultTable) -> None:
    long = "slightly damaged by moisture during transport"
    results.set_results(replace(RESULTS, answers=[(long, long)] * 3))
    assert results._column(6)[1] < 170
    results.resize(300, 140)
    assert results._column(6)[1] < 110
    x = results._column(6)[0] + 2
    assert long in results.value_at(middle(results, 0, x))
    results.grab()
