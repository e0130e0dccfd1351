"""The table of a sample's features."""

import numpy as np
from PyQt6.QtCore import Qt

from visualmlp.gui.widgets.feature_table import FeatureTable

NAMES = ("length", "width")


def test_raw_and_scaled_values_follow_the_sample(shown):
    table = shown(FeatureTable())
    table.set_features(NAMES, np.array([5.25, 1.0]), np.array([-0.5, np.nan]))
    model = table.model()
    texts = [[model.index(row, column).data() for column in range(3)] for row in range(2)]
    assert texts == [["length", "5.25", "−0.5"], ["width", "1", "NaN"]]
    table.set_features(NAMES, np.array([7, 8], np.uint8), np.array([0.7, 0.8]))
    assert [model.index(1, column).data() for column in range(3)] == ["width", "8", "0.8"]


def test_hover_gives_more_digits(shown):
    table = shown(FeatureTable())
    table.set_features(NAMES, np.array([1.23456789, 1.0]), np.zeros(2))
    assert table.model().index(0, 1).data(Qt.ItemDataRole.ToolTipRole) == "1.23456789"


def test_all_rows_show_at_the_height_it_asks_for(shown):
    table = shown(FeatureTable(), 300, 50)
    table.set_features(NAMES, np.zeros(2), np.zeros(2))
    table.resize(300, table.height_of(2))
    assert table.verticalScrollBar().maximum() == 0
    table.resize(300, table.height_of(1))
    assert table.verticalScrollBar().maximum() > 0


def test_numbers_leave_room_for_longer_names(shown):
    table = shown(FeatureTable(), 260, 100)
    table.set_features(NAMES, np.zeros(2), np.zeros(2))
    width = table.columnWidth(1)
    table.set_features(("sepal length (cm)", "sepal width (cm)"), np.zeros(2), np.zeros(2))
    assert table.columnWidth(1) < width
    table.set_features(("length", "width"), np.zeros(2), np.zeros(2))
    assert table.columnWidth(1) == width


def test_the_category_at_the_end_of_a_name_stays_in_sight(shown):
    assert shown(FeatureTable()).textElideMode() == Qt.TextElideMode.ElideMiddle


def test_names_are_whole_in_a_narrow_dock(shown):
    table = shown(FeatureTable(), 228, 100)
    names = ("sepal length (cm)", "petal width (cm)")
    table.set_features(names, np.array([5.7, 0.4]), np.array([-0.1422, -1.051]))
    metrics = table.fontMetrics()
    assert table.columnWidth(0) > max(map(metrics.horizontalAdvance, names)) + 4
    assert table.columnWidth(2) > metrics.horizontalAdvance("−0.1422") + 4


def test_numbers_are_shortened_by_digits_and_not_cut(shown):
    table = shown(FeatureTable(), 228, 100)
    table.set_features(("mean temperature (°C)",), np.array([6.0125]), np.array([-0.028741]))
    cell = table.model().index(0, 2)
    assert cell.data() == "−0.0287"
    assert table.columnWidth(2) > table.fontMetrics().horizontalAdvance(cell.data()) + 4
    table.resize(600, 100)
    assert cell.data() == "−0.02874"


def test_cells_of_a_table_are_whole(shown):
    table = shown(FeatureTable(), 300, 100)
    table.set_features(NAMES, np.zeros(2), np.zeros(2), ["1.5", "2"])
    width = table.columnWidth(1)
    table.set_features(NAMES, np.zeros(2), np.zeros(2), ["0.000001234257", "2"])
    assert table.columnWidth(1) > table.fontMetrics().horizontalAdvance("0.000001234257") + 4
    assert table.columnWidth(1) > width
    table.set_features(NAMES, np.zeros(2), np.zeros(2), ["word " * 100, "2"])
    assert table.columnWidth(1) <= 150
