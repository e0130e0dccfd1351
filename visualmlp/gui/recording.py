"""The file that the run in the window is always in, and the room for states to go back to."""

from __future__ import annotations

from pathlib import Path
from weakref import WeakKeyDictionary

from visualmlp.gui.budgets import Budgets, Usage, budgets, save_budgets
from visualmlp.runs import Recorder, autosave_path
from visualmlp.training.branches import Branches
from visualmlp.training.setup import Setup


class Recording:
    """Makes the recorder of every run, within the budgets that the user chose."""

    def __init__(self) -> None:
        self._budgets = budgets()
        self._recorder: Recorder | None = None
        self._recorders: WeakKeyDictionary[Setup, Recorder] = WeakKeyDictionary()

    @property
    def memory_budget(self) -> int:
        """Bytes of states in memory."""
        return self._budgets.memory

    def begin(self, setup: Setup) -> Recorder:
        """The recorder of a new run; called on the training's thread."""
        disk = self._budgets.disk
        self._recorder = Recorder(autosave_path(), setup, keeps=False, budget=disk)
        self._recorders[setup] = self._recorder
        return self._recorder

    def keep(self, setup: Setup) -> Path | None:
        """Let the file of a run stay when the run is closed; None where there is nothing in it."""
        recorder = self._recorders.get(setup)
        if recorder is None or not recorder.path.exists():
            return None
        recorder.keeps = True
        return recorder.path

    def use(self, chosen: Budgets) -> None:
        """Take other budgets, from now on and next time."""
        save_budgets(chosen)
        self._budgets = chosen
        if self._recorder:
            self._recorder.budget = chosen.disk

    def usage(self, branches: Branches | None) -> Usage:
        """What the states of all runs of a tree take."""
        runs = branches.all if branches else ()
        kept = {id(one): one for run in runs for one in run.timeline.checkpoints.in_memory}
        memory = sum(one.n_bytes for one in kept.values())
        return Usage(len(kept), memory, self._recorder.n_bytes if self._recorder else 0)
