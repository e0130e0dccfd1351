"""Run until something happens, and stop at exactly the first state at which it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from visualmlp.errors import ExperimentError
from visualmlp.experiment import Section
from visualmlp.training import counted_conditions, measured_conditions  # noqa: F401 - register
from visualmlp.training.condition import CONDITIONS, BehindError, Check
from visualmlp.training.timeline import Event
from visualmlp.training.trainer import Trainer

__all__ = ["CONDITIONS", "Armed", "Until"]


@dataclass(frozen=True, slots=True)
class Armed:
    """A condition, by name, with its parameters."""

    name: str
    parameters: Section


class Until:
    """The goal of a run that ends where one of several conditions is met.

    They are looked at after every step, the first time as well as in replay; a state where one
    holds already is left first. Without a condition that is certain to come, the planned epochs
    are the end, unless the run is beyond them already.

    Parameters
    ----------
    conditions
        Those to stop at.
    trainer
        Where the run goes on from.

    Attributes
    ----------
    message
        Why the run has ended, for the user; empty before.

    Raises
    ------
    ExperimentError
        If there is no condition, one has no meaning for this run, or all lie behind.
    """

    def __init__(self, conditions: Sequence[Armed], trainer: Trainer) -> None:
        self.message = ""
        self._checks: list[Check] = []
        self._goes_beyond = trainer.is_finished
        behind: BehindError | None = None
        for armed in conditions:
            condition = CONDITIONS[armed.name]
            try:
                self._checks.append(condition.make(armed.parameters, trainer))
            except BehindError as error:
                behind = error
            else:
                self._goes_beyond |= condition.is_certain
        if not self._checks:
            raise behind or ExperimentError("no condition is chosen to run until")

    def __call__(self, trainer: Trainer) -> bool:
        """Whether to stop here; if a condition is met, an event marks it on the timeline."""
        if reason := self._reason(trainer):
            trainer.timeline.mark(Event(trainer.step_count, reason))
            where = f"step {trainer.step_count:,}"
            why = "" if reason == where else f": {reason}"
            self.message = f"Stopped at {where}{why}."
        elif trainer.is_finished and not self._goes_beyond:
            self.message = "The planned epochs are done, and no condition was met."
        return bool(self.message)

    def _reason(self, trainer: Trainer) -> str:
        if trainer.divergence:
            return f"{trainer.divergence.tensor} hold NaN or Inf"
        with np.errstate(all="ignore"):
            reasons = [check(trainer) for check in self._checks]
        return "; ".join(filter(None, reasons))
