"""The tree of runs."""

from __future__ import annotations

import pytest

from visualmlp.errors import ExperimentError
from visualmlp.training.branches import Branches
from visualmlp.training.timeline import Timeline


@pytest.fixture
def branches() -> Branches:
    """0 is left by 1 at step 20; 1 by 2 at 50 and, before it was 1, by 3 at 10."""
    tree = Branches(Timeline())
    tree.fork(Timeline(), 20, "a")
    tree.fork(Timeline(), 50, "b")
    tree.current = 1
    tree.fork(Timeline(), 10, "c")
    return tree


def told(branches: Branches, number: int) -> tuple[int | None, int, str]:
    branch = branches[number]
    return branch.parent, branch.fork_step, branch.change


def test_forks_of_a_deleted_run_left_its_parent_where_it_did(branches: Branches) -> None:
    branches.delete(1)
    assert told(branches, 2) == (0, 20, "a; b")
    assert told(branches, 3) == (0, 10, "c")


def test_forks_of_the_deleted_first_run_left_none(branches: Branches) -> None:
    branches.delete(0)
    assert told(branches, 1)[:2] == (None, 0)
    assert told(branches, 2) == (1, 50, "b")


def test_the_number_of_a_deleted_run_is_not_used_again(branches: Branches) -> None:
    branches.current = 0
    branches.delete(3)
    assert branches.fork(Timeline(), 5, "d").number == 4


def test_what_is_in_use_or_pinned_stays(branches: Branches) -> None:
    branches.pin(1, True)
    for number, reason in ((3, "in use"), (1, "unpin")):
        with pytest.raises(ExperimentError, match=reason):
            branches.delete(number)
    assert len(branches.all) == 4
