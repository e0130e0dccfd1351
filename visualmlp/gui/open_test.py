"""Asks before somebody looks at the test part, which nobody can take back."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMessageBox, QPushButton, QWidget

from visualmlp.gui.session import Session


class OpenTestQuestion(QMessageBox):
    """Whether the test part shall be opened; ``accepted`` tells that it was.

    Parameters
    ----------
    session
        Whose run keeps it; a new run is asked about anew.
    parent
        The window.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("open_test")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setIcon(QMessageBox.Icon.Question)
        self.setWindowTitle(self.tr("Test part"))
        self.setText(self.tr("Look at the test part?"))
        self.setInformativeText(self._explanation())
        self.setAccessibleName(f"{self.text()} {self.informativeText()}")
        tip = self.tr("Look at it from now on; that cannot be undone")
        opening = self._button("open", self.tr("Open the test part"), tip)
        self.addButton(opening, QMessageBox.ButtonRole.AcceptRole)
        tip = self.tr("Leave the test part closed")
        leaving = self._button("leave", self.tr("Leave it closed"), tip)
        self.addButton(leaving, QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(leaving)
        self.setEscapeButton(leaving)
        session.run_started.connect(self.reject)

    def _explanation(self) -> str:
        frame = self._session.frame
        where = self.tr("step {}").format(f"{frame.step:,}" if frame else "0")
        if self._session.is_running:
            where = self.tr("the step that it has reached then")
        return self.tr(
            "It is there to tell, once, how well the finished network does on data that played no "
            "part in any choice. Each look that you let guide you makes it less of a test; choose "
            "by the validation part.\n\nThat it was opened will be recorded in the run at {}, for "
            "good."
        ).format(where)

    def _button(self, name: str, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"open_test.{name}")
        button.setAccessibleName(text)
        button.setToolTip(tip)
        return button
