from collections import Counter
from unittest.mock import Mock

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QFontMetricsF, QWheelEvent

from visualmlp.analysis.network_diagram import Shown, diagram_of
from visualmlp.engine import DenseSpec, Network
from visualmlp.gui import theme
from visualmlp.gui.widgets.network_diagram import NetworkDiagram
from visualmlp.gui.widgets.network_links import (
    MOST_OF_PIXELS,
    NEGATIVE,
    NOT_FINITE,
    POSITIVE,
    ZERO,
    kinds_of,
    link_pen,
    link_text,
    numbered_links,
)
from visualmlp.gui.widgets.network_painter import output_mark
from visualmlp.gui.widgets.network_scene import ColumnText, SampleFacts, shares_of

LEFT = Qt.MouseButton.LeftButton


def names(layer, n):
    return ColumnText(f"layer {layer} · {n} tanh", [str(i) for i in range(n)], [
        f"unit {i} of layer {layer}" for i in range(n)
    ])  # fmt: skip


class Case:
    """A network with what the diagram needs, at a size of layers."""

    def __init__(self, n_inputs, *units, shape=None):
        specs = [DenseSpec(n, "tanh") for n in units]
        self.network = Network(n_inputs, specs, "squared_error", "float64")
        self.network.initialize(np.random.default_rng(3))
        self.network.parameters.biases[0][...] = np.linspace(-1, 1, units[0])
        self.x = np.random.default_rng(4).normal(size=(1, n_inputs))
        self.shape = shape
        self.texts = [names(i, n) for i, n in enumerate((n_inputs, *units))]

    def fill(self, widget, facts=None, by="weight", order="strength", **changes):
        wanted = Shown(
            by=by,
            most_links=changes.pop("most_links", 200),
            most_units=changes.pop("most_units", widget.rows),
            order=order,
            starts=changes.pop("starts", (0,) * len(self.texts)),
            is_whole=self.shape is not None,
            **changes,
        )
        activations = [spec.activation for spec in self.network.layers]
        layers = self.network.layer_outputs(self.x)
        diagram = diagram_of(self.x, layers, self.network.parameters, activations, wanted)
        facts = facts or SampleFacts(raw=self.x[0] * 10, true=0, predicted=1)
        widget.set_diagram(diagram, facts, by_number=order == "number")
        unit = changes.get("unit")
        widget.set_pick((unit[0] + 1, unit[1]) if unit else None, changes.get("weight"))
        widget.grab()
        return diagram


@pytest.fixture
def make(shown):
    def made(*sizes, shape=None, width=680, height=440, **changes):
        widget = shown(NetworkDiagram(), width, height)
        case = Case(*sizes, shape=shape)
        widget.set_network(case.texts, shape)
        case.fill(widget, **changes)
        return widget, case

    return made


def listen(signal):
    heard = Mock()
    signal.connect(heard)
    return heard


def press_at(qtbot, widget, point):
    qtbot.mouseClick(widget, LEFT, pos=point.toPoint())


def test_every_weight_and_bias_of_2_2_1_is_written(make):
    widget, case = make(2, 2, 1)
    scene = widget.scene
    places = numbered_links(scene, QFontMetricsF(widget.font()), has_pick=False, picked=None)
    assert sorted(index for index, _ in places) == list(range(6))
    written = scene.links.numbers
    expected = np.concatenate([w.ravel() for w in case.network.parameters.weights])
    np.testing.assert_array_equal(written, expected)
    for column in range(1, 3):
        text = widget.value_at(scene.point((column, 0)))
        bias = case.network.parameters.biases[column - 1][0]
        assert f"bias b = {bias:.6g}".replace("-", "−") in text


def test_hover_tells_the_numbers_of_units_and_links(make):
    widget, case = make(3, 4, 2)
    scene = widget.scene
    layers = case.network.layer_outputs(case.x)
    text = widget.value_at(scene.point((1, 2))).replace("−", "-")
    assert text.startswith("unit 2 of layer 1\n")
    assert f"z = {layers[0].z[0, 2]:.6g}, a = {layers[0].a[0, 2]:.6g}" in text
    inputs = widget.value_at(scene.point((0, 1))).replace("−", "-")
    assert f"stored {case.x[0, 1] * 10:.6g}, scaled x = {case.x[0, 1]:.6g}" in inputs
    assert "true class" in widget.value_at(scene.point((2, 0)))
    assert "predicted class" in widget.value_at(scene.point((2, 1)))

    links = scene.links
    index = int(np.flatnonzero((links.layers == 1) & (links.units == 1) & (links.sources == 3))[0])
    x0, y0, x1, y1 = links.lines[index]
    near = QPointF(x1 + 0.12 * (x0 - x1), y1 + 0.12 * (y0 - y1))
    text = widget.value_at(near).replace("−", "-")
    weight, value = case.network.parameters.weights[1][3, 1], layers[0].a[0, 3]
    assert "unit 3 of layer 1 → unit 1 of layer 2" in text
    assert f"w = {weight:.6g}, a = {value:.6g}, w · a = {weight * value:.6g}" in text


def test_clicks_pick_units_weights_and_inputs(make, qtbot):
    widget, _ = make(3, 4, 2)
    unit, weight, input_ = (
        listen(s) for s in (widget.unit_picked, widget.weight_picked, widget.input_picked)
    )
    scene = widget.scene
    press_at(qtbot, widget, scene.point((1, 3)))
    unit.assert_called_once_with(0, 3)
    press_at(qtbot, widget, scene.point((0, 2)))
    input_.assert_called_once_with(2)
    x0, y0, x1, y1 = scene.links.lines[0]
    press_at(qtbot, widget, QPointF(x0 + 0.25 * (x1 - x0), y0 + 0.25 * (y1 - y0)))
    weight.assert_called_once_with(0, 0, 0)


def test_arrows_walk_units_and_layers_and_enter_picks(make, qtbot):
    widget, _ = make(3, 4, 2)
    picked = listen(widget.unit_picked)
    qtbot.keyClick(widget, Qt.Key.Key_Down)
    assert widget.current == (2, 0)
    qtbot.keyClick(widget, Qt.Key.Key_Left)
    assert widget.current[0] == 1
    for _ in range(5):
        qtbot.keyClick(widget, Qt.Key.Key_Up)
    qtbot.keyClick(widget, Qt.Key.Key_Down)
    assert widget.current == (1, 1)
    qtbot.keyClick(widget, Qt.Key.Key_Return)
    picked.assert_called_once_with(0, 1)
    assert "unit 1 of layer 1" in widget.accessibleDescription()


def test_arrows_walk_through_the_picture_and_out_of_it(make, qtbot):
    widget, _ = make(12, 4, 2, shape=(3, 4))
    for _ in range(3):
        qtbot.keyClick(widget, Qt.Key.Key_Left)
    column, pixel = widget.current
    assert column == 0
    assert pixel % 4 == 3
    assert f"pixel of row {pixel // 4}, column 3" in widget.accessibleDescription()
    qtbot.keyClick(widget, Qt.Key.Key_Left)
    assert widget.current == (0, pixel - 1)
    for _ in range(2):
        qtbot.keyClick(widget, Qt.Key.Key_Right)
    assert widget.current[0] == 1


def test_the_wheel_zooms_at_the_pointer_and_the_keys_in_the_middle(make, qtbot):
    widget, _ = make(3, 4, 2)
    point = widget.scene.point((1, 1))
    event = QWheelEvent(
        *(point, QPointF(widget.mapToGlobal(point.toPoint())), QPoint(), QPoint(0, 240)),
        *(Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier),
        *(Qt.ScrollPhase.NoScrollPhase, False),
    )
    told = listen(widget.zoomed)
    widget.wheelEvent(event)
    assert widget.zoom.scale > 1.5
    told.assert_called_with(True)
    after = widget.scene.point((1, 1))
    assert (after - point).manhattanLength() < 1
    qtbot.keyClick(widget, Qt.Key.Key_F)
    assert widget.zoom.scale == 1
    told.assert_called_with(False)
    qtbot.keyClicks(widget, "++-")
    assert widget.zoom.scale == pytest.approx(1.25)
    qtbot.keyClick(widget, Qt.Key.Key_0)
    assert widget.zoom.scale == 1


def test_dragging_moves_and_does_not_pick(make, qtbot):
    widget, _ = make(3, 4, 2)
    picked = listen(widget.unit_picked)
    widget.zoom_by(3)
    start = widget.scene.point((1, 1)).toPoint()
    before = widget.zoom
    qtbot.mousePress(widget, LEFT, pos=start)
    move = QPoint(-60, -40)
    for share in (1, 2):
        at = QPointF(start + move * share)
        event = Mock(position=lambda at=at: at, buttons=lambda: LEFT)
        widget.mouseMoveEvent(event)
    qtbot.mouseRelease(widget, LEFT, pos=start + move * 2)
    assert widget.zoom.x > before.x
    assert widget.zoom.y > before.y
    picked.assert_not_called()


def test_the_keyboards_cursor_is_brought_into_sight(make, qtbot):
    widget, _ = make(3, 20, 2)
    qtbot.keyClick(widget, Qt.Key.Key_Down)
    widget.zoom_by(8, widget.scene.area.topLeft())
    for _ in range(12):
        qtbot.keyClick(widget, Qt.Key.Key_Down)
        qtbot.keyClick(widget, Qt.Key.Key_Left)
    assert widget.scene.area.contains(widget.current_point())


def test_signs_tell_of_folded_units_and_turn_pages(make, qtbot):
    widget, case = make(3, 300, 2, order="number", starts=(0, 100, 0))
    turned = listen(widget.page_turned)
    signs = {direction: rect for _, direction, rect in widget.scene.sign_rects()}
    window = widget.scene.diagram.columns[1].window
    assert f"{window.n_before} more units" in widget.value_at(signs[-1].center())
    press_at(qtbot, widget, signs[1].center())
    turned.assert_called_with(1, 1)
    qtbot.keyClick(widget, Qt.Key.Key_PageUp)
    turned.assert_called_with(1, -1)
    case.fill(widget)
    (sign,) = widget.scene.sign_rects()
    assert f"{300 - len(window.shown)} units are weaker" in widget.value_at(sign[2].center())


def test_room_for_units_follows_the_height(make):
    widget, _ = make(3, 40, 2)
    changed = listen(widget.room_changed)
    before = widget.rows
    widget.resize(680, 800)
    changed.assert_called()
    assert widget.rows > before


def test_links_of_the_picked_unit_are_painted_stronger_than_others(make):
    widget, case = make(3, 6, 2)
    plain = widget.grab().toImage()
    case.fill(widget, unit=(0, 2))
    links = widget.scene.links
    assert Counter(links.of_pick.tolist()) == {True: 3 + 2, False: 3 * 5 + 5 * 2}
    assert widget.grab().toImage() != plain


def test_signs_of_numbers_differ_in_more_than_colour():
    numbers = np.array([0.5, -0.5, 0.0, np.nan, np.inf])
    assert kinds_of(numbers).tolist() == [POSITIVE, NEGATIVE, ZERO, NOT_FINITE, NOT_FINITE]
    patterns = [tuple(link_pen(kind, 3).dashPattern()) for kind in range(3)]
    assert len(set(patterns)) == 3
    widths = [link_pen(POSITIVE, level).widthF() for level in range(5)]
    assert widths == sorted(widths)
    assert len(set(widths)) == 5
    np.testing.assert_allclose(shares_of(numbers[:3]), [1, 1, 0])
    np.testing.assert_allclose(shares_of(numbers), [1, 1, 0, 1, 1])


def test_true_and_wrongly_predicted_outputs_have_marks():
    colours = theme.current()
    facts = SampleFacts(raw=np.zeros(1), true=2, predicted=5)
    assert output_mark(2, facts) == ("✓", colours.good)
    assert output_mark(5, facts) == ("✗", colours.bad)
    assert output_mark(1, facts)[0] == ""
    assert output_mark(2, SampleFacts(raw=np.zeros(1), true=2, predicted=2))[0] == "✓"


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300, 0.0])
@pytest.mark.parametrize("look", ["light", "dark"])
def test_any_numbers_are_drawn(make, qapp, value, look):
    theme.apply(qapp, look)
    widget, case = make(64, 40, 3, shape=(8, 8))
    case.network.parameters.flat[...] = value
    with np.errstate(all="ignore"):
        case.fill(widget, by="contribution", unit=(0, 3), weight=(0, 5, 3))
    assert ("NaN" in widget._caption_text()) == (not np.isfinite(value))


@pytest.mark.parametrize("size", [(80, 60), (150, 100), (300, 150), (1900, 1000)])
def test_every_size_is_drawn(make, size):
    make(784, 100, 60, 10, shape=(28, 28), width=size[0], height=size[1], order="number")
    make(4, 8, 1, width=size[0], height=size[1])


def test_all_that_is_shown_can_be_taken_along(make, tmp_path):
    widget, case = make(3, 4, 2)
    header, *rows = widget.csv_rows()
    kinds = Counter(row[0] for row in rows)
    assert kinds == {"unit": 3 + 4 + 2, "link": 12 + 8}
    assert all(len(row) == len(header) for row in rows)
    by_name = [dict(zip(header, row, strict=True)) for row in rows]
    link = next(r for r in by_name if r["kind"] == "link" and r["layer"] == 2 and r["to"] == 1)
    assert link["w"] == case.network.parameters.weights[1][link["from"], 1]
    assert link["w·a"] == link["w"] * link["a"]
    widget.render_svg(tmp_path / "network.svg")
    widget.render_png(tmp_path / "network.png")
    assert (tmp_path / "network.svg").stat().st_size > 2_000


def test_silenced_and_frozen_units_are_marked(make):
    widget, case = make(3, 4, 2)
    plain = widget.grab().toImage()
    marked = SampleFacts(
        raw=case.x[0], true=0, predicted=1, silenced=frozenset({(1, 1)}), frozen=frozenset({(1, 2)})
    )
    case.fill(widget, marked)
    assert widget.grab().toImage() != plain
    assert "silenced" in widget.value_at(widget.scene.point((1, 1)))
    assert "frozen" in widget.value_at(widget.scene.point((1, 2)))


def test_while_it_is_zoomed_lines_are_painted_fast_and_then_smooth(make, qtbot, monkeypatch):
    widget, _ = make(2, 5, 3)
    painted = []
    module = "visualmlp.gui.widgets.network_diagram"
    monkeypatch.setattr(f"{module}.draw_links", lambda *_, moving, **__: painted.append(moving))
    widget.zoom_by(2)
    widget.grab()
    assert painted[-1]
    qtbot.waitUntil(lambda: widget.grab() is not None and not painted[-1])


def test_of_a_picture_only_the_strongest_links_have_numbers(make):
    widget, case = make(64, 4, shape=(8, 8), width=900, height=600, unit=(0, 1), most_links=1)
    metrics = QFontMetricsF(widget.font())
    places = [index for index, _ in numbered_links(widget.scene, metrics, True, None)]
    links = widget.scene.links
    of_pixels = [i for i in places if links.layers[i] == 0 and links.units[i] == 1]
    assert 0 < len(of_pixels) <= MOST_OF_PIXELS
    weights = np.abs(case.network.parameters.weights[0][:, 1])
    strongest = set(np.argsort(weights)[-MOST_OF_PIXELS:].tolist())
    assert {int(links.sources[index]) for index in of_pixels} <= strongest


def test_links_that_leave_a_picture_above_or_below_are_seen_there(make):
    """Between the picture's edge and its right end there is no gap in them."""
    widget, _ = make(64, 40, shape=(8, 8), width=900, height=600, unit=(0, 0), most_units=40)
    picture = widget.scene.picture
    image = widget.grab().toImage()
    ground = image.pixelColor(int(picture.left()) + 2, int(widget.picture_area().bottom()) - 2)
    strip = range(int(picture.center().x()), int(picture.right()) - 2)
    y = int(picture.top()) - 6
    assert any(image.pixelColor(x, y) != ground for x in strip)


def test_a_zero_has_no_sign():
    assert link_text(-0.0) == "0.00"
