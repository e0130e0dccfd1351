"""The run file of a training without a window."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tqdm import tqdm

from visualmlp.errors import RunFileError
from visualmlp.runs import Recorder, autosave_path, save_run
from visualmlp.training.branches import Branches
from visualmlp.training.trainer import Trainer

INTERVAL = 1.0
"""Seconds between two looks at the run file, which can be opened meanwhile."""


class Recording:
    """Keeps the run file up to date; where that fails it is told once, and at the end."""

    def __init__(self, trainer: Trainer, path: Path, notes: str) -> None:
        self._trainer = trainer
        self._branches = Branches(trainer.timeline)
        self._recorder = Recorder(path, trainer.setup, notes=notes)
        self._recorder.begin(self._branches, trainer)
        self._due = time.perf_counter()
        self._has_told = False

    def follow(self) -> None:
        """Write what is new, now and then."""
        if time.perf_counter() < self._due:
            return
        try:
            self._recorder.record(self._branches, self._trainer)
        except RunFileError as error:
            if not self._has_told:
                tqdm.write(f"visualmlp: {error}; the training goes on", file=sys.stderr)
            self._has_told = True
        self._due = time.perf_counter() + INTERVAL

    def abandon(self) -> None:
        """Leave the file as it is."""
        self._recorder.abandon()

    def finish(self) -> None:
        """Write the rest; where that fails, save the run where the window looks for lost ones.

        Raises
        ------
        RunFileError
            If the file cannot be written; the text says where the run is instead.
        """
        recorder, spare = self._recorder, autosave_path()
        recorder.close()
        if not recorder.problem:
            return
        try:
            spare.parent.mkdir(parents=True, exist_ok=True)
            save_run(spare, self._trainer, self._branches)
        except (OSError, RunFileError):
            raise RunFileError(recorder.problem) from None
        raise RunFileError(f"{recorder.path}: is not complete; the run is in {spare} instead")
