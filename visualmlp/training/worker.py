"""The thread that trains: what it was asked for between two steps, and what it shows."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from visualmlp.errors import ExperimentError, VisualMLPError
from visualmlp.experiment import Experiment
from visualmlp.training.branches import Branches
from visualmlp.training.breakpoints import Until
from visualmlp.training.frame import Frame
from visualmlp.training.history import History
from visualmlp.training.orders import Order, Orders
from visualmlp.training.setup import Setup, build
from visualmlp.training.timeline import MEMORY_BUDGET, Resume, Timeline
from visualmlp.training.trainer import Trainer

RECORD_INTERVAL = 1.0
"""Seconds between two records of a run in its file."""

RETRY_INTERVAL = 30.0
"""Seconds until it is tried again where that failed."""

Goal = Callable[[Trainer], bool]


class Phase(Enum):
    """What the worker is doing."""

    LOADING = "loading"
    PAUSED = "paused"
    RUNNING = "running"
    SEEKING = "seeking"
    FINISHED = "finished"
    DIVERGED = "diverged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Status:
    """The worker's phase, and a message for the user where there is one."""

    phase: Phase
    message: str = ""
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a job said when it was done."""

    text: str
    failed: bool = False


class Recorder(Protocol):
    """Keeps a file of a run."""

    def record(self, branches: Branches, trainer: Trainer) -> None:
        """Bring the file up to date."""

    def close(self) -> None:
        """Finish it."""

    def abandon(self) -> None:
        """Leave it as it is: something unforeseen has happened."""


class Worker:
    """Builds a trainer on a thread of its own and lets it make steps until a goal is reached.

    Orders are carried out between two steps. The newest frame waits in a slot until it is taken;
    no other is made meanwhile. The history grows in place and is read without a lock.

    Parameters
    ----------
    experiment
        What to train.
    previous
        The set-up of an earlier run, whose data are used again where they are the same.
    resume
        A saved run to continue.
    memory_budget
        Bytes of checkpoints kept in memory, for all runs of the tree together.
    make_recorder
        Gives what keeps a file of the run; without it there is none.
    """

    def __init__(
        self,
        experiment: Experiment,
        previous: Setup | None = None,
        resume: Resume | None = None,
        memory_budget: int = MEMORY_BUDGET,
        make_recorder: Callable[[Setup], Recorder] | None = None,
    ) -> None:
        self._experiment = experiment
        self._previous = previous
        self._resume = resume
        self._make_recorder = make_recorder
        self._recorder: Recorder | None = None
        self._record_due = 0.0
        self._is_recorded = False
        self._opened: tuple[object, ...] | None = None
        self._replies: deque[Reply] = deque()
        self._interval = 0.0
        self._last = 0.0
        self._orders = Orders()
        self._wake = threading.Event()
        self._slot = threading.Lock()
        self._frame: Frame | None = None
        self._goal: Goal | None = None
        self._target: int | None = None
        self._is_seeking = False
        self._has_told_of_parting = False
        self._has_told_of_file = False
        self._until: Until | None = None
        self._closing = False
        self.memory_budget = memory_budget
        self.status = Status(Phase.LOADING)
        self.setup: Setup | None = None
        self.timeline = Timeline()
        self.branches: Branches | None = None
        self._thread = threading.Thread(target=self._work, name="training", daemon=True)
        self._thread.start()

    @property
    def history(self) -> History:
        """Everything recorded of the current run; grows while it is read."""
        return self.timeline.history

    def poll(self) -> Frame | None:
        """Take the newest frame, if there is one that was not taken yet."""
        with self._slot:
            frame, self._frame = self._frame, None
        return frame

    def replies(self) -> list[Reply]:
        """The replies since the last call."""
        return [self._replies.popleft() for _ in range(len(self._replies))]

    def close(self, *, wait: bool = True) -> None:
        """End the thread after the present step, or after loading; wait for it if asked."""
        self._closing = True
        self._wake.set()
        if wait:
            self._thread.join()

    def _send(
        self,
        carry_out: Callable[[Trainer], None],
        *,
        is_seek: bool = False,
        interrupts: bool = False,
    ) -> None:
        self._orders.add(Order(carry_out, is_seek, interrupts))
        self._wake.set()

    # The thread

    def _work(self) -> None:
        try:
            trainer = self._load()
            try:
                self._serve(trainer)
                self._record(trainer)
            except BaseException:
                if self._recorder:
                    self._recorder.abandon()
                raise
            if self._recorder:
                self._recorder.close()
        except Exception as error:  # noqa: BLE001 - whatever it is, the user gets to know
            self.status = Status(Phase.FAILED, str(error), error)

    def _load(self) -> Trainer:
        saved = self._resume
        setup = build(self._experiment, self._previous, saved.dataset if saved else None)
        trainer = Trainer(setup, self.memory_budget)
        if saved:
            _continue(trainer, saved)
        self.branches = (saved and saved.branches) or Branches(trainer.timeline)
        self._share_memory(trainer)
        self._opened = self.branches.contents if saved else None
        self._previous = self._resume = None
        self.setup, self.timeline = trainer.setup, trainer.timeline
        self._look_at_arithmetic(trainer)
        if self._make_recorder:
            self._recorder = self._make_recorder(trainer.setup)
        self._settle(trainer)
        return trainer

    def _serve(self, trainer: Trainer) -> None:
        while not self._closing:
            if self._orders:
                self._obey(trainer)
            if self._recorder and time.perf_counter() > self._record_due:
                self._record(trainer)
            delay = self._delay()
            if delay == 0:
                self._advance(trainer)
            elif not self._orders:
                self._rest(delay)

    def _rest(self, delay: float | None) -> None:
        """Wait for the next step or the next order, or until the file wants to be kept."""
        if self._recorder and not self._is_recorded:
            due = max(0.0, self._record_due - time.perf_counter())
            delay = due if delay is None else min(delay, due)
        self._wake.wait(delay)
        self._wake.clear()

    def _obey(self, trainer: Trainer) -> None:
        """Carry out what may be done now; what comes meanwhile waits for the next step."""
        is_changed = False
        for _ in range(len(self._orders)):
            order = self._orders.take(is_seeking=self._is_seeking)
            if order is None:
                break
            is_changed = True
            self._try(order.carry_out, trainer)
            self._look_at_arithmetic(trainer)
        if is_changed:
            self._is_recorded = False
            self._try(self._begin_seek, trainer)
            self._settle(trainer)

    def _try(self, job: Callable[[Trainer], None], trainer: Trainer) -> None:
        try:
            job(trainer)
        except VisualMLPError as error:
            self._replies.append(Reply(str(error), failed=True))

    def _begin_seek(self, trainer: Trainer) -> None:
        if self._target is not None:
            target = self._target
            self._stop(trainer)  # it stays where it is if the state cannot be read
            trainer.begin_seek(target)
            if trainer.step_count != target:
                self._aim(trainer, target)
        if self._is_seeking:
            self._orders.seek_begins()

    def _delay(self) -> float | None:
        """Seconds to the next step, or None where only an order can bring it."""
        if self._goal is None:
            return None
        if self._is_seeking:
            return 0.0
        return max(0.0, self._last + self._interval - time.perf_counter())

    def _advance(self, trainer: Trainer) -> None:
        now, due = time.perf_counter(), self._last + self._interval
        self._last = due if 0 <= now - due < self._interval else now
        trainer.step()
        self._is_recorded = False
        self._look_at_arithmetic(trainer)
        is_there = self._goal is None or self._goal(trainer)
        if trainer.divergence or is_there:
            self._stop(trainer)
            self._settle(trainer)
        elif self._is_seeking and trainer.is_at_head:
            self._is_seeking = False
            self._settle(trainer)
        elif self._frame is None and (not self._is_seeking or self._orders.is_long_seek):
            self._publish(trainer)

    def _record(self, trainer: Trainer) -> None:
        """Keep the file; where that fails, the run goes on, and it is tried again later."""
        if self._recorder is None or self._is_recorded:
            return
        assert self.branches
        self._is_recorded, interval = True, RECORD_INTERVAL
        if self._opened == self.branches.contents:
            return  # a file has it all already, and a large one takes its time to be copied
        self._opened = None
        try:
            self._recorder.record(self.branches, trainer)
        except VisualMLPError as error:
            if not self._has_told_of_file:
                text = f"{error}. The run goes on in memory; save it elsewhere, or make room"
                self._replies.append(Reply(text, failed=True))
            self._has_told_of_file = True
            self._is_recorded, interval = False, RETRY_INTERVAL
        self._record_due = time.perf_counter() + interval

    # What is shown

    def _settle(self, trainer: Trainer) -> None:
        """Show the state after orders, or after the goal was reached."""
        if self._is_seeking:  # nobody asked to see what lies on the way
            self.status = Status(Phase.SEEKING)
            return
        self._publish(trainer)
        if self._goal is not None:
            self.status = Status(Phase.RUNNING)
        elif trainer.divergence:
            self.status = Status(Phase.DIVERGED, trainer.divergence.message)
        else:
            phase = Phase.FINISHED if trainer.is_finished else Phase.PAUSED
            self.status = Status(phase, self._until.message if self._until else "")

    def _publish(self, trainer: Trainer) -> None:
        frame = trainer.frame(with_state=self._goal is None)
        with self._slot:
            self._frame = frame

    # Where to

    def _run_until(self, trainer: Trainer, goal: Goal) -> None:
        self._set_off(None if goal(trainer) else goal)

    def _aim(self, trainer: Trainer, step: int) -> None:
        """Seek a step of the timeline, once it is known whether it is the last one asked for."""
        target = min(max(step, 0), trainer.timeline.head)
        self._set_off(lambda trainer: trainer.step_count >= target)
        self._target, self._is_seeking = target, True

    def _seek_until(self, trainer: Trainer, goal: Goal) -> None:
        """Hurry as far as the head, and from there train on."""
        self._run_until(trainer, goal)
        self._is_seeking = self._goal is not None and not trainer.is_at_head
        self._orders.seek_begins()

    def _set_off(self, goal: Goal | None) -> None:
        self._is_seeking, self._target, self._until = False, None, None
        self._goal = goal

    def _stop(self, trainer: Trainer) -> None:
        self._goal = self._target = None
        self._is_seeking = False

    # Forks

    def _fork_if_past(self, trainer: Trainer, label: str) -> None:
        """A run that has gone on from here stays as it is; a new one begins."""
        if not trainer.is_at_head:
            self._fork(trainer, label)

    def _fork(self, trainer: Trainer, label: str) -> None:
        assert self.branches
        trainer.branch()
        fork = self.branches.fork(trainer.timeline, trainer.step_count, label)
        self.timeline = fork.timeline
        self._share_memory(trainer)

    def _share_memory(self, trainer: Trainer) -> None:
        assert self.branches
        self.branches.share(self.memory_budget)
        trainer.memory_budget = trainer.timeline.checkpoints.budget

    def _look_at_arithmetic(self, trainer: Trainer) -> None:
        """Where it is not that of the record, a run that goes on is another from here on.

        Who only wants to see the record sees the nearest state that was kept.
        """
        step = trainer.parted_at
        if step is None:
            return
        if self._goal is not None and not self._is_seeking:
            self._fork(trainer, "other arithmetic")
            self._tell_of_parting(step, "The run goes on as a fork; the record stays as it was.")
            return
        self._stop(trainer)
        self._try(lambda trainer: trainer.begin_seek(step), trainer)
        if not self._has_told_of_parting:
            self._has_told_of_parting = True
            kept = f"Step {trainer.step_count:,}, the nearest that was kept, is shown instead."
            self._tell_of_parting(step, kept)

    def _tell_of_parting(self, step: int, consequence: str) -> None:
        text = (
            f"Step {step:,} does not come out as it was recorded (another BLAS, processor or "
            f"number of threads). {consequence}"
        )
        self._replies.append(Reply(text, failed=True))


def _continue(trainer: Trainer, saved: Resume) -> None:
    data = trainer.setup.data.dataset
    if data.fingerprint != saved.fingerprint:
        raise ExperimentError(
            f"{data.title}: the data are not those that the run was trained on (they differ from "
            "the recorded SHA-256); open the run where its data are, or train anew"
        )
    timelines = [branch.timeline for branch in saved.branches.all] if saved.branches else []
    for timeline in (saved.timeline, *timelines):
        trainer.note_watching(timeline)  # files written before such notes do not have it
        for edit in timeline.edits:
            trainer.check_edit(edit)
    trainer.resume(saved.timeline, saved.step)
