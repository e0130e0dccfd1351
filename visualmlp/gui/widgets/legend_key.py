"""What a series looks like in a few pixels, with its name: an entry of a legend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from visualmlp.gui import theme
from visualmlp.gui.widgets.glyphs import glyphs

Role = Literal["raw", "smooth", "marks", "line+marks"]

BOLDER = 0.5, 0.5
"""A smooth line is painted twice, so far apart: a wide pen would be many times slower."""

MARK_RADIUS = 3.2
KEY_WIDTH, KEY_HEIGHT = 18, 12
_GAP = 4.0

DASHES = ((), (6, 3), (9, 3, 2, 3), (3, 3), (14, 4), (9, 3, 2, 3, 2, 3), (2, 2), (6, 2, 2, 2))
"""Lengths of dashes and gaps in pixels, by their number; 0 is a line without gaps."""


@dataclass(frozen=True, slots=True)
class Key:
    """How a series is drawn and called.

    Attributes
    ----------
    text
        The name, short.
    role, style_index
        As given to the plot.
    pale
        Whether the line lies behind others, lighter than they are.
    visible
        Whether it is switched on.
    dashes
        Which of ``DASHES``; they repeat.
    """

    text: str
    role: Role
    style_index: int
    pale: bool
    visible: bool
    dashes: int = 0

    def pen(self) -> QPen:
        """A pen of width 1: a wider one is far slower."""
        return _pen(theme.current(), self.style_index, self.pale, self.dashes)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Paint a piece of the line, a mark, or both."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.pen())
        middle = round(area.center().y()) + 0.5
        ends = QPointF(area.left() + 1, middle), QPointF(area.right() - 1, middle)
        if self.role != "marks":
            painter.drawLine(*ends)
        if self.role == "smooth":
            painter.drawLine(*(end + QPointF(*BOLDER) for end in ends))
        if self.role in ("marks", "line+marks"):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.current().series_colour(self.style_index))
            centre = np.array([[area.center().x(), middle]])
            painter.drawPath(glyphs(centre, self.style_index, MARK_RADIUS))
        painter.restore()


@cache
def _pen(colours: theme.PlotColours, style_index: int, pale: bool, dashes: int) -> QPen:
    ink = colours.series_colour(style_index)
    paler = 0.0 if not pale else 0.3 if dashes else 0.55
    pen = QPen(theme.blend(ink, QColor(colours.background), paler), 1)
    if pattern := DASHES[dashes % len(DASHES)]:
        pen.setDashPattern(pattern)
    return pen


def draw_keys(painter: QPainter, area: QRectF, keys: Mapping[str, Key]) -> QRectF:
    """Paint keys with full names in lines at the top of an area; return what is left of it."""
    metrics = QFontMetricsF(painter.font())
    x, y = area.left(), area.top()
    for name, key in keys.items():
        width = KEY_WIDTH + _GAP + metrics.horizontalAdvance(name) + 3 * _GAP
        if x > area.left() and x + width > area.right():
            x, y = area.left(), y + metrics.height()
        key.draw(painter, QRectF(x, y, KEY_WIDTH, metrics.height()))
        painter.setPen(QColor(theme.current().foreground))
        painter.drawText(QPointF(x + KEY_WIDTH + _GAP, y + metrics.ascent()), name)
        x += width
    return area.adjusted(0, y + metrics.height() + _GAP - area.top(), 0, 0)
