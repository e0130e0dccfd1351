# ruff: noqa: NPY002 - the older functions are what is compared with
"""Streams of random numbers against the very functions of the programs that they stand for."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

from visualmlp.engine import INITIALIZERS, STREAMS, DenseSpec, Network
from visualmlp.engine.initializers import DRAW_ORDERS

every_stream = pytest.mark.parametrize("name", list(STREAMS))


def test_the_legacy_stream_is_that_of_numpy_random() -> None:
    stream = STREAMS["numpy_legacy"](21)
    np.random.seed(21)
    assert stream.standard_normal((3, 4)).tolist() == np.random.randn(3, 4).tolist()
    assert stream.integers(60000, 50).tolist() == np.random.randint(60000, size=50).tolist()
    assert stream.uniform(-0.5, 0.5, (7,)).tolist() == np.random.uniform(-0.5, 0.5, 7).tolist()
    assert stream.permutation(9).tolist() == np.random.permutation(9).tolist()


def test_the_python_stream_is_that_of_random() -> None:
    stream, other = STREAMS["python"](42), random.Random(42)
    assert stream.sample(2499, 300).tolist() == other.sample(range(2499), 300)
    assert stream.integers(9, 5).tolist() == [other.randrange(9) for _ in range(5)]
    assert stream.uniform(0, 1, (2, 2)).ravel().tolist() == [other.uniform(0, 1) for _ in range(4)]
    assert stream.standard_normal((3,)).tolist() == [other.gauss(0, 1) for _ in range(3)]
    order = list(range(8))
    other.shuffle(order)
    assert stream.permutation(8).tolist() == order


@every_stream
def test_a_state_survives_json(name: str) -> None:
    stream, other = STREAMS[name](3), STREAMS[name](4)
    stream.standard_normal((5,))
    other.restore(json.loads(json.dumps(stream.state(), default=int)))
    assert other.sample(50, 20).tolist() == stream.sample(50, 20).tolist()
    assert other.standard_normal((3,)).tolist() == stream.standard_normal((3,)).tolist()


@every_stream
@pytest.mark.parametrize("state", [{}, [], None, {"state": {}}, [3, [1, 2], None]])
def test_a_wrong_state_is_refused(name: str, state: object) -> None:
    with pytest.raises((TypeError, ValueError, KeyError)):
        STREAMS[name](0).restore(state)


@pytest.mark.parametrize("change", [{"pos": -1}, {"pos": 625}, {"pos": 10**9}, {"key": [1] * 625}])
def test_a_state_that_numpy_would_read_memory_by_is_refused(change: dict[str, object]) -> None:
    stream = STREAMS["numpy_legacy"](0)
    state = stream.state()
    with pytest.raises(ValueError, match="in a key of shape"):
        stream.restore({**state, "state": {**state["state"], **change}})
    assert stream.state() == state


LAYERS = [
    DenseSpec(3, "sigmoid", weight_init="normal", bias_init="normal"),
    DenseSpec(2, "softmax", weight_init="normal", bias_init="normal"),
]


def drawn(order: str, *, transposed: bool) -> Network:
    network = Network(4, LAYERS, "cross_entropy", "float64")
    network.initialize(STREAMS["numpy_legacy"](7), order, transposed=transposed)
    return network


@pytest.mark.parametrize(
    ("order", "arrays"),
    [
        ("layer_by_layer", ["W0", "b0", "W1", "b1"]),
        ("weights_first", ["W0", "W1", "b0", "b1"]),
        ("biases_first", ["b0", "b1", "W0", "W1"]),
        ("output_first", ["b1", "W1", "b0", "W0"]),
    ],
)
@pytest.mark.parametrize("transposed", [False, True])
def test_the_order_and_layout_of_drawing(order: str, arrays: list[str], transposed: bool) -> None:
    network = drawn(order, transposed=transposed)
    np.random.seed(7)
    for name in arrays:
        i = int(name[1])
        if name[0] == "b":
            expected, array = np.random.randn(LAYERS[i].units), network.parameters.biases[i]
        else:
            n_in, n_out = network.layout.weight_shapes[i]
            shape = (n_out, n_in) if transposed else (n_in, n_out)
            expected = np.random.randn(*shape)
            expected = expected.T if transposed else expected
            array = network.parameters.weights[i]
        assert array is not None
        assert np.array_equal(array, expected)


def test_every_order_names_each_array_once() -> None:
    for order in DRAW_ORDERS.values():
        assert sorted(order.arrays(3)) == sorted(
            (kind, i) for kind in ("weights", "biases") for i in range(3)
        )


@pytest.mark.parametrize("name", list(INITIALIZERS))
def test_drawing_transposed_keeps_the_variance(name: str) -> None:
    """The fan is that of the array as it is used, not as it is drawn."""
    layers = [DenseSpec(400, "tanh", weight_init=name)]
    deviations = []
    for transposed in (False, True):
        network = Network(25, layers, "squared_error", "float64")
        network.initialize(np.random.default_rng(0), transposed=transposed)
        deviations.append(network.parameters.weights[0].std())
    assert deviations[0] == pytest.approx(deviations[1], rel=0.05)
