"""The figures at the ends of epochs as a table."""

import csv
import io

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QFileDialog, QPushButton, QTableView
from pytestqt.qtbot import QtBot

from visualmlp.gui.views.record_table import RecordTable


def records(count, **more):
    epoch = np.arange(count, dtype=float)
    nan = np.full(count, np.nan)
    return {
        "epoch": epoch,
        "step": 10 * epoch,
        "train.score": epoch / 10_000,
        "train.loss": 1 / (epoch + 1),
        "train.rmse": nan,
        "validation.score": nan,
        "validation.loss": nan,
        "validation.rmse": nan,
        "test.score": epoch / 20_000,
        "test.loss": 2 / (epoch + 1),
        "test.rmse": nan,
    } | more


@pytest.fixture
def table(shown):
    return shown(RecordTable(), 600, 300)


def view_of(table):
    return table.findChild(QTableView, "records")


def titles(table):
    model = view_of(table).model()
    sections = range(model.columnCount())
    texts = (model.headerData(i, Qt.Orientation.Horizontal) for i in sections)
    return [text.replace("\n", " ") for text in texts]


def copied(qtbot, table):
    qtbot.mouseClick(table.findChild(QPushButton, "records.copy"), Qt.MouseButton.LeftButton)
    return QApplication.clipboard().text()


def test_columns_are_those_that_were_recorded(table):
    table.set_records(records(3), "classification")
    assert titles(table) == [
        *("epoch", "training accuracy", "test accuracy", "training loss", "test loss", "updates"),
    ]
    table.set_records(records(3, samples=np.arange(3.0)), "regression")
    assert titles(table)[1] == "training R²"
    assert titles(table)[-1] == "samples seen"


def test_all_rows_are_copied_with_tabs(qtbot, table):
    table.set_records(records(2000), "classification")
    lines = copied(qtbot, table).splitlines()
    assert lines[0].startswith("epoch\ttraining accuracy\ttest accuracy\t")
    assert lines[1241].split("\t") == [
        "1240",
        "0.12400",
        "0.06200",
        "0.0008058",
        "0.0016116",
        "12400",
    ]
    assert len(lines) == 2001


def test_selected_rows_are_copied_with_the_usual_key(qtbot, table):
    table.set_records(records(50), "classification")
    view = view_of(table)
    view.selectRow(7)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QApplication.clipboard().text().splitlines()
    assert [line.split("\t")[0] for line in lines] == ["epoch", "7"]


def test_csv_has_all_digits(qtbot: QtBot, table, tmp_path, monkeypatch):
    path = tmp_path / "epochs.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    table.set_records(records(4), "classification")
    qtbot.mouseClick(table.findChild(QPushButton, "records.csv"), Qt.MouseButton.LeftButton)
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert [float(row["training loss"]) for row in rows] == [1, 1 / 2, 1 / 3, 1 / 4]
    assert [row["epoch"] for row in rows] == ["0", "1", "2", "3"]


def test_it_follows_the_newest_row_until_the_user_scrolls_away(qtbot, table):
    bar = view_of(table).verticalScrollBar()
    table.set_records(records(100), "classification")
    qtbot.waitUntil(lambda: bar.value() == bar.maximum() > 0)
    table.set_records(records(120), "classification")
    qtbot.waitUntil(lambda: bar.value() == bar.maximum() > 100)
    bar.setValue(3)
    table.set_records(records(150), "classification")
    qtbot.wait(20)
    assert bar.value() == 3


def test_a_run_that_begins_again_has_few_rows(table):
    model = view_of(table).model()
    table.set_records(records(100), "classification")
    table.set_records(records(2), "classification")
    assert model.rowCount() == 2
    table.clear()
    assert (model.rowCount(), model.columnCount()) == (0, 0)
