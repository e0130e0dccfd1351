"""The first page: what to begin with, what was used last, and all lessons with their pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QFont
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

from visualmlp.gui import recent, window_state
from visualmlp.gui.drop_hint import DropHint
from visualmlp.gui.icons import icon
from visualmlp.gui.lessons.card import LessonCard
from visualmlp.gui.lessons.card_grid import GAP, CardGrid
from visualmlp.gui.lessons.page_rows import PageRow, RecentRow
from visualmlp.gui.panels.notes import Note
from visualmlp.gui.recent import RecentFile
from visualmlp.lessons import Lesson

LARGEST = QSize(1400, 960)
"""Beyond this there would be nothing but empty space."""

SIDE_WIDTH, NARROW_SIDE = 290, 244
ROOM_FOR_SIDE = 1200
"""Width in pixels below which the side is narrow, so that three cards stand beside it."""

MOST_LEFT = 2
"""Of runs that nobody has saved, so many are listed; the bar in the window tells of them all."""


class StartPage(QDialog):
    """Begin something, go on with something, or choose a lesson.

    Parameters
    ----------
    lessons
        In their order.
    parent
        The window.
    left
        Files of runs that nobody has saved, the newest first.

    Signals
    -------
    lesson_chosen
        The Lesson of a card.
    file_wanted, data_wanted, drawing_wanted
        An experiment or run shall be opened, data of the user's own, or a digit drawn.
    recent_chosen, left_chosen
        The path of a file to open.
    dropped
        What was dropped on the page: Dropped.
    """

    lesson_chosen = pyqtSignal(object)
    file_wanted = pyqtSignal()
    data_wanted = pyqtSignal()
    drawing_wanted = pyqtSignal()
    recent_chosen = pyqtSignal(str)
    left_chosen = pyqtSignal(str)
    dropped = pyqtSignal(object)

    def __init__(
        self, lessons: Iterable[Lesson], parent: QWidget, left: Sequence[Path] = ()
    ) -> None:
        super().__init__(parent)
        self.setObjectName("start_page")
        self.setWindowTitle(self.tr("Start"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._cards = CardGrid(lessons)
        for card in self._cards.cards:
            card.clicked.connect(self._choose)
        self._cards.reached.connect(self._bring_into_view)
        self._scroll = _scroll_area(self._cards)
        self._files = QVBoxLayout()
        self._files.setSpacing(0)
        self._files.setContentsMargins(0, 0, 0, 0)
        self._at_start = QCheckBox(self.tr("Show this page at start"))
        self._at_start.setObjectName("start_page.at_start")
        self._at_start.setToolTip(self.tr("It is also in the menu Lessons"))
        self._at_start.setChecked(window_state.shows_start_page())
        self._at_start.toggled.connect(window_state.save_shows_start_page)
        self._arrange(left)
        self._list_recent()
        hint = DropHint(self)
        hint.dropped.connect(self.accept)
        hint.dropped.connect(self.dropped)
        self.resize(self.sizeHint())
        if self._cards.cards:
            self._cards.cards[0].setFocus()

    def sizeHint(self) -> QSize:
        """The whole window, but for a margin."""
        parent = self.parentWidget()
        return LARGEST.boundedTo(parent.size() - QSize(40, 48)) if parent else LARGEST

    # What is chosen

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

    def _draw(self) -> None:
        self.accept()
        self.drawing_wanted.emit()

    def _open_recent(self, file: RecentFile) -> None:
        self.accept()
        self.recent_chosen.emit(file.path)

    def _open_left(self, path: Path) -> None:
        self.accept()
        self.left_chosen.emit(str(path))

    def _forget(self, file: RecentFile) -> None:
        recent.forget(file.path)
        self._list_recent()

    def _bring_into_view(self, card: QWidget) -> None:
        self._scroll.ensureWidgetVisible(card, 0, GAP)

    # Layout

    def _arrange(self, left: Sequence[Path]) -> None:
        both = QHBoxLayout(self)
        both.setContentsMargins(20, 16, 12, 12)
        both.setSpacing(20)
        both.addLayout(self._side(left))
        both.addLayout(self._lessons(), 1)

    def _side(self, left: Sequence[Path]) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(6)
        side.addLayout(self._head())
        side.addSpacing(4)
        for row in self._openers():
            side.addWidget(row)
        side.addSpacing(8)
        side.addWidget(_heading(self.tr("Go on with"), 1.15))
        for row in self._left_rows(left):
            side.addWidget(row)
        files = QWidget()
        files.setLayout(self._files)
        area = _scroll_area(files)
        roomy = self.sizeHint().width() >= ROOM_FOR_SIDE
        area.setFixedWidth(SIDE_WIDTH if roomy else NARROW_SIDE)
        side.addWidget(area, 1)
        side.addWidget(self._at_start)
        return side

    def _head(self) -> QHBoxLayout:
        sign = QLabel()
        sign.setPixmap(icon("app").pixmap(40, 40))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(_heading("VisualMLP", 1.5))
        words.addWidget(_note(self.tr("Look into a network while it learns")))
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(sign)
        head.addLayout(words, 1)
        return head

    def _openers(self) -> list[PageRow]:
        draw = PageRow(
            "draw", "draw", self.tr("Draw a digit"), self.tr("and see a network read it")
        )
        draw.clicked.connect(self._draw)
        data = PageRow(
            "data", "data", self.tr("Open own data…"), self.tr("tables, pictures; or drop them")
        )
        data.clicked.connect(self._open_data)
        file = PageRow(
            "file", "open", self.tr("Open a run…"), self.tr("or an experiment, or a lesson")
        )
        file.clicked.connect(self._open_file)
        return [draw, data, file]

    def _left_rows(self, left: Sequence[Path]) -> list[PageRow]:
        rows = []
        for index, path in enumerate(left[:MOST_LEFT]):
            text = self.tr("from {}").format(_time_of(path))
            title = self.tr("A run that was not saved")
            row = PageRow(f"left.{index}", "warning", title, text, framed=False)
            row.clicked.connect(lambda _, path=path: self._open_left(path))
            rows.append(row)
        return rows

    def _list_recent(self) -> None:
        while item := self._files.takeAt(0):
            if widget := item.widget():
                widget.setParent(None)
                widget.deleteLater()
        files = recent.recent_files()
        for index, file in enumerate(files):
            row = RecentRow(index, file)
            row.chosen.connect(self._open_recent)
            row.removed.connect(self._forget)
            self._files.addWidget(row)
        if not files:
            text = self.tr("Runs and experiments that you open or save will be listed here.")
            self._files.addWidget(_note(text))
        self._files.addStretch()

    def _lessons(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(_heading(self.tr("Choose a lesson"), 1.4))
        words.addWidget(
            _note(self.tr("Each opens an experiment with a text that says what to do and see."))
        )
        head = QHBoxLayout()
        head.addLayout(words, 1)
        head.addWidget(self._closer(), 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        column.addWidget(self._scroll, 1)
        return column

    def _closer(self) -> QPushButton:
        close = QPushButton(self.tr("Close"))
        close.setObjectName("start_page.close")
        close.setAccessibleName(close.text())
        close.setToolTip(self.tr("Go to the window and its digits"))
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        return close


def _heading(text: str, size: float) -> QLabel:
    label = QLabel(text)
    font = QFont(label.font())
    font.setPointSizeF(size * font.pointSizeF())
    font.setBold(True)
    label.setFont(font)
    return label


def _note(text: str) -> Note:
    note = Note()
    note.setText(text)
    return note


def _scroll_area(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def _time_of(path: Path) -> str:
    try:
        return f"{datetime.fromtimestamp(path.stat().st_mtime):%Y-%m-%d %H:%M}"
    except OSError:
        return "?"
