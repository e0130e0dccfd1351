from dataclasses import replace

import numpy as np
import pytest

from visualmlp.engine import ACTIVATIONS, LOSSES, DenseSpec, Network, check_gradients

RNG = np.random.default_rng(3)
X = RNG.normal(size=(6, 4))
T = np.eye(3)[RNG.integers(3, size=6)]


def network(dtype="float64", **options):
    layers = [DenseSpec(5, "tanh", **options), DenseSpec(3, "softmax")]
    net = Network(4, layers, "cross_entropy", dtype)
    net.initialize(np.random.default_rng(0))
    return net


def test_one_check_for_each_array():
    names = [check.name for check in check_gradients(network(), X, T)]
    assert names == [
        "weights of layer 1",
        "weights of layer 2",
        "biases of layer 1",
        "biases of layer 2",
    ]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_right_gradients_pass_and_the_network_is_not_touched(dtype):
    net = network(dtype, dropout=0.3)
    before = net.parameters.flat.copy()
    checks = check_gradients(net, X.astype(dtype), T.astype(dtype))
    assert max(check.relative_error for check in checks) < 1e-6
    np.testing.assert_array_equal(net.parameters.flat, before)
    assert not net.gradient.flat.any()


def test_a_wrong_gradient_is_found_and_located(monkeypatch):
    tanh = ACTIVATIONS["tanh"]

    def wrong(z, a, grad_a, out):
        tanh.backward(z, a, grad_a, out)
        out[:, 2] *= 1.5
        return out

    surrogate = replace(tanh, backward=wrong, exact=False)
    monkeypatch.setitem(ACTIVATIONS._entries, "tanh", surrogate)
    first, second, *_ = check_gradients(network(), X, T)
    assert first.relative_error > 0.01
    assert first.worst_index[1] == 2
    assert first.analytic == pytest.approx(1.5 * first.numeric, rel=1e-5)
    assert second.relative_error < 1e-6


def test_a_few_entries_of_each_array(monkeypatch):
    evaluations = []
    fused = LOSSES["cross_entropy"].fused["softmax"]
    counting = replace(fused, value=lambda *args: evaluations.append(1) or fused.value(*args))
    monkeypatch.setitem(LOSSES["cross_entropy"].fused, "softmax", counting)
    checks = check_gradients(network(), X, T, per_array=4, rng=np.random.default_rng(1))
    assert len(evaluations) == 1 + 2 * (4 + 4 + 4 + 3)
    assert max(check.relative_error for check in checks) < 1e-6


@pytest.mark.parametrize("scale", [1.0, 1e-5])
def test_the_error_does_not_depend_on_what_the_loss_is_divided_by(scale):
    """Also where the gradient is so small that it is not told from rounding."""
    layers = [DenseSpec(5, "tanh"), DenseSpec(3, "softmax")]
    errors = []
    for normalisation in ("mean", "sum", "fixed"):
        net = Network(4, layers, "cross_entropy", "float64", normalisation, 1000.0)
        net.initialize(np.random.default_rng(0))
        checks = check_gradients(net, scale * X, T)
        errors.append([check.relative_error for check in checks])
    np.testing.assert_allclose(errors[1:], errors[:1] * 2, rtol=1e-3)
