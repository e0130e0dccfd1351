"""Every way by which data of the user's own come into the window."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from visualmlp.experiment import find_experiment
from visualmlp.gui import app, window_data
from visualmlp.gui.dropped import understand
from visualmlp.gui.importing.dialog import ImportDialog
from visualmlp.gui.main_window import MainWindow

WAIT_MS = 20_000


@pytest.fixture
def window(qtbot: QtBot, shown: Callable[..., QWidget]) -> Iterator[MainWindow]:
    window = shown(MainWindow(), 1366, 768)
    window.session.open(find_experiment("xor"))
    qtbot.waitUntil(lambda: window.session.frame is not None, timeout=WAIT_MS)
    yield window
    window.session.close()


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    path = tmp_path / "digits.csv"
    pixels = np.random.default_rng(0).integers(0, 256, (60, 65))
    pixels[:, 0] = np.arange(60) % 10
    np.savetxt(path, pixels, fmt="%d", delimiter=",")
    return path


def dialog_of(qtbot: QtBot, window: MainWindow) -> ImportDialog:
    qtbot.waitUntil(lambda: window.findChild(ImportDialog) is not None, timeout=WAIT_MS)
    dialog = window.findChild(ImportDialog)
    qtbot.waitUntil(lambda: not dialog.is_busy, timeout=WAIT_MS)
    return dialog


def open_it(qtbot: QtBot, window: MainWindow, dialog: ImportDialog) -> None:
    with qtbot.waitSignal(window.session.run_started, timeout=WAIT_MS):
        dialog.accept()


def press(window: MainWindow, text: str) -> None:
    next(b for b in window.notice.findChildren(QPushButton) if b.text() == text).click()


def test_the_menu_asks_for_a_file_and_shows_it(
    qtbot: QtBot, window: MainWindow, patients: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_data, "ask_open", lambda *_: patients)
    window.actions_by_name["open_data"].trigger()
    open_it(qtbot, window, dialog_of(qtbot, window))
    assert window.session.experiment.data.path == str(patients)
    window.session.run_steps(3)
    qtbot.waitUntil(
        lambda: window.session.frame and window.session.frame.step == 3, timeout=WAIT_MS
    )


def test_digits_with_their_label_first_open_at_once_and_can_be_changed(
    qtbot: QtBot, window: MainWindow, digits: Path
) -> None:
    with qtbot.waitSignal(window.session.run_started, timeout=WAIT_MS):
        window.open_dropped(understand([digits]))
    assert window.findChild(ImportDialog) is None
    assert "Opened digits.csv as pictures of 8 × 8 pixels" in window.notice.text.text()
    press(window, "Change…")
    dialog = dialog_of(qtbot, window)
    dialog.draft.set_data(task="regression")
    open_it(qtbot, window, dialog)
    assert window.session.setup.data.task == "regression"


def test_what_cannot_be_loaded_can_be_set_otherwise(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path, before = tmp_path / "late.csv", window.session.setup
    path.write_text("a,b,y\n" + "1,2,x\n2,3,y\n" * 1000 + "3,oh,x\n")
    window.open_dropped(understand([path]))
    with qtbot.waitSignal(window.session.failed, timeout=WAIT_MS):
        dialog_of(qtbot, window).accept()
    assert "line 2,002, column 2 (b) is 'oh'" in window.notice.text.text()
    assert window.session.setup is before
    qtbot.waitUntil(lambda: window.findChild(ImportDialog) is None)
    press(window, "Import settings…")
    dialog = dialog_of(qtbot, window)
    dialog.page.table.select_columns([1])
    dialog.page.chooser.use_chosen.emit("category")
    open_it(qtbot, window, dialog)
    assert window.session.setup.data.n_inputs == 4


def test_a_file_that_is_no_table_is_told_in_the_dialog(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("a,b\n1")
    window.open_dropped(understand([path]))
    dialog = dialog_of(qtbot, window)
    assert "bad.csv" in dialog.findChild(QWidget, "import.trouble").text()
    dialog.reject()
    assert window.session.experiment == find_experiment("xor")


def test_the_panel_opens_the_dialog_on_the_data_in_use(
    qtbot: QtBot, window: MainWindow, patients: Path
) -> None:
    button = window.findChild(QPushButton, "data.import")
    assert button.isHidden()
    window.open_data_file(patients)
    open_it(qtbot, window, dialog_of(qtbot, window))
    assert not button.isHidden()
    qtbot.waitUntil(lambda: window.findChild(ImportDialog) is None)
    button.click()
    dialog = dialog_of(qtbot, window)
    assert dialog.draft.experiment == window.session.experiment
    dialog.reject()


def test_a_path_on_the_command_line_stands_for_data(
    patients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app._own_data(str(patients)) == patients
    assert app._own_data("nothing.csv") is None
    assert app._own_data(str(tmp_path / "a.toml")) is None
    (tmp_path / "iris").mkdir()
    (tmp_path / "iris" / "a.png").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    assert app._own_data("iris") is None  # the experiment of that name
    assert app._own_data("./iris") == Path("iris")


def test_the_dialog_ends_with_the_session(qtbot: QtBot, window: MainWindow, patients: Path) -> None:
    window.open_data_file(patients)
    window.session.close()
    assert window.findChild(ImportDialog) is None
