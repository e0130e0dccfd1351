"""Layouts in the window: the menu, the user's own, and the keyboard from dock to dock."""

import json
from collections.abc import Callable, Iterator

import pytest
from PyQt6.QtCore import QSettings, Qt
from PyQt6.QtGui import QAction
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QListWidget, QMenu, QWidget
from pytestqt.qtbot import QtBot

from visualmlp.errors import VisualMLPError
from visualmlp.experiment import find_experiment
from visualmlp.gui import layouts, own_layouts
from visualmlp.gui.arrangement import tab_bars
from visualmlp.gui.go_to import GoTo
from visualmlp.gui.main_window import MainWindow

WAIT_MS = 20_000
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Make = Callable[[], MainWindow]


@pytest.fixture
def make(qtbot: QtBot, shown: Callable[..., QWidget]) -> Iterator[Make]:
    windows: list[MainWindow] = []

    def make() -> MainWindow:
        windows.append(shown(MainWindow(), 1366, 768))
        windows[-1].activateWindow()
        return windows[-1]

    yield make
    for window in windows:
        window.session.close()


@pytest.fixture
def window(make: Make) -> MainWindow:
    return make()


def is_seen(window: MainWindow, dock: str) -> bool:
    return not window.docks[dock].visibleRegion().isEmpty()


def ticked(window: MainWindow) -> list[str]:
    menu = window.findChild(QMenu, "menu.layouts")
    return [action.data() for action in menu.actions() if action.isChecked()]


def entry(window: MainWindow, name: str) -> QAction:
    menu = window.findChild(QMenu, "menu.layouts")
    return next(action for action in menu.actions() if action.data() == name)


def arrange_strangely(window: MainWindow) -> None:
    window.docks["view.curves"].close()
    window.docks["view.maths"].show()
    window.docks["view.maths"].raise_()


# The menu


def test_the_layout_in_use_is_ticked_and_has_a_key(qtbot: QtBot, window: MainWindow) -> None:
    assert ticked(window) == ["watch"]
    for number, name in enumerate(layouts.LAYOUTS, start=1):
        assert entry(window, name).shortcut().toString() == f"Ctrl+{number}"
    QTest.keyClick(window, Qt.Key.Key_6, CTRL)
    qtbot.waitUntil(lambda: is_seen(window, "view.function") and is_seen(window, "view.curves"))
    assert ticked(window) == ["2-d"]


def test_keys_of_menus_and_layouts_are_all_different(window: MainWindow) -> None:
    actions = {*window.findChildren(QAction), *window.actions_by_name.values()}
    keys = [key.toString() for action in actions for key in action.shortcuts()]
    assert len(keys) == len(set(keys))


def test_every_layout_fits_a_small_window_and_leaves_no_tabs_behind(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.resize(1024, 700)
    own_layouts.save("mine", window, window.docks)
    for name in (*layouts.LAYOUTS, "mine", "watch", "mine", "inside"):
        (window.use_own_layout if name == "mine" else window.use_layout)(name)
        qtbot.wait(30)
        assert (window.width(), window.height()) == (1024, 700)
        assert window.minimumSizeHint().width() <= 1024
        assert window.minimumSizeHint().height() <= 700
        assert tabs_on_screen(window) == tabs_that_there_are(window)


def tabs_on_screen(window: MainWindow) -> list[list[str]]:
    bars = [bar for bar in tab_bars(window) if bar.isVisible()]
    return sorted(sorted(bar.tabText(i) for i in range(bar.count())) for bar in bars)


def tabs_that_there_are(window: MainWindow) -> list[list[str]]:
    opened = [dock for dock in window.docks.values() if not dock.isHidden()]
    places = {
        frozenset([dock, *(d for d in window.tabifiedDockWidgets(dock) if not d.isHidden())])
        for dock in opened
    }
    return sorted(sorted(d.windowTitle() for d in place) for place in places if len(place) > 1)


def test_a_function_of_two_inputs_is_in_front_where_it_has_a_place(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.session.open(find_experiment("moons"))
    qtbot.waitUntil(lambda: window.session.frame is not None, timeout=WAIT_MS)
    for name in ("maths", "watch", "2-d"):
        window.use_layout(name)
    qtbot.waitUntil(lambda: is_seen(window, "view.function"))
    window.use_layout("watch")
    qtbot.waitUntil(lambda: is_seen(window, "view.function"))


def test_a_view_that_cannot_be_drawn_gives_way(qtbot: QtBot, window: MainWindow) -> None:
    window.session.open(find_experiment("curve"))
    qtbot.waitUntil(lambda: window.session.frame is not None, timeout=WAIT_MS)
    window.use_layout("mistakes")
    qtbot.waitUntil(lambda: is_seen(window, "view.predictions"))
    assert not is_seen(window, "view.mistakes")


# Layouts of the user's own


def test_an_own_layout_is_saved_used_and_found_next_time(qtbot: QtBot, make: Make) -> None:
    first = make()
    arrange_strangely(first)
    first.save_layout()
    dialog = first.findChild(QWidget, "save_layout")
    save = dialog.findChild(QAbstractButton, "save_layout.save")
    assert not save.isEnabled()
    dialog.name.setText("  For   teaching ")
    save.click()
    assert ticked(first) == ["For teaching"]
    first.use_layout("watch")
    assert ticked(first) == ["watch"]
    second = make()
    entry(second, "For teaching").trigger()
    qtbot.waitUntil(lambda: is_seen(second, "view.maths"))
    assert second.docks["view.curves"].isHidden()
    assert ticked(second) == ["For teaching"]


def test_the_own_layout_in_use_is_ticked_after_a_new_start(
    qtbot: QtBot, make: Make, shown: Callable[..., QWidget]
) -> None:
    first = make()
    arrange_strangely(first)
    own_layouts.save("mine", first, first.docks)
    first.menu_bar.show_own_layouts(["mine"])
    first.use_own_layout("mine")
    first.close()
    second = MainWindow()
    qtbot.addWidget(second)
    assert second.bring_back_layout()
    shown(second)
    assert ticked(second) == ["mine"]
    second.session.close()


def test_views_that_have_appeared_since_are_closed_and_not_lost(
    qtbot: QtBot, window: MainWindow
) -> None:
    known = {name: dock for name, dock in window.docks.items() if name != "view.weights"}
    own_layouts.save("old", window, known)
    window.use_own_layout("old")
    assert window.docks["view.weights"].isHidden()
    window.docks["view.weights"].view_action.trigger()
    qtbot.waitUntil(lambda: is_seen(window, "view.weights"))


def test_layouts_are_renamed_and_deleted(qtbot: QtBot, window: MainWindow) -> None:
    for name in ("one", "two"):
        own_layouts.save(name, window, window.docks)
    window._list_own_layouts()
    window.use_own_layout("two")
    window.manage_layouts()
    dialog = window.findChild(QWidget, "layouts")
    dialog.list.item(1).setText("one")
    assert "already" in dialog.findChild(QWidget, "layouts.note").text()
    dialog.list.setCurrentRow(1)
    dialog.list.item(1).setText("three")
    assert list(own_layouts.own_layouts()) == ["one", "three"]
    assert ticked(window) == ["three"]
    dialog.list.setCurrentRow(0)
    dialog.findChild(QAbstractButton, "layouts.delete").click()
    assert list(own_layouts.own_layouts()) == ["three"]
    dialog.list.setCurrentRow(0)
    window.use_layout("maths")
    dialog.findChild(QAbstractButton, "layouts.use").click()
    assert ticked(window) == ["three"]
    dialog.accept()


@pytest.mark.parametrize(
    "stored",
    [
        "{",
        "[]",
        json.dumps({"version": 99, "layouts": [{"name": "a", "state": "", "docks": []}]}),
        json.dumps({"version": 1, "layouts": [3, {"name": "a"}, {"name": "", "state": ""}]}),
        json.dumps({"version": 1, "layouts": [{"name": "a", "state": "§", "docks": []}]}),
    ],
)
def test_garbage_in_the_settings_is_no_layout(stored: str) -> None:
    QSettings().setValue("layouts/own", stored)
    assert own_layouts.own_layouts() == {}


def test_a_damaged_layout_is_told_and_changes_nothing(qtbot: QtBot, window: MainWindow) -> None:
    entry = {"name": "a", "state": "AAAA", "docks": list(window.docks)}
    QSettings().setValue("layouts/own", json.dumps({"version": 1, "layouts": [entry]}))
    qtbot.wait(20)
    window.notice.inform("room for a message")
    qtbot.wait(20)
    before = [dock.geometry() for dock in window.docks.values() if dock.isVisible()]
    window.choose_own_layout("a")
    assert "damaged" in window.notice.text.text()
    window.choose_own_layout("b")
    assert "no layout 'b'" in window.notice.text.text()
    qtbot.wait(20)
    assert [dock.geometry() for dock in window.docks.values() if dock.isVisible()] == before


@pytest.mark.parametrize("name", ["", "  ", "x" * 41])
def test_a_layout_needs_a_name(window: MainWindow, name: str) -> None:
    with pytest.raises(VisualMLPError, match="needs a name"):
        own_layouts.save(name, window, window.docks)


# The keyboard


def focused_dock(window: MainWindow) -> str:
    widget = window.focusWidget()  # also while a dialog has just been closed
    docks = window.docks.items()
    return next((name for name, d in docks if d is widget or d.isAncestorOf(widget)), "")


def test_keys_go_through_all_open_docks_and_back(qtbot: QtBot, window: MainWindow) -> None:
    window.session.open(find_experiment("digits"))
    qtbot.waitUntil(lambda: window.session.frame is not None, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: is_seen(window, "panel.data"))  # Qt lays docks out a little later
    window.setFocus()
    opened = {name for name, dock in window.docks.items() if not dock.isHidden()}
    visited = []
    for _ in range(len(opened)):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab, CTRL)
        visited.append(focused_dock(window))
    assert set(visited) == opened
    assert visited[0].startswith("panel.")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6, CTRL | SHIFT)
    assert focused_dock(window) == visited[-2]


def test_go_to_finds_closed_views_layouts_and_lessons(qtbot: QtBot, window: MainWindow) -> None:
    def go(typed: str, *keys: Qt.Key) -> None:
        window.actions_by_name["go_to"].trigger()
        dialog = window.findChild(GoTo)
        line = dialog.findChild(QLineEdit)
        QTest.keyClicks(line, typed)
        for key in (*keys, Qt.Key.Key_Return):
            QTest.keyClick(line, key)
        qtbot.waitUntil(lambda: window.findChild(GoTo) is None)

    go("math view")
    qtbot.waitUntil(lambda: is_seen(window, "view.maths"))
    qtbot.waitUntil(lambda: focused_dock(window) == "view.maths")
    go("compare lay")
    qtbot.waitUntil(lambda: ticked(window) == ["compare"])
    go("line through")
    qtbot.waitUntil(lambda: window.guide.lesson is not None)
    assert window.guide.lesson.name == "curve-fit"


def test_go_to_lists_names_that_begin_so_first_and_arrows_choose(window: MainWindow) -> None:
    window.go_to()
    dialog = window.findChild(GoTo)
    found = dialog.findChild(QListWidget)
    dialog.line.setText("w")
    assert found.item(0).text().lower().startswith("w")
    dialog.line.setText("no such thing")
    assert found.count() == 0
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.line.setText("")
    QTest.keyClick(dialog.line, Qt.Key.Key_Down)
    assert found.currentRow() == 1
    dialog.reject()


def test_the_first_layout_fits_the_size_that_the_window_is_shown_in(qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    try:
        window.resize(1366, 768)
        with qtbot.waitExposed(window):
            window.show()
        width = {name: window.docks[name].width() for name in ("panel.data", "view.curves")}
        window.use_layout("watch")
        qtbot.wait(1)
        again = {name: window.docks[name].width() for name in width}
    finally:
        window.close()
    assert width == again
    assert width["panel.data"] < width["view.curves"]
