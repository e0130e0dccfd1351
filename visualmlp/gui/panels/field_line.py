"""The line of text in an editor."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt6.QtCore import QEvent, QObject, QRect, Qt
from PyQt6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PyQt6.QtWidgets import QCompleter, QLineEdit, QStyle, QStyleOptionFrame, QWidget

from visualmlp.gui import theme

Undo, Redo = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo


class FieldLine(QLineEdit):
    """A line with the unit of its number at its right end, if there is room.

    Undo and redo keys go to the window unless there is typing to take back here.

    Parameters
    ----------
    unit
        Text to show; it is no part of what is edited.
    """

    def __init__(self, unit: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit = unit

    def event(self, event: QEvent | None) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and self._leaves_to_window(event)
        ):
            event.ignore()
            return False
        return super().event(event)

    def _leaves_to_window(self, event: QKeyEvent) -> bool:
        if event.matches(Undo):
            return not self.isUndoAvailable()
        return event.matches(Redo) and not self.isRedoAvailable()

    def unit_area(self) -> QRect:
        """Where the unit is painted; empty if the text leaves no room."""
        metrics = self.fontMetrics()
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        style = self.style()
        assert style is not None
        inside = style.subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        inside.adjust(0, 0, -4, 0)
        width = metrics.horizontalAdvance(self._unit)
        if metrics.horizontalAdvance(self.text()) + width + 12 > inside.width():
            return QRect()
        inside.setLeft(inside.right() - width)
        return inside

    def paintEvent(self, event: QPaintEvent | None) -> None:
        super().paintEvent(event)
        if self._unit and not (area := self.unit_area()).isEmpty():
            painter = QPainter(self)
            painter.setPen(QColor(theme.current().muted))
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, self._unit)


class ListCompleter(QCompleter):
    """Completes, behind the cursor, the last of the names that have commas between them.

    Shorter names go first, so that one that is complete is not taken for the start of another.
    """

    def __init__(self, names: Iterable[str], parent: QObject) -> None:
        shortest_first: list[str | None] = [*sorted(names, key=len)]
        super().__init__(shortest_first, parent)
        self.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._before = ""

    def splitPath(self, path: str | None) -> list[str]:
        before, comma, last = (path or "").rpartition(",")
        self._before = f"{before}{comma} " if comma else ""
        return [last.strip()]

    def pathFromIndex(self, index) -> str:  # type: ignore[no-untyped-def]
        return self._before + super().pathFromIndex(index)
