"""Files in the window: dropped on it, used before, drawn on, left without being saved."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PyQt6.QtWidgets import QAbstractButton, QApplication, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from visualmlp.experiment import Experiment, find_experiment, replace_at, write_toml
from visualmlp.gui import recent, unsaved, window_files
from visualmlp.gui.importing.dialog import ImportDialog
from visualmlp.gui.lessons.start_page import StartPage
from visualmlp.gui.main_window import MainWindow
from visualmlp.gui.own_data import on_data
from visualmlp.runs import autosaves, open_run

WAIT_MS = 20_000
TABLE = "a,b,label\n" + "".join(f"{i},{i % 7},{'xy'[i % 2]}\n" for i in range(40))


@pytest.fixture
def window(qtbot: QtBot, shown: Callable[..., QWidget]) -> Iterator[MainWindow]:
    window = shown(MainWindow(), 1366, 768)
    window.session.open(find_experiment("xor"))
    settle(qtbot, window)
    yield window
    window.session.close()


def settle(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session

    def settled() -> bool:
        return session.frame is not None and not session.is_loading and not session.is_running

    qtbot.waitUntil(settled, timeout=WAIT_MS)


def held(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drag_over(window: QWidget, data: QMimeData) -> bool:
    event = QDragEnterEvent(
        QPoint(400, 300), Qt.DropAction.CopyAction, data,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    event.ignore()
    QApplication.sendEvent(window, event)
    return event.isAccepted()


def drop(window: QWidget, *paths: Path) -> None:
    data = held(*paths)
    assert drag_over(window, data)
    hint = window.findChild(QWidget, "drop_hint")
    assert drag_over(hint, data)  # which lies under the mouse now
    event = QDropEvent(
        QPointF(400, 300), Qt.DropAction.CopyAction, data,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(hint, event)
    assert hint.isHidden()


# Drag and drop


def test_a_hint_says_what_would_happen_and_goes_with_the_mouse(
    window: MainWindow, tmp_path: Path
) -> None:
    table = tmp_path / "wine.csv"
    table.write_text(TABLE)
    assert drag_over(window, held(table))
    hint = window.drop_hint
    assert hint.isVisible()
    assert hint.size() == window.size()
    assert hint.accessibleName() == "Drop to train on wine.csv"
    assert drag_over(hint, held(table))
    QApplication.sendEvent(hint, QDragLeaveEvent())
    assert hint.isHidden()
    assert window.session.experiment == find_experiment("xor")


def test_text_is_not_taken_for_a_file(window: MainWindow) -> None:
    data = QMimeData()
    data.setText("5, 8")
    assert not drag_over(window, data)
    assert window.drop_hint.isHidden()


def test_a_dropped_table_is_trained_on(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    table = tmp_path / "wine.csv"
    table.write_text(TABLE)
    drop(window, table)
    qtbot.waitUntil(lambda: bool(window.findChildren(ImportDialog)), timeout=WAIT_MS)
    dialog = window.findChild(ImportDialog)
    assert dialog.isVisible()
    with qtbot.waitSignal(window.session.run_started, timeout=WAIT_MS):
        dialog.accept()
    settle(qtbot, window)
    assert window.session.setup.data.n_inputs == 2
    assert window.windowTitle().startswith("wine.csv")
    assert window.session.experiment.data.path == str(table)


def test_a_dropped_run_and_a_dropped_experiment_are_opened(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    run, text = tmp_path / "mine.vmlp", tmp_path / "mine.toml"
    window.session.run_steps(4)
    qtbot.waitUntil(lambda: window.session.frame.step == 4, timeout=WAIT_MS)
    with qtbot.waitSignal(window.session.saved, timeout=WAIT_MS):
        window.session.save_run(run)
    write_toml(find_experiment("iris"), text)
    with qtbot.waitSignal(window.session.run_started, timeout=WAIT_MS):
        drop(window, text)
    settle(qtbot, window)
    assert window.session.setup.data.n_inputs == 4
    with qtbot.waitSignal(window.session.run_started, timeout=WAIT_MS):
        drop(window, run)
    qtbot.waitUntil(lambda: window.session.frame is not None, timeout=WAIT_MS)
    assert window.session.frame.step == 4


def test_a_run_from_a_file_is_saved_there_unless_one_says_otherwise(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[str] = []
    monkeypatch.setattr(window_files, "ask_save", lambda _, title, name: offered.append(name))
    run = tmp_path / "mine.vmlp"
    window.save_run()
    with qtbot.waitSignal(window.session.saved, timeout=WAIT_MS):
        window.session.save_run(run)
    with qtbot.waitSignal(window.session.run_started, timeout=WAIT_MS):
        window.open_path(run)
    window.save_run()
    assert offered == ["run.vmlp", str(run)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bad.vmlp", "no run"),
        ("bad.toml", "title = "),
        ("bad-images-idx3", "no"),
        ("bad.png", "no"),
    ],
)
def test_a_bad_file_is_one_message_and_changes_nothing(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, name: str, content: str
) -> None:
    path, setup = tmp_path / name, window.session.setup
    path.write_text(content)
    drop(window, path)
    qtbot.waitUntil(window.notice.isVisible, timeout=WAIT_MS)
    settle(qtbot, window)
    assert name in window.notice.text.text()
    assert window.session.setup is setup
    assert window.session.experiment == find_experiment("xor")


def test_settings_that_only_fit_other_data_are_left_behind(tmp_path: Path) -> None:
    path, plain = tmp_path / "a.csv", find_experiment("moons")
    assert on_data(plain, path).network == plain.network
    squared = replace_at(plain, "network.loss", "half_squared_error")
    assert on_data(squared, path).network == Experiment().network
    with_test = on_data(plain, path, tmp_path / "b.csv").data
    assert with_test.test_path == str(tmp_path / "b.csv")


# Used before


def test_saved_and_opened_files_are_recent(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    run = tmp_path / "mine.vmlp"
    with qtbot.waitSignal(window.session.saved, timeout=WAIT_MS):
        window.session.save_run(run)
    assert [file.path for file in recent.recent_files()] == [str(run)]
    text = tmp_path / "iris.toml"
    write_toml(find_experiment("iris"), text)
    window.open_path(text)
    settle(qtbot, window)
    window.open_path(run)
    settle(qtbot, window)
    files = recent.recent_files()
    assert [Path(file.path).name for file in files] == ["mine.vmlp", "iris.toml"]
    assert files[1].title == find_experiment("iris").title


def test_the_menu_lists_recent_files_and_forgets_what_is_gone(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    there, gone = tmp_path / "iris.toml", tmp_path / "gone.vmlp"
    write_toml(find_experiment("iris"), there)
    recent.note(gone, "Gone")
    recent.note(there, "Iris & co")
    window.menus["File"].aboutToShow.emit()
    menu = window.findChild(QMenu, "menu.recent")
    entries = [action for action in menu.actions() if action.data()]
    assert [action.isEnabled() for action in entries] == [True, False]
    assert "Iris && co" in entries[0].text()
    with qtbot.waitSignal(window.session.run_started, timeout=WAIT_MS):
        entries[0].trigger()
    window.open_recent(str(gone))
    assert "no longer there" in window.notice.text.text()
    assert len(recent.recent_files()) == 1
    menu.actions()[-1].trigger()
    assert recent.recent_files() == []


def test_the_list_is_short_and_survives_nonsense(tmp_path: Path) -> None:
    for number in range(12):
        recent.note(tmp_path / f"{number}.toml", str(number))
    recent.note(tmp_path / "7.toml", "again")
    titles = [file.title for file in recent.recent_files()]
    assert titles == ["again", "11", "10", "9", "8", "6", "5", "4"]
    for nonsense in ("{", "3", '[{"path": 3}]', '["x"]'):
        QSettings().setValue("files/recent", nonsense)
        assert recent.recent_files() == []


def test_the_start_page_opens_recent_files_and_forgets_others(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    there = tmp_path / "iris.toml"
    write_toml(find_experiment("iris"), there)
    recent.note(there, "Mine")
    recent.note(tmp_path / "gone.vmlp", "Gone")
    window.show_start_page()
    page = window.findChild(StartPage)
    rows = [page.findChild(QAbstractButton, f"start_page.recent.{i}") for i in (0, 1)]
    assert [row.isEnabled() for row in rows] == [False, True]
    page.findChild(QAbstractButton, "start_page.recent.0.remove").click()
    assert [file.title for file in recent.recent_files()] == ["Mine"]
    with qtbot.waitSignal(window.session.run_started, timeout=WAIT_MS):
        page.findChild(QAbstractButton, "start_page.recent.0").click()
    assert window.session.setup.data.n_inputs == 4


def test_drawing_a_digit_trains_on_digits(qtbot: QtBot, window: MainWindow) -> None:
    window.show_start_page()
    page = window.findChild(StartPage)
    page.findChild(QAbstractButton, "start_page.draw").click()
    qtbot.waitUntil(lambda: window.session.is_running, timeout=WAIT_MS)
    assert window.session.experiment == find_experiment("digits")
    assert window.menu_bar.findChild(QMenu, "menu.layouts").actions()[1].isChecked()
    window.session.pause()


# Left without being saved


@pytest.fixture
def long_run(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """A window whose run counts as one that took long."""
    window.session.limit_speed(200)
    window.session.play()
    qtbot.waitUntil(lambda: window.unsaved.seconds > 0.05, timeout=WAIT_MS)
    window.session.pause()
    qtbot.waitUntil(lambda: not window.session.is_running, timeout=WAIT_MS)
    monkeypatch.setattr(unsaved, "LEAST_SECONDS", 0.05)
    qtbot.waitUntil(lambda: bool(list(folder().glob("*.vmlp"))), timeout=WAIT_MS)
    return window


def folder() -> Path:
    from visualmlp.runs import autosave_folder

    return autosave_folder()


def leave(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.run_started, timeout=WAIT_MS):
        window.session.open(find_experiment("iris"))
    settle(qtbot, window)
    qtbot.waitUntil(lambda: len(autosaves()) == 1, timeout=WAIT_MS)


def press(window: MainWindow, text: str) -> None:
    button = next(b for b in window.notice.findChildren(QPushButton) if b.text() == text)
    button.click()


def test_a_long_run_is_kept_when_another_begins_and_can_be_saved(
    qtbot: QtBot, long_run: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step, target = long_run.session.frame.step, tmp_path / "kept.vmlp"
    leave(qtbot, long_run)
    assert long_run.notice.isVisible()
    assert "was not saved" in long_run.notice.text.text()
    monkeypatch.setattr(window_files, "ask_save", lambda *_: target)
    press(long_run, "Save it…")
    assert open_run(target).timeline.head == step
    assert autosaves() == []
    assert recent.recent_files()[0].path == str(target)


def test_one_can_go_back_to_it(qtbot: QtBot, long_run: MainWindow) -> None:
    step = long_run.session.frame.step
    leave(qtbot, long_run)
    with qtbot.waitSignal(long_run.session.run_started, timeout=WAIT_MS):
        press(long_run, "Go back to it")
    qtbot.waitUntil(lambda: long_run.session.frame is not None, timeout=WAIT_MS)
    assert long_run.session.frame.head == step
    assert recent.recent_files() == []


def test_it_can_be_deleted(qtbot: QtBot, long_run: MainWindow) -> None:
    leave(qtbot, long_run)
    press(long_run, "Delete it")
    assert autosaves() == []
    assert long_run.notice.isHidden()


def test_closing_the_window_keeps_a_long_run_for_the_next_start(
    qtbot: QtBot, long_run: MainWindow, shown: Callable[..., QWidget]
) -> None:
    step = long_run.session.frame.step
    long_run.close()
    next_one = shown(MainWindow(), 1366, 768)
    next_one.recovery.look()
    assert next_one.recovery.isVisible()
    assert f"step {step} of {step}" in next_one.recovery._text.text()
    next_one.session.close()


def test_a_saved_run_and_a_short_one_need_no_question(
    qtbot: QtBot, long_run: MainWindow, tmp_path: Path
) -> None:
    with qtbot.waitSignal(long_run.session.saved, timeout=WAIT_MS):
        long_run.session.save_run(tmp_path / "run.vmlp")
    assert long_run.unsaved.seconds == 0
    with qtbot.waitSignal(long_run.session.run_started, timeout=WAIT_MS):
        long_run.session.open(find_experiment("iris"))
    settle(qtbot, long_run)
    assert long_run.notice.isHidden()
    qtbot.waitUntil(lambda: autosaves() == [], timeout=WAIT_MS)
