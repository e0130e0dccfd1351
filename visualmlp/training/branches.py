"""The runs that came from one start: a tree of forks."""

from __future__ import annotations

from dataclasses import dataclass, replace

from visualmlp.errors import ExperimentError
from visualmlp.training.timeline import Timeline


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """One run of the tree.

    Attributes
    ----------
    number
        Its own for ever; 0 is the first run.
    name
        What the user calls it.
    timeline
        What happened in it, with what it has in common with its parent.
    parent
        Number of the run that it left, None for the first.
    fork_step
        The state where it left.
    change
        What was changed there, in a few words.
    is_pinned
        Whether the user wants it kept.
    """

    number: int
    name: str
    timeline: Timeline
    parent: int | None = None
    fork_step: int = 0
    change: str = ""
    is_pinned: bool = False

    @property
    def n_bytes(self) -> int:
        """Memory of its checkpoints, those that it shares included."""
        return self.timeline.checkpoints.n_bytes


class Branches:
    """The tree of runs; an immutable tuple for readers on other threads.

    Parameters
    ----------
    timeline
        Of the first run.
    """

    def __init__(self, timeline: Timeline) -> None:
        self.all: tuple[Branch, ...] = (Branch(0, "run 1", timeline),)
        self.current = 0
        self._highest = 0

    @classmethod
    def restored(cls, branches: tuple[Branch, ...], current: int) -> Branches:
        """A tree as it was.

        Raises
        ------
        ExperimentError
            If there is no such current run.
        """
        tree = cls(branches[0].timeline)
        tree.all, tree.current = branches, current
        tree[current]
        return tree

    def __getitem__(self, number: int) -> Branch:
        for branch in self.all:
            if branch.number == number:
                return branch
        raise ExperimentError(f"there is no run number {number}: it was deleted")

    def share(self, n_bytes: int) -> None:
        """Divide a budget: half of it for the current run, the rest for the others."""
        others = [branch for branch in self.all if branch.number != self.current]
        current = n_bytes // 2 if others else n_bytes
        self[self.current].timeline.checkpoints.budget = current
        for branch in others:
            branch.timeline.checkpoints.budget = (n_bytes - current) // len(others)

    def own_bytes(self, number: int) -> int:
        """Memory of the checkpoints that no other run shares: what deleting it frees."""
        others = (branch for branch in self.all if branch.number != number)
        shared = {id(kept) for other in others for kept in other.timeline.checkpoints.in_memory}
        own = self[number].timeline.checkpoints.in_memory
        return sum(kept.n_bytes for kept in own if id(kept) not in shared)

    @property
    def contents(self) -> tuple[object, ...]:
        """What a file of the tree holds: equal contents are the same file."""
        return tuple(
            (branch.number, branch.name, branch.is_pinned, branch.timeline.contents)
            for branch in self.all
        )

    def fork(self, timeline: Timeline, step: int, change: str) -> Branch:
        """Add a run that leaves the current one, which it replaces as the current."""
        number = self._highest = max(self._highest, *(branch.number for branch in self.all)) + 1
        fork = Branch(number, f"run {number + 1}", timeline, self.current, step, change)
        self.all = (*self.all, fork)
        self.current = number
        return fork

    def rename(self, number: int, name: str) -> None:
        """Give a run another name."""
        self._change(number, name=name)

    def pin(self, number: int, is_pinned: bool) -> None:
        """Keep a run from being deleted, or not."""
        self._change(number, is_pinned=is_pinned)

    def delete(self, number: int) -> None:
        """Forget a run; its forks become forks of its parent, from where this one left that.

        Raises
        ------
        ExperimentError
            If it is the current one, or pinned.
        """
        branch = self[number]
        if number == self.current:
            raise ExperimentError(f"{branch.name} is in use: go to another run first")
        if branch.is_pinned:
            raise ExperimentError(f"{branch.name} is pinned: unpin it first")
        self.all = tuple(
            _adopted(other, branch) if other.parent == number else other
            for other in self.all
            if other.number != number
        )

    def _change(self, number: int, **changes: object) -> None:
        self[number]
        self.all = tuple(
            replace(branch, **changes) if branch.number == number else branch  # type: ignore[arg-type]
            for branch in self.all
        )


def _adopted(fork: Branch, left: Branch) -> Branch:
    """A fork of a run that is deleted, as a fork of that run's parent."""
    if left.parent is None:
        return replace(fork, parent=None, fork_step=0)
    changes = [left.change, fork.change] if fork.fork_step >= left.fork_step else [fork.change]
    return replace(
        fork,
        parent=left.parent,
        fork_step=min(left.fork_step, fork.fork_step),
        change="; ".join(filter(None, changes)),
    )
