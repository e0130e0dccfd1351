"""The forgotten samples: strips of a real run, picks, orders, and the cursor in them."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QComboBox

from visualmlp.analysis.forgetting import flips, forgetting_events, ranked
from visualmlp.gui import theme
from visualmlp.gui.views import forgotten_samples
from visualmlp.gui.views.forgetting import ForgettingView
from visualmlp.gui.views.mistakes import MistakesView
from visualmlp.gui.widgets.confusion_matrix import ConfusionMatrix
from visualmlp.gui.widgets.strips import SampleStrips, Strips
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training import past_predictions, what_if
from visualmlp.training.setup import Setup
from visualmlp.training.trainer import Trainer

WAIT_MS = 20_000


@pytest.fixture(autouse=True)
def few_states(monkeypatch):
    monkeypatch.setattr(past_predictions, "MOST_STATES", 40)


def samples(view) -> Strips:
    return view.findChild(Strips, "samples")


def pasts_of(setup: Setup, steps: range) -> np.ndarray:
    """What a plain trainer predicts of the validation part at these steps."""
    trainer, rows = Trainer(setup), []
    for step in steps:
        while trainer.step_count < step:
            trainer.step()
        y = trainer.network.predict(setup.validation[0])
        rows.append(y.argmax(axis=1))
    return np.array(rows)


def seek(qtbot, session, step: int) -> None:
    session.seek(step)
    qtbot.waitUntil(lambda: session.frame.step == step and session.is_settled, timeout=WAIT_MS)


def test_strips_are_those_of_a_plain_training(session, show, train):
    view = show(ForgettingView)
    train(2)
    strips, labels = samples(view)._strips, session.setup.data.validation.labels
    head = session.timeline.head
    steps = range(0, head + 1, 4)
    assert (strips.steps.tolist(), strips.head, strips.spacing) == (list(steps), head, 4)
    expected = pasts_of(session.setup, steps)
    rows = ranked(expected, labels, "forgotten")[:200]
    assert list(strips.ids) == rows.tolist() != []
    assert strips.predicted.tolist() == expected[:, rows].tolist()
    counts = np.stack([forgetting_events(expected, labels), flips(expected)], axis=1)
    assert strips.counts.tolist() == counts[rows].tolist()
    forgotten = np.count_nonzero(counts[:, 0])
    never = np.count_nonzero(~(expected == labels).any(axis=0))
    header = view.findChild(TextLine, "header").text()
    assert header == (
        f"Of {len(labels)} validation samples {forgotten} were forgotten at least once, "
        f"{never} never predicted right ({len(steps)} past states)"
    )


def test_orders_and_what_there_is_not(session, show, settle):
    view = show(ForgettingView)
    assert "No sample was right" in samples(view).empty_text
    chooser = view.findChild(QComboBox, "order")
    for place, text in ((1, "No prediction has changed"), (2, None)):
        chooser.setCurrentIndex(place)
        chooser.activated.emit(place)
        settle()
        empty = samples(view).empty_text
        assert (text in empty) if text else (empty is None)
    y = pasts_of(session.setup, range(1))[0]
    wrong = np.flatnonzero(y != session.setup.data.validation.labels)
    assert list(samples(view)._strips.ids) == wrong[:200].tolist()
    assert samples(view).accessibleName() == f"Never predicted right: 200 of {len(wrong)} shown"


def test_a_click_picks_the_sample_and_its_strip_stands_above(session, show, settle, train):
    view = show(ForgettingView)
    train(2)
    strips = samples(view)
    at = QPointF(60, strips._tops()[1] + 5).toPoint()
    QTest.mouseClick(strips, Qt.MouseButton.LeftButton, pos=at)
    sample = strips._strips.ids[1]
    assert (session.picks.part, session.picks.sample) == ("validation", sample)
    settle()
    picked = view.findChild(Strips, "picked")
    assert picked.isVisible()
    assert list(picked._strips.ids) == [sample]
    assert picked._strips.predicted[:, 0].tolist() == strips._strips.predicted[:, 1].tolist()
    assert strips.current_sample == sample
    session.pick_sample(3, "train")
    settle()
    assert not picked.isVisible()
    assert strips.current_sample is None


def test_hover_tells_what_was_predicted_when(session, show, train):
    view = show(ForgettingView)
    train(2)
    strips = samples(view)
    data, row = strips._strips, 0
    names = session.setup.data.class_names
    for state in (0, len(data.steps) // 2, len(data.steps) - 1):
        x = strips._x_of(data.steps[state] + data.spacing / 2)
        predicted, true = data.predicted[state, row], data.labels[row]
        assert strips.row_text(row, x) == (
            f"sample {data.ids[row]}, step {data.steps[state]}: predicted {names[predicted]} "
            f"{'✓' if predicted == true else '✗'}, true {names[true]}"
        )
    assert strips.row_text(row, 5.0).startswith(f"sample {data.ids[row]}, true {names[true]}")


def test_right_is_above_and_wrong_below_in_other_colours(session, show, train):
    view = show(ForgettingView)
    train(2)
    strips = samples(view)
    image, data, colours = strips.grab().toImage(), strips._strips, theme.current()
    top = strips._tops()[0] + strips.row_height() / 2
    for state in range(len(data.steps)):
        x = strips.view().left() + strips._x_of(data.steps[state] + 1)
        right = bool(data.predicted[state, 0] == data.labels[0])
        inks = [image.pixelColor(int(x), int(top + dy)).name() for dy in (-6, 6)]
        if colours.highlight not in inks:
            assert (inks[0] == colours.good) is right
            assert (inks[1] == colours.bad) is not right


def test_a_double_click_goes_to_the_step(qtbot, session, show, train):
    view = show(ForgettingView)
    train(1)
    strips = samples(view)
    step = int(strips._strips.steps[len(strips._strips.steps) // 2])
    x = strips.view().left() + strips._x_of(step + 0.5)
    at = QPointF(x, strips._tops()[0] + 8).toPoint()
    QTest.mouseDClick(strips, Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: session.frame.step == step and session.is_settled, timeout=WAIT_MS)
    assert strips._cursor == step


def test_states_are_looked_into_bit_by_bit(session, show, train, monkeypatch):
    monkeypatch.setattr(forgotten_samples, "SHARE", 0.0)
    view = show(ForgettingView)
    train(1)
    shown = samples(view)._strips
    assert len(shown.steps) == session.timeline.head // shown.spacing + 1


def test_a_fork_shows_its_own_past(qtbot, session, show, train):
    view = show(ForgettingView)
    train(1)
    head = session.timeline.head
    before = samples(view)._strips
    seek(qtbot, session, head // 2)
    session.change_run("", lambda trainer: what_if.set_bias(trainer, 1, 3, 100.0))
    qtbot.waitUntil(lambda: samples(view)._strips.head < head, timeout=WAIT_MS)
    after = samples(view)._strips
    assert (before.head, after.head) == (head, head // 2)
    assert after.steps[-1] == head // 2
    assert (after.predicted[-1] == 3).all()
    assert not (after.predicted[-2] == 3).all()


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_samples_that_are_no_pictures(session, show, train):
    view = show(ForgettingView)
    train(2)
    assert samples(view)._strips.pictures is None
    assert samples(view).row_height() < 30
    header, *rows = samples(view).csv_rows()
    assert header[:5] == ["sample", "true", "forgotten", "flips", "step 0"]
    assert len(rows) == len(samples(view)._strips.ids)


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_regression_has_no_classes(session, show):
    assert "regression" in show(ForgettingView).needs(session.setup)


def test_the_confusion_matrix_follows_the_cursor(qtbot, session, show, train):
    view = show(MistakesView)
    train(2)
    matrix, labels = view.findChild(ConfusionMatrix), session.setup.data.validation.labels
    steps = range(0, session.timeline.head + 1, session.timeline.head // 4)
    expected = pasts_of(session.setup, steps)
    for place in (2, 0, 3, 1):
        seek(qtbot, session, steps[place])
        counts = np.zeros((10, 10), int)
        np.add.at(counts, (labels, expected[place]), 1)
        assert matrix._values.tolist() == counts.tolist()
        assert view.findChild(TextLine, "header").text().endswith(f"step {steps[place]}")


def test_a_low_view_shows_rows_and_not_the_picked_sample_twice(session, show, settle, train):
    view = show(ForgettingView, 728, 270)
    train(2)
    strips, picked = samples(view), view.findChild(Strips, "picked")
    session.pick_sample(strips._strips.ids[2], "validation")
    settle()
    assert not picked.isVisible()
    assert strips.current == 2
    assert len(strips._tops()) >= 4
    assert strips._title == ""
    assert strips.accessibleName().startswith("Most often forgotten")
    listed = set(strips._strips.ids)
    other = next(row for row in range(359) if row not in listed)
    session.pick_sample(other, "validation")
    settle()
    assert picked.isVisible()
    assert (picked._title, picked.titles[0]) == ("", "picked")
    view.resize(728, 500)
    session.pick_sample(strips._strips.ids[2], "validation")
    settle()
    assert picked.isVisible()
    assert (picked._title[:7], picked.titles[0]) == ("Picked:", "sample")


@pytest.mark.parametrize(("width", "count"), [(720, 4), (300, 2), (200, 1)])
def test_columns_give_way_to_the_strips(session, show, train, width, count):
    view = show(ForgettingView, width, 500)
    train(2)
    strips = samples(view)
    assert strips._n_columns == count
    assert strips.columns_width() <= strips.area().width()
    strips.grab()
    row = strips._strips.ids[0]
    assert strips.row_text(0, 5.0).startswith(f"sample {row}, true ")


def test_the_highlighted_row_stays_in_sight_in_a_smaller_place(session, show, settle, train):
    view = show(ForgettingView, 700, 600)
    train(2)
    strips = samples(view)
    last = max(strips._tops())
    strips.set_current(last)
    view.resize(700, 420)
    settle()
    assert last in strips._tops()


def test_the_keyboard_goes_to_a_state_in_a_strip(qtbot, session, show, settle, train):
    view = show(ForgettingView, 700, 500)
    train(2)
    strips = samples(view)
    head, steps = session.frame.step, strips._strips.steps.tolist()
    strips.setFocus()
    strips.set_current(1)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(strips, key)
    wanted = steps[len(steps) - 3]
    assert wanted < head
    assert f"step {wanted}: predicted" in strips.value_at(strips.current_point())
    with qtbot.waitSignal(strips.step_picked) as picked:
        QTest.keyClick(strips, Qt.Key.Key_Return)
    assert picked.args == [wanted]
    assert session.picks.sample == strips._strips.ids[1]
    qtbot.waitUntil(lambda: session.frame.step == wanted, timeout=WAIT_MS)


def test_long_names_of_classes_leave_room_for_the_strips(qtbot):
    name = "slightly damaged by moisture during transport"
    strips = Strips()
    qtbot.addWidget(strips)
    strips.resize(460, 200)
    strips.set_strips(
        SampleStrips(
            ids=[4, 7],
            labels=np.array([0, 1]),
            counts=np.array([[1, 3], [0, 1]]),
            predicted=np.array([[0, 0], [1, 0], [0, 1]]),
            steps=np.array([0, 10, 20]),
            head=20,
            spacing=10,
            class_names=(name, "undamaged"),
        )
    )
    start, end = strips._strip_span()
    assert strips._n_columns == 4
    assert end - start > 80
    assert strips.row_text(0, 5.0).startswith(f"sample 4, true {name}, ")
