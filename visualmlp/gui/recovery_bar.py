"""The bar that offers runs that nobody has saved: after a crash, or after long training."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PyQt6.QtCore import QEvent, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from visualmlp.errors import VisualMLPError
from visualmlp.gui.icons import icon
from visualmlp.runs import autosaves, discard, open_run


class RecoveryBar(QFrame):
    """Visible while there are runs to decide about; one after the other, the newest first.

    Signals
    -------
    chosen
        The file of a run that the user wants to open.
    """

    chosen = pyqtSignal(Path)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("recovery")
        self.setAccessibleName(self.tr("Runs of earlier sessions that were not saved"))
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._left: list[Path] = []
        self._text = QLabel()
        self._text.setObjectName("recovery.text")
        self._text.setWordWrap(True)
        self._open = self._button("open", self.tr("Open the run"))
        self._open.setToolTip(self.tr("Go on where the file ends; save it under a name to keep it"))
        self._open.clicked.connect(self._choose)
        self._discard = self._button("discard", self.tr("Discard"))
        self._discard.setToolTip(self.tr("Delete the file"))
        self._discard.clicked.connect(self._delete)
        self._later = self._button("later", self.tr("Later"))
        self._later.setToolTip(self.tr("Ask again at the next start"))
        self._later.clicked.connect(self.hide)
        self._sign = QLabel()
        self._show_sign()
        row = QHBoxLayout(self)
        row.addWidget(self._sign)
        row.addWidget(self._text, 1)
        for button in (self._open, self._discard, self._later):
            row.addWidget(button)
        self.hide()

    @property
    def left(self) -> tuple[Path, ...]:
        """The files that are not decided about yet."""
        return tuple(self._left)

    def look(self) -> None:
        """Offer what there is."""
        self._left = autosaves()
        self._show_first()

    def pass_over(self, path: Path) -> None:
        """Offer a file no more: it is open, or was saved elsewhere."""
        self._left = [one for one in self._left if one != path]
        self._show_first()

    def _show_first(self) -> None:
        if not self._left:
            self.hide()
            return
        what, can_be_opened = self._describe(self._left[0])
        self._text.setText(what)
        self._open.setEnabled(can_be_opened)
        self.show()

    def _describe(self, path: Path) -> tuple[str, bool]:
        """What the bar says, and whether the file can be opened."""
        more = self.tr(" ({} more)").format(len(self._left) - 1) if len(self._left) > 1 else ""
        try:
            saved = open_run(path)
        except VisualMLPError as error:
            text = self.tr("A run of an earlier session was not saved, and its file is damaged: {}")
            return text.format(error) + more, False
        text = self.tr("The run of {} was not saved, but it is kept: {}, step {} of {}")
        step, head = f"{saved.step:,}", f"{saved.timeline.head:,}"
        title = saved.experiment.title or path.stem
        return text.format(_time_text(path), title, step, head) + more, True

    def _choose(self) -> None:
        """Open it; the file stays until it is discarded, at a later start if need be."""
        path = self._left.pop(0)
        self._show_first()
        self.chosen.emit(path)

    def _delete(self) -> None:
        discard(self._left.pop(0))
        self._show_first()

    def _show_sign(self) -> None:
        self._sign.setPixmap(icon("info").pixmap(20, 20))

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow the look."""
        super().changeEvent(event)
        if event and event.type() == QEvent.Type.PaletteChange:
            self._show_sign()

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"recovery.{name}")
        button.setAccessibleName(text)
        return button


def _time_text(path: Path) -> str:
    """When a file was written last."""
    return datetime.fromtimestamp(path.stat().st_mtime).strftime("%Y-%m-%d %H:%M")
