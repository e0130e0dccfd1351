"""The import dialog on pictures, arrays and IDX files."""

import gzip
import pickle
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from visualmlp.data import SourceSettings
from visualmlp.data.arrays.look import look_at_arrays
from visualmlp.data.pictures.look import look_at_pictures
from visualmlp.experiment import Experiment
from visualmlp.gui.drop_hint import DropHint
from visualmlp.gui.dropped import understand
from visualmlp.gui.importing.dialog import ImportDialog
from visualmlp.gui.own_data import on_data
from visualmlp.training.setup import build

WAIT_MS = 20_000


def settle(qtbot: QtBot, dialog: ImportDialog) -> None:
    qtbot.waitUntil(lambda: not dialog.is_busy, timeout=WAIT_MS)


def text(dialog: ImportDialog, name: str) -> str:
    return dialog.findChild(QLabel, f"import.{name}").text()


def opened(qtbot: QtBot, dialog: ImportDialog) -> Experiment:
    with qtbot.waitSignal(dialog.chosen) as signal:
        QTest.mouseClick(dialog.findChild(QPushButton, "import.open"), Qt.MouseButton.LeftButton)
    return signal.args[0]


def read_as(qtbot: QtBot, dialog: ImportDialog, source: str) -> None:
    combo = dialog.findChild(QComboBox, "import.read_as")
    combo.setCurrentIndex(combo.findData(source))
    combo.activated.emit(combo.currentIndex())
    settle(qtbot, dialog)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    for name, shade in (("kočka", 30), ("pes", 200)):
        (folder / name).mkdir(parents=True)
        for i in range(5):
            size = (12, 10) if i else (20, 6)
            Image.new("RGB", size, (shade, shade, i)).save(folder / name / f"{i}.png")
    (folder / "pes" / "bad.png").write_bytes(b"nothing")
    return folder


def write_idx(path: Path, values: np.ndarray) -> None:
    sizes = b"".join(n.to_bytes(4, "big") for n in values.shape)
    path.write_bytes(bytes([0, 0, 8, values.ndim]) + sizes + values.astype(np.uint8).tobytes())


def test_a_folder_of_pictures(qtbot: QtBot, open_dialog, pictures: Path) -> None:
    dialog = open_dialog(pictures)
    assert text(dialog, "summary") == "10 pictures of 2 classes become 12 × 10 grey pixels."
    assert "pes/bad.png" in text(dialog, "notes")
    assert "12 × 10 (8), 20 × 6 (2)" in text(dialog, "pictures.sizes")
    assert dialog.page.pictures.count() == 8
    assert dialog.page.pictures.item(0).text() == "kočka"
    dialog.draft.set_data(picture_width=6, invert=True)
    settle(qtbot, dialog)
    assert "become 6 × 5 grey pixels" in text(dialog, "summary")
    experiment = opened(qtbot, dialog)
    data = build(experiment).data.dataset
    assert data.image_shape == (5, 6)
    assert data.n_samples == 10
    assert data.class_names == ("kočka", "pes")


def test_pictures_that_would_be_too_large_are_told(qtbot: QtBot, open_dialog, pictures) -> None:
    dialog = open_dialog(pictures)
    dialog.draft.set_data(picture_width=1024, picture_height=0)
    settle(qtbot, dialog)
    assert "1024 × 853" in text(dialog, "summary")
    dialog.draft.set_data(picture_width=0, picture_height=1024)
    settle(qtbot, dialog)
    assert "choose a width and a height" in text(dialog, "trouble")


def test_a_folder_without_pictures(open_dialog, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    dialog = open_dialog(tmp_path / "none")
    assert "neither a folder of PNG" in text(dialog, "trouble")
    assert not dialog.findChild(QPushButton, "import.open").isEnabled()


def test_a_table_read_as_the_labels_of_pictures(qtbot: QtBot, open_dialog, pictures: Path) -> None:
    labels = pictures / "pes" / "labels.csv"
    rows = "".join(f"{i}.png,{'big' if i else 'wide'}\n" for i in range(5))
    labels.write_text("file,label\n" + rows)
    dialog = open_dialog(labels)
    assert "file names pictures" in text(dialog, "notes")
    read_as(qtbot, dialog, "pictures")
    assert "5 pictures of 2 classes" in text(dialog, "summary")
    assert "column label of labels.csv" in text(dialog, "notes")
    assert opened(qtbot, dialog).data.source == "pictures"


def test_a_single_picture_stands_for_its_folder(pictures: Path, tmp_path: Path) -> None:
    data = on_data(Experiment(), pictures / "pes" / "1.png").data
    assert (data.source, data.path) == ("pictures", str(pictures))
    (pictures / "pes" / "labels.csv").write_text("file,label\n")
    assert on_data(Experiment(), pictures / "pes" / "1.png").data.path == str(pictures / "pes")


def test_arrays_say_what_they_are_taken_for(qtbot: QtBot, open_dialog, tmp_path: Path) -> None:
    path, rng = tmp_path / "sets.npz", np.random.default_rng(0)
    np.savez(
        path,
        x_train=rng.integers(0, 256, (40, 8, 8)).astype(np.uint8),
        y_train=np.arange(40) % 4,
        x_test=rng.integers(0, 256, (12, 8, 8)).astype(np.uint8),
        y_test=np.arange(12) % 4,
        notes=np.zeros(3),
    )
    dialog = open_dialog(path)
    assert dialog.page.arrays.texts[1:] == [
        ["x_train", "40 × 8 × 8", "uint8", "samples"],
        ["y_train", "40", "int64", "answers"],
        ["x_test", "12 × 8 × 8", "uint8", "samples of the test part"],
        ["y_test", "12", "int64", "answers of the test part"],
        ["notes", "3", "float64", "not used"],
    ]
    assert "40 samples, pictures of 8 × 8 pixels" in text(dialog, "summary")
    assert "12 more in the test part" in text(dialog, "summary")
    experiment = opened(qtbot, dialog)
    assert experiment.data.scaling == "range"
    assert build(experiment).data.dataset.n_given_test == 12


def test_numbers_of_different_sizes_in_arrays(qtbot: QtBot, open_dialog, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(30, 3)) * [1, 100, 1], rng.normal(size=30)
    np.savez(tmp_path / "a.npz", x=x, y=y)
    dialog = open_dialog(tmp_path / "a.npz")
    assert "regression" in text(dialog, "summary")
    assert dialog.page.rows.isVisible()
    assert len(dialog.page.rows.texts) == 31
    assert opened(qtbot, dialog).data.scaling == "standardise"


def test_nested_parts_of_a_file_are_listed(tmp_path: Path) -> None:
    parts = tuple((np.zeros((6, 9)), np.arange(6) % 2) for _ in range(3))
    path = tmp_path / "course.pkl.gz"
    path.write_bytes(gzip.compress(pickle.dumps(parts)))
    facts = look_at_arrays(path)
    assert [fact.name for fact in facts] == [f"[{i}][{j}]" for i in range(3) for j in range(2)]
    assert facts[0].shape == (6, 9)
    assert [fact.role for fact in facts[-2:]] == ["test samples", "test answers"]
    assert {fact.role for fact in facts[:4]} == {"samples", "answers"}


def test_idx_files(qtbot: QtBot, open_dialog, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    write_idx(tmp_path / "train-images-idx3-ubyte", rng.integers(0, 256, (30, 6, 6)))
    write_idx(tmp_path / "train-labels-idx1-ubyte", np.arange(30) % 3)
    dialog = open_dialog(tmp_path / "train-images-idx3-ubyte")
    assert "30 samples, pictures of 6 × 6 pixels" in text(dialog, "summary")
    assert not dialog.page.arrays.isVisible()
    assert opened(qtbot, dialog).data.source == "idx"


def test_read_as_something_that_it_is_not_and_back(qtbot: QtBot, open_dialog, patients) -> None:
    dialog = open_dialog(patients)
    read_as(qtbot, dialog, "arrays")
    assert patients.name in text(dialog, "trouble")
    read_as(qtbot, dialog, "csv")
    assert "classification of Diagnose" in text(dialog, "summary")
    assert opened(qtbot, dialog).data.source == "csv"


def test_looking_at_pictures_tells_how_far_it_is(pictures: Path) -> None:
    told: list[tuple[int, int]] = []
    look = look_at_pictures(SourceSettings(path=str(pictures)), lambda *so_far: told.append(so_far))
    assert told == [(0, 11)]
    assert look.counts == {"kočka": 5, "pes": 5}


def test_another_file_may_be_dropped_on_the_dialog(
    qtbot: QtBot, open_dialog, patients: Path, pictures: Path
) -> None:
    dialog = open_dialog(patients)
    hint = dialog.findChild(DropHint)
    hint.dropped.emit(understand([pictures]))
    settle(qtbot, dialog)
    assert "10 pictures of 2 classes" in text(dialog, "summary")
    hint.dropped.emit(understand([pictures / "pes" / "1.png"]))
    assert "is a single picture" in text(dialog, "problem")
    assert opened(qtbot, dialog).title == "pictures"
