"""Where equal tiles go in an area, and which of them is where."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from PyQt6.QtCore import QPointF, QRectF

GAP = 1
"""Image pixels between tiles."""


@dataclass(frozen=True, slots=True)
class TileGrid:
    """Tiles ``first`` to ``first + count - 1`` in rows of ``columns``.

    ``scale`` is the side of an image pixel on screen; below every row of tiles, ``strip`` is free
    for text.
    """

    first: int
    count: int
    columns: int
    rows: int
    scale: float
    tile_width: int
    tile_height: int
    strip: float
    origin: QPointF

    @property
    def column_pitch(self) -> float:
        return (self.tile_width + GAP) * self.scale

    @property
    def row_pitch(self) -> float:
        return (self.tile_height + GAP) * self.scale + self.strip

    def showing(self, first: int, count: int) -> TileGrid:
        """The same grid for another page, so that tiles keep their size."""
        return replace(self, first=first, count=count)

    def rect(self, index: int) -> QRectF:
        """Where the picture of a tile is."""
        row, column = divmod(index - self.first, self.columns)
        return QRectF(
            self.origin.x() + column * self.column_pitch,
            self.origin.y() + row * self.row_pitch,
            self.tile_width * self.scale,
            self.tile_height * self.scale,
        )

    def index_at(self, pos: QPointF) -> int | None:
        """The tile at a position, its text included."""
        column = math.floor((pos.x() - self.origin.x()) / self.column_pitch)
        row = math.floor((pos.y() - self.origin.y()) / self.row_pitch)
        place = row * self.columns + column
        inside = 0 <= column < self.columns and row >= 0 and place < self.count
        return self.first + place if inside else None

    def pixel_at(self, pos: QPointF, index: int) -> tuple[int, int] | None:
        """Row and column of the pixel of a tile at a position."""
        rect = self.rect(index)
        row = math.floor((pos.y() - rect.y()) / self.scale)
        column = math.floor((pos.x() - rect.x()) / self.scale)
        inside = 0 <= row < self.tile_height and 0 <= column < self.tile_width
        return (row, column) if inside else None


def fit(
    count: int, tile: tuple[int, int], area: QRectF, *, first: int = 0, strip: float = 0.0
) -> TileGrid:
    """The grid that shows ``count`` tiles of (height, width) pixels as large as the area allows."""
    height, width = tile
    columns, scale = _best(count, tile, (area.width(), area.height()), strip)
    grid_width = columns * (width + GAP) * scale - GAP * scale
    left = area.left() + max(0, (area.width() - grid_width) / 2)
    return TileGrid(
        first=first,
        count=count,
        columns=columns,
        rows=-(-count // columns),
        scale=scale,
        tile_width=width,
        tile_height=height,
        strip=strip,
        origin=QPointF(round(left), round(area.top())),
    )


@lru_cache(maxsize=64)
def _best(
    count: int, tile: tuple[int, int], size: tuple[float, float], strip: float
) -> tuple[int, float]:
    """Columns and scale of the largest grid; remembered, since drawings ask at every frame."""
    height, width = tile
    columns = np.arange(1, count + 1)
    rows = -(-count // columns)
    across = (size[0] + GAP) / (columns * (width + GAP))
    down = (size[1] + GAP - rows * strip) / (rows * (height + GAP))
    scales = np.minimum(across, down)
    best = int(np.argmax(scales))
    scale = float(scales[best])
    if scale >= 2:  # whole screen pixels: every pixel of a picture gets the same size
        scale = math.floor(scale)
        best = int(np.flatnonzero(np.floor(scales) >= scale)[-1])
    return best + 1, max(scale, 1e-3)


def page_size(tile: tuple[int, int], area: QRectF, *, smallest: float, strip: float = 0.0) -> int:
    """How many tiles fit if the shorter side of a picture is ``smallest`` on screen; at least 1."""
    height, width = tile
    scale = smallest / min(height, width)
    across = int(area.width() // ((width + GAP) * scale))
    down = int(area.height() // ((height + GAP) * scale + strip))
    return max(1, across) * max(1, down)
