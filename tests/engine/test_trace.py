"""What a trace says about a step follows from the engine's own functions."""

from __future__ import annotations

import numpy as np
import pytest

from visualmlp.engine import (
    LOSSES,
    OPTIMIZERS,
    DenseSpec,
    Network,
    OptimizerSettings,
    Updater,
    UpdateSettings,
    add_gradient,
    clip_by_norm,
    trace_update,
)

PAIRS = [
    *((loss, "softmax") for loss in LOSSES),
    ("binary_cross_entropy", "sigmoid"),
    ("squared_error", "identity"),
    ("cross_entropy", "normalised_sigmoid"),
]


def traced(
    loss="cross_entropy", output="softmax", dropout=0.0, n=9, normalisation="mean", **update
):
    layers = [
        DenseSpec(6, "tanh", dropout=dropout),
        DenseSpec(5, "relu", weight_init="he_normal"),
        DenseSpec(3, output),
    ]
    network = Network(4, layers, loss, "float64", normalisation)
    rng = np.random.default_rng(3)
    network.initialize(rng)
    x = rng.normal(size=(n, 4))
    t = np.eye(3)[rng.integers(3, size=n)]
    updater = Updater(network, OPTIMIZERS["momentum"](network.layout, "float64"))
    settings = UpdateSettings(OptimizerSettings(momentum=0.5), **update)
    return trace_update(updater, x, t, 0.1, settings, 1, np.random.default_rng(0))


@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_each_array_follows_from_the_others(loss, output):
    trace = traced(loss, output, dropout=0.5)
    below = trace.x
    for layer in trace.layers:
        np.testing.assert_array_equal(layer.input, below)
        np.testing.assert_allclose(layer.z, below @ layer.weights + layer.bias, rtol=1e-12)
        np.testing.assert_array_equal(layer.a, layer.activation.forward(layer.z, layer.z.copy()))
        below = layer.output
        np.testing.assert_allclose(layer.grad_weights, layer.input.T @ layer.grad_z, atol=1e-15)
        np.testing.assert_allclose(layer.grad_bias, layer.grad_z.sum(axis=0), atol=1e-15)
    for layer, above in zip(trace.layers, trace.layers[1:], strict=False):
        carried = above.grad_z @ above.weights_used_backward.T
        mask = 1 if layer.mask is None else layer.mask
        np.testing.assert_allclose(layer.grad_a, carried * mask, atol=1e-15)
        expected = layer.activation.backward(layer.z, layer.a, layer.grad_a, layer.z.copy())
        np.testing.assert_array_equal(layer.grad_z, expected)


@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_the_losses_of_the_samples_have_the_loss_as_their_mean(loss, output):
    trace = traced(loss, output)
    assert trace.sample_losses.shape == (9,)
    assert trace.sample_losses.mean() == pytest.approx(trace.loss, rel=1e-12)


@pytest.mark.parametrize(("loss", "output"), [PAIRS[-3], ("cross_entropy", "softmax")])
def test_losses_of_samples_with_vanishing_probabilities(loss, output):
    network = Network(1, [DenseSpec(2, output, bias=False)], loss, "float32")
    network.parameters.weights[0][...] = [[300.0, -300.0]]
    x, t = np.array([[1.0], [2.0]], np.float32), np.array([[0, 1], [1, 0]], np.float32)
    updater = Updater(network, OPTIMIZERS["sgd"](network.layout, "float32"))
    trace = trace_update(updater, x, t, 0.1, UpdateSettings(), 1)
    assert trace.is_fused
    np.testing.assert_allclose(trace.sample_losses, [600.0, 0.0], atol=1e-6)
    assert trace.loss == pytest.approx(300)


@pytest.mark.parametrize("name", ["together", "output first"])
def test_which_weights_carried_the_gradient_back(name):
    trace = traced(output_first=name == "output first")
    for i, layer in enumerate(trace.layers):
        used = layer.weights_used_backward
        if i == 0:
            assert used is None
        else:
            expected = trace.after if name == "output first" else trace.before
            np.testing.assert_array_equal(used, expected.weights[i])


def test_output_first_has_the_gradients_of_new_weights():
    trace = traced(output_first=True, l2=0.1)
    hidden, output = trace.layers[1:]
    np.testing.assert_allclose(hidden.grad_a, output.grad_z @ trace.after.weights[2].T)
    assert not np.array_equal(hidden.grad_a, output.grad_z @ trace.before.weights[2].T)
    for i in range(3):
        expected = trace.raw.weights[i] + 0.1 * trace.before.weights[i]
        np.testing.assert_allclose(trace.penalised.weights[i], expected, rtol=1e-12)
        np.testing.assert_array_equal(trace.penalised.biases[i], trace.raw.biases[i])


def test_penalties_and_clipping():
    trace = traced(l1=0.01, l2=0.1, clip_norm=0.05)
    expected = trace.raw.flat.copy()
    n_weights = sum(weights.size for weights in trace.before.weights)
    add_gradient(trace.before.flat[:n_weights], expected[:n_weights], 0.01, 0.1)
    np.testing.assert_array_equal(trace.penalised.flat, expected)
    assert trace.gradient_norm == pytest.approx(np.linalg.norm(expected), rel=1e-12)
    assert trace.clip_factor == 0.05 / trace.gradient_norm
    clip_by_norm(expected, trace.gradient_norm, 0.05)
    np.testing.assert_array_equal(trace.clipped.flat, expected)


@pytest.mark.parametrize("limit", [0.0, 1e9])
def test_nothing_is_clipped_below_the_limit(limit):
    trace = traced(clip_norm=limit)
    assert trace.clip_factor == 1
    np.testing.assert_array_equal(trace.clipped.flat, trace.raw.flat)


def test_the_optimizer_follows_from_the_clipped_gradient():
    trace = traced(l2=0.1)
    assert trace.optimizer is OPTIMIZERS["momentum"]
    assert list(trace.slots_before) == ["velocity"]
    np.testing.assert_array_equal(trace.slots_before["velocity"].flat, 0)
    np.testing.assert_array_equal(trace.slots_after["velocity"].flat, trace.clipped.flat)
    np.testing.assert_array_equal(trace.after.flat, trace.before.flat - 0.1 * trace.clipped.flat)


def test_a_fused_output_has_no_gradient_of_its_activations():
    assert traced("cross_entropy", "softmax").layers[-1].grad_a is None
    output = traced("squared_error", "softmax").layers[-1]
    trace = traced("squared_error", "softmax")
    np.testing.assert_allclose(output.grad_a, 2 * (output.a - trace.t) / 9)


def test_the_normalisation_scales_the_gradient_and_not_the_loss():
    mean, total = traced(normalisation="mean"), traced(normalisation="sum")
    assert total.loss == mean.loss
    assert total.objective_factor == 9
    np.testing.assert_allclose(total.raw.flat, 9 * mean.raw.flat, rtol=1e-12)
