"""A dock whose title shows once: on its tab where it has one, above it otherwise."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtGui import QAction, QCursor
from PyQt6.QtWidgets import QAbstractButton, QDockWidget, QMainWindow, QWidget

from visualmlp.gui.icons import icon

BUTTONS = {"qt_dockwidget_floatbutton": "float", "qt_dockwidget_closebutton": "close"}
"""Qt's names of the buttons in the title bar, and our icons: Qt's own fade on a dark ground."""


BUTTON_FROM_EDGE, TITLE_HEIGHT = 28, 20
"""Pixels, roughly, from the button that floats a dock to its right edge, and of its title."""


class Dock(QDockWidget):
    """A panel or a view that can be moved, closed and restored.

    Parameters
    ----------
    name
        Its identifier, such as "view.curves".
    title
        What its title or its tab says.
    content
        What stands in it.
    window
        The window that it belongs to.
    """

    def __init__(self, name: str, title: str, content: QWidget, window: QMainWindow) -> None:
        super().__init__(title, window)
        self.setObjectName(f"dock.{name}")
        self.setWidget(content)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # where it holds nothing else that takes it
        self._no_title = QWidget()
        self._draw_buttons()
        self.view_action = QAction(title, self)
        self.view_action.setCheckable(True)
        self.view_action.setToolTip(self.tr("Show {}, or close it").format(title))
        self.view_action.triggered.connect(self._show_or_close)
        self.visibilityChanged.connect(self.view_action.setChecked)
        self.topLevelChanged.connect(self._settle)

    def _show_or_close(self) -> None:
        """Close what is seen; show what is closed or behind another's tab."""
        if not self.isHidden() and not self.visibleRegion().isEmpty():
            self.close()
        else:
            self.show()
            self.raise_()

    def _settle(self, floats: bool) -> None:
        """Float below the mouse, and leave the keyboard to no control: Space would press it."""
        if not self.isVisible():
            return
        if floats and not self.testAttribute(Qt.WidgetAttribute.WA_Moved):  # Qt has no place for it
            self.move(QCursor.pos() - QPoint(self.width() - BUTTON_FROM_EDGE, TITLE_HEIGHT // 2))
        self.setFocus()
        if window := self.parentWidget():
            window.setFocus()  # either is active now, and only there this has an effect

    def show_title_once(self) -> None:
        """Hide the title bar while the dock shares its place with others, which gives it a tab."""
        window = self.parent()
        assert isinstance(window, QMainWindow)
        has_tab = not self.isFloating() and bool(window.tabifiedDockWidgets(self))
        if has_tab != (self.titleBarWidget() is self._no_title):
            self.setTitleBarWidget(self._no_title if has_tab else None)

    def changeEvent(self, event: QEvent | None) -> None:
        """Draw the buttons again: with another look Qt draws its own."""
        super().changeEvent(event)
        if event and event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._draw_buttons()

    def _draw_buttons(self) -> None:
        for name, sign in BUTTONS.items():
            if button := self.findChild(QAbstractButton, name):
                button.setIcon(icon(sign))
