"""Where a run has been: its parameters at states spread over it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

from visualmlp.analysis.forgetting import spread_steps
from visualmlp.engine import Array
from visualmlp.training.branches import Branch
from visualmlp.training.past_looks import PastLooks
from visualmlp.training.setup import Setup
from visualmlp.training.timeline import Edit

MOST_STATES = 100
LEAST_STATES = 10
MOST_BYTES = 64 * 2**20
"""Of the parameters kept for a run; large networks are looked into at fewer states."""

MOST_EDITS = 20


def _nothing() -> None:
    pass


class States(NamedTuple):
    """Parameters by step, ascending, and how many states are still to be looked into."""

    parameters: dict[int, Array]
    n_missing: int


class PastStates(PastLooks[Array, States]):
    """Looks into each state once; one thread at a time, others wait.

    Parameters
    ----------
    setup
        The runs' set-up.
    """

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        n_bytes = setup.new_network().parameters.flat.nbytes
        self._most = min(max(MOST_BYTES // n_bytes, LEAST_STATES), MOST_STATES)
        self._before_update: Callable[[], None] = _nothing
        self._besides: dict[int, Array] = {}
        self._besides_of: tuple[int, list[Edit]] = (-1, [])
        self._lock = threading.Lock()

    @property
    def most(self) -> int:
        return self._most

    def look(
        self, branch: Branch, seconds: float, before_update: Callable[[], None] = _nothing
    ) -> States:
        """As :meth:`PastLooks.look`; ``before_update`` may raise to end it at once."""
        with self._lock:
            self._before_update = before_update
            return super().look(branch, seconds)

    def besides(
        self, branch: Branch, head: int, before_update: Callable[[], None] = _nothing
    ) -> dict[int, Array]:
        """States of the beginning, where most happens; those of the last edits; the head's.

        ``before_update`` may raise to end it at once.
        """
        edits = list(branch.timeline.edits)
        steps = {head, *(edit.step for edit in edits[-MOST_EDITS:])}
        steps |= set(early_steps(spread_steps(head, self.most).step))
        with self._lock:
            self._before_update = before_update
            known = self._besides if self._besides_of == (branch.number, edits) else {}
            self._besides = {
                step: known[step] if step in known else self._find(branch, step)
                for step in sorted(steps)
                if step <= head
            }
            self._besides_of = branch.number, edits
            return self._besides

    def _find(self, branch: Branch, step: int) -> Array:
        return self._visitor.state_at(branch.timeline, step, self._before_update).parameters

    def _tell(self, known: dict[int, Array], spacing: int, n_missing: int) -> States:
        return States(known, n_missing)


def early_steps(before: int) -> list[int]:
    """1, 2, 3, 4, 6, 8, 12, 16 … below a step."""
    steps = (m << k for k in range(before.bit_length()) for m in (2, 3))
    return sorted({1, *steps} & set(range(1, before)))
