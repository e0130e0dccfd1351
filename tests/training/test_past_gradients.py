"""Norms of past updates, against a training that is watched update by update."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from visualmlp.analysis.histogram import common_limits, histogram
from visualmlp.engine import global_norm
from visualmlp.experiment import replace_at
from visualmlp.training import past_gradients, what_if
from visualmlp.training.branches import Branches
from visualmlp.training.learner import Learner
from visualmlp.training.past_gradients import PastGradients, PastSteps, gradients_of
from visualmlp.training.replay import next_step
from visualmlp.training.setup import Setup
from visualmlp.training.timeline import Edit
from visualmlp.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]
LONG = 1e9


def norms_of(arrays) -> list[float]:
    return [np.nan if array is None else global_norm(array.ravel()) for array in arrays]


class Watched:
    """An independent loop: a learner whose updater tells an observer that copies everything."""

    def __init__(self, setup: Setup) -> None:
        self.learner = Learner(setup)
        update = self.learner._updater.update
        self.seen: dict[str, np.ndarray] = {}

        def observed(*args):
            *most, hold = args

            def observe(event, layer):
                if hold:
                    hold(event, layer)
                self._copy(event, layer)

            return update(*most, observe)

        self.learner._updater.update = observed

    def _copy(self, event: str, layer: int) -> None:
        gradient = self.learner.network.gradient
        if event == "layer":
            raw = self.seen.setdefault("raw", np.zeros_like(gradient.flat))
            views = self.learner.network.layout.views(raw)
            views.weights[layer][...] = gradient.weights[layer]
            if gradient.biases[layer] is not None:
                views.biases[layer][...] = gradient.biases[layer]

    def step(self) -> dict[str, np.ndarray]:
        """Norms (2, n_layers) of the next update."""
        network = self.learner.network
        before = network.parameters.flat.copy()
        self.seen.clear()
        assert self.learner.update() is not None
        flats = {
            "raw": self.seen["raw"],
            "gradient": network.gradient.flat,
            "values": before,
            "update": network.parameters.flat - before,
        }
        views = {name: network.layout.views(flat) for name, flat in flats.items()}
        return {n: np.array([norms_of(v.weights), norms_of(v.biases)]) for n, v in views.items()}


def check(past: PastSteps, expected: list[dict[str, np.ndarray]]) -> None:
    for row, step in enumerate(past.steps.tolist()):
        for name, norms in expected[step].items():
            for place, kind in enumerate(("weights", "biases")):
                found = getattr(past.norms(kind), name)[row]
                np.testing.assert_array_equal(found, norms[place], err_msg=f"{name} {step}")


SETTINGS = {
    "sgd": (),
    "adam": ("optimizer.name=adam", "regularization.l2=0.01", "regularization.clip_norm=0.05"),
    "dropout": ("network.hidden=[{units=5, dropout=0.3}, {units=4}]", "optimizer.name=momentum"),
    "output first": ("optimizer.layer_order=output_first", "regularization.l1=0.01"),
    "no bias": ("network.hidden=[{units=5}, {units=4, bias=false}]", "training.precision=float64"),
}


@pytest.mark.parametrize("most", [120, 6])
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_they_are_those_of_a_watched_training(
    settings: tuple[str, ...],
    most: int,
    make_trainer: MakeTrainer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(past_gradients, "MOST_STATES", most)
    trainer = make_trainer(*settings)
    for _ in range(13):
        trainer.step()
    loop = Watched(trainer.setup)
    expected = [loop.step() for _ in range(14)]
    past = PastGradients(trainer.setup).look(Branches(trainer.timeline)[0], LONG)
    spacing = 1 if most == 120 else 4
    assert past.steps.tolist() == list(range(0, 14, spacing))
    assert (past.spacing, past.n_missing) == (spacing, 0)
    check(past, expected)
    if any("bias=false" in setting for setting in settings):
        assert np.isnan(past.biases.gradient[:, 1]).all()
        assert np.isfinite(past.biases.gradient[:, 0]).all()


def test_the_step_taken_apart_gives_the_same(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer("optimizer.name=adam", "regularization.clip_norm=0.05")
    for _ in range(5):
        trainer.step()
    trace = next_step(trainer.setup, trainer.state()).trace
    one = gradients_of(5, trace, trainer.network.layout)
    past = PastGradients(trainer.setup).look(Branches(trainer.timeline)[0], LONG)
    for kind in ("weights", "biases"):
        for name in ("raw", "gradient", "values", "update"):
            row = getattr(past.norms(kind), name)[5]
            np.testing.assert_array_equal(getattr(one.norms(kind), name), row)
    for layer, (weights, biases) in enumerate(one.distributions):
        arrays = trace.clipped.weights[layer], trace.clipped.biases[layer]
        limits = common_limits(*arrays)
        for found, array in zip((weights, biases), arrays, strict=True):
            assert found.counts.tolist() == histogram(array, limits=limits).counts.tolist()
            assert found.counts.sum() == array.size
    assert (
        past.newest.distributions[0][0].counts.tolist() == one.distributions[0][0].counts.tolist()
    )


def test_a_plain_update_is_the_learning_rate_times_the_gradient(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer("training.precision=float64", "optimizer.learning_rate=0.07")
    for _ in range(6):
        trainer.step()
    weights = PastGradients(trainer.setup).look(Branches(trainer.timeline)[0], LONG).weights
    expected = 0.07 * weights.gradient / weights.values
    np.testing.assert_allclose(weights.ratio, expected, rtol=1e-12)
    np.testing.assert_array_equal(weights.raw, weights.gradient)


def test_clipping_and_penalties_show_between_the_two(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer("regularization.clip_norm=0.001")
    past = PastGradients(trainer.setup).look(Branches(trainer.timeline)[0], LONG)
    squares = (past.weights.gradient**2 + past.biases.gradient**2).sum()
    assert np.sqrt(squares) == pytest.approx(0.001, rel=1e-5)
    assert (past.weights.raw > 2 * past.weights.gradient).all()


def test_frozen_parameters_are_not_updated(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer()
    trainer.step()
    size = trainer.network.parameters.weights[0].size
    trainer.edit(Edit(1, "", frozen=tuple(range(size))))
    trainer.step()
    past = PastGradients(trainer.setup).look(Branches(trainer.timeline)[0], LONG)
    assert past.weights.update[0, 0] > 0
    assert past.weights.update[1:, 0].tolist() == [0, 0]
    assert (past.weights.update[:, 1:] > 0).all()


def test_an_edit_at_the_head_counts_for_the_update_that_comes_next(
    make_trainer: MakeTrainer,
) -> None:
    trainer = make_trainer()
    for _ in range(4):
        trainer.step()
    pasts, branch = PastGradients(trainer.setup), Branches(trainer.timeline)[0]
    before = pasts.look(branch, LONG)
    rate = replace_at(trainer.experiment, "optimizer.learning_rate", 0.2)
    trainer.edit(Edit(4, "", experiment=rate))
    after = pasts.look(branch, LONG)
    np.testing.assert_array_equal(before.weights.update[:4], after.weights.update[:4])
    np.testing.assert_allclose(after.weights.update[4], 2 * before.weights.update[4], rtol=1e-4)
    trainer.step()
    trainer.step()
    fresh = PastGradients(trainer.setup).look(branch, LONG)
    np.testing.assert_array_equal(pasts.look(branch, LONG).weights.update, fresh.weights.update)


def test_forks_share_what_they_have_in_common(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer()
    branches = Branches(trainer.timeline)
    for _ in range(6):
        trainer.step()
    pasts = PastGradients(trainer.setup)
    first = pasts.look(branches[0], LONG)
    trainer.seek(3)
    trainer.branch()
    fork = branches.fork(trainer.timeline, 3, "")
    trainer.edit(what_if.set_bias(trainer, 2, 0, 5.0))
    second = pasts.look(fork, LONG)
    np.testing.assert_array_equal(first.weights.gradient[:3], second.weights.gradient[:3])
    assert not np.array_equal(first.weights.gradient[3], second.weights.gradient[3])
    assert pasts.look(branches[0], LONG) is first


def test_an_update_that_is_not_made_has_no_ratio(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(
        "data.source=curve",
        "optimizer.learning_rate=100",
        "network.hidden=[{units=5, activation='identity'}]",
    )
    while trainer.divergence is None:
        trainer.step()
    past = PastGradients(trainer.setup).look(Branches(trainer.timeline)[0], LONG)
    assert past.steps[-1] == trainer.step_count
    assert np.isnan(past.weights.update[-1]).all()
    assert np.isnan(past.weights.ratio[-1]).all()
    assert np.isfinite(past.weights.update[:-1]).all()
    assert past.newest.step == trainer.step_count
