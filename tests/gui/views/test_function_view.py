"""Decision regions, surfaces and fitted curves."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QCheckBox, QComboBox, QSpinBox

from visualmlp.engine import predicted_classes, rmse
from visualmlp.experiment import find_experiment
from visualmlp.gui.session import Session
from visualmlp.gui.views import surface
from visualmlp.gui.views.function import RESOLUTION, FunctionView
from visualmlp.gui.views.surface import CURVE_POINTS, EVERY, small_side
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.gui.widgets.sample_marks import CurvePlotWithSamples, RegionPlot
from visualmlp.gui.widgets.text_line import TextLine

_MOONS = find_experiment("moons")
BINARY = _MOONS.replace(data=_MOONS.data.replace(task="binary"))
NO_VALIDATION = _MOONS.replace(data=_MOONS.data.replace(validation_fraction=0.0))
_CURVE = find_experiment("curve")
DIVERGING = _CURVE.replace(
    optimizer=_CURVE.optimizer.replace(name="sgd", learning_rate=100.0, momentum=0.0)
)


def network_of(session: Session):
    """A network with the frame's parameters, made without a probe."""
    network = session.setup.new_network()
    network.parameters.flat[...] = session.frame.parameters
    return network


def inputs(session: Session, part: str):
    data = session.setup.data
    return data.inputs(getattr(data, part), np.float32)


def cell_inputs(session: Session, view: FunctionView, i: int, j: int):
    """Raw and scaled inputs in the middle of a cell of the field, from its ranges alone."""
    (x0, x1), (y0, y1) = view.findChild(RegionPlot)._ranges
    raw = np.array(
        [[x0 + (x1 - x0) * (j + 0.5) / RESOLUTION, y0 + (y1 - y0) * (i + 0.5) / RESOLUTION]]
    )
    return raw, session.setup.data.scaling.apply(raw, np.float32)


@pytest.mark.parametrize("session", ["moons"], indirect=True)
def test_regions_are_what_the_network_says_in_raw_units(session, show, train):
    view = show(FunctionView)
    train(3)
    plot, network = view.findChild(RegionPlot), network_of(session)
    assert session.setup.data.scaling.name == "standardise"
    assert plot._field.shape == (RESOLUTION, RESOLUTION)
    for i, j in [(0, 0), (5, 200), (120, 7), (239, 239)]:
        _, scaled = cell_inputs(session, view, i, j)
        y = network.predict(scaled)[0]
        assert plot._field[i, j] == y.argmax()
        assert plot._confidence[i, j] == pytest.approx(y.max(), abs=1e-5)
    assert len(np.unique(plot._field)) == 2


@pytest.mark.parametrize("session", ["spirals"], indirect=True)
def test_the_field_goes_beyond_the_data(session, show):
    plot = show(FunctionView).findChild(RegionPlot)
    raw = session.setup.data.dataset.x
    for axis, (low, high) in enumerate(plot._ranges):
        assert low < raw[:, axis].min()
        assert high > raw[:, axis].max()
    assert plot._axis_names == ("x1", "x2")
    assert list(plot._class_names) == list(session.setup.data.class_names)


@pytest.mark.parametrize("session", ["moons"], indirect=True)
def test_samples_and_the_wrong_ones_among_them(session, show, train):
    view = show(FunctionView)
    train(1)
    data, network = session.setup.data, network_of(session)
    plot, n_train = view.findChild(RegionPlot), len(data.train)
    assert (
        plot._points.tolist()
        == data.dataset.x[[*data.train.index, *data.validation.index]].tolist()
    )
    assert plot._hollow.tolist() == [False] * n_train + [True] * len(data.validation)
    wrong = [
        predicted_classes(network.predict(inputs(session, name))) != getattr(data, name).labels
        for name in ("train", "validation")
    ]
    assert plot._crossed.tolist() == np.concatenate(wrong).tolist()
    caption = view.findChild(TextLine, "caption").text()
    assert caption.startswith(
        f"{wrong[0].sum()} of 320 training samples wrong, "
        f"{wrong[1].sum()} of 80 validation samples wrong, step {session.frame.step}\n"
    )


@pytest.mark.parametrize("session", [BINARY], indirect=True)
def test_a_binary_output_is_shown_as_a_quantity_from_0_to_1(session, show):
    view = show(FunctionView)
    plot = view.findChild(RegionPlot)
    _, scaled = cell_inputs(session, view, 31, 77)
    expected = float(network_of(session).predict(scaled)[0, 0])
    assert plot._field[31, 77] == pytest.approx(expected, abs=1e-5)
    assert (plot._scale.low, plot._scale.high) == (0.0, 1.0)
    assert plot.accessibleName() == "Output: 0 is “class 0”, 1 is “class 1”"


@pytest.mark.parametrize("session", ["xor"], indirect=True)
def test_a_unit_can_be_chosen_and_becomes_the_pick(session, show, settle):
    view = show(FunctionView)
    what, unit = view.findChild(QComboBox, "what"), view.findChild(QSpinBox, "unit")
    assert not unit.isEnabled()
    what.setCurrentIndex(2)
    what.activated.emit(2)
    unit.setValue(5)
    assert session.picks.unit == (1, 5)
    settle()
    plot = view.findChild(RegionPlot)
    _, scaled = cell_inputs(session, view, 100, 9)
    expected = network_of(session).layer_outputs(scaled)[1].a[0, 5]
    assert plot._field[100, 9] == pytest.approx(float(expected), abs=1e-5)
    assert plot.accessibleName() == "Unit 5 of layer 2"


@pytest.mark.parametrize("session", ["xor"], indirect=True)
def test_it_follows_a_unit_picked_elsewhere(session, show, settle):
    view = show(FunctionView)
    session.pick_unit(0, 3)
    settle()
    assert view.findChild(QComboBox, "what").currentData() == 0
    assert view.findChild(QSpinBox, "unit").value() == 3
    assert view.findChild(RegionPlot).accessibleName() == "Unit 3 of layer 1"


@pytest.mark.parametrize("session", ["moons"], indirect=True)
def test_a_click_on_a_point_picks_the_sample_and_its_part(session, show, settle):
    view = show(FunctionView)
    plot, n_train = view.findChild(RegionPlot), len(session.setup.data.train)
    for part, row in (("train", 11), ("validation", 4)):
        index = row if part == "train" else n_train + row
        place = plot._axes.to_screen(plot._points[index : index + 1])[0]
        QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(*map(round, place.tolist())))
        assert (session.picks.part, session.picks.sample) == (part, row)
        settle()
        assert plot.current == index


@pytest.mark.parametrize("session", ["moons"], indirect=True)
def test_it_highlights_the_picked_sample(session, show, settle):
    plot = show(FunctionView).findChild(RegionPlot)
    session.pick_sample(7, "validation")
    settle()
    assert plot.current == len(session.setup.data.train) + 7
    session.pick_sample(7, "train")
    settle()
    assert plot.current == 7


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_a_curve_is_the_networks_with_its_rmse(session, show, train):
    view = show(FunctionView)
    train(2)
    plot, data, network = (
        view.findChild(CurvePlotWithSamples),
        session.setup.data,
        network_of(session),
    )
    assert plot.isVisible()
    ((name, curve),) = plot._curves.items()
    assert name == "network"
    scaled = data.scaling.apply(curve[:, :1], np.float32)
    assert curve[:, 1] == pytest.approx(network.predict(scaled)[:, 0], abs=1e-5)
    assert curve[0, 0] < data.dataset.x.min() < data.dataset.x.max() < curve[-1, 0]
    assert plot._points[:, 1] == pytest.approx(
        np.concatenate([data.train.values, data.validation.values])[:, 0]
    )
    errors = [
        rmse(network.predict(inputs(session, part)), getattr(data, part).values)
        for part in ("train", "validation")
    ]
    assert (
        view.findChild(TextLine, "caption")
        .text()
        .startswith(
            f"RMSE {errors[0]:.4g} over 240 training samples, "
            f"RMSE {errors[1]:.4g} over 60 validation samples, step {session.frame.step}"
        )
    )


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_a_unit_of_one_input_is_a_curve_without_data(session, show, settle):
    view = show(FunctionView)
    session.pick_unit(0, 2)
    settle()
    plot = view.findChild(CurvePlotWithSamples)
    ((name, curve),) = plot._curves.items()
    assert name == "unit 2 of layer 1"
    assert len(plot._points) == 0
    scaled = session.setup.data.scaling.apply(curve[:, :1], np.float32)
    expected = network_of(session).layer_outputs(scaled)[0].a[:, 2]
    assert curve[:, 1] == pytest.approx(expected, abs=1e-5)
    session.pick_unit(2, 0)
    settle()
    assert list(plot._curves) == ["network"]
    assert len(plot._points) == 300
    assert plot.current == len(session.setup.data.train) + session.picks.sample


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_a_sample_picked_while_no_points_are_shown(session, show, settle):
    view = show(FunctionView)
    session.pick_unit(0, 2)
    settle()
    session.pick_sample(7)
    settle()
    view.grab()
    assert view.findChild(CurvePlotWithSamples).current is None


@pytest.mark.parametrize("session", ["digits"], indirect=True)
def test_many_inputs_cannot_be_drawn(session, show):
    view = show(FunctionView)
    assert view.needs(session.setup) == (
        "The function view needs 1 or 2 input features; this experiment has 64."
    )
    assert not view.is_shown()


@pytest.mark.parametrize("session", [NO_VALIDATION], indirect=True)
def test_without_validation_samples(session, show):
    view = show(FunctionView)
    assert "validation samples" not in view.findChild(TextLine, "caption").text()
    assert not view.findChild(RegionPlot)._hollow.any()


@pytest.mark.parametrize("session", ["moons"], indirect=True)
def test_of_many_samples_the_first_are_drawn_and_counted(session, show, monkeypatch):
    monkeypatch.setattr(surface, "MOST_POINTS", 50)
    view = show(FunctionView)
    assert len(view.findChild(RegionPlot)._points) == 100
    caption = view.findChild(TextLine, "caption").text()
    assert "of the first 50 of 320 training samples wrong" in caption


@pytest.mark.parametrize("session", ["moons", "curve", BINARY], indirect=True)
def test_outputs_of_nan_are_drawn_as_such(session, show, settle, monkeypatch):
    view = show(FunctionView)
    frame = session.frame
    fields = {name: getattr(frame, name) for name in frame.__dataclass_fields__}
    fields["parameters"] = np.full_like(frame.parameters, np.nan)
    monkeypatch.setattr(session, "frame", type(frame)(**fields))
    view.refresh()
    settle()
    view.grab()
    n = CURVE_POINTS if session.setup.data.n_inputs == 1 else RESOLUTION**2
    said = f"{n:,} of {n:,} points of the grid have NaN as output"
    assert said in view.findChild(TextLine, "caption").text()


@pytest.mark.parametrize("session", [DIVERGING], indirect=True)
def test_divergence_is_drawn_without_an_error(session, show, train):
    view = show(FunctionView)
    train(5)
    view.grab()
    assert "RMSE" in view.findChild(TextLine, "caption").text()
    assert not view.findChild(CurvePlotWithSamples).empty_text


def line_of(scaling: str = "none"):
    curve = find_experiment("curve")
    return curve.replace(
        data=curve.data.replace(shape="line", n_samples=60, scaling=scaling),
        network=curve.network.replace(hidden=()),
    )


@pytest.mark.parametrize("session", [line_of(), line_of(scaling="standardise")], indirect=True)
def test_a_line_is_shown_beside_the_least_squares_line(session, show, train):
    view = show(FunctionView)
    train(3)
    data = session.setup.data
    x, t = data.raw(data.train)[:, 0], data.train.values[:, 0]
    slope, intercept = np.polyfit(x, t, 1)
    curves = view.findChild(CurvePlotWithSamples)._curves
    assert list(curves) == ["network", "least squares"]
    at = curves["least squares"][:, 0]
    assert curves["least squares"][:, 1] == pytest.approx(slope * at + intercept)
    own_slope, own_intercept = np.polyfit(*curves["network"].T, 1)
    own, least = view.findChild(TextLine, "caption").text().split("\n")[-2:]
    assert numbers_in(own)[:2] == pytest.approx([own_slope, own_intercept], rel=1e-3)
    assert numbers_in(least) == pytest.approx(
        [slope, intercept, np.mean((slope * x + intercept - t) ** 2)], rel=1e-6
    )
    outputs = network_of(session).predict(inputs(session, "train"))[:, 0]
    assert numbers_in(own)[2] == pytest.approx(np.mean((outputs - t) ** 2), rel=1e-5)


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_the_least_squares_line_of_a_bent_fit_on_demand(session, show, settle):
    view = show(FunctionView)
    plot, box = view.findChild(CurvePlotWithSamples), view.findChild(QCheckBox, "least_squares")
    assert list(plot._curves) == ["network"]
    box.click()
    settle()
    assert list(plot._curves) == ["network", "least squares"]
    own, least = view.findChild(TextLine, "caption").text().split("\n")[-2:]
    assert own.startswith("network: training loss")
    assert least.startswith("least squares: slope")
    box.click()
    settle()
    assert list(plot._curves) == ["network"]


@pytest.mark.parametrize("session", ["moons"], indirect=True)
def test_two_inputs_have_no_least_squares_line(session, show):
    assert show(FunctionView).findChild(QCheckBox, "least_squares").isHidden()


def numbers_in(text: str) -> list[float]:
    words = text.replace("−", "-").replace(",", "").split()
    return [float(word) for word in words if word.lstrip("-")[:1].isdigit()]


@pytest.mark.parametrize("session", [NO_VALIDATION], indirect=True)
def test_the_caption_tells_only_of_marks_that_there_are(show):
    caption = show(FunctionView).findChild(TextLine, "caption").text()
    assert "hollow" not in caption
    assert "crossed: predicted wrong" in caption


def choose(view: FunctionView, entry: int, settle) -> None:
    what = view.findChild(QComboBox, "what")
    what.setCurrentIndex(entry)
    what.activated.emit(entry)
    settle()


@pytest.mark.parametrize("session", ["xor"], indirect=True)
def test_all_units_of_a_layer_are_shown_and_a_click_enlarges_one(session, show, settle):
    view = show(FunctionView)
    choose(view, 1, settle)
    mosaic, unit = view.findChild(Mosaic), view.findChild(QSpinBox, "unit")
    assert unit.text() == "all units"
    assert mosaic.isVisible()
    tiles, side = mosaic._tiles, small_side(8)
    assert tiles.shape == (8, side, side)
    (x0, x1), (y0, y1) = view._limits
    row, column = 5, 50  # counted from the upper left
    raw = [x0 + (x1 - x0) * (column + 0.5) / side, y1 - (y1 - y0) * (row + 0.5) / side]
    scaled = session.setup.data.scaling.apply(np.array([raw]), np.float32)
    a = network_of(session).layer_outputs(scaled)[0].a[0]
    assert tiles[:, row, column] == pytest.approx(a, abs=1e-5)
    assert "crossed" not in view.findChild(TextLine, "caption").text()

    session.pick_unit(0, 6)  # elsewhere: marked among the others
    settle()
    assert (mosaic.isVisible(), mosaic.current, unit.value()) == (True, 6, EVERY)
    mosaic.tile_picked.emit(3)
    settle()
    assert session.picks.unit == (0, 3)
    assert view.findChild(RegionPlot).isVisible()
    assert view.findChild(RegionPlot).accessibleName() == "Unit 3 of layer 1"


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_all_units_of_one_input_are_curves(session, show, settle):
    view = show(FunctionView)
    choose(view, 1, settle)
    curves = view.findChild(CurvePlotWithSamples)._curves
    assert list(curves) == [f"unit {i} of layer 2" for i in range(24)]
    at = curves["unit 7 of layer 2"]
    scaled = session.setup.data.scaling.apply(at[:, :1], np.float32)
    expected = network_of(session).layer_outputs(scaled)[1].a[:, 7]
    assert at[:, 1] == pytest.approx(expected, abs=1e-5)
    caption = view.findChild(TextLine, "caption").text()
    assert "hollow" not in caption  # there are no samples
    assert "curves from" in caption


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_of_a_wide_layer_the_first_units_are_drawn(session, show, settle, monkeypatch):
    monkeypatch.setattr("visualmlp.gui.views.function.MOST_CURVES", 5)
    monkeypatch.setattr("visualmlp.gui.views.function_texts.MOST_CURVES", 5)
    view = show(FunctionView)
    choose(view, 0, settle)
    assert len(view.findChild(CurvePlotWithSamples)._curves) == 5
    caption = view.findChild(TextLine, "caption").text()
    assert caption.endswith("only the first 5 of 24 units are drawn")
