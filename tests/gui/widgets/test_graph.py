import numpy as np
import pytest
from PyQt6.QtCore import QPointF, QRectF, Qt

from visualmlp.gui.widgets.braced import Braced, BracedProduct
from visualmlp.gui.widgets.graph import Graph, GraphEdge, GraphNode
from visualmlp.gui.widgets.graph_layout import GraphLayout

NODES = [
    GraphNode("x", "x", (0, 0), "32 × 4", "the input"),
    GraphNode("W1", "W_1", (1, -1), "4 × 3", "the weights", "square", 2),
    GraphNode("z1", "z_1", (1, 0), "32 × 3", "pre-activations"),
    GraphNode("a1", "a_1", (2, 0), "32 × 3", "activations"),
    GraphNode("L", "L", (3, 0), "0.5", "the loss", "double", 1),
]
EDGES = [
    GraphEdge("x", "z1"),
    GraphEdge("W1", "z1", r"\frac{\partial z}{\partial W} = x", "x"),
    GraphEdge("z1", "a1", r"\frac{\partial a}{\partial z} = g'(z)", "g'(z)"),
    GraphEdge("a1", "L"),
    GraphEdge("z1", "L", r"\frac{\partial L}{\partial z} = y - t", "y - t", forward=False),
]
PLACES = {node.key: node.place for node in NODES}


@pytest.fixture
def graph(shown) -> Graph:
    widget = shown(Graph(), 700, 260)
    widget.set_graph(NODES, EDGES)
    widget.grab()
    return widget


def centre(graph: Graph, key: str) -> QPointF:
    graph.set_current(key)
    point = graph.current_point()
    assert point is not None
    return point


def test_a_click_picks_a_node_and_beside_it_nothing(graph, qtbot) -> None:
    picked: list[str] = []
    graph.node_picked.connect(picked.append)
    for key in PLACES:
        qtbot.mouseClick(graph, Qt.MouseButton.LeftButton, pos=centre(graph, key).toPoint())
    assert picked == list(PLACES)
    between = (centre(graph, "x") + centre(graph, "W1")) / 2
    qtbot.mouseClick(graph, Qt.MouseButton.LeftButton, pos=between.toPoint())
    assert len(picked) == len(PLACES)


def test_the_arrow_keys_go_from_node_to_node(graph, qtbot) -> None:
    picked: list[str] = []
    graph.node_picked.connect(picked.append)
    graph.set_current("x")
    for key in ("Right", "Up", "Down", "Right", "Right", "Right"):
        qtbot.keyClick(graph, getattr(Qt.Key, f"Key_{key}"))
        qtbot.keyClick(graph, Qt.Key.Key_Return)
    assert picked == ["z1", "W1", "z1", "a1", "L", "L"]


def test_hover_tells_of_nodes_and_of_arrows_back(graph) -> None:
    assert graph.value_at(centre(graph, "W1")) == "the weights"
    start, end = centre(graph, "z1"), centre(graph, "a1")
    middle = (start + end) / 2 + QPointF(0, 5)
    assert graph.value_at(middle) is None
    graph.set_backward(True)
    assert graph.value_at(middle) == "∂a/∂z = g'(z)"
    assert graph.value_at(QPointF(2, 2)) is None


def test_the_way_back_is_painted_only_when_it_is_wanted(graph) -> None:
    before = graph.grab().toImage()
    graph.set_backward(True)
    after = graph.grab().toImage()
    assert before != after
    graph.set_path(["z1", "a1"])
    assert graph.grab().toImage() != after


@pytest.mark.parametrize(("width", "height"), [(700, 260), (300, 700), (120, 90), (1400, 200)])
def test_all_nodes_are_inside_and_apart(width: int, height: int) -> None:
    layout = GraphLayout.within(QRectF(0, 0, width, height), PLACES, 14)
    points = np.array([[point.x(), point.y()] for point in layout.centres.values()])
    assert (points >= 0).all()
    assert (points <= [width, height]).all()
    away = np.linalg.norm(points[:, None] - points[None], axis=2) + 1e9 * np.eye(len(points))
    assert away.min() >= 1.8 * layout.radius
    assert layout.upright is (height > 1.15 * width)


def test_an_arrow_around_a_node_does_not_cross_it() -> None:
    layout = GraphLayout.within(QRectF(0, 0, 700, 260), PLACES, 14)
    line = layout.arrow("z1", "L", 0)
    assert len(line) == 4
    away = layout.centres["a1"].y() - line[1].y()
    assert away > layout.radius
    assert len(layout.arrow("z1", "a1", 1)) == 2


def test_the_numbers_are_the_edges(graph) -> None:
    header, *rows = graph.csv_rows()
    assert header == ["from", "into", "local derivative"]
    assert rows[2] == ["z_1", "a_1", "∂a/∂z = g'(z)"]


def test_a_product_names_its_factors_and_shrinks(shown) -> None:
    product = shown(BracedProduct(), 400, 90)
    factors = [Braced(r"\frac{\partial L}{\partial y}", "y - t"), Braced("a", "x", faded=True)]
    product.set_product("g", factors, "0.5")
    assert product.accessibleName() == "g = ∂L/∂y [y − t] · a [x] = 0.5"
    wide = product.grab().toImage()
    hint = product.sizeHint()
    assert 100 < hint.width() < 400
    product.resize(hint.width() * 7 // 10, 90)
    narrow = product.grab().toImage()
    column = {narrow.pixel(narrow.width() - 1, y) for y in range(narrow.height())}
    assert len(column) == 1
    assert wide.width() > narrow.width()


def test_an_empty_product_is_empty(shown) -> None:
    product = shown(BracedProduct(), 100, 40)
    product.set_product("", [], "")
    image = product.grab().toImage()
    assert {image.pixel(x, 10) for x in range(100)} == {image.pixel(0, 0)}


def test_texts_of_nodes_stand_beside_arrows_that_lie_below(graph) -> None:
    layout, line = graph._layout, graph._line()
    areas = {node.key: graph._text_area(layout, node) for node in NODES}
    assert areas["a1"].top() > centre(graph, "a1").y()  # nothing lies below it
    for key in ("W1",):
        assert areas[key].right() < centre(graph, key).x() - layout.radius
        assert areas[key].height() == line
    with_bias = [*NODES, GraphNode("b1", "b_1", (1, 1), "1 × 3", "the biases", "square", 2)]
    graph.set_graph(with_bias, [*EDGES, GraphEdge("b1", "z1", "1", "1")])
    graph.grab()
    area = graph._text_area(graph._layout, with_bias[2])
    assert area.bottom() <= centre(graph, "z1").y() - graph._layout.radius
    assert area.right() < centre(graph, "z1").x()


def test_an_arrow_around_nodes_stays_inside_and_clear_of_them() -> None:
    area = QRectF(0, 0, 460, 154)
    layout = GraphLayout.within(area, PLACES | {"b1": (1, 1)}, 14)
    line = layout.arrow("z1", "L", 0)
    assert layout.centres["a1"].y() - line[1].y() >= layout.radius + 15
    assert min(point.y() for point in line) >= area.top()
