"""The curves of earlier runs that are drawn beside those of the present one."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from visualmlp.errors import VisualMLPError
from visualmlp.gui.kept_runs import KeptRun, saved_curves, snapshot, with_run
from visualmlp.gui.steering import Steering
from visualmlp.runs import open_run
from visualmlp.training.frame import Frame
from visualmlp.training.setup import Setup


class CurveKeeping(Steering):
    """Keeps what was recorded of runs, of the present one or of files.

    Signals
    -------
    kept_changed
        The runs whose curves are kept: a tuple of KeptRun.
    """

    kept_changed = pyqtSignal(object)
    setup: Setup | None
    frame: Frame | None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kept_curves: tuple[KeptRun, ...] = ()

    @property
    def has_curves(self) -> bool:
        """Whether the run has made a step at least."""
        return self.setup is not None and len(self.history.steps) > 0

    def keep_curves(self, name: str) -> KeptRun | None:
        """Go on drawing the curves of the run as it is now, under a name; None if it has none."""
        if not (self.setup and self.frame and self.has_curves):
            return None
        run = snapshot(
            name,
            self.history,
            self.setup.data.task,
            self.frame.n_batches,
            self.setup.experiment,
            self.timeline.edits,
        )
        self._keep(with_run(self.kept_curves, run))
        return self.kept_curves[-1]

    def keep_curves_of(self, path: Path) -> None:
        """Draw the curves of a saved run as well; a file that cannot be read is reported."""
        try:
            run = saved_curves(open_run(path))
        except VisualMLPError as error:
            self.failed.emit(str(error))
            return
        self._keep(with_run(self.kept_curves, run))
        if self.setup and not run.fits(self.setup.data.task):
            text = self.tr("{} is kept, but is drawn beside runs of its own kind only: a {}.")
            self.failed.emit(text.format(run.name, run.task))

    def forget_kept_curves(self, runs: Collection[KeptRun] | None = None) -> None:
        """Draw the curves of these runs no more; without an argument those of the present only."""
        gone = self.kept_curves if runs is None else runs
        self._keep(tuple(run for run in self.kept_curves if run not in gone))

    def _keep(self, runs: tuple[KeptRun, ...]) -> None:
        self.kept_curves = runs
        self.kept_changed.emit(runs)
