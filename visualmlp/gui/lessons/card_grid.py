"""The cards of the lessons, in as many columns as there is room for."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt6.QtCore import QRect, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QResizeEvent
from PyQt6.QtWidgets import QWidget

from visualmlp.gui.lessons.card import ARROWS, HEIGHT, LEAST_WIDTH, LessonCard
from visualmlp.lessons import Lesson

GAP = 12


class CardGrid(QWidget):
    """Cards in rows, as many beside each other as there is room for.

    Signals
    -------
    reached
        The card that an arrow key led to.
    """

    reached = pyqtSignal(object)

    def __init__(self, lessons: Iterable[Lesson]) -> None:
        super().__init__()
        self.cards = [LessonCard(lesson, self) for lesson in lessons]
        self._place()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Go from card to card with the arrows."""
        if event is None or event.key() not in ARROWS:
            super().keyPressEvent(event)
        elif card := self._neighbour(*ARROWS[Qt.Key(event.key())]):
            card.setFocus()
            self.reached.emit(card)

    def _neighbour(self, dx: int, dy: int) -> LessonCard | None:
        focused = next((i for i, card in enumerate(self.cards) if card.hasFocus()), 0)
        index = focused + dx + dy * self._n_columns()
        return self.cards[index] if 0 <= index < len(self.cards) else None

    def _n_columns(self) -> int:
        return max((self.width() + GAP) // (LEAST_WIDTH + GAP), 1)

    def _place(self) -> None:
        columns = self._n_columns()
        step = (self.width() + GAP) // columns
        for i, card in enumerate(self.cards):
            row, column = divmod(i, columns)
            card.setGeometry(QRect(column * step, row * (HEIGHT + GAP), step - GAP, HEIGHT))
        rows = -(-len(self.cards) // columns)
        self.setMinimumSize(LEAST_WIDTH, rows * (HEIGHT + GAP))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self._place()
