"""The layout Inside on a small screen: everything is in sight at once."""

from collections.abc import Callable, Iterator

import pytest
from PyQt6.QtWidgets import QScrollArea, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from visualmlp.experiment import find_experiment
from visualmlp.gui.main_window import MainWindow

WAIT_MS = 20_000
SHOWN = ("network", "activations", "gradients", "weights", "health")


@pytest.fixture
def window(qtbot: QtBot, shown: Callable[..., QWidget]) -> Iterator[MainWindow]:
    window = shown(MainWindow(), 1366, 768)
    window.session.open(find_experiment("digits"))
    qtbot.waitUntil(lambda: window.session.frame is not None, timeout=WAIT_MS)
    window.use_layout("inside")
    qtbot.waitUntil(lambda: window.session.is_settled, timeout=WAIT_MS)
    yield window
    window.session.close()


@pytest.mark.parametrize("name", SHOWN)
def test_nothing_has_to_be_scrolled(window: MainWindow, name: str) -> None:
    view = window.session.views[name]
    assert isinstance(view, QWidget)
    assert not view.visibleRegion().isEmpty()
    for area in view.findChildren(QScrollArea):
        if area.isVisible():
            assert area.verticalScrollBar().maximum() == 0, area.accessibleName()
    for bar in view.findChildren(QTabBar):
        assert bar.tabRect(bar.count() - 1).right() < bar.width()
