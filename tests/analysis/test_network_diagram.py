import numpy as np
import pytest

from visualmlp.analysis.network_diagram import FOLD_ROWS, Shown, diagram_of, unit_states
from visualmlp.engine import DenseSpec, Network


def network(*units, n_inputs=3, activation="tanh", bias=True):
    specs = [DenseSpec(n, activation, bias=bias) for n in units]
    made = Network(n_inputs, specs, "squared_error", "float64")
    made.initialize(np.random.default_rng(2))
    return made


def shown(n_columns, **changes):
    usual = {"by": "weight", "most_links": 50, "most_units": 10, "order": "strength"}
    return Shown(**usual | {"starts": (0,) * n_columns} | changes)


def look(made, x, wanted, before=None):
    activations = [spec.activation for spec in made.layers]
    layers = made.layer_outputs(x)
    return layers, diagram_of(x, layers, made.parameters, activations, wanted, before)


def test_a_small_network_is_shown_whole_with_its_own_numbers():
    made, x = network(4, 2), np.array([[0.5, -1.0, 2.0]])
    layers, diagram = look(made, x, shown(3))
    assert diagram.n_shown == diagram.n_links == 3 * 4 + 4 * 2
    np.testing.assert_array_equal(diagram.columns[0].values, x[0])
    for column, layer, bias in zip(
        diagram.columns[1:], layers, made.parameters.biases, strict=True
    ):
        np.testing.assert_array_equal(column.values, layer.a[0])
        np.testing.assert_array_equal(column.z, layer.z[0])
        np.testing.assert_array_equal(column.bias, bias)
    for links, weights, below in zip(
        diagram.links, made.parameters.weights, (x[0], layers[0].a[0]), strict=True
    ):
        np.testing.assert_array_equal(links.weights.reshape(weights.shape), weights)
        np.testing.assert_array_equal(links.values, np.repeat(below, weights.shape[1]))


def test_contributions_and_bias_add_up_to_z():
    made, x = network(5, 3), np.array([[0.5, -1.0, 2.0]])
    _, diagram = look(made, x, shown(3, by="contribution"))
    for links, column in zip(diagram.links, diagram.columns[1:], strict=True):
        sums = np.bincount(links.units, links.contributions)
        np.testing.assert_allclose(sums + column.bias, column.z)


def test_wide_layers_are_folded_and_what_is_picked_is_shown():
    made, x = network(40, 30, 5), np.ones((1, 3))
    wanted = shown(4, unit=(1, 29), weight=(1, 39, 29), order="number")
    _, diagram = look(made, x, wanted)
    assert [len(column.values) for column in diagram.columns] == [
        *(3, 10 - FOLD_ROWS, 10 - FOLD_ROWS, 5)
    ]
    assert 39 in diagram.columns[1].window.shown
    assert 29 in diagram.columns[2].window.shown
    assert (39, 29) in zip(diagram.links[1].sources, diagram.links[1].units, strict=True)
    assert diagram.links[1].of_pick[diagram.links[1].units == 29].all()
    assert diagram.links[2].of_pick[diagram.links[2].sources == 29].all()
    assert not diagram.links[0].of_pick.any()


@pytest.mark.parametrize("order", ["strength", "number"])
def test_the_true_class_is_always_shown(order):
    made, x = network(3, 40), np.ones((1, 3))
    made.parameters.weights[1][:, 38] = made.parameters.biases[1][38] = 0
    _, diagram = look(made, x, shown(3, order=order, answer=38))
    assert 38 in diagram.columns[2].window.shown


def test_a_few_units_too_many_are_shown_all_the_same():
    made = network(14, 15)
    _, diagram = look(made, np.ones((1, 3)), shown(3))
    assert [column.window.is_folded for column in diagram.columns] == [False, False, True]


def test_shown_units_stay_while_the_network_changes_a_little():
    made, x = network(40, 5), np.ones((1, 3))
    _, first = look(made, x, shown(3))
    before = [column.window.shown for column in first.columns]
    made.parameters.flat[...] *= np.random.default_rng(1).uniform(0.9, 1.1, made.layout.size)
    _, later = look(made, x, shown(3), before)
    np.testing.assert_array_equal(later.columns[1].window.shown, before[1])


def test_pixels_are_never_folded():
    made = network(4, n_inputs=64)
    _, diagram = look(made, np.ones((1, 64)), shown(2, is_whole=True))
    assert len(diagram.columns[0].values) == 64
    _, table = look(made, np.ones((1, 64)), shown(2))
    assert len(table.columns[0].values) == 8


@pytest.mark.parametrize(("activation", "limit"), [("tanh", 1.0), ("identity", None)])
def test_a_full_mark_is_the_bound_or_the_largest_of_the_layer(activation, limit):
    made, x = network(40, 2, activation=activation), np.array([[3.0, 2.0, 1.0]])
    layers, diagram = look(made, x, shown(3, order="number"))
    expected = np.abs(layers[0].a).max() if limit is None else limit
    assert diagram.columns[1].limit == pytest.approx(expected)


def test_numbers_that_are_not_finite_make_no_trouble():
    made, x = network(40, 2), np.ones((1, 3))
    made.parameters.flat[...] = np.nan
    _, diagram = look(made, x, shown(3, by="contribution"))
    assert diagram.columns[1].limit == 1.0
    assert np.isnan(diagram.links[1].weights).all()


def test_states_of_units_are_read_off_frozen_places():
    made = network(4, 3)
    frozen = np.zeros(made.layout.size, bool)
    places = made.layout.views(frozen)
    places.weights[0][:, 2] = places.biases[0][2] = True
    places.weights[1][1] = True
    made.parameters.weights[1][1] = 0
    places.weights[0][:, 3] = True
    (silenced, held), (no_voice, none) = unit_states(made.parameters, places)
    assert np.flatnonzero(held).tolist() == [2]
    assert np.flatnonzero(silenced).tolist() == [1]
    assert not none.any()
    assert not no_voice.any()


def test_a_silenced_output_has_no_parameters_but_zeros():
    made = network(3, 2)
    frozen = np.zeros(made.layout.size, bool)
    places = made.layout.views(frozen)
    for array in (places.weights[1][:, 0], made.parameters.weights[1][:, 0]):
        array[...] = array.dtype == bool
    places.biases[1][0] = True
    assert unit_states(made.parameters, places)[1][0].tolist() == [True, False]
    made.parameters.biases[1][0] = 0.5
    assert unit_states(made.parameters, places)[1][0].tolist() == [False, False]
