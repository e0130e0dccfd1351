"""Lines of equal value over a grid, by marching squares.

After Lorensen and Cline (1987), in two dimensions: where two neighbouring points of the grid lie on
different sides of a level, the line crosses the edge between them, at the place that linear
interpolation gives. A cell whose corners alternate is decided by the mean of the four.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Edges of a cell: 0 below, 1 right, 2 above, 3 left; corners 0 to 3 from low left, anticlockwise.
_EDGE_CORNERS = ((0, 1), (1, 2), (3, 2), (0, 3))
_CORNERS = ((0, 0), (0, 1), (1, 1), (1, 0))
"""Row and column of each corner."""
_CASES: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((3, 0),),
    2: ((0, 1),),
    3: ((3, 1),),
    4: ((1, 2),),
    6: ((0, 2),),
    7: ((3, 2),),
    8: ((2, 3),),
    9: ((2, 0),),
    11: ((2, 1),),
    12: ((1, 3),),
    13: ((1, 0),),
    14: ((0, 3),),
}
"""The edges that the line joins, by which corners lie above the level (bit i: corner i)."""
_SADDLES = {5: (((3, 0), (1, 2)), ((3, 2), (1, 0))), 10: (((0, 1), (2, 3)), ((0, 3), (2, 1)))}
"""With the mean of the corners below the level, and above it."""


def contour_segments(values: Floats, level: float) -> Floats:
    """Pieces of the line on which interpolated values equal a level.

    Parameters
    ----------
    values
        (h, w). Cells with a corner that is not finite have no line.
    level
        A corner that equals it counts as above.

    Returns
    -------
    ndarray, shape (n, 2, 2)
        Begin and end of each piece; x is the column and y the row, in units of the grid.
    """
    corners = _corners(np.asarray(values, np.float64))
    finite = np.isfinite(corners).all(axis=0)
    above = (corners >= level) & finite
    codes = (above * (1 << np.arange(4))[:, None, None]).sum(axis=0)
    codes[~finite] = 0
    pieces = [
        _pieces(corners, np.nonzero(codes == code), edges, level) for code, edges in _CASES.items()
    ]
    with np.errstate(all="ignore"):
        middle_above = corners.mean(axis=0) >= level
    for code, both in _SADDLES.items():
        for is_above, edges in enumerate(both):
            cells = np.nonzero((codes == code) & (middle_above == bool(is_above)))
            pieces.append(_pieces(corners, cells, edges, level))
    return np.concatenate(pieces)


def contour_levels(values: Floats, count: int) -> Floats:
    """So many levels, evenly spaced between the least and the greatest finite value, without both.

    Returns
    -------
    ndarray, shape (count,) or (0,)
        None where all values are equal, or none is finite.
    """
    finite = values[np.isfinite(values)]
    if not finite.size or finite.min() == finite.max():
        return np.zeros(0)
    inner: Floats = np.linspace(finite.min(), finite.max(), count + 2)[1:-1]
    return inner


def _corners(values: Floats) -> Floats:
    """The values at the four corners of every cell, (4, h - 1, w - 1)."""
    h, w = values.shape
    return np.stack([values[r : h - 1 + r, c : w - 1 + c] for r, c in _CORNERS])


def _pieces(
    corners: Floats,
    cells: tuple[npt.NDArray[np.intp], ...],
    joined: tuple[tuple[int, int], ...],
    level: float,
) -> Floats:
    """The pieces in cells of one kind, (n_cells * n_joined, 2, 2)."""
    ends = [
        np.stack([_crossing(corners, cells, edge, level) for edge in pair], axis=1)
        for pair in joined
    ]
    return np.concatenate(ends)


def _crossing(
    corners: Floats, cells: tuple[npt.NDArray[np.intp], ...], edge: int, level: float
) -> Floats:
    """Where the line crosses an edge of each cell, (n, 2)."""
    rows, columns = cells
    first, second = _EDGE_CORNERS[edge]
    a, b = corners[first, rows, columns], corners[second, rows, columns]
    share = (level - a) / (b - a)
    (r0, c0), (r1, c1) = _CORNERS[first], _CORNERS[second]
    return np.stack([columns + c0 + share * (c1 - c0), rows + r0 + share * (r1 - r0)], axis=1)
