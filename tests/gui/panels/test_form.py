"""Fields of the experiment on the screen: typed, refused, shown, hidden, undone."""

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QKeySequence, QShortcut, QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLabel, QWidget

from visualmlp.experiment import (
    Data,
    Layer,
    Network,
    Optimizer,
    Output,
    Regularization,
    Schedule,
    Training,
    fields_of,
    find_experiment,
)
from visualmlp.gui.panels.editors import Editor
from visualmlp.gui.panels.form import SectionForm

SECTIONS = {
    "data": Data,
    "optimizer": Optimizer,
    "schedule": Schedule,
    "regularization": Regularization,
    "training": Training,
    "network.hidden.0": Layer,
    "network.output": Output,
}
PLACES = [
    f"{place}.{spec.name}" for place, section in SECTIONS.items() for spec in fields_of(section)
] + ["network.loss"]

RATE = "optimizer.learning_rate"


def value(session, place):
    found = session.experiment
    for key in place.split("."):
        found = found[int(key)] if key.isdigit() else getattr(found, key)
    return found


def press(widget, key, times=1):
    widget.setFocus()
    for _ in range(times):
        QTest.keyClick(widget, key)


def turn_wheel(widget, notches):
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        widget.mapToGlobal(middle),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_every_field_of_the_network_section_is_known():
    assert {spec.name for spec in fields_of(Network)} == {
        "hidden",
        "output",
        "loss",
        "loss_normalisation",
        "loss_divisor",
    }


def test_every_declared_field_has_an_editor_with_its_value(session, find):
    for place in PLACES:
        editor = find(place)
        assert isinstance(editor, Editor), place
        assert editor.value() == value(session, place), place
        assert editor.accessibleName(), place
        assert editor.accessibleDescription(), place
        assert "new run" in editor.toolTip() or "next step" in editor.toolTip(), place
        assert editor.whatsThis() == editor.toolTip(), place


def test_labels_are_buddies(find):
    for place in PLACES:
        if not place.startswith("network"):
            assert find(f"{place}.label").buddy() is find(place)


def test_tooltips_say_range_and_effect(find):
    rate, seed = find(RATE).toolTip(), find("training.seed").toolTip()
    assert "above 0, up to 100" in rate
    assert "next step" in rate
    assert "from 0 to 4,294,967,295" in seed
    assert "new run" in seed


def test_a_typed_learning_rate_edits_the_experiment(session, enter):
    enter(RATE, "2.5e-2")
    assert session.experiment.optimizer.learning_rate == 0.025
    assert session.can_undo


@pytest.mark.parametrize(
    ("place", "text", "reason"),
    [
        (RATE, "fast", "“fast” is not a number"),
        (RATE, "0", "out of range: more than 0"),
        (RATE, "101", "at most 100"),
        ("optimizer.beta1", "1", "1 is too large. Allowed: from 0, below 1."),
        ("optimizer.beta1", "0,5", "“0,5” is not a number. Allowed: from 0, below 1."),
        ("training.batch_size", "0", "0 is too small. Allowed: from 1 to 1,000,000."),
        ("training.batch_size", "2.5", "2.5 is not a whole number."),
        ("training.epochs", "1e400", "is not a number"),
        ("training.epochs", "nan", "is not a number"),
        ("network.hidden.0.units", "10001", "10001 is too large. Allowed: from 1 to 10,000."),
        ("data.classes", "5, 55", "No class is named “55”. There are: 0, 1, 2"),
        ("data.classes", "5, 5", "A class is named twice."),
        ("data.classes", "5", "Keep at least two classes."),
    ],
)
def test_a_wrong_entry_is_refused_with_the_reason(session, find, enter, place, text, reason):
    before = session.experiment
    enter(place, text)
    message = find(f"{place}.message")
    assert session.experiment is before
    assert not message.isHidden()
    assert message.text().startswith("⚠ ")
    assert reason in message.text()
    assert "stays in use." in message.text()
    assert reason in find(place).accessibleDescription()
    assert find(place).text() == text


@pytest.mark.parametrize("place", [RATE, "optimizer.beta1", "data.classes"])
def test_escape_brings_the_old_value_back(find, enter, place):
    old = find(place).text()
    enter(place, "nonsense")
    press(find(place), Qt.Key.Key_Escape)
    assert find(place).text() == old
    assert find(f"{place}.message").isHidden()


@pytest.mark.parametrize("place", [RATE, "optimizer.beta1"])
def test_escape_drops_what_is_being_typed(session, find, place):
    before, editor = session.experiment, find(place)
    old = editor.text()
    editor.setFocus()
    editor.selectAll()
    QTest.keyClicks(editor, "0.5")
    press(editor, Qt.Key.Key_Escape)
    assert editor.text() == old
    find("training.seed").setFocus()
    assert session.experiment == before


def test_leaving_a_field_ends_typing(session, find):
    editor = find("training.batch_size")
    editor.setFocus()
    editor.selectAll()
    QTest.keyClicks(editor, "64")
    assert session.experiment.training.batch_size == 32
    find("training.seed").setFocus()
    assert session.experiment.training.batch_size == 64


def test_a_corrected_entry_ends_the_refusal(session, find, enter):
    enter("optimizer.beta1", "7")
    enter("optimizer.beta1", "0.7")
    assert session.experiment.optimizer.beta1 == 0.7
    assert find("optimizer.beta1.message").isHidden()


def test_values_that_do_not_fit_each_other_are_refused_at_the_field(session, find):
    output = find("network.output.activation")
    session.edit(session.experiment.replace(network={"loss": "cross_entropy"}))
    before = session.experiment
    output.setCurrentIndex(output.findData("identity"))
    output.activated.emit(output.currentIndex())
    message = find("network.output.activation.message")
    assert session.experiment is before
    assert "cross_entropy needs outputs between 0 and 1" in message.text()
    press(output, Qt.Key.Key_Escape)
    assert output.currentData() == "auto"
    assert message.isHidden()


def test_choices_have_readable_texts(find):
    activation, source = find("network.hidden.0.activation"), find("data.source")
    texts = [activation.itemText(index) for index in range(activation.count())]
    assert "Leaky ReLU" in texts
    assert "Softplus" in texts
    assert source.currentText() == "UCI digits (8×8)"
    precision = find("training.precision")
    assert [precision.itemText(i) for i in range(precision.count())] == ["float32", "float64"]


def test_the_optimizer_decides_which_fields_show(session, find):
    name = find("optimizer.name")
    assert find("optimizer.beta1").isVisible()
    assert not find("optimizer.momentum").isVisible()
    press(name, Qt.Key.Key_Home)
    press(name, Qt.Key.Key_Down)
    assert session.experiment.optimizer.name == "momentum"
    for part in ("", ".label"):
        assert find(f"optimizer.momentum{part}").isVisible()
        assert not find(f"optimizer.beta1{part}").isVisible()


def test_a_message_goes_with_its_field(find, enter):
    enter("optimizer.beta1", "7")
    press(find("optimizer.name"), Qt.Key.Key_Home)
    assert not find("optimizer.beta1.message").isVisible()


def test_a_switch_is_turned_with_the_space_bar(session, find):
    press(find("data.stratify"), Qt.Key.Key_Space)
    assert session.experiment.data.stratify is False


def test_classes_to_keep_are_names(session, enter, qtbot):
    enter("data.classes", "5; 8")
    assert session.experiment.data.classes == ("5", "8")
    qtbot.waitUntil(lambda: session.setup.data.class_names == ("5", "8"))
    enter("data.classes", "")
    assert session.experiment.data.classes == ()


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_names_of_classes_are_completed(session, enter):
    enter("data.classes", "vers, set")
    assert session.experiment.data.classes == ("versicolor", "setosa")


def test_classes_are_not_checked_against_another_source(session, enter, train_a_step):
    train_a_step()
    session.edit(session.experiment.replace(data={"source": "iris"}))
    enter("data.classes", "setosa, virginica")
    assert session.experiment.data.classes == ("setosa", "virginica")


def test_a_path_must_exist(session, find, tmp_path, train_a_step):
    train_a_step()
    session.edit(session.experiment.replace(data={"source": "idx"}))
    line = find("data.path").line
    line.setFocus()
    QTest.keyClicks(line, str(tmp_path / "none"))
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert "There is no file or folder" in find("data.path.message").text()
    press(line, Qt.Key.Key_Escape)
    assert line.text() == ""
    QTest.keyClicks(line, str(tmp_path))
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert session.experiment.data.path == str(tmp_path)


def test_arrows_step_and_the_last_step_counts(session, find, qtbot):
    beta = find("optimizer.beta1")
    press(beta, Qt.Key.Key_Up, 3)
    assert beta.text() == "0.93"
    qtbot.waitUntil(lambda: session.experiment.optimizer.beta1 == 0.93)
    session.undo()
    assert session.experiment.optimizer.beta1 == 0.9


def test_arrows_stay_within_the_range(session, find):
    beta, batch = find("optimizer.beta1"), find("training.batch_size")
    press(beta, Qt.Key.Key_Up, 20)
    assert beta.text() == "0.99"
    press(batch, Qt.Key.Key_Down, 2)
    assert batch.text() == "8"
    press(batch, Qt.Key.Key_Down, 9)
    assert batch.text() == "1"
    find("training.seed").setFocus()
    assert session.experiment.training.batch_size == 1


@pytest.mark.parametrize("place", [RATE, "optimizer.beta1", "optimizer.name", "training.epochs"])
def test_the_wheel_turns_only_what_has_the_focus(session, find, qtbot, place):
    before, editor = session.experiment, find(place)
    find("training.seed").setFocus()
    turn_wheel(editor, -1)
    qtbot.wait(300)
    assert session.experiment is before
    assert editor.focusPolicy() & Qt.FocusPolicy.WheelFocus != Qt.FocusPolicy.WheelFocus
    editor.setFocus()
    turn_wheel(editor, -1)
    qtbot.waitUntil(lambda: session.experiment != before)


def test_live_fields_never_wait_for_a_new_run(session, enter, train_a_step):
    train_a_step()
    enter(RATE, "0.02")
    assert not session.has_pending_edits
    enter("training.seed", "7")
    assert session.has_pending_edits


def test_undo_redo_and_open_refresh_the_form(session, find, enter, qtbot):
    enter(RATE, "0.02")
    session.undo()
    assert find(RATE).text() == "0.003"
    session.redo()
    assert find(RATE).text() == "0.02"
    session.open(find_experiment("iris"))
    qtbot.waitUntil(lambda: find("data.source").currentText() == "Iris flowers")
    assert find("network.hidden.0.units").text() == "8"


def test_following_the_session_does_not_edit_it(session, panels, qtbot):
    before = session.experiment
    session.edit(before.replace(training={"batch_size": 77, "seed": 5}))
    after = session.experiment
    qtbot.wait(300)
    assert session.experiment is after
    session.undo()
    assert session.experiment is before
    assert session.can_redo


def test_an_entry_left_wrong_is_dropped_when_something_else_changes(find, enter):
    enter("optimizer.beta1", "7")
    enter("training.batch_size", "64")
    assert find("optimizer.beta1").text() == "0.9"
    assert find("optimizer.beta1.message").isHidden()


def test_undo_key_reaches_the_window_once_nothing_is_typed(session, find, enter, panels):
    undone = []
    shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), panels)
    shortcut.activated.connect(lambda: undone.append(True))
    beta = find("optimizer.beta1")
    beta.setFocus()
    beta.selectAll()
    QTest.keyClicks(beta, "0.5")
    QTest.keyClick(beta, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not undone
    enter("optimizer.beta1", "0.6")
    QTest.keyClick(beta, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone


def test_long_fractions_keep_all_their_digits(session, find, qtbot):
    session.edit(session.experiment.replace(data={"validation_fraction": 1 / 6}))
    editor = find("data.validation_fraction")
    assert editor.text() == "0.1666666667"
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert session.experiment.data.validation_fraction == 1 / 6


def test_a_form_can_show_some_fields(session, show):
    form = show(SectionForm(session, "training", ("seed", "epochs")))
    assert [label.text() for label in form.findChildren(QLabel) if label.buddy()] == [
        "Seed",
        "Epochs",
    ]


def test_tab_follows_the_visual_order(find, panels):
    order, widget = [], find("group.training.optimizer")
    for _ in range(400):
        widget = widget.nextInFocusChain()
        if isinstance(widget, Editor) and widget.isVisible():
            order.append(widget.objectName())
    shown = sorted(
        (w for w in panels.findChildren(QWidget) if isinstance(w, Editor) and w.isVisible()),
        key=lambda w: w.mapTo(panels, QPoint(0, 0)).y(),
    )
    training = [w.objectName() for w in shown if not w.objectName().startswith(("data", "network"))]
    assert order[: len(training)] == training
