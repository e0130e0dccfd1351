"""The status line: where the cursor is, in numbers that say what they are numbers of."""

from __future__ import annotations

import time
from math import isnan

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QProgressBar, QStatusBar

from visualmlp.gui.pace import TEXT_INTERVAL_MS
from visualmlp.gui.session import Session
from visualmlp.gui.widgets.labels import counted, number_text, share_text
from visualmlp.gui.widgets.parts_line import Fact, PartsLine
from visualmlp.training.frame import Frame
from visualmlp.training.runner import Phase, Status


class StatusLine(QStatusBar):
    """Epoch, step, batch, samples seen, newest figures, speed; what matters least goes first.

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
        self.text = PartsLine()
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
            self.text.set_facts([Fact(self.tr("Loading data…"), 0)])
        elif frame is None:
            self.text.set_facts([Fact(self.tr("Ready"), 0)])
        else:
            self._measure(frame)
            facts = [*self._place(frame), *self._figures(frame), self._state(status, frame)]
            self.text.set_facts(facts)

    def _measure(self, frame: Frame) -> None:
        now, (then, step) = time.perf_counter(), self._mark
        if self._session.is_running and now > then:
            self._speed = max(0.0, (frame.step - step) / (now - then))
            self._mark = (now, frame.step)

    def _place(self, frame: Frame) -> list[Fact]:
        planned = self._session.experiment.training.epochs
        if frame.epoch <= planned:
            epochs = self.tr("{} of {} epochs done")
        else:
            epochs = self.tr("{} epochs done ({} planned)")
        batch = ""
        if frame.n_batches > 1:
            batch = self.tr("batch {} of {}").format(f"{frame.batch:,}", f"{frame.n_batches:,}")
        seen = frame.samples_seen
        step = self.tr("step {} (updates)")
        if frame.step < frame.head:
            step = self.tr("step {} of {} (updates)")
        return [
            Fact(epochs.format(f"{frame.epoch:,}", f"{planned:,}"), 5),
            Fact(step.format(f"{frame.step:,}", f"{frame.head:,}"), 7),
            Fact(batch, 1),
            Fact(counted(seen, self.tr("1 sample seen"), self.tr("{} samples seen")), 2),
        ]

    def _figures(self, frame: Frame) -> list[Fact]:
        loss = ""
        if not isnan(frame.loss):
            loss = self.tr("loss {} (last batch)").format(number_text(frame.loss))
        return [Fact(loss, 3), Fact(self._score(frame), 4)]

    def _score(self, frame: Frame) -> str:
        record, setup = frame.evaluation, self._session.setup
        watched, of_test = record.validation or record.test, not record.validation
        if not watched:
            return ""
        if setup is not None and setup.data.task == "regression":
            score = self.tr("test R²") if of_test else self.tr("val. R²")
        else:
            score = self.tr("test accuracy") if of_test else self.tr("val. accuracy")
        return self.tr("{} {} ({}, step {})").format(
            score,
            share_text(watched.score, 4),
            counted(watched.n_samples, self.tr("1 sample"), self.tr("{} samples")),
            f"{record.step:,}",
        )

    def _state(self, status: Status, frame: Frame) -> Fact:
        is_past = frame.step < frame.head
        if status.phase is Phase.RUNNING:
            text = self.tr("replaying, {} steps/s") if is_past else self.tr("{} steps/s")
            text = text.format(f"{self._speed:,.0f}")
        elif status.phase is Phase.SEEKING:
            text = self.tr("replaying to the step asked for…")
        elif status.phase is Phase.FINISHED:
            text = self.tr("finished; Play goes on beyond the planned epochs")
        elif status.phase is Phase.DIVERGED:
            text = self.tr("stopped: NaN or Inf")
        elif is_past:
            text = self.tr("paused in the past; Play replays what is recorded")
        else:
            text = self.tr("paused")
        return Fact(text, 6)
