"""The only bridge between the window and the training."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from visualmlp.data import available
from visualmlp.errors import VisualMLPError
from visualmlp.experiment import Experiment
from visualmlp.gui.budgets import Budgets, Usage
from visualmlp.gui.curve_keeping import CurveKeeping
from visualmlp.gui.garbage import ALL, YOUNG, GarbageCollector
from visualmlp.gui.pace import Pace
from visualmlp.gui.recording import Recording
from visualmlp.gui.schedule import DrawnView, Schedule
from visualmlp.gui.undo import UndoStack
from visualmlp.runs import SavedRun, open_run, save_run
from visualmlp.training.frame import Frame
from visualmlp.training.live import needs_new_run, with_live_fields
from visualmlp.training.runner import Phase, Runner, Status
from visualmlp.training.setup import Setup
from visualmlp.training.timeline import Edit
from visualmlp.training.trainer import Trainer

log = logging.getLogger(__name__)


class Session(CurveKeeping):
    """The run in the window, the experiment in the panels, the cursor and the picks.

    Polls the runner with a timer; the schedule keeps the shown views up to date.
    """

    run_started = pyqtSignal(object)
    """A new run is ready: its Setup."""
    frame_changed = pyqtSignal(object)
    """The cursor moved or the state changed: the Frame."""
    status_changed = pyqtSignal(object)
    """The worker's Status."""
    experiment_changed = pyqtSignal(object)
    """The Experiment in the panels."""
    pending_changed = pyqtSignal(bool)
    """Whether the panels differ from the run in a way that needs a new run."""
    saved = pyqtSignal(str)
    """The run was saved under this path."""
    leaving = pyqtSignal()
    """The run in use is about to be closed: the last moment to keep its file."""
    view_wanted = pyqtSignal(str)
    """A view asks for another one, by its name, to be brought to the front."""
    import_wanted = pyqtSignal()
    """A panel asks for the dialog in which the experiment's own data are opened."""
    closing = pyqtSignal()
    """The session ends: whoever works beside it must end too."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.experiment = Experiment()
        self.setup: Setup | None = None
        self.frame: Frame | None = None
        self.opened_path: Path | None = None
        self._next_experiment = self.experiment
        self._next_path: Path | None = None
        self._in_force: Experiment | None = None
        self._schedule = Schedule()
        self._garbage = GarbageCollector(self)
        self._undo = UndoStack()
        self._recording = Recording()
        self._timer = Pace(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    # The run

    def open(
        self, experiment: Experiment, *, play: bool = False, saved: SavedRun | None = None
    ) -> None:
        """Start a run of an experiment; the present one stays until the new one is ready.

        Parameters
        ----------
        experiment
            What to train.
        play
            Whether to train as soon as it is ready.
        saved
            A saved run to continue.
        """
        if self._next:
            self._next.close(wait=False)
        self._next = Runner(
            experiment,
            self.setup,
            saved.resume if saved else None,
            self._recording.memory_budget,
            self._recording.begin,
        )
        self._next.limit_speed(self._speed_limit)
        self._next_experiment = saved.last_experiment if saved else experiment
        self._next_path = saved.path if saved else None
        self._play_next = play
        self._timer.follow(is_busy=True, is_seeking=False)
        self.status_changed.emit(Status(Phase.LOADING))

    @property
    def usage(self) -> Usage:
        """What the states to go back to take."""
        return self._recording.usage(self.branches)

    def use_budgets(self, chosen: Budgets) -> None:
        """Let the states to go back to take so much, from now on and next time."""
        self._recording.use(chosen)
        if self._runner:
            self._runner.set_memory_budget(chosen.memory)

    def open_run(self, path: Path) -> None:
        """Continue a saved run; a file that cannot be read is reported and changes nothing."""
        try:
            saved = open_run(path)
        except VisualMLPError as error:
            self.failed.emit(str(error))
        else:
            self.open(saved.experiment, saved=saved)

    def save_run(self, path: Path) -> None:
        """Save the run between two steps; ``saved`` or ``failed`` tells how it went."""

        def save(runner: Runner, trainer: Trainer) -> str:
            save_run(path, trainer, runner.branches)
            return str(path)

        if self._runner:
            self._runner.call(partial(save, self._runner))

    def keep_file(self) -> Path | None:
        """Let the file that the run in use is recorded in stay; None where there is none."""
        return self._recording.keep(self.setup) if self.setup else None

    def start_new_run(self) -> None:
        """Start a new run of the experiment in the panels."""
        self.open(self.experiment)

    def discard_edits(self) -> None:
        """Bring the panels back to the experiment of the run."""
        if self.setup:
            self.edit(with_live_fields(self.setup.experiment, self.experiment))

    def close(self) -> None:
        """End all threads and the timer."""
        self.leaving.emit()
        self.opened_path = None
        self.closing.emit()
        self._timer.stop()
        self._schedule.close()
        for runner in (self._runner, self._next):
            if runner:
                runner.close()
        self._runner = self._next = None
        self._garbage.close()

    # The experiment in the panels

    def edit(self, experiment: Experiment) -> None:
        """Take a change made in the panels; it can be undone."""
        if experiment == self.experiment:
            return
        self._undo.note(self.experiment)
        self._set_experiment(experiment)

    def undo(self) -> None:
        """Take back the last change in the panels, or the last one made to the run by hand."""
        if not self._undo.can_undo:
            return
        before = self._undo.undo(self.experiment)
        if before is None:
            self.undo_edit()
            self.undo_changed.emit()
        else:
            self._set_experiment(before)

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        if self._undo.can_redo:
            self._set_experiment(self._undo.redo(self.experiment))

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return self._undo.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to make again."""
        return self._undo.can_redo

    def change_run(self, label: str, make: Callable[[Trainer], Edit]) -> None:
        super().change_run(label, make)
        self._undo.note(None)
        self.undo_changed.emit()

    @property
    def undo_target(self) -> Experiment | None:
        """What Undo would bring back to the panels; None where it takes back a change by hand."""
        return self._undo.before

    @property
    def redo_target(self) -> Experiment | None:
        """What Redo would bring back to the panels."""
        return self._undo.after

    @property
    def has_pending_edits(self) -> bool:
        """Whether the panels differ from the run in a way that needs a new run."""
        return self.setup is not None and needs_new_run(self.setup.experiment, self.experiment)

    def _set_experiment(self, experiment: Experiment) -> None:
        before, self.experiment = self.experiment, experiment
        self.experiment_changed.emit(experiment)
        if self._runner and self.setup and with_live_fields(before, experiment) != before:
            self._awaited = with_live_fields(self.setup.experiment, experiment)
            self._in_force = None
            self._runner.change(self._awaited)
        untouched = self.timeline.head == 0 and self.frame is not None and not self.is_running
        data = experiment.data
        ready = self.has_pending_edits and not data.lacks_path and available(data.source)
        if ready and (untouched or self.is_loading):
            self.open(experiment, play=self._play_next)
        self.pending_changed.emit(self.has_pending_edits)

    # Views

    @property
    def views(self) -> Mapping[str, DrawnView]:
        """The views by name."""
        return self._schedule.views

    def add_view(self, view: DrawnView) -> None:
        """Keep a view up to date whenever it is shown."""
        self._schedule.add(view)
        if self.setup:
            view.begin(self.setup)

    def mark_stale(self, *names: str) -> None:
        """Draw views again at the next opportunity: shown, resized, set otherwise; or all."""
        self._schedule.mark_stale(*names)

    @property
    def is_settled(self) -> bool:
        """Whether every shown view shows the present frame (for pictures and tests)."""
        return self._next is None and self._schedule.is_settled

    # The timer

    def _tick(self) -> None:
        self._adopt_next()
        if self._runner:
            self._poll(self._runner)
        if self.frame:
            self._schedule.tick(self.frame, self.picks, self.picked_own)

    def _adopt_next(self) -> None:
        runner = self._next
        if runner is None or runner.status.phase is Phase.LOADING:
            return
        self._next = None
        if runner.status.phase is Phase.FAILED:
            runner.close(wait=False)
            self._report(runner.status)
            self.status_changed.emit(self.status)
            return
        if self._runner:
            self.leaving.emit()
            self._runner.close(wait=False)
        self._runner = runner
        self._begin_run(runner)

    def _begin_run(self, runner: Runner) -> None:
        setup = runner.setup
        assert setup is not None
        same_data = self.setup is not None and self.setup.data is setup.data
        self.setup, self.frame, self.opened_path = setup, None, self._next_path
        self._forget_timeline()
        self._awaited = self._in_force = None
        self.status = Status(Phase.LOADING)  # so that the new runner's is told, whatever it is
        self._begin_picks(setup, same_data=same_data)
        if self.experiment != self._next_experiment:
            self._undo.clear()
            self.experiment = self._next_experiment
            self.experiment_changed.emit(self.experiment)
        self._schedule.begin(setup)
        self.run_started.emit(setup)
        self.picks_changed.emit(self.picks)
        self.pending_changed.emit(False)
        if self._play_next:
            self._play_next = False
            runner.run()

    def _poll(self, runner: Runner) -> None:
        self._watch(runner)
        self._take_replies(runner)
        status = runner.status
        if frame := runner.poll():
            self._take_frame(frame)
        if status != self.status:
            self.status = status
            self._asked_to_play = False
            self._schedule.set_running(self.is_running)
            self.status_changed.emit(status)
            self._report(status)
        busy = self.is_running or self.is_loading
        self._timer.follow(is_busy=busy, is_seeking=self.is_seeking)
        self._garbage.generation = YOUNG if self._timer.is_lively else ALL

    def _take_replies(self, runner: Runner) -> None:
        for reply in runner.replies():
            if reply.failed:
                self._awaited = self._in_force = None  # a refused change is not shown
            (self.failed if reply.failed else self.saved).emit(reply.text)

    def _take_frame(self, frame: Frame) -> None:
        moved = self.frame is not None and frame.step != self.frame.step
        self.frame = frame
        self._arrive(frame.step)
        if moved and self._undo.leave_step():
            self.undo_changed.emit()
        self._follow(frame.experiment)
        self._schedule.mark_stale()
        self.frame_changed.emit(frame)

    def _follow(self, in_force: Experiment) -> None:
        """Show the settings of the cursor in the panels, once what was changed there counts."""
        if self._awaited is not None:
            if in_force != self._awaited:
                return
            self._awaited = None
        if in_force is self._in_force:
            return
        self._in_force = in_force
        experiment = with_live_fields(self.experiment, in_force)
        if experiment != self.experiment:
            self.experiment = experiment
            self._undo.follow(experiment)
            self.experiment_changed.emit(experiment)

    def _report(self, status: Status) -> None:
        if status.phase not in (Phase.FAILED, Phase.DIVERGED):
            return
        if status.error and not isinstance(status.error, VisualMLPError):
            log.error("training failed", exc_info=status.error)
            self.failed.emit(self.tr("Unexpected error in training: {}").format(status.error))
        else:
            self.failed.emit(status.message)
