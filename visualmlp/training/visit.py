"""States of runs that another thread works on, made again beside it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from visualmlp.errors import ExperimentError
from visualmlp.training.learner import Learner
from visualmlp.training.setup import Setup
from visualmlp.training.state import TrainState
from visualmlp.training.timeline import Checkpoint, Edit, Timeline


class Visitor:
    """A twin of the trainer that goes through timelines without recording or changing anything.

    The timelines' owner may go on meanwhile. A visitor is for one thread at a time; states asked
    for in ascending order are the quickest, since it goes on from where it is.

    Parameters
    ----------
    setup
        The runs' set-up.
    """

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._learner: Learner | None = None
        self._timeline: Timeline | None = None
        self._edits: list[Edit] = []
        self._n_made = 0

    def state_at(
        self, timeline: Timeline, step: int, before_update: Callable[[], None] = lambda: None
    ) -> TrainState:
        """The state before a step, the edits made to it included.

        Parameters
        ----------
        step
            0 to the head; beyond either, that end.
        before_update
            Called before each update that is made again; may raise to end the visit.

        Raises
        ------
        ExperimentError
            If the timeline is none of this set-up, or the state cannot be reached.
        """
        return self.learner_at(timeline, step, before_update).state()

    def learner_at(
        self, timeline: Timeline, step: int, before_update: Callable[[], None] = lambda: None
    ) -> Learner:
        """The visitor's own learner in that state: it may be let make updates, and nothing else.

        Parameters and exceptions are those of :meth:`state_at`.
        """
        step = min(max(step, 0), timeline.head)
        learner = self._move_to(timeline, step)
        self._make_edits(learner)
        while learner.step_count < step:
            before_update()
            if learner.update() is None:
                raise ExperimentError(f"step {learner.step_count:,} does not come out again")
            self._make_edits(learner)
        return learner

    def _move_to(self, timeline: Timeline, step: int) -> Learner:
        """Go to the nearest state, unless the present one is nearer."""
        learner = self._learner = self._learner or Learner(self.setup)
        edits = list(timeline.edits)
        made = slice(self._n_made)
        goes_on = timeline is self._timeline and edits[made] == self._edits[made]
        goes_on &= all(edit.step >= learner.step_count for edit in edits[self._n_made :])
        nearest = self._nearest(timeline, step)
        if not (goes_on and nearest.state.step <= learner.step_count <= step):
            self._timeline = None
            learner.restore(nearest.state)
            self._n_made = nearest.n_edits
        self._timeline, self._edits = timeline, edits
        return learner

    def _make_edits(self, learner: Learner) -> None:
        while self._n_made < len(self._edits):
            edit = self._edits[self._n_made]
            if edit.step > learner.step_count:
                break
            learner.apply(edit)
            self._n_made += 1

    def _nearest(self, timeline: Timeline, step: int) -> Checkpoint:
        try:
            return timeline.checkpoints.nearest(step)
        except KeyError:  # an older file: the start is known, though it was not kept
            return self._start

    @cached_property
    def _start(self) -> Checkpoint:
        return Checkpoint(Learner(self.setup).state(), 0)
