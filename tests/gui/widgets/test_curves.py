"""Curves: their points, ranges, legend and values."""

from itertools import combinations
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PyQt6.QtGui import QImage, QMouseEvent, QPainter, QWheelEvent
from PyQt6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from visualmlp.gui import theme
from visualmlp.gui.widgets.curves import CurvePlot
from visualmlp.gui.widgets.legend import Legend
from visualmlp.gui.widgets.legend_key import KEY_HEIGHT, KEY_WIDTH, Key, Role
from visualmlp.gui.widgets.range_plot import nearest_index

ROLES = get_args(Role)
STEPS = np.arange(200)
LOSS = np.exp(-STEPS / 50)


@pytest.fixture
def plot(shown, qapp: QApplication) -> CurvePlot:
    plot = CurvePlot()
    plot.set_axes("step", "loss (batch mean)")
    plot.set_series("training", STEPS, LOSS)
    plot.set_series("validation", STEPS[::50], LOSS[::50] + 0.1, role="smooth", style_index=1)
    shown(plot, 600, 400)
    plot.refresh()
    return plot


def test_few_points_are_drawn_as_they_are(plot: CurvePlot) -> None:
    x, y = plot.drawn("training")
    np.testing.assert_array_equal(x, STEPS)
    np.testing.assert_array_equal(y, LOSS)
    low, high = plot.x_range()
    assert low < 0 < 199 < high


def test_a_million_points_become_two_a_pixel(plot: CurvePlot) -> None:
    y = np.random.default_rng(0).normal(size=1_000_000)
    plot.set_series("training", np.arange(1_000_000), y)
    plot.refresh()
    _, drawn = plot.drawn("training")
    assert len(drawn) <= 2 * 600 + 2
    assert (drawn.min(), drawn.max()) == (y.min(), y.max())


def test_ranges_follow_the_data_until_the_user_zooms(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.set_series("training", np.arange(400), np.ones(400))
    plot.refresh()
    assert plot.x_range()[1] > 399
    plot.set_x_range(10, 20)
    plot.set_series("training", np.arange(800), np.ones(800))
    plot.refresh()
    assert plot.x_range() == (10, 20)
    assert not plot.following
    qtbot.keyClick(plot, Qt.Key.Key_0)
    assert plot.following
    assert plot.x_range()[1] > 799


def test_several_changes_are_drawn_once(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.set_series("training", STEPS, LOSS + 1)
    assert plot.drawn("training")[1][0] == 1
    qtbot.waitUntil(lambda: plot.drawn("training")[1][0] == 2)


def test_a_double_click_returns_from_a_zoom(plot: CurvePlot, qtbot: QtBot) -> None:
    told: list[bool] = []
    plot.following_changed.connect(told.append)
    plot.set_x_range(1, 2)
    qtbot.mouseDClick(plot, Qt.MouseButton.LeftButton)
    assert plot.following
    assert (told[0], told[-1]) == (False, True)


def test_new_data_are_painted_once(plot: CurvePlot, qapp: QApplication, monkeypatch) -> None:
    qapp.processEvents()
    painted: list[int] = []
    draw = CurvePlot.draw_points
    monkeypatch.setattr(CurvePlot, "draw_points", lambda *args: (painted.append(1), draw(*args)))
    plot.set_series("training", STEPS, LOSS * 3)
    for _ in range(3):
        qapp.processEvents()
    assert len(painted) == 1


def test_the_legend_switches_series(plot: CurvePlot, shown, qtbot: QtBot) -> None:
    legend = shown(Legend(), 400, 30)
    legend.toggled.connect(plot.set_series_visible)
    legend.set_keys(plot.keys())
    button = legend.findChild(QToolButton, "training")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    plot.refresh()
    assert len(plot.y_values()) == 4
    legend.set_keys(plot.keys())
    assert button.font().strikeOut()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    plot.refresh()
    assert len(plot.y_values()) == 204


def test_the_legend_is_rebuilt_only_for_other_series(plot: CurvePlot, shown) -> None:
    legend = shown(Legend(), 400, 30)
    legend.set_keys(plot.keys())
    button = legend.findChild(QToolButton, "training")
    icon = button.icon().cacheKey()
    plot.set_series("training", STEPS, LOSS / 2)
    legend.set_keys(plot.keys())
    assert legend.findChild(QToolButton, "training") is button
    assert button.icon().cacheKey() == icon
    plot.set_series("training", STEPS, LOSS, short="train")
    legend.set_keys(plot.keys())
    assert (button.text(), button.accessibleName()) == ("train", "training")


def test_keys_of_all_roles_look_different(qapp: QApplication) -> None:
    keys = [Key("a", role, 1, pale=False, visible=True) for role in ROLES]
    keys.append(Key("a", "raw", 1, pale=True, visible=True))
    pictures = []
    for key in keys:
        image = QImage(KEY_WIDTH, KEY_HEIGHT, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        key.draw(painter, QRectF(image.rect()))
        painter.end()
        pictures.append(image)
    assert all(one != other for one, other in combinations(pictures, 2))


def test_the_crosshair_tells_all_values_and_where_they_are(plot: CurvePlot) -> None:
    plot.set_crosshair(99.8)
    assert plot.values_text() == "step 100\ntraining: 0.1353\nvalidation: 0.2353"
    plot.set_crosshair(60)
    assert "validation: 0.4679 (at 50)" in plot.values_text()
    plot.set_crosshair(None)
    assert plot.values_text() == ""


def test_arrow_keys_move_the_crosshair(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.set_crosshair(50)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.values_text().startswith("step 51\n")
    assert plot.accessibleDescription() == plot.values_text()
    with qtbot.waitSignal(plot.x_picked) as picked:
        qtbot.keyClick(plot, Qt.Key.Key_Return)
    assert picked.args == [51]


def test_log_y_draws_logarithms_and_drops_what_has_none(plot: CurvePlot) -> None:
    plot.set_series("training", [0, 1, 2], [100.0, 0.0, -1.0])
    plot.set_log_y(True)
    plot.refresh()
    np.testing.assert_array_equal(plot.drawn("training")[1], [2, np.nan, np.nan])


def test_a_raw_line_is_pale_beside_its_smooth_one(plot: CurvePlot) -> None:
    strong = plot.keys()["training"].pen().color()
    plot.set_series("smoothed", STEPS, LOSS, role="smooth", style_index=0)
    pale = plot.keys()["training"].pen().color()
    assert pale.lightness() > strong.lightness()
    plot.remove_series("smoothed")
    assert plot.keys()["training"].pen().color() == strong


def test_linked_plots_share_x(plot: CurvePlot, shown, qapp: QApplication) -> None:
    other = CurvePlot()
    other.set_series("accuracy", np.arange(500), np.ones(500))
    shown(other)
    plot.link_x(other)
    plot.refresh()
    assert plot.x_range() == other.x_range()
    assert plot.x_range()[1] > 499
    other.set_x_range(3, 30)
    assert plot.x_range() == (3, 30)
    assert not plot.following
    qapp.processEvents()
    plot.reset_zoom()
    assert other.following


def ink_at(plot: CurvePlot, x: float, y: float) -> str:
    (point,) = plot._axes.to_screen(np.array([[x, y]])).round().astype(int).tolist()
    return plot.grab().toImage().pixelColor(*point).name()


def test_marks_and_the_cursor_line(plot: CurvePlot) -> None:
    plot.set_series("best", [150], [0.8], role="marks", style_index=2)
    plot.grab()
    assert ink_at(plot, 150, 0.8) == theme.LIGHT.series[2]
    assert ink_at(plot, 42, 0.81) == theme.LIGHT.background
    plot.mark_at(42)
    assert (plot.marked, ink_at(plot, 42, 0.81)) == (42, theme.LIGHT.highlight)
    plot.mark_at(None)
    assert ink_at(plot, 42, 0.81) == theme.LIGHT.background


def test_marks_of_a_joined_line_are_thinned_and_stay_while_it_grows(plot: CurvePlot) -> None:
    x = np.arange(1000)
    plot.clear()
    plot.set_series("epochs", x[:901], x[:901], role="line+marks")
    plot.refresh()
    assert len(plot.drawn("epochs")[0]) == 901
    before = plot._series["epochs"].marks[:, 0]
    assert before[-1] == 900
    assert len(before) <= 600 / 16 + 2
    plot.set_series("epochs", x[:903], x[:903], role="line+marks")
    plot.refresh()
    np.testing.assert_array_equal(plot._series["epochs"].marks[:-1, 0], before[:-1])


def test_without_series_a_text_says_so(plot: CurvePlot) -> None:
    assert plot.empty_text is None
    plot.clear()
    assert plot.empty_text == "Nothing to show yet."
    assert plot.series_names() == []
    plot.set_series("training", STEPS, LOSS)
    assert plot.empty_text is None


def test_ranges_move_in_steps_while_data_grow(plot: CurvePlot) -> None:
    x = np.arange(1200.0)
    ranges = []
    for count in range(1000, 1100):
        plot.set_series("training", x[:count], 1 / (1 + x[:count]))
        plot.refresh()
        ranges.append((plot.x_range(), plot.y_range()))
        assert plot.x_range()[1] >= count - 1
        assert plot.y_range()[0] <= 1 / count
    assert 2 <= len(set(ranges)) <= 4


def turn_wheel(plot: CurvePlot, pos: QPointF, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    turn = QPoint(0, 120)
    glob = plot.mapToGlobal(pos)
    event = QWheelEvent(pos, glob, QPoint(), turn, none, modifiers, phase, False)
    QApplication.sendEvent(plot, event)


def test_the_wheel_zooms_x_around_the_mouse_and_y_follows(plot: CurvePlot) -> None:
    at = plot._axes.body.center()
    x, y = plot._axes.to_value(at)
    before = plot.x_range()
    turn_wheel(plot, at)
    assert plot.x_range()[1] - plot.x_range()[0] == pytest.approx(0.7 * (before[1] - before[0]))
    plot.grab()
    assert plot._axes.to_value(plot._axes.body.center())[0] == pytest.approx(x)
    plot.set_x_range(150, 190)
    plot.grab()
    assert plot.y_range()[1] < y


def test_the_wheel_beside_the_axis_zooms_y_only(plot: CurvePlot) -> None:
    x_range, y_range = plot.x_range(), plot.y_range()
    turn_wheel(plot, QPointF(plot._axes.body.left() - 5, plot._axes.body.center().y()))
    assert plot.x_range() == x_range
    assert plot.y_range()[1] - plot.y_range()[0] < y_range[1] - y_range[0]
    assert not plot.following
    plot.reset_zoom()
    plot.refresh()
    assert (plot.x_range(), plot.y_range()) == (x_range, y_range)


def test_dragging_pans_and_a_click_picks(plot: CurvePlot, qtbot: QtBot) -> None:
    start, (low, high) = plot._axes.body.center().toPoint(), plot.x_range()
    with qtbot.waitSignal(plot.x_picked) as picked:
        qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=start)
    assert picked.args[0] == pytest.approx((low + high) / 2, abs=1)
    with qtbot.assertNotEmitted(plot.x_picked):
        qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=start)
        drag(plot, QPointF(start) - QPointF(50, 0))
        qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=start - QPoint(50, 0))
    assert plot.x_range()[0] > low
    assert plot.x_range()[1] - plot.x_range()[0] == pytest.approx(high - low)


def drag(plot: CurvePlot, pos: QPointF) -> None:
    left = Qt.MouseButton.LeftButton
    move, none = QEvent.Type.MouseMove, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(plot, QMouseEvent(move, pos, plot.mapToGlobal(pos), left, left, none))


def test_page_keys_pan_and_plus_zooms(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.set_x_range(50, 100)
    qtbot.keyClick(plot, Qt.Key.Key_PageDown)
    assert plot.x_range() == (75, 125)
    qtbot.keyClicks(plot, "+")
    assert plot.x_range() == (82.5, 117.5)


@pytest.mark.parametrize("values", [[0, 5e-324], [1e300, -1e308], [1e-12, 1.1e-12]])
@pytest.mark.parametrize("log_y", [False, True])
def test_no_values_are_trouble(plot: CurvePlot, values: list[float], log_y: bool) -> None:
    plot.clear()
    plot.set_log_y(log_y)
    plot.set_series("odd", [0, 1], values)
    plot.grab()
    low, high = plot.y_range()
    assert low < high


def test_a_file_has_the_legend(plot: CurvePlot, tmp_path: Path) -> None:
    plot.render_svg(tmp_path / "x.svg")
    text = (tmp_path / "x.svg").read_text()
    for word in ("training", "validation", "step", "loss (batch mean)"):
        assert f">{word}<" in text


def test_csv_has_all_points_however_few_are_drawn(plot: CurvePlot) -> None:
    plot.set_series("training", np.arange(50_000), np.arange(50_000) / 10)
    rows = list(plot.csv_rows())
    assert rows[0] == ["series", "step", "value"]
    assert rows[3] == ["training", 2, "0.2"]
    assert len(rows) == 1 + 50_000 + 4


def test_the_look_changes_pens(plot: CurvePlot, qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    qapp.processEvents()
    pen = plot.keys()["validation"].pen()
    assert pen.color().name() == theme.DARK.series[1]
    assert pen.width() == 1


@pytest.mark.parametrize("y", [[np.nan] * 3, [1.0, np.inf, 1.0], [5.0, 5.0, 5.0]])
def test_odd_values_are_drawn(plot: CurvePlot, y: list[float]) -> None:
    plot.set_series("training", [0, 1, 2], y)
    plot.refresh()
    drawn = plot.drawn("training")[1]
    np.testing.assert_array_equal(np.isfinite(drawn), np.isfinite(y))


def test_unequal_lengths_are_an_error(plot: CurvePlot) -> None:
    with pytest.raises(ValueError, match="'a': x has shape"):
        plot.set_series("a", [1, 2], [1])


def test_nearest_index() -> None:
    x = np.array([0, 10, 20])
    assert [nearest_index(x, at) for at in (-5, 4, 6, 14, 99)] == [0, 0, 1, 1, 2]
