"""From a drawing to a sample: the steps that the pictures of a data set went through.

Ink is counted from 0 (ground) to 1 in drawings and stages; the finished picture has the data set's
own values.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from visualmlp.engine import Array

StageName = Literal["drawn", "cropped", "fitted", "centred", "bitmap", "counted"]
Shape = tuple[int, int]

BOX_SHARE = 20 / 28
"""Side of the box that the ink is fitted into, as a share of the picture's: MNIST's 20 of 28."""

BLOCK = 4
"""Side of the blocks whose ink is counted in the UCI digits."""

MADE_AS_MNIST = ("mnist",)
"""Data sets whose pictures were made as it is done here. EMNIST, KMNIST and USPS say otherwise."""

UCI_BOX = 32, 20
"""Rows and columns that NIST's programs scaled the ink of a digit to, within 32 × 32."""

MOST_WIDENED = 2.0
"""How many times more a narrow digit is widened than it is made higher."""


class Stage(NamedTuple):
    """A picture on the way: ink from 0 to 1, shape (h, w)."""

    name: StageName
    ink: Array


class DigitPicture(NamedTuple):
    """A drawing made into a sample.

    Attributes
    ----------
    stages
        From the drawing to the finished picture.
    values
        The finished picture in the data set's values and type, (h, w).
    """

    stages: tuple[Stage, ...]
    values: Array


def digit_picture(
    ink: Array, shape: Shape, value_range: tuple[float, float], dtype: npt.DTypeLike
) -> DigitPicture:
    """Make a drawing into a picture of a data set.

    Pictures of 8 × 8 with values from 0 to 16 are made as those of the UCI digits (Alpaydin and
    Kaynak 1998; Garris et al., NISTIR 5469), without NIST's correction of slant and of thickness.
    All others are made as MNIST (LeCun et al. 1998): the ink's box fitted into 20/28 of the sides,
    its aspect kept, and placed with its centre of mass in the middle.

    Parameters
    ----------
    ink
        From 0 (ground) to 1, shape (rows, columns).
    shape, value_range, dtype
        Rows and columns of the finished picture, its values for no ink and for full ink (the lower
        may be either), and the type that they are stored in.
    """
    cropped = crop(ink)
    counted = is_counted(shape, value_range)
    later = _counted_stages(cropped, shape) if counted else _centred_stages(cropped, shape)
    stages = (Stage("drawn", ink), Stage("cropped", cropped), *later)
    low, high = value_range
    values = low + stages[-1].ink * (high - low)
    if np.dtype(dtype).kind in "ui":
        values = np.rint(values)
    return DigitPicture(stages, values.astype(dtype))


def is_published(name: str, shape: Shape, value_range: tuple[float, float]) -> bool:
    """Whether the pictures of the data set of that name were made in this way.

    For all others it is a stand-in: the people who made them did something else, or nobody knows.
    """
    return is_counted(shape, value_range) or name in MADE_AS_MNIST


def is_counted(shape: Shape, value_range: tuple[float, float]) -> bool:
    """Whether pictures are made as the UCI digits: counts of ink in 4 × 4 blocks of a bitmap."""
    return shape == (8, 8) and value_range == (0, BLOCK**2)


def box_shape(shape: Shape) -> Shape:
    """Rows and columns of the box that ink is fitted into, for a picture's rows and columns."""
    rows, columns = (max(1, round(side * BOX_SHARE)) for side in shape)
    return rows, columns


def crop(ink: Array) -> Array:
    """The smallest part that holds all ink; an empty drawing stays whole."""
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return ink
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def fit(ink: Array, box: Shape) -> Array:
    """Scale to the largest size that goes into a box, the aspect kept."""
    scale = min(box[0] / ink.shape[0], box[1] / ink.shape[1])
    rows, columns = (max(1, round(scale * side)) for side in ink.shape)
    return resize(ink, (rows, columns))


def resize(ink: Array, shape: Shape) -> Array:
    """Scale to rows and columns, anti-aliased; a picture of that size stays as it is.

    Smaller: each pixel is the mean of the area it covers. Larger: linear interpolation.
    """
    down, across = (_weights(n, m) for n, m in zip(ink.shape, shape, strict=True))
    resized: Array = down @ ink.astype(np.float64) @ across.T
    return np.clip(resized, 0.0, 1.0)


def centre(ink: Array, shape: Shape) -> Array:
    """Place a picture in a larger one, its centre of mass as near to the middle as whole pixels go.

    The middle is pixel n / 2, counted from 0, where MNIST has it. A picture whose mass is far on
    one side is moved only as far as it stays whole.
    """
    mass = float(ink.sum()) or 1.0
    placed = np.zeros(shape)
    corner = []
    for axis, (side, whole) in enumerate(zip(ink.shape, shape, strict=True)):
        at = float(ink.sum(axis=1 - axis) @ np.arange(side)) / mass
        corner.append(int(np.clip(round(whole / 2 - at), 0, whole - side)))
    top, left = corner
    placed[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return placed


def count_blocks(bitmap: Array) -> Array:
    """Share of ink in each block of 4 × 4 pixels, (h / 4, w / 4)."""
    rows, columns = (side // BLOCK for side in bitmap.shape)
    shares: Array = bitmap.reshape(rows, BLOCK, columns, BLOCK).mean(axis=(1, 3))
    return shares


def _centred_stages(cropped: Array, shape: Shape) -> tuple[Stage, ...]:
    empty = not cropped.any()
    box = box_shape(shape)
    fitted = np.zeros(box) if empty else fit(cropped, box)
    return Stage("fitted", fitted), Stage("centred", centre(fitted, shape))


def _counted_stages(cropped: Array, shape: Shape) -> tuple[Stage, ...]:
    side = BLOCK * shape[0]
    bitmap = np.zeros((side, side))
    if cropped.any():
        rows, columns = UCI_BOX
        kept = cropped.shape[1] * rows / cropped.shape[0]
        width = max(1, round(min(columns, MOST_WIDENED * kept)))
        left = (side - width) // 2
        bitmap[:rows, left : left + width] = resize(cropped, (rows, width)) >= 0.5
    return Stage("bitmap", bitmap), Stage("counted", count_blocks(bitmap))


def _weights(n: int, m: int) -> Array:
    """What each of ``m`` pixels takes from each of ``n``; rows (m, n) sum to 1."""
    if m >= n:
        at = np.clip((np.arange(m) + 0.5) * n / m - 0.5, 0, n - 1)
        near: Array = np.maximum(0.0, 1.0 - np.abs(at[:, None] - np.arange(n)))
        return near
    ends = np.arange(m + 1) * n / m
    last = np.minimum(ends[1:, None], np.arange(1, n + 1))
    first = np.maximum(ends[:-1, None], np.arange(n))
    covered: Array = np.maximum(0.0, last - first) * (m / n)
    return covered
