import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PyQt6.QtCore import QPointF, QRectF

from visualmlp.gui.widgets.network_layout import (
    ColumnSize,
    NetworkLayout,
    clipped,
    distances,
    number_places,
    rows_in,
)
from visualmlp.gui.widgets.zoom import LARGEST, WIDEST, Zoom

AREA = QRectF(10, 20, 400, 300)
SIDES = st.floats(120, 3000)


@st.composite
def networks(draw):
    width, height = draw(SIDES), draw(SIDES)
    most = rows_in(height)
    units = draw(st.lists(st.integers(1, 800), min_size=2, max_size=6))
    columns = [ColumnSize(n if n <= most else most - 2, n > most) for n in units]
    picture = draw(st.none() | st.tuples(st.integers(1, 32), st.integers(1, 32)))
    texts = draw(st.tuples(*[st.floats(0, 400)] * 2))
    return (width, height), columns, picture, texts


@settings(max_examples=60)
@given(networks())
def test_nothing_overlaps_and_all_is_inside(case):
    (width, height), columns, picture, (left, right) = case
    layout = NetworkLayout.within((width, height), columns, picture=picture, left=left, right=right)
    previous = -np.inf
    for index, (place, column) in enumerate(zip(layout.columns, columns, strict=True)):
        if index == 0 and layout.picture is not None:
            rect = layout.picture
            assert QRectF(0, 0, width, height).contains(rect)
            previous = rect.right()
            continue
        radius = place.radius()
        assert len(place.ys) == column.n_shown
        assert place.x - radius > previous
        previous = place.x + radius
        assert previous <= width
        assert place.ys[0] - radius >= -1e-6
        assert place.ys[-1] + radius <= height + 1e-6
        assert (np.diff(place.ys) >= 2 * radius - 1e-6).all()
        if column.is_folded:
            assert place.signs[0, 1] >= 0
            assert place.signs[1, 1] <= height


def test_pixels_are_where_the_picture_has_them():
    layout = NetworkLayout.within((600, 400), [ColumnSize(6, False)] * 2, picture=(2, 3))
    centres = layout.pixel_centres((2, 3)).reshape(2, 3, 2)
    side = layout.picture.width() / 3
    np.testing.assert_allclose(np.diff(centres[..., 0], axis=1), side)
    np.testing.assert_allclose(np.diff(centres[..., 1], axis=0), side)
    middle = layout.picture.center()
    np.testing.assert_allclose(centres.mean(axis=(0, 1)), (middle.x(), middle.y()))


@settings(max_examples=60)
@given(st.lists(st.tuples(*[st.floats(-500, 900)] * 4), min_size=1, max_size=8))
def test_lines_are_cut_off_at_the_area(lines):
    lines = np.array(lines)
    pieces, seen = clipped(lines, AREA)
    shares = np.linspace(0, 1, 101)[:, None]
    for line, piece, is_seen in zip(lines, pieces, seen, strict=True):
        points = line[:2] + shares * (line[2:] - line[:2])
        inside = [AREA.contains(QPointF(*point)) for point in points]
        if not is_seen:
            assert not any(inside)
            continue
        assert AREA.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(QPointF(*piece[:2]))
        assert AREA.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(QPointF(*piece[2:]))
        if all(inside):
            np.testing.assert_allclose(piece, line, atol=1e-9)


def test_distances_are_to_the_piece_of_the_line():
    lines = np.array([[0.0, 0, 10, 0], [0, 0, 0, 0]])
    np.testing.assert_allclose(distances(lines, 5, 3), [3, np.hypot(5, 3)])
    np.testing.assert_allclose(distances(lines, 13, 4), [5, np.hypot(13, 4)])


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.floats(20, 200), st.floats(0, 320), st.floats(200, 400), st.floats(0, 320)),
        max_size=40,
    )
)
def test_numbers_lie_on_their_links_and_not_on_each_other(lines):
    lines = np.array(lines).reshape(-1, 4)
    sizes = np.column_stack([np.full(len(lines), 30.0), np.full(len(lines), 12.0)])
    centres = number_places(lines, sizes, AREA)
    found = np.flatnonzero(np.isfinite(centres[:, 0]))
    for i in found:
        assert distances(lines[i : i + 1], *centres[i])[0] < 1e-6
        assert AREA.contains(QRectF(*(centres[i] - (15, 6)), 30, 12))
        away = np.abs(centres[found] - centres[i])
        overlaps = (away[:, 0] < 30) & (away[:, 1] < 12)
        assert overlaps.sum() == 1


def test_all_weights_of_two_by_two_have_room():
    layout = NetworkLayout.within((300, 160), [ColumnSize(2, False)] * 2, left=30, right=60)
    ends = [(a, b) for a in layout.columns[0].centres for b in layout.columns[1].centres]
    lines = np.array([[*a, *b] for a, b in ends])
    assert np.isfinite(number_places(lines, np.full((4, 2), (28.0, 11.0)), AREA)).all()


POSITIONS = st.tuples(st.floats(10, 410), st.floats(20, 320))


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(0.3, 4), POSITIONS), max_size=8), POSITIONS)
def test_zooming_keeps_the_picture_over_the_whole_area(steps, drag):
    zoom = Zoom()
    for factor, at in steps:
        zoom = zoom.zoomed(factor, QPointF(*at), AREA)
    zoom = zoom.moved(QPointF(*drag), AREA)
    corners = zoom.to_screen(np.array([[0, 0], [AREA.width(), AREA.height()]]), AREA)
    assert 1 <= zoom.scale <= LARGEST
    assert zoom.scales == (min(zoom.scale, WIDEST), zoom.scale)
    assert (corners[0] <= (AREA.left() + 1e-6, AREA.top() + 1e-6)).all()
    assert (corners[1] >= (AREA.right() - 1e-6, AREA.bottom() - 1e-6)).all()


def test_what_is_under_the_pointer_stays_there():
    at = QPointF(250, 200)
    zoom = Zoom().zoomed(2.5, QPointF(210, 170), AREA)
    nearer = zoom.zoomed(1.2, at, AREA)
    grid = np.stack(np.meshgrid(np.arange(400), np.arange(300)), -1).reshape(-1, 2)
    under = np.hypot(*(zoom.to_screen(grid, AREA) - (at.x(), at.y())).T).argmin()
    moved = nearer.to_screen(grid[under : under + 1], AREA)[0]
    assert moved == pytest.approx((at.x(), at.y()), abs=3)
    assert Zoom().zoomed(0.1, at, AREA) == Zoom()
