"""Columns of growing histories: what is new is added, what is known stays."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.analysis.smoothing import moving_mean
from visualmlp.gui.views.curve_runs import Means, RunColumns
from visualmlp.gui.views.epoch_table import EpochTable
from visualmlp.training.history import EpochRecord, Evaluation, History

N_BATCHES = 10


def record(epoch):
    evaluation = Evaluation(1 / (epoch + 1), 0.1 * epoch, np.nan, 5)
    return EpochRecord(10 * epoch, epoch, evaluation, None if epoch == 0 else evaluation)


def test_the_table_follows_a_history_that_grows_shrinks_and_is_replaced():
    table, history = EpochTable(), History()
    history.epochs.extend(record(epoch) for epoch in range(3))
    first = table.columns(history)
    history.epochs.extend(record(epoch) for epoch in range(3, 700))
    grown = table.columns(history)

    np.testing.assert_array_equal(first["step"], [0, 10, 20])
    np.testing.assert_array_equal(grown["epoch"], np.arange(700))
    np.testing.assert_array_equal(grown["train.loss"], 1 / (np.arange(700) + 1))
    assert np.isnan(grown["validation.loss"][0])
    assert grown["validation.score"][2] == pytest.approx(0.2)

    history = history.until(40)
    np.testing.assert_array_equal(table.columns(history)["step"], [0, 10, 20, 30, 40])
    np.testing.assert_array_equal(grown["epoch"], np.arange(700))
    other = History(epochs=[record(0)])
    np.testing.assert_array_equal(table.columns(other)["epoch"], [0])


@given(st.integers(1, 60), st.lists(st.integers(0, 90), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_means_of_a_growing_column_are_the_same_bits_as_at_once(window, lengths):
    values = np.random.default_rng(1).normal(size=sum(lengths)) * 1e3
    means, given_out = Means(window), []
    for count in np.cumsum(lengths).tolist():
        given_out.append(means.of(values[:count]))
        np.testing.assert_array_equal(given_out[-1], moving_mean(values[:count], window))
    for early in given_out:
        np.testing.assert_array_equal(early, given_out[-1][: len(early)])


def grow(history, steps, epoch=None):
    """Add steps, and a record at their end."""
    for _ in range(steps):
        history.steps.append(1 / (len(history.steps) + 1), 0.1, 1.0)
    if epoch is not None:
        evaluation = Evaluation(1.0, 0.5, np.nan, 5)
        history.epochs.append(EpochRecord(len(history.steps), epoch, evaluation, None))


@pytest.fixture
def history():
    history = History()
    grow(history, 0, 0)
    return history


def test_x_of_steps_grows_with_them(history):
    columns = RunColumns()
    grow(history, 7)
    first = columns.follow(history, N_BATCHES).x("step")
    grow(history, 2000)
    second = columns.follow(history, N_BATCHES).x("step")
    np.testing.assert_array_equal(first, np.arange(7))
    np.testing.assert_array_equal(second, np.arange(2007))


def test_x_in_epochs_follows_the_records_whenever_they_come(history):
    columns = RunColumns()
    for _ in range(4):
        grow(history, 6)
        before = columns.follow(history, N_BATCHES).x("epoch")
        np.testing.assert_allclose(before, np.arange(len(history.steps)) / 10)
        grow(history, 4, len(history.steps) // 10 + 1)
    np.testing.assert_allclose(columns.follow(history, N_BATCHES).x("epoch"), np.arange(40) / 10)


def test_epochs_of_another_length_than_was_planned(history):
    columns = RunColumns()
    grow(history, 8)
    planned = columns.follow(history, N_BATCHES).x("epoch")
    assert planned[7] == pytest.approx(0.7)
    after = columns.follow(history, 20).x("epoch")  # the batches became smaller
    assert after[7] == pytest.approx(7 / 20)
    grow(history, 2, 1)  # and larger again
    grow(history, 1)
    x = columns.follow(history, 20).x("epoch")
    np.testing.assert_allclose(x, np.arange(11) / 10)
    assert planned[7] == pytest.approx(0.7)  # what was given out stays
    assert (np.diff(x) > 0).all()


def test_another_history_begins_anew(history):
    columns = RunColumns()
    grow(history, 30)
    old = columns.follow(history, N_BATCHES).smoothed("loss", 5, "step")[1]
    fork = history.until(12)
    grow(fork, 1)
    x, y = columns.follow(fork, N_BATCHES).smoothed("loss", 5, "step")
    np.testing.assert_array_equal(x, np.arange(2, 11))
    np.testing.assert_allclose(y, moving_mean(fork.steps.column("loss"), 5))
    assert len(old) == 26


def test_a_window_longer_than_the_run_gives_no_means(history):
    grow(history, 3)
    x, y = RunColumns().follow(history, N_BATCHES).smoothed("loss", 50, "step")
    assert x.size == y.size == 0
