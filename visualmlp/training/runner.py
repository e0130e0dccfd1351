"""A training on a thread of its own, steered by commands and read by polling."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from visualmlp.errors import ExperimentError, VisualMLPError
from visualmlp.experiment import Experiment
from visualmlp.training.branches import Branches
from visualmlp.training.frame import Frame
from visualmlp.training.history import History
from visualmlp.training.live import changed_fields
from visualmlp.training.setup import Setup, build
from visualmlp.training.timeline import Edit, Resume, Timeline
from visualmlp.training.trainer import Trainer


class Phase(Enum):
    """What the worker is doing."""

    LOADING = "loading"
    PAUSED = "paused"
    RUNNING = "running"
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


class Runner:
    """Carries out an experiment on a worker thread.

    Commands are read between two steps, so each is answered within one step. The newest frame
    waits in a slot until it is taken; no other is made meanwhile. The history grows in place and
    is read without a lock.

    Parameters
    ----------
    experiment
        What to train.
    previous
        The set-up of an earlier run, whose data are used again where they are the same.
    resume
        A saved run to continue.
    """

    def __init__(
        self,
        experiment: Experiment,
        previous: Setup | None = None,
        resume: Resume | None = None,
    ) -> None:
        self._experiment = experiment
        self._previous = previous
        self._resume = resume
        self._replies: deque[Reply] = deque()
        self._interval = 0.0
        self._last = 0.0
        self._commands: deque[Callable[[Trainer], None]] = deque()
        self._wake = threading.Event()
        self._slot = threading.Lock()
        self._frame: Frame | None = None
        self._goal: Callable[[Trainer], bool] | None = None
        self._is_seeking = False
        self._closing = False
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

    def run(self) -> None:
        """Train until the planned epochs are made; beyond them, until paused."""
        self._send(self._start_run)

    def pause(self) -> None:
        """Stop after the present step."""
        self._send(self._stop)

    def run_steps(self, count: int) -> None:
        """Make a number of steps, then pause."""

        def start(trainer: Trainer) -> None:
            step = trainer.step_count + count
            self._run_until(trainer, lambda trainer: trainer.step_count >= step)

        self._send(start)

    def run_epochs(self, count: int) -> None:
        """Train until the end of the ``count``-th epoch from now, then pause."""

        def start(trainer: Trainer) -> None:
            epoch = trainer.epoch + count
            self._run_until(trainer, lambda trainer: trainer.epoch >= epoch)

        self._send(start)

    def run_to_step(self, step: int) -> None:
        """Be at a step, paused: one that was made already is made again, others are trained."""

        def start(trainer: Trainer) -> None:
            trainer.begin_seek(step)
            self._run_until(trainer, lambda trainer: trainer.step_count >= step)

        self._send(start)

    def run_to_epoch(self, epoch: int) -> None:
        """Be at the end of an epoch, paused, in the same way."""

        def start(trainer: Trainer) -> None:
            if (trainer.epoch, trainer.batch) > (epoch, 0):
                trainer.begin_seek_epoch(epoch)
            self._run_until(trainer, lambda trainer: trainer.epoch >= epoch)

        self._send(start)

    def seek(self, step: int) -> None:
        """Move the cursor to a step of the timeline, at once; a later call overtakes this one."""

        def start(trainer: Trainer) -> None:
            goal = min(max(step, 0), trainer.timeline.head)
            trainer.begin_seek(goal)
            self._run_until(trainer, lambda trainer: trainer.step_count >= goal)
            self._is_seeking = self._goal is not None

        self._send(start)

    def step_back(self, count: int) -> None:
        """Move the cursor back by a number of steps."""
        self._send(lambda trainer: self.seek(trainer.step_count - count))

    def epoch_back(self) -> None:
        """Move the cursor back to the last end of an epoch before it."""

        def start(trainer: Trainer) -> None:
            epoch = trainer.epoch if trainer.batch else max(0, trainer.epoch - 1)
            trainer.begin_seek_epoch(epoch)
            self._run_until(trainer, lambda trainer: trainer.epoch >= epoch)
            self._is_seeking = self._goal is not None

        self._send(start)

    def edit(self, label: str, make: Callable[[Trainer], Edit]) -> None:
        """Change something by hand; where the run has gone on from here, in a fork."""

        def change(trainer: Trainer) -> None:
            self._fork_if_past(trainer, label)
            trainer.edit(make(trainer))

        self._send(change)

    def undo_edit(self) -> None:
        """Take back the last edit, if nothing was trained since."""

        def undo(trainer: Trainer) -> None:
            if not trainer.undo_edit():
                raise ExperimentError("there is no edit at this step to take back")

        self._send(undo)

    def switch(self, number: int) -> None:
        """Go to another run of the tree, at the same step if it has it."""

        def switch(trainer: Trainer) -> None:
            assert self.branches
            step, branch = trainer.step_count, self.branches[number]
            self._goal = None
            trainer.resume(branch.timeline)
            trainer.seek(step)
            self.branches.current, self.timeline = number, branch.timeline

        self._send(switch)

    def tend(self, job: Callable[[Branches], None]) -> None:
        """Rename, pin or delete runs; a refusal becomes a reply."""

        def do(trainer: Trainer) -> None:
            assert self.branches
            job(self.branches)

        self._send(do)

    def reset(self) -> None:
        """Go back to the start of the same run; what was recorded stays."""
        self.seek(0)

    def limit_speed(self, steps_per_second: float | None) -> None:
        """Train no faster than this, so that a small network can be watched; None: full speed."""
        self._interval = 1 / steps_per_second if steps_per_second else 0.0
        self._wake.set()

    def call(self, job: Callable[[Trainer], str]) -> None:
        """Carry out a job between two steps; what it returns, or its error, becomes a reply."""

        self._send(lambda trainer: self._replies.append(Reply(job(trainer))))

    def replies(self) -> list[Reply]:
        """The replies since the last call."""
        return [self._replies.popleft() for _ in range(len(self._replies))]

    def change(self, experiment: Experiment) -> None:
        """Use other live hyper-parameters from the next step on; a refusal becomes a reply."""

        def change(trainer: Trainer) -> None:
            if experiment != trainer.experiment:
                label = ", ".join(changed_fields(trainer.experiment, experiment))
                self._fork_if_past(trainer, label)
                trainer.change(experiment)

        self._send(change)

    def poll(self) -> Frame | None:
        """Take the newest frame, if there is one that was not taken yet."""
        with self._slot:
            frame, self._frame = self._frame, None
        return frame

    def close(self, *, wait: bool = True) -> None:
        """End the thread after the present step, or after loading; wait for it if asked."""
        self._closing = True
        self._wake.set()
        if wait:
            self._thread.join()

    def _send(self, command: Callable[[Trainer], None]) -> None:
        self._commands.append(command)
        self._wake.set()

    def _work(self) -> None:
        try:
            trainer = Trainer(build(self._experiment, self._previous))
            if self._resume:
                _continue(trainer, self._resume)
            self._previous = self._resume = None
            self.setup, self.timeline = trainer.setup, trainer.timeline
            self.branches = Branches(trainer.timeline)
            self._settle(trainer)
            self._serve(trainer)
        except Exception as error:  # noqa: BLE001 - whatever it is, the user gets to know
            self.status = Status(Phase.FAILED, str(error), error)

    def _serve(self, trainer: Trainer) -> None:
        while not self._closing:
            if self._commands:
                self._obey(trainer)
            delay = self._delay()
            if delay == 0:
                self._advance(trainer)
            else:
                self._wake.wait(delay)
                self._wake.clear()

    def _obey(self, trainer: Trainer) -> None:
        """Carry out the commands that are there; what comes meanwhile waits for the next step."""
        for _ in range(len(self._commands)):
            command = self._commands.popleft()
            try:
                command(trainer)
            except VisualMLPError as error:
                self._replies.append(Reply(str(error), failed=True))
        self._settle(trainer)

    def _delay(self) -> float | None:
        """Seconds to the next step, or None where only a command can bring it."""
        if self._goal is None:
            return None
        if self._is_seeking:
            return 0.0
        return max(0.0, self._last + self._interval - time.perf_counter())

    def _advance(self, trainer: Trainer) -> None:
        now, due = time.perf_counter(), self._last + self._interval
        self._last = due if now - due < self._interval else now
        trainer.step()
        if trainer.parted_at is not None:
            self._go_on_as_fork(trainer)
        if trainer.divergence or (self._goal and self._goal(trainer)):
            self._stop(trainer)
            self._settle(trainer)
        elif self._frame is None and not self._is_seeking:
            self._publish(trainer)

    def _settle(self, trainer: Trainer) -> None:
        """Show the state after commands, or after the goal was reached."""
        self._publish(trainer)
        if self._goal is not None:
            self.status = Status(Phase.RUNNING)
        elif trainer.divergence:
            self.status = Status(Phase.DIVERGED, trainer.divergence.message)
        else:
            self.status = Status(Phase.FINISHED if trainer.is_finished else Phase.PAUSED)

    def _publish(self, trainer: Trainer) -> None:
        frame = trainer.frame(with_state=self._goal is None)
        with self._slot:
            self._frame = frame

    def _start_run(self, trainer: Trainer) -> None:
        self._is_seeking = False
        beyond = trainer.is_finished
        self._goal = lambda trainer: trainer.is_finished and not beyond

    def _run_until(self, trainer: Trainer, goal: Callable[[Trainer], bool]) -> None:
        self._is_seeking = False
        self._goal = None if goal(trainer) else goal

    def _fork_if_past(self, trainer: Trainer, label: str) -> None:
        """A run that has gone on from here stays as it is; a new one begins."""
        if not trainer.is_at_head:
            self._fork(trainer, label)

    def _fork(self, trainer: Trainer, label: str) -> None:
        assert self.branches
        trainer.branch()
        fork = self.branches.fork(trainer.timeline, trainer.step_count, label)
        self.timeline = fork.timeline

    def _go_on_as_fork(self, trainer: Trainer) -> None:
        """The arithmetic here is not that of the record: from here on it is another run."""
        step = trainer.parted_at
        self._fork(trainer, "other arithmetic")
        text = (
            f"Step {step:,} does not come out as it was recorded (another BLAS, processor or "
            "number of threads). The run goes on as a fork; the record stays as it was."
        )
        self._replies.append(Reply(text, failed=True))

    def _stop(self, trainer: Trainer) -> None:
        self._goal = None
        self._is_seeking = False


def _continue(trainer: Trainer, saved: Resume) -> None:
    data = trainer.setup.data.dataset
    if data.fingerprint != saved.fingerprint:
        raise ExperimentError(
            f"{data.title}: the data are not those that the run was trained on (they differ from "
            "the recorded SHA-256); open the run where its data are, or train anew"
        )
    trainer.resume(saved.timeline)
