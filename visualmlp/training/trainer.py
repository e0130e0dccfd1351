"""Training, one step at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import ceil, isfinite, nan

import numpy as np

from visualmlp.engine import (
    OPTIMIZERS,
    SCHEDULES,
    Array,
    OptimizerSettings,
    ScheduleSettings,
    metrics,
    regularizers,
)
from visualmlp.errors import ExperimentError
from visualmlp.experiment import Experiment, fields_of
from visualmlp.training.frame import Frame
from visualmlp.training.history import EpochRecord, Evaluation, History
from visualmlp.training.sampling import ShuffleSampler
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
        self._feed = setup.feed()
        self._targets = setup.train_targets
        self._x = np.empty((0, self._feed.n_features), setup.dtype)
        self._t = np.empty((0, self._targets.shape[1]), setup.dtype)
        self._has_dropout = any(layer.dropout for layer in setup.layers)
        self.experiment = setup.experiment
        self.reset()

    def reset(self) -> None:
        """Go back to the start: the same initial weights, the same order of samples, no history.

        Live changes stay in force: a run that diverged begins again with the smaller rate.
        """
        seed = np.random.SeedSequence(self.setup.experiment.training.seed)
        init, sampling, self._dropout = map(np.random.default_rng, seed.spawn(3))
        self.network.initialize(init)
        self.optimizer.slots[...] = 0
        self._sampler = ShuffleSampler(len(self._feed), sampling)
        self.step_count = self.epoch = self.batch = self.samples_seen = 0
        self.divergence: Divergence | None = None
        self.history = History()
        self.first_experiment = self.experiment
        self.change(self.experiment)
        self.history.epochs.append(self._evaluate())

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
        optimizer, schedule = experiment.optimizer, experiment.schedule
        self._settings = OptimizerSettings(
            momentum=optimizer.momentum,
            beta1=optimizer.beta1,
            beta2=optimizer.beta2,
            rho=optimizer.rho,
            epsilon=optimizer.epsilon,
            weight_decay=optimizer.weight_decay,
        )
        self._schedule = SCHEDULES[schedule.name]
        self._schedule_settings = ScheduleSettings(
            step_size=schedule.step_size,
            decay=schedule.decay,
            min_factor=schedule.min_factor,
            warmup_steps=schedule.warmup_steps,
            total_steps=self.n_batches * experiment.training.epochs,
        )
        self._make_room(min(experiment.training.batch_size, self._sampler.n_samples))

    @property
    def n_batches(self) -> int:
        """Batches in an epoch."""
        return ceil(self._sampler.n_samples / self.experiment.training.batch_size)

    @property
    def is_finished(self) -> bool:
        """Whether the planned epochs have been made."""
        return self.epoch >= self.experiment.training.epochs

    def step(self) -> None:
        """Make one update, or set :attr:`divergence` and leave the state as it was."""
        self.divergence = None
        rows = self._sampler.peek(self.experiment.training.batch_size)
        count = len(rows)
        x, t = self._x[:count], self._t[:count]
        self._feed.take(rows, x)
        np.take(self._targets, rows, axis=0, out=t, mode="clip")
        dropout_state = self._dropout.bit_generator.state if self._has_dropout else None
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            loss = self.network.loss_and_gradient(x, t, self._dropout)
            norm = self._regularize()
            if not isfinite(loss + norm):
                tensor = self.network.first_non_finite() or "the loss or the gradient's norm"
                self.divergence = Divergence(self.step_count, tensor)
                if dropout_state is not None:
                    self._dropout.bit_generator.state = dropout_state
                return
            rate = self.experiment.optimizer.learning_rate * self._schedule.factor(
                self.step_count, self._schedule_settings
            )
            self.optimizer.update(
                self.network.parameters.flat,
                self.network.gradient.flat,
                rate,
                self._settings,
                self.step_count + 1,
            )
        self.history.steps.append(loss, rate, norm)
        self._count(count)

    def _regularize(self) -> float:
        """Add penalties to the gradient and clip it; return its norm before clipping."""
        settings, gradient = self.experiment.regularization, self.network.gradient.flat
        if settings.l1 or settings.l2:
            parameters, layout = self.network.parameters.flat, self.network.layout
            regularizers.add_gradient(parameters, gradient, layout, settings.l1, settings.l2)
        norm = regularizers.global_norm(gradient)
        if settings.clip_norm and norm > settings.clip_norm:
            regularizers.clip_by_norm(gradient, norm, settings.clip_norm)
        return norm

    def _count(self, samples: int) -> None:
        self.step_count += 1
        self.batch += 1
        self.samples_seen += samples
        if self._sampler.advance(samples):
            self.epoch += 1
            self.batch = 0
            self.history.epochs.append(self._evaluate())
            self._check_last_update()

    def _check_last_update(self) -> None:
        """Tell of parameters that overflowed in the last step of all, which no step will meet."""
        if not np.isfinite(self.network.parameters.flat).all():
            tensor = self.network.first_non_finite() or "the parameters"
            self.divergence = Divergence(self.step_count, tensor)

    def _make_room(self, batch_size: int) -> None:
        if len(self._x) < batch_size:
            self._x = np.empty((batch_size, self._x.shape[1]), self._x.dtype)
            self._t = np.empty((batch_size, self._t.shape[1]), self._t.dtype)

    def _evaluate(self) -> EpochRecord:
        x, t = self.setup.validation
        return EpochRecord(
            step=self.step_count,
            epoch=self.epoch,
            train=self.evaluate(*self.setup.evaluated_training),
            validation=self.evaluate(x, t) if len(x) else None,
        )

    def evaluate(self, x: Array, t: Array) -> Evaluation:
        """Loss and scores of the present parameters on inputs (n, n_inputs)."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            y = self.network.predict(x)
            loss = float(self.network.loss_value(y, t))
            if self.setup.data.task == "regression":
                return Evaluation(loss, metrics.r2(y, t), metrics.rmse(y, t), len(x))
            labels = t.argmax(axis=1) if t.shape[1] > 1 else t[:, 0].astype(np.int64)
            return Evaluation(loss, metrics.accuracy(y, labels), nan, len(x))

    def frame(self) -> Frame:
        """A read-only copy of what views need."""
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
        self.change(state.experiment)
        self.network.parameters.flat[...] = state.parameters
        self.optimizer.slots[...] = state.slots
        self._sampler.restore(state.sampling)
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

    def _check(self, state: TrainState, history: History) -> None:
        pairs = (
            (state.parameters, self.network.parameters.flat),
            (state.slots, self.optimizer.slots),
        )
        if any((a.shape, a.dtype) != (b.shape, b.dtype) for a, b in pairs):
            raise ExperimentError("the state belongs to another network or optimizer")
        if not 0 <= state.sampling["position"] < self._sampler.n_samples:
            raise ExperimentError("the state belongs to other data: its position is past their end")
        if state.step > len(history.steps):
            raise ExperimentError("the state is later than the records that go with it")


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
