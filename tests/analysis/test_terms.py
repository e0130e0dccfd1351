"""The sums written out are those that the engine took."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.analysis import terms
from visualmlp.engine import (
    ACTIVATIONS,
    LOSSES,
    OPTIMIZERS,
    DenseSpec,
    Network,
    Updater,
    UpdateSettings,
    trace_update,
)

JOINT = [name for name in ACTIVATIONS if ACTIVATIONS[name].joint]


def traced(
    output="softmax",
    loss="cross_entropy",
    dtype="float64",
    hidden="tanh",
    n=12,
    scale=1.0,
    **update,
):
    layers = [DenseSpec(20, "relu", dropout=0.3), DenseSpec(7, hidden), DenseSpec(5, output)]
    network = Network(9, layers, loss, dtype, "sum")
    rng = np.random.default_rng(1)
    network.initialize(rng)
    network.parameters.flat[...] *= scale
    x = rng.normal(size=(n, 9)).astype(dtype)
    t = np.eye(5, dtype=dtype)[rng.integers(5, size=n)]
    updater = Updater(network, OPTIMIZERS["sgd"](network.layout, dtype))
    rng = np.random.default_rng(0)
    return trace_update(updater, x, t, 0.1, UpdateSettings(**update), 1, rng)


def every_sum(trace):
    """All kinds, at a few places."""
    for layer in range(3):
        units = trace.layers[layer].z.shape[1]
        for sample, unit in ((0, 0), (3, units - 1), (11, 2)):
            yield terms.pre_activation(trace, layer, sample, unit)
            yield terms.weight_gradient(trace, layer, sample % 5, unit)
            yield terms.bias_gradient(trace, layer, unit)
            if layer < 2:
                yield terms.activation_gradient(trace, layer, sample, unit)
            if trace.layers[layer].grad_a is not None and trace.layers[layer].activation.joint:
                yield terms.joint_gradient(trace, layer, sample, unit)
            yield terms.sample_loss(trace, sample)
    yield terms.mean_loss(trace)
    yield terms.squared_norm(trace)


@pytest.mark.parametrize(
    ("output", "loss"),
    [
        ("softmax", "cross_entropy"),
        ("sigmoid", "binary_cross_entropy"),
        *((name, "squared_error") for name in JOINT),
        ("identity", "half_squared_error"),
    ],
)
def test_the_terms_sum_to_the_engines_numbers(output, loss):
    trace = traced(output, loss, l2=0.1)
    for sum_ in every_sum(trace):
        assert sum_.sum * sum_.factor == pytest.approx(sum_.total, rel=1e-11, abs=1e-14)
        assert abs(sum_.rounding) <= 1e-11 * max(abs(sum_.total), 1e-3)


def test_in_float32_the_rounding_is_told():
    trace = traced(dtype="float32")
    roundings = [sum_.rounding for sum_ in every_sum(trace)]
    assert any(roundings)
    for sum_ in every_sum(trace):
        assert sum_.sum * sum_.factor + sum_.rounding == pytest.approx(sum_.total, rel=1e-14)
        size = np.abs(sum_.values).sum() + abs(sum_.added) + abs(sum_.rest)
        assert abs(sum_.rounding) < 1e-6 * size * max(1, abs(sum_.factor)) + 1e-12


def test_a_pre_activation():
    trace = traced()
    sum_ = terms.pre_activation(trace, 1, 4, 2)
    layer = trace.layers[1]
    assert (sum_.over, sum_.count, sum_.total) == ("units", 20, layer.z[4, 2])
    assert sum_.added == layer.bias[2]
    np.testing.assert_array_equal(sum_.factors[:, 0], layer.input[4][sum_.indices])
    np.testing.assert_array_equal(sum_.factors[:, 1], layer.weights[:, 2][sum_.indices])
    np.testing.assert_array_equal(sum_.values, sum_.factors.prod(axis=1))


def test_the_gradient_of_an_activation_has_dropouts_factor():
    trace = traced()
    dropped = np.argwhere(trace.layers[0].mask == 0)[0]
    kept = np.argwhere(trace.layers[0].mask > 1)[0]
    assert terms.activation_gradient(trace, 0, *dropped).factor == 0
    assert terms.activation_gradient(trace, 0, *kept).factor == pytest.approx(1 / 0.7)
    with pytest.raises(ValueError, match="the loss"):
        terms.activation_gradient(trace, 2, 0, 0)


def test_output_first_goes_through_the_new_weights():
    trace = traced(output_first=True)
    sum_ = terms.activation_gradient(trace, 1, 0, 0)
    np.testing.assert_array_equal(sum_.factors[:, 1], trace.after.weights[2][0])
    assert sum_.sum == pytest.approx(sum_.total, rel=1e-11)


@pytest.mark.parametrize("scale", [1.0, 80.0])
@pytest.mark.parametrize("output", JOINT)
def test_a_joint_activation_is_its_power_over_the_denominator(output, scale):
    trace = traced(output, "squared_error", scale=scale)
    for sample in range(trace.n_samples):
        below = terms.denominator(trace, 2, sample)
        assert below.total == pytest.approx(below.sum)
        for unit in range(5):
            above = terms.power(trace, 2, sample, unit)
            assert above / below.total == pytest.approx(trace.y[sample, unit], rel=1e-9, abs=1e-30)


def test_powers_are_plain_where_they_can_be():
    trace = traced()
    assert terms.power(trace, 2, 1, 3) == pytest.approx(np.exp(trace.layers[2].z[1, 3]))
    trace = traced("normalised_sigmoid", "squared_error")
    z = trace.layers[2].z[1, 3]
    assert terms.power(trace, 2, 1, 3) == pytest.approx(1 / (1 + np.exp(-z)))


@pytest.mark.parametrize("hidden", [name for name in ACTIVATIONS if name not in JOINT])
def test_the_derivative_takes_the_gradient_from_a_to_z(hidden):
    trace = traced(hidden=hidden)
    layer = trace.layers[1]
    for sample, unit in ((0, 0), (5, 3), (9, 6)):
        expected = layer.grad_a[sample, unit] * terms.derivative(trace, 1, sample, unit)
        assert layer.grad_z[sample, unit] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_samples_loss_by_outputs(loss):
    trace = traced("softmax", loss)
    sum_ = terms.sample_loss(trace, 3)
    assert sum_.count == 5
    if loss == "cross_entropy":
        label = trace.t[3].argmax()
        np.testing.assert_array_equal(np.flatnonzero(sum_.values), [label])
        assert sum_.values[label] == pytest.approx(-np.log(trace.y[3, label]))


def test_what_there_is_not():
    trace = traced()
    with pytest.raises(ValueError, match="one function"):
        terms.joint_gradient(trace, 2, 0, 0)
    network = Network(2, [DenseSpec(1, "identity", bias=False)], "squared_error", "float64")
    updater = Updater(network, OPTIMIZERS["sgd"](network.layout, "float64"))
    trace = trace_update(updater, np.ones((1, 2)), np.ones((1, 1)), 0.1, UpdateSettings(), 1)
    with pytest.raises(ValueError, match="no biases"):
        terms.bias_gradient(trace, 0, 0)
    assert terms.pre_activation(trace, 0, 0, 0).added == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=40), st.floats(-10, 10))
def test_first_and_largest_terms_and_the_rest(values, added):
    column = np.array(values)
    sum_ = terms.written_out("samples", (column, np.full_like(column, 2.0)), 1.0, added)
    shown = sum_.indices
    assert len(shown) == min(len(column), terms.FIRST + terms.LARGEST)
    assert (np.diff(shown) > 0).all()
    assert set(range(min(3, len(column)))) <= set(shown.tolist())
    hidden = np.delete(np.abs(column), shown)
    if hidden.size:
        assert hidden.max() <= np.abs(column[shown[terms.FIRST :]]).min()
    assert sum_.sum == pytest.approx(2 * column.sum() + added, rel=1e-9, abs=1e-9)


def test_terms_that_are_not_finite_are_written_out():
    column = np.array([1.0] * 20 + [np.nan, np.inf])
    sum_ = terms.written_out("samples", (column,), np.nan)
    assert {20, 21} <= set(sum_.indices.tolist())
    assert np.isfinite(sum_.rest)
