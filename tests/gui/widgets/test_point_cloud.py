"""Points to zoom into: places, colours, keyboard, mouse."""

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QMouseEvent, QWheelEvent
from pytestqt.qtbot import QtBot

from visualmlp.gui import theme
from visualmlp.gui.widgets.point_cloud import PointCloud

POINTS = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 2.0], [0.0, 2.0], [2.0, 1.0]])
KINDS = np.array([0, 1, 2, 8, 2])


@pytest.fixture
def cloud(shown) -> PointCloud:
    cloud = PointCloud()
    cloud.set_axes("one", "two")
    cloud.set_points(POINTS, KINDS, list("abcdefghij"), np.zeros(5, bool))
    cloud.set_lookups(lambda i: f"point {i}", lambda i: np.eye(4) * i, (0.0, 4.0))
    return shown(cloud, 500, 400)


def colour_at(cloud: PointCloud, index: int) -> str:
    place = cloud._axes.to_screen(POINTS[index : index + 1])[0]
    return cloud.grab().toImage().pixelColor(QPointF(*place).toPoint()).name()


def test_points_have_their_places_and_colours(cloud: PointCloud) -> None:
    series = theme.LIGHT.series
    assert [colour_at(cloud, i) for i in range(3)] == list(series[:3])
    assert colour_at(cloud, 3) == series[1]  # class 8: the first shape, the second colour


def test_both_axes_have_the_same_scale(cloud: PointCloud) -> None:
    right, up = cloud._axes.to_screen(np.array([[1.0, 0.0], [0.0, 1.0]]))
    origin = cloud._axes.to_screen(np.zeros((1, 2)))[0]
    assert right[0] - origin[0] == pytest.approx(origin[1] - up[1], rel=1e-6)


def test_the_wheel_zooms_around_the_mouse_and_a_drag_pans(cloud: PointCloud, qtbot: QtBot) -> None:
    at = QPointF(*cloud._axes.to_screen(POINTS[1:2])[0])
    before = cloud.ranges
    turn = QWheelEvent(
        *(at, cloud.mapToGlobal(at), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton),
        *(Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False),
    )
    cloud.wheelEvent(turn)
    assert np.ptp(cloud.ranges[0]) == pytest.approx(0.64 * np.ptp(before[0]))
    after = cloud._axes.to_screen(POINTS[1:2])[0]
    np.testing.assert_allclose(after, (at.x(), at.y()), atol=2)  # numbers may need other room

    left, right = cloud.ranges[0]
    middle = cloud._axes.body.center()
    shift = 60 * (right - left) / cloud._axes.body.width()
    qtbot.mousePress(cloud, Qt.MouseButton.LeftButton, pos=middle.toPoint())
    to = QPointF(middle.toPoint()) + QPointF(60, 0)
    button = Qt.MouseButton.LeftButton
    move = QMouseEvent(
        QEvent.Type.MouseMove, to, to, button, button, Qt.KeyboardModifier.NoModifier
    )
    cloud.mouseMoveEvent(move)
    with qtbot.assertNotEmitted(cloud.point_picked):
        qtbot.mouseRelease(cloud, button, pos=to.toPoint())
    assert cloud.ranges[0][0] == pytest.approx(left - shift)
    cloud.reset_zoom()
    assert cloud.ranges == before


def test_arrows_go_to_the_next_point_in_their_direction(cloud: PointCloud, qtbot: QtBot) -> None:
    cloud.setFocus()
    way = []
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Down):
        qtbot.keyClick(cloud, key)
        way.append(cloud.current)
    assert way[0] == 4
    assert way[1] in (1, 2)
    assert way[-1] in (0, 4)
    with qtbot.waitSignal(cloud.point_picked) as picked:
        qtbot.keyClick(cloud, Qt.Key.Key_Return)
    assert picked.args == [cloud.current]


def test_hover_tells_the_point(cloud: PointCloud) -> None:
    where = QPointF(*cloud._axes.to_screen(POINTS[2:3])[0])
    assert cloud.value_at(where) == "point 2"
    assert cloud.value_at(where - QPointF(60, -60)) is None


def test_the_picture_shows_away_from_its_point(cloud: PointCloud) -> None:
    without = cloud.grab().toImage()
    cloud.set_current(0)
    corner = cloud._axes.body.topRight() + QPointF(-45, 45)
    assert cloud.grab().toImage().copy(
        int(corner.x()) - 30, int(corner.y()) - 30, 60, 60
    ) != without.copy(int(corner.x()) - 30, int(corner.y()) - 30, 60, 60)


@pytest.mark.parametrize(("height", "is_there"), [(90, False), (180, True), (400, True)])
def test_the_picture_stays_within_the_plot(cloud: PointCloud, height: int, is_there: bool) -> None:
    cloud.resize(500, height)
    without, body = cloud.grab().toImage(), cloud._axes.body
    cloud.set_current(0)
    image, ring = cloud.grab().toImage(), cloud.current_point()
    changed = [
        (x, y)
        for x in range(500)
        for y in range(height)
        if max(abs(x - ring.x()), abs(y - ring.y())) > 20
        and image.pixel(x, y) != without.pixel(x, y)
    ]
    assert bool(changed) == is_there
    assert all(body.contains(x, y) for x, y in changed)


def test_what_is_not_finite_is_left_out(cloud: PointCloud) -> None:
    holed = POINTS.copy()
    holed[3] = np.nan, 1.0
    cloud.set_points(holed, KINDS, [], np.ones(5, bool))
    cloud.grab()
    for _ in range(3):
        cloud.move_current(1, 0)
    assert cloud.current in (1, 2)
    cloud.set_points(np.full((2, 2), np.inf), np.zeros(2, int), [], np.zeros(2, bool))
    assert "no finite points" in cloud.empty_text
    cloud.grab()


def test_its_numbers_and_picture_can_be_saved(cloud: PointCloud, tmp_path) -> None:
    assert cloud.csv_rows()[1] == [0.0, 0.0, "a", 0, "point 0"]
    cloud.render_svg(tmp_path / "cloud.svg")
    assert "<svg" in (tmp_path / "cloud.svg").read_text()


def test_between_numbers_of_categories_there_are_none(cloud: PointCloud) -> None:
    cloud.set_points(POINTS / 4, KINDS, list("abcdefghij"), np.zeros(5, bool))
    texts = [text for _, text in cloud._axes.x_ticks]
    assert "0.2" in texts
    cloud.set_whole(True, False)
    assert [text for _, text in cloud._axes.x_ticks] == ["0", "1"]
    assert any("." in text for _, text in cloud._axes.y_ticks)
