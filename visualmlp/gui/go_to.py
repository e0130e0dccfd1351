"""A quick way to any view, panel, layout or lesson: a few letters of its name, and Enter."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PyQt6.QtCore import QEvent, QObject, Qt, QTimer
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

UP_AND_DOWN = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


@dataclass(frozen=True, slots=True)
class Place:
    """Something to go to.

    Attributes
    ----------
    title, kind
        Its name and what it is, as the list shows them.
    go
        Goes there.
    """

    title: str
    kind: str
    go: Callable[[], None]


class GoTo(QDialog):
    """A line to type in, and the places that have all of its words in their names.

    Parameters
    ----------
    places
        In the order in which they are listed.
    parent
        The window.
    """

    def __init__(self, places: Iterable[Place], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("go_to")
        self.setWindowTitle(self.tr("Go to…"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._places = tuple(places)
        self.line = QLineEdit()
        self.line.setObjectName("go_to.line")
        self.line.setPlaceholderText(self.tr("View, panel, layout or lesson"))
        self.line.setAccessibleName(self.tr("Name of a view, a panel, a layout or a lesson"))
        self.line.setToolTip(self.tr("Some letters of the name; the arrows choose, Enter goes"))
        self.line.textChanged.connect(self._filter)
        self.line.returnPressed.connect(self._go)
        self.line.installEventFilter(self)
        self.list = QListWidget()
        self.list.setObjectName("go_to.list")
        self.list.setAccessibleName(self.tr("Where to go"))
        self.list.setToolTip(self.tr("Enter or a click goes there"))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(self._go)
        column = QVBoxLayout(self)
        column.addWidget(self.line)
        column.addWidget(self.list)
        self.resize(420, min(460, max(parent.height() - 80, 200)))
        self._filter("")

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Let the arrows move in the list while the line has the focus."""
        is_key = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if is_key and isinstance(event, QKeyEvent) and event.key() in UP_AND_DOWN:
            self.list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def _filter(self, typed: str) -> None:
        self.list.clear()
        words = typed.casefold().split()
        fitting = [p for p in self._places if all(w in _whole(p) for w in words)]
        for place in sorted(fitting, key=lambda place: _rank(place, typed.casefold().strip())):
            item = QListWidgetItem(f"{place.title}   ·   {place.kind}")
            item.setData(Qt.ItemDataRole.UserRole, self._places.index(place))
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _go(self) -> None:
        if item := self.list.currentItem():
            place = self._places[item.data(Qt.ItemDataRole.UserRole)]
            self.accept()
            QTimer.singleShot(0, place.go)  # when the focus is back in the window


def _whole(place: Place) -> str:
    return f"{place.title} {place.kind}".casefold()


def _rank(place: Place, typed: str) -> int:
    """Names that begin with what is typed go first, then those with a word that does."""
    title = place.title.casefold()
    if title.startswith(typed):
        return 0
    return 1 if any(word.startswith(typed) for word in title.split()) else 2
