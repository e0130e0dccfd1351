"""Training with a memory: every step is recorded, and every state can be gone back to."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from math import nan

import numpy as np

from visualmlp.engine import Array
from visualmlp.errors import ExperimentError, VisualMLPError
from visualmlp.experiment import Experiment
from visualmlp.training.frame import Frame
from visualmlp.training.history import EpochRecord, Evaluation, History
from visualmlp.training.learner import Learner
from visualmlp.training.live import changed_fields
from visualmlp.training.setup import Setup
from visualmlp.training.timeline import (
    MEMORY_BUDGET,
    WATCHED,
    Checkpoint,
    Checkpoints,
    Edit,
    Timeline,
)


@dataclass(frozen=True, slots=True)
class Divergence:
    """Where numbers stopped being finite.

    Attributes
    ----------
    step
        The step that could not be made; the state is still the one before it.
    tensor
        The first tensor with NaN or Inf, such as "weights W of layer 2".
    """

    step: int
    tensor: str

    @property
    def message(self) -> str:
        """What happened and what to try, for the user."""
        return (
            f"Training stopped at step {self.step:,}: {self.tensor} hold NaN or Inf. "
            "Go back and try a smaller learning rate, gradient clipping, or scaled inputs."
        )


class Trainer(Learner):
    """Carries out an experiment step by step, and through time.

    Behind the timeline's head a step is made again instead of being recorded: the same state, the
    same bits.

    Parameters
    ----------
    setup
        The experiment with its data.
    memory_budget
        Bytes of checkpoints kept in memory.

    Attributes
    ----------
    timeline
        What happened so far.
    divergence
        Why the last step could not be made, if so.
    parted_at
        The first step that did not come out again as it was recorded, if any: another machine's
        arithmetic. The cursor is behind it; :meth:`branch` makes it a run of its own, without
        which the next step does. None otherwise.
    """

    def __init__(self, setup: Setup, memory_budget: int = MEMORY_BUDGET) -> None:
        super().__init__(setup)
        self.memory_budget = memory_budget
        self.reset()

    def reset(self) -> None:
        """Go back to the start and forget what was recorded.

        Live changes stay in force: a run that diverged begins again with the smaller rate.
        """
        self.start(self.experiment)
        self.divergence: Divergence | None = None
        self.parted_at: int | None = None
        self._parted_figures: tuple[float, float, float] | None = None
        self.timeline = Timeline(checkpoints=Checkpoints(self.memory_budget))
        self.note_watching(self.timeline)
        self._n_edits = 0
        self.first_experiment = self.experiment
        self.history.epochs.append(self.record())
        self.timeline.checkpoints.record(self._checkpoint)

    @property
    def history(self) -> History:
        """Everything recorded of the run, up to the timeline's head."""
        return self.timeline.history

    @property
    def is_at_head(self) -> bool:
        """Whether nothing of what happened lies ahead."""
        at_last_step = self.step_count == self.timeline.head and self.parted_at is None
        return at_last_step and self._n_edits == len(self.timeline.edits)

    @property
    def is_finished(self) -> bool:
        """Whether the planned epochs have been made, or the gradient has become short enough."""
        return self.epoch >= self.experiment.training.epochs or self._has_short_gradient

    @property
    def _has_short_gradient(self) -> bool:
        limit = self.experiment.training.stop_gradient_norm
        if not limit or not self.step_count:
            return False
        _, _, norm = self.history.steps.row(self.step_count - 1)
        return norm < limit

    def step(self) -> None:
        """Make one step, or set :attr:`divergence` and leave the state as it was."""
        if self.parted_at is not None:
            self.branch()
        self.divergence = None
        was_finished = self.is_finished
        step, head = self.step_count, self.timeline.head
        figures = self.update()
        if figures is None:
            self._diverge("the loss or the gradient's norm")
        elif step == head:
            self.history.steps.append(*figures)
            self._record(was_finished)
            self._keep()
        if step < head and not self._is_as_recorded(figures):
            self.parted_at, self._parted_figures = step, figures
        elif figures is not None:
            self._check_parameters()
            self._apply_edits()

    def _is_as_recorded(self, figures: tuple[float, float, float] | None) -> bool:
        """Whether a step came out again: its figures, and the state after it where it was kept."""
        if figures is None or self.history.steps.row(self.step_count - 1) != figures:
            return False
        kept = self.timeline.checkpoints.at(self.step_count)
        if kept is None or kept.n_edits != self._n_edits:
            return True
        pairs = (
            (kept.state.parameters, self.network.parameters.flat),
            (kept.state.slots, self.optimizer.slots),
        )
        return all(np.array_equal(a.view(np.uint8), b.view(np.uint8)) for a, b in pairs)

    def _check_parameters(self) -> None:
        """Tell of an overflow in the last step of all, which no other step will meet."""
        at_end = self.batch == 0 and self.step_count == self.timeline.head
        if at_end and not np.isfinite(self.network.parameters.flat).all():
            self._diverge("the parameters")

    def _diverge(self, otherwise: str) -> None:
        tensor = self.network.first_non_finite() or otherwise
        self.divergence = Divergence(self.step_count, tensor)

    def _record(self, was_finished: bool) -> None:
        """Evaluate where an epoch or the run ends."""
        at_end = self.batch == 0 and self.epoch % self.experiment.training.evaluate_every == 0
        if at_end or (self.is_finished and not was_finished):
            self.history.epochs.append(self.record())

    def _keep(self) -> None:
        """Keep a state to go back to now and then."""
        if self.timeline.checkpoints.is_due():
            self.timeline.checkpoints.record(self._checkpoint)

    def note_watching(self, timeline: Timeline) -> None:
        """Have a timeline say that the experiment itself looks at the test part, if it does."""
        if self.experiment.training.watch_test and len(self.setup.data.test):
            timeline.open_test(0, WATCHED)

    def record(self) -> EpochRecord:
        """The figures of the parts at the present parameters."""
        watched = self.experiment.training.watch_test
        return EpochRecord(
            step=self.step_count,
            epoch=self.epoch,
            train=self.evaluate(*self.setup.evaluated_training),
            validation=self._evaluate_part(*self.setup.validation),
            test=self._evaluate_part(*self.setup.test) if watched else None,
        )

    def _evaluate_part(self, x: Array, t: Array) -> Evaluation | None:
        return self.evaluate(x, t) if len(x) else None

    # Time

    def seek(self, step: int) -> None:
        """Be at a state of the timeline: go back to a kept one and make the steps from there again.

        Parameters
        ----------
        step
            0 to the head; beyond either, that end.
        """
        self.begin_seek(step)
        self._replay_to(min(max(step, 0), self.timeline.head))

    def begin_seek(self, step: int) -> None:
        """Be at the nearest state before a step from which :meth:`step` leads there."""
        step = min(max(step, 0), self.timeline.head)
        nearest = self.timeline.checkpoints.nearest(step)
        if self.parted_at is not None or not nearest.state.step <= self.step_count <= step:
            self._put(nearest)

    def begin_seek_epoch(self, epoch: int) -> None:
        """Be at a state from which :meth:`step` leads to the end of an epoch."""
        nearest = self._nearest_epoch(epoch)
        is_past = (self.epoch, self.batch) > (epoch, 0) or self.parted_at is not None
        if is_past or self.step_count < nearest.state.step:
            self._put(nearest)

    def _nearest_epoch(self, epoch: int) -> Checkpoint:
        """The latest state at or before the end of an epoch."""
        checkpoints, records = self.timeline.checkpoints, self.history.epochs
        end = (epoch, 0)
        place = bisect_left(records, epoch, key=lambda record: record.epoch)
        steps = [record.step for record in (*records[place : place + 1], *records[:place][-1:])]
        found = [checkpoints.nearest(step) for step in (*steps, 0)]
        found += filter(None, [checkpoints.nearest_epoch(epoch)])
        reaching = [kept for kept in found if (kept.state.epoch, kept.state.batch) <= end]
        return max(reaching, key=lambda kept: kept.state.step)

    def _replay_to(self, step: int) -> None:
        while self.step_count < step and self.parted_at is None:
            self.step()

    def _checkpoint(self) -> Checkpoint:
        return Checkpoint(self.state(), self._n_edits)

    def _put(self, checkpoint: Checkpoint) -> None:
        self.restore(checkpoint.state)
        self.divergence = self.parted_at = None
        self._n_edits = checkpoint.n_edits
        self._apply_edits()

    # Changes by hand

    def change(self, experiment: Experiment) -> None:
        """Use other live hyper-parameters from the next step on: an edit.

        Several of them at one step are one: trying values in a panel leaves one mark, and going
        back to the old value none.

        Raises
        ------
        ExperimentError
            If something changed that only a new run can change.
        """
        self.check_change(experiment)
        if experiment == self.experiment:
            return
        edits = self.timeline.edits
        if edits and edits[-1].only_settings and self.is_at_head:
            self.undo_edit()
        if experiment != self.experiment:
            label = ", ".join(changed_fields(self.experiment, experiment))
            self.edit(Edit(self.step_count, label, experiment=experiment))

    def edit(self, edit: Edit) -> None:
        """Make a change by hand, here and now, and record it.

        Raises
        ------
        ExperimentError
            If the run goes on from here already (:meth:`branch` comes first), or there are no
            such parameters.
        """
        if not self.is_at_head or edit.step != self.step_count:
            raise ExperimentError("the run has gone on from here: an edit needs a fork")
        self.check_edit(edit)
        self.divergence = None
        self.timeline.edits.append(edit)
        self._apply_edits()

    def undo_edit(self) -> bool:
        """Take back the last edit, if nothing was trained since; whether there was one.

        Raises
        ------
        RunFileError
            If the state before it is in a file that cannot be read; the edit stays then.
        """
        edits = self.timeline.edits
        if not (edits and self.is_at_head and edits[-1].step == self.step_count):
            return False
        step, undone = self.step_count, edits.pop()
        try:
            self.timeline.checkpoints.forget_edits(step, len(edits))
            nearest = self.timeline.checkpoints.nearest(step)
        except VisualMLPError:  # the state before it cannot be read
            edits.append(undone)
            raise
        self._put(nearest)
        self._replay_to(step)
        return True

    def branch(self) -> Timeline:
        """Leave the run as it is and go on from here with a timeline of its own.

        Returns
        -------
        Timeline
            What is left: the old run with all that lies ahead.
        """
        left = self.timeline
        if self.parted_at is None:
            self.timeline = left.until(self.step_count, self._n_edits)
        else:
            self.timeline = left.until(self.parted_at, self._n_edits)
            self.parted_at = None
            if self._parted_figures is not None:
                self.history.steps.append(*self._parted_figures)
                self._record(was_finished=True)
        return left

    def _apply_edits(self) -> None:
        """Make the edits that are recorded for this state and not made yet."""
        edits = self.timeline.edits
        while self._n_edits < len(edits) and edits[self._n_edits].step <= self.step_count:
            self.apply(edits[self._n_edits])
            self._n_edits += 1

    # Looking

    def frame(self, *, with_state: bool = False) -> Frame:
        """A read-only copy of what views need.

        Parameters
        ----------
        with_state
            Whether the whole state goes with it, so that the next step can be looked into.
        """
        parameters = self.network.parameters.flat.copy()
        parameters.setflags(write=False)
        loss, learning_rate, gradient_norm = (
            self.history.steps.row(self.step_count - 1) if self.step_count else (nan, nan, nan)
        )
        return Frame(
            step=self.step_count,
            epoch=self.epoch,
            batch=self.batch,
            n_batches=self.n_batches,
            samples_seen=self.samples_seen,
            parameters=parameters,
            loss=loss,
            learning_rate=learning_rate,
            gradient_norm=gradient_norm,
            evaluation=self.timeline.evaluation_at(self.step_count),
            experiment=self.experiment,
            head=self.timeline.head,
            state=self.state() if with_state else None,
        )

    def resume(self, timeline: Timeline, step: int | None = None) -> None:
        """Continue another run: be at a step of it, or at its head.

        Raises
        ------
        ExperimentError
            If a state does not belong to this experiment and its data; nothing has changed then.
        """
        if len(timeline.checkpoints):
            self.check(timeline.checkpoints.in_memory[-1].state)
        head = timeline.head
        goal = head if step is None else min(max(step, 0), head)
        start = self._start_of(timeline)
        nearest = timeline.checkpoints.nearest(goal)
        self.restore(nearest.state)
        self.timeline, self.first_experiment = timeline, start.state.experiment
        timeline.checkpoints.budget = self.memory_budget
        self._put(nearest)
        self._replay_to(goal)

    def _start_of(self, timeline: Timeline) -> Checkpoint:
        """Its state 0 without edits; an older file does not have it, but it is known."""
        checkpoints = timeline.checkpoints
        try:
            start = checkpoints.nearest(0)
        except KeyError:
            start = None
        if start is None or start.n_edits:
            start = Checkpoint(Learner(self.setup).state(), 0)
            checkpoints.add(start)
        return start
