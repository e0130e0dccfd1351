"""One line about an analysis that takes its time: what it does, how far it is, and Cancel."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget


class TaskLine(QWidget):
    """Hidden while nothing is under way.

    Signals
    -------
    cancelled
        The user pressed Cancel.
    """

    cancelled = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("task_line")
        self._text = QLabel()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setMaximumHeight(self.fontMetrics().height())
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.setObjectName("cancel")
        self._cancel.setAccessibleName(self.tr("Cancel the computation"))
        self._cancel.setToolTip(self.tr("End this computation; what was shown before stays"))
        self._cancel.clicked.connect(self.cancelled)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._text)
        line.addWidget(self._bar, 1)
        line.addWidget(self._cancel)
        self.hide()

    def show_progress(self, text: str, done: int, total: int) -> None:
        """Show how far it is; without a total the bar only moves."""
        self._text.setText(text)
        self._bar.setAccessibleName(text)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self.show()
