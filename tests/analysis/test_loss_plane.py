import numpy as np
import pytest

from visualmlp.analysis.loss_plane import LossOnPlane, Penalty, Plane, doubled, refinements
from visualmlp.engine import DenseSpec, Network
from visualmlp.engine.regularizers import penalty

DEEP = [DenseSpec(6, "tanh", dropout=0.3), DenseSpec(5, "relu"), DenseSpec(3, "softmax")]


def make(layers, loss, dtype="float64", n_inputs=4):
    network = Network(n_inputs, layers, loss, dtype)
    network.initialize(np.random.default_rng(0))
    rng = np.random.default_rng(1)
    centre = network.parameters.flat.copy()
    directions = np.linalg.qr(rng.normal(size=(centre.size, 2)))[0].T
    return network, Plane(centre, directions)


def batch(dtype="float64", n=20):
    rng = np.random.default_rng(2)
    return rng.normal(size=(n, 4)).astype(dtype), np.eye(3, dtype=dtype)[rng.integers(0, 3, n)]


def engine_loss(network, state, x, t):
    network.parameters.flat[...] = state
    return network.loss_value(network.predict(x), t)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-5)])
@pytest.mark.parametrize("layers", [DEEP, DEEP[-1:]])
def test_losses_are_those_of_the_moved_network(layers, dtype, tolerance) -> None:
    network, plane = make(layers, "cross_entropy", dtype)
    x, t = batch(dtype)
    loss = LossOnPlane(network, plane, x, t)
    for a, b in ((0.7, -1.3), (-3.0, 0.2)):
        wanted = engine_loss(network, plane.at(a, b), x, t)
        assert loss.at(a, b) == pytest.approx(wanted, rel=tolerance)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n", [20, 2300])
def test_at_the_centre_it_is_the_engines_loss_bit_for_bit(n, dtype) -> None:
    network, plane = make(DEEP, "cross_entropy", dtype)
    x, t = batch(dtype, n)
    assert LossOnPlane(network, plane, x, t).at(0, 0) == engine_loss(network, plane.centre, x, t)


def test_a_quadratic_problem_has_its_analytic_loss() -> None:
    network = Network(1, [DenseSpec(1, "identity")], "squared_error", "float64")
    network.parameters.flat[...] = 0.5, 0.25
    plane = Plane(network.parameters.flat.copy(), np.eye(2))
    x = np.linspace(-1, 2, 11)[:, None]
    t = x**3
    loss = LossOnPlane(network, plane, x, t)
    scale = loss.at(0, 0) / np.mean((0.5 * x + 0.25 - t) ** 2)
    for a in np.linspace(-3, 3, 7):
        for b in np.linspace(-2, 2, 5):
            wanted = scale * np.mean(((0.5 + a) * x + 0.25 + b - t) ** 2)
            assert loss.at(a, b) == pytest.approx(wanted, rel=1e-12)


def test_penalties_are_added() -> None:
    network, plane = make(DEEP, "cross_entropy")
    x, t = batch()
    plain = LossOnPlane(network, plane, x, t).at(0.4, 0.6)
    added = LossOnPlane(network, plane, x, t, Penalty(0.01, 0.2)).at(0.4, 0.6)
    state = plane.at(0.4, 0.6)
    assert added - plain == pytest.approx(penalty(state, network.layout, 0.01, 0.2))


def test_places_and_distances() -> None:
    _, plane = make(DEEP, "cross_entropy")
    state = plane.at(1.5, -0.5)
    np.testing.assert_allclose(plane.place(state), [1.5, -0.5])
    assert plane.distance(state) == pytest.approx(0, abs=1e-12)
    across = np.linalg.qr(np.vstack([plane.directions, np.ones(state.size)]).T)[0][:, 2]
    np.testing.assert_allclose(plane.place(state + 2 * across), [1.5, -0.5])
    assert plane.distance(state + 2 * across) == pytest.approx(2)


def test_an_overflow_is_told_not_raised() -> None:
    network, plane = make(DEEP, "cross_entropy", "float32")
    x, t = batch("float32")
    assert not np.isfinite(LossOnPlane(network, plane, x, t, Penalty(l2=1.0)).at(1e30, 0))


def test_refinements_take_every_point_once() -> None:
    stages = list(refinements(13))
    assert [stride for stride, _ in stages] == [4, 2, 1]
    assert [len(places) for _, places in stages] == [16, 33, 120]
    everything = [place for _, places in stages for place in places]
    assert sorted(everything) == [(i, j) for i in range(13) for j in range(13)]


def test_between_the_points_of_a_grid_lies_their_mean() -> None:
    rows, columns = np.arange(3.0)[:, None], np.arange(4.0)
    finer = doubled(2 * rows - 3 * columns)
    np.testing.assert_array_equal(finer, np.arange(5)[:, None] - 1.5 * np.arange(7))
    holed = doubled(np.array([[0.0, np.nan], [2.0, np.inf]]))
    np.testing.assert_array_equal(holed[:, 0], [0, 1, 2])
    assert not np.isfinite(holed[:, 1:]).any()
