"""Drawing with mouse, pen, touch and keyboard."""

from __future__ import annotations

from unittest.mock import Mock

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import (
    QEventPoint,
    QInputDevice,
    QPointingDevice,
    QPointingDeviceUniqueId,
    QTabletEvent,
    QTouchEvent,
)
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from visualmlp.gui.widgets.canvas import Canvas
from visualmlp.gui.widgets.strokes import LONG_SIDE

LEFT = Qt.MouseButton.LeftButton
_PEN, _ERASER = QPointingDevice.PointerType.Pen, QPointingDevice.PointerType.Eraser


@pytest.fixture
def canvas(shown) -> Canvas:
    canvas = Canvas()
    canvas.set_shape((28, 28))
    return shown(canvas, 320, 300)


def at(canvas: Canvas, x: float, y: float) -> QPointF:
    """Where a place in shares of the canvas is on the widget."""
    paper = canvas._paper()
    return paper.topLeft() + QPointF(x, y) * paper.width()


def drag(canvas: Canvas, *places: tuple[float, float]) -> None:
    points = [at(canvas, *place).toPoint() for place in places]
    QTest.mousePress(canvas, LEFT, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, LEFT, pos=points[-1])


def pixel(canvas: Canvas, x: float, y: float) -> int:
    return int(canvas.ink()[round(y * (LONG_SIDE - 1)), round(x * (LONG_SIDE - 1))])


def thickness(canvas: Canvas, x: float) -> float:
    """Share of the canvas that is inked along the vertical at ``x``."""
    return float(canvas.ink()[:, round(x * LONG_SIDE)].sum()) / 255 / LONG_SIDE


def tablet(canvas: Canvas, kind, x: float, y: float, pressure: float, pointer=_PEN) -> None:
    device = QPointingDevice(
        "pen",
        1,
        QInputDevice.DeviceType.Stylus,
        pointer,
        QInputDevice.Capability.Pressure,
        1,
        1,
        "",
        QPointingDeviceUniqueId(),
    )
    pos = at(canvas, x, y)
    event = QTabletEvent(
        kind,
        device,
        pos,
        QPointF(canvas.mapToGlobal(pos)),
        pressure,
        *(0.0, 0.0, 0.0, 0.0, 0.0),
        Qt.KeyboardModifier.NoModifier,
        LEFT,
        LEFT,
    )
    QApplication.sendEvent(canvas, event)


def touch(canvas: Canvas, kind, state, *places: tuple[float, float]) -> None:
    device = QPointingDevice(
        "screen",
        2,
        QInputDevice.DeviceType.TouchScreen,
        QPointingDevice.PointerType.Finger,
        QInputDevice.Capability.Position,
        5,
        0,
        "",
        QPointingDeviceUniqueId(),
    )
    points = []
    for finger, place in enumerate(places):
        pos = at(canvas, *place)
        points.append(QEventPoint(finger, state, pos, QPointF(canvas.mapToGlobal(pos))))
    event = QTouchEvent(kind, device, Qt.KeyboardModifier.NoModifier, points)
    QApplication.sendEvent(canvas, event)


def test_the_mouse_draws_where_it_is_dragged(canvas, qtbot) -> None:
    assert canvas.is_empty
    with qtbot.waitSignal(canvas.changed):
        drag(canvas, (0.2, 0.5), (0.8, 0.5))
    assert pixel(canvas, 0.5, 0.5) == 255
    assert pixel(canvas, 0.5, 0.3) == 0
    assert thickness(canvas, 0.5) == pytest.approx(0.09, abs=0.01)
    QTest.mouseMove(canvas, at(canvas, 0.5, 0.9).toPoint())
    assert pixel(canvas, 0.5, 0.9) == 0, "drew with the button up"


def test_a_click_makes_a_dot_and_ink_beyond_the_border_does_no_harm(canvas) -> None:
    drag(canvas, (0.5, 0.5))
    assert pixel(canvas, 0.5, 0.5) == 255
    drag(canvas, (0.9, 0.5), (1.3, -0.4))
    assert canvas.ink().shape == (LONG_SIDE, LONG_SIDE)


@pytest.mark.parametrize("width", [0.03, 0.2])
def test_the_pen_is_as_wide_as_chosen(canvas, width) -> None:
    canvas.set_pen_width(width)
    drag(canvas, (0.1, 0.5), (0.9, 0.5))
    assert thickness(canvas, 0.5) == pytest.approx(width, abs=0.01)


def test_the_eraser_takes_ink_away(canvas) -> None:
    drag(canvas, (0.1, 0.5), (0.9, 0.5))
    canvas.set_eraser(True)
    drag(canvas, (0.5, 0.2), (0.5, 0.8))
    assert pixel(canvas, 0.5, 0.5) == 0
    assert pixel(canvas, 0.2, 0.5) == 255


def test_strokes_are_taken_back_and_made_again_one_by_one(canvas) -> None:
    states = [canvas.ink()]
    for y in (0.2, 0.5, 0.8):
        drag(canvas, (0.2, y), (0.8, y))
        states.append(canvas.ink())
    canvas.clear()
    states.append(canvas.ink())
    assert not states[-1].any()
    for wanted in reversed(states[:-1]):
        assert canvas.can_undo
        canvas.undo()
        np.testing.assert_array_equal(canvas.ink(), wanted)
    assert not canvas.can_undo
    for wanted in states[1:]:
        canvas.redo()
        np.testing.assert_array_equal(canvas.ink(), wanted)
    assert not canvas.can_redo
    canvas.undo()
    drag(canvas, (0.5, 0.5))
    assert not canvas.can_redo, "a new stroke ends what can be made again"


def test_undo_works_by_its_keys_before_the_windows_own(canvas) -> None:
    drag(canvas, (0.2, 0.5), (0.8, 0.5))
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not canvas.ink().any()
    QTest.keyClick(
        canvas,
        Qt.Key.Key_Z,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    assert canvas.ink().any()


def test_a_pen_pressed_harder_draws_wider_and_its_other_end_erases(canvas) -> None:
    kinds = QEvent.Type
    for y, pressure in ((0.3, 0.1), (0.7, 1.0)):
        tablet(canvas, kinds.TabletPress, 0.1, y, pressure)
        tablet(canvas, kinds.TabletMove, 0.9, y, pressure)
        tablet(canvas, kinds.TabletRelease, 0.9, y, 0.0)
    column = canvas.ink()[:, LONG_SIDE // 2] > 127
    upper, lower = column[: LONG_SIDE // 2].sum(), column[LONG_SIDE // 2 :].sum()
    assert lower > 2 * upper > 0
    tablet(canvas, kinds.TabletPress, 0.5, 0.7, 1.0, _ERASER)
    tablet(canvas, kinds.TabletRelease, 0.5, 0.7, 0.0, _ERASER)
    assert pixel(canvas, 0.5, 0.7) == 0


def test_a_finger_draws(canvas) -> None:
    kinds, states = QEvent.Type, QEventPoint.State
    touch(canvas, kinds.TouchBegin, states.Pressed, (0.2, 0.2))
    touch(canvas, kinds.TouchUpdate, states.Updated, (0.8, 0.2))
    touch(canvas, kinds.TouchEnd, states.Released, (0.8, 0.2))
    touch(canvas, kinds.TouchUpdate, states.Updated, (0.5, 0.5))
    assert pixel(canvas, 0.5, 0.2) == 255
    assert pixel(canvas, 0.5, 0.5) == 0
    canvas.undo()
    assert not canvas.ink().any()


def test_each_finger_draws_a_stroke_of_its_own(canvas) -> None:
    """PyQt makes every QEventPoint with the number 0, so the event is a stand-in here."""
    for state, x in (("Pressed", 0.2), ("Updated", 0.8), ("Released", 0.8)):
        points = [
            Mock(
                id=Mock(return_value=finger),
                state=Mock(return_value=state),
                State=Mock(Pressed="Pressed", Updated="Updated", Released="Released"),
                globalPosition=Mock(return_value=QPointF(canvas.mapToGlobal(at(canvas, x, y)))),
            )
            for finger, y in enumerate((0.2, 0.8))
        ]
        canvas._touch(Mock(points=Mock(return_value=points)))
    assert pixel(canvas, 0.5, 0.2) == pixel(canvas, 0.5, 0.8) == 255
    assert pixel(canvas, 0.5, 0.5) == 0
    canvas.undo()
    assert canvas.ink().any()
    canvas.undo()
    assert not canvas.ink().any()


def test_the_keyboard_moves_a_pen_that_is_put_down_and_lifted(canvas) -> None:
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert canvas.is_empty
    assert "pen up" in canvas.accessibleDescription()
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert "pen down" in canvas.accessibleDescription()
    for _ in range(8):
        QTest.keyClick(canvas, Qt.Key.Key_Down)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    x = 0.5 - 1 / 28
    assert pixel(canvas, x, 0.6) == 255
    assert pixel(canvas, x + 0.2, 0.5 + 8 / 28) == 0
    for _ in range(60):
        QTest.keyClick(canvas, Qt.Key.Key_Up)
    assert "0% from the top" in canvas.accessibleDescription()


def test_pictures_that_are_no_squares_have_a_canvas_of_their_shape(canvas) -> None:
    canvas.set_shape((10, 20))
    assert canvas.ink().shape == (LONG_SIDE // 2, LONG_SIDE)
    drag(canvas, (0.1, 0.25), (0.9, 0.25))
    assert canvas.ink()[LONG_SIDE // 4, LONG_SIDE // 2] == 255


def test_the_screen_shows_the_ink(canvas) -> None:
    drag(canvas, (0.1, 0.5), (0.9, 0.5))
    picture = canvas.grab().toImage()
    inked, blank = at(canvas, 0.5, 0.5).toPoint(), at(canvas, 0.5, 0.2).toPoint()
    assert picture.pixelColor(inked).lightness() < 60
    assert picture.pixelColor(blank).lightness() > 240
