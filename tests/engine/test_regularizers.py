import numpy as np
import pytest

from visualmlp.engine import (
    DenseSpec,
    Layout,
    add_gradient,
    clip_by_norm,
    global_norm,
    penalty,
)

# The second has more weights than one block.
LAYOUTS = [Layout(3, [DenseSpec(2, "identity")]), Layout(300, [DenseSpec(111, "identity")])]


def vectors(layout, dtype="float64"):
    return np.random.default_rng(0).normal(size=(2, layout.size)).astype(dtype)


@pytest.mark.parametrize("layout", LAYOUTS, ids=["small", "many blocks"])
@pytest.mark.parametrize(("l1", "l2"), [(0.0, 0.3), (0.2, 0.0), (0.2, 0.3)])
def test_gradient_of_the_penalties_on_weights_only(layout, l1, l2):
    flat, gradient = vectors(layout)
    expected = gradient.copy()
    weights = flat[: layout.n_weights]
    expected[: layout.n_weights] += l2 * weights + l1 * np.sign(weights)
    n = layout.n_weights
    add_gradient(flat[:n], gradient[:n], l1, l2)
    np.testing.assert_allclose(gradient, expected, rtol=1e-12)


@pytest.mark.parametrize("layout", LAYOUTS, ids=["small", "many blocks"])
def test_penalty(layout):
    flat, _ = vectors(layout)
    weights = flat[: layout.n_weights]
    expected = 0.2 * np.abs(weights).sum() + 0.15 * np.square(weights).sum()
    assert penalty(flat, layout, 0.2, 0.3) == pytest.approx(expected, rel=1e-12)
    assert penalty(flat, layout, 0.0, 0.0) == 0.0


def test_penalty_and_its_gradient_agree():
    layout, h = LAYOUTS[0], 1e-6
    flat, _ = vectors(layout)
    gradient = np.zeros(layout.size)
    n = layout.n_weights
    add_gradient(flat[:n], gradient[:n], 0.2, 0.3)
    for i, step in enumerate(h * np.eye(layout.size)):
        above = penalty(flat + step, layout, 0.2, 0.3)
        below = penalty(flat - step, layout, 0.2, 0.3)
        assert gradient[i] == pytest.approx((above - below) / (2 * h), abs=1e-8)


def test_norm():
    assert global_norm(np.array([3.0, 4.0], np.float32)) == 5.0


@pytest.mark.parametrize(("dtype", "large"), [("float32", 1e30), ("float64", 1e200)])
def test_norm_of_huge_numbers_does_not_overflow(dtype, large):
    flat = np.array([3, -4], dtype) * np.array(large, dtype)
    with np.errstate(over="ignore"):
        assert global_norm(flat) == pytest.approx(5 * large, rel=1e-6)


def test_norm_tells_of_elements_that_are_not_finite():
    assert np.isnan(global_norm(np.array([1.0, np.nan])))
    assert np.isinf(global_norm(np.array([1.0, -np.inf])))


def test_clipping_keeps_the_direction_and_the_short():
    flat = np.array([3.0, 4.0])
    clip_by_norm(flat, 5.0, 10.0)
    np.testing.assert_array_equal(flat, [3.0, 4.0])
    clip_by_norm(flat, 5.0, 1.0)
    np.testing.assert_allclose(flat, [0.6, 0.8])
