"""Lessons in the window: menus, start page, dock, layouts, kept curves."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from visualmlp.data import SOURCES
from visualmlp.experiment import find_experiment
from visualmlp.gui import app, recovery_bar, window_state
from visualmlp.gui.lessons import guide as guide_module
from visualmlp.gui.lessons.card import LessonCard
from visualmlp.gui.lessons.start_page import StartPage
from visualmlp.gui.lessons.text import LessonText
from visualmlp.gui.main_window import MainWindow
from visualmlp.gui.opening import find
from visualmlp.gui.panels.data_download import DataDownloadDialog
from visualmlp.lessons import lesson_names, load_lesson

WAIT_MS = 20_000


@pytest.fixture
def make_window(qtbot: QtBot) -> Iterator[Callable[[], MainWindow]]:
    windows: list[MainWindow] = []

    def make() -> MainWindow:
        window = MainWindow()
        windows.append(window)
        qtbot.addWidget(window)
        window.resize(1366, 768)
        with qtbot.waitExposed(window):
            window.show()
        return window

    yield make
    for window in windows:
        window.session.close()


@pytest.fixture
def window(make_window: Callable[[], MainWindow]) -> MainWindow:
    return make_window()


def settle(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session

    def settled() -> bool:
        return session.frame is not None and session.is_settled and not session.is_running

    qtbot.waitUntil(settled, timeout=WAIT_MS)


def open_lesson(qtbot: QtBot, window: MainWindow, name: str) -> None:
    window.open_found(find(name))
    settle(qtbot, window)


def is_seen(window: MainWindow, dock: str) -> bool:
    return not window.docks[dock].visibleRegion().isEmpty()


def entry(menu: QMenu, data: str) -> QAction:
    return next(action for action in menu.actions() if action.data() == data)


def test_lessons_stand_in_their_menu_and_under_file(qtbot: QtBot, window: MainWindow) -> None:
    menu = window.menus["Lessons"]
    assert menu.menuAction() in window.menus["File"].actions()
    assert menu.menuAction() in window.menu_bar.actions()
    entries = [action for action in menu.actions() if action.data()]
    assert [action.data() for action in entries] == list(lesson_names())
    assert entries[0].text() == load_lesson(lesson_names()[0]).title
    assert all(action.toolTip() for action in entries)

    entry(menu, "iris-neuron").trigger()
    settle(qtbot, window)
    assert window.session.setup.experiment == load_lesson("iris-neuron").experiment
    assert is_seen(window, "lesson")
    assert window.windowTitle().startswith("One neuron tells two irises apart")


def test_the_views_of_a_lesson_are_in_front_of_others(qtbot: QtBot, window: MainWindow) -> None:
    open_lesson(qtbot, window, "sigmoid-values")
    assert load_lesson("sigmoid-values").show == ("activation_functions",)
    assert is_seen(window, "view.activation_functions")
    open_lesson(qtbot, window, "curve-fit")
    assert is_seen(window, "view.function")
    assert is_seen(window, "view.curves")
    assert (window.width(), window.height()) == (1366, 768)


def test_an_own_lesson_file_opens_and_a_wrong_one_is_told(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('title = "Mine"\nsummary = "Short."\ntext = "[go](do:dance)"\n[experiment]\n')
    window.open_path(path)
    assert "unknown verb 'dance'" in window.notice.text.text()
    assert "line 3" in window.notice.text.text()
    assert window.guide.lesson is None
    path.write_text(path.read_text().replace("do:dance", "do:step"))
    window.open_path(path)
    settle(qtbot, window)
    assert window.guide.lesson.title == "Mine"


def test_a_link_that_cannot_act_is_a_notice(qtbot: QtBot, window: MainWindow) -> None:
    open_lesson(qtbot, window, "iris-neuron")
    window.guide.follow("do:show/nowhere")
    assert window.notice.isVisible()
    assert "no view 'nowhere'" in window.notice.text.text()


def test_home_scrolls_a_text_in_focus_and_does_not_reset(qtbot: QtBot, window: MainWindow) -> None:
    open_lesson(qtbot, window, "iris-neuron")
    window.activateWindow()
    window.session.run_steps(1)
    qtbot.waitUntil(lambda: window.session.frame.step == 1, timeout=WAIT_MS)
    text = window.findChild(LessonText)
    text.setFocus()
    for key in (Qt.Key.Key_End, Qt.Key.Key_Home):
        qtbot.keyClick(text, key)
    qtbot.wait(50)
    assert window.session.frame.step == 1


def test_long_runs_of_short_epochs_begin_faster(qtbot: QtBot, window: MainWindow) -> None:
    open_lesson(qtbot, window, "iris-neuron")
    assert window.transport.speed.currentData() == 200
    open_lesson(qtbot, window, "curve-fit")
    assert window.transport.speed.currentData() == 1000
    assert window.transport.widgetForAction(window.actions_by_name["step_epoch"]).text() == (
        "Epoch (1 batch)"
    )


def test_missing_data_open_a_dialog_and_then_the_lesson(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = [SOURCES["mnist"]]
    monkeypatch.setattr(guide_module, "missing_source", lambda lesson: next(iter(missing), None))
    entry(window.menus["Lessons"], "iris-neuron").trigger()
    dialog = window.findChild(DataDownloadDialog)
    assert dialog.isVisible()
    assert dialog.windowTitle() == "This lesson needs MNIST digits (28×28)"
    assert window.guide.lesson is None
    missing.clear()
    dialog.accept()
    settle(qtbot, window)
    assert window.guide.lesson.name == "iris-neuron"


def test_a_card_of_the_start_page_opens_its_lesson(qtbot: QtBot, window: MainWindow) -> None:
    window.show_start_page()
    page = window.findChild(StartPage)
    card = page.findChild(LessonCard, "card.curve-fit")
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert window.guide.lesson.name == "curve-fit"
    qtbot.waitUntil(lambda: window.findChild(StartPage) is None)


def test_curves_are_kept_and_forgotten_by_the_menu(qtbot: QtBot, window: MainWindow) -> None:
    keep, forget = (window.actions_by_name[name] for name in ("keep_curves", "forget_kept_curves"))
    assert not forget.isEnabled()
    window.session.open(find_experiment("xor"))
    settle(qtbot, window)
    keep.trigger()
    assert "no curves to keep yet" in window.notice.text.text()
    window.session.run_steps(2)
    qtbot.waitUntil(lambda: window.session.frame.step == 2, timeout=WAIT_MS)
    keep.trigger()
    assert [run.name for run in window.session.kept_curves] == [window.session.experiment.title]
    assert forget.isEnabled()
    forget.trigger()
    assert window.session.kept_curves == ()
    assert not forget.isEnabled()


def test_layouts_are_chosen_in_the_view_menu(qtbot: QtBot, window: MainWindow) -> None:
    menu = window.findChild(QMenu, "menu.layouts")
    entry(menu, "pictures").trigger()
    qtbot.waitUntil(lambda: is_seen(window, "view.data") and is_seen(window, "view.predictions"))
    assert not is_seen(window, "view.curves")
    window.actions_by_name["restore_layout"].trigger()
    qtbot.waitUntil(lambda: is_seen(window, "view.curves") and is_seen(window, "view.mistakes"))
    assert not is_seen(window, "view.data")


def test_every_view_and_the_lesson_are_in_the_view_menu(window: MainWindow) -> None:
    menus = [window.findChild(QMenu, f"menu.{name}") for name in ("views", "panels")]
    entries = [action for menu in menus for action in menu.actions()]
    assert all(dock.view_action in entries for dock in window.docks.values())
    assert len(window.docks) == len({dock.windowTitle() for dock in window.docks.values()})


def test_the_lesson_does_not_come_back_without_its_run(
    qtbot: QtBot, make_window: Callable[[], MainWindow]
) -> None:
    first = make_window()
    open_lesson(qtbot, first, "curve-fit")
    first.close()
    second = make_window()
    assert second.bring_back_layout()
    assert second.docks["lesson"].isHidden()
    second.session.open(find_experiment("xor"))
    settle(qtbot, second)
    assert is_seen(second, "panel.data")


def test_the_lesson_goes_with_its_run_and_can_be_gone_back_to(
    qtbot: QtBot, window: MainWindow
) -> None:
    open_lesson(qtbot, window, "iris-neuron")
    assert is_seen(window, "lesson")
    window.menu_bar.example_chosen.emit("xor")
    settle(qtbot, window)
    assert window.docks["lesson"].isHidden()
    assert is_seen(window, "panel.data")
    window.use_layout("inside")
    window.use_layout("watch")
    assert window.docks["lesson"].isHidden()

    window.docks["lesson"].view_action.trigger()
    window.guide.follow("do:step")
    settle(qtbot, window)
    assert is_seen(window, "lesson")
    window.use_layout("maths")
    assert is_seen(window, "lesson")


@pytest.mark.parametrize("layout", ["default", "maths", "pictures"])
def test_every_layout_fits_a_small_window(qtbot: QtBot, window: MainWindow, layout: str) -> None:
    window.resize(900, 600)
    open_lesson(qtbot, window, "iris-neuron")
    window.use_layout(layout)
    qtbot.wait(50)
    assert (window.width(), window.height()) == (900, 600)
    assert window.minimumSizeHint().width() <= 900
    assert window.minimumSizeHint().height() <= 600


# How the program starts


@pytest.fixture
def started(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., MainWindow]]:
    """``started(name)`` starts the program and returns its window instead of waiting."""
    windows: list[MainWindow] = []

    def note_window() -> int:
        found = (w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))
        windows.extend(window for window in found if window.isVisible())
        return 0

    def start(name: str | None, **options: bool) -> MainWindow:
        assert app.open_window(name, **options) == 0
        return windows[-1]

    monkeypatch.setattr(app, "_install_hooks", lambda window: None)
    monkeypatch.setattr(app, "make_application", lambda: qapp)
    monkeypatch.setattr(qapp, "exec", note_window)
    yield start
    gc.unfreeze()
    for window in windows:
        for dialog in window.findChildren(QDialog):
            dialog.close()
        window.close()
        window.deleteLater()


def test_a_plain_start_shows_the_start_page(started: Callable[..., MainWindow]) -> None:
    assert started(None).findChild(StartPage).isVisible()


def test_a_start_with_a_name_goes_straight_to_it(
    qtbot: QtBot, started: Callable[..., MainWindow]
) -> None:
    window = started("xor", play=True)
    assert window.findChild(StartPage) is None
    qtbot.waitUntil(lambda: window.session.is_running, timeout=WAIT_MS)


def test_a_start_with_a_lesson_opens_it(qtbot: QtBot, started: Callable[..., MainWindow]) -> None:
    window = started("curve-fit", play=True)
    qtbot.waitUntil(lambda: window.session.is_running, timeout=WAIT_MS)
    assert window.findChild(StartPage) is None
    assert window.guide.lesson.name == "curve-fit"


def test_the_start_page_can_be_switched_off(started: Callable[..., MainWindow]) -> None:
    window_state.save_shows_start_page(False)
    assert started(None).findChild(QWidget, "start_page") is None


def test_a_start_after_a_crash_offers_the_run_beside_the_lessons(
    started: Callable[..., MainWindow], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tmp_path / "left.vmlp"
    left.write_bytes(b"not a run")
    monkeypatch.setattr(recovery_bar, "autosaves", lambda: [left])
    window = started(None)
    assert window.recovery.isVisible()
    page = window.findChild(StartPage)
    row = page.findChild(QWidget, "start_page.left.0")
    assert row.isVisible()
    assert row.text() == "A run that was not saved"
