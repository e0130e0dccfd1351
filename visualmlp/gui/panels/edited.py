"""What a form edits: the experiment of the session, or one that is being made in a dialog."""

from __future__ import annotations

from typing import Protocol

from PyQt6.QtCore import pyqtBoundSignal

from visualmlp.experiment import Experiment


class Edited(Protocol):
    """An experiment that is changed by forms and followed by them."""

    @property
    def experiment(self) -> Experiment:
        """As it is now."""

    @property
    def experiment_changed(self) -> pyqtBoundSignal:
        """Tells of the new experiment."""

    def edit(self, experiment: Experiment) -> None:
        """Take a change."""
