import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QApplication

from visualmlp.gui.maths.array_map import ArrayMap


def place(row, column):
    return f"at {row}, {column}"


def shown_map(shown, shape=(300, 200), width=320, height=260):
    values = np.arange(np.prod(shape), dtype=np.float64).reshape(shape)
    map_ = shown(ArrayMap(), width, height)
    map_.set_array(values, "Z (300, 200)", place)
    map_.grab()
    return map_


def wheel(widget, at, notches, modifiers=Qt.KeyboardModifier.NoModifier):
    event = QWheelEvent(
        QPointF(at), QPointF(widget.mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def test_a_large_array_fits_at_first(shown):
    map_ = shown_map(shown)
    area = map_.area()
    first = map_.value_at(area.topLeft() + QPointF(0.3, 0.3))
    last = map_.value_at(area.bottomRight() - QPointF(0.3, 0.3))
    assert first == "at 0, 0 = 0.0"
    assert last == "at 299, 199 = 59999.0"
    assert not map_.shows_numbers


def test_the_wheel_zooms_where_the_mouse_is(shown):
    map_ = shown_map(shown)
    at = QPoint(200, 150)
    before = map_._cell_at(QPointF(at))
    for _ in range(30):
        wheel(map_, at, 1)
    after = map_._cell_at(QPointF(at))
    assert map_.shows_numbers
    assert abs(after[0] - before[0]) <= 2
    assert abs(after[1] - before[1]) <= 2
    map_.grab()
    for _ in range(40):
        wheel(map_, at, -1)
    assert map_.zoom == 1


def test_shift_and_the_wheel_scroll(shown):
    map_ = shown_map(shown)
    map_.show_numbers()
    across = map_.offset().x()
    wheel(map_, QPoint(100, 100), -1, Qt.KeyboardModifier.ShiftModifier)
    assert map_.offset().x() == across + 40


def test_keys_zoom_and_move(qtbot, shown):
    map_ = shown_map(shown)
    map_.setFocus()
    qtbot.keyClicks(map_, "++")
    assert map_.zoom == pytest.approx(2.25)
    qtbot.keyClicks(map_, "-")
    assert map_.zoom == pytest.approx(1.5)
    qtbot.keyClick(map_, Qt.Key.Key_0)
    assert map_.zoom == 1
    map_.set_current(3, 4)
    with qtbot.waitSignal(map_.cell_picked) as picked:
        qtbot.keyClick(map_, Qt.Key.Key_Down)
    assert picked.args == [4, 4]


def test_a_click_picks(qtbot, shown):
    map_ = shown_map(shown, (2, 3))
    cell = map_._cell(1, 2)
    with qtbot.waitSignal(map_.cell_picked) as picked:
        qtbot.mouseClick(map_, Qt.MouseButton.LeftButton, pos=cell.center().toPoint())
    assert picked.args == [1, 2]
    assert map_.shows_numbers


def test_the_framed_cell_is_scrolled_to(shown):
    map_ = shown_map(shown)
    map_.show_numbers()
    map_.set_current(250, 150)
    assert map_.view().contains(map_._cell(250, 150).center())


def test_a_row_or_column_only_is_framed_without_a_cell(shown):
    map_ = shown_map(shown)
    before = map_.grab().toImage()
    map_.set_current(None, 20)
    assert map_.current == (None, 20)
    assert map_.grab().toImage() != before
    assert map_.current_point() is None
    map_.set_current(1000, 5)
    assert map_.current == (None, 5)


def test_zoom_stays_for_arrays_of_the_same_shape_only(shown):
    map_ = shown_map(shown)
    map_.show_numbers()
    map_.set_array(np.zeros((300, 200)), "Z", place)
    assert map_.shows_numbers
    map_.set_array(np.zeros((200, 300)), "Z", place)
    assert map_.zoom == 1


@pytest.mark.parametrize("shape", [(1000, 784), (1, 10), (10, 1), (1, 1)])
def test_pixels_are_no_more_than_the_screen_shows(shown, shape):
    map_ = shown_map(shown, shape)
    pixels = map_._pixels[1]
    assert pixels.shape[0] <= min(shape[0], 260)
    assert pixels.shape[1] <= min(shape[1], 320)


def test_values_that_are_not_finite(shown):
    map_ = shown(ArrayMap())
    map_.set_array(np.array([[np.nan, 1.0], [np.inf, -np.inf]]), "W", place)
    map_.grab()
    assert "3 values are NaN or infinite" in map_._caption_text()


def test_numbers_leave_in_full_precision(shown):
    map_ = shown(ArrayMap())
    map_.set_array(np.array([[0.1, -0.2]], np.float32), "b", place)
    assert map_.csv_rows() == [["0.1", "-0.2"]]
    assert map_.value_at(map_._cell(0, 1).center()) == "at 0, 1 = −0.2"


def test_short_numbers_need_less_room(shown):
    map_ = shown(ArrayMap(), 150, 120)
    map_.set_array(np.full((2, 4), 5.1), "X (2, 4)", place)
    assert map_.shows_numbers
    map_.set_array(np.full((2, 4), -0.000123), "X (2, 4)", place)
    assert not map_.shows_numbers
