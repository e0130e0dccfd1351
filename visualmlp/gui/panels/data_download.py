"""The dialog that gets a data set which is not on this machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QCoreApplication, QSize, Qt, QTimer
from PyQt6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from visualmlp.data import KnownSet, Source
from visualmlp.data.known.fetch import download, kept_bytes
from visualmlp.data.known.known_set import size_text
from visualmlp.errors import VisualMLPError
from visualmlp.gui.panels.notes import Caution, Note
from visualmlp.gui.widgets.labels import bold_font
from visualmlp.training.long_task import LongTask, Progress, Report

LOOK_MS = 100
WIDTH = 520
BAR_STEPS = 1000
"""Of the progress bar, whose numbers are too small for bytes."""

Job = Callable[[Report], object]


class DataDownloadDialog(QDialog):
    """Says what a source is and offers to download its files, or to take them from a folder.

    Nothing is fetched before the button is pressed. ``accepted`` is emitted when the data are
    there.

    Parameters
    ----------
    source
        One with ``known`` data.
    parent
        The window.
    title
        Of the dialog, if there is more to say than what it does.
    """

    def __init__(self, source: Source, parent: QWidget, title: str = "") -> None:
        super().__init__(parent)
        assert source.known is not None
        self._source, self._known = source, source.known
        self._task: LongTask[object] | None = None
        self.setObjectName("data_download")
        self.setWindowTitle(title or self.tr("Download {}").format(source.title))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._make_texts()
        self._make_progress()
        self._make_buttons()
        self._arrange()

    # What the user chooses

    def _ask_folder(self) -> None:
        title = self.tr("The folder with the files of {}").format(self._known.title)
        adopt = self._source.adopt
        if (name := QFileDialog.getExistingDirectory(self, title)) and adopt:
            self._begin(lambda _report: adopt(Path(name)))

    def _fetch(self) -> None:
        self._begin(lambda report: download(self._known, report))

    def done(self, result: int) -> None:
        """Close; what is under way stops by itself, and what has come is kept."""
        self._timer.stop()
        if self._task:
            self._task.cancel()
        super().done(result)

    # The work

    def _begin(self, job: Job) -> None:
        self._choose.setEnabled(False)
        self._download.setEnabled(False)
        self._trouble.say("")
        self._amount.setText("")
        self._progress.setRange(0, 0)
        self._progress.show()
        self._amount.show()
        self._fit()
        self._task = LongTask(job)
        self._timer.start()

    def _look(self) -> None:
        if self._task is None:
            return
        self._show_progress(self._task.progress)
        if self._task.is_done:
            self._end(self._task)

    def _show_progress(self, progress: Progress) -> None:
        if not progress.total:
            return
        self._progress.setRange(0, BAR_STEPS)
        self._progress.setValue(progress.done * BAR_STEPS // progress.total)
        text = self.tr("{done:.1f} of {total:.1f} MB")
        self._amount.setText(text.format(done=progress.done / 1e6, total=progress.total / 1e6))

    def _end(self, task: LongTask[object]) -> None:
        self._timer.stop()
        self._task = None
        if task.error is None:
            self.accept()
            return
        is_ours = isinstance(task.error, VisualMLPError)
        name = "" if is_ours else f"{type(task.error).__name__}: "
        self._trouble.say(f"{name}{task.error}")
        self._progress.hide()
        self._amount.hide()
        self._choose.setEnabled(True)
        self._download.setEnabled(True)
        self._download.setText(download_text(self._known))
        self._fit()

    # Layout

    def _make_texts(self) -> None:
        self._title = QLabel(self._source.description)
        self._title.setObjectName("data_download.text")
        self._title.setFont(bold_font(self._title.font()))
        self._title.setWordWrap(True)
        self._about = Note()
        self._about.setObjectName("data_download.about")
        self._about.setText(about(self._known))
        self._by_hand = Note()
        self._by_hand.setObjectName("data_download.by_hand")
        self._by_hand.setText(self._source.problem())
        self._trouble = Caution()
        self._trouble.setObjectName("data_download.trouble")

    def _make_progress(self) -> None:
        self._progress = QProgressBar()
        self._progress.setAccessibleName(self.tr("Progress"))
        self._progress.setTextVisible(False)
        self._progress.hide()
        self._amount = Note()
        self._amount.setObjectName("data_download.amount")
        self._amount.hide()

    def _make_buttons(self) -> None:
        self._choose = self._button("choose", self.tr("Choose the folder with the files…"))
        self._choose.setToolTip(
            self.tr("Copies files that you have already to where they are found")
        )
        self._choose.clicked.connect(self._ask_folder)
        self._download = self._button("download", download_text(self._known))
        self._download.setToolTip(
            self.tr(
                "Fetches the files from a public server and checks that they are the right ones"
            )
        )
        self._download.clicked.connect(self._fetch)
        self._cancel = self._button("cancel", self.tr("Cancel"))
        self._cancel.setToolTip(
            self.tr("Leave it, or stop what is under way; the next time goes on from there")
        )
        self._cancel.clicked.connect(self.reject)

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"data_download.{name}")
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
        column.setSpacing(10)
        texts = (self._title, self._about, self._by_hand)
        for widget in (*texts, self._progress, self._amount, self._trouble):
            column.addWidget(widget)
        column.addLayout(row)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._layout = column
        self._download.setDefault(True)
        self._download.setFocus()
        self._fit()

    def _fit(self) -> None:
        """As high as the texts need, which wrap."""
        self.setMinimumSize(WIDTH, self._layout.totalHeightForWidth(max(WIDTH, self.width())))
        self.resize(self.minimumSize().expandedTo(QSize(self.width(), 0)))


def about(known: KnownSet) -> str:
    """Size, licence and origin of a set."""
    parts = (f"{size_text(known.size)} to fetch", f"licence: {known.licence}", known.origin)
    return " · ".join(parts)


def download_text(known: KnownSet) -> str:
    """What the button says: how much there is to fetch still."""
    have = kept_bytes(known)
    if have < 1e6:
        text = QCoreApplication.translate("data_download", "Download ({})")
        return text.format(size_text(known.size))
    text = QCoreApplication.translate("data_download", "Go on ({} of {} are there)")
    return text.format(size_text(have), size_text(known.size))
