"""What the window opens and saves: by menu, by the start page, by drag and drop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from visualmlp.data import Source
from visualmlp.errors import VisualMLPError
from visualmlp.experiment import Experiment, find_experiment, write_toml
from visualmlp.gui import recent
from visualmlp.gui.dropped import Dropped
from visualmlp.gui.file_dialogs import ask_open, ask_save
from visualmlp.gui.lessons.guide import Guide
from visualmlp.gui.lessons.start_page import StartPage
from visualmlp.gui.notice import Notice
from visualmlp.gui.opening import find
from visualmlp.gui.panels.data_download import DataDownloadDialog
from visualmlp.gui.recovery_bar import RecoveryBar
from visualmlp.gui.session import Session
from visualmlp.gui.unsaved import LeftRun, Unsaved
from visualmlp.gui.window_data import DataActions
from visualmlp.lessons import Lesson
from visualmlp.runs import autosave_folder, discard, save_copy

DRAWN_ON = "digits"
"""The experiment whose network reads what is drawn."""


class FileActions(DataActions):
    """The part of the window that has to do with files."""

    session: Session
    guide: Guide
    notice: Notice
    recovery: RecoveryBar
    unsaved: Unsaved
    lessons: list[Lesson]
    use_layout: Callable[[str], None]
    show_view: Callable[[str], None]
    _try: Callable[[Callable[[], None]], None]

    # Open

    def open_file(self) -> None:
        path = ask_open(
            self,
            self.tr("Open an experiment, a run or a lesson"),
            self.tr("Experiments, lessons and runs (*.toml *.vmlp)"),
        )
        if path:
            self.open_path(path)

    def open_path(self, path: Path) -> None:
        """Open an experiment, a lesson or a run; a wrong file is reported and changes nothing."""
        if path.suffix.lower() == ".vmlp":
            self.session.open_run(path)
        else:
            self._open_named(str(path))

    def open_recent(self, path: str) -> None:
        """Open a file of the list, or take one that is gone off it."""
        if Path(path).is_file():
            self.open_path(Path(path))
        else:
            recent.forget(path)
            self.notice.warn(self.tr("{} is no longer there.").format(path))

    def open_found(self, found: Experiment | Lesson, *, play: bool = False) -> None:
        """Open an experiment, or a lesson with its text."""
        if isinstance(found, Lesson):
            self.guide.open(found)
        else:
            self.session.open(found)
        if play:
            self.session.play()

    def open_dropped(self, dropped: Dropped) -> None:
        """Open what was dropped on the window, or say why that cannot be."""
        if dropped.kind == "data":
            self.open_data_file(dropped.path, dropped.test_path, dropped.source)
        elif dropped.kind == "nothing":
            self.notice.warn(dropped.text)
        else:
            self.open_path(dropped.path)

    def ask_for_data(self, source: Source, then: Callable[[], None]) -> None:
        """Say what data are missing, offer to get them, and go on when they are there."""
        title = self.tr("This lesson needs {}").format(source.title)
        dialog = DataDownloadDialog(source, self, title)
        dialog.accepted.connect(then)
        dialog.open()

    def draw_digit(self) -> None:
        """Train on digits, with the page to draw on in front."""
        self.use_layout("mistakes")
        self._try(lambda: self.show_view("draw"))
        self.session.open(find_experiment(DRAWN_ON), play=True)

    def show_start_page(self) -> None:
        page = StartPage(self.lessons, self, self.recovery.left)
        page.lesson_chosen.connect(self.guide.open)
        page.file_wanted.connect(self.open_file)
        page.data_wanted.connect(self.open_data)
        page.drawing_wanted.connect(self.draw_digit)
        page.recent_chosen.connect(self.open_recent)
        page.left_chosen.connect(self._open_left)
        page.dropped.connect(self.open_dropped)
        page.open()

    def _open_left(self, path: str) -> None:
        """Open a run that nobody has saved."""
        self.recovery.pass_over(Path(path))
        self.session.open_run(Path(path))

    def _open_named(self, name: str) -> None:
        self._try(lambda: self._open_and_note(name))

    def _open_and_note(self, name: str) -> None:
        found = find(name)
        self.open_found(found)
        if Path(name).is_file():
            recent.note(Path(name), found.title)

    # Save

    def save_run(self) -> None:
        if path := ask_save(self, self.tr("Save the run"), str(self._own_file() or "run.vmlp")):
            self.session.save_run(path)

    def save_experiment(self) -> None:
        if path := ask_save(self, self.tr("Save the experiment"), "experiment.toml"):
            self._try(lambda: self._write_experiment(path))

    def save_picture(self) -> None:
        if path := ask_save(self, self.tr("Save a picture"), "visualmlp.png"):
            if self.grab().save(str(path)):
                self._tell_saved(str(path))
            else:
                self.notice.warn(self.tr("{}: the picture cannot be written").format(path))

    def _write_experiment(self, path: Path) -> None:
        write_toml(self.session.experiment, path)
        recent.note(path, self.session.experiment.title)
        self._tell_saved(str(path))

    def _tell_saved(self, path: str) -> None:
        self.notice.inform(self.tr("Saved {}").format(path))

    # What the session tells

    def note_saved_run(self, path: str) -> None:
        """The run was saved."""
        if setup := self.session.setup:
            recent.note(Path(path), setup.experiment.title)
        self._tell_saved(path)

    def note_opened_run(self) -> None:
        """A run is ready; one from a file of the user's is listed among the recent ones."""
        setup = self.session.setup
        if setup and (path := self._own_file()):
            recent.note(path, setup.experiment.title)
        self.tell_opened_data()
        if left := self.unsaved.take():
            self._tell_left(left)

    def _own_file(self) -> Path | None:
        """The file of the user's that the run was opened from."""
        path = self.session.opened_path
        return path if path and path.parent != autosave_folder() else None

    def _tell_left(self, left: LeftRun) -> None:
        """Offer to save the run that was left."""
        minutes = max(round(left.seconds / 60), 1)
        text = self.tr(
            "The run before ({}, step {}, {} min of training) was not saved. It is kept, and "
            "offered again at the next start."
        ).format(left.title, f"{left.step:,}", minutes)
        actions = {
            self.tr("Save it…"): lambda: self._save_left(left),
            self.tr("Go back to it"): lambda: self.session.open_run(left.path),
            self.tr("Delete it"): lambda: discard(left.path),
        }
        self.notice.inform(text, actions)

    def _save_left(self, left: LeftRun) -> None:
        path = ask_save(self, self.tr("Save the run before"), "run.vmlp")
        if path is None:
            self._tell_left(left)
            return
        try:
            save_copy(left.path, path)
        except VisualMLPError as error:
            self.notice.warn(str(error))
            return
        discard(left.path)
        recent.note(path, left.title)
        self._tell_saved(str(path))
