"""Grids over the plane and decisions on them."""

from __future__ import annotations

import numpy as np
import pytest

from visualmlp.analysis.mistakes import NO_CLASS
from visualmlp.analysis.regions import cell_centres, decisions, grid_points, padded_limits
from visualmlp.engine import DenseSpec, Network


def test_limits_are_wider_than_the_data():
    x = np.array([[0.0, -1.0], [10.0, 3.0]])
    first, second = padded_limits(x, 0.1)
    assert first == pytest.approx((-1.0, 11.0))
    assert second == pytest.approx((-1.4, 3.4))


def test_a_constant_column_still_gets_a_range():
    assert padded_limits(np.full((3, 1), 4.0)) == ((3.5, 4.5),)


def test_limits_of_bytes_do_not_wrap_round():
    assert padded_limits(np.array([[0], [255]], np.uint8), 0.1) == (pytest.approx((-25.5, 280.5)),)


def test_cells_fill_the_range():
    centres = cell_centres(-1.0, 3.0, 4)
    assert centres.tolist() == [-0.5, 0.5, 1.5, 2.5]


def test_the_first_input_runs_fastest():
    points = grid_points(((0.0, 2.0), (10.0, 30.0)), 2)
    assert points.tolist() == [[0.5, 15.0], [1.5, 15.0], [0.5, 25.0], [1.5, 25.0]]


@pytest.mark.parametrize("n_outputs", [1, 3])
def test_decisions_equal_the_network_at_every_cell(n_outputs):
    specs = [
        DenseSpec(units=5, activation="tanh"),
        DenseSpec(units=n_outputs, activation="sigmoid"),
    ]
    network = Network(2, specs, "squared_error", "float64")
    network.initialize(np.random.default_rng(3))
    points = grid_points(((-2.0, 2.0), (0.0, 5.0)), 6)
    classes, confidence = decisions(network.predict(points), 6)
    xs, ys = cell_centres(-2.0, 2.0, 6), cell_centres(0.0, 5.0, 6)
    for i, j in np.ndindex(6, 6):
        y = network.predict(np.array([[xs[j], ys[i]]]))[0]
        both = [1 - y[0], y[0]] if n_outputs == 1 else list(y)
        assert classes[i, j] == int(np.argmax(both))
        assert confidence[i, j] == pytest.approx(max(both))


def test_cells_without_a_number_have_no_class():
    classes, confidence = decisions(np.full((4, 2), np.nan), 2)
    assert (classes == NO_CLASS).all()
    assert np.isnan(confidence).all()
