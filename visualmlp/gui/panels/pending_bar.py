"""The bar that says when edits wait for a new run."""

from __future__ import annotations

from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from visualmlp.gui.session import Session


class PendingBar(QFrame):
    """Visible while the panels differ from the run in a way that needs a new run."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setObjectName("pending_bar")
        self.setAccessibleName(self.tr("Edits that wait for a new run"))
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        text = QLabel(self.tr("The changes in the panels need a new run."))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(8)
        row.addWidget(text)
        for button in self._buttons():
            row.addWidget(button)
        row.addStretch()
        session.pending_changed.connect(self._follow)
        session.status_changed.connect(self._follow)
        self._follow()

    def _buttons(self) -> tuple[QPushButton, QPushButton]:
        start = QPushButton(self.tr("Start new run"))
        start.setObjectName("pending.start")
        start.setToolTip(self.tr("Train from the beginning with the settings in the panels"))
        start.clicked.connect(self._start)
        discard = QPushButton(self.tr("Discard"))
        discard.setObjectName("pending.discard")
        discard.setToolTip(self.tr("Bring the panels back to the settings of the present run"))
        discard.clicked.connect(self._discard)
        for button in (start, discard):
            button.setAccessibleName(button.text())
        return start, discard

    def _start(self) -> None:
        self._leave()
        self._session.start_new_run()

    def _discard(self) -> None:
        self._leave()
        self._session.discard_edits()

    def _leave(self) -> None:
        """Leave the focus to the window, so that Space plays: this bar is about to hide."""
        if window := self.window():
            window.setFocus()

    def _follow(self, _: object = None) -> None:
        """While a new run loads there is nothing left to decide."""
        self.setVisible(self._session.has_pending_edits and not self._session.is_loading)
