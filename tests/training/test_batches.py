"""Batches as they are fed: the very bits of the inputs converted once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.data import Feed
from visualmlp.experiment import Experiment
from visualmlp.training.batches import batches_of
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


@pytest.mark.parametrize("case", ["bytes", "floats"])
@pytest.mark.parametrize("rule", ["full_batch", "file_order", "per_sample"])
def test_rows_that_follow_each_other_are_not_copied(
    make_experiment: MakeExperiment, case: str, rule: str
) -> None:
    setup = build(make_experiment(*CASES[case], f"training.sampling={rule}"))
    batches = batches_of(setup)
    rows = np.arange(3, 9)
    x, t = batches.take(rows)
    assert np.array_equal(x, setup.train[0][rows])
    assert np.array_equal(t, setup.train[1][rows])
    assert np.shares_memory(x, setup.train[0])


@pytest.mark.parametrize("case", list(CASES))
def test_gathered_rows_have_their_targets(setups: dict[str, Setup], case: str) -> None:
    setup = setups[case]
    batches = batches_of(setup)
    for rows in (np.array([5]), np.array([2, 0, 7, 2]), np.array([1, 3])):
        x, t = batches.take(rows)
        assert np.array_equal(x, setup.train[0][rows])
        assert np.array_equal(t, setup.train[1][rows])
