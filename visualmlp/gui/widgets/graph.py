"""A computational graph: nodes, forward arrows, and backward arrows with local derivatives."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from PyQt6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.drawing import Drawing
from visualmlp.gui.widgets.formula import draw_formula, formula_size, letter_size
from visualmlp.gui.widgets.graph_layout import GraphLayout
from visualmlp.gui.widgets.latex_text import readable

Shape = Literal["round", "square", "double"]

_HEAD = 6.0
_NEAR = 9.0
"""Distance in pixels at which an arrow is under the mouse."""

_CLEAR = 10.0
"""Distance from the line between two nodes to what stands beside its two arrows."""

_FADED = 0.62
_LEAST_ROOM = 64.0
"""Pixels in which no whole derivative fits."""


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A node: LaTeX in a shape, a text below it, and one for hover.

    ``place`` is the step along the graph and the lane (0 is the middle).
    """

    key: str
    name: str
    place: tuple[int, int]
    below: str
    text: str
    shape: Shape = "round"
    style_index: int = 0


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """What goes from a node into another.

    ``derivative`` is written beside the arrow back, ``short`` where it finds no room; LaTeX, empty
    without a way back. Without ``forward`` there is only the way back.
    """

    source: str
    target: str
    derivative: str = ""
    short: str = ""
    forward: bool = True


class Graph(Drawing):
    """Nodes and arrows, fitted to the widget; arrow keys go from node to node.

    Signals
    -------
    node_picked
        The key of the node that was clicked, or chosen with Enter or Space.
    """

    node_picked = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._nodes: dict[str, GraphNode] = {}
        self._edges: Sequence[GraphEdge] = ()
        self._path: Collection[str] = ()
        self._backward = False
        self._current: str | None = None
        self._layout: GraphLayout | None = None
        self.setAccessibleName(self.tr("Computational graph"))

    def set_graph(self, nodes: Sequence[GraphNode], edges: Sequence[GraphEdge]) -> None:
        """Show a graph; keys of nodes are unique."""
        if (nodes, edges) == (list(self._nodes.values()), self._edges):
            return
        self._nodes = {node.key: node for node in nodes}
        self._edges = edges
        if self._current not in self._nodes:
            self._current = None
        self.filled()

    def set_backward(self, on: bool) -> None:
        """Show or hide the arrows back."""
        self._backward = on
        self.update()

    def set_path(self, keys: Collection[str]) -> None:
        """Nodes between which arrows back are not faded; all arrows are clear without any."""
        self._path = keys
        self.update()

    @property
    def current(self) -> str | None:
        """The highlighted node."""
        return self._current

    def set_current(self, key: str | None) -> None:
        """Highlight a node, or none, without a signal."""
        self._current = key if key in self._nodes else None
        self.update()

    # Painting

    def laid_out(self) -> None:
        self._layout = None
        if self._empty is None:
            places = {key: node.place for key, node in self._nodes.items()}
            self._layout = GraphLayout.within(self.area(), places, self._line())
        self.update()

    def _line(self) -> float:
        return QFontMetricsF(labels.small_font(self.font())).height()

    def draw(self, painter: QPainter, area: QRectF) -> None:
        if self._layout is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for edge in self._edges:
            self._draw_arrows(painter, self._layout, edge)
        for node in self._nodes.values():
            self._draw_node(painter, self._layout, node)
        if self._backward:
            for edge in self._edges:
                self._draw_derivative(painter, self._layout, edge)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _draw_arrows(self, painter: QPainter, layout: GraphLayout, edge: GraphEdge) -> None:
        colours = theme.current()
        goes_back = self._backward and bool(edge.derivative)
        if edge.forward:
            side = -1.0 if goes_back else 0.0
            line = layout.arrow(edge.source, edge.target, side)
            _draw_arrow(painter, line, QColor(colours.muted))
        if goes_back:
            line = layout.arrow(edge.source, edge.target, 1.0 if edge.forward else 0.0)
            _draw_arrow(painter, line[::-1], self._ink_back(edge), dashed=True)

    def _ink_back(self, edge: GraphEdge) -> QColor:
        colours = theme.current()
        ink = colours.series_colour(1)
        on_path = not self._path or self._is_on_path(edge)
        return ink if on_path else theme.blend(ink, QColor(colours.background), _FADED)

    def _is_on_path(self, edge: GraphEdge) -> bool:
        return edge.source in self._path and edge.target in self._path

    def _draw_node(self, painter: QPainter, layout: GraphLayout, node: GraphNode) -> None:
        colours, radius = theme.current(), layout.radius
        centre = layout.centres[node.key]
        rect = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        ink = colours.series_colour(node.style_index)
        is_current = node.key == self._current
        rim = QColor(colours.highlight) if is_current else ink
        painter.setPen(QPen(rim, 3 if is_current else 1.5))
        painter.setBrush(theme.blend(ink, QColor(colours.background), 0.82))
        if node.shape == "square":
            painter.drawRoundedRect(rect.adjusted(2, 2, -2, -2), 4, 4)
        else:
            painter.drawEllipse(rect)
        if node.shape == "double":
            painter.drawEllipse(rect.adjusted(3, 3, -3, -3))
        self._draw_name(painter, centre, radius, node)
        self._draw_below(painter, layout, node)

    def _draw_name(
        self, painter: QPainter, centre: QPointF, radius: float, node: GraphNode
    ) -> None:
        size = min(1.15 * letter_size(self.font()), 0.95 * radius)
        extent = formula_size(node.name, size)
        shrink = min(1.0, 1.7 * radius / extent.width())
        size, extent = shrink * size, extent * shrink
        corner = centre - QPointF(extent.width(), extent.height()) / 2
        draw_formula(painter, corner, node.name, theme.current().foreground, size)

    def _draw_below(self, painter: QPainter, layout: GraphLayout, node: GraphNode) -> None:
        """The text below, on the ground's colour, since an arrow may end there."""
        colours = theme.current()
        painter.setFont(labels.small_font(self.font()))
        area = self._text_area(layout, node)
        if node.below:
            painter.fillRect(area, QColor(colours.background))
        painter.setPen(QColor(colours.muted))
        labels.draw_elided(painter, area, node.below, labels.CENTRE)
        painter.setFont(self.font())

    def _text_area(self, layout: GraphLayout, node: GraphNode) -> QRectF:
        """Below the node, or at its left where arrows lie below it."""
        centre, radius = layout.centres[node.key], layout.radius
        most = layout.lane if layout.upright else layout.pitch - 2
        size = QSizeF(min(self._text_width(node), most), self._line())
        corner = centre + QPointF(-size.width() / 2, radius + 2)
        above, below = self._has_arrow(node, -1), self._has_arrow(node, 1)
        if layout.upright or not below or not (above or node.place[1]):
            return QRectF(corner, size)
        if above:
            left = centre.x() - _CLEAR - size.width()
            return QRectF(QPointF(left, centre.y() - radius - size.height()), size)
        left = centre.x() - radius - 2 - size.width()
        return QRectF(QPointF(left, centre.y() - size.height() / 2), size)

    def _text_width(self, node: GraphNode) -> float:
        metrics = QFontMetricsF(labels.small_font(self.font()))
        return metrics.horizontalAdvance(node.below) + 2

    def _has_arrow(self, node: GraphNode, direction: int) -> bool:
        """Whether an arrow joins the node to one of the same step in a lane above or below."""
        ends = [(edge.source, edge.target) for edge in self._edges]
        others = [b if a == node.key else a for a, b in ends if node.key in (a, b)]
        places = [self._nodes[key].place for key in others]
        step, lane = node.place
        return any(at == step and (across - lane) * direction > 0 for at, across in places)

    def _draw_derivative(self, painter: QPainter, layout: GraphLayout, edge: GraphEdge) -> None:
        """Beside the arrow back, the long form where there is room for it."""
        if not edge.derivative or self._is_crowded(layout, edge):
            return
        size = 0.82 * letter_size(self.font())
        room = self._room(layout, edge)
        for latex in (edge.derivative, edge.short):
            if latex is edge.derivative and room.width() < _LEAST_ROOM:
                continue
            extent = formula_size(latex, size)
            if extent.width() <= room.width() and extent.height() <= room.height():
                area = self._label_area(layout, edge, extent)
                colours = theme.current()
                painter.fillRect(area, QColor(colours.background))
                draw_formula(painter, area.topLeft(), latex, self._ink_back(edge).name(), size)
                return

    def _is_crowded(self, layout: GraphLayout, edge: GraphEdge) -> bool:
        """Whether other arrows swing out to the same node: then the path's only is written on."""
        if not layout.is_far(edge.source, edge.target) or self._is_on_path(edge):
            return False
        return any(
            other.target == edge.target and other is not edge and other.derivative
            for other in self._edges
        )

    def _room(self, layout: GraphLayout, edge: GraphEdge) -> QSizeF:
        start, end = layout.centres[edge.source], layout.centres[edge.target]
        if layout.is_far(edge.source, edge.target):
            above = start.y() - layout.radius - self.area().top()
            between = 2 * (layout.pitch - layout.radius) - 8
            return QSizeF(between, min(above, 2 * layout.swing(start, end)) - 3)
        if abs(end.x() - start.x()) >= abs(end.y() - start.y()):
            left, right = self._free_span(layout, edge)
            return QSizeF(right - left, layout.lane / 2)
        height = abs(end.y() - start.y()) - 2 * layout.radius
        if layout.upright:
            return QSizeF(layout.lane - 8, height - self._line())
        is_below = max(self._nodes[key].place[1] for key in (edge.source, edge.target)) > 0
        return QSizeF(2 * _CLEAR if is_below else layout.pitch / 2 - 2 * _CLEAR, height)

    def _free_span(self, layout: GraphLayout, edge: GraphEdge) -> tuple[float, float]:
        """Where below an arrow that lies no other text stands, from left to right."""
        keys = sorted((edge.source, edge.target), key=lambda key: layout.centres[key].x())
        reaches = [self._reach(layout, self._nodes[key]) for key in keys]
        left, right = (layout.centres[key].x() for key in keys)
        return left + reaches[0], right - reaches[1]

    def _reach(self, layout: GraphLayout, node: GraphNode) -> float:
        """How far from the centre a node, its text, or what stands at arrows below it reaches."""
        is_below = self._text_area(layout, node).top() > layout.centres[node.key].y()
        beside = self._text_width(node) / 2 if is_below else 2.5 * _CLEAR
        return max(layout.radius, beside) + 3

    def _label_area(self, layout: GraphLayout, edge: GraphEdge, extent: QSizeF) -> QRectF:
        """Below an arrow that lies, at the right of one that stands, above one that swings out."""
        line = layout.arrow(edge.source, edge.target, 1.0 if edge.forward else 0.0)
        if len(line) > 2:
            middle = (line[1] + line[2]) / 2
            top = max(middle.y() - extent.height() + 3, self.area().top())
            return QRectF(QPointF(middle.x() - extent.width() / 2, top), extent)
        (start, end), middle = line, (line[0] + line[1]) / 2
        if abs(end.x() - start.x()) >= abs(end.y() - start.y()):
            centre = sum(self._free_span(layout, edge)) / 2
            return QRectF(QPointF(centre - extent.width() / 2, middle.y() + 3), extent)
        right = max(layout.centres[key].x() for key in (edge.source, edge.target)) + _CLEAR
        return QRectF(QPointF(right, middle.y() - extent.height() / 2), extent)

    # Hover, mouse, keyboard

    def value_at(self, pos: QPointF) -> str | None:
        if self._layout is None:
            return None
        key = self._layout.node_at(pos)
        if key is not None:
            return self._nodes[key].text
        for edge in self._edges:
            if edge.derivative and self._backward and self._is_on(self._layout, edge, pos):
                return readable(edge.derivative)
        return None

    def _is_on(self, layout: GraphLayout, edge: GraphEdge, pos: QPointF) -> bool:
        line = layout.arrow(edge.source, edge.target, 1.0)
        return any(_distance(pos, start, end) < _NEAR for start, end in pairwise(line))

    def pick_at(self, pos: QPointF) -> None:
        key = self._layout.node_at(pos) if self._layout else None
        if key is not None:
            self._current = key
            self.update()
            self.node_picked.emit(key)

    def pick_current(self) -> None:
        if self._current is not None:
            self.node_picked.emit(self._current)

    def move_current(self, dx: int, dy: int) -> None:
        if self._layout is None:
            return
        if self._current is None:
            self.set_current(next(iter(self._nodes), None))
        else:
            self.set_current(self._layout.neighbour(self._current, dx, dy))

    def current_point(self) -> QPointF | None:
        if self._layout is None or self._current is None:
            return None
        return self._layout.centres[self._current]

    def csv_rows(self) -> list[list[object]]:
        rows: list[list[object]] = [["from", "into", "local derivative"]]
        for edge in self._edges:
            ends = (readable(self._nodes[key].name) for key in (edge.source, edge.target))
            rows.append([*ends, readable(edge.derivative)])
        return rows


def _draw_arrow(
    painter: QPainter, line: Sequence[QPointF], ink: QColor, *, dashed: bool = False
) -> None:
    pen = QPen(ink, 1.4, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(line))
    last = QLineF(line[-1], line[-2])
    if last.length() < 1:
        return
    along = (last.p2() - last.p1()) / last.length() * _HEAD
    beside = QPointF(-along.y(), along.x()) * 0.5
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    painter.drawPolygon(QPolygonF([line[-1], line[-1] + along + beside, line[-1] + along - beside]))


def _distance(pos: QPointF, start: QPointF, end: QPointF) -> float:
    """From a position to a piece of a line."""
    along = end - start
    square = along.x() ** 2 + along.y() ** 2 or 1.0
    away = pos - start
    share = min(max((away.x() * along.x() + away.y() * along.y()) / square, 0.0), 1.0)
    return QLineF(pos, start + along * share).length()
