"""Batches as they are fed: the very bits of the inputs converted once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.data import Feed
from visualmlp.experiment import Experiment
from visualmlp.training.sampling import ShuffleSampler
from visualmlp.training.setup import Setup, build

MakeExperiment = Callable[..., Experiment]

BY_BATCH = ["data.source=digits", "data.subset=80", "data.scaling=range"]
CASES = {
    "bytes": BY_BATCH,
    "bytes of two classes": [*BY_BATCH, "data.classes=[8, 5]"],
    "bytes in float64": [*BY_BATCH, "training.precision=float64"],
    "bytes as they are": [*BY_BATCH, "data.scaling=none"],
    "standardised bytes": [*BY_BATCH, "data.scaling=standardise"],
    "bytes from least to most": [*BY_BATCH, "data.scaling=min_max"],
    "floats": ["data.source=iris", "data.scaling=standardise"],
    "made floats": ["data.source=spirals", "training.precision=float64"],
}


@pytest.fixture(scope="module")
def setups(make_experiment: MakeExperiment) -> dict[str, Setup]:
    return {name: build(make_experiment(*case)) for name, case in CASES.items()}


@settings(max_examples=60, deadline=None)
@given(data=st.data(), case=st.sampled_from(list(CASES)))
def test_batches_are_the_bits_of_inputs_converted_once(
    setups: dict[str, Setup], data: st.DataObject, case: str
) -> None:
    setup = setups[case]
    feed = setup.feed()
    expected = setup.data.inputs(setup.data.train, setup.dtype)
    assert len(feed) == len(expected)
    rows_of = st.lists(st.integers(0, len(feed) - 1), min_size=1, max_size=12)
    for batch in data.draw(st.lists(rows_of, min_size=1, max_size=4)):
        rows = np.array(batch)
        out = np.full((len(rows), feed.n_features), np.nan, setup.dtype)
        feed.take(rows, out)
        assert out.tobytes() == expected[rows].tobytes()


def test_only_bytes_divided_by_one_number_stay_bytes(setups: dict[str, Setup]) -> None:
    stored = {name for name, setup in setups.items() if setup.feed()._scaled is None}
    assert stored == {"bytes", "bytes of two classes", "bytes as they are"}


def test_a_feed_of_another_part(setups: dict[str, Setup]) -> None:
    setup = setups["bytes"]
    feed = Feed(setup.data, setup.data.validation, "float32")
    out = np.empty((3, 64), np.float32)
    feed.take(np.array([2, 0, 1]), out)
    assert np.array_equal(out, setup.validation[0][[2, 0, 1]])


@given(n=st.integers(1, 30), batch_size=st.integers(1, 40), seed=st.integers(0, 9))
def test_every_epoch_is_a_new_permutation_cut_into_batches(
    n: int, batch_size: int, seed: int
) -> None:
    sampler = ShuffleSampler(n, np.random.default_rng(seed))
    epochs = []
    for _ in range(2):
        rows: list[int] = []
        ended = False
        while not ended:
            batch = sampler.peek(batch_size)
            assert len(batch) == min(batch_size, n - len(rows))
            rows += batch.tolist()
            ended = sampler.advance(len(batch))
            assert ended == (len(rows) == n)
        assert sorted(rows) == list(range(n))
        epochs.append(rows)
    assert n < 10 or epochs[0] != epochs[1]


@given(n=st.integers(1, 20), sizes=st.lists(st.integers(1, 9), max_size=12), seed=st.integers(0, 9))
def test_a_sampler_goes_on_from_its_state(n: int, sizes: list[int], seed: int) -> None:
    sampler = ShuffleSampler(n, np.random.default_rng(seed))
    other = ShuffleSampler(n, np.random.default_rng(99))
    for size in sizes:
        other.restore(sampler.state())
        assert other.state() == sampler.state()
        for _ in range(3):
            batch = sampler.peek(size)
            assert other.peek(size).tolist() == batch.tolist()
            assert other.advance(len(batch)) == sampler.advance(len(batch))
