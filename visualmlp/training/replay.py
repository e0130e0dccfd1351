"""Make the next step of a run again, beside the run: what goes into it and what it computes."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from visualmlp.engine import (
    OPTIMIZERS,
    SAMPLERS,
    STREAMS,
    Array,
    Network,
    Sampler,
    StepTrace,
    Updater,
    trace_update,
)
from visualmlp.engine.streams import Index
from visualmlp.training.batches import Following, are_views
from visualmlp.training.learner import (
    holding,
    learning_rate_at,
    pin_threads,
    schedule_settings,
    update_settings,
)
from visualmlp.training.setup import Setup
from visualmlp.training.state import TrainState


class NextStep(NamedTuple):
    """The step that follows a state: rows of the training part (n_samples,), and what happened."""

    rows: Index
    trace: StepTrace


def next_batch(setup: Setup, state: TrainState) -> Index:
    """Rows of the training part that the next step takes, (n_samples,)."""
    return _sampler(setup, state).peek(state.experiment.training.batch_size)


def batch_arrays(setup: Setup, rows: Index) -> tuple[Array, Array]:
    """Inputs (n, n_inputs) and targets (n, n_outputs) of a step that takes these rows.

    They have the same bits as those that the training reads, and do not change.
    """
    if are_views(setup):
        return Following(setup).take(rows)
    part, dtype = setup.data.train.rows(rows), np.dtype(setup.dtype)
    return setup.data.inputs(part, dtype), setup.data.targets(part, dtype)


def network_at(setup: Setup, state: TrainState) -> Network:
    """A network of its own that has the state's parameters."""
    network = setup.new_network()
    network.parameters.flat[...] = state.parameters
    return network


def trace_next_step(setup: Setup, state: TrainState, rows: Index | None = None) -> StepTrace:
    """Make the step that follows a state, on a twin, and tell all about it.

    Parameters
    ----------
    rows
        What :func:`next_batch` gave, if it was asked already.

    Raises
    ------
    DataError
        If an input is too large for the number format.
    """
    pin_threads()
    experiment = state.experiment
    sampler = _sampler(setup, state)
    batch_size = experiment.training.batch_size
    rows = sampler.peek(batch_size) if rows is None else rows
    settings = schedule_settings(experiment, sampler.n_steps(batch_size))
    updater = _updater(setup, state)
    frozen = np.array(state.frozen, np.intp)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        trace = trace_update(
            updater,
            *batch_arrays(setup, rows),
            learning_rate_at(experiment, state.step, settings),
            update_settings(experiment),
            state.step + 1,
            _dropout(state),
            holding(updater.network.parameters.flat, frozen),
        )
    return replace(trace, frozen=state.frozen)


def next_step(setup: Setup, state: TrainState) -> NextStep:
    """Both of the above; the samples are drawn once."""
    rows = next_batch(setup, state)
    return NextStep(rows, trace_next_step(setup, state, rows))


def _sampler(setup: Setup, state: TrainState) -> Sampler:
    experiment = setup.experiment
    stream = STREAMS[experiment.random.sampling](experiment.training.seed)
    sampler = SAMPLERS[experiment.training.sampling](len(setup.data.train), stream)
    sampler.restore(state.sampling)
    return sampler


def _updater(setup: Setup, state: TrainState) -> Updater:
    network = network_at(setup, state)
    optimizer = OPTIMIZERS[setup.experiment.optimizer.name](network.layout, network.dtype)
    optimizer.slots[...] = state.slots
    return Updater(network, optimizer)


def _dropout(state: TrainState) -> np.random.Generator:
    generator = np.random.default_rng()
    generator.bit_generator.state = state.dropout
    return generator
