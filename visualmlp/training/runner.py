"""A training on a thread of its own, steered by commands and read by polling."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from visualmlp.errors import ExperimentError
from visualmlp.experiment import Experiment
from visualmlp.training.branches import Branches
from visualmlp.training.breakpoints import Armed, Until
from visualmlp.training.live import changed_fields
from visualmlp.training.timeline import Edit
from visualmlp.training.trainer import Trainer
from visualmlp.training.worker import Phase, Recorder, Reply, Status, Worker

__all__ = ["Phase", "Recorder", "Reply", "Runner", "Status"]


class Runner(Worker):
    """Carries out an experiment on a worker thread.

    Commands are answered within one step; those that come while the cursor is being moved are for
    the state that it is moved to.
    """

    def run(self) -> None:
        """Train until the planned epochs are made; beyond them, until paused."""

        def start(trainer: Trainer) -> None:
            beyond = trainer.is_finished
            self._set_off(lambda trainer: trainer.is_finished and not beyond)

        self._send(start)

    def pause(self) -> None:
        """Stop after the present step; a seek is completed, unless it takes long."""
        self._send(self._stop, interrupts=True)

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
            if step <= trainer.timeline.head:
                self._aim(trainer, step)
            else:
                trainer.begin_seek(step)
                self._seek_until(trainer, lambda trainer: trainer.step_count >= step)

        self._send(start)

    def run_to_epoch(self, epoch: int) -> None:
        """Be at the end of an epoch, paused, in the same way."""

        def start(trainer: Trainer) -> None:
            trainer.begin_seek_epoch(epoch)
            self._seek_until(trainer, lambda trainer: trainer.epoch >= epoch)

        self._send(start)

    def run_until(self, conditions: Sequence[Armed]) -> None:
        """Run until one of the conditions is met, and stop at exactly that state.

        The status says which, and an event marks it on the timeline.
        """

        def start(trainer: Trainer) -> None:
            until = Until(conditions, trainer)
            self._set_off(until)
            self._until = until

        self._send(start)

    def seek(self, step: int) -> None:
        """Move the cursor to a step of the timeline, at once; of several the last one counts."""
        self._send(lambda trainer: self._aim(trainer, step), is_seek=True, interrupts=True)

    def step_back(self, count: int) -> None:
        """Move the cursor back by a number of steps."""

        def back(trainer: Trainer) -> None:
            here = trainer.step_count if self._target is None else self._target
            self._aim(trainer, here - count)

        self._send(back, is_seek=True)

    def epoch_back(self) -> None:
        """Move the cursor back to the last end of an epoch before it."""

        def start(trainer: Trainer) -> None:
            epoch = trainer.epoch if trainer.batch else max(0, trainer.epoch - 1)
            trainer.begin_seek_epoch(epoch)
            self._seek_until(trainer, lambda trainer: trainer.epoch >= epoch)

        self._send(start)

    def edit(self, label: str, make: Callable[[Trainer], Edit]) -> None:
        """Change something by hand; where the run has gone on from here, in a fork.

        The fork is named by the label, or as the edit is where that is empty.
        """

        def change(trainer: Trainer) -> None:
            edit = make(trainer)
            trainer.check_edit(edit)
            self._fork_if_past(trainer, label or edit.label)
            trainer.edit(edit)

        self._send(change)

    def open_test(self, why: str) -> None:
        """Record that the test part is looked at from the present step on."""
        self._send(lambda trainer: trainer.timeline.open_test(trainer.step_count, why))

    def undo_edit(self) -> None:
        """Take back the last edit at the cursor; where the run has gone on from it, in a fork."""

        def undo(trainer: Trainer) -> None:
            here = [edit for edit in trainer.timeline.edits if edit.step == trainer.step_count]
            if not here:
                raise ExperimentError("there is no edit at this step to take back")
            self._fork_if_past(trainer, f"without: {here[-1].label}")
            trainer.undo_edit()

        self._send(undo)

    def fork(self, name: str = "") -> None:
        """Go on from here as a run of its own, under a name; the present one stays as it is."""

        def fork(trainer: Trainer) -> None:
            assert self.branches
            self._fork(trainer, "no change")
            if name:
                self.branches.rename(self.branches.current, name)

        self._send(fork)

    def switch(self, number: int) -> None:
        """Go to another run of the tree, at the same step if it has it."""

        def switch(trainer: Trainer) -> None:
            assert self.branches
            step, branch = trainer.step_count, self.branches[number]
            self._set_off(None)
            trainer.resume(branch.timeline, step)
            self.branches.current, self.timeline = number, branch.timeline
            self._share_memory(trainer)

        self._send(switch)

    def tend(self, job: Callable[[Branches], None]) -> None:
        """Rename, pin or delete runs; a refusal becomes a reply."""

        def do(trainer: Trainer) -> None:
            assert self.branches
            job(self.branches)
            self._share_memory(trainer)

        self._send(do)

    def reset(self) -> None:
        """Go back to the start of the same run; what was recorded stays."""
        self.seek(0)

    def set_memory_budget(self, n_bytes: int) -> None:
        """Let the checkpoints in memory take so much and no more."""

        def set_budget(trainer: Trainer) -> None:
            self.memory_budget = n_bytes
            self._share_memory(trainer)

        self._send(set_budget)

    def limit_speed(self, steps_per_second: float | None) -> None:
        """Train no faster than this, so that a small network can be watched; None: full speed."""
        self._interval = 1 / steps_per_second if steps_per_second else 0.0
        self._wake.set()

    def call(self, job: Callable[[Trainer], str]) -> None:
        """Carry out a job between two steps; what it returns, or its error, becomes a reply."""

        self._send(lambda trainer: self._replies.append(Reply(job(trainer))))

    def change(self, experiment: Experiment) -> None:
        """Use other live hyper-parameters from the next step on; a refusal becomes a reply."""

        def change(trainer: Trainer) -> None:
            trainer.check_change(experiment)
            if experiment != trainer.experiment:
                label = ", ".join(changed_fields(trainer.experiment, experiment))
                self._fork_if_past(trainer, label)
                trainer.change(experiment)

        self._send(change)
