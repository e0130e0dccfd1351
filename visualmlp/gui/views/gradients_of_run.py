"""What the view of the gradients draws: updates spread over the run, and that at the cursor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from visualmlp.training.branches import Branch
from visualmlp.training.frame import Frame
from visualmlp.training.past_gradients import (
    Kind,
    Norms,
    PastSteps,
    StepGradients,
    gradients_of,
)
from visualmlp.training.probe import Probe

SHARE = 0.02
"""Seconds for which past updates are looked into before what is known is shown."""

Figures = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class GradientsOfRun:
    """What the view draws.

    Attributes
    ----------
    past
        Updates spread over the run.
    head
        The run's newest state when they were looked into.
    one
        The update that follows the cursor; while training runs the newest of the others.
    """

    past: PastSteps
    head: int
    one: StepGradients

    @property
    def steps(self) -> npt.NDArray[np.int64]:
        """The states looked into, that of ``one`` among them; ascending."""
        return np.union1d(self.past.steps, [self.one.step])

    def curve(self, kind: Kind, figure: str, layer: int) -> Figures:
        """A figure of :class:`Norms` of a layer at every one of ``steps``; infinite ones as NaN."""
        known, one = self._norms(self.past.norms(kind), self.one.norms(kind), figure)
        values = known[:, layer]
        place = int(np.searchsorted(self.past.steps, self.one.step))
        if self.one.step not in self.past.steps:
            values = np.insert(values, place, one[layer])
        return np.where(np.isinf(values), np.nan, values)

    @staticmethod
    def _norms(past: Norms, one: Norms, figure: str) -> tuple[Figures, Figures]:
        return getattr(past, figure), getattr(one, figure)

    @property
    def is_changed(self) -> bool:
        """Whether penalties or clipping changed a gradient before the optimizer got it."""
        kinds: tuple[Kind, Kind] = ("weights", "biases")
        return any(
            not np.array_equal(norms.raw, norms.gradient, equal_nan=True)
            for kind in kinds
            for norms in (self.past.norms(kind), self.one.norms(kind))
        )


class GradientLooker:
    """Looks into the updates of a run, for the analysis thread."""

    def __init__(self) -> None:
        self._frame: Frame | None = None
        self._one: StepGradients | None = None

    def look(self, probe: Probe, *, frame: Frame, branch: Branch) -> GradientsOfRun:
        """Look into some more updates."""
        past = probe.past_gradients.look(branch, SHARE)
        return GradientsOfRun(past, branch.timeline.head, self._at(probe, frame) or past.newest)

    def _at(self, probe: Probe, frame: Frame) -> StepGradients | None:
        """The update that follows the cursor; None while training runs."""
        if frame is not self._frame:
            step = probe.next_step(frame)
            layout = probe.network.layout
            self._one = step and gradients_of(frame.step, step.trace, layout)
            self._frame = frame
        return self._one
