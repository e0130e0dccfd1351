import numpy as np
import pytest

from visualmlp.analysis.activation_curve import activation_at, activation_curve, is_elementwise
from visualmlp.engine import ACTIVATIONS

DEPENDENT = {"softmax", "softmax_of_sigmoid", "normalised_sigmoid", "normalised_sigmoid_surrogate"}


def test_functions_of_all_units_have_no_curve() -> None:
    assert {name for name in ACTIVATIONS if not is_elementwise(name)} == DEPENDENT


def test_the_sigmoid_has_the_courses_values() -> None:
    values = activation_at("sigmoid", np.array([10.0, 1.0, 0.0, -1.0, -10.0]))
    wanted = [0.9999546021, 0.7310585786, 0.5, 0.2689414214, 0.0000453979]
    np.testing.assert_allclose(values.a, wanted, atol=1e-10)
    np.testing.assert_allclose(values.slope, values.a * (1 - values.a), atol=1e-15)


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - DEPENDENT))
def test_the_slope_is_that_of_the_curve(name: str) -> None:
    z = np.linspace(-4.95, 4.95, 100)
    h = 1e-6
    difference = activation_at(name, z + h).a - activation_at(name, z - h).a
    np.testing.assert_allclose(activation_at(name, z).slope, difference / (2 * h), atol=1e-8)


def test_the_jump_of_a_slope_is_upright() -> None:
    curve = activation_curve("relu", -2.0, 2.0)
    jumps = np.flatnonzero(np.diff(curve.slope))
    assert curve.z[0] == -2.0
    assert curve.z[-1] == 2.0
    assert np.diff(curve.z)[jumps].sum() < 1e-8
