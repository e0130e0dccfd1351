import numpy as np
import pytest

from visualmlp.analysis.loss_slice import Place, SlicedNetwork
from visualmlp.engine import DenseSpec, Network

LAYERS = [DenseSpec(6, "tanh", dropout=0.3), DenseSpec(5, "sigmoid"), DenseSpec(3, "softmax")]
PLACES = [Place(0, 2, 1), Place(0, 5, None), Place(1, 0, 4), Place(2, 1, 3), Place(2, 2, None)]


@pytest.fixture
def batch():
    rng = np.random.default_rng(1)
    return rng.normal(size=(20, 4)), np.eye(3)[rng.integers(0, 3, 20)]


@pytest.fixture
def network():
    network = Network(4, LAYERS, "cross_entropy", "float64")
    network.initialize(np.random.default_rng(0))
    return network


def loss_of_changed(network, place, value, x, t):
    """The loss with a parameter changed, by a whole forward pass."""
    arrays = network.parameters
    array = arrays.biases[place.layer] if place.source is None else arrays.weights[place.layer]
    index = place.unit if place.source is None else (place.source, place.unit)
    old = array[index]
    array[index] = value
    loss = network.loss_value(network.predict(x), t)
    array[index] = old
    return loss


@pytest.mark.parametrize("place", PLACES)
def test_losses_are_those_of_the_changed_network(network, batch, place) -> None:
    sliced = SlicedNetwork(network, network.parameters.flat, *batch).slice(place, 3.0)
    wanted = [loss_of_changed(network, place, value, *batch) for value in sliced.values.tolist()]
    np.testing.assert_allclose(sliced.losses, wanted, rtol=1e-12)
    assert sliced.values[0] == pytest.approx(sliced.present - 3.0)
    assert sliced.loss == pytest.approx(loss_of_changed(network, place, sliced.present, *batch))


@pytest.mark.parametrize("place", PLACES)
def test_both_slopes_agree(network, batch, place) -> None:
    sliced = SlicedNetwork(network, network.parameters.flat, *batch).slice(place, 1.0)
    assert sliced.slope == pytest.approx(sliced.numeric_slope, rel=1e-6, abs=1e-9)
    assert sliced.slope != 0


def test_the_loss_at_a_value_is_on_the_curve(network, batch) -> None:
    slicer = SlicedNetwork(network, network.parameters.flat, *batch)
    sliced = slicer.slice(PLACES[0], 1.0)
    value = float(sliced.values[7])
    assert slicer.loss_at(PLACES[0], value) == pytest.approx(sliced.losses[7], rel=1e-12)


def test_the_steepest_weight_of_a_unit(network, batch) -> None:
    slicer = SlicedNetwork(network, network.parameters.flat, *batch)
    slopes = [abs(slicer.slice(Place(1, 3, source), 1.0).slope) for source in range(6)]
    assert slicer.steepest(1, 3) == int(np.argmax(slopes))


def test_the_network_is_not_touched(network, batch) -> None:
    before = network.parameters.flat.copy()
    SlicedNetwork(network, network.parameters.flat, *batch).slice(PLACES[0], 5.0)
    np.testing.assert_array_equal(network.parameters.flat, before)


def test_a_layer_without_biases_has_none_to_slice(batch) -> None:
    network = Network(4, [DenseSpec(3, "softmax", bias=False)], "cross_entropy")
    slicer = SlicedNetwork(network, network.parameters.flat, *batch)
    with pytest.raises(ValueError, match="layer 1 has no bias"):
        slicer.slice(Place(0, 0, None), 1.0)
