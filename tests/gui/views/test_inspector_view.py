"""One sample, looked at closely."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QCheckBox, QComboBox, QPushButton, QSpinBox

from visualmlp.engine import predicted_classes
from visualmlp.experiment import find_experiment
from visualmlp.gui import theme
from visualmlp.gui.session import Session
from visualmlp.gui.views.inspector import InspectorView
from visualmlp.gui.views.part_chooser import PartChooser
from visualmlp.gui.widgets.bars import Bars
from visualmlp.gui.widgets.feature_table import FeatureTable
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.gui.widgets.number_grid import NumberGrid
from visualmlp.gui.widgets.text_line import TextLine

_DIGITS = find_experiment("digits")
TWO_DIGITS = _DIGITS.replace(data=_DIGITS.data.replace(classes=("5", "8"), task="binary"))
_BLOBS = find_experiment("blobs")
EASY = _BLOBS.replace(data=_BLOBS.data.replace(noise=0.05))
TANH_OUTPUTS = _DIGITS.replace(
    network=_DIGITS.network.replace(
        loss="squared_error", output=_DIGITS.network.output.replace(activation="tanh")
    )
)


def network_of(session: Session):
    """A network with the frame's parameters, made without a probe."""
    network = session.setup.new_network()
    network.parameters.flat[...] = session.frame.parameters
    return network


def inputs(session: Session, part: str = "validation"):
    data = session.setup.data
    return data.inputs(getattr(data, part), np.float32)


def text(view: InspectorView, name: str) -> str:
    return view.findChild(TextLine, name).text()


def press(view: InspectorView, name: str) -> None:
    QTest.mouseClick(view.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


@pytest.fixture
def view(show) -> InspectorView:
    return show(InspectorView, 260, 600)


def test_probabilities_are_the_networks(session, view, settle):
    session.pick_sample(17)
    settle()
    expected = network_of(session).predict(inputs(session)[17:18])[0]
    assert view.findChild(Bars)._values == pytest.approx(expected, abs=1e-6)
    label = int(session.setup.data.validation.labels[17])
    assert view.findChild(Bars)._true == label
    assert view.findChild(Bars)._predicted == int(expected.argmax())
    loss = -np.log(expected[label])
    data_row = session.setup.data.validation.index[17]
    assert text(view, "facts") == (
        f"validation sample 17 · row {data_row:,} of the data · loss {loss:.4g}, step 0"
    )


def test_the_verdict_has_a_sign_and_words(session, view, settle, train):
    train(3)
    predicted = predicted_classes(network_of(session).predict(inputs(session)))
    labels = session.setup.data.validation.labels
    for row in (int(np.argmax(predicted == labels)), int(np.argmax(predicted != labels))):
        session.pick_sample(row)
        settle()
        verdict = text(view, "verdict")
        assert ("✓" in verdict) == (predicted[row] == labels[row])
        assert ("✗" in verdict) == (predicted[row] != labels[row])
        assert f"predicted {predicted[row]}" in verdict
        assert f"true {labels[row]}" in verdict


def test_picture_and_numbers_beside_it_are_the_raw_values(session, view, settle):
    session.pick_sample(4)
    settle()
    data = session.setup.data
    raw = data.raw_row(data.validation, 4).reshape(8, 8).tolist()
    assert view.findChild(Mosaic, "picture").isVisible()
    assert view.findChild(Mosaic, "picture")._tiles[0].tolist() == raw
    view.findChild(QCheckBox, "numbers").click()
    settle()
    assert view.findChild(Mosaic, "picture").isVisible()
    assert view.findChild(NumberGrid).isVisible()
    assert view.findChild(NumberGrid)._picture.tolist() == raw


def test_numbers_stand_beside_the_picture_in_a_wide_dock_and_below_in_a_narrow_one(
    view, settle, qtbot
):
    view.findChild(QCheckBox, "numbers").click()
    settle()
    picture, grid = view.findChild(Mosaic, "picture"), view.findChild(NumberGrid)
    view.resize(260, 700)
    qtbot.waitUntil(lambda: grid.geometry().top() > picture.geometry().bottom())
    view.resize(1000, 600)
    qtbot.waitUntil(lambda: grid.geometry().left() > picture.geometry().right())


@pytest.mark.parametrize(("ink", "paper"), [("paper", 0xFFFFFFFF), ("board", 0xFF000000)])
def test_the_ink_is_the_same_in_every_look(view, settle, qapp, ink, paper):
    chooser = view.findChild(QComboBox, "ink")
    chooser.setCurrentIndex(chooser.findData(ink))
    chooser.activated.emit(chooser.currentIndex())
    for look in ("light", "dark"):
        theme.apply(qapp, look)
        settle()
        mosaic = view.findChild(Mosaic, "picture")
        blank = np.argwhere(mosaic._tiles[0] == 0)[0]
        assert mosaic.tiles_image[*blank] == paper


def test_the_label_is_told_as_a_one_hot_vector(session, view, settle):
    session.pick_sample(17)
    settle()
    label = int(session.setup.data.validation.labels[17])
    digits = ["0"] * 10
    digits[label] = "1"
    assert text(view, "one_hot") == f"one-hot: {' '.join(digits)}"


@pytest.mark.parametrize("session", [TWO_DIGITS], indirect=True)
def test_the_label_of_a_binary_task_is_one_number(session, view):
    label = int(session.setup.data.validation.labels[0])
    assert text(view, "one_hot") == f"target: {label}"


def test_buttons_step_through_the_part_and_wrap(session, view, settle):
    press(view, "next")
    assert session.picks.sample == 1
    settle()
    assert view.findChild(QSpinBox, "sample").value() == 1
    press(view, "previous")
    press(view, "previous")
    assert session.picks.sample == len(session.setup.data.validation) - 1


def test_a_number_can_be_typed(session, view, settle):
    box = view.findChild(QSpinBox, "sample")
    box.selectAll()
    QTest.keyClicks(box, "123")
    assert session.picks.sample == 0
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert session.picks.sample == 123
    settle()
    assert text(view, "facts").startswith("validation sample 123 ·")


def test_random_stays_within_a_part_that_was_picked_just_now(session, view, settle, monkeypatch):
    monkeypatch.setattr("visualmlp.gui.views.inspector.random.randrange", lambda count: count - 1)
    session.pick_sample(0, "train")
    settle()
    session.pick_sample(0, "validation")
    press(view, "random")
    assert session.picks.sample == len(session.setup.data.validation) - 1


def test_random_stays_within_the_part(session, view, settle, monkeypatch):
    monkeypatch.setattr("visualmlp.gui.views.inspector.random.randrange", lambda count: count - 1)
    press(view, "random")
    assert session.picks.sample == len(session.setup.data.validation) - 1


def test_next_mistake(session, view, settle, train):
    train(2)
    predicted = predicted_classes(network_of(session).predict(inputs(session)))
    wrong = np.flatnonzero(predicted != session.setup.data.validation.labels).tolist()
    assert len(wrong) > 2
    session.pick_sample(wrong[-1])
    for row in wrong[:3]:
        press(view, "next_mistake")
        settle()
        assert session.picks.sample == row


@pytest.mark.parametrize("session", [EASY], indirect=True)
def test_no_mistake_is_said(session, view, settle, train):
    train(20)
    y, labels = network_of(session).predict(inputs(session)), session.setup.data.validation.labels
    assert (predicted_classes(y) == labels).all()
    press(view, "next_mistake")
    settle()
    assert text(view, "facts") == f"No mistake among the {len(labels)} samples of this part."
    assert session.picks.sample == 0


def test_another_part_begins_with_its_first_sample(session, view, settle):
    session.pick_sample(300)
    part = view.findChild(PartChooser)
    part.choose("train")
    part.part_chosen.emit("train")
    assert (session.picks.part, session.picks.sample) == ("train", 0)
    settle()
    assert text(view, "facts").startswith("training sample 0 ·")


def test_it_follows_a_part_picked_elsewhere(session, view, settle):
    session.pick_sample(5, "train")
    settle()
    assert view.findChild(PartChooser).part == "train"
    assert view.findChild(QSpinBox, "sample").maximum() == len(session.setup.data.train) - 1
    expected = network_of(session).predict(inputs(session, "train")[5:6])[0]
    assert view.findChild(Bars)._values == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("session", [TWO_DIGITS], indirect=True)
def test_a_binary_output_makes_two_bars(session, view):
    y = float(network_of(session).predict(inputs(session)[:1])[0, 0])
    bars = view.findChild(Bars)
    assert list(bars._names) == ["5", "8"]
    assert bars._values == pytest.approx([1 - y, y], abs=1e-6)
    assert bars._predicted == int(y > 0.5)
    label = int(session.setup.data.validation.labels[0])
    assert f"true {('5', '8')[label]}" in text(view, "verdict")


@pytest.mark.parametrize("session", [TANH_OUTPUTS], indirect=True)
def test_outputs_that_are_no_probabilities_are_not_called_so(session, view):
    assert view.findChild(Bars).accessibleName() == "Outputs (tanh)"


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_a_table_shows_raw_and_scaled_features(session, view, settle):
    session.pick_sample(3)
    settle()
    model = view.findChild(FeatureTable).model()
    data = session.setup.data
    raw = data.raw_row(data.validation, 3)
    scaled = inputs(session)[3]
    shown = [
        [model.index(row, column).data() for column in range(3)] for row in range(model.rowCount())
    ]
    assert [row[0] for row in shown] == list(data.dataset.feature_names)
    numbers = [[float(cell.replace("−", "-")) for cell in row[1:]] for row in shown]
    assert np.array(numbers)[:, 0] == pytest.approx(raw, rel=1e-3)
    assert np.array(numbers)[:, 1] == pytest.approx(scaled, rel=1e-3)
    assert view.findChild(QCheckBox, "numbers").isHidden()


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_regression_shows_target_prediction_and_error(session, view, settle):
    session.pick_sample(9)
    settle()
    prediction = float(network_of(session).predict(inputs(session)[9:10])[0, 0])
    target = float(session.setup.data.validation.values[9, 0])
    bars = view.findChild(Bars)
    assert list(bars._names) == ["target", "prediction", "error"]
    assert bars._values == pytest.approx([target, prediction, prediction - target], abs=1e-6)
    assert f"loss {(prediction - target) ** 2:.4g}" in text(view, "facts")
    assert not view.findChild(QPushButton, "next_mistake").isEnabled()


def test_outputs_of_nan_are_said_to_be_so(session, view, settle, monkeypatch):
    frame = session.frame
    fields = {name: getattr(frame, name) for name in frame.__dataclass_fields__}
    fields["parameters"] = np.full_like(frame.parameters, np.nan)
    monkeypatch.setattr(session, "frame", type(frame)(**fields))
    view.refresh()
    settle()
    assert "no prediction: the outputs are NaN" in text(view, "verdict")
    assert "loss NaN" in text(view, "facts")


def test_every_control_has_a_name_and_the_tab_key_goes_down(session, view):
    assert view.findChild(QSpinBox, "sample").accessibleName()
    view.activateWindow()
    part = view.findChild(PartChooser)
    part.setFocus()
    visited = []
    for _ in range(6):
        visited.append(view.focusWidget().objectName())
        QTest.keyClick(view.focusWidget(), Qt.Key.Key_Tab)
    assert visited == ["part", "previous", "sample", "next", "random", "next_mistake"]


def test_it_is_no_wider_than_a_narrow_dock(session, view):
    assert view.minimumSizeHint().width() <= 240


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_nothing_of_a_narrow_dock_is_cut(session, show):
    view = show(InspectorView, 191, 490)
    part = view.findChild(PartChooser)
    assert part.width() >= part.sizeHint().width()
    table = view.findChild(FeatureTable)
    assert table.horizontalScrollBar().maximum() == 0
    header = table.horizontalHeader()
    metrics = table.fontMetrics()
    for column, words in enumerate(("feature", "−0.4952", "−0.4952")):
        assert header.sectionSize(column) > metrics.horizontalAdvance(words)


def test_a_wide_view_has_its_controls_in_one_line(session, show) -> None:
    wide = show(InspectorView, 720, 480)
    part, mistake = wide.findChild(PartChooser), wide.findChild(QPushButton, "next_mistake")
    tops = [widget.mapTo(wide, widget.rect().center()).y() for widget in (part, mistake)]
    assert abs(tops[0] - tops[1]) <= 2
    assert mistake.width() < 200
    assert wide.findChild(TextLine, "facts").height() < 2 * wide.fontMetrics().height()
