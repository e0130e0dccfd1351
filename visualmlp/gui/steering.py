"""What can be told to the run in the window: play, step, go back, change it by hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

from PyQt6.QtCore import QObject, pyqtSignal

from visualmlp.experiment import Experiment
from visualmlp.gui.picks import Picking
from visualmlp.training.branches import Branch, Branches
from visualmlp.training.breakpoints import Armed
from visualmlp.training.history import History
from visualmlp.training.probe import PartName
from visualmlp.training.runner import Phase, Runner, Status
from visualmlp.training.setup import Setup
from visualmlp.training.timeline import Edit, Timeline
from visualmlp.training.trainer import Trainer

PATIENCE = 0.5
"""Seconds after which a seek whose step was never shown counts as over."""


class Steering(Picking):
    """The commands to the runner in use, and what lies on its timeline.

    Every command is carried out between two steps of training; without a run it does nothing.

    Signals
    -------
    timeline_changed
        Something else lies on the timeline, or another one is in use: the Timeline.
    branches_changed
        The tree of runs, or which of them is in use, changed: the Branches.
    forked
        A new run left the one that was in use: the Branch.
    undo_changed
        What can be undone or redone changed.
    test_wanted
        The test part is closed, and something would look at it: a function that does so.
    test_changed
        The test part was opened, or that of another run is in use.
    """

    timeline_changed = pyqtSignal(object)
    branches_changed = pyqtSignal(object)
    forked = pyqtSignal(object)
    undo_changed = pyqtSignal()
    test_wanted = pyqtSignal(object)
    test_changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.status = Status(Phase.LOADING)
        self._runner: Runner | None = None
        self._next: Runner | None = None
        self._play_next = False
        self._asked_to_play = False
        self._speed_limit: float | None = None
        self._awaited: Experiment | None = None
        self._sought: tuple[int, float] | None = None
        self._opening: Timeline | None = None
        self._on_timeline: tuple[object, ...] = ()
        self._test_seen = (0, 0)
        self._tree: tuple[tuple[Branch, ...], int] = ((), 0)

    # The run

    @property
    def history(self) -> History:
        """Everything recorded of the run so far; grows while it is read."""
        return self._runner.history if self._runner else History()

    @property
    def timeline(self) -> Timeline:
        """What happened in the run in use; grows while it is read."""
        return self._runner.timeline if self._runner else Timeline()

    @property
    def branches(self) -> Branches | None:
        """The tree of runs, None before the first is ready."""
        return self._runner.branches if self._runner else None

    @property
    def is_running(self) -> bool:
        """Whether training goes on at this moment."""
        return self.status.phase is Phase.RUNNING

    @property
    def is_loading(self) -> bool:
        """Whether a new run is being made ready."""
        return self._next is not None

    @property
    def is_seeking(self) -> bool:
        """Whether the cursor is on its way to the step that was asked for last."""
        return self._sought is not None

    def limit_speed(self, steps_per_second: float | None) -> None:
        """Train no faster than this; None for full speed."""
        self._speed_limit = steps_per_second
        for runner in (self._runner, self._next):
            if runner:
                runner.limit_speed(steps_per_second)

    def play(self) -> None:
        """Train until the planned epochs are made; beyond them, until paused."""
        if self._next:
            self._play_next = True
        else:
            self._asked_to_play = self._runner is not None
            self._tell(Runner.run)

    def pause(self) -> None:
        """Stop after the present step."""
        self._play_next = self._asked_to_play = False
        self._tell(Runner.pause)

    def toggle(self) -> None:
        """Play or pause; twice in a row is as if nothing had been pressed."""
        self.pause() if self.is_running or self._asked_to_play else self.play()

    def run_steps(self, count: int) -> None:
        """Make a number of steps, then pause."""
        self._tell(lambda runner: runner.run_steps(count))

    def run_epochs(self, count: int) -> None:
        """Train to the end of the ``count``-th epoch from now, then pause."""
        self._tell(lambda runner: runner.run_epochs(count))

    def run_to_step(self, step: int) -> None:
        """Be at this state and pause there: replayed if it is recorded, otherwise trained."""
        self._move(lambda runner: runner.run_to_step(step))

    def run_to_epoch(self, epoch: int) -> None:
        """Be at the end of this epoch and pause, in the same way."""
        self._move(lambda runner: runner.run_to_epoch(epoch))

    def run_until(self, conditions: Sequence[Armed]) -> None:
        """Run until one of the conditions is met, and pause at exactly that state."""
        looks = any(getattr(one.parameters, "part", None) == "test" for one in conditions)
        run = partial(self._tell, lambda runner: runner.run_until(conditions))
        self.with_test(run) if looks else run()

    # The test part

    @property
    def test_is_open(self) -> bool:
        """Whether the test part may be looked at."""
        timeline = self.timeline
        return timeline.test_opening is not None or timeline is self._opening

    def with_test(self, look: Callable[[], None]) -> None:
        """Look at the test part: now where it is open, else when the user has agreed to it."""
        if self.test_is_open:
            look()
        else:
            self.test_wanted.emit(look)

    def open_test(self, why: str = "") -> None:
        """Have the run keep that the test part is looked at from now on; it is open then."""
        if not self.test_is_open:
            self._opening = self.timeline
            self._tell(lambda runner: runner.open_test(why))

    def pick_sample(self, sample: int, part: PartName | None = None) -> None:
        pick = partial(super().pick_sample, sample, part)
        self.with_test(pick) if part == "test" else pick()

    def _begin_picks(self, setup: Setup, *, same_data: bool) -> None:
        is_closed = self.picks.part == "test" and not self.test_is_open
        super()._begin_picks(setup, same_data=same_data and not is_closed)

    # Time

    def seek(self, step: int) -> None:
        """Move the cursor to a step of the timeline; of several wishes the latest counts."""
        step = min(max(step, 0), self.timeline.head)
        self._move(lambda runner: runner.seek(step))
        self._sought = step, time.perf_counter()

    def reset(self) -> None:
        """Move the cursor to the start of the run."""
        self.seek(0)

    def to_head(self) -> None:
        """Move the cursor to the newest step that was made."""
        self.seek(self.timeline.head)

    def step_back(self, count: int = 1) -> None:
        """Move the cursor back by a number of steps."""
        self._move(lambda runner: runner.step_back(count))

    def epoch_back(self) -> None:
        """Move the cursor back to the last end of an epoch before it."""
        self._move(Runner.epoch_back)

    def change_run(self, label: str, make: Callable[[Trainer], Edit]) -> None:
        """Change the run by hand at the cursor; where it has gone on from there, in a fork.

        Parameters
        ----------
        label
            What is done, in a few words: it names the fork.
        make
            Makes the edit, on the training's thread between two steps.
        """
        self._move(lambda runner: runner.edit(label, make))

    def undo_edit(self) -> None:
        """Take back the last change made at the cursor's step, in a fork if need be."""
        self._move(Runner.undo_edit)

    def fork_run(self, name: str) -> None:
        """Go on from the cursor as a run of its own; the one in use stays as it is."""
        self._move(lambda runner: runner.fork(name))

    def switch_run(self, number: int) -> None:
        """Go to another run of the tree, at the same step if it has it."""
        self._move(lambda runner: runner.switch(number))

    def rename_run(self, number: int, name: str) -> None:
        """Give a run of the tree another name."""
        self.tend_runs(lambda branches: branches.rename(number, name))

    def pin_run(self, number: int, is_pinned: bool) -> None:
        """Keep a run of the tree from being deleted, or not."""
        self.tend_runs(lambda branches: branches.pin(number, is_pinned))

    def delete_run(self, number: int) -> None:
        """Forget a run of the tree; the one in use and a pinned one are refused."""
        self.tend_runs(lambda branches: branches.delete(number))

    def tend_runs(self, job: Callable[[Branches], None]) -> None:
        """Rename, pin or delete runs of the tree; a refusal is reported."""
        self._tell(lambda runner: runner.tend(job))

    # For the session

    def _move(self, command: Callable[[Runner], None]) -> None:
        """Tell something after which other settings may be in force than those just chosen."""
        self._awaited = None
        self._tell(command)

    def _tell(self, command: Callable[[Runner], None]) -> None:
        if self._runner:
            self._sought = None
            command(self._runner)

    def _arrive(self, step: int) -> None:
        """The cursor is shown at a step."""
        if self._sought and self._sought[0] == step:
            self._sought = None

    def _forget_timeline(self) -> None:
        """Another run is in use."""
        self._sought = None
        self._on_timeline, self._tree = (), ((), 0)
        self._test_seen = (0, 0)

    def _watch(self, runner: Runner) -> None:
        """Tell of what changed on the timeline and in the tree of runs."""
        timeline, branches = runner.timeline, runner.branches
        if (
            self._sought
            and time.perf_counter() > self._sought[1] + PATIENCE
            and runner.status.phase is not Phase.SEEKING
        ):
            self._sought = None
        self._watch_test(timeline)
        edits, events = tuple(timeline.edits), len(timeline.events)
        on_timeline = id(timeline), timeline.head, edits, events, len(timeline.history.epochs)
        if on_timeline != self._on_timeline:
            self._on_timeline = on_timeline
            self.timeline_changed.emit(timeline)
        if branches is not None and (branches.all, branches.current) != self._tree:
            self._note_tree(branches)

    def _watch_test(self, timeline: Timeline) -> None:
        """Tell if the test part was opened, or if another run's is open or closed."""
        seen = id(timeline), len(timeline.events)
        if seen == self._test_seen:
            return
        self._test_seen = seen
        if self.picks.part == "test" and not self.test_is_open:  # of the run used before
            super().pick_sample(self._first.sample, self._first.part)
        self.test_changed.emit()

    def _note_tree(self, branches: Branches) -> None:
        known = {branch.number for branch in self._tree[0]}
        self._tree = branches.all, branches.current
        self.branches_changed.emit(branches)
        if known and branches.current not in known:
            self.forked.emit(branches[branches.current])
