"""The import dialog on tables, as a user works with it."""

from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QAction
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QComboBox, QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from visualmlp.experiment import Experiment
from visualmlp.experiment.data import ColumnOfTable
from visualmlp.gui import theme
from visualmlp.gui.importing.dialog import ImportDialog
from visualmlp.gui.importing.looks import look_at
from visualmlp.gui.own_data import on_data
from visualmlp.training.setup import build, source_settings
from visualmlp.training.trainer import Trainer

WAIT_MS = 20_000


def settle(qtbot: QtBot, dialog: ImportDialog) -> None:
    qtbot.waitUntil(lambda: not dialog.is_busy, timeout=WAIT_MS)


def choose(dialog: ImportDialog, name: str, value: str) -> None:
    """Choose an entry of a list as the user does."""
    combo = dialog.page.side.findChild(QComboBox, name)
    place = combo.findData(value) if combo.findData(value) >= 0 else combo.findText(value)
    assert place >= 0, f"{name} has no {value}"
    combo.setCurrentIndex(place)
    combo.activated.emit(place)


def select(dialog: ImportDialog, *names: str) -> None:
    table = dialog.page.table
    places = [p for p in range(table.preview.columnCount()) if table.preview.name(p) in names]
    table.select_columns(places)


def header(dialog: ImportDialog) -> dict[str, str]:
    model = dialog.page.table.preview
    lines = [model.lines(place) for place in range(model.columnCount())]
    return {name: f"{use}, {missing}".rstrip(", ") for name, use, missing in lines}


def text(dialog: ImportDialog, name: str) -> str:
    return dialog.findChild(QLabel, f"import.{name}").text()


def is_openable(dialog: ImportDialog) -> bool:
    return dialog.findChild(QPushButton, "import.open").isEnabled()


def opened(qtbot: QtBot, dialog: ImportDialog) -> Experiment:
    with qtbot.waitSignal(dialog.chosen) as signal:
        QTest.mouseClick(dialog.findChild(QPushButton, "import.open"), Qt.MouseButton.LeftButton)
    return signal.args[0]


def test_the_header_says_what_becomes_of_each_column(open_dialog, patients) -> None:
    dialog = open_dialog(patients)
    assert header(dialog) == {
        "Nummer": "Number",
        "Alter": "Number",
        "Größe": "Number, 7 empty: mean",
        "Stadt": "Category",
        "geprüft am": "Left out",
        "Diagnose": "Target: class",
    }
    assert "4 columns become 6 inputs; classification of Diagnose, 2 classes" in text(
        dialog, "summary"
    )
    assert "Nummer numbers the rows" in text(dialog, "notes")
    assert "geprüft am is left out: it holds dates" in text(dialog, "notes")
    assert is_openable(dialog)


def test_one_of_something_is_told_as_one(open_dialog, tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("length,kind\n1,a\n")
    dialog = open_dialog(path)
    assert text(dialog, "summary") == (
        "Seen in one row: 1 column becomes 1 input; classification of kind, 1 class seen."
    )
    assert "Column kind holds one class in all rows seen: two or more" in text(dialog, "notes")


def test_open_without_any_choice_makes_an_experiment_without_any(
    qtbot: QtBot, open_dialog, patients
) -> None:
    experiment = opened(qtbot, open_dialog(patients))
    assert experiment.data.columns == ()
    assert experiment.data.label_column == experiment.data.encoding == "auto"
    assert experiment.data.scaling == "standardise"
    assert experiment.title == "Patienten.csv"


def test_what_is_chosen_is_what_is_trained_on(qtbot: QtBot, open_dialog, patients) -> None:
    dialog = open_dialog(patients)
    choose(dialog, "import.target", "Größe")
    select(dialog, "Nummer")
    choose(dialog, "import.use", "ignore")
    select(dialog, "Alter")
    choose(dialog, "import.use", "category")
    choose(dialog, "import.column_missing", "drop")
    assert "regression of Größe" in text(dialog, "summary")
    experiment = opened(qtbot, dialog)
    assert set(experiment.data.columns) == {
        ColumnOfTable(name="Nummer", role="ignore"),
        ColumnOfTable(name="Alter", kind="category", missing="drop"),
        ColumnOfTable(name="Größe", role="target"),
    }
    setup = build(experiment)
    data = setup.data.dataset
    assert [column.name for column in data.columns] == ["Alter", "Stadt", "Diagnose"]
    assert data.target_names == ("Größe",)
    assert data.n_samples == 53
    trainer = Trainer(setup)
    before = trainer.state().parameters.copy()
    trainer.step()
    assert not np.array_equal(before, trainer.state().parameters)


def test_a_target_of_numbers_is_a_regression_and_may_be_made_classes(open_dialog, patients) -> None:
    dialog = open_dialog(patients)
    choose(dialog, "import.target", "Alter")
    assert header(dialog)["Alter"] == "Target: number"
    assert dialog.page.side.findChild(QComboBox, "data.task").currentText() == "Auto: regression"
    choose(dialog, "data.task", "classification")
    assert header(dialog)["Alter"] == "Target: class"
    choose(dialog, "import.target", "Diagnose")
    choose(dialog, "data.task", "auto")
    assert (
        dialog.page.side.findChild(QComboBox, "data.task").currentText() == "Auto: classification"
    )


def test_a_choice_that_cannot_be_is_told_in_place_and_can_be_taken_back(
    open_dialog, patients
) -> None:
    dialog = open_dialog(patients)
    choose(dialog, "import.target", "geprüft am")
    assert "column geprüft am holds dates" in text(dialog, "problem")
    assert not is_openable(dialog)
    assert len(header(dialog)) == 6
    choose(dialog, "import.target", "Diagnose")
    assert text(dialog, "problem") == ""
    assert is_openable(dialog)


def test_several_columns_are_chosen_at_once(qtbot: QtBot, open_dialog, patients) -> None:
    dialog = open_dialog(patients)
    select(dialog, "Nummer", "Alter", "Stadt")
    assert text(dialog, "column") == "3 columns"
    choose(dialog, "import.use", "ignore")
    assert [name for name, use in header(dialog).items() if use == "Left out"] == [
        "Nummer", "Alter", "Stadt", "geprüft am",
    ]  # fmt: skip
    assert [c.name for c in opened(qtbot, dialog).data.columns] == ["Nummer", "Alter", "Stadt"]


@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_the_header_opens_a_menu_by_mouse_and_by_key(qtbot: QtBot, open_dialog, patients) -> None:
    dialog = open_dialog(patients)
    table = dialog.page.table
    viewport = table.columns.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=table.columns.chooser(1).center())
    menu = dialog.page.findChild(QMenu, "import.column_menu")
    assert menu.isVisible()
    menu.findChild(QAction, "import.choose.target").trigger()
    menu.close()
    assert header(dialog)["Alter"] == "Target: number"
    qtbot.waitUntil(lambda: dialog.page.findChild(QMenu, "import.column_menu") is None)
    select(dialog, "Größe")
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Space)
    menu = dialog.page.findChild(QMenu, "import.column_menu")
    menu.findChild(QMenu, "import.missing_menu").findChild(
        QAction, "import.choose.median"
    ).trigger()
    menu.close()
    assert header(dialog)["Größe"] == "Number, 7 empty: median"


def test_a_click_beside_the_chooser_only_selects(open_dialog, patients) -> None:
    dialog = open_dialog(patients)
    header_view = dialog.page.table.columns
    place = header_view.chooser(2).center() + QPoint(0, 20)
    QTest.mouseClick(header_view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert dialog.page.table.selected_columns() == [2]
    assert dialog.page.findChild(QMenu, "import.column_menu") is None


def test_the_wrong_encoding_then_the_right_one(qtbot: QtBot, open_dialog, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    rows = "".join(f"{150 + i % 40},{40 + i % 50},{'男女'[i % 2]}\n" for i in range(60))
    path.write_text("身高,体重,性别\n" + rows, encoding="gb18030")
    dialog = open_dialog(path)
    assert list(header(dialog)) == ["身高", "体重", "性别"]
    select(dialog, "体重")
    choose(dialog, "import.use", "ignore")
    choose(dialog, "data.encoding", "utf-8")
    settle(qtbot, dialog)
    assert "not written in utf-8" in text(dialog, "trouble")
    assert not is_openable(dialog)
    choose(dialog, "data.encoding", "latin-1")
    settle(qtbot, dialog)
    assert "身高" not in header(dialog)
    assert is_openable(dialog)
    choose(dialog, "data.encoding", "gb18030")
    settle(qtbot, dialog)
    assert header(dialog)["体重"] == "Left out"  # what was chosen before
    experiment = opened(qtbot, dialog)
    assert experiment.data.encoding == "gb18030"
    assert [column.name for column in experiment.data.columns] == ["体重"]


def test_choices_about_columns_that_are_gone_are_left_behind(
    qtbot: QtBot, open_dialog, patients
) -> None:
    dialog = open_dialog(patients)
    select(dialog, "Alter")
    choose(dialog, "import.use", "ignore")
    choose(dialog, "data.header", "no")
    settle(qtbot, dialog)
    assert "column 2" in header(dialog)
    assert opened(qtbot, dialog).data.columns == ()


def test_another_delimiter_reads_the_rows_again(qtbot: QtBot, open_dialog, tmp_path: Path) -> None:
    path = tmp_path / "both.txt"
    path.write_text("a b;c d;x\n" + "".join(f"{i} 1;{i % 5} 2;{i % 2}\n" for i in range(30)))
    dialog = open_dialog(path)
    assert len(header(dialog)) == 3
    choose(dialog, "data.delimiter", "space")
    settle(qtbot, dialog)
    assert list(header(dialog)) == ["a", "b;c", "d;x"]


def test_cancel_changes_nothing(qtbot: QtBot, open_dialog, session, patients) -> None:
    before = session.experiment
    dialog = open_dialog(patients)
    told = []
    dialog.chosen.connect(told.append)
    choose(dialog, "import.target", "Alter")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isHidden()
    assert told == []
    assert session.experiment == before
    assert not session.is_loading


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.csv", b"", "no line with a sample"),
        ("one.csv", b"a\n1\n2\n", "one column only"),
        ("zero.csv", b"a,b\n\x00\x01\x02,3\n", "is no text"),
        ("cut.csv.gz", b"\x1f\x8b\x08\x00cut", "gzip"),
        ("names.csv", b"a,2,b\n1,2,3\n4,5,6\n", "names and numbers"),
        ("no.xlsx", b"PK\x03\x04nonsense", "workbook"),
        ("no.parquet", b"PAR1", "Parquet"),
        ("gone.csv", None, "is no file"),
    ],
)
def test_what_cannot_be_read_is_one_message(
    open_dialog, tmp_path: Path, name: str, content: bytes | None, told: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    dialog = open_dialog(path)
    assert told in text(dialog, "trouble")
    assert name in text(dialog, "trouble")
    assert dialog.findChild(QWidget, "import.trouble").isVisible()
    assert not is_openable(dialog)


def test_a_test_file_that_does_not_fit_is_told(qtbot: QtBot, open_dialog, patients) -> None:
    other = patients.with_name("test.csv")
    other.write_text("a,b\n1,2\n3,4\n")
    dialog = open_dialog(patients)
    dialog.draft.set_data(test_path=str(other))
    settle(qtbot, dialog)
    assert "has 2 columns" in text(dialog, "trouble")
    dialog.draft.set_data(test_path=str(patients))
    settle(qtbot, dialog)
    assert is_openable(dialog)


def test_digits_are_shown_as_pictures(qtbot: QtBot, open_dialog, tmp_path: Path) -> None:
    path = tmp_path / "digits.csv"
    pixels = np.random.default_rng(0).integers(0, 256, (30, 65))
    pixels[:, 0] = np.arange(30) % 10
    np.savetxt(path, pixels, fmt="%d", delimiter=",")
    dialog = open_dialog(path)
    assert "every row is a picture of 8 × 8 pixels" in text(dialog, "summary")
    assert dialog.findChild(QWidget, "import.table.pictures").isVisible()
    experiment = opened(qtbot, dialog)
    assert experiment.data.scaling == "range"
    assert build(experiment).data.dataset.image_shape == (8, 8)


def test_the_scaling_that_the_user_has_set_stays(qtbot: QtBot, open_dialog, patients) -> None:
    dialog = open_dialog(patients)
    choose(dialog, "data.scaling", "none")
    select(dialog, "Nummer")
    choose(dialog, "import.use", "ignore")
    assert opened(qtbot, dialog).data.scaling == "none"


def test_settings_of_data_in_use_are_shown_and_kept(qtbot: QtBot, open_dialog, patients) -> None:
    columns = (ColumnOfTable(name="Alter", role="ignore"),)
    start = on_data(Experiment(), patients)
    start = start.replace(data=start.data.replace(columns=columns, scaling="min_max"))
    dialog = open_dialog(patients, experiment=start, is_new=False)
    assert header(dialog)["Alter"] == "Left out"
    assert opened(qtbot, dialog) == start


def test_a_workbook_has_sheets(qtbot: QtBot, open_dialog, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in [("a", "b", "kind"), *((i, i * i % 7, "xy"[i % 2]) for i in range(20))]:
        book.active.append(row)
    other = book.create_sheet("Zweite")
    for row in [("größe", "label"), *((i / 3, "pq"[i % 2]) for i in range(20))]:
        other.append(row)
    path = tmp_path / "book.xlsx"
    book.save(path)
    dialog = open_dialog(path)
    assert list(header(dialog)) == ["a", "b", "kind"]
    assert not dialog.page.side.findChild(QComboBox, "data.encoding").isVisible()
    choose(dialog, "import.sheet", "Zweite")
    settle(qtbot, dialog)
    assert list(header(dialog)) == ["größe", "label"]
    assert opened(qtbot, dialog).data.sheet == "Zweite"


def test_a_thousand_columns(open_dialog, tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    names = [f"a rather long name of column number {i}" for i in range(1000)]
    rows = np.random.default_rng(0).random((40, 1000))
    body = "\n".join(
        ",".join(f"{v:.3f}" for v in row) + f",{'ab'[i % 2]}" for i, row in enumerate(rows)
    )
    path.write_text(",".join([*names, "label"]) + "\n" + body)
    dialog = open_dialog(path)
    assert "1,000 columns become 1,000 inputs" in text(dialog, "summary")
    table = dialog.page.table
    table.selectAll()
    assert len(table.selected_columns()) == 1001
    select(dialog, *names[:500])
    choose(dialog, "import.use", "ignore")
    assert "500 columns become 500 inputs" in text(dialog, "summary")


def test_only_the_first_rows_of_a_long_file_are_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a,b,y\n" + "1,2,x\n2,3,y\n" * 1000 + "broken\n")
    look = look_at("csv", source_settings(on_data(Experiment(), path).data), None, lambda *_: None)
    assert len(look.table.sample) == 1000


def test_empty_and_left_out_cells_stand_back(open_dialog, patients) -> None:
    model = open_dialog(patients).page.table.preview
    empty, date = model.index(0, 2), model.index(0, 4)
    assert model.data(empty) == "(empty)"
    muted = theme.current().muted
    for index in (empty, date):
        assert model.data(index, Qt.ItemDataRole.ForegroundRole).name() == muted
    assert model.data(model.index(1, 2), Qt.ItemDataRole.ForegroundRole) is None
    role = Qt.ItemDataRole.AccessibleTextRole
    assert model.data(empty, role) == "Größe: empty"
    across = Qt.Orientation.Horizontal
    assert model.headerData(2, across, role) == "Größe\nNumber\n7 empty: mean"
