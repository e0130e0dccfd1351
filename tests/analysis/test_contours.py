import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualmlp.analysis.contours import contour_levels, contour_segments


def paraboloid(x, y):
    return (x - 18.3) ** 2 + 2.5 * (y - 14.1) ** 2


@pytest.fixture(scope="module")
def bowl():
    y, x = np.mgrid[:31, :41]
    return paraboloid(x, y)


@pytest.mark.parametrize("level", [4.0, 37.0, 130.0])
def test_a_bowl_has_ellipses(bowl, level) -> None:
    ends = contour_segments(bowl, level).reshape(-1, 2)
    # Linear interpolation between points 1 apart is off by 1/8 of the second derivative at most.
    np.testing.assert_allclose(paraboloid(*ends.T), level, atol=2 * 2.5 / 8 + 1e-9)
    assert ends[:, 0].max() == pytest.approx(18.3 + level**0.5, abs=0.4)
    assert ends[:, 1].min() == pytest.approx(14.1 - (level / 2.5) ** 0.5, abs=0.4)


@pytest.mark.parametrize("level", [4.0, 37.0, 130.0])
def test_the_line_around_a_bowl_is_closed(bowl, level) -> None:
    ends = np.round(contour_segments(bowl, level).reshape(-1, 2), 9)
    _, counts = np.unique(ends, axis=0, return_counts=True)
    assert (counts == 2).all()


def test_the_area_within_is_the_ellipse(bowl) -> None:
    (x0, y0), (x1, y1) = contour_segments(bowl, 100.0).transpose(1, 2, 0)
    middle_x, middle_y = 18.3, 14.1
    crosses = (x0 - middle_x) * (y1 - middle_y) - (x1 - middle_x) * (y0 - middle_y)
    area = np.abs(crosses).sum() / 2  # triangles around the bottom
    assert area == pytest.approx(np.pi * 100 / 2.5**0.5, rel=0.01)


def test_a_plane_is_met_exactly() -> None:
    y, x = np.mgrid[:9, :12]
    ends = contour_segments(3.0 * x - 2.0 * y, 7.3).reshape(-1, 2)
    np.testing.assert_allclose(3 * ends[:, 0] - 2 * ends[:, 1], 7.3, atol=1e-12)


@pytest.mark.parametrize(("level", "joins"), [(0.6, "low"), (0.4, "high")])
def test_a_saddle_is_decided_by_its_middle(level, joins) -> None:
    pieces = contour_segments(np.array([[1.0, 0.0], [0.0, 1.0]]), level)
    assert len(pieces) == 2
    middles = pieces.mean(axis=1)
    # Around the high corners (0, 0) and (1, 1), or around the other two.
    near_high = np.abs(middles[:, 0] - middles[:, 1]) < 1e-9
    assert near_high.all() == (joins == "low")


def test_nothing_is_drawn_through_what_is_not_finite(bowl) -> None:
    holed = bowl.copy()
    holed[14, 21] = np.nan
    holed[0, 0] = np.inf
    pieces = contour_segments(holed, 9.0)
    assert np.isfinite(pieces).all()
    inside = (np.abs(pieces.mean(axis=1) - (21, 14)) < 1).all(axis=1)
    assert not inside.any()
    assert len(pieces) < len(contour_segments(bowl, 9.0))


@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.95))
def test_ends_lie_on_edges_between_both_sides(seed, level) -> None:
    values = np.random.default_rng(seed).random((5, 6))
    ends = contour_segments(values, level).reshape(-1, 2)
    on_edge = np.isclose(ends % 1, 0).any(axis=1)
    assert on_edge.all()
    for x, y in ends.tolist():
        low = values[int(np.floor(y)), int(np.floor(x))]
        high = values[int(np.ceil(y)), int(np.ceil(x))]
        assert min(low, high) <= level + 1e-9
        assert max(low, high) >= level - 1e-9


def test_levels_lie_between_the_ends() -> None:
    np.testing.assert_allclose(
        contour_levels(np.array([[0.0, 4.0], [np.nan, np.inf]]), 3), [1, 2, 3]
    )
    assert not len(contour_levels(np.full((2, 2), 3.0), 5))
    assert not len(contour_levels(np.full((2, 2), np.nan), 5))
