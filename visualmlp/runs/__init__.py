"""Run files: what a run was, on disk."""

from visualmlp.runs.file import SavedRun, environment, load_run, save_run

__all__ = ["SavedRun", "environment", "load_run", "save_run"]
