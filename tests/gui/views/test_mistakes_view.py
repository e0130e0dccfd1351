"""The confusion matrix and the gallery of mistakes."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QComboBox, QPushButton, QWidget

from visualmlp.engine import predicted_classes
from visualmlp.experiment import find_experiment
from visualmlp.gui import theme
from visualmlp.gui.session import Session
from visualmlp.gui.views import misclassified
from visualmlp.gui.views.mistake_controls import MistakeControls
from visualmlp.gui.views.mistakes import MistakesView
from visualmlp.gui.views.part_chooser import PartChooser
from visualmlp.gui.widgets.confusion_matrix import ConfusionMatrix
from visualmlp.gui.widgets.gallery import Gallery
from visualmlp.gui.widgets.strips import Strips
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.past_predictions import MOST_SAMPLES
from visualmlp.training.visit import Visitor

_DIGITS = find_experiment("digits")
TWO_DIGITS = _DIGITS.replace(
    data=_DIGITS.data.replace(classes=("5", "8"), task="binary", test_fraction=0.1)
)
DIVERGING = _DIGITS.replace(
    optimizer=_DIGITS.optimizer.replace(name="sgd", learning_rate=100.0, momentum=0.0)
)


def outputs(session: Session, part: str = "validation"):
    """The network's outputs and the labels of a part, without a probe."""
    setup, frame = session.setup, session.frame
    network = setup.new_network()
    network.parameters.flat[...] = frame.parameters
    samples = getattr(setup.data, part)
    return network.predict(setup.data.inputs(samples, np.float32)), samples.labels


def click_cell(view: MistakesView, true: int, predicted: int) -> None:
    matrix = view.findChild(ConfusionMatrix)
    place = matrix._layout.cell(true, predicted).center().toPoint()
    QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=place)


def header(view: MistakesView) -> str:
    return view.findChild(TextLine, "header").text()


def gallery(view: MistakesView) -> Gallery:
    return view.findChild(Gallery)


def test_counts_and_header_tell_what_the_network_predicts(session, show, train):
    view = show(MistakesView)
    train(3)
    y, labels = outputs(session)
    predicted = predicted_classes(y)
    counts = np.zeros((10, 10), int)
    for pair in zip(labels, predicted, strict=True):
        counts[pair] += 1
    assert view.findChild(ConfusionMatrix)._values.tolist() == counts.tolist()
    wrong = int((labels != predicted).sum())
    assert 0 < wrong < len(labels)
    share = 100 * wrong / len(labels)
    assert header(view) == (
        f"{wrong} of {len(labels)} validation samples wrong ({share:.1f}\u00a0%), "
        f"step {session.frame.step:,}"
    )
    assert sorted(gallery(view)._ids) == np.flatnonzero(labels != predicted).tolist()


def test_a_click_on_a_cell_filters_and_a_second_one_shows_all(session, show, settle):
    view = show(MistakesView)
    y, labels = outputs(session)
    predicted = predicted_classes(y)
    everything = list(gallery(view)._ids)
    true, guess = next(
        (a, b) for a, b in zip(labels.tolist(), predicted.tolist(), strict=True) if a != b
    )
    click_cell(view, true, guess)
    assert session.picks.cell == (true, guess)
    settle()
    expected = np.flatnonzero((labels == true) & (predicted == guess)).tolist()
    assert sorted(gallery(view)._ids) == expected != sorted(everything)
    click_cell(view, true, guess)
    settle()
    assert session.picks.cell is None
    assert list(gallery(view)._ids) == everything


def test_the_diagonal_shows_what_is_right_and_show_all_leaves_it(session, show, settle, train):
    view = show(MistakesView)
    train(3)
    click_cell(view, 4, 4)
    settle()
    y, labels = outputs(session)
    right = np.flatnonzero((labels == 4) & (predicted_classes(y) == 4))
    assert sorted(gallery(view)._ids) == right.tolist() != []
    assert set(gallery(view)._marks) == {"✓"}
    button = view.findChild(QPushButton, "show_all")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settle()
    assert session.picks.cell is None
    assert set(gallery(view)._marks) == {"✗"}
    assert not button.isEnabled()


def test_an_empty_cell_says_so(session, show, settle, train):
    view = show(MistakesView)
    train(10)
    true, guess = np.argwhere(view.findChild(ConfusionMatrix)._values == 0)[0]
    click_cell(view, int(true), int(guess))
    settle()
    assert "No sample" in gallery(view).empty_text


def test_orders(session, show, settle):
    view = show(MistakesView)
    y, labels = outputs(session)
    chooser = view.findChild(QComboBox, "order")
    shown = {}
    for place in range(chooser.count()):
        chooser.setCurrentIndex(place)
        chooser.activated.emit(place)
        settle()
        shown[chooser.currentData()] = list(gallery(view)._ids)
    losses = [-np.log(y[row, labels[row]]) for row in shown["loss"]]
    confidence = [y[row].max() for row in shown["confidence"]]
    assert losses == sorted(losses, reverse=True)
    assert confidence == sorted(confidence, reverse=True)
    assert shown["data"] == sorted(shown["data"])
    assert len({tuple(rows) for rows in shown.values()}) == 3


def test_a_click_on_a_picture_picks_the_sample(session, show, settle):
    view = show(MistakesView)
    pictures = gallery(view)
    place = pictures._on_screen(pictures._cell_rect(2)).center().toPoint()
    QTest.mouseClick(pictures, Qt.MouseButton.LeftButton, pos=place)
    assert (session.picks.part, session.picks.sample) == ("validation", pictures._ids[2])
    settle()
    assert pictures.current == session.picks.sample


def test_a_click_before_another_part_is_drawn_picks_what_is_seen(qtbot, session, show, settle):
    view = show(MistakesView)
    pictures = gallery(view)
    qtbot.keyClick(view.findChild(QComboBox, "part"), Qt.Key.Key_Up)
    place = pictures._on_screen(pictures._cell_rect(2)).center().toPoint()
    QTest.mouseClick(pictures, Qt.MouseButton.LeftButton, pos=place)
    assert (session.picks.part, session.picks.sample) == ("validation", pictures._ids[2])
    settle()
    assert pictures.current is None  # it is not among the training samples


def test_captions_tell_true_class_prediction_and_confidence(session, show):
    view = show(MistakesView)
    y, labels = outputs(session)
    row = gallery(view)._ids[0]
    best = int(y[row].argmax())
    assert gallery(view)._captions[0] == f"true {labels[row]} → {best} ({y[row, best]:.2f})"


def test_the_pictures_are_the_raw_samples(session, show):
    view = show(MistakesView)
    data = session.setup.data
    for place in (0, 7):
        raw = data.raw_row(data.validation, gallery(view)._ids[place])
        assert gallery(view)._pictures[place].tolist() == raw.reshape(8, 8).tolist()


@pytest.mark.parametrize("session", [TWO_DIGITS], indirect=True)
def test_a_binary_task_of_two_classes_and_the_test_part(session, show, settle):
    view = show(MistakesView)
    part = view.findChild(PartChooser)
    assert [part.itemData(i) for i in range(part.count())] == ["train", "validation", "test"]
    for name in ("train", "test"):
        part.choose(name)
        part.part_chosen.emit(name)
        settle()
        y, labels = outputs(session, name)
        predicted = (y[:, 0] > 0.5).astype(int)
        expected = [[int(((labels == a) & (predicted == b)).sum()) for b in (0, 1)] for a in (0, 1)]
        assert view.findChild(ConfusionMatrix)._values.tolist() == expected
    row = gallery(view)._ids[0]
    names = ("5", "8")
    sure = max(y[row, 0], 1 - y[row, 0])
    expected_caption = f"true {names[labels[row]]} → {names[predicted[row]]} ({sure:.2f})"
    assert gallery(view)._captions[0] == expected_caption
    assert view.findChild(ConfusionMatrix)._all_names(1) == names


def test_only_the_first_training_samples_of_many_are_looked_at(session, show, settle, monkeypatch):
    monkeypatch.setattr(misclassified, "MOST_TRAINING", 200)
    monkeypatch.setattr(misclassified, "MOST_SHOWN", 30)
    view = show(MistakesView)
    part = view.findChild(PartChooser)
    part.choose("train")
    part.part_chosen.emit("train")
    settle()
    total = len(session.setup.data.train)
    assert f"of the first 200 of {total:,} training samples wrong" in header(view)
    assert view.findChild(ConfusionMatrix)._values.sum() == 200
    assert len(gallery(view)._ids) == 30
    assert max(gallery(view)._ids) < 200
    y, labels = outputs(session, "train")
    wrong = int((predicted_classes(y)[:200] != labels[:200]).sum())
    assert gallery(view).accessibleName() == f"All mistakes: 30 of {wrong} shown"


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_samples_that_are_no_pictures_are_lines_of_text(session, show):
    view = show(MistakesView)
    assert gallery(view)._pictures is None
    row = gallery(view)._ids[0]
    raw = session.setup.data.raw_row(session.setup.data.validation, row)
    assert gallery(view)._captions[0].endswith("· " + ", ".join(f"{value:g}" for value in raw))


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_regression_has_no_classes(session, show):
    view = show(MistakesView)
    assert "regression" in view.needs(session.setup)
    assert not view.is_shown()


@pytest.mark.parametrize("session", [DIVERGING], indirect=True)
def test_outputs_of_nan_are_counted_apart(session, show, settle, train, monkeypatch):
    view = show(MistakesView)
    train(1)
    frame = session.frame
    parameters = np.full_like(frame.parameters, np.nan)
    monkeypatch.setattr(session, "frame", type(frame)(**_fields(frame, parameters)))
    view.refresh()
    settle()
    count = len(session.setup.data.validation)
    assert header(view).startswith(f"{count} of {count} validation samples wrong (100.0\u00a0%)")
    assert header(view).endswith(f"{count} without a prediction: their outputs are NaN")
    assert not view.findChild(ConfusionMatrix)._values.any()
    assert gallery(view)._captions[0].endswith("→ – (NaN)")


def _fields(frame, parameters):
    fields = {name: getattr(frame, name) for name in frame.__dataclass_fields__}
    return {**fields, "parameters": parameters}


def test_hover_tells_count_and_share(session, show, train):
    view = show(MistakesView)
    train(3)
    matrix = view.findChild(ConfusionMatrix)
    true = 8
    count, total = int(matrix._values[true, true]), int(matrix._values[true].sum())
    text = matrix.value_at(matrix._layout.cell(true, true).center())
    assert text == f"true 8, predicted 8: {count} ({100 * count / total:.1f}\u00a0% of 8)"


def test_right_and_wrong_have_colours_and_frames_of_their_own(session, show, train):
    view = show(MistakesView)
    train(2)
    matrix = view.findChild(ConfusionMatrix)
    image = matrix.cells_image
    blue, red = image & 255, (image >> 16) & 255
    values = matrix._values
    diagonal = np.eye(10, dtype=bool)
    assert (blue[diagonal & (values > 20)] > red[diagonal & (values > 20)]).all()
    assert (red[~diagonal & (values > 0)] > blue[~diagonal & (values > 0)]).all()
    assert has_frame(matrix, 3, 3)
    assert not has_frame(matrix, 3, 4)


def has_frame(matrix: ConfusionMatrix, row: int, column: int) -> bool:
    """Whether the cell's left border is painted in the colour of text."""
    corner = matrix._layout.cell(row, column).topLeft().toPoint()
    image = matrix.grab().toImage()
    inks = {image.pixelColor(corner.x() + dx, corner.y() + 10).name() for dx in range(4)}
    return theme.current().foreground in inks


# The past, filters


def past_predictions(session: Session):
    """Steps of states, and what was predicted at each: (n_states, n_samples)."""
    steps = range(session.frame.step + 1)
    visitor, network = Visitor(session.setup), session.setup.new_network()
    rows = []
    for step in steps:
        network.parameters.flat[...] = visitor.state_at(session.timeline, step).parameters
        rows.append(predicted_classes(network.predict(session.setup.validation[0])))
    return np.array(rows), session.setup.data.validation.labels


def choose_order(view: MistakesView, settle, order: str) -> None:
    chooser = view.findChild(QComboBox, "order")
    chooser.setCurrentIndex(chooser.findData(order))
    chooser.activated.emit(chooser.currentIndex())
    settle()


def toggle(view: MistakesView, settle, name: str) -> None:
    view.findChild(QAction, name).trigger()
    settle()


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_the_newest_mistakes_were_right_until_last(session, show, settle, train):
    view = show(MistakesView)
    train(3)
    choose_order(view, settle, "newest")
    predicted, labels = past_predictions(session)
    right = predicted == labels
    since = {}
    for row in np.flatnonzero(~right[-1]).tolist():
        was_right = np.flatnonzero(right[:, row])
        since[row] = int(was_right[-1]) + 1 if len(was_right) else 0
    shown = list(gallery(view)._ids)
    assert sorted(shown) == sorted(since) != []
    assert [since[row] for row in shown] == sorted(since.values(), reverse=True)
    assert gallery(view)._captions[0].startswith(f"since step {since[shown[0]]} · ")
    assert f"{session.frame.step + 1} past states" in header(view)


def test_only_those_that_flipped(session, show, settle, train):
    view = show(MistakesView)
    train(3)
    everything = set(gallery(view)._ids)
    toggle(view, settle, "flipped")
    predicted, _ = past_predictions(session)
    flipped = set(np.flatnonzero((predicted != predicted[0]).any(axis=0)).tolist())
    assert set(gallery(view)._ids) == everything & flipped != set()
    assert "(flipped)" in gallery(view)._title


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_strips_tell_the_predictions_over_the_run_and_lead_there(
    session, qtbot, show, settle, train
):
    view = show(MistakesView)
    train(3)
    order = list(gallery(view)._ids)
    toggle(view, settle, "strips")
    strips = view.findChild(Strips)
    assert strips.isVisible()
    assert not gallery(view).isVisible()
    predicted, _ = past_predictions(session)
    assert list(strips._shown.ids) == order
    np.testing.assert_array_equal(strips._shown.predicted, predicted[:, order])
    strips.step_picked.emit(4)
    qtbot.waitUntil(lambda: session.frame.step == 4, timeout=20_000)
    strips.sample_picked.emit(order[0])
    assert session.picks.sample == order[0]


def test_a_class_is_filtered_by_its_name_in_the_matrix_or_in_the_menu(session, show, settle):
    view = show(MistakesView)
    y, labels = outputs(session)
    predicted = predicted_classes(y)
    matrix = view.findChild(ConfusionMatrix)
    matrix.true_picked.emit(3)
    settle()
    expected = np.flatnonzero((labels == 3) & (predicted != 3)).tolist()
    assert sorted(gallery(view)._ids) == expected
    assert session.picks.cell is None
    guess = int(np.bincount(predicted[labels != predicted]).argmax())
    view.findChild(MistakeControls).class_chosen.emit((None, guess))
    settle()
    expected = np.flatnonzero((predicted == guess) & (labels != guess)).tolist()
    assert sorted(gallery(view)._ids) == expected
    assert gallery(view)._title.startswith(f"Wrongly predicted {guess}")
    QTest.mouseClick(view.findChild(QPushButton, "show_all"), Qt.MouseButton.LeftButton)
    settle()
    assert len(gallery(view)._ids) == (labels != predicted).sum()


def test_a_cell_picked_elsewhere_filters(session, show, settle, train):
    view = show(MistakesView)
    train(3)
    session.pick_cell((2, 2))
    settle()
    assert view.findChild(MistakeControls).filter == (2, 2)
    assert set(gallery(view)._marks) == {"✓"}


def test_a_narrow_view_shows_the_matrix_or_the_samples(session, show, settle):
    view = show(MistakesView, 300, 220)
    matrix = view.findChild(ConfusionMatrix)
    assert matrix.isVisible()
    assert not gallery(view).isVisible()
    click_cell(view, 3, 3)
    settle()
    assert gallery(view).isVisible()
    assert not matrix.isVisible()
    toggle(view, settle, "samples")
    assert matrix.isVisible()
    view.resize(700, 400)
    settle()
    assert matrix.isVisible()
    assert gallery(view).isVisible()


def test_percentages_in_the_matrix(session, show, settle):
    view = show(MistakesView)
    toggle(view, settle, "percent")
    matrix = view.findChild(ConfusionMatrix)
    assert any("." in text for row in matrix._number_texts() for text in row)
    assert np.issubdtype(matrix._values.dtype, np.integer)


def test_a_narrow_view_cuts_no_control(session, show):
    view = show(MistakesView, 240, 480)
    controls = view.findChild(MistakeControls)
    for name in ("part", "order", "more"):
        control = controls.findChild(QWidget, name)
        assert control.width() >= control.sizeHint().width()
        assert controls.rect().contains(control.geometry())


_BLOBS = find_experiment("blobs")
MANY = _BLOBS.replace(
    data=_BLOBS.data.replace(n_samples=16_000, noise=2.0, validation_fraction=0.75)
)


@pytest.mark.parametrize("session", [MANY], indirect=True)
def test_of_a_large_part_it_is_said_that_the_past_is_that_of_its_first_samples(
    session, show, settle, train
):
    assert len(session.setup.data.validation) == 12_000
    view = show(MistakesView)
    train(1)
    assert f"of {12_000:,} validation samples wrong" in header(view)
    assert "the first" not in header(view) + gallery(view)._title
    wrong = int(header(view).split(" of ")[0].replace(",", ""))
    toggle(view, settle, "flipped")
    first = MOST_SAMPLES
    assert header(view).endswith(f" past states of the first {first:,} samples")
    assert f"All mistakes (flipped) among the first {first:,}: " in gallery(view)._title
    assert max(gallery(view)._ids) < first
    toggle(view, settle, "strips")
    toggle(view, settle, "flipped")
    y, labels = outputs(session)
    n_first = int((predicted_classes(y)[:first] != labels[:first]).sum())
    assert n_first < wrong
    title = view.findChild(Strips)._title
    assert title == f"All mistakes among the first {first:,}: 200 of {n_first:,} shown"
