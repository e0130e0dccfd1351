"""Data of the user's own: how they come into the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PyQt6.QtWidgets import QMainWindow

from visualmlp.data.tables.look import TableLook
from visualmlp.experiment import Experiment
from visualmlp.gui.file_dialogs import ask_folder, ask_open
from visualmlp.gui.importing.dialog import ImportDialog
from visualmlp.gui.importing.looks import SEEN_BY, Look, look_at
from visualmlp.gui.notice import Notice
from visualmlp.gui.own_data import DATA_FILES, on_data
from visualmlp.gui.session import Session
from visualmlp.gui.views.long_work import LongWork
from visualmlp.training.setup import source_settings


class DataActions(QMainWindow):
    """Opens data: by the import dialog, or at once where there is nothing to decide."""

    session: Session
    notice: Notice

    def __init__(self) -> None:
        super().__init__()
        self._opened: Experiment | None = None
        self._is_untold = False
        self._looking: LongWork | None = None

    def open_data(self) -> None:
        """Ask for a file, and show it in the import dialog."""
        if path := ask_open(self, self.tr("Open a table, arrays or pictures"), DATA_FILES):
            self.import_data(on_data(self.session.experiment, path))

    def open_picture_folder(self) -> None:
        """Ask for a folder of pictures, and show it in the import dialog."""
        if path := ask_folder(self, self.tr("Open a folder that holds a folder for each class")):
            self.import_data(on_data(self.session.experiment, path))

    def open_data_file(
        self,
        path: Path,
        test_path: Path | None = None,
        source: str = "",
        base: Experiment | None = None,
    ) -> None:
        """Open data at once if nothing is to be decided about them; else show the dialog.

        Parameters
        ----------
        source
            What reads them; guessed if empty.
        base
            Whose other settings are taken; those of the panels if None.
        """
        experiment = on_data(base or self.session.experiment, path, test_path, source)
        match experiment.data.source:
            case "idx":
                self._open(experiment)
            case "csv":
                self._look_first(experiment)
            case _:
                self.import_data(experiment)

    def change_import(self) -> None:
        """Show the import dialog on the data of the experiment in the panels."""
        experiment = self.session.experiment
        if experiment.data.source in SEEN_BY and experiment.data.path:
            self.import_data(experiment, is_new=False)

    def import_data(
        self, experiment: Experiment, *, is_new: bool = True, look: Look | None = None
    ) -> None:
        """Show the import dialog."""
        dialog = ImportDialog(self.session, experiment, self, is_new=is_new, look=look)
        dialog.chosen.connect(self._open)
        dialog.open()

    def tell_opened_data(self) -> None:
        """A run is ready: say how data were read that were opened without the dialog."""
        opened, is_untold, setup = self._opened, self._is_untold, self.session.setup
        self._opened, self._is_untold = None, False
        if opened is None or not is_untold or setup is None or setup.experiment != opened:
            return
        shape = setup.data.dataset.image_shape
        text = self.tr("Opened {} as a table.").format(opened.title)
        if shape:
            text = self.tr("Opened {} as pictures of {} × {} pixels.")
            text = text.format(opened.title, *shape[::-1])
        again = partial(self.import_data, opened, is_new=False)
        self.notice.inform(text, {self.tr("Change…"): again})

    def tell_failure(self, message: str) -> None:
        """Something went wrong; data that could not be opened may be set otherwise."""
        actions: dict[str, Callable[[], None]] = {}
        if self._opened and not self.session.is_loading:
            again = partial(self.import_data, self._opened, is_new=False)
            actions = {self.tr("Import settings…"): again}
            self._opened, self._is_untold = None, False
        self.notice.warn(message, actions)

    def _look_first(self, experiment: Experiment) -> None:
        """Open a table at once if it surely holds pictures."""
        if self._looking:
            self._looking.cancel()
        settings = source_settings(experiment.data)
        self._looking = LongWork(self.session, self)
        self._looking.done.connect(partial(self._decide, experiment))
        self._looking.failed.connect(lambda _: self.import_data(experiment))
        self._looking.start("", lambda report: look_at("csv", settings, None, report))

    def _decide(self, experiment: Experiment, look: Look) -> None:
        settings = source_settings(experiment.data)
        if isinstance(look, TableLook) and look.picture_side(settings):
            self._is_untold = True
            self._open(experiment)
        else:
            self.import_data(experiment, look=look)

    def _open(self, experiment: Experiment) -> None:
        self._opened = experiment
        self.session.open(experiment)
