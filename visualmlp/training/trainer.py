"""Training, one step at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import nan

import numpy as np

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
from visualmlp.errors import ExperimentError
from visualmlp.experiment import Experiment, fields_of
from visualmlp.training.batches import batches_of
from visualmlp.training.frame import Frame
from visualmlp.training.history import EpochRecord, Evaluation, History
from visualmlp.training.setup import Setup
from visualmlp.training.state import TrainState

LIVE_SECTIONS = ("optimizer", "schedule", "regularization", "training")


@dataclass(frozen=True, slots=True)
class Divergence:
    """Where numbers stopped being finite.

    Attributes
    ----------
    step
        The step that could not be made; the state is still the one before it.
    tensor
        The first tensor with NaN or Inf, such as "weights W of layer 2".
    """

    step: int
    tensor: str

    @property
    def message(self) -> str:
        """What happened and what to try, for the user."""
        return (
            f"Training stopped at step {self.step:,}: {self.tensor} hold NaN or Inf. "
            "Try a smaller learning rate, gradient clipping, or scaled inputs, then reset the run."
        )


@cache
def pin_threads() -> None:
    """Keep BLAS on one thread for the whole process.

    Two threads on busy cores are many times slower, and their number can change the last bits.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, user_api="blas")


class Trainer:
    """Carries out an experiment step by step.

    Parameters
    ----------
    setup
        The experiment with its data.
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
        self.experiment = setup.experiment
        self.reset()

    def reset(self) -> None:
        """Go back to the start: the same initial weights, the same order of samples, no history.

        Live changes stay in force: a run that diverged begins again with the smaller rate.
        """
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
        self.divergence: Divergence | None = None
        self.history = History()
        self.first_experiment = self.experiment
        self.change(self.experiment)
        self.history.epochs.append(self.record())

    def change(self, experiment: Experiment) -> None:
        """Use other live hyper-parameters from the next step on.

        Raises
        ------
        ExperimentError
            If something changed that only a new run can change.
        """
        if needs_new_run(self.setup.experiment, experiment):
            raise ExperimentError("this change needs a new run")
        self.experiment = experiment
        self._settings = update_settings(experiment)
        self._schedule_settings = schedule_settings(experiment, self.n_batches)

    @property
    def n_batches(self) -> int:
        """Steps in an epoch."""
        return self._sampler.n_steps(self.experiment.training.batch_size)

    @property
    def is_finished(self) -> bool:
        """Whether the planned epochs have been made, or the gradient has become short enough."""
        return self.epoch >= self.experiment.training.epochs or self._has_short_gradient

    @property
    def _has_short_gradient(self) -> bool:
        limit = self.experiment.training.stop_gradient_norm
        if not limit or not self.step_count:
            return False
        _, _, norm = self.history.steps.row(-1)
        return norm < limit

    @property
    def learning_rate(self) -> float:
        """Of the next step."""
        return learning_rate_at(self.experiment, self.step_count, self._schedule_settings)

    def step(self) -> None:
        """Make one update, or set :attr:`divergence` and leave the state as it was."""
        self.divergence = None
        was_finished = self.is_finished
        rows = self._sampler.peek(self.experiment.training.batch_size)
        x, t = self._batches.take(rows)
        rate = self.learning_rate
        dropout_state = self._dropout.bit_generator.state if self._has_dropout else None
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            done = self._updater.update(
                x, t, rate, self._settings, self.step_count + 1, self._dropout
            )
        if not done.is_finite:
            tensor = self.network.first_non_finite() or "the loss or the gradient's norm"
            self.divergence = Divergence(self.step_count, tensor)
            if dropout_state is not None:
                self._dropout.bit_generator.state = dropout_state
            return
        self.history.steps.append(done.loss, rate, done.gradient_norm)
        self._count(len(rows))
        at_end = self.batch == 0 and self.epoch % self.experiment.training.evaluate_every == 0
        if at_end or (self.is_finished and not was_finished):
            self.history.epochs.append(self.record())

    def _count(self, count: int) -> None:
        self.step_count += 1
        self.batch += 1
        self.samples_seen += count
        if self._sampler.advance(count):
            self.epoch += 1
            self.batch = 0
            self._check_last_update()

    def _check_last_update(self) -> None:
        """Tell of parameters that overflowed in the last step of all, which no step will meet."""
        if not np.isfinite(self.network.parameters.flat).all():
            tensor = self.network.first_non_finite() or "the parameters"
            self.divergence = Divergence(self.step_count, tensor)

    def record(self) -> EpochRecord:
        """The figures of the parts at the present parameters."""
        watched = self.experiment.training.watch_test
        return EpochRecord(
            step=self.step_count,
            epoch=self.epoch,
            train=self.evaluate(*self.setup.evaluated_training),
            validation=self._evaluate_part(*self.setup.validation),
            test=self._evaluate_part(*self.setup.test) if watched else None,
        )

    def _evaluate_part(self, x: Array, t: Array) -> Evaluation | None:
        return self.evaluate(x, t) if len(x) else None

    def evaluate(self, x: Array, t: Array) -> Evaluation:
        """Loss and scores of the present parameters on inputs (n, n_inputs)."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            y = self.network.predict(x)
            loss = float(self.network.loss_value(y, t))
            if self.setup.data.task == "regression":
                return Evaluation(loss, metrics.r2(y, t), metrics.rmse(y, t), len(x))
            labels = t.argmax(axis=1) if t.shape[1] > 1 else t[:, 0].astype(np.int64)
            return Evaluation(loss, metrics.accuracy(y, labels), nan, len(x))

    def frame(self, *, with_state: bool = False) -> Frame:
        """A read-only copy of what views need.

        Parameters
        ----------
        with_state
            Whether the whole state goes with it, so that the next step can be looked into.
        """
        parameters = self.network.parameters.flat.copy()
        parameters.setflags(write=False)
        loss, learning_rate, gradient_norm = (
            self.history.steps.row(-1) if self.step_count else (nan, nan, nan)
        )
        return Frame(
            step=self.step_count,
            epoch=self.epoch,
            batch=self.batch,
            n_batches=self.n_batches,
            samples_seen=self.samples_seen,
            parameters=parameters,
            loss=loss,
            learning_rate=learning_rate,
            gradient_norm=gradient_norm,
            evaluation=self.history.epochs[-1],
            state=self.state() if with_state else None,
        )

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
        )

    def resume(self, state: TrainState, history: History) -> None:
        """Continue a saved run: its state and all that was recorded up to it.

        Raises
        ------
        ExperimentError
            If the state does not belong to this experiment, its data and its records.
        """
        self._check(state, history)
        self._restore_sampling(state)
        self.change(state.experiment)
        self.network.parameters.flat[...] = state.parameters
        self.optimizer.slots[...] = state.slots
        self._dropout.bit_generator.state = state.dropout
        self.step_count, self.epoch = state.step, state.epoch
        self.batch, self.samples_seen = state.batch, state.samples_seen
        self.divergence = None
        self.history = history

    def restore(self, state: TrainState) -> None:
        """Continue from a state of this run; later records are forgotten.

        Raises
        ------
        ExperimentError
            If it is a state of another run.
        """
        self.resume(state, self.history)
        self.history.truncate(state.step)

    def _restore_sampling(self, state: TrainState) -> None:
        before = self._sampler.state()
        try:
            self._sampler.restore(state.sampling)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            self._sampler.restore(before)
            raise ExperimentError(f"the state belongs to other data: {error}") from None

    def _check(self, state: TrainState, history: History) -> None:
        pairs = (
            (state.parameters, self.network.parameters.flat),
            (state.slots, self.optimizer.slots),
        )
        different = any((a.shape, a.dtype) != (b.shape, b.dtype) for a, b in pairs)
        if different or needs_new_run(self.setup.experiment, state.experiment):
            raise ExperimentError("the state belongs to another experiment")
        if state.step > len(history.steps):
            raise ExperimentError("the state is later than the records that go with it")


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


def needs_new_run(old: Experiment, new: Experiment) -> bool:
    """Whether the change from one experiment to another touches more than live fields."""
    return with_live_fields(old, new).replace(title=new.title) != new


def with_live_fields(experiment: Experiment, source: Experiment) -> Experiment:
    """An experiment with the live fields (learning rate, batch size, …) of another."""
    sections = {}
    for name in LIVE_SECTIONS:
        section = getattr(experiment, name)
        live = [field.name for field in fields_of(type(section)) if field.ui.live]
        sections[name] = section.replace(
            **{key: getattr(getattr(source, name), key) for key in live}
        )
    return experiment.replace(**sections)
