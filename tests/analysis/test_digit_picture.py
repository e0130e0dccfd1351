"""From a drawing to a sample."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.analysis.digit_picture import box_shape, crop, digit_picture, fit, resize
from visualmlp.data import SOURCES, SourceSettings, load

MNIST = (28, 28), (0.0, 255.0)
UCI = (8, 8), (0.0, 16.0)
KINDS = [MNIST, UCI, ((14, 14), (0.0, 8.0)), ((20, 30), (0.0, 1.0)), ((3, 2), (-1.0, 1.0))]


def drawing(*boxes, side: int = 200):
    """Ink in rectangles given by first and last row and column."""
    ink = np.zeros((side, side), np.float32)
    for top, bottom, left, right in boxes:
        ink[top:bottom, left:right] = 1
    return ink


def seven():
    return drawing((40, 56, 50, 130), (56, 160, 112, 130))


def made(ink, kind=MNIST, dtype=np.uint8):
    return digit_picture(ink, *kind, dtype)


def centre_of_mass(picture):
    picture = picture.astype(float)
    rows, columns = (np.arange(n) for n in picture.shape)
    return (
        float(picture.sum(axis=1) @ rows / picture.sum()),
        float(picture.sum(axis=0) @ columns / picture.sum()),
    )


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 150), st.integers(0, 150), st.integers(3, 50), st.integers(3, 50)),
        min_size=1,
        max_size=4,
    )
)
def test_the_centre_of_mass_is_in_the_middle_or_the_ink_at_a_border(boxes) -> None:
    ink = drawing(*((top, top + h, left, left + w) for top, left, h, w in boxes))
    centred = made(ink).stages[-1].ink
    fitted = made(ink).stages[-2].ink
    assert centred.sum() == pytest.approx(fitted.sum())
    for at, axis in zip(centre_of_mass(centred), (1, 0), strict=True):
        used = np.flatnonzero(centred.any(axis=axis))
        at_border = used[0] == 0 or used[-1] == 27
        assert abs(at - 14) <= 0.5 + 1e-9 or at_border


def test_a_digit_is_in_the_middle_within_half_a_pixel() -> None:
    for at in centre_of_mass(made(seven()).values):
        assert abs(at - 14) <= 0.55  # rounding to bytes moves it a little


@pytest.mark.parametrize("kind", KINDS)
def test_shape_type_and_range_are_those_of_the_data(kind) -> None:
    shape, (low, high) = kind
    dtype = np.float32 if low < 0 else np.uint8
    values = made(seven(), kind, dtype).values
    assert values.shape == shape
    assert values.dtype == dtype
    assert low <= values.min() < values.max() <= high


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_drawing_is_ground(kind) -> None:
    picture = made(np.zeros((200, 200), np.float32), kind, np.float64)
    assert (picture.values == kind[1][0]).all()
    assert all(np.isfinite(stage.ink).all() for stage in picture.stages)


@pytest.mark.parametrize("kind", KINDS)
def test_a_dot_is_drawn_as_large_as_the_box(kind) -> None:
    ink = np.zeros((200, 200), np.float32)
    ink[120, 31] = 1
    picture = made(ink, kind, np.float64)
    shape, (low, high) = kind
    inked = np.argwhere(picture.values > low)
    assert picture.values.max() == high
    rows, columns = inked.max(axis=0) - inked.min(axis=0) + 1
    box = (8, 4) if kind is UCI else box_shape(shape)
    assert (rows == box[0]) or (columns == box[1])


@pytest.mark.parametrize("corner", [(0, 0), (0, 140), (120, 0), (120, 140)])
def test_where_the_ink_is_does_not_matter(corner) -> None:
    inner = seven()[40:160, 50:130]
    ink = np.zeros((240, 220), np.float32)
    top, left = corner
    ink[top : top + 120, left : left + 80] = inner
    for kind in (MNIST, UCI):
        np.testing.assert_array_equal(made(ink, kind).values, made(seven(), kind).values)


def test_the_aspect_is_kept() -> None:
    for rows, columns in ((120, 30), (30, 120), (80, 80)):
        fitted = fit(np.ones((rows, columns)), (20, 20))
        assert max(fitted.shape) == 20
        assert fitted.shape[0] / fitted.shape[1] == pytest.approx(rows / columns, rel=0.1)


def test_scaling_down_takes_the_mean_of_the_area() -> None:
    ink = np.random.default_rng(0).random((60, 40))
    expected = ink.reshape(20, 3, 20, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(resize(ink, (20, 20)), expected, atol=1e-12)
    uneven = resize(ink, (7, 9))
    assert uneven.mean() == pytest.approx(ink.mean())


def test_a_size_that_fits_stays_as_it_is_and_a_larger_one_is_smooth() -> None:
    ink = np.random.default_rng(0).random((20, 13))
    np.testing.assert_allclose(resize(ink, ink.shape), ink)
    ramp = resize(np.array([[0.0, 1.0]]), (1, 8))[0]
    assert (np.diff(ramp) >= 0).all()
    assert ((ramp > 0) & (ramp < 1)).sum() >= 3


def test_cropping_keeps_all_ink_and_no_empty_edge() -> None:
    ink = seven()
    cropped = crop(ink)
    assert cropped.sum() == ink.sum()
    for edge in (cropped[0], cropped[-1], cropped[:, 0], cropped[:, -1]):
        assert edge.any()


def test_uci_pictures_count_ink_in_blocks_of_a_bitmap() -> None:
    picture = made(seven(), UCI)
    bitmap = picture.stages[-2].ink
    assert [stage.name for stage in picture.stages] == ["drawn", "cropped", "bitmap", "counted"]
    assert set(np.unique(bitmap)) == {0, 1}
    assert bitmap.shape == (32, 32)
    rows = np.flatnonzero(bitmap.any(axis=1))
    assert (rows[0], rows[-1]) == (0, 31)
    for row in range(8):
        for column in range(8):
            block = bitmap[4 * row : 4 * row + 4, 4 * column : 4 * column + 4]
            assert picture.values[row, column] == block.sum()


def test_a_picture_of_the_uci_digits_comes_out_much_like_itself() -> None:
    dataset = load("digits", SourceSettings())
    distances = []
    for row in range(60):
        stored = dataset.x[row].reshape(8, 8)
        again = made(resize(stored / 16, (256, 256)), UCI).values
        distances.append(np.abs(again.astype(float) - stored).mean())
    assert np.median(distances) < 4  # of 16: the bitmap was lost in the counts


@pytest.mark.skipif(bool(SOURCES["mnist"].problem()), reason="MNIST is not on this machine")
def test_a_picture_of_mnist_comes_out_nearly_itself() -> None:
    dataset = load("mnist", SourceSettings())
    same = []
    for row in range(60_000, 60_300):
        stored = dataset.x[row].reshape(28, 28)
        again = made(stored / np.float32(255)).values.astype(float)
        same.append(np.array_equal(again, stored))
        moved = [
            np.abs(np.roll(again, (down, right), (0, 1)) - stored).mean()
            for down in (-1, 0, 1)
            for right in (-1, 0, 1)
        ]
        assert min(moved) < 1
    assert np.mean(same) > 0.95
