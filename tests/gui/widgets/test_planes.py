"""Plots over one or two inputs."""

from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor
from pytestqt.qtbot import QtBot

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps
from visualmlp.gui.widgets.axes import range_over, ticks
from visualmlp.gui.widgets.fit_plot import FitPlot
from visualmlp.gui.widgets.glyphs import glyphs
from visualmlp.gui.widgets.scatter import FieldPlot

POINTS = np.array([[0.25, 0.25], [0.75, 0.5], [0.5, 0.9]])


@pytest.fixture
def plot(shown) -> FieldPlot:
    plot = FieldPlot()
    plot.set_axes("petal length (cm)", "petal width (cm)")
    plot.set_classes(["setosa", "virginica"])
    plot.set_class_field(np.array([[0, 0], [1, 1]]), np.array([[1, 1], [0.5, 1]]), (0, 1), (0, 1))
    plot.set_points(POINTS, np.array([0, 1, 1]))
    return shown(plot, 400, 360)


def test_the_field_lies_with_its_first_row_at_the_bottom(plot: FieldPlot) -> None:
    image = plot.field_image
    assert image[1, 0] == image[1, 1] != image[0, 1]
    picture, body = plot.grab().toImage(), plot._axes.body
    low = picture.pixelColor((body.bottomLeft() + QPointF(15, -15)).toPoint())
    high = picture.pixelColor((body.topRight() + QPointF(-15, 15)).toPoint())
    assert low.rgb() == int(image[1, 0])
    assert high.rgb() == int(image[0, 1])


def test_confidence_is_the_strength_of_the_colour(plot: FieldPlot) -> None:
    weak, strong = (QColor(int(pixel)) for pixel in plot.field_image[0])
    assert weak.hsvSaturation() < strong.hsvSaturation()


def test_points_have_their_places_and_colours(plot: FieldPlot) -> None:
    picture = plot.grab().toImage()
    for index, kind in enumerate((0, 1, 1)):
        plot._current = index
        point = plot.current_point()
        assert picture.pixelColor(point.toPoint()).name() == theme.LIGHT.series[kind]


def test_hover_tells_point_and_field(plot: FieldPlot) -> None:
    plot.set_current(1)
    text = plot.value_at(plot.current_point())
    assert text == (
        "point 1: virginica (petal length (cm) 0.75, petal width (cm) 0.5)\n"
        "predicted: virginica (1)"
    )
    away = plot._axes.body.topLeft() + QPointF(3, 3)
    assert "predicted: virginica (0.5)" in (plot.value_at(away) or "")
    assert plot.value_at(QPointF(1, 1)) is None


def test_a_point_is_picked_by_mouse_and_keyboard(plot: FieldPlot, qtbot: QtBot) -> None:
    plot.set_current(2)
    at = plot.current_point().toPoint()
    with qtbot.waitSignal(plot.point_picked) as picked:
        qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=at)
    assert picked.args == [2]
    with qtbot.waitSignal(plot.point_picked) as picked:
        qtbot.keyClick(plot, Qt.Key.Key_Right)
        qtbot.keyClick(plot, Qt.Key.Key_Return)
    assert picked.args == [1]


def test_a_quantity_has_a_scale(plot: FieldPlot) -> None:
    values = np.array([[-1.0, 0.0], [1.0, np.nan]])
    plot.set_scalar_field(values, (0, 1), (0, 1))
    table = colour_maps.lut("diverging")
    assert plot.field_image.tolist() == [[table[254], table[255]], [table[0], table[127]]]
    corner = plot._axes.body.bottomLeft() + QPointF(4, -4)
    assert "value −1" in (plot.value_at(corner) or "")


def test_points_alone_and_unlabelled(shown) -> None:
    plot = FieldPlot()
    plot.set_points(np.array([[1.0, 1.0], [np.nan, 2.0]]))
    shown(plot)
    plot.grab()
    assert plot.csv_rows()[1] == ["point", 1.0, 1.0, "", ""]
    plot.set_points(np.zeros((0, 2)))
    assert plot.empty_text


def test_field_csv_has_cells_and_points(plot: FieldPlot) -> None:
    rows = plot.csv_rows()
    assert rows[1] == ["field", 0.25, 0.25, 0, 1]
    assert len(rows) == 1 + 4 + 3


@pytest.fixture
def fit(shown) -> FitPlot:
    fit = FitPlot()
    fit.set_axes("x (m)", "y (s)")
    fit.set_points([0, 1, 2], [0, 1, 4])
    fit.set_curves([0, 1, 2], {"fit": [0, 2, 4]})
    return shown(fit)


def test_fit_hover_tells_points_and_curves(fit: FitPlot) -> None:
    fit.set_current(1)
    assert fit.value_at(fit.current_point()) == "point 1: x (m) 1, y (s) 1"
    x, y = fit._axes.to_screen(np.array([[0.5, 3.0]]))[0]
    text = fit.value_at(QPointF(x, y)) or ""
    assert text.splitlines()[0].startswith("x (m) 0.5")
    assert text.splitlines()[1].startswith("fit 1")


def test_a_runaway_curve_does_not_squash_the_points(fit: FitPlot) -> None:
    fit.set_curves([0, 1, 2], {"fit": [0, 1e9, np.nan]})
    low, high = fit._axes.y_range
    assert high - low < 20
    fit.grab()


def test_fit_csv_and_clear(fit: FitPlot) -> None:
    assert fit.csv_rows()[0] == ["series", "x (m)", "y (s)"]
    assert len(fit.csv_rows()) == 7
    fit.clear()
    assert fit.csv_rows() == [["series", "x (m)", "y (s)"]]
    fit.grab()


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_are_few_round_and_inside(low: float, width: float) -> None:
    places = ticks(low, low + width)
    assert 1 <= len(places) <= 9
    slack = 1e-6 * (abs(low) + width)
    assert all(low - slack <= place <= low + width + slack for place in places)


def test_ranges_have_a_margin_and_are_never_empty() -> None:
    assert range_over(np.array([0.0, 10.0, np.nan])) == (-0.5, 10.5)
    for values in ([], [3.0], [np.inf]):
        low, high = range_over(np.array(values))
        assert low < high


def test_classes_have_different_shapes() -> None:
    areas = [glyphs(np.zeros((1, 2)), kind, 10).boundingRect() for kind in range(4)]
    assert len({(a.width(), a.height()) for a in areas}) == 4
    assert glyphs(np.zeros((3, 2)), 0, 1).elementCount() == 3 * 13


def test_a_legend_and_hover_of_many_curves_say_what_there_is_room_for(shown) -> None:
    fit = FitPlot()
    fit.set_curves([0, 1], {f"unit {i} of layer 1": [i, i] for i in range(30)})
    shown(fit, 400, 300)
    *named, rest = texts_drawn(fit)
    assert 0 < len(named) < 10
    assert rest == f"… {30 - len(named)} more"
    text = fit.value_at(QPointF(*fit._axes.to_screen(np.array([[0.5, 12.2]]))[0])) or ""
    named = [line.split(" of ")[0] for line in text.splitlines()[1:]]
    assert named == [f"unit {i}" for i in range(9, 17)]


def texts_drawn(fit: FitPlot) -> list[str]:
    """What the legend writes."""
    painter = Mock()
    painter.font.return_value = fit.font()
    fit._draw_legend(painter, fit.area())
    return [str(call.args[-1]) for call in painter.drawText.call_args_list]
