import numpy as np
import pytest

from visualmlp.analysis.gradient_steps import errors_by_step, near_kinks, surrogate_layers
from visualmlp.engine import DenseSpec, Network


def network(*activations):
    layers = [DenseSpec(4, name) for name in activations]
    made = Network(3, layers, "squared_error", "float64")
    made.initialize(np.random.default_rng(0))
    return made


@pytest.fixture
def batch():
    rng = np.random.default_rng(1)
    return rng.normal(size=(8, 3)), rng.normal(size=(8, 4))


def test_errors_are_smallest_between_too_small_and_too_large_a_step(batch) -> None:
    errors = errors_by_step(network("tanh", "identity"), *batch, (1e-10, 1e-5, 1e-1), 3)
    assert list(errors) == [
        *("weights of layer 1", "weights of layer 2"),
        *("biases of layer 1", "biases of layer 2"),
    ]
    small, middle, large = errors["weights of layer 1"]
    assert middle < 1e-8
    assert small > 10 * middle
    assert large > 10 * middle


def test_pre_activations_near_a_kink_are_counted(batch) -> None:
    relu = network("relu", "identity")
    z = relu.layer_outputs(batch[0])[0].z
    near = near_kinks(relu, batch[0], 1e-9)
    assert near == []
    relu.parameters.biases[0][1] -= z[5, 1]
    (found,) = near_kinks(relu, batch[0], 1e-9)
    assert (found.layer, found.kink, found.count, found.total) == (0, 0.0, 1, 32)
    assert near_kinks(network("tanh", "identity"), batch[0], 1.0) == []


def test_surrogates_are_known() -> None:
    assert surrogate_layers(network("tanh", "normalised_sigmoid_surrogate")) == [1]
    assert surrogate_layers(network("sigmoid", "normalised_sigmoid")) == []
