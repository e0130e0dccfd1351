import numpy as np
import pytest
from PyQt6.QtCore import QPointF
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
    splitter = shown(TurningSplitter(QLabel("a"), QLabel("b"), 0.6), 300, 300)
    first, second = splitter.widget(0), splitter.widget(1)
    assert second.y() > first.y()
    splitter.resize(900, 200)
    qtbot.waitUntil(lambda: second.x() > first.x())
    assert first.width() > second.width()
