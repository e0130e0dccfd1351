"""All keys on one page, menu by menu."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from visualmlp.gui.actions import ACTIONS, MENUS, keys, translated
from visualmlp.gui.widgets.picture import SHORTCUTS


class ShortcutList(QDialog):
    """Shortcuts of the menus and the layouts, and what keys do in pictures and lists.

    Parameters
    ----------
    layouts
        The actions that choose a layout.
    parent
        The window.
    """

    def __init__(self, layouts: Iterable[QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        self.setWindowTitle(self.tr("Shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._text = QTextBrowser()
        self._text.setObjectName("shortcuts.text")
        self._text.setAccessibleName(self.tr("Shortcuts"))
        self._text.setHtml(self._html(layouts))
        close = QPushButton(self.tr("Close"))
        close.setObjectName("shortcuts.close")
        close.setAccessibleName(self.tr("Close"))
        close.setToolTip(self.tr("Close this list"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(self._text)
        column.addLayout(foot)
        most = parent.height() - 40
        self.resize(600, min(720, max(most, 300)))

    def text(self) -> str:
        """All of it as plain text."""
        return self._text.toPlainText()

    def _html(self, layouts: Iterable[QAction]) -> str:
        parts = []
        for menu in MENUS:
            specs = [s for s in ACTIONS if s.menu.removeprefix("-") == menu and s.shortcuts]
            rows = [(translated(spec.text), keys(spec)) for spec in specs]
            if menu == "View":
                rows += [(self.tr("Layout {}").format(a.text()), _keys(a)) for a in layouts]
            parts.append(_table(translated(menu), rows))
        parts.append(_table(self.tr("Everywhere"), self._everywhere()))
        parts.append(_table(self.tr("In pictures, tables and lists"), self._in_pictures()))
        return "".join(parts)

    def _everywhere(self) -> list[tuple[str, str]]:
        return [
            (self.tr("Next control, control before"), "Tab, Shift+Tab"),
            (self.tr("Menus"), "F10, Alt+…"),
            (self.tr("At the tabs of a place: choose another view"), "← →"),
            (self.tr("In a field: take back what is being typed"), "Esc"),
            (self.tr("In a field with typing: undo that, otherwise the last edit"), "Ctrl+Z"),
        ]

    def _in_pictures(self) -> list[tuple[str, str]]:
        to_the_ends = self.tr("On the timeline: a step, an epoch, to the ends")
        return [
            (self.tr("Move the mark from value to value"), "← → ↑ ↓"),
            (self.tr("Pick what is marked, for all views"), "Enter"),
            (self.tr("Table of the picture's numbers"), SHORTCUTS["numbers"]),
            (self.tr("Copy the picture"), SHORTCUTS["copy"]),
            (self.tr("Menu of the picture: save, copy, table"), f"Menu, {SHORTCUTS['menu']}"),
            (to_the_ends, "← →, PgUp PgDn, Home End"),
        ]


def _keys(action: QAction) -> str:
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


def _table(title: str, rows: Iterable[tuple[str, str]]) -> str:
    lines = "".join(
        f"<tr><td width='340'>{escape(text.replace('&', ''))}</td><td>{escape(shown)}</td></tr>"
        for text, shown in rows
        if shown
    )
    return f"<h4>{escape(title)}</h4><table cellpadding='2'>{lines}</table>" if lines else ""
