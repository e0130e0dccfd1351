from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import QComboBox, QTabBar, QTabWidget

from visualmlp.engine import Layout
from visualmlp.experiment import apply_settings, find_experiment
from visualmlp.gui.views.activations import ActivationsView
from visualmlp.gui.views.unit_matrix import LayerStrip, UnitMatrix
from visualmlp.gui.widgets.bars import Bars
from visualmlp.gui.widgets.drawing import MARGIN
from visualmlp.gui.widgets.gallery import Gallery
from visualmlp.gui.widgets.histogram import HistogramPlot
from visualmlp.gui.widgets.labels import bold_font
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.probe import Probe


def experiment(name, *settings):
    return apply_settings(find_experiment(name), list(settings))


def layers_by_hand(session, x, last=lambda z: z):
    """z and a of every layer, for a network whose hidden layers are ReLU or tanh."""
    setup, outputs = session.setup, []
    views = Layout(setup.data.n_inputs, setup.layers).views(session.frame.parameters)
    hidden = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh}
    functions = [hidden[spec.activation] for spec in setup.layers[:-1]] + [last]
    for weights, bias, function in zip(views.weights, views.biases, functions, strict=True):
        z = x @ weights + bias
        x = function(z)
        outputs.append((z, x))
    return outputs


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def strips(view):
    return view.findChildren(LayerStrip)


def means(view):
    return next(m for m in view.findChildren(UnitMatrix) if not isinstance(m, LayerStrip))


def values(widget):
    _, *rows = widget.csv_rows()
    return np.array([row[1:] for row in rows]).astype(np.float64)


def text(view, name):
    return view.findChild(TextLine, name).text()


def show_means(view, settle):
    view.findChild(QTabWidget).setCurrentIndex(1)
    settle()


def place_of(widget, start):
    """A position of the widget whose hover text begins so."""
    for y in range(0, widget.height(), 3):
        for x in range(0, widget.width(), 3):
            if (widget.value_at(QPointF(x, y)) or "").startswith(start):
                return QPointF(x, y).toPoint()
    raise AssertionError(f"{start!r} is nowhere")


# The picked sample


def test_strips_show_z_and_a_of_the_picked_sample(session, show, train, settle):
    view = show(ActivationsView)
    train(1)
    session.pick_sample(7, "train")
    settle()

    expected = layers_by_hand(session, session.setup.train[0][7:8], softmax)
    assert len(strips(view)) == 2
    for strip, (z, a) in zip(strips(view), expected, strict=True):
        np.testing.assert_allclose(values(strip), np.concatenate([z, a]), rtol=1e-4, atol=1e-5)
    label = session.setup.data.train.labels[7]
    assert "Training sample 7" in text(view, "sample")
    assert f"true class: {label}" in text(view, "sample")


def test_the_picture_is_the_sample_as_stored(session, show, settle):
    view = show(ActivationsView)
    session.pick_sample(11)
    settle()

    part = session.setup.data.validation
    shown = values(view.findChild(Mosaic))
    np.testing.assert_array_equal(shown[0], session.setup.data.raw_row(part, 11))


def test_bars_show_the_outputs_with_truth_and_prediction(session, show):
    view = show(ActivationsView)

    *_, (_, a) = layers_by_hand(session, session.setup.validation[0][:1], softmax)
    _, *rows = view.findChild(Bars).csv_rows()
    np.testing.assert_allclose([row[1] for row in rows], a[0], rtol=1e-4)
    assert [row[2] for row in rows].index(1) == session.setup.data.validation.labels[0]
    assert [row[3] for row in rows].index(1) == a.argmax()


def test_hover_tells_z_and_a_and_a_click_picks(session, qtbot, show, settle):
    view = show(ActivationsView)
    strip = strips(view)[1]
    where = place_of(strip, "output “3”: z = ")
    z, a = values(strip)[:, 3]
    assert (
        strip.value_at(QPointF(where)).replace("−", "-") == f"output “3”: z = {z:.5g}, a = {a:.5g}"
    )

    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=where)
    assert session.picks.unit == (1, 3)
    settle()
    assert [s.unit for s in strips(view)] == [None, 3]


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_a_regression_shows_target_and_output_instead_of_classes(session, show):
    view = show(ActivationsView)

    (*_, (_, a)) = layers_by_hand(session, session.setup.validation[0][:1])
    target = session.setup.data.validation.values[0, 0]
    shown = text(view, "sample").replace("−", "-")
    assert f"target: {target:.4g}" in shown
    assert f"output: {a[0, 0]:.4g}" in shown
    assert not view.findChild(Bars).isVisible()
    assert not view.findChild(Mosaic).isVisible()


@pytest.mark.parametrize(
    "session",
    [experiment("moons", "data.task=binary", "network.hidden=[2]")],
    indirect=True,
)
def test_a_tiny_network_with_one_output(session, show, settle):
    view = show(ActivationsView)

    assert [values(strip).shape for strip in strips(view)] == [(2, 2), (2, 1)]
    assert "predicted: " in text(view, "sample")
    show_means(view, settle)
    assert values(means(view)).shape == (2, 2)


# Means


def test_means_of_every_class_over_the_whole_validation_part(session, qtbot, show, train, settle):
    view = show(ActivationsView)
    train(2)
    show_means(view, settle)

    labels = session.setup.data.validation.labels
    outputs = layers_by_hand(session, session.setup.validation[0], softmax)
    assert "all 359 validation samples" in text(view, "means")
    for _, a in outputs:
        expected = np.stack([a[labels == k].mean(axis=0) for k in range(10)], axis=1)
        np.testing.assert_allclose(values(means(view)), expected, rtol=1e-3, atol=1e-5)
        qtbot.keyClick(view.findChild(QComboBox, "layer"), Qt.Key.Key_Down)
        settle()


def test_dead_units_are_counted_for_relu_layers(session, show, settle):
    view = show(ActivationsView)
    show_means(view, settle)
    frame = with_biases(session, {0: -1e3, 1: -1e3, 9: -1e3})
    view.show_result(frame, view.job(frame, session.picks)(Probe(session.setup)))

    (_, a), _ = layers_by_hand(session, session.setup.validation[0])
    dead = 3 + int((np.delete(a, [0, 1, 9], axis=1) <= 0).all(axis=0).sum())
    assert f"{dead} of 32 in layer 1 ({100 * dead / 32:.0f}\u00a0%)" in text(view, "dead")
    np.testing.assert_array_equal(values(means(view))[[0, 1, 9]], 0)


def with_biases(session, biases):
    """The frame with some biases of layer 1 set."""
    flat = session.frame.parameters.copy()
    first = Layout(session.setup.data.n_inputs, session.setup.layers).views(flat).biases[0]
    for unit, bias in biases.items():
        first[unit] = bias
    return replace(session.frame, parameters=flat)


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_without_relu_nothing_is_said_of_dead_units(session, show, settle):
    view = show(ActivationsView)
    show_means(view, settle)

    assert not view.findChild(TextLine, "dead").isVisible()


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_a_regression_has_mean_and_standard_deviation(session, show, settle):
    view = show(ActivationsView)
    show_means(view, settle)

    (_, a), *_ = layers_by_hand(session, session.setup.validation[0])
    header, *_ = means(view).csv_rows()
    assert header[1:] == ["mean", "standard deviation"]
    expected = np.stack([a.mean(axis=0), a.std(axis=0)], axis=1)
    np.testing.assert_allclose(values(means(view)), expected, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize(
    "session",
    [experiment("moons", "data.n_samples=30000", "training.precision=float64")],
    indirect=True,
)
def test_a_large_part_is_represented_and_it_says_so(session, show, settle):
    view = show(ActivationsView)
    show_means(view, settle)

    assert "2,000 of 6,000 validation samples, evenly spaced" in text(view, "means")
    rows = np.linspace(0, 5999, 2000).astype(int)
    (_, a), *_ = layers_by_hand(session, session.setup.validation[0][rows])
    labels = session.setup.data.validation.labels[rows]
    expected = np.stack([a[labels == k].mean(axis=0) for k in (0, 1)], axis=1)
    np.testing.assert_allclose(values(means(view)), expected)


@pytest.mark.parametrize(
    "session", [experiment("xor", "data.validation_fraction=0")], indirect=True
)
def test_without_a_validation_part_the_training_part_is_taken(session, show, settle):
    view = show(ActivationsView)
    assert "Training sample 0" in text(view, "sample")
    show_means(view, settle)

    assert "all 400 training samples" in text(view, "means")


def test_a_click_on_a_mean_picks_the_unit_of_its_row(session, qtbot, show, settle):
    view = show(ActivationsView)
    show_means(view, settle)
    where = place_of(means(view), "layer 1, unit 12, true class 4")
    qtbot.mouseClick(means(view), Qt.MouseButton.LeftButton, pos=where)

    assert session.picks.unit == (0, 12)
    settle()
    assert means(view).unit == 12


def test_another_run_gets_strips_of_its_own(session, qtbot, show, settle):
    view = show(ActivationsView)
    session.open(experiment("iris", "network.hidden=[5, 4, 3]"))
    qtbot.waitUntil(lambda: session.setup.data.n_inputs == 4)
    settle()

    qtbot.waitUntil(lambda: len(strips(view)) == 4)
    assert [values(strip).shape[1] for strip in strips(view)] == [5, 4, 3, 3]


@pytest.mark.parametrize("session", ["digits", "curve", "xor"], indirect=True)
@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_parameters_gone_wrong_are_drawn(session, show, settle, value):
    view = show(ActivationsView)
    broken = session.frame.parameters.copy()
    broken[::3] = value
    frame = replace(session.frame, parameters=broken)
    for tab in range(2):
        view.findChild(QTabWidget).setCurrentIndex(tab)
        settle()
        view.show_result(frame, view.job(frame, session.picks)(Probe(session.setup)))
        view.grab()

    assert view.content.isVisible()
    assert not np.isfinite(values(means(view))).all() or value == 1e30


# Shares, distributions, the picked unit


def show_page(view, settle, place):
    view.findChild(QTabWidget).setCurrentIndex(place)
    settle()


def choose(view, settle, name, data):
    box = view.findChild(QComboBox, name)
    box.setCurrentIndex(box.findData(data))
    box.activated.emit(box.currentIndex())
    settle()


def test_shares_of_silence_over_all_samples_and_each_class(session, show, train, settle):
    view = show(ActivationsView)
    train(1)
    show_means(view, settle)
    choose(view, settle, "figure", "shares")
    (_, a), _ = layers_by_hand(session, session.setup.validation[0], softmax)
    labels = session.setup.data.validation.labels
    expected = [(a <= 0).mean(axis=0), *((a[labels == k] <= 0).mean(axis=0) for k in range(10))]
    np.testing.assert_allclose(values(means(view)), np.stack(expected, axis=1), atol=0.03)
    assert "not above 0" in text(view, "means")

    box = view.findChild(QComboBox, "layer")
    box.setCurrentIndex(1)
    box.activated.emit(1)
    settle()
    assert "neither die nor saturate" in means(view).empty_text


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_shares_of_saturation(session, show, settle):
    view = show(ActivationsView)
    show_means(view, settle)
    choose(view, settle, "figure", "shares")
    frame = replace(session.frame, parameters=40 * session.frame.parameters)
    view.show_result(frame, view.job(frame, session.picks)(Probe(session.setup)))
    layout = Layout(session.setup.data.n_inputs, session.setup.layers).views(frame.parameters)
    a = np.tanh(session.setup.validation[0] @ layout.weights[0] + layout.biases[0])
    np.testing.assert_allclose(values(means(view))[:, 0], (np.abs(a) > 0.98).mean(axis=0))


def test_distributions_count_z_and_a_of_every_layer(session, show, train, settle):
    view = show(ActivationsView)
    train(1)
    show_page(view, settle, 2)
    first, second = (p for p in view.findChildren(HistogramPlot) if p.isVisible())
    (z, a), (_, y) = layers_by_hand(session, session.setup.validation[0], softmax)
    of_a, of_z = first.series
    assert of_z.total == z.size == of_a.total
    assert abs(of_a.counts.sum() - (a > 0).sum()) <= 3
    assert of_a.name == f"a ({100 * (a == 0).mean():.0f}\u00a0% are 0)"
    assert second.series[0].counts.sum() == y.size
    assert "all 359 validation samples, step 45" in text(view, "distributions")
    dead = int((a <= 0).all(axis=0).sum())
    assert first._caption == f"dead: {dead} of 32 units"


def test_favourite_samples_of_the_picked_unit(session, qtbot, show, train, settle):
    view = show(ActivationsView)
    train(1)
    session.pick_unit(0, 12)
    show_page(view, settle, 3)
    (_, a), _ = layers_by_hand(session, session.setup.validation[0], softmax)
    assert "Unit 12 of layer 1 (relu)" in text(view, "unit")
    assert f"above 0 for {100 * (a[:, 12] > 0).mean():.1f}\u00a0%" in text(view, "unit")
    gallery = view.findChild(Gallery, "highest")
    shown = a[list(gallery._ids), 12]
    np.testing.assert_allclose(shown, np.sort(a[:, 12])[::-1][: len(shown)], rtol=1e-4)
    label = session.setup.data.validation.labels[gallery._ids[0]]
    assert gallery._captions[0] == f"{shown[0]:.3g}\n{label}"
    lowest = a[list(view.findChild(Gallery, "lowest")._ids), 12]
    np.testing.assert_allclose(lowest, np.sort(a[:, 12])[: len(lowest)], rtol=1e-4)

    place = gallery._on_screen(gallery._cell_rect(1)).center().toPoint()
    qtbot.mouseClick(gallery, Qt.MouseButton.LeftButton, pos=place)
    assert (session.picks.part, session.picks.sample) == ("validation", gallery._ids[1])
    settle()
    assert gallery.current == session.picks.sample


def test_another_part_can_be_chosen_for_the_set(session, show, settle):
    view = show(ActivationsView)
    show_page(view, settle, 3)
    choose(view, settle, "part", "train")
    assert "all 1,438 training samples" in text(view, "unit")
    show_page(view, settle, 2)
    assert "all 1,438 training samples" in text(view, "distributions")


@pytest.mark.parametrize("session", ["curve", "iris"], indirect=True)
@pytest.mark.parametrize("page", [1, 2, 3])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_every_page_draws_a_network_gone_wrong(session, show, settle, page, value):
    view = show(ActivationsView)
    show_page(view, settle, page)
    broken = np.full_like(session.frame.parameters, value)
    frame = replace(session.frame, parameters=broken)
    view.show_result(frame, view.job(frame, session.picks)(Probe(session.setup)))
    view.grab()


def test_all_tabs_are_in_sight_in_a_narrow_place(session, show):
    view = show(ActivationsView, 340, 280)
    bar = view.findChild(QTabBar)
    assert bar.tabRect(bar.count() - 1).right() < bar.width()
    assert bar.sizeHint().width() <= 340
    assert all(bar.tabToolTip(i) for i in range(bar.count()))


@pytest.mark.parametrize(("height", "shows"), [(330, False), (480, True)])
def test_outputs_are_shown_only_with_room_for_their_numbers(session, show, height, shows):
    view = show(ActivationsView, 720, height)
    outputs = view.findChild(Bars)
    assert outputs.isVisible() == shows


def test_every_page_names_its_step(session, show, settle, train):
    view = show(ActivationsView)
    train(1)
    step = f"step {session.frame.step:,}"
    assert step in text(view, "sample")
    show_means(view, settle)
    assert step in text(view, "means")


@pytest.mark.parametrize("session", ["xor"], indirect=True)
def test_a_layers_name_is_shorter_where_it_would_be_cut(session, show):
    titles = [strip.accessibleName() for strip in strips(show(ActivationsView, 900, 400))]
    assert titles[-1] == "Layer 3 · 8 → 2 · softmax"
    for strip in strips(show(ActivationsView, 340, 300)):
        text = strip.accessibleName()
        width = QFontMetrics(bold_font(strip.font())).horizontalAdvance(text)
        assert width <= strip.width() - 2 * MARGIN, text
    assert text == "Layer 3 · 2 softmax"
