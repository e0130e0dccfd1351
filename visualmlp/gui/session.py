"""The only bridge between the window and the training."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from visualmlp.errors import VisualMLPError
from visualmlp.experiment import Experiment
from visualmlp.gui.garbage import ALL, YOUNG, GarbageCollector
from visualmlp.gui.kept_runs import KeptRun, snapshot, with_run
from visualmlp.gui.schedule import DrawnView, Picks, Schedule
from visualmlp.runs import SavedRun, load_run, save_run
from visualmlp.training.frame import Frame
from visualmlp.training.history import History
from visualmlp.training.probe import PartName
from visualmlp.training.runner import Phase, Runner, Status
from visualmlp.training.setup import Setup
from visualmlp.training.state import Resume
from visualmlp.training.trainer import Trainer, needs_new_run, with_live_fields

log = logging.getLogger(__name__)

TICK_MS = 20
"""While training runs one view is drawn a tick at most."""

IDLE_TICK_MS = 40
"""Between runs a slower tick still answers at once and lets the processor sleep."""


class Session(QObject):
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
    picks_changed = pyqtSignal(object)
    """The Picks."""
    kept_changed = pyqtSignal(object)
    """The runs whose curves are kept: a tuple of KeptRun."""
    failed = pyqtSignal(str)
    """A message for the user about what went wrong."""
    saved = pyqtSignal(str)
    """The run was saved under this path."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.experiment = Experiment()
        self.setup: Setup | None = None
        self.frame: Frame | None = None
        self.picks = Picks()
        self.kept_curves: tuple[KeptRun, ...] = ()
        self.status = Status(Phase.LOADING)
        self._runner: Runner | None = None
        self._next: Runner | None = None
        self._next_experiment = self.experiment
        self._play_next = False
        self._speed_limit: float | None = None
        self._schedule = Schedule()
        self._garbage = GarbageCollector(self)
        self._undo: list[Experiment] = []
        self._redo: list[Experiment] = []
        self._timer = QTimer(self)
        self._timer.setInterval(IDLE_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    # The run

    @property
    def history(self) -> History:
        """Everything recorded of the run so far; grows while it is read."""
        return self._runner.history if self._runner else History()

    @property
    def is_running(self) -> bool:
        """Whether training goes on at this moment."""
        return self.status.phase is Phase.RUNNING

    @property
    def is_loading(self) -> bool:
        """Whether a new run is being made ready."""
        return self._next is not None

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
        resume = Resume(saved.state, saved.history, saved.fingerprint) if saved else None
        self._next = Runner(experiment, self.setup, resume)
        self._next.limit_speed(self._speed_limit)
        self._next_experiment = saved.state.experiment if saved else experiment
        self._play_next = play
        self._timer.setInterval(TICK_MS)
        self.status_changed.emit(Status(Phase.LOADING))

    def open_run(self, path: Path) -> None:
        """Continue a saved run; a file that cannot be read is reported and changes nothing."""
        try:
            saved = load_run(path)
        except VisualMLPError as error:
            self.failed.emit(str(error))
        else:
            self.open(saved.experiment, saved=saved)

    def save_run(self, path: Path) -> None:
        """Save the run between two steps; ``saved`` or ``failed`` tells how it went."""

        def save(trainer: Trainer) -> str:
            save_run(path, trainer)
            return str(path)

        if self._runner:
            self._runner.call(save)

    def limit_speed(self, steps_per_second: float | None) -> None:
        """Train no faster than this; None for full speed."""
        self._speed_limit = steps_per_second
        for runner in (self._runner, self._next):
            if runner:
                runner.limit_speed(steps_per_second)

    def start_new_run(self) -> None:
        """Start a new run of the experiment in the panels."""
        self.open(self.experiment)

    def discard_edits(self) -> None:
        """Bring the panels back to the experiment of the run."""
        if self.setup:
            self.edit(with_live_fields(self.setup.experiment, self.experiment))

    def play(self) -> None:
        """Train until the planned epochs are made; beyond them, until paused."""
        if self._next:
            self._play_next = True
        elif self._runner:
            self._runner.run()

    def pause(self) -> None:
        """Stop after the present step."""
        self._play_next = False
        if self._runner:
            self._runner.pause()

    def toggle(self) -> None:
        """Play or pause."""
        self.pause() if self.is_running else self.play()

    def run_steps(self, count: int) -> None:
        """Make a number of steps, then pause."""
        if self._runner:
            self._runner.run_steps(count)

    def run_epochs(self, count: int) -> None:
        """Train to the end of the ``count``-th epoch from now, then pause."""
        if self._runner:
            self._runner.run_epochs(count)

    def run_to_step(self, step: int) -> None:
        """Train until this state and pause there; from the start again if it is in the past."""
        if self._runner:
            self._runner.run_to_step(step)

    def run_to_epoch(self, epoch: int) -> None:
        """Train to the end of this epoch and pause; from the start again if it is in the past."""
        if self._runner:
            self._runner.run_to_epoch(epoch)

    def reset(self) -> None:
        """Go back to the start of the same run."""
        if self._runner:
            self._runner.reset()

    def close(self) -> None:
        """End all threads and the timer."""
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
        self._undo.append(self.experiment)
        self._redo.clear()
        self._set_experiment(experiment)

    def undo(self) -> None:
        """Take back the last change in the panels."""
        if self._undo:
            self._redo.append(self.experiment)
            self._set_experiment(self._undo.pop())

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        if self._redo:
            self._undo.append(self.experiment)
            self._set_experiment(self._redo.pop())

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to make again."""
        return bool(self._redo)

    @property
    def has_pending_edits(self) -> bool:
        """Whether the panels differ from the run in a way that needs a new run."""
        return self.setup is not None and needs_new_run(self.setup.experiment, self.experiment)

    def _set_experiment(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.experiment_changed.emit(experiment)
        if self._runner and self.setup:
            self._runner.change(with_live_fields(self.setup.experiment, experiment))
        untouched = self.frame is not None and self.frame.step == 0 and not self.is_running
        ready = self.has_pending_edits and not experiment.data.lacks_path
        if ready and (untouched or self.is_loading):
            self.open(experiment, play=self._play_next)
        self.pending_changed.emit(self.has_pending_edits)

    # What the user picked

    def pick_sample(self, sample: int, part: PartName | None = None) -> None:
        """Let inspector and views follow a sample, given by its row in a part of the data."""
        self._pick(replace(self.picks, sample=sample, part=part or self.picks.part))

    def pick_unit(self, layer: int, unit: int) -> None:
        """Let views follow a unit of a layer (0 is the first)."""
        self._pick(replace(self.picks, unit=(layer, unit)))

    def pick_cell(self, cell: tuple[int, int] | None) -> None:
        """Filter by a cell (true, predicted) of the confusion matrix, or by none."""
        self._pick(replace(self.picks, cell=cell))

    def _pick(self, picks: Picks) -> None:
        if picks != self.picks:
            self.picks = picks
            self.picks_changed.emit(picks)
            self._schedule.mark_stale()

    # Curves of earlier runs

    @property
    def has_curves(self) -> bool:
        """Whether the run has made a step at least."""
        return self.setup is not None and len(self.history.steps) > 0

    def keep_curves(self, name: str) -> KeptRun | None:
        """Go on drawing the curves of the run as it is now, under a name; None if it has none."""
        if not (self.setup and self.frame and self.has_curves):
            return None
        run = snapshot(name, self.history, self.setup.data.task, self.frame.n_batches)
        self._keep(with_run(self.kept_curves, run))
        return self.kept_curves[-1]

    def forget_kept_curves(self, runs: Collection[KeptRun] | None = None) -> None:
        """Draw the curves of these runs no more; without an argument those of the present only."""
        gone = self.kept_curves if runs is None else runs
        self._keep(tuple(run for run in self.kept_curves if run not in gone))

    def _keep(self, runs: tuple[KeptRun, ...]) -> None:
        self.kept_curves = runs
        self.kept_changed.emit(runs)

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
        self._poll_runner()
        if self.frame:
            self._schedule.tick(self.frame, self.picks)

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
            self._runner.close(wait=False)
        self._runner = runner
        self._begin_run(runner)

    def _begin_run(self, runner: Runner) -> None:
        setup = runner.setup
        assert setup is not None
        same_data = self.setup is not None and self.setup.data is setup.data
        self.setup, self.frame = setup, None
        self.status = Status(Phase.LOADING)  # so that the new runner's is told, whatever it is
        if not same_data:
            self.picks = Picks.of_new(setup)
        self.picks = replace(self.picks, unit=None, cell=None)
        if self.experiment != self._next_experiment:
            self._undo.clear()
            self._redo.clear()
            self.experiment = self._next_experiment
            self.experiment_changed.emit(self.experiment)
        self._schedule.begin(setup)
        self.run_started.emit(setup)
        self.picks_changed.emit(self.picks)
        self.pending_changed.emit(False)
        if self._play_next:
            self._play_next = False
            runner.run()

    def _poll_runner(self) -> None:
        if self._runner is None:
            return
        for reply in self._runner.replies():
            (self.failed if reply.failed else self.saved).emit(reply.text)
        status = self._runner.status
        frame = self._runner.poll()
        if frame:
            self.frame = frame
            self._schedule.mark_stale()
            self.frame_changed.emit(frame)
        if status != self.status:
            self.status = status
            self._schedule.set_running(self.is_running)
            self._garbage.generation = YOUNG if self.is_running else ALL
            self._timer.setInterval(TICK_MS if self.is_running else IDLE_TICK_MS)
            self.status_changed.emit(status)
            self._report(status)

    def _report(self, status: Status) -> None:
        if status.phase not in (Phase.FAILED, Phase.DIVERGED):
            return
        if status.error and not isinstance(status.error, VisualMLPError):
            log.error("training failed", exc_info=status.error)
            self.failed.emit(self.tr("Unexpected error in training: {}").format(status.error))
        else:
            self.failed.emit(status.message)
