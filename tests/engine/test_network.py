import tracemalloc

import numpy as np
import pytest

from visualmlp.engine import ACTIVATIONS, DenseSpec, Network
from visualmlp.errors import ExperimentError, UnknownNameError


def make(hidden=(8, 6), activation="tanh", dtype="float64", seed=0, **options):
    layers = [DenseSpec(units, activation, **options) for units in hidden]
    network = Network(5, [*layers, DenseSpec(3, "softmax")], "cross_entropy", dtype)
    network.initialize(np.random.default_rng(seed))
    return network


def batch(n, dtype="float64", seed=1):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 5)).astype(dtype)
    return x, np.eye(3, dtype=dtype)[rng.integers(3, size=n)]


def test_forward_is_the_formula():
    network = make((4,))
    x, _ = batch(7)
    w1, w2 = network.parameters.weights
    b1, b2 = network.parameters.biases
    b1[:], b2[:] = 0.1, -0.2
    z = np.tanh(x @ w1 + b1) @ w2 + b2
    expected = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(network.forward(x), expected, rtol=1e-13)


@pytest.mark.parametrize("n", [1, 7, 40])
def test_layer_outputs_are_those_of_a_training_step(n):
    """Bit for bit, so that views show what the step taken apart shows."""
    network = make()
    x, t = batch(n)
    network.loss_and_gradient(x, t)
    outputs = network.layer_outputs(x)
    assert [output.z.shape for output in outputs] == [(n, 8), (n, 6), (n, 3)]
    for output, step in zip(outputs, network.last_steps, strict=True):
        np.testing.assert_array_equal(output.z, step.z)
        np.testing.assert_array_equal(output.a, step.a)
    np.testing.assert_array_equal(network.predict(x), outputs[-1].a)


@pytest.mark.parametrize("batch_size", [1, 4, 10, 1000])
def test_predict_in_batches_is_forward(batch_size, monkeypatch):
    monkeypatch.setattr("visualmlp.engine.network.PREDICTED_AT_ONCE", batch_size)
    network = make()
    x, _ = batch(10)
    y = network.predict(x)
    assert y.shape == (10, 3)
    np.testing.assert_allclose(y, network.forward(x), rtol=1e-12)


def test_predict_of_nothing_is_empty():
    assert make().predict(np.empty((0, 5))).shape == (0, 3)


def test_loss_is_that_of_the_outputs():
    network = make(dropout=0.0)
    x, t = batch(9)
    loss = network.loss_and_gradient(x, t)
    assert isinstance(loss, float)
    assert loss == pytest.approx(network.loss_value(network.forward(x), t), rel=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_same_seed_same_bits(dtype):
    x, t = batch(16, dtype)
    results = []
    for _ in range(2):
        network = make(dtype=dtype, dropout=0.4)
        loss = network.loss_and_gradient(x, t, np.random.default_rng(5))
        results.append((loss, network.gradient.flat.tobytes()))
    assert results[0] == results[1]
    assert network.gradient.flat.dtype == dtype


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_bits_do_not_depend_on_earlier_batches(name, dtype):
    """Neither buffers allocated for larger batches, nor old contents, nor order matter."""
    x, t = batch(7, dtype)
    fresh = make(activation=name, dtype=dtype, dropout=0.2)
    expected = fresh.loss_and_gradient(x, t, np.random.default_rng(5))
    for sizes in [(33, 2), (2, 33), (7, 40, 3)]:
        used = make(activation=name, dtype=dtype, dropout=0.2)
        for n in sizes:
            used.loss_and_gradient(*batch(n, dtype, seed=n), np.random.default_rng(n))
        assert used.loss_and_gradient(x, t, np.random.default_rng(5)) == expected
        assert used.gradient.flat.tobytes() == fresh.gradient.flat.tobytes()


def test_float32_and_float64_start_from_the_same_numbers():
    single, double = make(dtype="float32"), make(dtype="float64")
    expected = double.parameters.flat.astype(np.float32)
    np.testing.assert_array_equal(single.parameters.flat, expected)


OF_THE_COURSES = [name for name in ACTIVATIONS if "sigmoid" in name and name != "sigmoid"]
"""Kept readable; they need temporary arrays, as gelu does."""


@pytest.mark.parametrize(
    "name", [name for name in ACTIVATIONS if name not in ("gelu", *OF_THE_COURSES)]
)
def test_steps_of_known_batch_sizes_allocate_nothing_large(name):
    """An odd last batch uses parts of the same memory."""
    network = make((200, 200), activation=name, dtype="float32", dropout=0.1)
    rng = np.random.default_rng(0)
    batches = [batch(500, "float32"), batch(499, "float32")]
    for x, t in batches:
        network.loss_and_gradient(x, t, rng)
    tracemalloc.start()
    try:
        for x, t in batches * 2:
            network.loss_and_gradient(x, t, rng)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 0.1 * 500 * 200 * 4


def test_smaller_batches_use_the_memory_of_the_largest():
    network = make((200, 200), dtype="float32")
    network.loss_and_gradient(*batch(2000, "float32"))
    x, t = batch(1999, "float32")
    tracemalloc.start()
    try:
        network.loss_and_gradient(x, t)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 0.1 * 2000 * 200 * 4


def test_no_bias():
    layers = [DenseSpec(4, "tanh", bias=False), DenseSpec(3, "softmax", bias=False)]
    network = Network(5, layers, "cross_entropy", "float64")
    assert network.parameters.biases == (None, None)
    assert network.layout.size == network.layout.n_weights == 5 * 4 + 4 * 3
    x, t = batch(6)
    np.testing.assert_allclose(network.forward(0 * x), 1 / 3)
    network.initialize(np.random.default_rng(0))
    network.loss_and_gradient(x, t)
    assert np.all(network.gradient.flat != 0)


def test_dropout_is_inverted_and_for_training_only():
    network = make((1000,), activation="identity", dropout=0.25, bias_init="constant")
    network.parameters.weights[0][:] = 0
    x, t = batch(200)
    np.testing.assert_array_equal(network.layer_outputs(x)[0].a, 1.0)
    network.loss_and_gradient(x, t, np.random.default_rng(0))
    step = network._workspace.plan(200)[0][0]
    np.testing.assert_allclose(np.unique(step.output), [0.0, 4 / 3], rtol=1e-12)
    assert (step.output == 0).mean() == pytest.approx(0.25, abs=0.01)


def test_dropout_draws_anew_and_needs_a_generator():
    network = make(dropout=0.5)
    x, t = batch(20)
    rng = np.random.default_rng(0)
    assert network.loss_and_gradient(x, t, rng) != network.loss_and_gradient(x, t, rng)
    with pytest.raises(ValueError, match="random generator"):
        network.loss_and_gradient(x, t)


def test_impossible_networks_are_refused():
    with pytest.raises(ExperimentError, match="at least an output layer"):
        Network(5, [], "cross_entropy")
    with pytest.raises(ExperimentError, match="output layer cannot have dropout"):
        Network(5, [DenseSpec(3, "softmax", dropout=0.5)], "cross_entropy")
    with pytest.raises(UnknownNameError, match="cross_entropy"):
        Network(5, [DenseSpec(3, "softmax")], "cros_entropy")


def test_all_finite():
    network = make()
    assert network.first_non_finite() is None
    network.loss_and_gradient(*batch(8))
    assert network.first_non_finite() is None


def test_non_finite_parameters_come_first():
    network = make()
    network.parameters.weights[1][2, 3] = np.nan
    with np.errstate(all="ignore"):
        network.loss_and_gradient(*batch(8))
    assert network.first_non_finite() == "weights W of layer 2"
    network.parameters.weights[1][2, 3] = 0
    network.parameters.biases[2][0] = np.inf
    assert network.first_non_finite() == "biases b of layer 3"


def test_overflow_in_the_forward_pass_is_located():
    network = make(activation="relu", dtype="float32")
    network.parameters.weights[1][:] = 1e38
    x, t = batch(8, "float32")
    with np.errstate(all="ignore"):
        network.loss_and_gradient(1e3 * np.abs(x), t)
    assert network.first_non_finite() == "pre-activations z of layer 2"


def test_overflow_in_the_backward_pass_is_located():
    network = make(activation="identity", dtype="float32")
    for weights, value in zip(network.parameters.weights, (1e-38, 1e30, 1e30), strict=True):
        weights[:] = value
    network.parameters.weights[2][:, 0] = -1e30
    x, t = batch(8, "float32")
    with np.errstate(all="ignore"):
        network.loss_and_gradient(x, t)
    assert network.first_non_finite() == "gradient of the weights of layer 1"
