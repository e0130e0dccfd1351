"""The dialog for a lesson whose data are not on this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from visualmlp.data import adopt_mnist
from visualmlp.data.fetch import KNOWN_SETS, Progress, download
from visualmlp.errors import VisualMLPError

NAME = "mnist"
LOOK_MS = 100
WIDTH = 460

Job = Callable[[Progress, Callable[[], bool]], object]


class Work:
    """A job on a thread of its own; its progress and its end are read by polling."""

    def __init__(self, job: Job) -> None:
        self.done, self.total = 0, 0
        self.error = ""
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(job,), name="data", daemon=True)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether the job has come to its end, a good one or not."""
        return not self._thread.is_alive()

    def cancel(self) -> None:
        """Ask the job to stop."""
        self._cancelled.set()

    def _run(self, job: Job) -> None:
        try:
            job(self._note, self._cancelled.is_set)
        except VisualMLPError as error:
            self.error = str(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the user gets to know
            self.error = f"{type(error).__name__}: {error}"

    def _note(self, done: int, total: int) -> None:
        self.done, self.total = done, total


class MissingDataDialog(QDialog):
    """Says what is missing and offers to open the files, or to download them.

    ``accepted`` is emitted when the data are there.

    Parameters
    ----------
    problem
        What is missing, and where it was looked for.
    parent
        The window.
    """

    def __init__(self, problem: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("missing_data")
        self.setWindowTitle(self.tr("This lesson needs MNIST"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._work: Work | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._text = QLabel(problem)
        self._text.setObjectName("missing_data.text")
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._progress = QProgressBar()
        self._progress.setAccessibleName(self.tr("Progress"))
        self._progress.hide()
        self._choose = self._button("choose", self.tr("Choose the folder with the files…"))
        self._choose.setToolTip(self.tr("Copies the four files of MNIST to where they are found"))
        self._choose.clicked.connect(self._ask_folder)
        size = sum(file.packed_size for file in KNOWN_SETS[NAME].files) / 2**20
        self._download = self._button("download", self.tr("Download ({:.0f} MB)").format(size))
        self._download.setToolTip(self.tr("Fetches the files from a public mirror"))
        self._download.clicked.connect(self._fetch)
        self._cancel = self._button("cancel", self.tr("Cancel"))
        self._cancel.setToolTip(self.tr("Leave it, or stop what is under way"))
        self._cancel.clicked.connect(self.reject)
        self._arrange()

    # What the user chooses

    def _ask_folder(self) -> None:
        title = self.tr("The folder with the files of MNIST")
        if name := QFileDialog.getExistingDirectory(self, title):
            self._begin(lambda _progress, _cancelled: adopt_mnist(Path(name)))

    def _fetch(self) -> None:
        self._begin(lambda progress, cancelled: download(NAME, progress, cancelled))

    def done(self, result: int) -> None:
        """Close; what is under way stops by itself and keeps nothing."""
        self._timer.stop()
        if self._work:
            self._work.cancel()
        super().done(result)

    # The work

    def _begin(self, job: Job) -> None:
        self._choose.setEnabled(False)
        self._download.setEnabled(False)
        self._progress.setRange(0, 0)
        self._progress.show()
        self._work = Work(job)
        self._timer.start()

    def _look(self) -> None:
        work = self._work
        if work is None:
            return
        if work.total:
            self._progress.setRange(0, work.total)
            self._progress.setValue(work.done)
        if work.is_over:
            self._end(work)

    def _end(self, work: Work) -> None:
        self._timer.stop()
        self._work = None
        if not work.error:
            self.accept()
            return
        self._text.setText(work.error)
        self._progress.hide()
        self._choose.setEnabled(True)
        self._download.setEnabled(True)

    # Layout

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"missing_data.{name}")
        button.setAccessibleName(text)
        return button

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self._choose)
        row.addWidget(self._download)
        row.addStretch()
        row.addWidget(self._cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(12)
        column.addWidget(self._text)
        column.addWidget(self._progress)
        column.addLayout(row)
        self._text.setMinimumWidth(WIDTH)
        self._choose.setDefault(True)
