"""Where the units, links and numbers of a network's diagram go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QRectF

LEAST_PITCH = 15.0
"""Pixels from unit to unit, below which a layer is folded."""

LARGEST_RADIUS = 20.0
_MOST_PITCH = 150.0
_RADIUS = 0.4
"""Radius of a unit by the distance of neighbours in a column."""
_RADIUS_BY_GAP = 0.2
"""And at most so much of the distance of columns."""
_PICTURE = 0.3
"""Share of the width that a picture of the inputs may take."""
_MOST_TEXT = 0.26
"""Share of the width that texts beside the first and the last column may take, each."""

_PLACES = (0.3, 0.42, 0.2, 0.55, 0.67, 0.8)
"""Where on a link its number may stand, from its source (0) to its unit (1): not at first in the
middle, where links cross."""
_APART = 1.0
_FLAT = 1e-9
"""Pixels that a line rises or runs, below which it does not."""

Point = tuple[float, float]


class ColumnSize(NamedTuple):
    """How many units a column shows, and whether it has rows for signs above and below them."""

    n_shown: int
    is_folded: bool


@dataclass(frozen=True, slots=True, eq=False)
class ColumnPlace:
    """A column of units.

    Attributes
    ----------
    x, ys
        Of the centres; ys are (n_shown,).
    pitch
        Distance of neighbours.
    gap
        Distance of columns.
    """

    x: float
    ys: npt.NDArray[np.float64]
    pitch: float
    gap: float

    @property
    def centres(self) -> npt.NDArray[np.float64]:
        """(n_shown, 2)."""
        return np.column_stack([np.full(len(self.ys), self.x), self.ys])

    @property
    def signs(self) -> npt.NDArray[np.float64]:
        """Where it is said how many units are folded away above and below, (2, 2)."""
        return np.array(
            [[self.x, self.ys[0] - self.pitch], [self.x, self.ys[-1] + self.pitch]], np.float64
        )

    def radius(self, scales: tuple[float, float] = (1.0, 1.0)) -> float:
        """Of its units on a screen that shows it so many times as wide and as high."""
        wide, high = scales
        return min(_RADIUS_BY_GAP * wide * self.gap, _RADIUS * high * self.pitch, LARGEST_RADIUS)


@dataclass(frozen=True, slots=True, eq=False)
class NetworkLayout:
    """Places in a picture of a given size, in pixels from its top left corner.

    Attributes
    ----------
    columns
        The inputs, then every layer.
    picture
        Where the inputs stand as a picture, or None; the first column is its middle then.
    """

    columns: tuple[ColumnPlace, ...]
    picture: QRectF | None

    @classmethod
    def within(
        cls,
        size: tuple[float, float],
        columns: Sequence[ColumnSize],
        *,
        picture: tuple[int, int] | None = None,
        left: float = 0.0,
        right: float = 0.0,
    ) -> NetworkLayout:
        """Spread columns over a width and their units over a height.

        Parameters
        ----------
        size
            Width and height.
        columns
            Of the inputs and of every layer.
        picture
            Height and width of the picture that the inputs are, in its own pixels.
        left, right
            Room wanted for texts beside the first and the last column.
        """
        width, height = size
        n_layers = len(columns) - 1
        last = width - min(right, _MOST_TEXT * width) - _edge(width)
        rect = None
        if picture is not None:
            rect = _picture_rect(width, height, picture)
            begin, first = rect.right(), rect.center().x()
        else:
            begin = first = min(left, _MOST_TEXT * width) + _edge(width)
        gap = (last - begin) / max(n_layers, 1)
        xs = [first, *(begin + (i + 1) * gap for i in range(n_layers))]
        return cls(
            tuple(_column(x, height, gap, column) for x, column in zip(xs, columns, strict=True)),
            rect,
        )

    def pixel_centres(self, shape: tuple[int, int]) -> npt.NDArray[np.float64]:
        """Centres of all pixels of the picture, row by row, (n, 2)."""
        assert self.picture is not None
        rows, columns = np.divmod(np.arange(shape[0] * shape[1]), shape[1])
        x = self.picture.left() + (columns + 0.5) * self.picture.width() / shape[1]
        y = self.picture.top() + (rows + 0.5) * self.picture.height() / shape[0]
        return np.column_stack([x, y])


def rows_in(height: float) -> int:
    """How many units a column of a height has room for."""
    return max(int(height // LEAST_PITCH), 4)


def _edge(width: float) -> float:
    """Room for a unit beyond the centre of an outer column, whatever the distance of columns."""
    return min(LARGEST_RADIUS + 2, 0.75 * _RADIUS_BY_GAP * width)


def _picture_rect(width: float, height: float, shape: tuple[int, int]) -> QRectF:
    side = min(_PICTURE * width / shape[1], 0.9 * height / shape[0])
    high, wide = side * shape[0], side * shape[1]
    return QRectF(2, (height - high) / 2, wide, high)


def _column(x: float, height: float, gap: float, column: ColumnSize) -> ColumnPlace:
    rows = column.n_shown + 2 * column.is_folded
    pitch = min(height / max(rows, 1), _MOST_PITCH)
    rows_from_middle = np.arange(column.n_shown, dtype=np.float64) - (column.n_shown - 1) / 2
    ys = height / 2 + rows_from_middle * pitch
    return ColumnPlace(x, ys, pitch, gap)


def clipped(lines: npt.NDArray, area: QRectF) -> tuple[npt.NDArray, npt.NDArray[np.bool_]]:
    """Lines (n, 4) cut off at an area, and which of them are in it at all, (n,).

    After Liang and Barsky, "A new concept and method for line clipping" (1984).
    """
    start, along = lines[:, :2], lines[:, 2:] - lines[:, :2]
    low = np.array([area.left(), area.top()])
    high = np.array([area.right(), area.bottom()])
    flat = np.abs(along) < _FLAT
    with np.errstate(all="ignore"):
        at_low, at_high = (low - start) / along, (high - start) / along
    outside = (flat & ((start < low) | (start > high))).any(axis=1)
    enter = np.where(flat, 0.0, np.minimum(at_low, at_high)).max(axis=1).clip(min=0)
    leave = np.where(flat, 1.0, np.maximum(at_low, at_high)).min(axis=1).clip(max=1)
    ends = [start + enter[:, None] * along, start + leave[:, None] * along]
    return np.hstack(ends), (enter <= leave) & ~outside


def distances(lines: npt.NDArray, x: float, y: float) -> npt.NDArray[np.float64]:
    """How far a point is from each line (n, 4)."""
    start, along = lines[:, :2], lines[:, 2:] - lines[:, :2]
    away = np.array([x, y]) - start
    squares = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip((away * along).sum(axis=1) / squares, 0, 1)
    return np.asarray(np.hypot(*(away - share[:, None] * along).T))


def number_places(lines: npt.NDArray, sizes: npt.NDArray, area: QRectF) -> npt.NDArray[np.float64]:
    """Centres of numbers on their links, so that none lies on another; NaN for those without room.

    Parameters
    ----------
    lines
        (n, 4), from the rim of a source to the rim of its unit.
    sizes
        Widths and heights of the numbers, (n, 2).
    area
        What they must not leave.
    """
    centres: list[Point] = []
    taken = _Boxes(*sizes.max(axis=0).tolist()) if len(sizes) else None
    for (x0, y0, x1, y1), (width, height) in zip(lines.tolist(), sizes.tolist(), strict=True):
        assert taken is not None
        free = area.adjusted(width / 2, height / 2, -width / 2, -height / 2)
        places = (
            (x0 + share * (x1 - x0), y0 + share * (y1 - y0))
            for share in _PLACES
            if min(share, 1 - share) * (x1 - x0) >= width / 2
        )
        found = next(
            (p for p in places if free.contains(*p) and taken.take(*p, width, height)), None
        )
        centres.append(found or (np.nan, np.nan))
    return np.array(centres, np.float64).reshape(-1, 2)


class _Boxes:
    """Boxes that must not overlap, found by a grid of cells as large as the largest of them."""

    def __init__(self, width: float, height: float) -> None:
        self._width, self._height = width + _APART, height + _APART
        self._cells: dict[tuple[int, int], list[tuple[float, float, float, float]]] = {}

    def take(self, x: float, y: float, width: float, height: float) -> bool:
        """Keep the box if there is no other where it is, and say whether."""
        column, row = int(x // self._width), int(y // self._height)
        for i in range(column - 1, column + 2):
            for j in range(row - 1, row + 2):
                for other_x, other_y, other_width, other_height in self._cells.get((i, j), ()):
                    if (
                        abs(x - other_x) < (width + other_width) / 2 + _APART
                        and abs(y - other_y) < (height + other_height) / 2 + _APART
                    ):
                        return False
        self._cells.setdefault((column, row), []).append((x, y, width, height))
        return True
