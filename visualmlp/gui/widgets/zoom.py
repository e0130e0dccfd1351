"""The part of a picture that is looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF

LARGEST = 64.0
WIDEST = 4.0
"""The picture is not stretched farther to the sides: neighbouring columns are in sight together."""


@dataclass(frozen=True, slots=True)
class Zoom:
    """A picture as large as its area, seen ``scale`` times as large around a point of it.

    Nothing beyond the picture's edges is ever in sight: at scale 1 it is seen as a whole.

    Attributes
    ----------
    scale
        From 1 to ``LARGEST``.
    x, y
        The point in the area's middle, as shares of the picture's width and height.
    """

    scale: float = 1.0
    x: float = 0.5
    y: float = 0.5

    @property
    def scales(self) -> tuple[float, float]:
        """How many times as wide and as high it is."""
        return min(self.scale, WIDEST), self.scale

    def to_screen(self, points: npt.NDArray, area: QRectF) -> npt.NDArray:
        """Positions on the screen of points (n, 2) of the picture, in pixels at scale 1."""
        middle = (area.center().x(), area.center().y())
        centre = (self.x * area.width(), self.y * area.height())
        return np.asarray(middle + np.array(self.scales) * (np.asarray(points) - centre))

    def zoomed(self, factor: float, at: QPointF, area: QRectF) -> Zoom:
        """Seen larger or smaller; what is at a position of the screen stays there."""
        new = Zoom(min(max(self.scale * factor, 1.0), LARGEST))
        away = at - area.center()
        (old_x, old_y), (new_x, new_y) = self.scales, new.scales
        return new.around(
            self.x + away.x() * (1 / old_x - 1 / new_x) / area.width(),
            self.y + away.y() * (1 / old_y - 1 / new_y) / area.height(),
        )

    def moved(self, by: QPointF, area: QRectF) -> Zoom:
        """Dragged by so many pixels of the screen."""
        scale_x, scale_y = self.scales
        return self.around(
            self.x - by.x() / (scale_x * area.width()),
            self.y - by.y() / (scale_y * area.height()),
        )

    def around(self, x: float, y: float) -> Zoom:
        """Around another point, or the nearest from which nothing beyond the edges is seen."""
        half_x, half_y = (0.5 / scale for scale in self.scales)
        return Zoom(self.scale, min(max(x, half_x), 1 - half_x), min(max(y, half_y), 1 - half_y))
