# ruff: noqa: NPY002 - the older functions are what is compared with
"""Sampling rules: which rows they take, and that a state brings them back."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualmlp.engine import SAMPLERS, STREAMS, Sampler

every_rule = pytest.mark.parametrize("rule", list(SAMPLERS))


def make(rule: str, n: int, stream: str = "generator", seed: int = 0) -> Sampler:
    return SAMPLERS[rule](n, STREAMS[stream](seed))


def epoch(sampler: Sampler, batch_size: int) -> list[list[int]]:
    """The rows of every step of one epoch."""
    steps = []
    while True:
        rows = sampler.peek(batch_size).tolist()
        steps.append(rows)
        if sampler.advance(len(rows)):
            return steps


def flat(steps: list[list[int]]) -> list[int]:
    return [row for rows in steps for row in rows]


@given(n=st.integers(1, 30), batch_size=st.integers(1, 40), seed=st.integers(0, 9))
def test_every_shuffled_epoch_is_a_new_permutation_cut_into_batches(
    n: int, batch_size: int, seed: int
) -> None:
    sampler = make("shuffle", n, seed=seed)
    first, second = epoch(sampler, batch_size), epoch(sampler, batch_size)
    assert sorted(flat(first)) == sorted(flat(second)) == list(range(n))
    assert [len(rows) for rows in first[:-1]] == [batch_size] * (len(first) - 1)
    assert n < 10 or first != second


@every_rule
@given(n=st.integers(1, 30), batch_size=st.integers(1, 40))
def test_an_epoch_has_the_steps_that_are_told(rule: str, n: int, batch_size: int) -> None:
    sampler = make(rule, n)
    for _ in range(2):
        steps = epoch(sampler, batch_size)
        assert len(steps) == sampler.n_steps(batch_size)
        assert all(1 <= len(rows) <= sampler.step_size(batch_size) for rows in steps)
        assert set(flat(steps)) <= set(range(n))


def test_rules_in_order() -> None:
    everything = list(range(7))
    assert epoch(make("full_batch", 7), 3) == [everything]
    assert epoch(make("file_order", 7), 3) == [[0, 1, 2], [3, 4, 5], [6]]
    assert epoch(make("per_sample", 7), 3) == [[row] for row in everything]


def test_rules_of_one_batch_draw_as_python_programs_do() -> None:
    drawn = random.Random(5)
    batches = [drawn.sample(range(2499), 10) for _ in range(3)]
    each = {
        "one_batch": [[batch] for batch in batches],
        "per_sample_in_batch": [[[row] for row in batch] for batch in batches],
        "last_of_batch": [[[batch[-1]]] for batch in batches],
    }
    for rule, expected in each.items():
        sampler = make(rule, 2499, "python", 5)
        assert [epoch(sampler, 10) for _ in range(3)] == expected


def test_with_replacement_draws_as_numpy_programs_do() -> None:
    np.random.seed(21)  # The stream of such programs is global.
    expected = [np.random.randint(500, size=500) for _ in range(2)]
    sampler = make("with_replacement", 500, "numpy_legacy", 21)
    for rows in expected:
        assert flat(epoch(sampler, 100)) == rows.tolist()
        assert len(set(rows.tolist())) < 500


@every_rule
@pytest.mark.parametrize("stream", list(STREAMS))
@given(n=st.integers(1, 12), sizes=st.lists(st.integers(1, 9), max_size=8), seed=st.integers(0, 5))
def test_a_sampler_goes_on_from_its_state(
    rule: str, stream: str, n: int, sizes: list[int], seed: int
) -> None:
    sampler, other = make(rule, n, stream, seed), make(rule, n, stream, 99)
    for size in sizes:
        other.restore(sampler.state())
        assert other.state() == sampler.state()
        for _ in range(3):
            batch = sampler.peek(size)
            assert other.peek(size).tolist() == batch.tolist()
            assert other.advance(len(batch)) == sampler.advance(len(batch))


@every_rule
def test_peeking_draws_nothing_twice(rule: str) -> None:
    sampler, other = make(rule, 20), make(rule, 20)
    for size in (4, 7, 5):
        sampler.peek(size)
    assert sampler.peek(5).tolist() == other.peek(5).tolist()
    assert [epoch(sampler, 5) for _ in range(2)] == [epoch(other, 5) for _ in range(2)]


@pytest.mark.parametrize("stream", list(STREAMS))
@every_rule
def test_a_state_does_not_depend_on_a_peek(rule: str, stream: str) -> None:
    """Otherwise a run that is looked into while it pauses would be another run."""
    sampler = make(rule, 20, stream)
    for _ in range(5):
        before = sampler.state()
        rows = sampler.peek(4)
        assert sampler.state() == before
        sampler.advance(len(rows))


@every_rule
@pytest.mark.parametrize(
    "change",
    [{"position": 2.5}, {"position": "1"}, {"drawn_for": 2.5}, {"drawn_for": None}],
    ids=str,
)
def test_a_state_of_no_whole_numbers_is_refused(rule: str, change: dict[str, object]) -> None:
    sampler = make(rule, 20)
    with pytest.raises(TypeError):
        sampler.restore({**sampler.state(), "position": 1, "drawn_for": 4, **change})


@pytest.mark.parametrize("position", [-1, 7, 400])
def test_a_position_outside_the_epoch_is_refused(position: int) -> None:
    sampler = make("shuffle", 7)
    state = sampler.state() | {"position": position, "drawn_for": 2}
    with pytest.raises(ValueError, match="past the end"):
        sampler.restore(state)
