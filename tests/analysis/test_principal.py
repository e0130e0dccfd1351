import numpy as np
import pytest

from visualmlp.analysis.principal import path_plane, principal_plane, turned


def points(n, d, dtype=np.float64, seed=0):
    rng = np.random.default_rng(seed)
    spread = np.r_[5.0, 3.0, np.linspace(1, 0.2, d - 2)]
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    return (rng.normal(size=(n, d)) * spread @ turn + 7).astype(dtype)


def by_svd(x):
    x = x.astype(np.float64)
    _, s, axes = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    return axes[:2], (s**2 / (s**2).sum())[:2]


def assert_same_up_to_sign(a, b, tolerance):
    cosines = np.abs(np.einsum("ij,ij->i", a, b))
    np.testing.assert_allclose(cosines, 1, atol=tolerance)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("d", [2, 12, 300])
def test_the_plane_is_that_of_the_singular_values(d, dtype) -> None:
    x = points(500, d, dtype)
    plane, (axes, shares) = principal_plane(x), by_svd(x)
    assert_same_up_to_sign(plane.axes, axes, 1e-4)
    np.testing.assert_allclose(plane.shares, shares, rtol=1e-4)
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-6)
    wanted = (x.astype(np.float64) - x.mean(axis=0, dtype=np.float64)) @ plane.axes.T
    np.testing.assert_allclose(plane.coordinates(x), wanted, atol=1e-3)


def test_the_same_points_give_the_same_axes_whatever_they_began_with() -> None:
    x = points(400, 250)
    once, again = principal_plane(x), principal_plane(x, principal_plane(points(50, 250)).axes)
    np.testing.assert_allclose(once.axes, again.axes, atol=1e-3)


@pytest.mark.parametrize("k", [3, 20])
def test_a_path_is_taken_apart_as_by_the_singular_values(k) -> None:
    states = points(k, 700, np.float32)
    plane, (axes, shares) = path_plane(states), by_svd(states)
    assert_same_up_to_sign(plane.axes, axes, 1e-6)
    np.testing.assert_allclose(plane.shares, shares, rtol=1e-5)


def test_a_straight_path_gets_a_second_direction_across() -> None:
    states = np.outer([0.0, 1.0, 3.0], np.arange(5.0))
    plane = path_plane(states)
    np.testing.assert_allclose(plane.shares, [1, 0], atol=1e-12)
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-12)


def test_points_that_are_all_the_same_have_no_variance() -> None:
    for plane in (principal_plane(np.ones((5, 3))), path_plane(np.ones((5, 3)))):
        assert plane.shares.tolist() == [0, 0]
        assert np.isfinite(plane.axes).all()


@pytest.mark.parametrize("mirror", [1, -1])
def test_axes_are_turned_back_to_others_of_their_plane(mirror) -> None:
    x = points(300, 6)
    plane = principal_plane(x)
    angle = 1.1
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    others = turn @ np.diag([1, mirror]) @ plane.axes
    back = turned(plane, x, others)
    np.testing.assert_allclose(back.axes, others, atol=1e-12)
    along = back.coordinates(x).var(axis=0) / x.var(axis=0).sum()
    np.testing.assert_allclose(back.shares, along)
    assert back.shares.sum() == pytest.approx(plane.shares.sum())


def test_numbers_near_the_end_of_float32_are_no_obstacle() -> None:
    x = points(100, 5, np.float32) * np.float32(1e30)
    plane, (axes, shares) = principal_plane(x), by_svd(x)
    assert_same_up_to_sign(plane.axes, axes, 1e-4)
    np.testing.assert_allclose(plane.shares, shares, rtol=1e-4)
