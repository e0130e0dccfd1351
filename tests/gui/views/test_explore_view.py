"""Explore, Preprocessing and Data checks of pictures, flowers and a curve."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QCheckBox, QComboBox, QTabWidget

from visualmlp.experiment import find_experiment
from visualmlp.gui.data_checking import DataChecking
from visualmlp.gui.views.data_checks import DataChecksView
from visualmlp.gui.views.explore import ExploreView
from visualmlp.gui.views.explore_classes import OfPart
from visualmlp.gui.views.inspector import InspectorView
from visualmlp.gui.views.part_chooser import PartChooser
from visualmlp.gui.views.preprocessing import PreprocessingView
from visualmlp.gui.views.step_list import StepList
from visualmlp.gui.widgets.bars import Bars
from visualmlp.gui.widgets.histogram import HistogramPlot
from visualmlp.gui.widgets.matrix import Matrix
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.gui.widgets.point_cloud import PointCloud
from visualmlp.gui.widgets.table import Table
from visualmlp.gui.widgets.text_line import TextLine

PAGES = ("classes", "means", "histograms", "correlations", "scatter")
_IRIS = find_experiment("iris")
WITH_TEST = _IRIS.replace(data=_IRIS.data.replace(test_fraction=0.2, classes=()))


@pytest.fixture
def turn(settle):
    """``turn(view, page)`` turns to a page and waits until it is drawn."""

    def turn_to(view: ExploreView, page: str) -> None:
        view.findChild(QTabWidget).setCurrentIndex(PAGES.index(page))
        settle()

    return turn_to


def shown(view, kind: type, name: str):
    widget = view.findChild(kind, name)
    assert widget is not None
    assert widget.isVisible()
    return widget


def test_samples_of_each_class_in_each_part(session, show):
    view = show(ExploreView)
    for part in (session.setup.data.train, session.setup.data.validation):
        bars = shown(view, Bars, f"bars.{part.name}")
        counts = session.setup.data.class_counts(part)
        assert [row[:2] for row in bars.csv_rows()[1:]] == [[k, v] for k, v in counts.items()]
    assert not view.findChild(Bars, "bars.test").isVisible()
    bars.bar_picked.emit(3)
    assert session.picks.part == "validation"
    assert session.setup.data.validation.labels[session.picks.sample] == 3


@pytest.mark.parametrize("session", [WITH_TEST], indirect=True)
def test_the_test_part_shows_once_it_is_open(session, show, settle, qtbot):
    view = show(ExploreView)
    texts = [line.text() for line in view.findChildren(TextLine, "text") if line.isVisible()]
    assert "the test part is closed" in texts[0]
    assert not view.findChild(Bars, "bars.test").isVisible()
    with qtbot.waitSignal(session.test_changed):
        session.open_test()
    settle()
    assert shown(view, Bars, "bars.test").csv_rows()[1][1] > 0


def test_mean_pictures_and_their_difference(session, show, turn):
    view = show(ExploreView)
    turn(view, "means")
    data = session.setup.data
    x, labels = data.raw(data.train).astype(float), data.train.labels
    means = [x[labels == k].mean(axis=0) for k in range(10)]
    tiles = shown(view, Mosaic, "means")._tiles
    assert np.allclose(tiles.reshape(10, -1), means)
    shown(view, Mosaic, "means").tile_picked.emit(7)
    assert data.train.labels[session.picks.sample] == 7
    b = view.findChild(QComboBox, "b")
    b.setCurrentIndex(4)
    b.activated.emit(4)
    difference = shown(view, Mosaic, "difference")._tiles
    assert np.allclose(difference.reshape(-1), means[7] - means[4])


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_histograms_of_each_class_or_of_all(session, show, turn, settle):
    view = show(ExploreView)
    turn(view, "histograms")
    data = session.setup.data
    plot = shown(view, HistogramPlot, "histogram")
    assert [series.name for series in plot.series] == list(data.class_names)
    assert sum(int(series.counts.sum()) for series in plot.series) == len(data.train)
    classes = view.findChild(QComboBox, "classes")
    classes.setCurrentIndex(0)
    classes.activated.emit(0)
    settle()
    assert len(plot.series) == 1
    mean = data.raw(data.train)[:, 0].mean()
    figures = shown(view, TextLine, "figures").text()
    assert f"mean {mean:.6g}" in figures


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_a_picked_column_shows_in_its_histogram(session, show, settle):
    view = show(ExploreView)
    session.pick_column(2)
    settle()
    assert view.findChild(QTabWidget).currentIndex() == PAGES.index("histograms")
    text = next(t for t in view.findChildren(TextLine, "text") if t.isVisible()).text()
    assert text.startswith("petal length (cm): all 120 training samples")


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_a_correlation_leads_to_its_points(session, show, turn, settle, qtbot):
    view = show(ExploreView)
    turn(view, "correlations")
    matrix = shown(view, Matrix, "correlations")
    data = session.setup.data
    both = np.hstack([data.raw(data.train), np.eye(3)[data.train.labels]])
    assert np.allclose(matrix._values, np.corrcoef(both.T))
    matrix.cell_picked.emit(1, 5)  # with a class: there are no points of that
    assert view.findChild(QTabWidget).currentIndex() == PAGES.index("correlations")
    matrix.cell_picked.emit(3, 2)
    settle()
    assert view.findChild(QTabWidget).currentIndex() == PAGES.index("scatter")
    cloud = shown(view, PointCloud, "points")
    assert np.array_equal(cloud._points, data.raw(data.train)[:, [2, 3]])
    view.findChild(QTabWidget).setCurrentIndex(PAGES.index("correlations"))
    settle()
    view.findChild(QCheckBox, "strongest").click()
    settle()
    assert matrix.csv_rows()[1][0].startswith("petal")


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_the_row_behind_a_point(session, show, turn, settle):
    view = show(ExploreView)
    turn(view, "scatter")
    cloud, data = shown(view, PointCloud, "points"), session.setup.data
    text = cloud._text_of(5)
    assert text.splitlines()[:2] == [
        f"Training sample 5 (row {data.train.index[5]} of the data)",
        f"class {data.class_names[data.train.labels[5]]}",
    ]
    assert f"petal width (cm): {data.raw_row(data.train, 5)[3]:.10g}" in text
    at = cloud._axes.to_screen(cloud._points[5:6])[0]
    QTest.mouseClick(cloud, Qt.MouseButton.LeftButton, pos=QPointF(*at.tolist()).toPoint())
    picked = session.picks
    assert picked.part == "train"
    assert np.array_equal(cloud._points[picked.sample], cloud._points[5])
    session.pick_sample(9, "train")
    settle()
    assert cloud.current == 9
    session.pick_sample(9, "validation")
    settle()
    assert cloud.current is None


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_pages_are_about_the_chosen_part(session, show, turn, settle):
    view = show(ExploreView)
    turn(view, "scatter")
    chooser = view.findChild(PartChooser)
    assert chooser.isVisible()
    chooser.choose("validation")
    chooser.part_chosen.emit("validation")
    settle()
    assert len(shown(view, PointCloud, "points")._points) == len(session.setup.data.validation)


def test_in_a_narrow_view_the_part_is_chosen_above_the_tabs(session, show, turn, settle):
    view = show(ExploreView, 460, 400)
    turn(view, "means")
    chooser, tabs = view.findChild(PartChooser), view.findChild(QTabWidget)
    assert chooser.isVisible()
    assert tabs.cornerWidget() is None
    view.resize(900, 400)
    assert tabs.cornerWidget() is chooser
    assert chooser.isVisible()
    turn(view, "classes")
    assert not chooser.isVisible()


def test_a_small_view_need_not_scroll_for_pages_that_are_not_shown(session, show):
    view = show(ExploreView, 460, 320)
    assert view.findChild(QTabWidget).minimumSizeHint().height() <= 300


def test_points_of_repeated_whole_numbers_lie_beside_each_other(session, show, turn):
    view, data = show(ExploreView), session.setup.data
    turn(view, "scatter")
    places = shown(view, PointCloud, "points")._points
    raw = data.raw(data.train)[:, [36, 37]].astype(float)
    assert np.array_equal(np.round(places), raw)
    assert len(np.unique(places, axis=0)) > 1.5 * len(np.unique(raw, axis=0))
    text = next(t for t in view.findChildren(TextLine, "text") if t.isVisible()).text()
    assert "points of a whole number are spread at random around it" in text


def test_with_many_classes_the_bars_keep_their_names(session, show, qtbot):
    view = show(ExploreView, 700, 300)
    bars = shown(view, Bars, "bars.train")
    assert bars.height() < 300
    page = view._classes
    counts = {f"w{i}": 1 for i in range(90)}
    page._show_counts(OfPart("train", 90, counts, None))
    qtbot.waitUntil(lambda: bars.height() > 900)
    assert not bars._is_thin()


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_a_regression(session, show, turn):
    view, data = show(ExploreView), session.setup.data
    assert view.findChild(QTabWidget).tabText(0) == "Targets"
    plot = shown(view, HistogramPlot, "targets.train")
    assert plot._x_name == "target"
    assert plot.series[0].counts.sum() == len(data.train)
    turn(view, "means")
    values = shown(view, Table, "features").csv_rows()[1][1:]
    assert values == pytest.approx([data.raw(data.train).mean(), data.raw(data.train).std()])
    turn(view, "scatter")
    points = shown(view, PointCloud, "points")._points
    assert np.array_equal(points, np.hstack([data.raw(data.train), data.train.values]))


def test_a_new_frame_computes_nothing_anew(session, show, turn, train):
    view = show(ExploreView)
    turn(view, "means")
    before = dict(view._done)
    train(1)
    assert view._done == before


# Preprocessing


def test_a_pixel_is_followed_to_the_network(session, show, settle):
    view = show(PreprocessingView)
    data = session.setup.data
    session.pick_sample(3, "train")
    shown(view, Mosaic, "picture").pixel_picked.emit(0, 2, 5)
    settle()
    assert session.picks.column == 21
    raw = int(data.raw_row(data.train, 3)[21])
    header = view.findChild(TextLine, "header").text()
    assert header == (f"Training sample 3 (row {data.train.index[3]} of the data), r2c5: {raw}")
    assert view.findChild(TextLine, "formula").text() == f"{raw} / 16 = {raw / 16:g}"
    row = shown(view, Table, "chain").csv_rows()[22]
    assert row[:2] == ["r2c5", str(raw)]
    assert float(row[3]) == session.setup.train[0][3, 21]


def test_steps_with_their_numbers(session, show):
    texts = dict(show(PreprocessingView).findChild(StepList).texts)
    assert texts["3. Split"].startswith("Training 1,438, validation 359, test 0.")
    assert "seed 0" in texts["3. Split"]
    assert "Every input is x / 16." in texts["6. Scaling"]
    assert "8 × 8" in texts["4. Columns become features"]


@pytest.mark.parametrize(
    "session",
    [_IRIS.replace(data=_IRIS.data.replace(subset=50, classes=("setosa", "virginica")))],
    indirect=True,
)
def test_samples_that_are_not_used_are_told(session, show):
    texts = dict(show(PreprocessingView).findChild(StepList).texts)
    used = texts["2. Samples used"]
    assert "Classes kept: setosa, virginica." in used
    assert "Subset of 50 samples, drawn with seed 0" in used
    assert "50 rows used, 100 not." in used


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_one_of_something_is_told_as_one(session, show):
    texts = dict(show(PreprocessingView).findChild(StepList).texts)
    assert texts["1. Rows"].startswith("300 rows of 1 number, stored as")
    assert texts["4. Columns become features"].startswith("1 column → 1 feature.")
    assert "a number, as it is" in texts["7. Targets"]


# Data checks


def test_bundled_digits_have_nothing_wrong(session, show):
    view = show(DataChecksView)
    summary = view.findChild(TextLine, "summary").text()
    assert summary.startswith("✓ Nothing found")
    assert "test samples" not in summary
    titles, *rows = shown(view, Table, "checks").texts
    assert titles[1:4] == ["check", "figure", "result"]
    assert {(row[0], row[3]) for row in rows} == {("✓", "fine"), ("–", "not applied")}


def test_panel_and_view_share_one_examination(session, show):
    view = show(DataChecksView)
    checking = DataChecking.of(session)
    assert view._checking is checking
    assert checking.report is not None
    report = checking.report
    with_same_data = session.setup
    session.run_started.emit(with_same_data)
    assert checking.report is report
    assert not checking.is_busy


def test_the_inspector_shows_plain_numbers_as_before(session, show):
    view = show(InspectorView)
    assert view._table._model.cells is None
