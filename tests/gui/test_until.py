"""The dialog for what a run shall stop at, driven as a user would."""

from collections.abc import Callable, Iterator

import pytest
from PyQt6.QtCore import QSettings, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from visualmlp.experiment import find_experiment, replace_at
from visualmlp.gui.main_window import MainWindow
from visualmlp.gui.until import UntilDialog
from visualmlp.training.breakpoints import CONDITIONS
from visualmlp.training.runner import Phase

WAIT_MS = 20_000
Show = Callable[..., QWidget]


@pytest.fixture
def window(qtbot: QtBot, shown: Show) -> Iterator[MainWindow]:
    window = shown(MainWindow(), 1366, 768)
    window.activateWindow()
    window.session.open(find_experiment("xor"))
    qtbot.waitUntil(lambda: window.session.frame is not None, timeout=WAIT_MS)
    window.transport.set_speed(None)
    yield window
    window.session.close()


@pytest.fixture
def dialog(window: MainWindow) -> UntilDialog:
    window.actions_by_name["until"].trigger()
    assert window.until_dialog.isVisible()
    return window.until_dialog


def box(dialog: UntilDialog, name: str) -> QCheckBox:
    found = dialog.findChild(QCheckBox, f"until.{name}")
    assert found is not None
    return found


def enter(dialog: UntilDialog, name: str, text: str) -> None:
    editor = dialog.findChild(QWidget, f"until.{name}")
    editor.setFocus()
    editor.lineEdit().selectAll()
    QTest.keyClicks(editor.lineEdit(), text)
    QTest.keyClick(editor.lineEdit(), Qt.Key.Key_Tab)


def choose(dialog: UntilDialog, name: str, value: str) -> None:
    editor = dialog.findChild(QWidget, f"until.{name}")
    index = editor.findData(value)
    editor.setCurrentIndex(index)
    editor.activated.emit(index)


def press(dialog: UntilDialog, name: str) -> None:
    button = dialog.findChild(QPushButton, f"until.{name}")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def stopped(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: bool(window.session.status.message), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.session.frame.state is not None, timeout=WAIT_MS)


def test_every_condition_has_a_row(dialog: UntilDialog) -> None:
    assert [row.condition.name for row in dialog.rows] == list(CONDITIONS)
    for row in dialog.rows:
        assert row.check.toolTip()
        assert row.armed is None
    assert not dialog.findChild(QPushButton, "until.run").isEnabled()


def test_runs_to_the_chosen_step_and_tells_so(
    qtbot: QtBot, window: MainWindow, dialog: UntilDialog
) -> None:
    enter(dialog, "step.step", "37")
    assert box(dialog, "step").isChecked(), "who sets a step wants to stop there"
    press(dialog, "run")
    assert not dialog.isVisible()
    stopped(qtbot, window)
    assert window.session.frame.step == 37
    assert window.notice.isVisible()
    assert window.notice.text.text() == "Stopped at step 37."
    assert [event.step for event in window.session.timeline.events] == [37]
    window.session.run_steps(1)
    qtbot.waitUntil(lambda: window.session.frame.step == 38, timeout=WAIT_MS)


def test_back_shows_the_step_before_and_again_the_same_stop(
    qtbot: QtBot, window: MainWindow, dialog: UntilDialog
) -> None:
    enter(dialog, "step.step", "12")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    stopped(qtbot, window)
    window.session.step_back()
    qtbot.waitUntil(lambda: window.session.frame.step == 11, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.session.status.message, timeout=WAIT_MS)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
    QTest.keyClick(window, Qt.Key.Key_F9)
    stopped(qtbot, window)
    assert window.session.frame.step == 12
    assert len(window.session.timeline.events) == 1


def test_the_message_goes_when_the_run_goes_on(
    qtbot: QtBot, window: MainWindow, dialog: UntilDialog
) -> None:
    enter(dialog, "step.step", "5")
    press(dialog, "run")
    stopped(qtbot, window)
    assert window.notice.isVisible()
    window.session.limit_speed(20)
    window.session.play()
    qtbot.waitUntil(lambda: not window.notice.isVisible(), timeout=WAIT_MS)
    window.session.pause()
    qtbot.waitUntil(lambda: not window.session.is_running, timeout=WAIT_MS)


def test_a_metric_with_its_side(qtbot: QtBot, window: MainWindow, dialog: UntilDialog) -> None:
    choose(dialog, "metric.part", "train")
    choose(dialog, "metric.figure", "loss")
    choose(dialog, "metric.side", "below")
    enter(dialog, "metric.value", "0.69")
    press(dialog, "run")
    stopped(qtbot, window)
    record = window.session.frame.evaluation
    assert record.step == window.session.frame.step
    assert record.train.loss < 0.69
    assert "is below 0.69" in window.notice.text.text()
    others = window.session.history.epochs[1:-1]
    assert all(other.train.loss >= 0.69 for other in others)


def test_a_wrong_entry_is_refused_with_the_range(dialog: UntilDialog) -> None:
    enter(dialog, "dead_units.share", "3")
    told = [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]
    assert any("3 is too large" in text and "up to 1" in text for text in told)
    assert not box(dialog, "dead_units").isChecked()
    assert dialog.conditions == []


def test_costs_of_what_is_chosen_are_told(dialog: UntilDialog) -> None:
    costs = dialog.findChild(QLabel, "until.costs")
    assert costs.text() == ""
    box(dialog, "update_ratio").click()
    assert "|ΔW| / |W|" in costs.text()
    box(dialog, "update_ratio").click()
    assert costs.text() == ""


def test_the_picked_sample_is_watched(window: MainWindow) -> None:
    window.session.pick_sample(7, "train")
    window.until_dialog.ask()
    flip = next(row for row in window.until_dialog.rows if row.condition.name == "flip")
    assert (flip.parameters.part, flip.parameters.sample) == ("train", 7)
    flip.check.click()
    window.until_dialog.reject()
    window.session.pick_sample(3, "train")
    window.until_dialog.ask()
    assert flip.parameters.sample == 7, "a sample that is watched stays so"


def test_a_condition_without_meaning_is_told(qtbot: QtBot, window: MainWindow) -> None:
    curve = find_experiment("curve")
    with qtbot.waitSignal(window.session.run_started, timeout=WAIT_MS):
        window.session.open(replace_at(curve, "training.epochs", 2))
    window.until_dialog.ask()
    box(window.until_dialog, "flip").click()
    press(window.until_dialog, "run")
    qtbot.waitUntil(window.notice.isVisible, timeout=WAIT_MS)
    assert "regression" in window.notice.text.text()
    assert window.session.status.phase is Phase.PAUSED


def test_choice_and_parameters_are_remembered(window: MainWindow, dialog: UntilDialog) -> None:
    enter(dialog, "gradient_norm.value", "2.5")
    choose(dialog, "gradient_norm.side", "below")
    again = UntilDialog(window.session, window)
    [armed] = again.conditions
    assert (armed.name, armed.parameters.side, armed.parameters.value) == (
        "gradient_norm",
        "below",
        2.5,
    )


@pytest.mark.parametrize(
    "stored",
    ["", "no json", "[]", '{"parameters": {"step": -4}, "chosen": true}', '{"parameters": 3}'],
)
def test_what_cannot_be_remembered_is_left(window: MainWindow, stored: str) -> None:
    QSettings().setValue("until/step", stored)
    dialog = UntilDialog(window.session, window)
    assert dialog.conditions == []
    assert dialog.rows[0].parameters == CONDITIONS["step"].parameters()


def test_without_a_choice_the_key_asks(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert window.until_dialog.isVisible()


def test_the_keyboard_reaches_everything(dialog: UntilDialog) -> None:
    visited = set()
    for _ in range(60):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        visited.add(QApplication.focusWidget().objectName())
    names = {row.check.objectName() for row in dialog.rows}
    assert names <= visited
    assert {"until.step.step", "until.update_ratio.low", "until.close"} <= visited
    for row in dialog.rows:
        for editor in row.findChildren(QWidget):
            if editor.objectName().startswith("until."):
                assert editor.accessibleName().startswith(row.check.text())
                assert editor.toolTip()
