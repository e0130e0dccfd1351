"""The table behind a picture: what it shows, how it is reached, copied, saved, followed."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QContextMenuEvent, QGuiApplication
from PyQt6.QtWidgets import QApplication, QFileDialog, QMenu, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from visualmlp.gui.actions import ACTIONS
from visualmlp.gui.widgets.bars import Bars
from visualmlp.gui.widgets.curves import CurvePlot
from visualmlp.gui.widgets.gallery import Gallery
from visualmlp.gui.widgets.matrix import Matrix
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.gui.widgets.number_grid import NumberGrid
from visualmlp.gui.widgets.numbers_dialog import NumbersDialog
from visualmlp.gui.widgets.numbers_model import MOST_ROWS, NumbersModel
from visualmlp.gui.widgets.picture import SHORTCUTS
from visualmlp.gui.widgets.series_rows import SeriesRows
from visualmlp.gui.widgets.strips import Strips

CONTROL = Qt.KeyboardModifier.ControlModifier
TEXT = Qt.ItemDataRole.DisplayRole


@pytest.fixture
def bars(shown) -> Bars:
    bars = Bars()
    bars.set_title("Probabilities")
    bars.set_bars(["cat", "dog"], [0.25, 0.75], true=1, predicted=1)
    return shown(bars)


@pytest.fixture
def dialog(bars: Bars) -> NumbersDialog:
    return bars.open_table()  # the window of the bars deletes it


def texts(model: NumbersModel) -> list[list[str]]:
    rows, columns = range(model.rowCount()), range(model.columnCount())
    header = [model.headerData(column, Qt.Orientation.Horizontal) for column in columns]
    return [header, *([model.index(i, j).data() for j in columns] for i in rows)]


def test_the_numbers_stand_below_their_names(dialog: NumbersDialog) -> None:
    header, *rows = texts(dialog.model)
    assert header == ["name", "value", "true", "predicted"]
    assert rows == [["cat", "0.25", "0", "0"], ["dog", "0.75", "1", "1"]]
    spoken = dialog.model.index(1, 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "value: 0.75"
    numbers, words = (
        dialog.model.index(0, j).data(Qt.ItemDataRole.TextAlignmentRole) for j in (1, 0)
    )
    assert numbers & Qt.AlignmentFlag.AlignRight
    assert words & Qt.AlignmentFlag.AlignLeft


def test_it_is_a_window_of_its_own_named_as_the_picture(dialog: NumbersDialog, bars: Bars) -> None:
    assert not dialog.isModal()
    assert dialog.windowTitle() == "Numbers: Probabilities"
    assert dialog.table.accessibleName() == "Probabilities"
    assert bars.open_table() is dialog


def test_it_says_what_moment_the_numbers_are_of(shown, qtbot: QtBot) -> None:
    class Holder(QWidget):
        def shown_moment(self) -> str:
            return "step 1,840"

    holder, bars = Holder(), Bars()
    QVBoxLayout(holder).addWidget(bars)
    bars.set_bars(["a"], [1.0])
    shown(holder)
    dialog = bars.open_table()
    assert dialog.table.accessibleDescription().startswith("1 row · step 1,840 · taken at ")


@pytest.mark.parametrize(
    ("key", "modifier"),
    [(Qt.Key.Key_T, CONTROL), (Qt.Key.Key_Menu, None), (Qt.Key.Key_F10, "shift")],
)
def test_the_keyboard_reaches_it(key, modifier, bars: Bars, qtbot: QtBot, monkeypatch) -> None:
    def choose_first(menu: QMenu, at: QPoint) -> None:
        assert bars.rect().contains(bars.mapFromGlobal(at))
        menu.actions()[0].trigger()

    monkeypatch.setattr(QMenu, "exec", choose_first)
    held = {None: Qt.KeyboardModifier.NoModifier, "shift": Qt.KeyboardModifier.ShiftModifier}
    qtbot.keyClick(bars, key, held.get(modifier, modifier))
    assert bars.window().findChild(NumbersDialog).isVisible()


def test_the_menu_opens_once_where_the_mouse_is(bars: Bars, monkeypatch) -> None:
    opened: list[QPoint] = []

    def exec_menu(_menu: QMenu, at: QPoint) -> None:
        opened.append(at)
        bars.open_menu()  # as where the system sends an event for the key as well

    monkeypatch.setattr(QMenu, "exec", exec_menu)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(9, 9), QPoint(70, 80))
    QApplication.sendEvent(bars, event)
    assert opened == [QPoint(70, 80)]


def test_no_action_of_the_window_has_a_key_of_the_pictures() -> None:
    assert not {key for spec in ACTIONS for key in spec.shortcuts} & set(SHORTCUTS.values())


def test_selected_cells_are_copied_or_all(dialog: NumbersDialog, qtbot: QtBot) -> None:
    qtbot.keyClick(dialog.table, Qt.Key.Key_C, CONTROL)
    everything = QGuiApplication.clipboard().text()
    assert everything.splitlines()[0] == "name\tvalue\ttrue\tpredicted"
    assert len(everything.splitlines()) == 3
    dialog.table.setCurrentIndex(dialog.model.index(1, 1))
    qtbot.keyClick(dialog.table, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "value\n0.75\n"


def test_the_rows_are_saved(dialog: NumbersDialog, tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "numbers"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    dialog.findChild(QPushButton, "numbers.save").click()
    rows = list(csv.reader((tmp_path / "numbers.csv").read_text().splitlines()))
    assert rows[1:] == [["cat", "0.25", "0", "0"], ["dog", "0.75", "1", "1"]]


def test_refresh_takes_the_numbers_of_now(dialog: NumbersDialog, bars: Bars) -> None:
    bars.set_bars(["cat", "dog"], [0.5, 0.5])
    assert dialog.model.index(0, 1).data() == "0.25"
    dialog.findChild(QPushButton, "numbers.refresh").click()
    assert dialog.model.index(0, 1).data() == "0.5"


def test_it_follows_while_it_is_open(dialog: NumbersDialog, bars: Bars, qtbot: QtBot) -> None:
    box = dialog.findChild(QWidget, "numbers.follow")
    box.click()
    dialog.table.setCurrentIndex(dialog.model.index(1, 1))
    bars.set_bars(["cat", "dog"], [0.125, 0.875])
    qtbot.waitUntil(lambda: dialog.model.index(1, 1).data() == "0.875", timeout=3000)
    assert dialog.table.currentIndex().row() == 1  # the reader is not thrown out of the cell
    dialog.close()


def test_the_numbers_outlive_the_picture(qtbot: QtBot, shown) -> None:
    parent = shown(QWidget())
    bars = Bars(parent)
    bars.set_bars(["a", "b"], [0.5, 0.25])
    dialog = bars.open_table()
    bars.deleteLater()
    qtbot.waitUntil(lambda: not dialog.findChild(QPushButton, "numbers.refresh").isEnabled())
    assert dialog.model.index(1, 1).data() == "0.25"


def test_an_array_gets_names_of_rows_and_columns(shown) -> None:
    grid = NumberGrid()
    grid.set_picture(np.array([[1.5, 2.0], [3.0, 4.0]]))
    assert [*grid.table_rows()] == [
        ["row", "column 0", "column 1"],
        [0, "1.5", "2.0"],
        [1, "3.0", "4.0"],
    ]
    assert next(iter(grid.csv_rows())) == ["1.5", "2.0"]


def test_a_million_points_are_not_made_into_rows(shown, qtbot: QtBot) -> None:
    plot = shown(CurvePlot())
    plot.set_axes("step", "loss")
    x = np.arange(1_000_000)
    plot.set_series("loss", x, x / 7)
    began = time.perf_counter()
    dialog = plot.open_table()
    dialog.grab()
    assert time.perf_counter() - began < 2
    assert dialog.model.rowCount() == MOST_ROWS
    assert dialog.model.index(999_999, 2).data() == str(999_999 / 7)
    dialog.table.scrollToBottom()
    assert dialog.table.indexAt(QPoint(5, 5)).row() > 999_000


def test_rows_of_series_are_the_same_one_by_one_and_in_turn() -> None:
    one, two = (np.arange(3), np.array([1.5, np.nan, 2.5])), (np.array([4.0]), np.array([9.0]))
    rows = SeriesRows(("series", "step", "value"), {"a": one, "none": (one[0][:0],) * 2, "b": two})
    assert [rows[i] for i in range(len(rows))] == list(rows) == rows[:]
    assert rows[-1] == ["b", 4.0, "9.0"]
    assert rows[2] == ["a", 1, "nan"]
    with pytest.raises(IndexError):
        rows[5]


def test_what_there_is_no_room_for_is_told(qtbot: QtBot, shown, monkeypatch) -> None:
    monkeypatch.setattr("visualmlp.gui.widgets.numbers_model.MOST_ROWS", 1)
    bars = Bars()
    bars.set_bars(["a", "b", "c"], [1.0, 2.0, 3.0])
    dialog = shown(bars).open_table()
    assert dialog.table.accessibleDescription().startswith("1 row (2 more are in the file only)")


def test_a_picture_says_what_it_shows_and_its_keys(bars: Bars, qtbot: QtBot) -> None:
    bars.set_caption("validation sample 7")
    assert bars.accessibleDescription().startswith("validation sample 7 · ")
    assert SHORTCUTS["numbers"] in bars.accessibleDescription()
    qtbot.keyClick(bars, Qt.Key.Key_Down)
    assert bars.accessibleDescription() == bars.value_at(bars.current_point() or QPointF())
    bars.clearFocus()
    bars.set_empty("Pick a sample.")
    assert bars.accessibleDescription() == "Pick a sample."


@pytest.mark.parametrize("kind", [Bars, CurvePlot, Gallery, Matrix, Mosaic, NumberGrid, Strips])
def test_a_picture_that_shows_nothing_yet_has_a_table_all_the_same(kind, shown) -> None:
    widget = shown(kind())
    widget.open_table()
    assert widget.window().findChild(NumbersDialog).model.rowCount() == 0
