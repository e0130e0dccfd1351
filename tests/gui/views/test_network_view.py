from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QPushButton, QSpinBox

from visualmlp.engine import Layout
from visualmlp.experiment import apply_settings, find_experiment
from visualmlp.gui.views.network import NetworkView
from visualmlp.gui.widgets.network_diagram import NetworkDiagram
from visualmlp.training import what_if
from visualmlp.training.probe import Probe


def diagram(view):
    return view.findChild(NetworkDiagram)


def units(view, layer):
    """Rows of a layer's units as the drawing has them: {unit: (z, a, bias)}."""
    rows = [row for row in diagram(view).csv_rows()[1:] if row[0] == "unit" and row[1] == layer]
    return {row[3]: tuple(row[5:8]) for row in rows}


def links(view, layer):
    """{(from, to): (a, w, w·a)}."""
    rows = [row for row in diagram(view).csv_rows()[1:] if row[0] == "link" and row[1] == layer]
    return {(row[2], row[3]): (row[6], row[8], row[9]) for row in rows}


def parameters(session):
    setup = session.setup
    return Layout(setup.data.n_inputs, setup.layers).views(session.frame.parameters)


def layers(session):
    setup, picks = session.setup, session.picks
    probe = Probe(setup)
    row = slice(picks.sample, picks.sample + 1)
    x = probe.inputs(picks.part)[row]
    return x[0], probe.layers(session.frame, x)


def choose(view, name, value, settle):
    box = view.findChild(QComboBox, name)
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())
    settle()


def test_it_shows_the_picked_sample_in_exact_numbers(session, show, settle, train):
    view = show(NetworkView)
    train(1)
    session.pick_sample(7)
    settle()
    x, every = layers(session)
    values = parameters(session)
    for layer, output in enumerate(every, 1):
        shown = units(view, layer)
        assert shown
        for unit, (z, a, bias) in shown.items():
            assert (z, a) == (output.z[0, unit], output.a[0, unit])
            assert bias == values.biases[layer - 1][unit]
        below = x if layer == 1 else every[layer - 2].a[0]
        for (source, unit), (a, w, product) in links(view, layer).items():
            assert (a, w) == (below[source], values.weights[layer - 1][source, unit])
            assert product == w * a
    assert "Validation sample 7" in diagram(view).accessibleName()


def test_strength_is_the_weight_or_what_it_adds(session, show, settle):
    view = show(NetworkView)
    view.findChild(QSpinBox, "links").setValue(40)
    settle()
    strongest = max(abs(weight) for _, weight, _ in links(view, 2).values())
    shown = sorted(units(view, 1))
    expected = parameters(session).weights[1][shown]
    assert strongest == np.abs(expected).max()
    assert len(links(view, 1)) + len(links(view, 2)) == 40
    assert "40 of 2,368 links" in diagram(view)._caption

    choose(view, "strength", "contribution", settle)
    drawn = links(view, 2)
    _, every = layers(session)
    sums = np.abs(every[0].a[0][:, None] * parameters(session).weights[1])
    of_shown = np.sort(sums[sorted(units(view, 1))].ravel())[::-1]
    assert sorted((abs(n[2]) for n in drawn.values()), reverse=True) == pytest.approx(
        of_shown[: len(drawn)]
    )
    assert "|w·a|" in diagram(view)._caption


def test_the_caption_says_whose_links_are_the_strongest(session, show, settle):
    view = show(NetworkView, 1200, 700)
    view.findChild(QSpinBox, "links").setValue(40)
    settle()
    assert "40 of 2,368 links, the strongest by |w|" in diagram(view)._caption
    session.pick_unit(0, 2)
    settle()
    assert sum(unit == 2 for _, unit in links(view, 1)) == 20  # the layer's share, of 64
    assert "links, strongest of all and of the pick by |w|" in diagram(view)._caption
    view.resize(680, 300)
    settle()
    assert "links, strongest of these and of the pick by |w|" in diagram(view)._caption


def test_wide_layers_are_folded_and_can_be_paged(session, show, settle, qtbot):
    view = show(NetworkView, 680, 300)
    n_shown = len(units(view, 1))
    assert n_shown < 32
    assert f"units {n_shown} of 32" in diagram(view)._caption
    assert "(strongest) · " in diagram(view)._caption
    scores = np.abs(parameters(session).weights[1]).sum(axis=1)
    assert set(units(view, 1)) == set(np.argsort(-scores)[:n_shown].tolist())

    diagram(view).page_turned.emit(1, 1)
    settle()
    assert view.findChild(QComboBox, "units").currentData() == "number"
    assert sorted(units(view, 1)) == list(range(n_shown))
    diagram(view).page_turned.emit(1, 1)
    settle()
    assert min(units(view, 1)) > 0
    for _ in range(9):
        diagram(view).page_turned.emit(1, 1)
    settle()
    assert max(units(view, 1)) == 31

    session.pick_unit(0, 2)
    settle()
    assert {2, 31} <= set(units(view, 1))
    choose(view, "units", "all", settle)
    assert len(units(view, 1)) == 32


def test_shown_units_do_not_jump_while_training(session, show, train):
    view = show(NetworkView, 680, 300)
    before = set(units(view, 1))
    train(1)
    assert len(before - set(units(view, 1))) <= 2


def test_picks_are_shared(session, show, settle, qtbot):
    view = show(NetworkView)
    drawn = diagram(view)
    qtbot.mouseClick(drawn, Qt.MouseButton.LeftButton, pos=drawn.scene.point((2, 4)).toPoint())
    settle()
    assert session.picks.unit == (1, 4)
    assert drawn.scene.links.of_pick.any()
    drawn.weight_picked.emit(0, 20, 3)
    settle()
    assert session.picks.weight == (0, 20, 3)
    assert (20, 3) in links(view, 1)
    drawn.input_picked.emit(33)
    settle()
    assert session.picks.weight == (0, 33, 3)
    session.pick_unit(1, 9)
    settle()
    assert drawn.current == (2, 9)
    before = session.picks
    drawn.input_picked.emit(33)  # leads to no unit of the second layer
    assert session.picks == before


def test_the_answer_is_marked(session, show, settle):
    view = show(NetworkView)
    facts = diagram(view)._facts
    setup = session.setup
    label = int(setup.data.validation.labels[0])
    assert facts.true == label
    _, every = layers(session)
    assert facts.predicted == int(every[-1].a[0].argmax())
    mark = "✓" if facts.predicted == label else "✗"
    assert diagram(view).accessibleName().endswith(mark)


def test_silenced_and_frozen_units_are_told(session, show, settle, qtbot):
    view = show(NetworkView)
    session.change_run("silence", lambda trainer: what_if.silence_unit(trainer, 0, 3))
    session.change_run("freeze", lambda trainer: what_if.freeze_unit(trainer, 0, 5))
    qtbot.waitUntil(lambda: len(session.timeline.edits) == 2)
    qtbot.waitUntil(lambda: bool(diagram(view)._facts.frozen), timeout=5000)
    settle()
    assert diagram(view)._facts.silenced == {(1, 3)}
    assert diagram(view)._facts.frozen == {(1, 5)}


def test_fit_shows_all_again(session, show, qtbot):
    view = show(NetworkView)
    fit = view.findChild(QPushButton, "fit")
    assert not fit.isEnabled()
    diagram(view).zoom_by(2)
    assert fit.isEnabled()
    qtbot.mouseClick(fit, Qt.MouseButton.LeftButton)
    assert diagram(view).zoom.scale == 1
    assert not fit.isEnabled()


@pytest.mark.parametrize("session", ["iris", "curve", "spirals"], indirect=True)
def test_other_tasks(session, show, train):
    view = show(NetworkView)
    train(1)
    view.grab()
    shape = [session.setup.data.n_inputs, *(spec.units for spec in session.setup.layers)]
    assert len(units(view, 0)) == shape[0]
    assert len(units(view, len(shape) - 1)) == shape[-1]
    title = diagram(view).accessibleName()
    assert ("target" in title) == (session.setup.data.task == "regression")


@pytest.mark.parametrize(
    "session",
    [apply_settings(find_experiment("iris"), ['data.classes=["setosa","virginica"]',
                                             "data.task=binary"])],
    indirect=True,
)  # fmt: skip
def test_one_output_for_two_classes(session, show):
    view = show(NetworkView)
    (name,) = diagram(view)._texts[-1].names
    assert name == "virginica"
    assert diagram(view)._facts.true is None
    assert "predicted" in diagram(view).accessibleName()


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_numbers_that_are_not_finite_are_drawn(session, show, value):
    view = show(NetworkView)
    frame = replace(session.frame, parameters=np.full_like(session.frame.parameters, value))
    view.show_result(frame, view.job(frame, session.picks)(Probe(session.setup)))
    view.grab()
    assert "NaN" in diagram(view)._caption_text()
