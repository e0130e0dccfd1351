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
    QScrollArea,
    QTabBar,
    QTextBrowser,
    QToolBar,
    QWidget,
)

from visualmlp.gui.arrangement import tab_bars
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


def in_order(window: QMainWindow, docks: Iterable[AnyDock]) -> list[AnyDock]:
    """Docks that are open, as they stand: from left to right, from top to bottom, tab by tab."""
    found: list[AnyDock] = []
    opened = [dock for dock in docks if not dock.isHidden()]
    seen = (dock for dock in opened if not dock.visibleRegion().isEmpty())
    for front in sorted(seen, key=lambda dock: (dock.x(), dock.y())):
        place = {front, *window.tabifiedDockWidgets(front)}
        found += [dock for dock in opened if dock in place and dock not in found]
    return found


def controls(place: QWidget) -> list[QWidget]:
    """The widgets of a place that the Tab key would stop at, in the order of their making."""
    found = []
    widget = place.nextInFocusChain()
    while widget is not None and widget is not place:
        if place.isAncestorOf(widget) and _takes_focus(widget) and widget.isVisibleTo(place):
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def _takes_focus(widget: QWidget) -> bool:
    """As Qt sees it, but for the buttons that scroll tabs: the arrows choose tabs anyway."""
    by_key = widget.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
    scrolls = isinstance(widget.parent(), QTabBar)
    return by_key and widget.isEnabled() and widget.focusProxy() is None and not scrolls


def stops(window: QMainWindow, docks: Iterable[QDockWidget]) -> list[QWidget]:
    """Where the Tab key stops: place by place as they stand, each behind the tabs of its docks.

    Qt's own order is that of making, and gives the focus to all that is behind tabs on the way.
    """
    places = _places(window, docks)
    found: dict[int, list[QWidget]] = {}
    for widget in controls(window):
        place = next((i for i, one in enumerate(places) if _stands_in(widget, one)), None)
        if place is not None:
            found.setdefault(place, []).append(widget)
    return [widget for place in sorted(found) for widget in found[place]]


def _places(window: QMainWindow, docks: Iterable[QDockWidget]) -> list[QWidget]:
    """The head of the window, its docks in front, and the bars at its foot, with their tabs."""
    fronts = [
        dock
        for dock in in_order(window, docks)
        if not dock.isFloating() and not dock.visibleRegion().isEmpty()
    ]
    tabs = {bar.tabText(bar.currentIndex()): bar for bar in tab_bars(window) if bar.isVisible()}
    head = window.menuWidget()
    places: list[QWidget] = [head] if head else []
    for dock in fronts:
        if bar := tabs.get(dock.windowTitle()):
            places.append(bar)
        places.append(dock)
    only_direct = Qt.FindChildOption.FindDirectChildrenOnly
    return [*places, *sorted(window.findChildren(QToolBar, options=only_direct), key=QToolBar.y)]


def _stands_in(widget: QWidget, place: QWidget) -> bool:
    return widget is place or place.isAncestorOf(widget)


def next_stop(
    window: QMainWindow, docks: Iterable[QDockWidget], *, forward: bool
) -> QWidget | None:
    """The widget that Tab, or Shift+Tab, goes to."""
    places = stops(window, docks)
    if not places:
        return None
    focused = start = QApplication.focusWidget()
    while start not in places:  # in a place that is reached with the mouse only
        start = start.nextInFocusChain() if start and start is not window else places[0]
    if start is not focused and forward:
        return start
    return places[(places.index(start) + (1 if forward else -1)) % len(places)]


def bring_into_sight(widget: QWidget) -> None:
    """Scroll the areas that a widget stands in."""
    inside = widget.parentWidget()
    while inside is not None:
        if isinstance(inside, QScrollArea):
            inside.ensureWidgetVisible(widget, 0, 12)
        inside = inside.parentWidget()


def hide_empty_tab_bars(window: QMainWindow) -> None:
    """Qt keeps the bars of places that are gone for later; some of them stay on the screen."""
    for tabs in tab_bars(window):
        if tabs.count() < 2:
            tabs.hide()


def make_tabs_reachable(window: QMainWindow) -> None:
    """Let the Tab key stop at the tabs of docks, where the arrows choose one."""
    for tabs in tab_bars(window):
        in_use = tabs.count() > 1
        tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus if in_use else Qt.FocusPolicy.NoFocus)
        tabs.setAccessibleName(window.tr("Views and panels in this place"))
        tabs.setElideMode(Qt.TextElideMode.ElideNone)  # a name of one letter tells nobody anything
        tabs.setUsesScrollButtons(True)
