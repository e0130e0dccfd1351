"""Missing data: the panel says so, and the dialog never blocks the window or fetches unasked."""

from __future__ import annotations

import bz2
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog, QLabel, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from visualmlp import paths
from visualmlp.data import SOURCES, KnownSet
from visualmlp.errors import DataError
from visualmlp.gui.panels import data_download
from visualmlp.gui.panels.data_download import DataDownloadDialog

WAIT_MS = 5_000
Report = Callable[[int, int], None]


@pytest.fixture(autouse=True)
def nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUALMLP_DATA", str(tmp_path / "data"))


@pytest.fixture
def open_dialog(qtbot: QtBot) -> Iterator[Callable[[], DataDownloadDialog]]:
    parent = QWidget()
    qtbot.addWidget(parent)
    opened: list[DataDownloadDialog] = []

    def open_one() -> DataDownloadDialog:
        dialog = DataDownloadDialog(SOURCES["usps"], parent)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        opened.append(dialog)
        with qtbot.waitExposed(dialog):
            dialog.show()
        return dialog

    yield open_one
    for dialog in opened:
        dialog.done(0)


@pytest.fixture
def dialog(open_dialog: Callable[[], DataDownloadDialog]) -> DataDownloadDialog:
    return open_dialog()


def button(dialog: DataDownloadDialog, name: str) -> QPushButton:
    return dialog.findChild(QPushButton, f"data_download.{name}")


def click(qtbot: QtBot, dialog: DataDownloadDialog, name: str) -> None:
    qtbot.mouseClick(button(dialog, name), Qt.MouseButton.LeftButton)


def text(dialog: DataDownloadDialog, name: str) -> str:
    return dialog.findChild(QLabel, f"data_download.{name}").text()


def choose(monkeypatch: pytest.MonkeyPatch, folder: Path | str) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))


def put_usps(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in ("usps.bz2", "usps.t.bz2"):
        (folder / name).write_bytes(
            bz2.compress(b"".join(b"%d 1:0.5\n" % i for i in range(1, 11)) * 9)
        )


def test_it_says_what_is_missing_and_how_large_the_download_is(dialog: DataDownloadDialog) -> None:
    assert text(dialog, "text") == SOURCES["usps"].description
    assert "8 MB" in text(dialog, "about")
    assert "licence: not stated" in text(dialog, "about")
    assert "put usps.bz2 and usps.t.bz2" in text(dialog, "by_hand")
    assert button(dialog, "download").text() == "Download (8 MB)"


def test_it_offers_to_go_on_where_a_download_was_stopped(
    open_dialog: Callable[[], DataDownloadDialog],
) -> None:
    part = paths.user_data() / ".parts" / "usps" / "usps.bz2.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(bytes(3_000_000))
    assert button(open_dialog(), "download").text() == "Go on (3 MB of 8 MB are there)"


def test_a_chosen_folder_is_adopted(
    qtbot: QtBot, dialog: DataDownloadDialog, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    put_usps(tmp_path / "mine")
    choose(monkeypatch, tmp_path / "mine")
    with qtbot.waitSignal(dialog.accepted, timeout=WAIT_MS):
        click(qtbot, dialog, "choose")
    assert SOURCES["usps"].problem() == ""


def test_a_folder_without_the_files_is_told_and_another_can_be_chosen(
    qtbot: QtBot, dialog: DataDownloadDialog, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    choose(monkeypatch, tmp_path)
    with qtbot.assertNotEmitted(dialog.accepted):
        click(qtbot, dialog, "choose")
        qtbot.waitUntil(lambda: "lacks usps.bz2" in text(dialog, "trouble"), timeout=WAIT_MS)
    assert button(dialog, "choose").isEnabled()
    assert not dialog.findChild(QProgressBar).isVisible()


def test_no_folder_chosen_changes_nothing(
    qtbot: QtBot, dialog: DataDownloadDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, "")
    click(qtbot, dialog, "choose")
    assert dialog.isVisible()
    assert button(dialog, "download").isEnabled()


def test_the_download_shows_its_progress_and_ends_well(
    qtbot: QtBot, dialog: DataDownloadDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    half, rest = threading.Event(), threading.Event()
    on_gui = threading.current_thread()

    def fetch(known: KnownSet, report: Report) -> None:
        assert known.name == "usps"
        assert threading.current_thread() is not on_gui
        report(4_000_000_000, 8_000_000_000)
        half.set()
        rest.wait(5)

    monkeypatch.setattr(data_download, "download", fetch)
    click(qtbot, dialog, "download")
    bar = dialog.findChild(QProgressBar)
    qtbot.waitUntil(lambda: half.is_set() and bar.maximum() > 0, timeout=WAIT_MS)
    assert bar.value() * 2 == bar.maximum()
    assert text(dialog, "amount") == "4000.0 of 8000.0 MB"
    assert not button(dialog, "choose").isEnabled()
    with qtbot.waitSignal(dialog.accepted, timeout=WAIT_MS):
        rest.set()


def test_cancel_stops_the_download_and_closes_at_once(
    qtbot: QtBot, dialog: DataDownloadDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = threading.Event()

    def fetch(_known: KnownSet, report: Report) -> None:
        try:
            while True:
                report(1, 2)
                threading.Event().wait(0.01)
        finally:
            stopped.set()

    monkeypatch.setattr(data_download, "download", fetch)
    click(qtbot, dialog, "download")
    with qtbot.waitSignal(dialog.rejected, timeout=WAIT_MS):
        click(qtbot, dialog, "cancel")
    assert not dialog.isVisible()
    assert stopped.wait(5)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (DataError("USPS could not be downloaded."), "USPS could not be downloaded."),
        (RuntimeError("no memory"), "RuntimeError: no memory"),
    ],
)
def test_errors_are_told_and_it_can_be_tried_again(
    qtbot: QtBot,
    dialog: DataDownloadDialog,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    said: str,
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(data_download, "download", fail)
    click(qtbot, dialog, "download")
    qtbot.waitUntil(lambda: text(dialog, "trouble") == f"⚠ {said}", timeout=WAIT_MS)
    assert button(dialog, "download").isEnabled()


def choose_source(session, name: str) -> None:
    data = session.experiment.data.model_copy(update={"source": name})
    session.edit(session.experiment.model_copy(update={"data": data}))


def test_the_panel_offers_what_is_missing_and_fetches_nothing_unasked(
    session, find, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_download, "download", lambda *_: pytest.fail("fetched unasked"))
    failed: list[str] = []
    session.failed.connect(failed.append)
    assert not find("data.absent").isVisible()
    choose_source(session, "kmnist")
    assert find("data.absent").isVisible()
    assert find("data.absent.download").text() == "Download (21 MB)…"
    assert "CC BY-SA 4.0" in find("data.absent.about").text()
    assert not session.is_loading
    choose_source(session, "digits")
    assert not find("data.absent").isVisible()
    assert failed == []


def test_data_that_have_come_are_loaded_at_once(
    session, find, qtbot: QtBot, tmp_path: Path
) -> None:
    choose_source(session, "usps")
    qtbot.mouseClick(find("data.absent.download"), Qt.MouseButton.LeftButton)
    dialog = find("data.absent").window().findChild(DataDownloadDialog)
    assert dialog.isVisible()
    put_usps(tmp_path / "data" / "usps")
    dialog.accept()
    assert not find("data.absent").isVisible()
    qtbot.waitUntil(
        lambda: session.setup.data.dataset.name == "usps" and session.frame is not None,
        timeout=WAIT_MS,
    )
