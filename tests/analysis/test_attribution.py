"""What an output owes to each input."""

from __future__ import annotations

import numpy as np
import pytest

from visualmlp.analysis import attribution
from visualmlp.analysis.attribution import (
    MOST_PATCHES,
    feature_occlusion,
    input_gradient,
    is_exact,
    picture_occlusion,
)
from visualmlp.engine import ACTIVATIONS, DenseSpec, Network

SMOOTH = [name for name, a in ACTIVATIONS.items() if a.exact and not a.kinks and not a.joint]


def network_of(hidden: str, output: str, loss: str, n_outputs: int = 3) -> Network:
    layers = [DenseSpec(6, hidden, dropout=0.4), DenseSpec(5, hidden), DenseSpec(n_outputs, output)]
    network = Network(4, layers, loss, "float64", "fixed", 7.0)
    network.initialize(np.random.default_rng(0))
    return network


def numeric(function, x, epsilon: float = 1e-6):
    slopes = []
    for i in range(x.shape[1]):
        moved = np.zeros_like(x)
        moved[0, i] = epsilon
        slopes.append((function(x + moved) - function(x - moved)) / (2 * epsilon))
    return np.array(slopes)


@pytest.fixture
def x():
    return np.random.default_rng(1).normal(size=(1, 4))


@pytest.mark.parametrize("hidden", SMOOTH)
@pytest.mark.parametrize(
    ("output", "loss"), [("softmax", "cross_entropy"), ("sigmoid", "squared_error")]
)
def test_gradients_are_those_of_central_differences(x, hidden, output, loss) -> None:
    network, t = network_of(hidden, output, loss), np.array([[0.0, 1.0, 0.0]])
    wanted = {
        "loss": lambda x: network.loss.per_sample(network.forward(x), t)[0],
        "score": lambda x: network.layer_outputs(x)[-1].z[0, 2],
        "output": lambda x: network.forward(x)[0, 2],
    }
    for of, function in wanted.items():
        gradient = input_gradient(network, x, t, of, 2)
        np.testing.assert_allclose(gradient, numeric(function, x), rtol=2e-5, atol=1e-8)


def test_the_gradient_of_the_loss_is_the_trainings_own(x) -> None:
    layers = [DenseSpec(6, "relu"), DenseSpec(3, "softmax")]
    network, t = Network(4, layers, "cross_entropy", "float64"), np.eye(3)[[1]]
    network.initialize(np.random.default_rng(3))
    network.loss_and_gradient(x, t)
    trained = network.last_steps[0].grad_z @ network.parameters.weights[0].T
    np.testing.assert_array_equal(input_gradient(network, x, t, "loss"), trained[0])


def test_one_layer_has_its_weights_as_gradient_of_the_score(x) -> None:
    network = Network(4, [DenseSpec(2, "identity")], "squared_error", "float64")
    network.initialize(np.random.default_rng(0))
    gradient = input_gradient(network, x, np.zeros((1, 2)), "score", 1)
    np.testing.assert_array_equal(gradient, network.parameters.weights[0][:, 1])


def test_a_surrogate_gradient_is_told() -> None:
    assert is_exact(network_of("tanh", "softmax", "cross_entropy"))
    surrogate = next(name for name, a in ACTIVATIONS.items() if not a.exact)
    assert not is_exact(network_of("tanh", surrogate, "squared_error"))


@pytest.mark.parametrize("side", [1, 2, 3, 5, 9])
def test_occlusion_of_a_linear_value_is_what_was_hidden(side) -> None:
    rng, shape = np.random.default_rng(0), (5, 6)
    weights, x, ground = (rng.normal(size=30) for _ in range(3))
    hidden = picture_occlusion(lambda x: x @ weights, x, ground, shape, side)
    size = min(side, 5)
    lost = ((ground - x) * weights).reshape(shape)
    total, covered = np.zeros(shape), np.zeros(shape)
    for row in range(shape[0] - size + 1):
        for column in range(shape[1] - size + 1):
            patch = np.s_[row : row + size, column : column + size]
            total[patch] += lost[patch].sum()
            covered[patch] += 1
    np.testing.assert_allclose(hidden.change, total / covered, atol=1e-12)
    assert (hidden.n_hidden, hidden.side, hidden.stride) == (
        (6 - size) * (7 - size),
        size,
        1,
    )


@pytest.mark.parametrize(
    ("length", "side"), [(28, 4), (64, 3), (100, 7), (64, 1), (65, 1), (300, 2), (333, 7)]
)
def test_patches_cover_every_pixel_and_are_few(length, side) -> None:
    x = np.ones(length * length, np.float32)
    values = lambda x: x.sum(axis=1)  # noqa: E731
    hidden = picture_occlusion(values, x, np.zeros_like(x), (length, length), side)
    assert hidden.change == pytest.approx(-side * side)
    assert hidden.n_hidden <= MOST_PATCHES


def test_pixels_between_patches_have_the_change_of_the_nearest(monkeypatch) -> None:
    monkeypatch.setattr(attribution, "MOST_PATCHES", 9)
    x = np.arange(81.0)
    hidden = picture_occlusion(lambda x: x.sum(axis=1), x, np.zeros(81), (9, 9), 1)
    assert (hidden.n_hidden, hidden.stride) == (9, 4)
    nearest = np.array([0, 0, 0, 4, 4, 4, 4, 8, 8])
    assert hidden.change.tolist() == (-9.0 * nearest[:, None] - nearest).tolist()


def test_features_are_hidden_one_by_one() -> None:
    rng = np.random.default_rng(0)
    weights, x, ground = (rng.normal(size=300) for _ in range(3))
    hidden = feature_occlusion(lambda x: x @ weights, x, ground)
    np.testing.assert_allclose(hidden.change, (ground - x) * weights, atol=1e-11)
    assert hidden.n_hidden == 300


def test_numbers_that_are_not_finite_come_through(x) -> None:
    network = network_of("relu", "softmax", "cross_entropy")
    network.parameters.flat[...] = np.nan
    gradient = input_gradient(network, x, np.eye(3)[[0]], "score")
    assert np.isnan(gradient).all()
    hidden = feature_occlusion(lambda x: network.predict(x)[:, 0], x[0], np.zeros(4))
    assert np.isnan(hidden.change).all()
