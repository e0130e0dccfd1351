"""What the keyboard does in the window besides its shortcuts."""

from __future__ import annotations

from collections.abc import Iterable

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


def make_tabs_reachable(window: QMainWindow) -> None:
    """Let the Tab key stop at the tabs of docks, where the arrows choose one."""
    for tabs in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
        in_use = tabs.count() > 1
        tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus if in_use else Qt.FocusPolicy.NoFocus)
        tabs.setAccessibleName(window.tr("Views and panels in this place"))
