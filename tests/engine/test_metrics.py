import numpy as np
import pytest

from visualmlp.engine import accuracy, predicted_classes, r2, rmse


def test_classes_are_the_largest_outputs():
    y = np.array([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2]])
    np.testing.assert_array_equal(predicted_classes(y), [1, 0])
    assert accuracy(y, np.array([1, 2])) == 0.5


def test_one_output_is_cut_at_one_half():
    y = np.array([[0.2], [0.5], [0.51]])
    np.testing.assert_array_equal(predicted_classes(y), [0, 0, 1])
    assert accuracy(y, np.array([0, 1, 1])) == pytest.approx(2 / 3)


def test_nan_outputs_are_wrong_whatever_their_label():
    y = np.array([[np.nan, 0.5], [0.5, np.nan], [0.9, 0.1]])
    assert accuracy(y, np.array([0, 1, 0])) == pytest.approx(1 / 3)
    assert accuracy(np.array([[np.nan], [0.7]]), np.array([0, 1])) == 0.5


def test_rmse():
    assert rmse(np.array([[1.0], [2.0]]), np.array([[4.0], [6.0]])) == pytest.approx(np.sqrt(12.5))


def test_r2_of_perfect_mean_and_bad_predictions():
    t = np.array([[1.0], [2.0], [3.0]])
    assert r2(t, t) == 1.0
    assert r2(np.full_like(t, 2.0), t) == pytest.approx(0.0)
    assert r2(-t, t) == pytest.approx(1 - (4 + 16 + 36) / 2)


def test_r2_is_the_mean_over_outputs():
    t = np.array([[1.0, 0.0], [2.0, 100.0], [3.0, 500.0]])
    y = t.copy()
    y[:, 0] = 2.0
    assert r2(y, t) == pytest.approx(0.5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("n", [1, 3, 1000])
def test_r2_of_a_constant_target(n, dtype):
    t = np.full((n, 1), 0.1, dtype)
    assert r2(t, t) == 1.0
    assert r2(t + 1, t) == 0.0
    assert r2(t * np.nan, t) == 0.0
