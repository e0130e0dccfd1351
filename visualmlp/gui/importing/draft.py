"""The experiment that a dialog is about to make."""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from visualmlp.data import SourceSettings
from visualmlp.experiment import Data, Experiment
from visualmlp.training.setup import source_settings


class Draft(QObject):
    """An experiment that forms edit as they edit the session's.

    Parameters
    ----------
    experiment
        To begin with.
    is_new
        Whether its data section was made for these data just now: then what the user has not
        set yet may be proposed.

    Signals
    -------
    experiment_changed
        The Experiment as it is now.
    """

    experiment_changed = pyqtSignal(object)

    def __init__(self, experiment: Experiment, parent: QObject, *, is_new: bool) -> None:
        super().__init__(parent)
        self.experiment = experiment
        self._set_by_user: set[str] = set() if is_new else set(Data.model_fields)

    @property
    def data(self) -> Data:
        """The data section."""
        return self.experiment.data

    @property
    def settings(self) -> SourceSettings:
        """What the data section says about its source."""
        return source_settings(self.data)

    def edit(self, experiment: Experiment) -> None:
        """Take what the user has set."""
        old, new = self.data, experiment.data
        changed = {name for name in Data.model_fields if getattr(old, name) != getattr(new, name)}
        self._set_by_user |= changed
        self._take(experiment)

    def set_data(self, **values: Any) -> None:
        """Take what the user has set of the data section."""
        self.edit(self._with(values))

    def propose(self, **values: Any) -> None:
        """Set fields of the data section that the user has not set."""
        new = {name: value for name, value in values.items() if name not in self._set_by_user}
        self._take(self._with(new))

    def begin(self, experiment: Experiment) -> None:
        """Begin again with other data."""
        self._set_by_user.clear()
        self._take(experiment)

    def _with(self, values: dict[str, Any]) -> Experiment:
        return self.experiment.replace(data=self.data.replace(**values))

    def _take(self, experiment: Experiment) -> None:
        if experiment != self.experiment:
            self.experiment = experiment
            self.experiment_changed.emit(experiment)
