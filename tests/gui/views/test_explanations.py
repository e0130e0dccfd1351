"""The Inspector's pages beside the picture."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtWidgets import QComboBox, QSpinBox

from visualmlp.analysis import attribution
from visualmlp.experiment import find_experiment
from visualmlp.gui.views import explanation
from visualmlp.gui.views.answer_bars import AnswerBars
from visualmlp.gui.views.explanation import Explainer
from visualmlp.gui.views.inspector import InspectorView
from visualmlp.gui.widgets.bars import Bars
from visualmlp.gui.widgets.gallery import Gallery
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.gui.widgets.strips import Strips
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.visit import Visitor

_DIGITS = find_experiment("digits")
TWO = _DIGITS.replace(data=_DIGITS.data.replace(classes=("5", "8"), task="binary"))
EXACT = _DIGITS.replace(training=_DIGITS.training.replace(precision="float64"))
EXACT_TWO = TWO.replace(training=EXACT.training)
STANDARD = _DIGITS.replace(data=_DIGITS.data.replace(scaling="standardise"))


@pytest.fixture
def view(show) -> InspectorView:
    return show(InspectorView, 270, 640)


@pytest.fixture
def choose(view, settle):
    """``choose(name, key)`` chooses an entry as a user does, and waits."""

    def choose_entry(name: str, key: str) -> None:
        chooser = view.findChild(QComboBox, name)
        chooser.setCurrentIndex(chooser.findData(key))
        chooser.activated.emit(chooser.currentIndex())
        settle()

    return choose_entry


def network_of(session):
    network = session.setup.new_network()
    network.parameters.flat[...] = session.frame.parameters
    return network


def scaled(session, row, part: str = "validation"):
    data = session.setup.data
    return data.inputs(getattr(data, part), session.setup.dtype)[row]


def probabilities(session, x):
    return network_of(session).predict(np.ascontiguousarray(x, session.setup.dtype))


def shown_map(view):
    return view.findChild(Mosaic, "map")._tiles[0]


def text(view) -> str:
    return view.findChild(TextLine, "explained").text()


def slopes(function, x, epsilon: float = 1e-6):
    """Central differences."""
    moves = epsilon * np.eye(len(x))
    return (function(x + moves) - function(x - moves)) / (2 * epsilon)


def test_nothing_is_explained_until_it_is_asked_for(session, view, settle, train, monkeypatch):
    asked = []
    explain = Explainer.explain
    monkeypatch.setattr(
        Explainer, "explain", lambda *args: asked.append(explain(*args)) or asked[-1]
    )
    train(1)
    assert asked
    assert set(asked) == {None}


@pytest.mark.parametrize("session", [EXACT], indirect=True)
def test_the_gradient_is_that_of_central_differences(session, view, choose, train, settle) -> None:
    train(2)
    session.pick_sample(3)
    choose("what", "gradient")
    x = scaled(session, 3)
    label = int(session.setup.data.validation.labels[3])
    network = network_of(session)
    functions = {
        "loss": lambda x: -np.log(probabilities(session, x)[:, label]),
        "score": lambda x: network.layer_outputs(x)[-1].z[:, label],
        "output": lambda x: probabilities(session, x)[:, label],
    }
    choose("whose", "true")
    for of, function in functions.items():
        choose("gradient_of", of)
        numeric = slopes(function, x).reshape(8, 8)
        np.testing.assert_allclose(shown_map(view), numeric, rtol=1e-4, atol=1e-7)
        assert ("loss" in text(view)) == (of == "loss")
        assert (f"“{label}”" in text(view)) == (of != "loss")


@pytest.mark.parametrize("session", [EXACT_TWO], indirect=True)
def test_the_two_classes_of_a_binary_task_have_opposite_gradients(session, view, choose) -> None:
    choose("what", "gradient")
    choose("gradient_of", "output")
    choose("whose", "true")
    labels = session.setup.data.validation.labels
    for label, name, sign in ((0, "“5”", -1), (1, "“8”", 1)):
        row = int(np.argmax(labels == label))
        session.pick_sample(row)
        choose("what", "gradient")
        x = scaled(session, row)
        numeric = sign * slopes(lambda x: probabilities(session, x)[:, 0], x).reshape(8, 8)
        np.testing.assert_allclose(shown_map(view), numeric, rtol=1e-4, atol=1e-7)
        assert name in text(view)


def test_a_clicked_bar_is_the_class_that_is_meant(session, view, choose, settle) -> None:
    choose("what", "occlusion")
    view.findChild(AnswerBars).bar_picked.emit(6)
    settle()
    assert session.picks.unit == (len(session.setup.layers) - 1, 6)
    assert "“6” (" in text(view)


@pytest.mark.parametrize("session", ["digits", STANDARD], indirect=True)
def test_occlusion_is_the_change_of_the_probability(session, view, choose, train, settle) -> None:
    train(3)
    session.pick_sample(5)
    choose("what", "occlusion")
    view.findChild(QSpinBox, "patch").setValue(8)
    settle()
    dataset, scaling = session.setup.data.dataset, session.setup.data.scaling
    x = scaled(session, 5)
    blank = scaling.apply(np.zeros((1, 64)), np.float32)
    before, behind = probabilities(session, x[None])[0], probabilities(session, blank)[0]
    predicted = int(before.argmax())
    np.testing.assert_allclose(shown_map(view), behind[predicted] - before[predicted], atol=1e-5)
    assert "8×8 patches, mean at a pixel\n" in text(view)
    view.findChild(QSpinBox, "patch").setValue(1)
    settle()
    row, column = 3, 4
    raw = dataset.x[session.setup.data.validation.index[5]].copy()
    raw[row * 8 + column] = 0
    changed = probabilities(session, scaling.apply(raw[None], np.float32))[0]
    assert shown_map(view)[row, column] == pytest.approx(
        changed[predicted] - before[predicted], abs=1e-5
    )


@pytest.mark.parametrize("metric", ["inputs", "hidden"])
def test_the_nearest_training_samples_are_found_and_picked(
    session, view, choose, train, settle, metric
) -> None:
    train(1)
    session.pick_sample(9)
    choose("what", "nearest")
    choose("metric", metric)
    every, x = scaled(session, slice(None), "train"), scaled(session, slice(9, 10))
    if metric == "hidden":
        every, x = (network_of(session).layer_outputs(part)[-2].a for part in (every, x))
    order = np.argsort(np.linalg.norm(every - x, axis=1), kind="stable")[:8].tolist()
    gallery = view.findChild(Gallery, "nearest")
    assert list(gallery._ids) == order
    assert f"{len(every):,} training samples" in text(view)
    assert ("step" in text(view)) == (metric == "hidden")
    gallery.picture_picked.emit(order[2])
    settle()
    assert (session.picks.part, session.picks.sample) == ("train", order[2])
    assert order[2] not in gallery._ids, "a sample is not its own neighbour"


def test_a_search_is_not_made_again_for_the_same_sample(
    session, view, choose, train, settle, monkeypatch
) -> None:
    choose("what", "nearest")
    monkeypatch.setattr(explanation, "_train_inputs", None)  # would be called
    train(1)
    assert view._pages.currentWidget() is view._room


def test_a_long_search_is_made_in_many_short_looks(
    session, view, choose, settle, monkeypatch
) -> None:
    monkeypatch.setattr(explanation, "SECONDS", 0.0)
    monkeypatch.setattr("visualmlp.analysis.neighbours.CHUNK_VALUES", 64 * 200)
    choose("what", "nearest")
    first = list(view.findChild(Gallery, "nearest")._ids)
    every, x = scaled(session, slice(None), "train"), scaled(session, 0)
    assert first == np.argsort(np.linalg.norm(every - x, axis=1), kind="stable")[:8].tolist()
    assert "compared so far" not in text(view)


def test_fewer_samples_compared_than_there_are_is_told(session, view, choose, monkeypatch) -> None:
    monkeypatch.setattr(explanation, "MOST_COMPARED", 100)
    choose("what", "nearest")
    assert "the first 100 training samples" in text(view)
    assert max(view.findChild(Gallery, "nearest")._ids) < 100


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_a_table_has_bars_for_its_features_and_rows_for_its_samples(
    session, view, choose, settle
) -> None:
    x = scaled(session, 0)
    means = scaled(session, slice(None), "train").mean(axis=0)
    before = probabilities(session, x[None])[0]
    predicted = int(before.argmax())
    choose("what", "occlusion")
    features = view.findChild(Bars, "features")
    for i in range(4):
        hidden = x.copy()
        hidden[i] = means[i]
        change = probabilities(session, hidden[None])[0, predicted] - before[predicted]
        assert features._values[i] == pytest.approx(change, abs=1e-5)
    assert features._names[0].startswith("sepal length")
    assert "training mean" in text(view)
    choose("what", "gradient")
    assert features._values.shape == (4,)
    choose("what", "nearest")
    assert "setosa · distance " in " ".join(view.findChild(Gallery, "nearest")._captions)


def test_patches_that_are_not_at_every_place_are_told(session, view, choose, monkeypatch) -> None:
    monkeypatch.setattr(attribution, "MOST_PATCHES", 16)
    choose("what", "occlusion")
    assert " of them, 2 pixels apart" in text(view)


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_a_regression_is_explained_too(session, view, choose) -> None:
    for what in ("gradient", "occlusion", "nearest"):
        choose("what", what)
        assert text(view)
        assert not view.findChild(QComboBox, "whose").isVisible()  # there is one output only
        assert " to −" not in text(view)  # and one input: no range
    assert "target" in view.findChild(Gallery, "nearest")._captions[0]


def test_numbers_that_are_nan_are_told(session, view, choose, settle) -> None:
    broken = np.full_like(session.frame.parameters, np.nan)
    object.__setattr__(session.frame, "parameters", broken)
    session._schedule._probe._frame = None
    for what in ("gradient", "occlusion", "nearest"):
        choose("what", what)
        assert view._pages.currentWidget() is view._room
        if what != "nearest":
            assert "NaN" in text(view)


def test_the_predictions_over_the_run_are_those_of_the_past(
    qtbot, session, view, choose, settle, train
) -> None:
    train(3)
    session.pick_sample(5)
    choose("what", "history")
    strips = view.findChild(Strips, "history")
    network, branches = session.setup.new_network(), session.branches
    visitor, shown = Visitor(session.setup), strips._shown
    for step, predicted in list(zip(shown.steps, shown.predicted[:, 0], strict=True))[::17]:
        state = visitor.state_at(branches[branches.current].timeline, int(step))
        network.parameters.flat[...] = state.parameters
        assert network.predict(scaled(session, 5)[None])[0].argmax() == predicted
    assert list(shown.ids) == [5]
    assert f"{len(shown.steps)} past states" in text(view)
    strips.step_picked.emit(7)
    qtbot.waitUntil(lambda: session.frame.step == 7, timeout=20_000)


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_numbers_have_no_strip_over_the_run(session, view, choose) -> None:
    choose("what", "history")
    assert "needs classes" in view.findChild(Strips, "history").empty_text
