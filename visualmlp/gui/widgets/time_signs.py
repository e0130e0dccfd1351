"""The signs on lines of time: each kind has its shape, its place and its ink."""

from __future__ import annotations

import math
from typing import Literal

from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QColor, QPainter, QPen, QPolygonF

from visualmlp.gui import theme

Kind = Literal["edit", "fork", "event", "best"]

SIGN_HEIGHT = 12.0

_STAR = [
    (radius * math.sin(i * math.pi / 5), -radius * math.cos(i * math.pi / 5))
    for i, radius in enumerate([6.0, 2.6] * 5)
]
_SHAPES: dict[Kind, list[tuple[float, float]]] = {
    "edit": [(0, -4), (4.5, 4), (-4.5, 4)],
    "event": [(-3, 6), (-3, -6), (6, -3), (-1.5, 0), (-1.5, 6)],
    "fork": [(-1, 6), (-1, 0), (-5, -5), (-3, -6), (0, -2), (3, -6), (5, -5), (1, 0), (1, 6)],
    "best": _STAR,
}


def draw_sign(painter: QPainter, kind: Kind, x: float, y: float) -> None:
    """Paint a sign around a point: ^ an edit, a flag an event, Y a fork, a star the best."""
    colours = theme.current()
    inks: dict[Kind, str] = {
        "edit": colours.highlight,
        "event": colours.bad,
        "fork": colours.foreground,
        "best": colours.good,
    }
    painter.setPen(QPen(QColor(colours.background), 0.6))
    painter.setBrush(QColor(inks[kind]))
    painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in _SHAPES[kind]]))
