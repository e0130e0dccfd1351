"""The page of all lessons, with pictures, shown when the program starts."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt6.QtCore import QPoint, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QResizeEvent
from PyQt6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from visualmlp.gui import window_state
from visualmlp.gui.lessons.card import ARROWS, HEIGHT, WIDTH, LessonCard
from visualmlp.lessons import Lesson

GAP = 12
COLUMNS = 4
"""As many as stand beside each other where there is room."""

ROWS_SHOWN = 3
"""Where there is room; the others scroll."""


class StartPage(QDialog):
    """A card for each lesson; the arrows go from one to the other.

    Parameters
    ----------
    lessons
        In their order.
    parent
        The window.

    Signals
    -------
    lesson_chosen
        The Lesson of a card.
    file_wanted, data_wanted
        An experiment or run shall be opened, or data of the user's own.
    """

    lesson_chosen = pyqtSignal(object)
    file_wanted = pyqtSignal()
    data_wanted = pyqtSignal()

    def __init__(self, lessons: Iterable[Lesson], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("start_page")
        self.setWindowTitle(self.tr("Start"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._cards = _CardGrid(lessons)
        for card in self._cards.cards:
            card.clicked.connect(self._choose)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._cards)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._cards.reached.connect(self._bring_into_view)
        self._at_start = QCheckBox(self.tr("Show this page at start"))
        self._at_start.setObjectName("start_page.at_start")
        self._at_start.setToolTip(self.tr("It is also in the menu Lessons"))
        self._at_start.setChecked(window_state.shows_start_page())
        self._at_start.toggled.connect(window_state.save_shows_start_page)
        self._arrange()
        self.resize(self.sizeHint())
        if self._cards.cards:
            self._cards.cards[0].setFocus()

    def sizeHint(self) -> QSize:
        """Room for the columns, and for rows enough, in the window."""
        bar = 24
        width = COLUMNS * (WIDTH + GAP) + GAP + bar
        height = round(ROWS_SHOWN * (HEIGHT + GAP)) + 120
        parent = self.parentWidget()
        most = parent.size() if parent else QSize(width, height)
        return QSize(min(width, most.width()), min(height, most.height() - 40))

    def _choose(self) -> None:
        card = self.sender()
        if isinstance(card, LessonCard):
            self.accept()
            self.lesson_chosen.emit(card.lesson)

    def _open_file(self) -> None:
        self.accept()
        self.file_wanted.emit()

    def _open_data(self) -> None:
        self.accept()
        self.data_wanted.emit()

    def _bring_into_view(self, card: QWidget) -> None:
        self._scroll.ensureWidgetVisible(card, 0, GAP)

    # Layout

    def _arrange(self) -> None:
        title = QLabel(self.tr("Choose a lesson"))
        font = title.font()
        font.setPointSizeF(1.4 * font.pointSizeF())
        font.setBold(True)
        title.setFont(font)
        text = QLabel(self.tr("Each opens an experiment with a text that says what to do and see."))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(title)
        words.addWidget(text)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addLayout(words, 1)
        for button in self._openers():
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        foot = QHBoxLayout()
        foot.addWidget(self._at_start)
        foot.addStretch()
        foot.addWidget(self._closer())
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP + 4, GAP, GAP, GAP)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._scroll, 1)
        column.addLayout(foot)

    def _openers(self) -> tuple[QPushButton, QPushButton]:
        data = _button("data", self.tr("Open own data…"), self.tr("Open data of your own"))
        data.clicked.connect(self._open_data)
        file = _button(
            "file", self.tr("Open a run…"), self.tr("Open an experiment, a run or a lesson")
        )
        file.clicked.connect(self._open_file)
        return data, file

    def _closer(self) -> QPushButton:
        close = _button("close", self.tr("Close"), self.tr("Go to the window and its digits"))
        close.clicked.connect(self.reject)
        return close


def _button(name: str, text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(f"start_page.{name}")
    button.setAccessibleName(text)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    return button


class _CardGrid(QWidget):
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
        return max((self.width() + GAP) // (WIDTH + GAP), 1)

    def _place(self) -> None:
        columns = self._n_columns()
        for i, card in enumerate(self.cards):
            row, column = divmod(i, columns)
            card.move(QPoint(column * (WIDTH + GAP), row * (HEIGHT + GAP)))
        rows = -(-len(self.cards) // columns)
        self.setMinimumSize(WIDTH, rows * (HEIGHT + GAP))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self._place()
