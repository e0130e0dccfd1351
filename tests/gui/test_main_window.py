"""The window, driven as a user would: keys, buttons, menus, wrong files."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QSettings, QSize, Qt
from PyQt6.QtGui import QAction, QScreen, QStatusTipEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLineEdit,
    QListView,
    QMenu,
    QTabBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from visualmlp.experiment import find_experiment
from visualmlp.gui import theme, window_state
from visualmlp.gui.actions import ACTIONS
from visualmlp.gui.main_window import MainWindow
from visualmlp.gui.transport import WATCHABLE_SPEED
from visualmlp.training.runner import Phase

WAIT_MS = 20_000

QT_MADE = (QListView, QTabBar)
"""Lists of combo boxes and tabs of docks: Qt makes them and names their entries."""


@pytest.fixture
def make_window(qtbot: QtBot) -> Iterator[Callable[[str], MainWindow]]:
    windows: list[MainWindow] = []

    def make(name: str = "digits") -> MainWindow:
        window = MainWindow()
        windows.append(window)
        qtbot.addWidget(window)
        window.resize(1366, 768)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        window.session.open(find_experiment(name))
        settle(qtbot, window)
        return window

    yield make
    for window in windows:
        window.session.close()


@pytest.fixture
def window(make_window: Callable[[str], MainWindow]) -> MainWindow:
    return make_window("digits")


def settle(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session

    def settled() -> bool:
        return session.frame is not None and session.is_settled and not session.is_running

    qtbot.waitUntil(settled, timeout=WAIT_MS)


def test_every_shown_view_is_drawn(window: MainWindow) -> None:
    shown = [name for name, view in window.session.views.items() if view.is_shown()]
    assert {"curves", "weights", "mistakes", "inspector"} <= set(shown)
    image = window.grab().toImage()
    colours = {image.pixel(x, y) for x in range(0, 1366, 7) for y in range(0, 768, 7)}
    assert len(colours) > 50


def test_keys_step_and_play(qtbot: QtBot, window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: window.session.frame.step == 1, timeout=WAIT_MS)
    QTest.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: window.session.frame.step == 45, timeout=WAIT_MS)
    QTest.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.session.is_running, timeout=WAIT_MS)
    assert window.actions_by_name["toggle"].text() == "Pause"
    QTest.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not window.session.is_running, timeout=WAIT_MS)
    QTest.keyClick(window, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: window.session.frame.step == 0, timeout=WAIT_MS)


def test_the_play_button_is_read_out_as_what_it_does(qtbot: QtBot, window: MainWindow) -> None:
    button = window.transport.widgetForAction(window.actions_by_name["toggle"])
    assert button.accessibleName() == "Play"
    window.session.play()
    qtbot.waitUntil(lambda: window.session.is_running, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: button.accessibleName() == "Pause", timeout=WAIT_MS)
    window.session.pause()
    qtbot.waitUntil(lambda: button.accessibleName() == "Play", timeout=WAIT_MS)


def test_space_in_a_text_field_is_a_space(qtbot: QtBot, window: MainWindow) -> None:
    field = window.findChild(QLineEdit, "data.classes")
    field.setFocus()
    QTest.keyClicks(field, "5, 8")
    assert field.text() == "5, 8"
    assert not window.session.is_running


def test_buttons_name_their_unit(window: MainWindow) -> None:
    texts = [b.text() for b in window.transport.findChildren(QToolButton) if b.text()]
    assert "Step (1 batch)" in texts
    assert "Epoch (45 batches)" in texts
    assert "10 epochs" in texts
    window.transport.epochs.setValue(3)
    assert window.actions_by_name["step_epochs"].text() == "3 epochs"


def test_tab_key_visits_shown_docks_only_and_their_tabs(window: MainWindow) -> None:
    window.setFocus()
    visited = []
    for _ in range(60):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        visited.append(QApplication.focusWidget())
    hidden = [window.docks[f"panel.{name}"] for name in ("network", "training")]
    assert not [w for w in visited for dock in hidden if dock.isAncestorOf(w)]
    tabs = next(w for w in visited if isinstance(w, QTabBar))
    tabs.setFocus()
    QTest.keyClick(tabs, Qt.Key.Key_Right)
    assert tabs.currentIndex() == 1


def test_tab_key_goes_place_by_place_and_touches_nothing_behind_tabs(
    qapp: QApplication, window: MainWindow
) -> None:
    window.setFocus()
    told: list[QWidget] = []
    qapp.focusChanged.connect(lambda _, new: told.append(new))
    for _ in range(120):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if told[-1] is window.timeline:
            break
    assert told[-1] is window.timeline
    assert len(told) == len(set(map(id, told)))
    fronts = ["panel.data", "view.curves", "view.mistakes", "view.weights", "view.inspector"]
    docks = [window.docks[name] for name in fronts]
    inside = [next((i for i, d in enumerate(docks) if d.isAncestorOf(w)), None) for w in told]
    places = [place for place in inside if place is not None]
    assert places == sorted(places)
    assert set(places) == set(range(len(docks)))
    tabs = [i for i, w in enumerate(told) if isinstance(w, QTabBar) and w.parent() is window]
    assert tabs[0] == 0
    assert [inside[i + 1] for i in tabs] == [0, 2, 3, 4]

    QTest.keyClick(window.timeline, Qt.Key.Key_Backtab)
    assert told[-1] is told[-3]


@pytest.mark.qt_log_ignore("does not support grabbing")
def test_f10_opens_the_menus(window: MainWindow) -> None:
    opened: list[str] = []
    window.menus["File"].aboutToShow.connect(lambda: opened.append("File"))
    QTest.keyClick(window, Qt.Key.Key_F10)
    assert opened == ["File"]
    window.menus["File"].close()


def test_no_menu_is_higher_than_a_small_screen(window: MainWindow) -> None:
    heights = {menu.objectName(): menu.sizeHint().height() for menu in window.findChildren(QMenu)}
    assert max(heights.values()) < 700, heights


def test_space_plays_after_a_dock_was_made_to_float(qtbot: QtBot, window: MainWindow) -> None:
    window.notice.inform("with a button to press", {"Press": lambda: None})
    dock = window.docks["view.curves"]
    dock.setFocus()  # as a click on its button does
    dock.setFloating(True)
    qtbot.wait(50)
    focused = QApplication.focusWidget()
    assert focused in (window, dock)
    QTest.keyClick(focused, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.session.is_running, timeout=WAIT_MS)
    window.session.pause()


def test_tips_of_the_buttons_do_not_hide_the_figures(window: MainWindow) -> None:
    button = window.transport.widgetForAction(window.actions_by_name["toggle"])
    QApplication.sendEvent(button, QStatusTipEvent("a tip"))
    assert window.statusBar().currentMessage() == ""


def test_small_runs_begin_at_a_speed_that_can_be_watched(window: MainWindow) -> None:
    assert window.transport.speed.currentData() == WATCHABLE_SPEED
    window.transport.set_speed(None)
    assert window.session._runner._interval == 0


def test_every_action_is_in_a_menu_with_a_tip(window: MainWindow) -> None:
    for spec in ACTIONS:
        menu = window.menus[spec.menu.removeprefix("-")]
        action = window.actions_by_name[spec.name]
        assert action in menu.actions()
        assert action.toolTip()
    shortcuts = [s for spec in ACTIONS for s in spec.shortcuts]
    assert len(shortcuts) == len(set(shortcuts))


def test_every_control_can_be_named_by_a_screen_reader(window: MainWindow) -> None:
    def is_silent(widget: QWidget) -> bool:
        reached_by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        ours = not isinstance(widget, QT_MADE) and not widget.objectName().startswith("qt_")
        text = widget.text() if isinstance(widget, QAbstractButton | QLineEdit) else ""
        named = bool(widget.accessibleName() or text)
        return reached_by_tab and ours and not named and widget.focusProxy() is None

    controls = window.findChildren(QWidget)
    silent = [f"{type(w).__name__} {w.objectName()}" for w in controls if is_silent(w)]
    assert silent == []


def test_pending_bar_starts_the_new_run(qtbot: QtBot, window: MainWindow) -> None:
    window.step_batch()
    qtbot.waitUntil(lambda: window.session.frame.step == 1, timeout=WAIT_MS)
    experiment = window.session.experiment
    window.session.edit(experiment.replace(network=experiment.network.replace(hidden=[7])))
    bar, start = (window.findChild(QWidget, name) for name in ("pending_bar", "pending.start"))
    assert bar.isVisible()
    with qtbot.waitSignal(window.session.run_started, timeout=WAIT_MS):
        QTest.mouseClick(start, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()
    assert QApplication.focusWidget() is window
    assert window.session.setup.layers[0].units == 7


@pytest.mark.parametrize("text", ["", "titel = 3", "[data]\nsource = 'no'", "\x00\xff"])
def test_wrong_experiment_file_is_told_and_changes_nothing(
    window: MainWindow, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="latin-1")
    setup = window.session.setup
    window.open_path(path)
    if text:
        assert window.notice.isVisible()
        assert "mine.toml" in window.notice.text.text()
    assert window.session.setup is setup
    QTest.mouseClick(window.notice.close_button, Qt.MouseButton.LeftButton)
    assert not window.notice.isVisible()


def test_example_with_few_inputs_raises_the_function_view(qtbot: QtBot, window: MainWindow) -> None:
    action = next(a for a in window.findChildren(QAction) if a.data() == "moons")
    with qtbot.waitSignal(window.session.run_started, timeout=WAIT_MS):
        action.trigger()
    settle(qtbot, window)
    assert window.session.views["function"].is_shown()
    assert window.windowTitle().startswith("Two moons")


def test_function_view_steps_back_for_data_that_it_cannot_show(
    qtbot: QtBot, make_window: Callable[[str], MainWindow]
) -> None:
    window = make_window("moons")
    window.docks["view.activations"].raise_()
    with qtbot.waitSignal(window.session.run_started, timeout=WAIT_MS):
        window.start_new_run()
    settle(qtbot, window)
    assert window.session.views["activations"].is_shown()
    window.docks["view.function"].raise_()
    window.session.open(find_experiment("iris"))
    qtbot.waitUntil(window.session.views["mistakes"].is_shown, timeout=WAIT_MS)


def test_messages_and_progress_end_with_the_next_run(qtbot: QtBot, window: MainWindow) -> None:
    window.notice.warn("a message of before")
    window.session.open(find_experiment("iris"))
    busy = window.statusBar().busy
    qtbot.waitUntil(busy.isVisible, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not busy.isVisible(), timeout=WAIT_MS)
    assert window.notice.isHidden()


def test_divergence_leaves_the_window_usable(qtbot: QtBot, window: MainWindow) -> None:
    curve = find_experiment("curve")
    steep = curve.optimizer.replace(name="sgd", learning_rate=100)
    window.session.open(curve.replace(optimizer=steep), play=True)
    qtbot.waitUntil(lambda: window.session.status.phase is Phase.DIVERGED, timeout=WAIT_MS)
    settle(qtbot, window)
    assert "NaN or Inf" in window.notice.text.text()
    assert "NaN or Inf" in window.statusBar().text.text()
    window.notice.hide()
    window.toggle()
    assert "NaN or Inf" in window.notice.text.text()
    assert window.notice.isVisible()
    window.reset()
    qtbot.waitUntil(lambda: window.session.frame.step == 0, timeout=WAIT_MS)


def test_layout_is_remembered_and_can_be_restored(
    qtbot: QtBot, make_window: Callable[[str], MainWindow]
) -> None:
    first = make_window("digits")
    first.docks["view.weights"].close()
    first.close()
    second = make_window("digits")
    assert window_state.restore_layout(second)
    assert not second.docks["view.weights"].isVisible()
    second.restore_layout()
    assert second.docks["view.weights"].isVisible()


def test_default_layout_fits_a_small_window(
    qtbot: QtBot, make_window: Callable[[str], MainWindow]
) -> None:
    window = make_window("digits")
    window.resize(900, 600)
    qtbot.wait(20)
    window.restore_layout()
    qtbot.wait(20)
    assert (window.width(), window.height()) == (900, 600)
    panel = window.docks["panel.data"].widget()
    assert panel.width() >= panel.content.minimumSizeHint().width()
    fresh = make_window("digits")
    assert (fresh.width(), fresh.height()) == (1366, 768)


def test_damaged_settings_are_ignored(make_window: Callable[[str], MainWindow]) -> None:
    QSettings().setValue("window/geometry", "nonsense")
    QSettings().setValue("window/layout", 3)
    QSettings().setValue("window/look", "purple")
    assert not window_state.restore_layout(make_window("iris"))
    assert window_state.look() == "system"


def test_look_can_be_chosen(window: MainWindow) -> None:
    action = next(a for a in window.findChildren(QAction) if a.data() == "dark")
    action.trigger()
    assert window_state.look() == "dark"
    assert QApplication.palette().window().color().lightness() < 100
    next(a for a in window.findChildren(QAction) if a.data() == "light").trigger()
    assert QApplication.palette().window().color().lightness() > 200


def test_buttons_of_docks_follow_the_look(qapp: QApplication, window: MainWindow) -> None:
    theme.apply(qapp, "dark")
    button = window.docks["view.curves"].findChild(QAbstractButton, "qt_dockwidget_closebutton")
    image = button.icon().pixmap(24, 24).toImage()
    assert image.pixelColor(12, 12).name() == theme.DARK.foreground


def test_help_lists_shortcuts_and_licence(qtbot: QtBot, window: MainWindow) -> None:
    window.show_shortcuts()
    box = window.findChild(QWidget, "message")
    assert "Space" in box.text()
    assert "Layout Inside\nCtrl+3" in box.text()
    box.accept()
    qtbot.waitUntil(lambda: window.findChild(QWidget, "message") is None)
    window.show_about()
    box = window.findChild(QWidget, "message")
    assert "GNU General Public License" in box.text()
    box.accept()


def test_closing_ends_the_threads(window: MainWindow) -> None:
    thread = window.session._runner._thread
    window.session.play()
    window.close()
    assert not thread.is_alive()


def test_status_tells_epochs_done_and_what_was_planned(qtbot: QtBot, window: MainWindow) -> None:
    window.session.run_epochs(31)
    window.transport.set_speed(None)
    qtbot.waitUntil(lambda: window.session.frame.epoch == 31, timeout=WAIT_MS)
    settle(qtbot, window)
    text = window.statusBar().text.text()
    assert text.startswith("31 epochs done (30 planned)  ·  step 1,395 (updates)  ·  batch 0 of 45")
    window.reset()
    qtbot.waitUntil(lambda: window.session.frame.step == 0, timeout=WAIT_MS)
    window.step_batch()
    qtbot.waitUntil(lambda: window.session.frame.step == 1, timeout=WAIT_MS)
    settle(qtbot, window)
    text = window.statusBar().text.text()
    assert text.startswith("0 of 30 epochs done  ·  step 1 of 1,395 (updates)  ·  batch 1 of 45")
    assert "(last batch)" in text
    assert "val. accuracy" in text
    assert "(359 samples, step 0)" in text


def test_view_menu_shows_what_is_behind_or_closed_and_closes_what_is_seen(
    qtbot: QtBot, window: MainWindow
) -> None:
    dock, mistakes = window.docks["view.function"], window.docks["view.mistakes"]

    def is_seen() -> bool:
        return not dock.visibleRegion().isEmpty()

    assert not dock.view_action.isChecked()
    assert mistakes.view_action.isChecked()
    dock.view_action.trigger()
    qtbot.waitUntil(is_seen)
    assert dock.view_action.isChecked()
    assert not mistakes.view_action.isChecked()
    dock.view_action.trigger()
    qtbot.waitUntil(lambda: dock.isHidden() and not dock.view_action.isChecked())
    dock.view_action.trigger()
    qtbot.waitUntil(is_seen)
    assert dock.view_action in window.findChild(QMenu, "menu.views").actions()


@pytest.mark.parametrize(
    ("screen", "size", "is_maximised"),
    [
        ((1366, 768), (1366, 768), True),  # the title bar would push the foot off the screen
        ((1440, 900), (1366, 768), False),
        ((1920, 1080), (1632, 918), False),
        ((1024, 600), (1024, 600), True),
    ],
)
def test_the_first_size_leaves_room_for_the_title_bar(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    screen: tuple[int, int],
    size: tuple[int, int],
    is_maximised: bool,
) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    monkeypatch.setattr(QScreen, "availableSize", lambda _: QSize(*screen))
    window.show_default_size()
    assert (window.width(), window.height()) == size
    assert bool(window.windowState() & Qt.WindowState.WindowMaximized) is is_maximised
    window.session.close()
