"""One line about an analysis that takes its time: what it does, how far it is, and Cancel."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

_LONG = 100
"""Seconds from which on minutes are told."""


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

    def show_progress(
        self, text: str, done: int, total: int, seconds_left: float | None = None
    ) -> None:
        """Show how far it is; without a total the bar only moves."""
        left = self.tr(" · about {} left")
        known = "" if seconds_left is None else left.format(duration_text(seconds_left))
        self._text.setText(text + known)
        self._bar.setAccessibleName(text)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self.show()


def duration_text(seconds: float) -> str:
    """A rough duration, such as "12 s" or "3 min"."""
    if seconds < _LONG:
        return QCoreApplication.translate("TaskLine", "{} s").format(max(1, round(seconds)))
    return QCoreApplication.translate("TaskLine", "{} min").format(f"{round(seconds / 60):,}")
