"""Strips of predictions made by hand: flips, forgetting, order, and the choice of states."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualmlp.analysis.forgetting import (
    flips,
    forgetting_events,
    never_learnt,
    ranked,
    spread_steps,
    wrong_since,
)

LABELS = np.array([0, 1, 2, 1, 0, 2])
STRIPS = {
    "always right": [0, 0, 0, 0, 0],
    "forgotten twice": [1, 0, 0, 1, 0],
    "learnt once": [0, 0, 2, 2, 2],
    "forgotten twice, more flips": [1, 0, 2, 1, 0],
    "never, restless": [1, 2, 1, 1, 2],
    "never, -1 is no class": [-1, -1, -1, -1, 0],
}
PREDICTED = np.array(list(STRIPS.values())).T


def test_since_which_state_each_sample_is_wrong() -> None:
    labels, n_states = np.array([0, 0, 0, 0]), 4
    predicted = np.array([[0, 1, 0, 1], [1, 0, 0, 1], [1, 0, 1, 1], [0, 1, 1, 1]])
    assert wrong_since(predicted, labels).tolist() == [n_states, 3, 2, 0]


def test_flips_and_events_of_strips_made_by_hand() -> None:
    assert flips(PREDICTED).tolist() == [0, 3, 1, 4, 3, 1]
    assert forgetting_events(PREDICTED, LABELS).tolist() == [0, 2, 0, 2, 0, 0]
    assert never_learnt(PREDICTED, LABELS).tolist() == [False] * 4 + [True] * 2


@pytest.mark.parametrize(
    ("order", "rows"), [("forgotten", [3, 1]), ("flips", [3, 1, 4, 2, 5]), ("never", [4, 5])]
)
def test_orders(order: str, rows: list[int]) -> None:
    assert ranked(PREDICTED, LABELS, order).tolist() == rows


def test_samples_forgotten_as_often_go_by_flips_then_as_the_data_are() -> None:
    predicted = np.array([[0, 1, 1], [0, 1, 2], [0, 0, 1], [0, 0, 0]]).T
    labels = np.zeros(4, int)
    assert ranked(predicted, labels, "forgotten").tolist() == [1, 0, 2]
    assert ranked(predicted[:, ::-1], labels, "forgotten").tolist() == [2, 1, 3]


def test_one_state_alone_has_no_changes() -> None:
    assert flips(PREDICTED[:1]).tolist() == [0] * 6
    assert ranked(PREDICTED[:1], LABELS, "forgotten").tolist() == []
    assert ranked(PREDICTED[:0], LABELS, "never").tolist() == list(range(6))


@given(st.integers(0, 10**6), st.integers(1, 200))
def test_few_steps_are_evenly_spread(head: int, most: int) -> None:
    steps = spread_steps(head, most)
    assert steps[0] == 0
    assert len(steps) <= most
    assert head - steps[-1] < steps.step
    if head < most:
        assert list(steps) == list(range(head + 1))
    else:
        assert len(steps) > most / 2 - 1


def test_a_growing_run_needs_only_new_steps() -> None:
    seen = {0}
    for head in range(1, 3000):
        chosen = set(spread_steps(head, 50))
        assert chosen - seen <= {head}
        seen |= chosen
