"""Lines through many points, painted in few calls."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QPainter, QPolygonF

_FAR = 1e6
"""Pixels from the screen beyond which the painter's arithmetic would fail."""

_DASH = np.array([[-2.0, 0.0], [2.0, 0.0]])
"""From a point that stands alone, in pixels."""


def polygon(points: npt.NDArray) -> QPolygonF:
    """The points, shape (n, 2), copied as a block and not one by one."""
    result = QPolygonF()
    if len(points):
        result.fill(QPointF(), len(points))
        memory = result.data()
        memory.setsize(16 * len(points))
        np.frombuffer(memory, np.float64).reshape(-1, 2)[:] = points  # type: ignore[call-overload]
    return result


def draw_line(painter: QPainter, points: npt.NDArray) -> None:
    """Paint the line through points of the screen, (n, 2), with a gap at every NaN.

    A point that stands alone is a short dash, or nobody would see it.
    """
    finite = np.isfinite(points).all(axis=1)
    points = np.clip(points, -_FAR, _FAR)
    if finite.all() and len(points) > 1:
        painter.drawPolyline(polygon(points))
        return
    edges = np.flatnonzero(np.diff(np.concatenate([[False], finite, [False]])))
    for first, last in edges.reshape(-1, 2).tolist():
        alone = last - first == 1
        piece = points[first] + _DASH if alone else points[first:last]
        painter.drawPolyline(polygon(piece))
