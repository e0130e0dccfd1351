"""The trainer against a loop written out by hand, in float64."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest

from visualmlp.experiment import Experiment, replace_at
from visualmlp.training.trainer import Trainer

Array = npt.NDArray[np.float64]
MakeTrainer = Callable[..., Trainer]
FLOAT64 = "training.precision=float64"


@dataclass
class Plain:
    """A net of one hidden tanh layer, trained in the plainest way there is."""

    w1: Array
    b1: Array
    w2: Array
    b2: Array
    output: str

    @classmethod
    def like(cls, trainer: Trainer, output: str) -> Plain:
        weights, biases = trainer.network.parameters.weights, trainer.network.parameters.biases
        arrays = [weights[0], biases[0], weights[1], biases[1]]
        return cls(*(np.array(array) for array in arrays), output)

    def outputs(self, x: Array) -> tuple[Array, Array]:
        a = np.tanh(x @ self.w1 + self.b1)
        z = a @ self.w2 + self.b2
        if self.output == "softmax":
            e = np.exp(z)
            return a, e / e.sum(axis=1, keepdims=True)
        return a, 1 / (1 + np.exp(-z)) if self.output == "sigmoid" else z

    def loss(self, x: Array, t: Array) -> float:
        _, y = self.outputs(x)
        if self.output == "softmax":
            return float(-np.log((y * t).sum(axis=1)).mean())
        if self.output == "sigmoid":
            return float(-(t * np.log(y) + (1 - t) * np.log(1 - y)).sum(axis=1).mean())
        return float(((y - t) ** 2).sum(axis=1).mean())

    def gradients(self, x: Array, t: Array) -> list[Array]:
        a, y = self.outputs(x)
        delta2 = (y - t) / len(x) * (2 if self.output == "identity" else 1)
        delta1 = delta2 @ self.w2.T * (1 - a**2)
        return [x.T @ delta1, delta1.sum(axis=0), a.T @ delta2, delta2.sum(axis=0)]

    def step(
        self, x: Array, t: Array, rate: float, l1: float = 0, l2: float = 0, clip: float = 0
    ) -> tuple[float, float, float]:
        """One update; gives loss, rate and the gradient's norm before clipping."""
        loss = self.loss(x, t)
        grads = self.gradients(x, t)
        for i, weights in ((0, self.w1), (2, self.w2)):
            grads[i] = grads[i] + l1 * np.sign(weights) + l2 * weights
        norm = float(np.sqrt(sum((g**2).sum() for g in grads)))
        if clip and norm > clip:
            grads = [g * clip / norm for g in grads]
        for array, gradient in zip((self.w1, self.b1, self.w2, self.b2), grads, strict=True):
            array -= rate * gradient
        return loss, rate, norm

    def flat(self) -> Array:
        return np.concatenate([part.ravel() for part in (self.w1, self.w2, self.b1, self.b2)])


def orders(seed: int, n_samples: int) -> Iterator[npt.NDArray[np.int64]]:
    """The order of the samples in each epoch: the second stream of the seed."""
    rng = np.random.default_rng(np.random.SeedSequence(seed).spawn(3)[1])
    while True:
        yield rng.permutation(n_samples)


class Walk:
    """Hands out the rows of one batch after the other."""

    def __init__(self, seed: int, n_samples: int) -> None:
        self._orders = orders(seed, n_samples)
        self._left = next(self._orders)

    def rows(self, batch_size: int) -> npt.NDArray[np.int64]:
        rows, self._left = self._left[:batch_size], self._left[batch_size:]
        if not len(self._left):
            self._left = next(self._orders)
        return rows


TASKS = {
    "softmax": ["data.source=blobs", "data.n_classes=3"],
    "sigmoid": ["data.task=binary"],
    "identity": ["data.source=curve"],
}
HIDDEN = "network.hidden=[{units = 4, activation = 'tanh'}]"
VARIANTS: dict[str, dict[str, float]] = {
    "plain": {},
    "l1": {"l1": 0.02},
    "l2": {"l2": 0.03},
    "clipped": {"clip": 0.05},
    "all": {"l1": 0.01, "l2": 0.02, "clip": 0.1},
}


def settings_of(variant: dict[str, float]) -> list[str]:
    names = {"l1": "l1", "l2": "l2", "clip": "clip_norm"}
    return [f"regularization.{names[key]}={value}" for key, value in variant.items()]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("task", TASKS)
def test_trainer_equals_the_plain_loop(task: str, variant: str, make_trainer: MakeTrainer) -> None:
    options = VARIANTS[variant]
    trainer = make_trainer(*TASKS[task], HIDDEN, FLOAT64, *settings_of(options))
    x, t = trainer.setup.train
    plain, walk = Plain.like(trainer, task), Walk(0, len(x))
    figures = []
    for _ in range(23):
        rows = walk.rows(8)
        figures.append(plain.step(x[rows], t[rows], 0.1, **options))
        trainer.step()
    np.testing.assert_allclose(trainer.network.parameters.flat, plain.flat(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(trainer.history.steps.table(), figures, rtol=0, atol=1e-12)
    assert any(norm > options.get("clip", 0) for _, _, norm in figures)


@pytest.mark.parametrize("seed", [0, 7])
def test_the_order_of_the_samples_is_the_seeds(seed: int, make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(f"training.seed={seed}")
    walk = Walk(seed, 34)
    for _ in range(12):
        assert trainer._sampler.peek(8).tolist() == walk.rows(8).tolist()
        trainer.step()


def test_adam_counts_its_updates_from_one(make_trainer: MakeTrainer) -> None:
    """The textbook form: means of gradient and square, each corrected for its start at 0."""
    trainer = make_trainer(HIDDEN, FLOAT64, "optimizer.name=adam", "optimizer.epsilon=0.001")
    x, t = trainer.setup.train
    plain, walk = Plain.like(trainer, "softmax"), Walk(0, len(x))
    arrays = (plain.w1, plain.b1, plain.w2, plain.b2)
    means = [np.zeros_like(array) for array in arrays]
    squares = [np.zeros_like(array) for array in arrays]
    for k in range(1, 12):
        rows = walk.rows(8)
        gradients = plain.gradients(x[rows], t[rows])
        for array, m, v, gradient in zip(arrays, means, squares, gradients, strict=True):
            m[...] = 0.9 * m + 0.1 * gradient
            v[...] = 0.999 * v + 0.001 * gradient**2
            array -= 0.1 * m / (1 - 0.9**k) / (np.sqrt(v / (1 - 0.999**k)) + 0.001)
        trainer.step()
    np.testing.assert_allclose(trainer.network.parameters.flat, plain.flat(), rtol=0, atol=1e-12)


RATES: dict[str, tuple[list[str], Callable[[int], float]]] = {
    "constant": ([], lambda k: 1.0),
    "step": (["schedule.step_size=4", "schedule.decay=0.5"], lambda k: 0.5 ** (k // 4)),
    "exponential": (["schedule.step_size=4", "schedule.decay=0.5"], lambda k: 0.5 ** (k / 4)),
    "cosine": (
        ["schedule.min_factor=0.2"],
        lambda k: 0.2 + 0.8 * (1 + np.cos(np.pi * min(1, k / 15))) / 2,
    ),
}


@pytest.mark.parametrize("name", RATES)
def test_recorded_rates_follow_the_schedule(name: str, make_trainer: MakeTrainer) -> None:
    settings, factor = RATES[name]
    trainer = make_trainer(f"schedule.name={name}", *settings)
    for _ in range(20):
        trainer.step()
    expected = [0.1 * factor(k) for k in range(20)]
    np.testing.assert_allclose(trainer.history.steps.column("learning_rate"), expected, rtol=1e-12)


def test_a_warm_up_rises_to_the_full_rate(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer("schedule.warmup_steps=4")
    for _ in range(6):
        trainer.step()
    rates = trainer.history.steps.column("learning_rate")
    np.testing.assert_allclose(rates, [0.025, 0.05, 0.075, 0.1, 0.1, 0.1], rtol=1e-12)


def changed(experiment: Experiment, rate: float, batch_size: int, l2: float) -> Experiment:
    experiment = replace_at(experiment, "optimizer.learning_rate", rate)
    experiment = replace_at(experiment, "regularization.l2", l2)
    changed: Experiment = replace_at(experiment, "training.batch_size", batch_size)
    return changed


def test_live_changes_take_effect_at_the_next_step(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(HIDDEN, *TASKS["softmax"], FLOAT64)
    x, t = trainer.setup.train
    plain, walk = Plain.like(trainer, "softmax"), Walk(0, len(x))
    plan = [(0.1, 8, 0.0)] * 3 + [(0.5, 8, 0.1)] * 2 + [(0.02, 13, 0.0)] * 4 + [(0.3, 99, 0.0)] * 4
    figures, epochs = [], [(0, 0)]
    for step, (rate, batch_size, l2) in enumerate(plan, start=1):
        trainer.change(changed(trainer.experiment, rate, batch_size, l2))
        rows = walk.rows(batch_size)
        figures.append(plain.step(x[rows], t[rows], rate, l2=l2))
        trainer.step()
        epochs += [(trainer.epoch, step)] if trainer.batch == 0 else []
    np.testing.assert_allclose(trainer.network.parameters.flat, plain.flat(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(trainer.history.steps.table(), figures, rtol=0, atol=1e-12)
    assert [(record.epoch, record.step) for record in trainer.history.epochs] == epochs
    assert trainer.epoch >= 4


@pytest.mark.parametrize("task", TASKS)
def test_epoch_records_are_what_one_computes_oneself(task: str, make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(*TASKS[task], HIDDEN, FLOAT64)
    for epoch in range(3):
        record = trainer.history.epochs[epoch]
        assert (record.epoch, record.step) == (epoch, 5 * epoch)
        plain = Plain.like(trainer, task)
        for figures, (x, t) in (
            (record.train, trainer.setup.train),
            (record.validation, trainer.setup.validation),
        ):
            assert figures is not None
            _, y = plain.outputs(x)
            assert figures.n_samples == len(x)
            assert figures.loss == pytest.approx(plain.loss(x, t), abs=1e-12)
            if task == "identity":
                errors = ((y - t) ** 2).sum()
                r2 = 1 - errors / ((t - t.mean()) ** 2).sum()
                assert figures.score == pytest.approx(r2, abs=1e-12)
                assert figures.rmse == pytest.approx(np.sqrt(errors / len(x)), abs=1e-12)
            else:
                hits = (y > 0.5) == t if task == "sigmoid" else y.argmax(1) == t.argmax(1)
                assert figures.score == pytest.approx(hits.mean(), abs=1e-12)
                assert np.isnan(figures.rmse)
        for _ in range(5):
            trainer.step()


def test_penalties_are_not_part_of_recorded_losses(make_trainer: MakeTrainer) -> None:
    plain, penalised = make_trainer(), make_trainer("regularization.l2=5")
    assert plain.history.epochs[0].train.loss == penalised.history.epochs[0].train.loss
    plain.step(), penalised.step()
    assert plain.history.steps.row(0)[0] == penalised.history.steps.row(0)[0]
    assert plain.history.steps.row(0)[2] < penalised.history.steps.row(0)[2]


def test_without_a_validation_part_nothing_is_recorded_of_it(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer("data.validation_fraction=0")
    for _ in range(6):
        trainer.step()
    assert [record.validation for record in trainer.history.epochs] == [None, None]
    assert trainer.history.epochs[1].train.n_samples == 43
