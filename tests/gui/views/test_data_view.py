"""What the data are: facts, samples, targets."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QCheckBox, QLabel, QSpinBox, QToolButton

from visualmlp.experiment import find_experiment
from visualmlp.gui.views import data_tables
from visualmlp.gui.views.data import DataView
from visualmlp.gui.views.part_chooser import PartChooser
from visualmlp.gui.widgets.gallery import Gallery
from visualmlp.gui.widgets.table import Table
from visualmlp.gui.widgets.text_line import TextLine

_DIGITS, _IRIS = find_experiment("digits"), find_experiment("iris")
TWO_DIGITS = _DIGITS.replace(data=_DIGITS.data.replace(classes=("5", "8"), task="binary"))
SPLIT_IRIS = _IRIS.replace(
    data=_IRIS.data.replace(validation_fraction=0.0, test_fraction=0.2, classes=())
)


def texts(view, name: str) -> list[list[str]]:
    return view.findChild(Table, name).texts


def test_pictures_stand_with_their_labels(session, show):
    view = show(DataView)
    data, gallery = session.setup.data, view.findChild(Gallery)
    labels = data.train.labels[:100]
    assert list(gallery._captions) == [str(label) for label in labels]
    assert gallery._pictures.tolist() == data.raw(data.train)[:100].reshape(-1, 8, 8).tolist()
    assert view.findChild(TextLine, "header").text() == "Training samples 0 to 99 of 1,438"


def test_labels_as_one_hot_vectors(session, show):
    titles, *rows = texts(show(DataView), "samples")
    assert titles == ["sample", "class", *"0123456789"]
    labels = session.setup.data.train.labels
    for row in (0, 57):
        vector = np.eye(10, dtype=int)[labels[row]]
        assert rows[row] == [str(row), str(labels[row]), *map(str, vector)]


@pytest.mark.parametrize("session", [SPLIT_IRIS], indirect=True)
def test_a_table_with_class_names_and_counts(session, show):
    view = show(DataView)
    data = session.setup.data
    titles, first, *_ = texts(view, "samples")
    assert titles == ["sample", *data.dataset.feature_names, "class", *data.class_names]
    raw = data.raw_row(data.train, 0)
    assert [float(text) for text in first[1:5]] == raw.tolist()
    assert first[5:] == ["setosa", "1", "0", "0"]
    assert view.findChild(Gallery).isHidden()
    assert texts(view, "classes") == [
        ["class", "training", "test", "all"],
        *([name, "40", "10", "50"] for name in data.class_names),
        ["all", "120", "30", "150"],
    ]


def test_shapes_in_rows_and_in_columns(session, show):
    view = show(DataView)
    assert texts(view, "arrays")[1:3] == [
        ["x_train", "(1438, 64)", str(session.setup.data.dataset.x.dtype)],
        ["t_train", "(1438, 10)", "float32"],
    ]
    view.findChild(QCheckBox, "by_columns").click()
    assert [row[1] for row in texts(view, "arrays")[1:3]] == ["(64, 1438)", "(10, 1438)"]


def test_facts_in_words(session, show):
    view = show(DataView)
    head, foot = (view.findChild(QLabel, f"facts.{name}").text() for name in ("head", "foot"))
    assert "1,797 samples, pictures of 8 × 8 pixels = 64 values" in head
    assert "values from 0 to 16" in head
    assert session.setup.data.dataset.licence in foot


def test_headers_of_idx_files(session, show, monkeypatch):
    view = show(DataView)
    assert view.findChild(Table, "headers").isHidden()
    monkeypatch.setattr(data_tables, "IN_IDX_FILES", ("digits",))
    view.begin(session.setup)
    titles, pictures, labels = texts(view, "headers")
    assert titles == ["file", "magic number", "count", "rows", "columns"]
    assert pictures[2:] == ["1,797", "8", "8"]
    assert labels == ["training labels", "2049", "1,797", "", ""]


def test_pages_and_parts(session, show, settle):
    view = show(DataView)
    assert not view.findChild(QToolButton, "back").isEnabled()
    view.findChild(QToolButton, "next").click()
    settle()
    assert view.findChild(QSpinBox, "start").value() == 100
    assert view.findChild(Gallery)._ids == list(range(100, 200))
    part = view.findChild(PartChooser)
    part.choose("validation")
    part.part_chosen.emit("validation")
    settle()
    header = view.findChild(TextLine, "header").text()
    assert header == "Validation samples 0 to 99 of 359"
    view.findChild(QSpinBox, "start").setValue(300)
    settle()
    assert view.findChild(Gallery)._ids == list(range(300, 359))
    assert not view.findChild(QToolButton, "next").isEnabled()


def test_a_click_picks_and_a_pick_is_highlighted(session, show, settle):
    view = show(DataView)
    gallery, table = view.findChild(Gallery), view.findChild(Table, "samples")
    at = gallery._on_screen(gallery._cell_rect(3)).center().toPoint()
    QTest.mouseClick(gallery, Qt.MouseButton.LeftButton, pos=at)
    assert (session.picks.part, session.picks.sample) == ("train", 3)
    settle()
    assert (gallery.current, table.current) == (3, 3)
    at = QPoint(20, round(table._tops()[4] + 4))
    QTest.mouseClick(table, Qt.MouseButton.LeftButton, pos=at)
    assert session.picks.sample == 4
    settle()
    assert gallery.current == 4


@pytest.mark.parametrize("session", [TWO_DIGITS], indirect=True)
def test_a_binary_task_has_numbers_for_classes(session, show):
    titles, first, *_ = texts(show(DataView), "samples")
    assert titles == ["sample", "class", "t"]
    label = int(session.setup.data.train.labels[0])
    assert first[1:] == [("5", "8")[label], str(label)]


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_a_regression_shows_inputs_and_targets(session, show):
    view = show(DataView)
    titles, first, *_ = texts(view, "samples")
    data = session.setup.data
    assert titles == ["sample", "x", "t"]
    shown = [float(text.replace("−", "-")) for text in first[1:]]
    expected = [data.raw_row(data.train, 0)[0], data.train.values[0, 0]]
    assert shown == pytest.approx(expected, rel=1e-3)
    assert view.findChild(Table, "classes").isHidden()


def test_a_new_frame_does_not_take_the_samples_anew(session, show, train):
    view = show(DataView)
    shown = view._shown
    train(1)
    assert view._shown is shown
