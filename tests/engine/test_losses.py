import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.engine import ACTIVATIONS, LOSSES

FUSED = [(name, activation) for name in LOSSES for activation in LOSSES[name].fused]


def example(seed, n=4, outputs=3):
    rng = np.random.default_rng(seed)
    return rng.uniform(0.05, 0.95, (n, outputs)), np.eye(outputs)[rng.integers(outputs, size=n)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("half_squared_error", (0.5 * (0.36 + 0.16) + 0.5 * (0.04 + 0.09)) / 2),
        ("squared_error", (0.36 + 0.16 + 0.04 + 0.09) / 2),
        ("binary_cross_entropy", -(np.log([0.4, 0.6]).sum() + np.log([0.8, 0.7]).sum()) / 2),
        ("cross_entropy", -(np.log(0.4) + np.log(0.7)) / 2),
    ],
)
def test_value_is_the_mean_over_samples_of_the_sum_over_outputs(name, expected):
    y, t = np.array([[0.4, 0.4], [0.2, 0.7]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    assert LOSSES[name].value(y, t) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", LOSSES)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 6), outputs=st.integers(1, 4))
@settings(max_examples=10)
def test_gradient_is_the_derivative_of_the_value(name, seed, n, outputs):
    loss, h = LOSSES[name], 1e-6
    y, t = example(seed, n, outputs)
    grad_y = loss.gradient(y, t, np.empty_like(y))
    for index in np.ndindex(y.shape):
        step = np.zeros_like(y)
        step[index] = h
        numeric = (loss.value(y + step, t) - loss.value(y - step, t)) / (2 * h)
        assert grad_y[index] == pytest.approx(numeric, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_certain_and_wrong_is_finite(name, dtype):
    y, t = np.array([[0, 1], [1, 0]], dtype), np.array([[1, 0], [1, 0]], dtype)
    losses = LOSSES[name].per_sample(y, t)
    assert losses.shape == (2,)
    assert losses.dtype == dtype
    assert np.isfinite(losses).all()
    assert losses[0] > losses[1]
    assert np.isfinite(LOSSES[name].gradient(y, t, np.empty_like(y))).all()


@pytest.mark.parametrize("name", LOSSES)
def test_value_is_the_mean_of_the_samples_losses(name):
    y, t = example(1)
    expected = LOSSES[name].per_sample(y, t).mean()
    assert LOSSES[name].value(y, t) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("name", LOSSES)
def test_nan_is_not_hidden(name):
    y, t = example(2)
    y[1, 1] = np.nan
    assert np.isnan(LOSSES[name].value(y, t))


@pytest.mark.parametrize(("name", "activation"), FUSED)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 6), outputs=st.integers(1, 5))
@settings(max_examples=20)
def test_fused_pair_equals_the_general_path(name, activation, seed, n, outputs):
    loss, act = LOSSES[name], ACTIVATIONS[activation]
    fused = loss.fused[activation]
    rng = np.random.default_rng(seed)
    z, t = rng.normal(0, 3, (n, outputs)), np.eye(outputs)[rng.integers(outputs, size=n)]
    y = act.forward(z, np.empty_like(z))
    grad_y = loss.gradient(y, t, np.empty_like(y))
    grad_z = act.backward(z, y, grad_y, np.empty_like(y))
    assert fused.value(z, y, t) == pytest.approx(loss.value(y, t), rel=1e-9, abs=1e-12)
    fused_grad = fused.gradient(y, t, np.empty_like(y))
    np.testing.assert_allclose(fused_grad, grad_z, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("name", "activation"), FUSED)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_fused_value_is_right_where_probabilities_underflow(name, activation, dtype):
    z, t = np.array([[-5000.0, 5000.0]], dtype), np.array([[1.0, 0.0]], dtype)
    y = ACTIVATIONS[activation].forward(z, np.empty_like(z))
    assert LOSSES[name].fused[activation].value(z, y, t) == pytest.approx(10_000, rel=1e-6)


def test_soft_targets_fit_the_fused_cross_entropy():
    z, t = np.array([[0.3, -1.0, 2.0]]), np.array([[0.2, 0.3, 0.5]])
    y = ACTIVATIONS["softmax"].forward(z, np.empty_like(z))
    value = LOSSES["cross_entropy"].fused["softmax"].value(z, y, t)
    assert value == pytest.approx(-np.sum(t * np.log(y)), rel=1e-12)


def test_every_task_has_a_loss():
    assert {task for loss in LOSSES.values() for task in loss.tasks} == {
        "classification",
        "binary",
        "regression",
    }
