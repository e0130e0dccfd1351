"""Named layouts: every dock has a place, whatever views there are."""

from collections.abc import Callable

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDockWidget, QLabel, QMainWindow, QTabBar

from visualmlp.errors import UnknownNameError
from visualmlp.gui import layouts
from visualmlp.gui.arrangement import LESSON, PANELS, _all_names, arrange
from visualmlp.gui.views import VIEWS

OLD = ("curves", "weights", "activations", "mistakes", "function", "inspector")
NEW = ("data", "layers", "predictions", "maths", "graph", "gradient_check", "loss_slice")
NEWEST = ("draw", "network", "gradients", "landscape", "embedding", "health", "forgetting")
SIZE = (1366, 768)

FRONT = {
    "watch": {"view.curves", "view.weights", "view.mistakes", "view.inspector"},
    "mistakes": {"view.mistakes", "view.inspector"},
    "inside": {"view.activations", "view.weights"},
    "maths": {"view.inspector"},
    "compare": {"view.inspector"},
    "2-d": {"view.function", "view.curves"},
    "pictures": {"view.inspector"},
}
"""What is seen at once, whatever other views there are."""


@pytest.fixture
def window(shown: Callable[..., QMainWindow]) -> QMainWindow:
    window = QMainWindow()
    window.setDockNestingEnabled(True)
    return shown(window, *SIZE)


def docks_of(window: QMainWindow, views: tuple[str, ...]) -> dict[str, QDockWidget]:
    names = [LESSON, *PANELS, *(f"view.{name}" for name in views)]
    docks = {}
    for name in names:
        docks[name] = QDockWidget(name, window)
        docks[name].setObjectName(name)
        docks[name].setWidget(QLabel(name))
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, docks[name])
    return docks


def seen(docks: dict[str, QDockWidget]) -> set[str]:
    return {name for name, dock in docks.items() if not dock.visibleRegion().isEmpty()}


@pytest.mark.parametrize(
    "views", [OLD, (*OLD, *NEW), (*OLD, *NEW, *NEWEST, "activation_functions", "other")]
)
@pytest.mark.parametrize("name", layouts.LAYOUTS)
def test_every_dock_has_a_place_or_waits_behind_a_tab(
    qtbot, window: QMainWindow, name: str, views: tuple[str, ...]
) -> None:
    docks = docks_of(window, views)
    for lesson in (False, True, False):
        arrange(window, docks, layouts.find_layout(name), lesson=lesson)
        qtbot.wait(10)
        assert (window.width(), window.height()) == SIZE
        assert (LESSON in seen(docks)) is lesson
        assert ("panel.data" in seen(docks)) is not lesson
        assert FRONT[name] <= seen(docks)
    for dock in docks.values():
        dock.show()
        dock.raise_()
        qtbot.waitUntil(lambda dock=dock: not dock.visibleRegion().isEmpty())


def test_default_shows_what_it_did_before_there_were_layouts(qtbot, window: QMainWindow) -> None:
    docks = docks_of(window, (*OLD, *NEW))
    arrange(window, docks, layouts.find_layout("default"))
    qtbot.wait(10)
    front = {"panel.data", "view.curves", "view.weights", "view.mistakes", "view.inspector"}
    assert seen(docks) == front
    assert docks["view.maths"].isHidden()
    assert not docks["view.predictions"].isHidden()


def test_the_lesson_has_room_to_be_read(qtbot, window: QMainWindow) -> None:
    docks = docks_of(window, (*OLD, *NEW))
    for name in layouts.LAYOUTS:
        arrange(window, docks, layouts.find_layout(name), lesson=True)
        qtbot.wait(10)
        assert 320 <= docks[LESSON].width() <= 420


def test_layouts_name_views_that_there_are_or_will_be() -> None:
    named = {
        name.removeprefix("view.")
        for layout in layouts.LAYOUTS.values()
        for name in _all_names(layout.place)
        if name.startswith("view.")
    }
    assert set(OLD) <= named
    assert named <= {*OLD, *NEW, *NEWEST, *VIEWS}


def test_an_unknown_layout_is_an_error() -> None:
    with pytest.raises(UnknownNameError, match="unknown layout 'wach': did you mean 'watch'"):
        layouts.find_layout("wach")


def test_tabs_show_at_once_after_a_change(qtbot, window: QMainWindow) -> None:
    docks = docks_of(window, (*OLD, *NEW))
    for name in ("watch", "maths", "maths", "pictures"):
        arrange(window, docks, layouts.find_layout(name), lesson=True)
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        tabs = [bar for bar in window.findChildren(QTabBar, options=direct) if bar.count() > 1]
        assert len(tabs) >= 3
        assert all(bar.isVisible() for bar in tabs)


@pytest.mark.parametrize(("width", "height"), [(3840, 2160), (1920, 1080), (1024, 700)])
@pytest.mark.parametrize("name", layouts.LAYOUTS)
def test_the_whole_window_is_filled_and_panels_stay_narrow(
    qtbot, window: QMainWindow, name: str, width: int, height: int
) -> None:
    docks = docks_of(window, (*OLD, *NEW, *NEWEST))
    window.resize(width, height)
    arrange(window, docks, layouts.find_layout(name))
    qtbot.wait(10)
    assert (window.width(), window.height()) == (width, height)
    panels = docks["panel.data"]
    assert 200 <= panels.width() <= 382
    shown = [docks[key] for key in seen(docks)]
    assert max(dock.geometry().right() for dock in shown) >= width - 2
    assert max(dock.geometry().bottom() for dock in shown) >= height - 40  # tabs


def test_no_empty_tab_bar_is_left(qtbot, window: QMainWindow) -> None:
    docks = docks_of(window, (*OLD, *NEW, *NEWEST))
    for name in (*layouts.LAYOUTS, *layouts.LAYOUTS):
        arrange(window, docks, layouts.find_layout(name))
        qtbot.wait(10)
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        bars = [bar for bar in window.findChildren(QTabBar, options=direct) if bar.isVisible()]
        assert all(bar.count() > 1 for bar in bars)
