import numpy as np

from visualmlp.analysis.unit_order import descending, similarities, unit_norms

WEIGHTS = np.array([[3.0, 1.0, 0.0, -6.0], [4.0, 1.0, 0.0, -8.0]], np.float32)


def test_norms_and_likeness_of_columns():
    np.testing.assert_allclose(unit_norms(WEIGHTS), [5, 2**0.5, 0, 10])
    np.testing.assert_allclose(similarities(WEIGHTS, 0), [1, 0.7 * 2**0.5, np.nan, -1])


def test_descending_puts_nan_last_and_keeps_equal_ones_in_order():
    assert descending(unit_norms(WEIGHTS)).tolist() == [3, 0, 1, 2]
    assert descending(similarities(WEIGHTS, 0)).tolist() == [0, 1, 3, 2]
    assert descending(np.array([1.0, 2.0, 1.0])).tolist() == [1, 0, 2]


def test_weights_gone_wrong_do_no_harm():
    broken = np.array([[np.nan, 1.0], [np.inf, 1.0]])
    assert np.isnan(similarities(broken, 0)).all()
    assert descending(unit_norms(broken)).tolist() == [1, 0]
