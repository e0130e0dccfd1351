"""What the Data panel says of the test part: closed, or since when somebody looks at it."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from visualmlp.gui.panels.notes import Note
from visualmlp.gui.session import Session


class OpenTestLine(QWidget):
    """A sentence, and a button that opens it; hidden where the data have no test part."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setObjectName("data.test_part")
        self._text = Note()
        self._text.setObjectName("data.test_part.text")
        self._open = QPushButton(self.tr("Open…"))
        self._open.setObjectName("data.test_part.open")
        self._open.setAccessibleName(self.tr("Open the test part"))
        self._open.setToolTip(self.tr("Look at the test part; the run keeps that it was opened"))
        self._open.clicked.connect(self._ask)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._text, 1)
        line.addWidget(self._open, 0, Qt.AlignmentFlag.AlignTop)
        session.run_started.connect(self._follow)
        session.test_changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        setup = self._session.setup
        self.setVisible(setup is not None and len(setup.data.test) > 0)
        self._open.setVisible(not self._session.test_is_open)
        text = self._told()
        if text != self._text.text():
            self._text.setText(text)
            self._text.setAccessibleName(text)

    def _told(self) -> str:
        opening = self._session.timeline.test_opening
        if opening:
            return self.tr("Test part: opened at step {}").format(f"{opening.step:,}")
        return self.tr("Test part: closed; nobody has looked at it in this run")

    def _ask(self) -> None:
        self._session.with_test(lambda: None)
