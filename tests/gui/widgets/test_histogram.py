"""Histograms over each other: heights, keys, marks, hover, keyboard, files."""

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtTest import QTest

from visualmlp.gui.widgets.histogram import Counts, HistogramPlot, Mark

EDGES = np.array([0.0, 1.0, 2.0, 3.0])
COUNTS = np.array([6, 0, 2])


@pytest.fixture
def plot(shown) -> HistogramPlot:
    plot = shown(HistogramPlot(), 360, 240)
    plot.set_counts(EDGES, COUNTS, "weights", marks=[Mark(2.5, "picked")])
    return plot


def place(plot, x, share=0.5):
    body = plot._axes.body
    left = plot._axes.to_screen(np.array([[x, 0.0]]))[0, 0]
    return QPointF(left, body.top() + share * body.height())


def test_hover_tells_the_bin_and_the_mark(plot):
    assert plot.value_at(place(plot, 0.5)) == "weights, 0 to 1: 6 of 8 (75.0 %)"
    assert plot.value_at(place(plot, 2.5)).splitlines()[1] == "picked"
    assert plot.value_at(QPointF(1, 1)) is None


def test_bars_are_as_high_as_their_counts(plot):
    image = plot.grab().toImage()
    axes = plot._axes

    def is_filled(x, y):
        at = axes.to_screen(np.array([[x, y]]))[0]
        colour = image.pixelColor(int(at[0]), int(at[1]))
        return colour.blue() > colour.red() + 20

    assert is_filled(0.6, 5.5)
    assert not is_filled(0.6, 6.2)
    assert not is_filled(1.4, 0.5)
    assert is_filled(2.2, 1.5)
    assert not is_filled(2.2, 2.4)


def test_shares_compare_few_with_many(plot):
    few = Counts("biases", EDGES, np.array([0, 4, 0]), filled=False, style=1)
    plot.set_histograms([Counts("weights", EDGES, COUNTS), few], shares=True)
    assert [heights.max() for heights in plot._heights] == [75.0, 100.0]
    lines = plot.value_at(place(plot, 1.5)).splitlines()
    assert lines == ["weights, 1 to 2: 0 of 8 (0.0 %)", "biases, 1 to 2: 4 of 4 (100.0 %)"]
    part = Counts("above 0", EDGES, COUNTS, out_of=16)
    plot.set_histograms([part], shares=True)
    assert plot._heights[0].max() == 37.5


def test_a_logarithmic_axis_begins_below_the_rarest(plot):
    plot.set_log(True)
    low, high = plot._axes.y_range
    assert 10**low == pytest.approx(1.0)
    assert 10**high > 6
    plot.grab()


def test_arrow_keys_go_from_bin_to_bin(plot):
    said = []
    plot.hovered.connect(said.append)
    for _ in range(2):
        QTest.keyClick(plot, Qt.Key.Key_Right)
    assert said[-1] == "weights, 1 to 2: 0 of 8 (0.0 %)"
    plot.setFocus()
    plot.grab()


def test_the_file_has_every_bin(plot):
    header, *rows = plot.csv_rows()
    assert header == ["histogram", "from", "to", "count"]
    assert rows == [["weights", 0, 1, 6], ["weights", 1, 2, 0], ["weights", 2, 3, 2]]


def test_without_finite_values_it_says_so(plot):
    plot.set_counts(EDGES, np.zeros(3, int))
    assert "no finite values" in plot.empty_text


def test_counts_have_no_fractions(plot):
    plot.set_counts(EDGES, np.array([1, 0, 2]))
    assert [text for _, text in plot._axes.y_ticks] == ["0", "1", "2"]
    plot.set_histograms([Counts("few", EDGES, np.array([1, 0, 199]))], shares=True)
    assert len(plot._axes.y_ticks) > 2
