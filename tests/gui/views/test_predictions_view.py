"""The table of probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QCheckBox, QPushButton, QSpinBox

from visualmlp.engine import predicted_classes
from visualmlp.experiment import find_experiment
from visualmlp.gui.views import prediction_rows
from visualmlp.gui.views.part_chooser import PartChooser
from visualmlp.gui.views.predictions import PredictionsView
from visualmlp.gui.widgets.result_table import NOTHING, ResultTable
from visualmlp.gui.widgets.text_line import TextLine

_DIGITS = find_experiment("digits")
WITH_TEST = _DIGITS.replace(
    data=_DIGITS.data.replace(test_fraction=0.2),
    training=_DIGITS.training.replace(watch_test=True),
)
TWO_DIGITS = _DIGITS.replace(data=_DIGITS.data.replace(classes=("5", "8"), task="binary"))
_BLOBS = find_experiment("blobs")
EASY = _BLOBS.replace(data=_BLOBS.data.replace(noise=0.05))
TANH_OUTPUTS = _DIGITS.replace(
    network=_DIGITS.network.replace(
        loss="squared_error", output=_DIGITS.network.output.replace(activation="tanh")
    )
)


def outputs(session, part="validation"):
    """Of a network with the frame's parameters, made without a probe."""
    network, data = session.setup.new_network(), session.setup.data
    network.parameters.flat[...] = session.frame.parameters
    return network.predict(data.inputs(getattr(data, part), np.float32))


def results(view):
    return view.findChild(ResultTable).results


def header(view):
    return view.findChild(TextLine, "header").text().replace("\u00a0", " ")


@pytest.mark.parametrize("session", [WITH_TEST], indirect=True)
def test_the_first_test_samples_with_their_probabilities(session, show, train):
    view = show(PredictionsView)
    train(2)
    shown, y = results(view), outputs(session, "test")[:20]
    assert shown.ids == list(range(20))
    assert shown.values == pytest.approx(y, abs=1e-6)
    assert list(shown.largest) == y.argmax(axis=1).tolist()
    labels = session.setup.data.test.labels[:20]
    right = y.argmax(axis=1) == labels
    doubtful = y.max(axis=1) < 0.5
    marks = [("✓" if a else "✗") + ("?" if b else "") for a, b in zip(right, doubtful, strict=True)]
    assert shown.marks == marks
    assert [true for _, true in shown.answers] == [str(label) for label in labels]
    assert header(view) == (
        f"Test samples 0 to 19 of 359, step {session.frame.step} · ✓ {right.sum()} right, "
        f"✗ {20 - right.sum()} wrong · ? {doubtful.sum()} doubtful (largest below 0.5)"
    )


def test_at_the_start_everything_is_doubtful(session, show):
    shown = results(show(PredictionsView))
    assert (outputs(session)[:20].max(axis=1) < 0.5).all()
    assert all(mark.endswith("?") for mark in shown.marks)


def test_start_and_count_choose_the_rows(session, show, settle):
    view = show(PredictionsView)
    view.findChild(QSpinBox, "start").setValue(350)
    view.findChild(QSpinBox, "count").setValue(50)
    settle()
    shown, data = results(view), session.setup.data
    assert shown.ids == list(range(350, 359))
    raw = data.raw(data.validation)[350:359].reshape(-1, 8, 8)
    assert shown.pictures.tolist() == raw.tolist()


def test_only_wrong_ones(session, show, settle, train, monkeypatch):
    monkeypatch.setattr(prediction_rows, "CHUNK", 7)
    view = show(PredictionsView)
    train(3)
    view.findChild(QSpinBox, "start").setValue(40)
    view.findChild(QSpinBox, "count").setValue(5)
    view.findChild(QCheckBox, "only_wrong").click()
    settle()
    labels = session.setup.data.validation.labels
    wrong = np.flatnonzero(predicted_classes(outputs(session)) != labels)
    wrong = wrong[wrong >= 40]
    assert results(view).ids == wrong[:5].tolist()
    assert header(view).startswith("Validation samples from 40 on, predicted wrong: the first 5")
    view.findChild(QSpinBox, "count").setValue(300)
    settle()
    assert results(view).ids == wrong.tolist()
    assert header(view).startswith(
        f"Validation samples from 40 to 358, predicted wrong: all {len(wrong)}"
    )


def test_another_part(session, show, settle):
    view = show(PredictionsView)
    part = view.findChild(PartChooser)
    part.choose("train")
    part.part_chosen.emit("train")
    settle()
    assert results(view).values == pytest.approx(outputs(session, "train")[:20], abs=1e-6)
    assert header(view).startswith("Training samples 0 to 19 of 1,438")


def test_a_click_picks_the_sample_and_a_pick_is_shown(session, show, settle):
    view = show(PredictionsView)
    table = view.findChild(ResultTable)
    at = QPoint(30, round(table._tops()[4] + 3))
    QTest.mouseClick(table, Qt.MouseButton.LeftButton, pos=at)
    assert (session.picks.part, session.picks.sample) == ("validation", 4)
    session.pick_sample(11)
    settle()
    assert table.current == 11


def test_a_sample_picked_elsewhere_is_among_those_shown(session, show, settle):
    view = show(PredictionsView)
    table, chooser = view.findChild(ResultTable), view.findChild(PartChooser)
    session.pick_sample(211, "train")
    settle()
    assert chooser.part == "train"
    assert table.results.ids[table.current] == 211
    view.findChild(QSpinBox, "start").setValue(300)
    session.pick_unit(0, 1)
    settle()
    assert view.findChild(QSpinBox, "start").value() == 300
    assert table.current is None


def test_a_part_that_the_user_chose_stays_and_no_row_of_it_is_framed(qtbot, session, show, settle):
    view = show(PredictionsView)
    table, chooser = view.findChild(ResultTable), view.findChild(PartChooser)
    session.pick_sample(3)
    settle()
    assert table.current == 3
    qtbot.keyClick(chooser, Qt.Key.Key_Up)
    settle()
    assert chooser.part == "train"
    assert table.current is None
    session.pick_sample(5)
    settle()
    assert chooser.part == "train"


@pytest.mark.parametrize("session", [TWO_DIGITS], indirect=True)
def test_a_binary_task_has_one_column_and_the_class_at_one_half(session, show):
    view = show(PredictionsView)
    shown, y = results(view), outputs(session)[:20, 0]
    assert list(shown.value_names) == ["output: 8"]
    assert shown.values[:, 0] == pytest.approx(y, abs=1e-6)
    assert [predicted for predicted, _ in shown.answers] == ["8" if p > 0.5 else "5" for p in y]
    assert set(shown.largest) == {NOTHING}
    assert header(view).endswith("threshold 0.5")


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_a_regression_shows_prediction_target_and_error(session, show, train):
    view = show(PredictionsView)
    train(1)
    shown, y = results(view), outputs(session)[:20, 0]
    target = session.setup.data.validation.values[:20, 0]
    assert list(shown.value_names) == ["prediction", "target", "error"]
    assert shown.values == pytest.approx(np.stack([y, target, y - target], axis=1), abs=1e-5)
    assert not view.findChild(QCheckBox, "only_wrong").isEnabled()
    assert not shown.tinted
    view.findChild(QCheckBox, "bars").click()
    view.grab()


@pytest.mark.parametrize("session", [TANH_OUTPUTS], indirect=True)
def test_outputs_that_are_no_probabilities_are_not_doubted(session, show):
    view = show(PredictionsView)
    assert not any("?" in mark for mark in results(view).marks)
    low, high = results(view).value_range
    assert low <= results(view).values.min() < 0 < results(view).values.max() <= high


def test_the_table_is_copied_with_all_digits(session, show):
    view = show(PredictionsView)
    view.findChild(QSpinBox, "decimals").setValue(4)
    assert view.findChild(ResultTable).number(0.25) == "0.2500"
    view.findChild(QPushButton, "copy").click()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0].split("\t")[:3] == ["sample", "0", "1"]
    copied = [float(number) for number in lines[3].split("\t")[1:11]]
    assert copied == results(view).values[2].tolist()


def test_outputs_of_nan_are_no_prediction(session, show, settle, monkeypatch):
    view, frame = show(PredictionsView), session.frame
    fields = {name: getattr(frame, name) for name in frame.__dataclass_fields__}
    fields["parameters"] = np.full_like(frame.parameters, np.nan)
    monkeypatch.setattr(session, "frame", type(frame)(**fields))
    view.refresh()
    settle()
    view.grab()
    assert "20 without a prediction: NaN" in header(view)
    assert results(view).answers[0][0] == "–"
    assert set(results(view).largest) == {NOTHING}


@pytest.mark.parametrize("session", [EASY], indirect=True)
def test_nothing_wrong_is_said(session, show, settle, train):
    view = show(PredictionsView)
    train(20)
    assert (predicted_classes(outputs(session)) == session.setup.data.validation.labels).all()
    view.findChild(QCheckBox, "only_wrong").click()
    settle()
    n = len(session.setup.data.validation)
    expected = f"None of the {n} samples looked at is predicted wrong."
    assert view.findChild(ResultTable).empty_text == expected


def test_bars_have_no_decimals(session, show):
    view = show(PredictionsView)
    decimals = view.findChild(QSpinBox, "decimals")
    assert decimals.isEnabled()
    view.findChild(QCheckBox, "bars").setChecked(True)
    assert not decimals.isEnabled()
    view.findChild(QCheckBox, "bars").setChecked(False)
    assert decimals.isEnabled()
