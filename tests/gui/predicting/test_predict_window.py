"""New samples are predicted in the window, driven as a user would."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent
from PyQt6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFileDialog,
    QLabel,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from visualmlp.cli.main import main
from visualmlp.experiment import Experiment, apply_settings, find_experiment
from visualmlp.gui.main_window import MainWindow
from visualmlp.gui.panels.notes import Caution
from visualmlp.gui.predicting import predictions as predictions_module
from visualmlp.gui.predicting.window import PredictWindow
from visualmlp.gui.widgets.bars import Bars
from visualmlp.gui.widgets.feature_table import FeatureTable
from visualmlp.gui.widgets.mosaic import Mosaic

WAIT_MS = 20_000
Begin = Callable[..., MainWindow]

TRAINING = "island,length,mass,species\n" + "".join(
    f"{('Dream', 'Biscoe')[i % 2]},{30 + i % 7 + 9 * (i % 3)},{(3500 + 31 * i)},{'ABC'[i % 3]}\n"
    for i in range(60)
)
NEW = "id,mass,length,island\np1,3600,31,Dream\np2,,42,Biscoe\np3,4000,50,Sandwich\n"


@pytest.fixture
def begin(qtbot: QtBot, shown: Callable[..., QWidget]) -> Iterator[Begin]:
    """``begin(experiment)`` shows the window with a run at step 5 of 5."""
    windows: list[MainWindow] = []

    def open_window(experiment: Experiment) -> MainWindow:
        window = shown(MainWindow(), 1366, 768)
        windows.append(window)
        window.session.open(experiment)
        qtbot.waitUntil(lambda: window.session.frame is not None, timeout=WAIT_MS)
        go(qtbot, window, 5)
        return window

    yield open_window
    for window in windows:
        window.session.close()


def go(qtbot: QtBot, window: MainWindow, step: int) -> None:
    session = window.session
    session.run_to_step(step)
    qtbot.waitUntil(lambda: session.frame.step == step and not session.is_running, timeout=WAIT_MS)


@pytest.fixture
def birds(tmp_path: Path, begin: Begin) -> MainWindow:
    (tmp_path / "birds.csv").write_text(TRAINING)
    settings = ["data.source=csv", f"data.path={tmp_path / 'birds.csv'}", "network.hidden=[4]"]
    return begin(apply_settings(Experiment(title="Birds"), settings))


def predict(qtbot: QtBot, window: MainWindow, *paths: Path) -> PredictWindow:
    window.predict_files(paths)
    opened = asked(window)
    qtbot.waitUntil(lambda: not opened.work.is_busy, timeout=WAIT_MS)
    return opened


def asked(window: MainWindow) -> PredictWindow:
    [opened] = [one for one in window.findChildren(PredictWindow) if one.isVisible()]
    return opened


def texts(window: PredictWindow) -> list[list[str]]:
    """What the table shows, hidden columns left out."""
    model, table = window.model, window.table
    columns = [i for i in range(model.columnCount()) if not table.isColumnHidden(i)]
    return [
        [model.index(row, column).data() for column in columns] for row in range(model.rowCount())
    ]


def number(text: str) -> float:
    """A number as it is written on the screen."""
    return float(text.replace("−", "-"))


def titles(window: PredictWindow) -> list[str]:
    across = Qt.Orientation.Horizontal
    return [window.model.headerData(i, across) for i in range(window.model.columnCount())]


def label(window: PredictWindow, name: str) -> str:
    found = window.findChild(QLabel, f"predict.{name}")
    assert found is not None
    return found.text()


def button(window: PredictWindow, name: str) -> QPushButton:
    found = window.findChild(QPushButton, f"predict.{name}")
    assert found is not None
    return found


def choose_filter(window: PredictWindow, text: str) -> None:
    chooser = window.findChild(QComboBox, "predict.filter")
    place = [chooser.itemText(i) for i in range(chooser.count())].index(text)
    chooser.setCurrentIndex(place)
    chooser.activated.emit(place)


def test_rows_of_a_table_are_predicted(qtbot: QtBot, birds: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text(NEW)
    window = predict(qtbot, birds, tmp_path / "new.csv")
    assert titles(window)[:4] == ["file", "sample", "prediction", "problem"]
    assert titles(window)[4:] == [f"probability of {name}" for name in "ABC"]
    rows = texts(window)
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert rows[1][1:] == ["–", "no value for mass", "", "", ""]
    setup, frame = birds.session.setup, birds.session.frame
    network = setup.new_network()
    network.parameters.flat[...] = frame.parameters
    raw = np.array([[0.0, 1.0, 31, 3600], [0, 0, 50, 4000]])
    y = network.predict(setup.data.scaling.apply(raw, out=np.empty(raw.shape, np.float32)))
    for row, outputs in zip((rows[0], rows[2]), y, strict=True):
        assert row[1] == "ABC"[outputs.argmax()]
        assert [float(text) for text in row[3:]] == pytest.approx(outputs, abs=6e-5)
    head = label(window, "head")
    assert head.startswith("3 samples of new.csv, predicted by “Birds” at step 5 of 5")
    assert head.endswith("1 without a prediction")
    notes = label(window, "notes")
    assert "Not used: id" in notes
    assert "Sandwich" in notes


def test_a_click_shows_the_row(qtbot: QtBot, birds: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text(NEW)
    window = predict(qtbot, birds, tmp_path / "new.csv")
    window.table.selectRow(2)
    assert label(window, "detail.title") == "new.csv · 3"
    shown = window.findChild(FeatureTable).model()
    values = {shown.index(i, 0).data(): shown.index(i, 1).data() for i in range(shown.rowCount())}
    unknown = {"island = Biscoe": "(unknown)", "island = Dream": "(unknown)"}
    assert values == {**unknown, "length": "50", "mass": "4000"}
    bars = window.findChild(Bars)
    assert list(bars._names) == ["A", "B", "C"]
    assert bars._values.sum() == pytest.approx(1, abs=1e-6)
    window.table.selectRow(1)
    assert bars.isHidden()
    cautions = [one.text() for one in window.detail.findChildren(Caution)]
    assert cautions == ["⚠ no value for mass"]


def test_problems_and_classes_are_filtered_by(
    qtbot: QtBot, birds: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text(NEW)
    window = predict(qtbot, birds, tmp_path / "new.csv")
    choose_filter(window, "Problems (1)")
    assert [row[0] for row in texts(window)] == ["2"]
    choose_filter(window, "All samples (3)")
    first = texts(window)[0][1]
    count = sum(row[1] == first for row in texts(window))
    choose_filter(window, f"Predicted {first} ({count})")
    assert {row[1] for row in texts(window)} == {first}


def test_the_file_is_the_one_of_the_command(
    qtbot: QtBot, birds: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, run, out = tmp_path / "new.csv", tmp_path / "r.vmlp", tmp_path / "window.csv"
    new.write_text(NEW)
    window = predict(qtbot, birds, new)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    button(window, "save").click()
    qtbot.waitUntil(lambda: out.exists() and not window.work.is_busy, timeout=WAIT_MS)
    assert label(window, "notes") == f"Saved {out}"
    with qtbot.waitSignal(birds.session.saved, timeout=WAIT_MS):
        birds.session.save_run(run)
    assert main(["predict", str(run), str(new), "--out", str(tmp_path / "command.csv")]) == 0
    assert out.read_text() == (tmp_path / "command.csv").read_text()
    with out.open() as file:
        assert [row["problem"] for row in csv.DictReader(file)] == ["", "no value for mass", ""]


def test_a_file_that_was_read_is_not_written_over(
    qtbot: QtBot, birds: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = tmp_path / "new.csv"
    new.write_text(NEW)
    window = predict(qtbot, birds, new)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(new), ""))
    button(window, "save").click()
    qtbot.waitUntil(lambda: "was read" in label(window, "caution"), timeout=WAIT_MS)
    assert new.read_text() == NEW


def test_the_network_at_the_cursor_predicts(
    qtbot: QtBot, birds: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text(NEW)
    window = predict(qtbot, birds, tmp_path / "new.csv")
    before = texts(window)
    go(qtbot, birds, 2)
    assert button(window, "again").text() == "Predict &again at step 2"
    assert "at step 5 of 5" in label(window, "head")  # those that are shown
    button(window, "again").click()
    qtbot.waitUntil(lambda: "at step 2 of 5" in label(window, "head"), timeout=WAIT_MS)
    assert texts(window) != before


def test_a_file_that_does_not_fit_is_told_and_changes_nothing(
    qtbot: QtBot, birds: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text(NEW)
    (tmp_path / "other.csv").write_text("mass,island\n3,Dream\n")
    window = predict(qtbot, birds, tmp_path / "new.csv")
    predict(qtbot, birds, tmp_path / "other.csv")
    assert "other.csv" in label(window, "caution")
    assert "length" in label(window, "caution")
    assert len(texts(window)) == 3


def test_of_several_files_one_that_does_not_fit_is_a_problem(
    qtbot: QtBot, birds: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text(NEW)
    (tmp_path / "other.csv").write_text("mass,island\n3,Dream\n")
    window = predict(qtbot, birds, tmp_path / "other.csv", tmp_path / "new.csv")
    rows = texts(window)
    assert [row[0] for row in rows] == ["other.csv", *["new.csv"] * 3]
    assert "length" in rows[0][3]
    window.table.selectRow(0)
    assert window.findChild(Bars).isHidden()


def test_pictures_of_a_folder_are_predicted(qtbot: QtBot, begin: Begin, tmp_path: Path) -> None:
    main_window = begin(find_experiment("digits"))
    folder, dataset = tmp_path / "new", main_window.session.setup.data.dataset
    folder.mkdir()
    for i in range(3):
        picture = (dataset.x[i].reshape(8, 8) * 15.9375).astype(np.uint8)
        Image.fromarray(picture).save(folder / f"{i}.png")
    (folder / "broken.png").write_bytes(b"no picture")
    window = predict(qtbot, main_window, folder)
    rows = texts(window)
    assert [row[0] for row in rows] == ["0.png", "1.png", "2.png", "broken.png"]
    assert rows[3][1] == "–"
    assert rows[3][2].startswith("broken.png ")  # not with the folders before it
    window.table.selectRow(3)
    assert window.findChild(Mosaic).isHidden()
    window.table.selectRow(1)
    assert np.allclose(window.findChild(Mosaic)._tiles[0].ravel(), dataset.x[1], atol=0.1)
    before = [row[3:] for row in rows[:3]]
    invert = window.findChild(QAbstractButton, "predict.invert")
    invert.click()
    qtbot.waitUntil(lambda: [row[3:] for row in texts(window)[:3]] != before, timeout=WAIT_MS)


def test_one_sample_is_told_as_one(qtbot: QtBot, birds: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("".join(NEW.splitlines(keepends=True)[:2]))
    window = predict(qtbot, birds, tmp_path / "new.csv")
    assert label(window, "head").startswith("1 sample of new.csv, predicted by")


def test_a_regression_tells_its_outputs(qtbot: QtBot, begin: Begin, tmp_path: Path) -> None:
    main_window = begin(find_experiment("curve"))
    with gzip.open(tmp_path / "x.csv.gz", "wt") as file:
        file.write("x\n0.5\n-0.25\n")
    window = predict(qtbot, main_window, tmp_path / "x.csv.gz")
    assert label(window, "caution") == ""
    assert "prediction" not in titles(window)
    assert len(titles(window)) == 4
    assert all(np.isfinite(number(row[-1])) for row in texts(window))
    bars = window.findChild(Bars)
    assert bars._values.tolist() == pytest.approx([number(texts(window)[0][-1])], rel=1e-5)


def test_a_binary_task_tells_both_classes(qtbot: QtBot, begin: Begin, tmp_path: Path) -> None:
    main_window = begin(apply_settings(find_experiment("xor"), ["data.task=binary"]))
    np.save(tmp_path / "points.npy", np.array([[0.5, 0.5], [-0.5, 0.5]]))
    window = predict(qtbot, main_window, tmp_path / "points.npy")
    names, row = main_window.session.setup.data.class_names, texts(window)[0]
    assert titles(window)[4:] == [f"probability of {names[1]}"]
    assert row[1] == names[float(row[2]) > 0.5]
    assert list(window.findChild(Bars)._names) == list(names)


def test_files_are_dropped_on_it(qtbot: QtBot, birds: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text(NEW)
    birds.actions_by_name["predict"].trigger()
    window = asked(birds)
    assert "Choose files" in label(window, "head")
    assert not button(window, "save").isEnabled()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "new.csv"))])
    window.dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    qtbot.waitUntil(lambda: len(texts(window)) == 3, timeout=WAIT_MS)
    birds.actions_by_name["predict"].trigger()
    assert asked(birds) is window  # there is but one


def test_many_rows_are_bounded(
    qtbot: QtBot, birds: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictions_module, "MOST_ROWS", 2000)
    monkeypatch.setattr(predictions_module, "KEPT_BYTES", 40_000)
    head, *rows = NEW.splitlines()
    (tmp_path / "new.csv").write_text("\n".join([head, *[rows[0]] * 2500]))
    window = predict(qtbot, birds, tmp_path / "new.csv")
    assert window.model.rowCount() == 2000
    assert "only the first 2,000 of 2,500 samples" in label(window, "notes")
    window.table.selectRow(1999)
    assert window.findChild(FeatureTable).isHidden()
    assert not window.findChild(Bars).isHidden()
    window.table.selectRow(5)
    assert not window.findChild(FeatureTable).isHidden()


def test_it_can_be_closed_while_it_works(qtbot: QtBot, birds: MainWindow, tmp_path: Path) -> None:
    head, *rows = NEW.splitlines()
    (tmp_path / "new.csv").write_text("\n".join([head, *[rows[0]] * 20_000]))
    birds.predict_files([tmp_path / "new.csv"])
    window = asked(birds)
    assert window.work.is_busy
    assert not button(window, "files").isEnabled()
    window.work.cancel()
    assert button(window, "files").isEnabled()
    birds.predict_files([tmp_path / "new.csv"])
    window.close()


def test_every_control_is_named(birds: MainWindow) -> None:
    birds.actions_by_name["predict"].trigger()
    window = asked(birds)
    controls = [*window.findChildren(QAbstractButton), *window.findChildren(QComboBox)]
    for control in (*controls, window.table):
        if control.objectName().startswith("predict."):
            assert control.accessibleName() or control.text(), control.objectName()
            assert control.toolTip(), control.objectName()
