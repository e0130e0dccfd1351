"""Gradients of whole networks against central differences."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from visualmlp.engine import (
    ACTIVATIONS,
    LOSSES,
    NORMALISATIONS,
    DenseSpec,
    Network,
    check_gradients,
)

EXACT = [name for name, activation in ACTIVATIONS.items() if activation.exact]
PROBABILITIES = [name for name in EXACT if ACTIVATIONS[name].in_unit_interval]


def is_near_a_kink(network, x):
    return any(
        np.abs(output.z - kink).min() < 1e-4
        for layer, output in zip(network.layers, network.layer_outputs(x), strict=True)
        for kink in ACTIVATIONS[layer.activation].kinks
    )


@st.composite
def layer_lists(draw, loss):
    hidden = draw(
        st.lists(
            st.builds(
                DenseSpec,
                st.integers(1, 6),
                st.sampled_from(EXACT),
                bias=st.booleans(),
                bias_init=st.just("uniform"),
            ),
            max_size=3,
        )
    )
    needs_probabilities = loss in ("cross_entropy", "binary_cross_entropy")
    outputs = PROBABILITIES if needs_probabilities else EXACT
    output = DenseSpec(draw(st.integers(1, 4)), draw(st.sampled_from(outputs)))
    return [*hidden, output]


@pytest.mark.parametrize("loss", LOSSES)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_gradient_is_exact(loss, data):
    layers = data.draw(layer_lists(loss))
    n_inputs, n = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 6))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    network = Network(n_inputs, layers, loss, "float64")
    network.initialize(rng)
    outputs = layers[-1].units
    x, t = rng.normal(size=(n, n_inputs)), np.eye(outputs)[rng.integers(outputs, size=n)]
    assume(not is_near_a_kink(network, x))
    for check in check_gradients(network, x, t, per_array=6):
        assert check.relative_error < 1e-6, check


@pytest.mark.parametrize("hidden", EXACT)
@pytest.mark.parametrize("output", EXACT)
@pytest.mark.parametrize("loss", LOSSES)
def test_every_combination(loss, output, hidden):
    if loss in ("cross_entropy", "binary_cross_entropy") and output not in PROBABILITIES:
        output = PROBABILITIES[len(hidden) % len(PROBABILITIES)]
    layers = [DenseSpec(4, hidden, bias_init="normal"), DenseSpec(3, output)]
    network = Network(3, layers, loss, "float64")
    rng = np.random.default_rng(11)
    network.initialize(rng)
    x, t = rng.normal(size=(5, 3)), np.eye(3)[rng.integers(3, size=5)]
    while is_near_a_kink(network, x):
        x = rng.normal(size=x.shape)
    for check in check_gradients(network, x, t, per_array=5):
        assert check.relative_error < 1e-6, check


@pytest.mark.parametrize("hidden", EXACT)
def test_a_small_batch_through_wide_layers(hidden):
    """Where gradients are carried back transposed; with dropout, whose masks must fit."""
    layers = [DenseSpec(units, hidden, dropout=0.2, bias_init="normal") for units in (16, 12)]
    network = Network(4, [*layers, DenseSpec(14, "sigmoid")], "squared_error", "float64")
    rng = np.random.default_rng(5)
    network.initialize(rng)
    x, t = rng.normal(size=(3, 4)), rng.random(size=(3, 14))
    network.loss_and_gradient(x, t, np.random.default_rng(0))
    assert not network.last_steps[0].grad_a.flags.c_contiguous
    for check in check_gradients(network, x, t, per_array=30):
        assert check.relative_error < 1e-6, check


def test_a_surrogate_is_seen_not_to_be_the_gradient():
    layers = [DenseSpec(4, "tanh"), DenseSpec(3, "normalised_sigmoid_surrogate")]
    network = Network(3, layers, "half_squared_error", "float64")
    rng = np.random.default_rng(3)
    network.initialize(rng)
    x, t = rng.normal(size=(5, 3)), np.eye(3)[rng.integers(3, size=5)]
    assert all(check.relative_error > 1e-2 for check in check_gradients(network, x, t))


@pytest.mark.parametrize("normalisation", NORMALISATIONS)
def test_the_check_is_of_the_normalised_objective(normalisation):
    layers = [DenseSpec(4, "tanh"), DenseSpec(3, "softmax")]
    network = Network(3, layers, "cross_entropy", "float64", normalisation, 7.0)
    rng = np.random.default_rng(3)
    network.initialize(rng)
    x, t = rng.normal(size=(5, 3)), np.eye(3)[rng.integers(3, size=5)]
    for check in check_gradients(network, x, t):
        assert check.relative_error < 1e-6, check
