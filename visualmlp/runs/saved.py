"""What a run file holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from visualmlp.data import Dataset, Recipe
from visualmlp.experiment import Experiment
from visualmlp.training.branches import Branches
from visualmlp.training.state import TrainState
from visualmlp.training.timeline import Resume, Timeline


@dataclass(frozen=True, slots=True, eq=False)
class SavedRun:
    """A run with its forks, as a file tells them.

    Attributes
    ----------
    experiment
        The experiment that the run began with.
    branches
        The tree of runs; states stay in the file until they are asked for.
    step
        Where the cursor was.
    fingerprint
        SHA-256 of the data set.
    environment
        Versions of the program and of what it computed with.
    notes
        What the user wrote about it.
    dataset
        The data set, where it is in the file.
    recipe
        What is done to new samples before the network predicts them; files written before there
        was any do not have it.
    path
        The file.
    version
        The format of the file.
    """

    experiment: Experiment
    branches: Branches
    step: int
    fingerprint: str
    environment: dict[str, str]
    notes: str
    dataset: Dataset | None
    recipe: Recipe | None
    path: Path
    version: int

    @property
    def timeline(self) -> Timeline:
        """Everything that happened in the current run."""
        return self.branches[self.branches.current].timeline

    @property
    def state(self) -> TrainState:
        """The newest state of the current run that is in the file.

        Raises
        ------
        RunFileError
            If it is damaged.
        """
        return self.timeline.checkpoints.nearest(self.timeline.head).state

    @property
    def last_experiment(self) -> Experiment:
        """The hyper-parameters in force at the current run's head."""
        changed = [edit.experiment for edit in self.timeline.edits if edit.experiment]
        return changed[-1] if changed else self.experiment

    @property
    def resume(self) -> Resume:
        """What a runner needs in order to go on."""
        return Resume(self.timeline, self.fingerprint, self.branches, self.step, self.dataset)
