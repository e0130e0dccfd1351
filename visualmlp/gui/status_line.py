"""The status line: where the cursor is, in numbers that say what they are numbers of."""

from __future__ import annotations

import time
from math import isnan

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QProgressBar, QStatusBar

from visualmlp.gui.session import Session
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.runner import Phase, Status

TEXT_INTERVAL_MS = 250
"""Numbers that change more often than four times a second cannot be read."""


class StatusLine(QStatusBar):
    """Epoch, step, batch, newest figures, speed.

    Parameters
    ----------
    session
        Whose frame is told.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("status")
        self.setAccessibleName(self.tr("Status"))
        self._session = session
        self.text = TextLine()
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setMaximumWidth(120)
        self.busy.setAccessibleName(self.tr("Loading"))
        self.busy.hide()
        self.addWidget(self.text, 1)
        self.addPermanentWidget(self.busy)
        self._mark = (time.perf_counter(), 0)
        self._speed = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(TEXT_INTERVAL_MS)
        self._timer.timeout.connect(self.update_text)
        session.status_changed.connect(self._show_status)
        session.run_started.connect(self.update_text)
        session.frame_changed.connect(self._follow)

    def _show_status(self, status: Status) -> None:
        self.busy.setVisible(self._session.is_loading)
        if self._session.is_running:
            self._mark = (
                time.perf_counter(),
                self._session.frame.step if self._session.frame else 0,
            )
            self._timer.start()
        else:
            self._timer.stop()
            self._speed = 0.0
        self.update_text()

    def _follow(self, frame: Frame) -> None:
        if not self._session.is_running:
            self.update_text()

    def update_text(self) -> None:
        """Tell the present frame."""
        frame, status = self._session.frame, self._session.status
        if self._session.is_loading:
            self.text.set_text(self.tr("Loading data…"))
        elif frame is None:
            self.text.set_text(self.tr("Ready"))
        else:
            self._measure(frame)
            parts = [self._place(frame), self._figures(frame), self._state(status)]
            self.text.set_text("  ·  ".join(part for part in parts if part))

    def _measure(self, frame: Frame) -> None:
        now, (then, step) = time.perf_counter(), self._mark
        if self._session.is_running and now > then:
            self._speed = max(0.0, (frame.step - step) / (now - then))
            self._mark = (now, frame.step)

    def _place(self, frame: Frame) -> str:
        planned = self._session.experiment.training.epochs
        if frame.epoch <= planned:
            epochs = self.tr("{} of {} epochs done")
        else:
            epochs = self.tr("{} epochs done ({} planned)")
        place = self.tr("step {}  ·  batch {} of {}").format(
            f"{frame.step:,}", f"{frame.batch:,}", f"{frame.n_batches:,}"
        )
        return f"{epochs.format(f'{frame.epoch:,}', f'{planned:,}')}  ·  {place}"

    def _figures(self, frame: Frame) -> str:
        texts = []
        if not isnan(frame.loss):
            texts.append(self.tr("loss {} (last batch)").format(f"{frame.loss:.4g}"))
        record = frame.evaluation
        if record.validation:
            setup = self._session.setup
            regression = setup is not None and setup.data.task == "regression"
            name = self.tr("val. R²") if regression else self.tr("val. accuracy")
            texts.append(
                self.tr("{} {} ({} samples, step {})").format(
                    name,
                    f"{record.validation.score:.4f}",
                    f"{record.validation.n_samples:,}",
                    f"{record.step:,}",
                )
            )
        return "  ·  ".join(texts)

    def _state(self, status: Status) -> str:
        if status.phase is Phase.RUNNING:
            return self.tr("{} steps/s").format(f"{self._speed:,.0f}")
        if status.phase is Phase.FINISHED:
            return self.tr("finished; Play goes on beyond the planned epochs")
        if status.phase is Phase.DIVERGED:
            return self.tr("stopped: NaN or Inf")
        return self.tr("paused")
