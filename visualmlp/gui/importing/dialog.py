"""The dialog in which data of the user's own are looked at and opened."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from visualmlp.experiment import Experiment
from visualmlp.gui.drop_hint import DropHint
from visualmlp.gui.dropped import Dropped
from visualmlp.gui.file_dialogs import ask_folder, ask_open
from visualmlp.gui.importing.array_page import ArrayPage
from visualmlp.gui.importing.draft import Draft
from visualmlp.gui.importing.looks import SEEN_BY, Look, look_at
from visualmlp.gui.importing.page import Page
from visualmlp.gui.importing.picture_page import PicturePage
from visualmlp.gui.importing.source_bar import SourceBar
from visualmlp.gui.importing.table_page import TablePage
from visualmlp.gui.own_data import DATA_FILES, on_data
from visualmlp.gui.panels.notes import Caution, Note
from visualmlp.gui.session import Session
from visualmlp.gui.views.long_work import LongWork
from visualmlp.gui.widgets.labels import bold_font

LARGEST, SMALLEST = QSize(1240, 820), QSize(720, 460)
NOTES_HEIGHT = 76
MOST_NOTES = 30


class ImportDialog(QDialog):
    """Shows data before they are opened, with all that can be set about them.

    Nothing changes before Open is pressed.

    Parameters
    ----------
    session
        Tells whether training runs meanwhile.
    experiment
        To begin with; its data section names a file or folder.
    parent
        The window.
    is_new
        Whether these data were chosen just now, so that settings may be proposed.
    look
        What is seen of them, if somebody has looked already.

    Signals
    -------
    chosen
        The Experiment on the data as they were set.
    """

    chosen = pyqtSignal(object)

    def __init__(
        self,
        session: Session,
        experiment: Experiment,
        parent: QWidget,
        *,
        is_new: bool = True,
        look: Look | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("import")
        self.setWindowTitle(self.tr("Open data"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.draft = Draft(experiment, self, is_new=is_new)
        self._seen: tuple[object, ...] = ()
        self._look: Look | None = None
        self._base = session.experiment
        self._work = LongWork(session, self)
        self._work.done.connect(self._take_look)
        self._work.failed.connect(self._fail)
        self.pages: dict[str, Page] = {
            "csv": TablePage(self.draft),
            "pictures": PicturePage(self.draft),
            "arrays": ArrayPage(self.draft),
            "idx": ArrayPage(self.draft),
        }
        self._make_widgets()
        self._arrange()
        self.draft.experiment_changed.connect(self._follow)
        hint = DropHint(self)
        hint.dropped.connect(self._begin_with)
        self.resize(self.sizeHint())
        self._show_source()
        if look is not None:
            self._seen = self._seen_by()
            self._take_look(look)
        else:
            self._follow()

    @property
    def page(self) -> Page:
        """The page of the source."""
        return self.pages[self.draft.data.source]

    @property
    def is_busy(self) -> bool:
        """Whether the data are being looked at."""
        return self._work.is_busy

    def sizeHint(self) -> QSize:
        """The whole window, but for a margin."""
        parent = self.parentWidget()
        wanted = LARGEST.boundedTo(parent.size() - QSize(40, 48)) if parent else LARGEST
        return wanted.expandedTo(SMALLEST)

    # Look

    def _seen_by(self) -> tuple[object, ...]:
        """What decides what is seen of the data."""
        data = self.draft.data
        return (data.source, *(getattr(data, name) for name in SEEN_BY[data.source]))

    def _follow(self) -> None:
        """The draft has changed."""
        seen = self._seen_by()
        if seen != self._seen:
            same_place = self._seen[:2] == seen[:2]
            self._seen = seen
            self._show_source()
            self._begin_look(self._look if same_place else None)
        elif not self._work.is_busy:
            self.page.refresh()
        self._tell()

    def _begin_look(self, previous: Look | None) -> None:
        source, settings = self.draft.data.source, self.draft.settings
        name = Path(settings.path).name
        self._work.start(
            self.tr("Reading {}…").format(name),
            lambda report: look_at(source, settings, previous, report),
        )

    def _take_look(self, look: Look) -> None:
        self._look = look
        self._trouble.say("")
        self._left.setCurrentWidget(self.page)
        self.page.show_look(look)
        self._tell()

    def _fail(self, reason: str) -> None:
        self._look = None
        self.page.forget_look()
        self._left.setCurrentWidget(self._nothing)
        self._trouble.say(reason)
        self._tell()

    # What is told

    def _show_source(self) -> None:
        data = self.draft.data
        self.bar.show_source(data.path, data.source)
        self._left.setCurrentWidget(self.page if self._look else self._nothing)
        self._right.setCurrentWidget(self.page.side)

    def _tell(self) -> None:
        """Say what would be learnt, or why that cannot be."""
        page, is_there = self.page, self._look is not None
        busy = self._work.is_busy
        problem = page.problem if is_there else ""
        self._waiting.setVisible(busy and not is_there)
        self._problem.say(problem)
        self._summary.setText(page.summary if is_there and not problem else "")
        notes = list(page.notes[:MOST_NOTES]) if is_there else []
        if is_there and len(page.notes) > MOST_NOTES:
            notes.append(self.tr("… and {} more").format(len(page.notes) - MOST_NOTES))
        self._notes.setText("\n".join(f"• {note}" for note in notes))
        self._notes_area.setVisible(bool(notes))
        self._fit_notes()
        self._open.setEnabled(is_there and not problem and not busy)

    def _fit_notes(self) -> None:
        """As high as the notes need, within reason."""
        wanted = self._notes.heightForWidth(max(self._left.width() - 20, 100))
        self._notes.setMinimumHeight(max(wanted, 1))
        self._notes_area.setFixedHeight(min(max(wanted, 1), NOTES_HEIGHT))

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        super().resizeEvent(a0)
        self._fit_notes()

    # What is chosen

    def _choose_file(self) -> None:
        if path := ask_open(self, self.tr("Open a table, arrays or IDX files"), DATA_FILES):
            self._begin_with(Dropped("data", "", path))

    def _choose_folder(self) -> None:
        if path := ask_folder(self, self.tr("Open a folder of pictures or of IDX files")):
            self._begin_with(Dropped("data", "", path))

    def _begin_with(self, dropped: Dropped) -> None:
        """Look at other data, if that is what was dropped here or chosen."""
        if dropped.kind == "data":
            self._look = None
            self.draft.begin(on_data(self._base, dropped.path, dropped.test_path, dropped.source))
        else:
            self._problem.say(dropped.text)

    def _read_as(self, source: str) -> None:
        if source != self.draft.data.source:
            self._look = None
            self.draft.set_data(source=source)

    def accept(self) -> None:
        """Give the experiment away and close."""
        if self._open.isEnabled():
            self.chosen.emit(self.page.final_experiment())
            super().accept()

    def done(self, a0: int) -> None:
        self._work.cancel()
        super().done(a0)

    # Layout

    def _make_widgets(self) -> None:
        self.bar = SourceBar()
        self.bar.file_wanted.connect(self._choose_file)
        self.bar.folder_wanted.connect(self._choose_folder)
        self.bar.source_chosen.connect(self._read_as)
        self._nothing = QWidget()
        self._trouble = Caution()
        self._trouble.setObjectName("import.trouble")
        self._trouble.setFont(self.font())
        self._waiting = Note()
        self._waiting.setText(self.tr("Reading…"))
        inside = QVBoxLayout(self._nothing)
        inside.addWidget(self._trouble)
        inside.addWidget(self._waiting)
        inside.addStretch(1)
        self._left, self._right = QStackedWidget(), QStackedWidget()
        self._left.addWidget(self._nothing)
        for page in self.pages.values():
            self._left.addWidget(page)
            self._right.addWidget(page.side)
        self._problem = Caution()
        self._problem.setObjectName("import.problem")
        self._problem.setFont(self.font())
        self._summary = QLabel()
        self._summary.setObjectName("import.summary")
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self._summary.setWordWrap(True)
        self._summary.setFont(bold_font(self._summary.font()))
        self._notes = Note()
        self._notes.setObjectName("import.notes")
        self._notes.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._notes_area = _notes_area(self._notes)
        self._open = _button("open", self.tr("Open"), self.tr("Start a new run on these data"))
        self._open.setDefault(True)
        self._open.clicked.connect(self.accept)
        self._cancel = _button("cancel", self.tr("Cancel"), self.tr("Leave everything as it is"))
        self._cancel.clicked.connect(self.reject)

    def _arrange(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(10)
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addWidget(self._left, 1)
        for widget in (self._problem, self._summary, self._notes_area):
            left.addWidget(widget)
        middle.addLayout(left, 1)
        middle.addWidget(self._right)
        self._right.setFixedWidth(self.page.side.width())
        buttons = QHBoxLayout()
        buttons.addWidget(self._work.line, 1)
        buttons.addStretch()
        buttons.addWidget(self._open)
        buttons.addWidget(self._cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        column.addWidget(self.bar)
        column.addLayout(middle, 1)
        column.addLayout(buttons)


def _notes_area(notes: Note) -> QScrollArea:
    area = QScrollArea()
    area.setObjectName("import.notes_area")
    area.setAccessibleName(notes.tr("What to know besides"))
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(notes)
    return area


def _button(name: str, text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(f"import.{name}")
    button.setAccessibleName(text)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    return button
