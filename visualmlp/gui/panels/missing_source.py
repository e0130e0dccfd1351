"""What the Data panel says of a chosen source whose data are not on this machine."""

from __future__ import annotations

from PyQt6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from visualmlp.data import SOURCES, Source
from visualmlp.data.known.known_set import size_text
from visualmlp.experiment import Experiment
from visualmlp.gui.panels.data_download import DataDownloadDialog, about
from visualmlp.gui.panels.notes import Caution, Note
from visualmlp.gui.session import Session


class MissingSource(QWidget):
    """What is missing, and a button that asks for it; hidden while the source can be loaded."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setObjectName("data.absent")
        self._text = Caution()
        self._text.setObjectName("data.absent.text")
        self._about = Note()
        self._about.setObjectName("data.absent.about")
        self._button = QPushButton(self.tr("Download…"))
        self._button.setAccessibleName(self._button.text())
        self._button.setObjectName("data.absent.download")
        self._button.setToolTip(
            self.tr("Says where the data come from, and downloads them if you want it")
        )
        self._button.clicked.connect(self._ask)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self._text, self._about, self._button):
            column.addWidget(widget)
        session.experiment_changed.connect(self._follow)
        self._follow(session.experiment)

    @property
    def _source(self) -> Source:
        return SOURCES[self._session.experiment.data.source]

    def _follow(self, _experiment: Experiment) -> None:
        known = self._source.known
        if known is None or not self._source.problem():
            self.hide()
            return
        self._text.say(self.tr("{} is not on this machine.").format(self._source.title))
        self._about.setText(f"{self._source.description} {about(known)}")
        button = self.tr("Download ({})…").format(size_text(known.size))
        self._button.setText(button)
        self._button.setAccessibleName(button)
        self.show()

    def _ask(self) -> None:
        dialog = DataDownloadDialog(self._source, self.window() or self)
        dialog.accepted.connect(self._use)
        dialog.open()

    def _use(self) -> None:
        """Load the data that are there now, unless that would end a run that has begun."""
        session = self._session
        self._follow(session.experiment)
        if session.has_pending_edits and session.timeline.head == 0:
            session.start_new_run()
