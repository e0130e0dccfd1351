"""Curves over time: cursor, values beside it, dragging, zooming to a rectangle, gaps."""

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QFont, QKeyEvent, QMouseEvent
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from visualmlp.gui import theme
from visualmlp.gui.widgets.time_plot import TimePlot, _apart

STEPS = np.arange(200.0)
LOSS = 2 * np.exp(-STEPS / 50)
LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def plot(shown, qapp: QApplication) -> TimePlot:
    plot = TimePlot()
    plot.set_axes("step", "loss")
    plot.set_series("batch", STEPS, LOSS)
    plot.set_time(120, has_future=False, signs=())
    shown(plot, 600, 400)
    plot.grab()
    return plot


def at(plot: TimePlot, x: float, y: float) -> QPointF:
    return QPointF(*plot._axes.to_screen(np.array([[x, y]]))[0].tolist())


def mouse(plot: TimePlot, kind: QEvent.Type, pos: QPointF, modifiers=NONE, buttons=LEFT) -> None:
    button = NO_BUTTON if kind == QEvent.Type.MouseMove else LEFT
    glob = plot.mapToGlobal(pos)
    QApplication.sendEvent(plot, QMouseEvent(kind, pos, glob, button, buttons, modifiers))


def drag(plot: TimePlot, start: QPointF, stop: QPointF, modifiers=NONE) -> None:
    mouse(plot, QEvent.Type.MouseButtonPress, start, modifiers)
    mouse(plot, QEvent.Type.MouseMove, (start + stop) / 2, modifiers)
    mouse(plot, QEvent.Type.MouseMove, stop, modifiers)
    mouse(plot, QEvent.Type.MouseButtonRelease, stop, modifiers, NO_BUTTON)


def test_dragging_moves_the_cursor_and_a_click_too(plot: TimePlot, qtbot: QtBot) -> None:
    with qtbot.waitSignal(plot.scrubbed) as moved:
        drag(plot, at(plot, 50, 1), at(plot, 80, 1))
    assert 50 < moved.args[0] < 80
    with qtbot.waitSignal(plot.x_picked) as picked:
        qtbot.mouseClick(plot, LEFT, pos=at(plot, 33, 1).toPoint())
    assert picked.args[0] == pytest.approx(33, abs=1)
    assert plot.following


@pytest.mark.parametrize("by_switch", [False, True])
def test_a_rectangle_is_zoomed_to(plot: TimePlot, qtbot: QtBot, by_switch: bool) -> None:
    plot.set_drags_zoom(by_switch)
    with qtbot.assertNotEmitted(plot.scrubbed), qtbot.assertNotEmitted(plot.x_picked):
        drag(plot, at(plot, 40, 1.5), at(plot, 90, 0.5), NONE if by_switch else SHIFT)
    assert plot.x_range() == pytest.approx((40, 90), abs=0.5)
    assert plot.y_range() == pytest.approx((0.5, 1.5), abs=0.02)
    assert not plot.following


def test_a_flat_rectangle_zooms_x_only_and_a_narrow_one_not_at_all(plot: TimePlot) -> None:
    before = plot.x_range()
    drag(plot, at(plot, 40, 1), at(plot, 41, 1.9), SHIFT)
    assert plot.x_range() == before
    start = at(plot, 40, 1)
    drag(plot, start, QPointF(at(plot, 90, 1).x(), start.y() + 2), SHIFT)
    plot.grab()
    low, high = plot.y_range()
    assert plot.x_range() == pytest.approx((40, 90), abs=0.5)
    assert low < LOSS[90] < LOSS[40] < high


def test_escape_gives_a_rectangle_up(plot: TimePlot, qtbot: QtBot) -> None:
    before = plot.x_range()
    start, stop = at(plot, 40, 1.5), at(plot, 90, 0.5)
    mouse(plot, QEvent.Type.MouseButtonPress, start, SHIFT)
    mouse(plot, QEvent.Type.MouseMove, stop, SHIFT)
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    mouse(plot, QEvent.Type.MouseButtonRelease, stop, SHIFT, NO_BUTTON)
    assert plot.x_range() == before


def takes_home(plot: TimePlot) -> bool:
    """Whether the plot wants the key before a shortcut of the window gets it."""
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Home, NONE)
    event.ignore()
    QApplication.sendEvent(plot, event)
    return event.isAccepted()


def test_home_leaves_a_zoom_and_is_the_windows_without_one(plot: TimePlot, qtbot: QtBot) -> None:
    assert not takes_home(plot)
    plot.set_x_range(5, 9)
    assert takes_home(plot)
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert plot.following


def test_the_keyboard_follows_the_crosshair_out_of_the_zoomed_range(
    plot: TimePlot, qtbot: QtBot
) -> None:
    plot.set_x_range(10, 20)
    plot.set_crosshair(20)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.crosshair == 21
    assert plot.x_range() == (15, 25)
    assert plot.accessibleDescription().startswith("step 21\nbatch: ")


# Values


def ink(plot: TimePlot, pos: QPointF) -> str:
    return plot.grab().toImage().pixelColor(pos.toPoint()).name()


def test_a_dot_lies_on_the_curve_at_the_cursor_or_else_at_the_crosshair(plot: TimePlot) -> None:
    dot = theme.LIGHT.series[0]
    cursor, cross = at(plot, 120, LOSS[120]), at(plot, 40, LOSS[40])
    beside = QPointF(-2, 0)
    assert ink(plot, cursor + beside) == dot
    plot.set_crosshair(40)
    assert ink(plot, cross + beside) == dot
    assert ink(plot, cross + beside + QPointF(0, 12)) != dot


def test_values_close_to_each_other_are_moved_apart() -> None:
    assert _apart([10, 50], 10, 0, 100) == [10, 50]
    assert _apart([50, 51, 52], 10, 0, 100) == [50, 60, 70]
    assert _apart([96, 97], 10, 0, 100) == [85, 95]
    assert _apart([-5, 1], 10, 0, 100) == [5, 15]
    assert len(_apart([1, 2, 3, 4], 10, 0, 25)) == 2
    assert _apart([], 10, 0, 100) == []


# Gaps and lone points


def marks_of_gaps(plot: TimePlot) -> list[int]:
    """Pixels of the lowest lines of the plot that are not ground, cursor or signs."""
    image, body = plot.grab().toImage(), plot._axes.body
    row = int(body.bottom() - 6)
    columns = range(int(body.left()) + 2, int(body.right()) - 1)
    bad = theme.LIGHT.bad
    return [x for x in columns if image.pixelColor(x, row).name() == bad]


def test_gaps_are_marked(plot: TimePlot) -> None:
    assert not marks_of_gaps(plot)
    y = LOSS.copy()
    y[50:60] = np.nan
    plot.set_series("batch", STEPS, y)
    plot.grab()
    places = marks_of_gaps(plot)
    low, high = at(plot, 50, 0).x(), at(plot, 60, 0).x()
    assert places
    assert all(low - 10 <= x <= high + 10 for x in places)


def test_what_has_no_logarithm_is_marked_once_logarithms_are_shown(plot: TimePlot) -> None:
    y = LOSS.copy()
    y[100] = 0.0
    plot.set_series("batch", STEPS, y)
    plot.grab()
    assert not marks_of_gaps(plot)
    plot.set_log_y(True)
    plot.grab()
    assert marks_of_gaps(plot)


def test_a_run_of_one_step_is_seen(plot: TimePlot) -> None:
    plot.set_time(1, has_future=False, signs=())
    plot.set_series("batch", [0.0], [2.0])
    plot.grab()
    image, place = plot.grab().toImage(), at(plot, 0, 2.0).toPoint()
    around = [QPoint(dx, dy) for dx in range(-3, 4) for dy in (-1, 0, 1)]
    grounds = {theme.LIGHT.background, theme.LIGHT.grid}
    assert {image.pixelColor(place + away).name() for away in around} - grounds


# Logarithmic x


def test_on_a_logarithmic_x_axis_places_are_values_again(plot: TimePlot, qtbot: QtBot) -> None:
    plot.set_log_x(True)
    plot.grab()
    assert plot.x_range()[0] == pytest.approx(0, abs=0.1)
    assert plot.x_range()[1] == pytest.approx(np.log10(199), abs=0.2)
    middle = QPointF(plot._x_on_screen(plot._axes, 10.0), plot._axes.body.center().y())
    with qtbot.waitSignal(plot.x_picked) as picked:
        qtbot.mouseClick(plot, LEFT, pos=middle.toPoint())
    assert picked.args[0] == pytest.approx(10, rel=0.03)
    assert plot.value_at(middle).startswith("step 10\n")
    plot.set_crosshair(10)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.crosshair == 11
    assert plot.accessibleDescription().startswith("step 11\n")
    plot.set_time(0, has_future=True, signs=())
    plot.grab()  # a cursor that has no place there


def test_linked_plots_share_a_logarithmic_axis(plot: TimePlot, shown) -> None:
    other = TimePlot()
    other.set_series("epochs", [0.0, 500.0, 1000.0], [1.0, 2.0, 3.0], role="line+marks")
    plot.link_x(other)
    shown(other)
    plot.set_log_x(True)
    plot.refresh()
    other.refresh()
    assert plot.x_range() == other.x_range()
    assert plot.x_range()[1] >= 3
    plot.set_log_x(False)
    plot.refresh()
    assert plot.x_range()[1] >= 1000


def test_nothing_beyond_0_leaves_a_logarithmic_axis_empty(plot: TimePlot) -> None:
    plot.set_series("batch", [0.0], [2.0])
    plot.set_log_x(True)
    plot.grab()
    low, high = plot.x_range()
    assert low < high


class Painted(TimePlot):
    """Counts how often it is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def draw_points(self, painter, axes) -> None:
        self.count += 1
        super().draw_points(painter, axes)


def test_what_looks_the_same_is_not_painted_again(shown, qapp: QApplication) -> None:
    plot = Painted()
    x, y = np.array([0.0, 50_000.0, 100_000.0]), np.array([1.0, 0.5, 0.4])
    plot.set_series("validation", x, y, role="line+marks")
    plot.set_time(60_000, has_future=False, signs=())
    shown(plot, 600, 400)
    qapp.processEvents()

    def painted_after(change) -> bool:
        plot.count = 0
        change()
        qapp.processEvents()
        return plot.count > 0

    def again(values: np.ndarray) -> None:
        plot.set_series("validation", x.copy(), values, role="line+marks")

    assert not painted_after(lambda: again(y.copy()))
    assert not painted_after(lambda: plot.set_time(60_001, has_future=False, signs=()))
    assert not painted_after(lambda: plot.set_series_visible("validation", True))
    assert painted_after(lambda: plot.set_time(70_000, has_future=False, signs=()))
    assert painted_after(lambda: again(2 * y))
    plot.set_time(99_999, has_future=False, signs=())
    qapp.processEvents()
    assert painted_after(lambda: plot.set_time(100_000, has_future=False, signs=()))


def test_kept_axes_look_as_new_ones(plot: TimePlot, qapp: QApplication) -> None:
    plot.set_x_range(20, 90)
    plot.set_series("batch", STEPS, LOSS * 3)
    kept = plot.grab().toImage()
    plot.grab()
    assert plot.grab().toImage() == kept
    plot._ground = None
    assert plot.grab().toImage() == kept
    plot.set_x_range(20, 140)
    assert plot.grab().toImage() != kept
    underlined = QFont(plot.font())
    underlined.setUnderline(True)  # of the same size
    plot.setFont(underlined)
    qapp.processEvents()
    kept = plot.grab().toImage()
    plot._ground = None
    assert plot.grab().toImage() == kept


def test_what_crosses_mean_stands_beside_the_name_of_the_axis(plot: TimePlot) -> None:
    assert plot.note() == ""
    with_gap = LOSS.copy()
    with_gap[40:60] = np.nan
    plot.set_series("batch", STEPS, with_gap)
    plot.refresh()
    plot.grab()
    assert plot.note() == plot._axes.note == "× NaN or ∞"
    plot.set_log_y(True)
    plot.refresh()
    plot.grab()
    assert plot._axes.note == "× ≤ 0, NaN or ∞"
    plot.set_series("batch", STEPS, LOSS)
    plot.refresh()
    plot.grab()
    assert plot._axes.note == ""
