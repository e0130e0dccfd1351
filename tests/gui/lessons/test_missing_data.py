"""The dialog for missing data never blocks the window, and its errors are clear."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog, QLabel, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from visualmlp.errors import DataError
from visualmlp.gui.lessons import missing_data
from visualmlp.gui.lessons.missing_data import MissingDataDialog

WAIT_MS = 5_000


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[MissingDataDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = MissingDataDialog("MNIST was not found in here.", parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    with qtbot.waitExposed(dialog):
        dialog.show()
    yield dialog
    dialog.done(0)


def click(qtbot: QtBot, dialog: MissingDataDialog, name: str) -> None:
    button = dialog.findChild(QPushButton, f"missing_data.{name}")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def text(dialog: MissingDataDialog) -> str:
    return dialog.findChild(QLabel, "missing_data.text").text()


def choose(monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: folder)


def test_it_says_what_is_missing_and_how_large_the_download_is(dialog: MissingDataDialog) -> None:
    assert text(dialog) == "MNIST was not found in here."
    button = dialog.findChild(QPushButton, "missing_data.download")
    assert button.text() == "Download (11 MB)"


def test_a_chosen_folder_is_adopted_off_the_gui_thread(
    qtbot: QtBot, dialog: MissingDataDialog, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    adopted: list[tuple[Path, bool]] = []
    on_gui = threading.current_thread()

    def adopt(folder: Path) -> None:
        adopted.append((folder, threading.current_thread() is on_gui))

    monkeypatch.setattr(missing_data, "adopt_mnist", adopt)
    choose(monkeypatch, str(tmp_path))
    with qtbot.waitSignal(dialog.accepted, timeout=WAIT_MS):
        click(qtbot, dialog, "choose")
    assert adopted == [(tmp_path, False)]


def test_a_folder_without_the_files_is_told_and_another_can_be_chosen(
    qtbot: QtBot, dialog: MissingDataDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_folder: Path) -> None:
        raise DataError("The folder lacks train-images.")

    monkeypatch.setattr(missing_data, "adopt_mnist", refuse)
    choose(monkeypatch, "/somewhere")
    with qtbot.assertNotEmitted(dialog.accepted):
        click(qtbot, dialog, "choose")
        qtbot.waitUntil(lambda: text(dialog) == "The folder lacks train-images.", timeout=WAIT_MS)
    assert dialog.findChild(QPushButton, "missing_data.choose").isEnabled()
    assert not dialog.findChild(QProgressBar).isVisible()


def test_no_folder_chosen_changes_nothing(
    qtbot: QtBot, dialog: MissingDataDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, "")
    click(qtbot, dialog, "choose")
    assert dialog.isVisible()
    assert dialog.findChild(QPushButton, "missing_data.download").isEnabled()


def test_the_download_shows_its_progress_and_ends_well(
    qtbot: QtBot, dialog: MissingDataDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    half, rest = threading.Event(), threading.Event()

    def fetch(name: str, progress: Callable[[int, int], None], _cancelled: object) -> None:
        assert name == "mnist"
        progress(5, 10)
        half.set()
        rest.wait(5)

    monkeypatch.setattr(missing_data, "download", fetch)
    click(qtbot, dialog, "download")
    bar = dialog.findChild(QProgressBar)
    qtbot.waitUntil(lambda: half.is_set() and bar.value() == 5, timeout=WAIT_MS)
    assert bar.maximum() == 10
    assert not dialog.findChild(QPushButton, "missing_data.choose").isEnabled()
    with qtbot.waitSignal(dialog.accepted, timeout=WAIT_MS):
        rest.set()


def test_cancel_stops_the_download_and_closes_at_once(
    qtbot: QtBot, dialog: MissingDataDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = threading.Event()

    def fetch(_name: str, _progress: object, cancelled: Callable[[], bool]) -> None:
        while not cancelled():
            threading.Event().wait(0.01)
        stopped.set()
        raise DataError("The download was cancelled.")

    monkeypatch.setattr(missing_data, "download", fetch)
    click(qtbot, dialog, "download")
    with qtbot.waitSignal(dialog.rejected, timeout=WAIT_MS):
        click(qtbot, dialog, "cancel")
    assert not dialog.isVisible()
    assert stopped.wait(5)


def test_an_unexpected_error_is_told_too(
    qtbot: QtBot, dialog: MissingDataDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no memory")

    monkeypatch.setattr(missing_data, "download", fail)
    click(qtbot, dialog, "download")
    qtbot.waitUntil(lambda: text(dialog) == "RuntimeError: no memory", timeout=WAIT_MS)
