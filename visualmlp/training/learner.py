"""What learns: network, optimizer, sampler and generators, one update at a time."""

from __future__ import annotations

from functools import cache
from math import nan

import numpy as np
import numpy.typing as npt

from visualmlp.engine import (
    OPTIMIZERS,
    SAMPLERS,
    SCHEDULES,
    STREAMS,
    Array,
    OptimizerSettings,
    ScheduleSettings,
    Updater,
    UpdateSettings,
    metrics,
)
from visualmlp.engine.update import Observer
from visualmlp.errors import ExperimentError
from visualmlp.experiment import Experiment
from visualmlp.training.batches import batches_of
from visualmlp.training.history import Evaluation
from visualmlp.training.live import needs_new_run
from visualmlp.training.setup import Setup
from visualmlp.training.state import TrainState
from visualmlp.training.timeline import Edit


@cache
def pin_threads() -> None:
    """Keep BLAS on one thread for the whole process.

    Two threads on busy cores are many times slower, and their number can change the last bits.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, user_api="blas")


class Learner:
    """Makes updates; knows of no records.

    Parameters
    ----------
    setup
        The experiment with its data.

    Attributes
    ----------
    step_count, epoch, batch, samples_seen
        Updates made, epochs completed, batches taken in the present epoch, samples used.
    experiment
        The hyper-parameters in force.
    frozen
        Places of parameters that no update changes.
    """

    def __init__(self, setup: Setup) -> None:
        pin_threads()
        self.setup = setup
        self.network = setup.new_network()
        self.optimizer = OPTIMIZERS[setup.experiment.optimizer.name](
            self.network.layout, self.network.dtype
        )
        self._updater = Updater(self.network, self.optimizer)
        self._batches = batches_of(setup)
        self._has_dropout = any(layer.dropout for layer in setup.layers)
        self.start(setup.experiment)

    def start(self, experiment: Experiment) -> None:
        """Go to the initial state: the same weights and the same order of samples each time."""
        random, training = self.setup.experiment.random, self.setup.experiment.training
        seeds = np.random.SeedSequence(training.seed).spawn(3)
        initial, sampling = STREAMS[random.initial], STREAMS[random.sampling]
        initial_stream = initial(training.seed if initial.is_global else seeds[0])
        shared = initial is sampling and initial.is_global
        sampling_stream = (
            initial_stream
            if shared
            else sampling(training.seed if sampling.is_global else seeds[1])
        )
        self._dropout = np.random.default_rng(seeds[2])
        self.network.initialize(
            initial_stream, random.draw_order, transposed=random.layout == "out_in"
        )
        self.optimizer.slots[...] = 0
        self._sampler = SAMPLERS[training.sampling](len(self.setup.data.train), sampling_stream)
        self.step_count = self.epoch = self.batch = self.samples_seen = 0
        self.freeze(())
        self.use(experiment)

    def use(self, experiment: Experiment) -> None:
        """Train by other live hyper-parameters from the next step on."""
        self.experiment = experiment
        self._settings = update_settings(experiment)
        self._schedule_settings = schedule_settings(experiment, self.n_batches)

    def freeze(self, places: tuple[int, ...]) -> None:
        """Let no update change the parameters at these places, and all others again."""
        self.frozen = places
        self._frozen = np.array(places, np.intp)

    def apply(self, edit: Edit) -> None:
        """Make a change by hand."""
        if edit.experiment is not None:
            self.use(edit.experiment)
        if edit.indices:
            self.network.parameters.flat[list(edit.indices)] = edit.values
        if edit.frozen is not None:
            self.freeze(edit.frozen)

    def check_change(self, experiment: Experiment) -> None:
        """Refuse hyper-parameters that only a new run can have.

        Raises
        ------
        ExperimentError
            If they are such.
        """
        if needs_new_run(self.setup.experiment, experiment):
            raise ExperimentError("this change needs a new run")

    def check_edit(self, edit: Edit) -> None:
        """Refuse an edit of what is not there.

        Raises
        ------
        ExperimentError
            If it is one.
        """
        if edit.experiment is not None:
            self.check_change(edit.experiment)
        places = (*edit.indices, *(edit.frozen or ()))
        if len(edit.indices) != len(edit.values) or not self._has(places):
            raise ExperimentError("the edit names parameters that the network does not have")

    def _has(self, places: tuple[int, ...]) -> bool:
        return not places or 0 <= min(places) <= max(places) < self.network.layout.size

    @property
    def n_batches(self) -> int:
        """Steps in an epoch."""
        return self._sampler.n_steps(self.experiment.training.batch_size)

    @property
    def learning_rate(self) -> float:
        """Of the next step."""
        return learning_rate_at(self.experiment, self.step_count, self._schedule_settings)

    def update(self, observe: Observer | None = None) -> tuple[float, float, float] | None:
        """Make one update.

        Parameters
        ----------
        observe
            Told of what ``Updater.update`` does; frozen parameters have their values back by then.

        Returns
        -------
        Loss of the batch, learning rate, and gradient norm before clipping; None where they are
        not finite: then the state is still the one before.
        """
        rows = self._sampler.peek(self.experiment.training.batch_size)
        x, t = self._batches.take(rows, self._sampler.coming)
        rate = self.learning_rate
        dropout_state = self._dropout.bit_generator.state if self._has_dropout else None
        hold = holding(self.network.parameters.flat, self._frozen) if self.frozen else None
        told = _in_turn(hold, observe) if hold and observe else hold or observe
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            done = self._updater.update(
                x, t, rate, self._settings, self.step_count + 1, self._dropout, told
            )
        if not done.is_finite:
            if dropout_state is not None:
                self._dropout.bit_generator.state = dropout_state
            return None
        self._count(len(rows))
        return done.loss, rate, done.gradient_norm

    def _count(self, count: int) -> None:
        self.step_count += 1
        self.batch += 1
        self.samples_seen += count
        if self._sampler.advance(count):
            self.epoch += 1
            self.batch = 0

    def evaluate(self, x: Array, t: Array) -> Evaluation:
        """Loss and scores of the present parameters on inputs (n, n_inputs)."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            y = self.network.predict(x)
            loss = float(self.network.loss_value(y, t))
            if self.setup.data.task == "regression":
                return Evaluation(loss, metrics.r2(y, t), metrics.rmse(y, t), len(x))
            labels = t.argmax(axis=1) if t.shape[1] > 1 else t[:, 0].astype(np.int64)
            return Evaluation(loss, metrics.accuracy(y, labels), nan, len(x))

    def state(self) -> TrainState:
        """A copy of the whole state."""
        return TrainState(
            step=self.step_count,
            epoch=self.epoch,
            batch=self.batch,
            samples_seen=self.samples_seen,
            parameters=self.network.parameters.flat.copy(),
            slots=self.optimizer.slots.copy(),
            sampling=self._sampler.state(),
            dropout=dict(self._dropout.bit_generator.state),
            experiment=self.experiment,
            frozen=self.frozen,
        )

    def restore(self, state: TrainState) -> None:
        """Go to a state.

        Raises
        ------
        ExperimentError
            If it belongs to another experiment or to other data; nothing has changed then.
        """
        self.check(state)
        self._restore_sampling(state)
        self.use(state.experiment)
        self.network.parameters.flat[...] = state.parameters
        self.optimizer.slots[...] = state.slots
        self._dropout.bit_generator.state = state.dropout
        self.freeze(state.frozen)
        self.step_count, self.epoch = state.step, state.epoch
        self.batch, self.samples_seen = state.batch, state.samples_seen

    def _restore_sampling(self, state: TrainState) -> None:
        before = self._sampler.state()
        try:
            self._sampler.restore(state.sampling)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            self._sampler.restore(before)
            raise ExperimentError(f"the state belongs to other data: {error}") from None

    def check(self, state: TrainState) -> None:
        """Refuse a state of another experiment.

        Raises
        ------
        ExperimentError
            If it is one.
        """
        pairs = (
            (state.parameters, self.network.parameters.flat),
            (state.slots, self.optimizer.slots),
        )
        different = any((a.shape, a.dtype) != (b.shape, b.dtype) for a, b in pairs)
        different |= not self._has(state.frozen)
        if different or needs_new_run(self.setup.experiment, state.experiment):
            raise ExperimentError("the state belongs to another experiment")


def holding(parameters: Array, places: npt.NDArray[np.intp]) -> Observer:
    """What gives parameters their values back after an update, before others go through them."""
    values = parameters[places]

    def hold(event: str, layer: int) -> None:
        if event == "updated":
            parameters[places] = values

    return hold


def _in_turn(one: Observer, other: Observer) -> Observer:
    def tell(event: str, layer: int) -> None:
        one(event, layer)
        other(event, layer)

    return tell


def update_settings(experiment: Experiment) -> UpdateSettings:
    """What an update reads of an experiment."""
    optimizer, regularization = experiment.optimizer, experiment.regularization
    return UpdateSettings(
        optimizer=OptimizerSettings(
            momentum=optimizer.momentum,
            beta1=optimizer.beta1,
            beta2=optimizer.beta2,
            rho=optimizer.rho,
            epsilon=optimizer.epsilon,
            weight_decay=optimizer.weight_decay,
        ),
        l1=regularization.l1,
        l2=regularization.l2,
        clip_norm=regularization.clip_norm,
        output_first=optimizer.layer_order == "output_first",
    )


def schedule_settings(experiment: Experiment, n_batches: int) -> ScheduleSettings:
    """What a schedule reads of an experiment whose epochs have so many steps."""
    schedule = experiment.schedule
    return ScheduleSettings(
        step_size=schedule.step_size,
        decay=schedule.decay,
        min_factor=schedule.min_factor,
        warmup_steps=schedule.warmup_steps,
        total_steps=n_batches * experiment.training.epochs,
    )


def learning_rate_at(experiment: Experiment, step: int, settings: ScheduleSettings) -> float:
    """Learning rate of the update that follows ``step`` updates."""
    factor = SCHEDULES[experiment.schedule.name].factor(step, settings)
    return experiment.optimizer.learning_rate * factor
