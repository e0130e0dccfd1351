"""Hollow and crossed-out points."""

import numpy as np
import pytest
from PyQt6.QtGui import QColor

from visualmlp.gui import theme
from visualmlp.gui.widgets.sample_marks import CurvePlotWithSamples, RegionPlot

POINTS = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])


def colour_at(plot, index: int) -> str:
    x, y = np.round(plot._axes.to_screen(POINTS[index : index + 1])[0]).astype(int).tolist()
    return plot.grab().toImage().pixelColor(x, y).name()


@pytest.fixture(params=[RegionPlot, CurvePlotWithSamples])
def plot(request, shown):
    plot = shown(request.param())
    if request.param is RegionPlot:
        plot.set_points(POINTS, np.zeros(3, int))
    else:
        plot.set_points(POINTS[:, 0], POINTS[:, 1])
    return plot


def test_hollow_and_crossed_points(plot):
    ink = colour_at(plot, 0)
    plot.set_marks(np.array([False, True, False]), np.array([False, False, True]))
    colours = theme.current()
    assert colour_at(plot, 0) == ink
    assert colour_at(plot, 1) == colours.background != ink
    crossed = QColor(colour_at(plot, 2))
    assert crossed.lightness() < QColor(ink).lightness()


def test_marks_of_other_points_are_not_drawn(plot):
    before = [colour_at(plot, index) for index in range(3)]
    plot.set_marks(np.ones(5, bool), np.ones(5, bool))
    assert [colour_at(plot, index) for index in range(3)] == before


def test_cells_without_a_class_are_grey(shown):
    plot = shown(RegionPlot())
    confidence = np.array([[np.nan, 1.0], [0.5, 1.0]])
    plot.set_class_field(np.zeros((2, 2), int), confidence, (0.0, 1.0), (0.0, 1.0))
    image = plot.field_image
    assert image[1, 0] == QColor(theme.current().muted).rgb()
    assert np.count_nonzero(image == image[1, 0]) == 1
