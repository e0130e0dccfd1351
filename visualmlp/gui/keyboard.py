"""What the keyboard does in the window besides its shortcuts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLineEdit,
    QMainWindow,
    QTabBar,
    QTextBrowser,
    QWidget,
)

from visualmlp.gui.widgets.drawing import Drawing

AnyDock = TypeVar("AnyDock", bound=QDockWidget)

INPUTS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QTabBar,
    QTextBrowser,
    Drawing,
)
"""Widgets that use keys themselves: while one has the focus, Space and arrows are its own."""

OWN_KEYS = {Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End}


def belongs_to_input(event: QEvent | None) -> bool:
    """Whether a key that is also a shortcut means the widget in focus."""
    return (
        isinstance(event, QKeyEvent)
        and event.type() == QEvent.Type.ShortcutOverride
        and event.key() in OWN_KEYS
        and event.modifiers() == Qt.KeyboardModifier.NoModifier
        and isinstance(QApplication.focusWidget(), INPUTS)
    )


def is_behind(widget: QWidget | None, docks: Iterable[QDockWidget]) -> bool:
    """Whether a widget stands behind another dock's tab: Qt takes it for visible."""
    return any(dock.isAncestorOf(widget) and dock.visibleRegion().isEmpty() for dock in docks)


def in_order(window: QMainWindow, docks: Iterable[AnyDock]) -> list[AnyDock]:
    """Docks that are open, as they stand: from left to right, from top to bottom, tab by tab."""
    found: list[AnyDock] = []
    opened = [dock for dock in docks if not dock.isHidden()]
    seen = (dock for dock in opened if not dock.visibleRegion().isEmpty())
    for front in sorted(seen, key=lambda dock: (dock.x(), dock.y())):
        place = {front, *window.tabifiedDockWidgets(front)}
        found += [dock for dock in opened if dock in place and dock not in found]
    return found


def first_control(place: QWidget) -> QWidget | None:
    """The first widget of a place that the Tab key would stop at."""
    widget = place.nextInFocusChain()
    while widget is not None and widget is not place:
        takes_focus = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isEnabled()
        if takes_focus and place.isAncestorOf(widget) and widget.isVisibleTo(place):
            return widget
        widget = widget.nextInFocusChain()
    return None


def hide_empty_tab_bars(window: QMainWindow) -> None:
    """Qt keeps the bars of places that are gone for later; some of them stay on the screen."""
    for tabs in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if tabs.count() < 2:
            tabs.hide()


def make_tabs_reachable(window: QMainWindow) -> None:
    """Let the Tab key stop at the tabs of docks, where the arrows choose one."""
    for tabs in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
        in_use = tabs.count() > 1
        tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus if in_use else Qt.FocusPolicy.NoFocus)
        tabs.setAccessibleName(window.tr("Views and panels in this place"))
        tabs.setElideMode(Qt.TextElideMode.ElideNone)  # a name of one letter tells nobody anything
        tabs.setUsesScrollButtons(True)
