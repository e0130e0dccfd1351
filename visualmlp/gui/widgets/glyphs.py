"""Marks for points: one shape per class, all points of a class as one path."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme

_CIRCLE = [(np.cos(a), np.sin(a)) for a in np.linspace(0, 2 * np.pi, 12, endpoint=False)]
_STAR = [
    (radius * np.sin(i * np.pi / 5), -radius * np.cos(i * np.pi / 5))
    for i, radius in enumerate([1.25, 0.5] * 5)
]
_SHAPES = [
    np.array(shape, float)
    for shape in (
        _CIRCLE,
        [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        [(0, -1.2), (1.1, 0.8), (-1.1, 0.8)],
        [(0, -1.3), (1.1, 0), (0, 1.3), (-1.1, 0)],
        [(0, 1.2), (1.1, -0.8), (-1.1, -0.8)],
        _STAR,
        [(-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4), (0.4, 1.2),
         (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4)],
        [(-1.3, -0.5), (1.3, -0.5), (1.3, 0.5), (-1.3, 0.5)],
    )
]  # fmt: skip


def glyphs(centres: npt.NDArray, kind: int, radius: float) -> QPainterPath:
    """The path of the shape of class ``kind`` (they repeat) at every centre, shape (n, 2)."""
    outline = _SHAPES[kind % len(_SHAPES)] * radius
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for corners in (np.asarray(centres)[:, None, :] + outline).tolist():
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
        path.closeSubpath()
    return path


Look = tuple[tuple[int, ...], int, float, float]
"""Fills, outline, size on screen, and device pixels per pixel."""


class Stamps:
    """All shapes painted once, to be set down by the thousand in one call.

    Parameters
    ----------
    inks
        The fill of every class; shapes and inks repeat together.
    outline
        The colour around a shape.
    radius, ratio
        Size on screen, and device pixels per pixel.
    """

    def __init__(
        self, inks: Sequence[QColor], outline: QColor, radius: float, ratio: float
    ) -> None:
        self.look = _look(inks, outline, radius, ratio)
        self._inks, self._outline, self._radius, self._ratio = inks, outline, radius, ratio
        self._side = math.ceil((2.6 * radius + 2) * ratio)
        self._sheet: QPixmap | None = None
        self._places: npt.NDArray = np.zeros((0, 3))
        self._fragments: list[QPainter.PixmapFragment] = []

    def draw(self, painter: QPainter, centres: npt.NDArray, kinds: npt.NDArray) -> None:
        """Set down a shape of class ``kinds`` at every centre, shape (n, 2), in their order.

        Files get the shapes themselves, class by class.
        """
        if not isinstance(painter.device(), QWidget | QPixmap):
            self._draw_shapes(painter, centres, kinds)
            return
        self._sheet = self._sheet or self._new_sheet()
        places = np.column_stack([np.round(centres), kinds % len(self._inks)])
        if not np.array_equal(places, self._places):
            self._places, self._fragments = places, self._fragments_at(places)
        painter.drawPixmapFragments(self._fragments, self._sheet)  # type: ignore[arg-type]

    def _draw_shapes(self, painter: QPainter, centres: npt.NDArray, kinds: npt.NDArray) -> None:
        painter.setPen(QPen(self._outline, 1))
        for kind in np.unique(kinds).tolist():
            painter.setBrush(self._inks[kind % len(self._inks)])
            painter.drawPath(glyphs(centres[kinds == kind], kind, self._radius))

    def _new_sheet(self) -> QPixmap:
        sheet = QPixmap(self._side * len(self._inks), self._side)
        sheet.fill(Qt.GlobalColor.transparent)
        painter = QPainter(sheet)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._outline, self._ratio))
        for kind, ink in enumerate(self._inks):
            painter.setBrush(ink)
            centre = np.array([[(kind + 0.5) * self._side, 0.5 * self._side]])
            painter.drawPath(glyphs(centre, kind, self._radius * self._ratio))
        painter.end()
        return sheet

    def _fragments_at(self, places: npt.NDArray) -> list[QPainter.PixmapFragment]:
        side, scale = self._side, 1 / self._ratio
        sources = [QRectF(kind * side, 0, side, side) for kind in range(len(self._inks))]
        create = QPainter.PixmapFragment.create
        return [
            create(QPointF(x, y), sources[int(kind)], scale, scale)
            for x, y, kind in places.tolist()
        ]


def series_stamps(old: Stamps | None, radius: float, ratio: float) -> Stamps:
    """Stamps in the colours of the look in use; the old ones if they are as wanted."""
    inks, outline = _series_inks(theme.current())
    if old is not None and old.look == _look(inks, outline, radius, ratio):
        return old
    return Stamps(inks, outline, radius, ratio)


def _look(inks: Sequence[QColor], outline: QColor, radius: float, ratio: float) -> Look:
    return tuple(ink.rgb() for ink in inks), outline.rgb(), radius, ratio


@lru_cache(maxsize=2)
def _series_inks(colours: theme.PlotColours) -> tuple[list[QColor], QColor]:
    """Of all series, and of the ground."""
    inks = [colours.series_colour(index) for index in range(len(colours.series))]
    return inks, QColor(colours.background)
