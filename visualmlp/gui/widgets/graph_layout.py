"""Where the nodes and arrows of a computational graph go."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF

_LARGEST, _SMALLEST = 30.0, 9.0
_RADIUS, _RADIUS_ACROSS = 0.27, 0.44
"""Radius of a node by the distance of neighbours, and by the free height between lanes."""

_AWAY = 5.0
"""Distance of the two arrows between two nodes."""

_RISE = 22.0
"""How far from the rim an arrow passes nodes between its ends."""

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class GraphLayout:
    """Places of a graph that runs from left to right, or downwards where the area is narrow.

    Attributes
    ----------
    centres
        By the node's key.
    radius
        Of all nodes.
    upright
        Whether it runs downwards.
    pitch, lane
        Distance of neighbours along the forward pass, and across.
    corner
        Upper left of the area.
    """

    centres: Mapping[str, QPointF]
    radius: float
    upright: bool
    pitch: float
    lane: float
    corner: QPointF

    @classmethod
    def within(cls, area: QRectF, places: Mapping[str, Place], line: float) -> GraphLayout:
        """Place nodes by their step and lane; ``line`` is the height of the text below each."""
        steps = max((step for step, _ in places.values()), default=0) + 1
        lanes = sorted({lane for _, lane in places.values()} | {0})
        upright = area.height() > 1.15 * area.width() and steps > len(lanes)
        along, across = area.width(), area.height() - line
        if upright:
            along, across = area.height() - line, area.width()
        pitch, lane = along / steps, across / len(lanes)
        lane = min(lane, max(1.6 * pitch, 96.0))
        room = _RADIUS * pitch, _RADIUS_ACROSS * (lane - line)
        if upright:
            room = _RADIUS * (pitch - line), _RADIUS * lane
        radius = min(max(min(room), _SMALLEST), _LARGEST)
        middle = (len(lanes) - 1) / 2
        centres = {}
        for key, (step, at) in places.items():
            main = (step + 0.5) * pitch
            cross = across / 2 + (lanes.index(at) - middle) * lane
            centres[key] = area.topLeft() + (
                QPointF(cross, main) if upright else QPointF(main, cross)
            )
        return cls(centres, radius, upright, pitch, lane, area.topLeft())

    def swing(self, start: QPointF, end: QPointF) -> float:
        """How far from the centres an arrow is that goes around other nodes.

        It stays inside, and below a node that there is above its end.
        """
        (_, away), (_, lane_of_end) = self._along(start - self.corner), self._along(end)
        step = self._along(end)[0]
        others = map(self._along, self.centres.values())
        is_low = any(abs(at - step) < 1 and across < lane_of_end - 1 for at, across in others)
        return min(self.radius + _RISE, (0.5 * self.lane if is_low else away) - 4)

    def _along(self, point: QPointF) -> tuple[float, float]:
        """How far a point is along the forward pass, and across."""
        return (point.y(), point.x()) if self.upright else (point.x(), point.y())

    def node_at(self, pos: QPointF) -> str | None:
        """The node at a position."""
        for key, centre in self.centres.items():
            away = pos - centre
            if math.hypot(away.x(), away.y()) <= self.radius + 2:
                return key
        return None

    def neighbour(self, key: str, dx: int, dy: int) -> str:
        """The next node in a direction, the same one if there is none."""
        here = self.centres[key]

        def distance(other: QPointF) -> float:
            away = other - here
            along, across = away.x() * dx + away.y() * dy, away.x() * dy + away.y() * dx
            return along + 3 * abs(across) if along > 1 else math.inf

        found = min(self.centres, key=lambda other: distance(self.centres[other]))
        return found if distance(self.centres[found]) < math.inf else key

    def arrow(self, source: str, target: str, side: float) -> list[QPointF]:
        """Corners of an arrow from rim to rim, beside the line of both centres.

        ``side`` is -1 or 1 for its sides, 0 for the line itself. Between nodes of the same lane
        that are no neighbours it swings out.
        """
        start, end = self.centres[source], self.centres[target]
        corners = [start, end]
        if self.is_far(source, target):
            corners = [start, *self._around(start, end), end]
        return _shifted(corners, side * _AWAY, self.radius)

    def is_far(self, source: str, target: str) -> bool:
        """Whether there are nodes between two nodes of the same lane."""
        start, end = self.centres[source], self.centres[target]
        along, across = self._along(end - start)
        return abs(across) < 1 and abs(along) > 1.5 * self.pitch

    def _around(self, start: QPointF, end: QPointF) -> Sequence[QPointF]:
        """Two corners outside of the lane."""
        swing = self.swing(start, end)
        out = QPointF(-swing, 0) if self.upright else QPointF(0, -swing)
        inwards = (end - start) * min(0.5 * self.pitch / _length(end - start), 0.4)
        return start + inwards + out, end - inwards + out


def _shifted(corners: list[QPointF], away: float, radius: float) -> list[QPointF]:
    """The line moved to one side, cut off at both nodes' rims."""
    first, last = corners[1] - corners[0], corners[-1] - corners[-2]
    moved = [corner + _normal(last if i else first) * away for i, corner in enumerate(corners)]
    reach = math.sqrt(max(radius**2 - away**2, 0.0)) + 1
    moved[0] += first * (reach / _length(first))
    moved[-1] -= last * (reach / _length(last))
    return moved


def _normal(direction: QPointF) -> QPointF:
    return QPointF(-direction.y(), direction.x()) / _length(direction)


def _length(vector: QPointF) -> float:
    return math.hypot(vector.x(), vector.y()) or 1.0
