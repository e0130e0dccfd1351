"""Run files: what a run was, on disk, with all its states to go back to."""

from visualmlp.runs.autosave import autosave_folder, autosave_path, autosaves, discard
from visualmlp.runs.lock import is_being_written
from visualmlp.runs.reading import open_run
from visualmlp.runs.recorder import DISK_BUDGET, Recorder
from visualmlp.runs.saved import SavedRun
from visualmlp.runs.saving import save_copy, save_run
from visualmlp.runs.versions import environment

__all__ = [
    "DISK_BUDGET",
    "Recorder",
    "SavedRun",
    "autosave_folder",
    "autosave_path",
    "autosaves",
    "discard",
    "environment",
    "is_being_written",
    "open_run",
    "save_copy",
    "save_run",
]
