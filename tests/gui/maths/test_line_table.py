import math

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtWidgets import QLabel

from visualmlp.gui.maths.digits import Digits, exact_text
from visualmlp.gui.maths.line_table import LineTable
from visualmlp.gui.maths.turning_splitter import TurningSplitter
from visualmlp.gui.maths.weight_lines import weight_lines
from visualmlp.gui.picks import Weight


@pytest.fixture
def table(shown, make_trace):
    trace = make_trace(dtype="float32")
    table = shown(LineTable(), 500, 400)
    table.set_lines(weight_lines(trace, Weight(0, 1, 2)), Digits(trace.x.dtype))
    table.grab()
    return table


def test_hover_tells_all_digits(table):
    line = table.lines[0]
    text = table.value_at(table.view().topLeft() + QPointF(5, 5))
    assert text == f"old value: {exact_text(line.value)}"
    assert table.value_at(QPointF(-1, -1)) is None


def test_numbers_leave_in_full(table):
    header, *rows = table.csv_rows()
    assert header == ["what", "formula", "numbers", "value"]
    assert [row[0] for row in rows][:2] == ["old value", "gradient of the loss"]
    assert [row[3] for row in rows] == [str(line.value) for line in table.lines]


def test_derived_lines_are_marked(table):
    names = {row[0] for row in table.csv_rows()}
    assert {"m, bias corrected *", "step Δ *", "new value"} <= names
    assert table._caption_text().startswith("* derived")


def test_digits():
    single, double = Digits(np.dtype("float32")), Digits(np.dtype("float64"))
    assert single.text(np.float32(1 / 3)) == "0.3333333"
    assert double.text(-1 / 3) == "−0.333333333"
    assert single.factor(-0.5) == "(−0.5)"
    assert single.text(-0.0) == "0"
    assert single.look_the_same(1.00000001, 1)
    assert not double.look_the_same(1.00000001, 1)


def test_flat_parts_stand_beside_each_other(shown, qtbot):
    splitter = shown(TurningSplitter(QLabel("a"), QLabel("b"), 0.6, 0.6), 300, 300)
    first, second = splitter.widget(0), splitter.widget(1)
    assert second.y() > first.y()
    splitter.resize(900, 200)
    qtbot.waitUntil(lambda: second.x() > first.x())
    assert first.width() > second.width()


def test_parts_get_what_they_need_and_narrow_ones_stay_below_each_other(shown, qtbot):
    splitter = shown(TurningSplitter(QLabel("a"), QLabel("b"), 0.4, 0.6), 600, 400)
    first, second = splitter.widget(0), splitter.widget(1)
    splitter.set_needs(math.inf, 150)
    assert second.height() == pytest.approx(150, abs=1)
    splitter.set_needs(math.inf, 1000)
    assert first.height() == pytest.approx(0.4 * 400, abs=6)
    splitter.set_needs(90, 1000)
    assert first.height() == 90
    splitter.resize(600, 200)
    qtbot.waitUntil(lambda: splitter.height() == 200)
    assert second.y() > first.y()  # beside each other they would be too narrow


def test_a_moved_handle_stays(shown):
    splitter = shown(TurningSplitter(QLabel("a"), QLabel("b"), 0.4, 0.6), 600, 400)
    splitter.moveSplitter(300, 1)
    splitter.set_needs(90, 1000)
    assert splitter.widget(0).height() == pytest.approx(300, abs=1)


def test_all_lines_show_in_the_height_that_they_ask_for(table):
    table.resize(900, table.whole_height())
    assert table._bars[Qt.Orientation.Vertical].isHidden()
    table.resize(900, table.whole_height() - 4)
    assert not table._bars[Qt.Orientation.Vertical].isHidden()
