"""What Undo and Redo go through: changes in the panels, and changes made to the run by hand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from visualmlp.experiment import Experiment
from visualmlp.training.live import with_live_fields


class UndoStack:
    """Experiments that the panels had before, and places where the run was changed by hand.

    The timeline remembers what was done to a run. So what the cursor has left behind is no longer
    undone here: a change by hand leaves the stack when the cursor leaves its step, and where the
    cursor finds other live settings, those count for all experiments in the stack.
    """

    def __init__(self) -> None:
        self._before: list[Experiment | None] = []
        self._after: list[Experiment] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether there is something to make again."""
        return bool(self._after)

    @property
    def before(self) -> Experiment | None:
        """What Undo would go back to; None for a change by hand, and where there is nothing."""
        return self._before[-1] if self._before else None

    @property
    def after(self) -> Experiment | None:
        """What Redo would go to again."""
        return self._after[-1] if self._after else None

    def clear(self) -> None:
        """Forget everything."""
        self._before.clear()
        self._after.clear()

    def note(self, before: Experiment | None) -> None:
        """Something was done: the experiment before it, or None for a change by hand."""
        self._before.append(before)
        self._after.clear()

    def undo(self, present: Experiment) -> Experiment | None:
        """The experiment to go back to; None where a change by hand is to be taken back."""
        before = self._before.pop()
        if before is not None:
            self._after.append(present)
        return before

    def redo(self, present: Experiment) -> Experiment:
        """The experiment to go to again."""
        self._before.append(present)
        return self._after.pop()

    def leave_step(self) -> bool:
        """The cursor went to another step; whether there is less to undo now."""
        count = len(self._before)
        self._before = [entry for entry in self._before if entry is not None]
        return len(self._before) < count

    def follow(self, present: Experiment) -> None:
        """The cursor found other live settings than the panels had."""
        self._before = _with_settings(self._before, present)
        self._after = [e for e in _with_settings(self._after, present) if e]


def _with_settings(
    entries: Sequence[Experiment | None], present: Experiment
) -> list[Experiment | None]:
    """The entries with the live settings of the present, without those that change nothing."""
    renewed = [entry and with_live_fields(entry, present) for entry in entries]
    return [a for a, b in pairwise([*renewed, present]) if a is None or a != b]
