"""The button of the Data panel that opens the import dialog on the data there are."""

from __future__ import annotations

from PyQt6.QtWidgets import QPushButton

from visualmlp.data import SOURCES
from visualmlp.experiment import Experiment
from visualmlp.gui.session import Session


class ImportButton(QPushButton):
    """Hidden where the source opens no file, or none is named yet."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("data.import")
        self.setText(self.tr("Import settings…"))
        self.setAccessibleName(self.tr("Import settings"))
        self.setToolTip(self.tr("See the data, choose columns, target and how the file is read"))
        self.setAutoDefault(False)
        self.clicked.connect(session.import_wanted)
        session.experiment_changed.connect(self._follow)
        self._follow(session.experiment)

    def _follow(self, experiment: Experiment) -> None:
        data = experiment.data
        self.setVisible("path" in SOURCES[data.source].settings_used and bool(data.path))
