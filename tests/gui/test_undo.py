"""Undo and Redo in the window: what they say, lists of layers, new runs, keys in fields."""

from collections.abc import Callable, Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from visualmlp.experiment import find_experiment, replace_at
from visualmlp.gui.main_window import MainWindow
from visualmlp.gui.panels.changes import change_text
from visualmlp.gui.panels.layers import LayersEditor

WAIT_MS = 20_000
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot: QtBot, shown: Callable[..., QWidget]) -> Iterator[MainWindow]:
    window = shown(MainWindow(), 1366, 768)
    window.activateWindow()
    yield window
    window.session.close()


def open_xor(qtbot: QtBot, window: MainWindow, steps: int = 0) -> None:
    window.session.open(find_experiment("xor"))
    qtbot.waitUntil(lambda: window.session.frame is not None, timeout=WAIT_MS)
    if steps:
        window.session.run_steps(steps)
        qtbot.waitUntil(lambda: window.session.frame.step == steps, timeout=WAIT_MS)


def hidden(window: MainWindow) -> list[int]:
    return [layer.units for layer in window.session.experiment.network.hidden]


def rows(window: MainWindow) -> int:
    return len(window.findChild(LayersEditor).rows)


def test_layers_come_back_one_edit_at_a_time(qtbot: QtBot, window: MainWindow) -> None:
    open_xor(qtbot, window, steps=1)
    before = hidden(window)
    layers = window.findChild(LayersEditor)
    layers.add()
    layers.move_up()
    for _ in range(3):
        layers.remove()
    assert hidden(window) == []
    steps = []
    while window.session.can_undo:
        QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
        steps.append(hidden(window))
        assert rows(window) == len(hidden(window))
    assert steps[-1] == before
    assert not window.session.has_pending_edits
    while window.session.can_redo:
        QTest.keyClick(window, Qt.Key.Key_Z, CTRL | SHIFT)
    assert hidden(window) == []
    assert rows(window) == 0


def test_an_edit_that_started_a_new_run_can_be_undone(qtbot: QtBot, window: MainWindow) -> None:
    open_xor(qtbot, window, steps=1)
    before = hidden(window)
    window.session.edit(replace_at(window.session.experiment, "network.hidden", [5]))
    with qtbot.waitSignal(window.session.run_started, timeout=WAIT_MS):
        window.start_new_run()
    assert window.session.setup.layers[0].units == 5
    with qtbot.waitSignal(window.session.run_started, timeout=WAIT_MS):
        window.undo()  # the new run has made no step: it is replaced at once
    assert hidden(window) == before
    assert window.session.setup.layers[0].units == before[0]


def test_another_experiment_is_no_edit(qtbot: QtBot, window: MainWindow) -> None:
    open_xor(qtbot, window, steps=1)
    window.session.edit(replace_at(window.session.experiment, "network.hidden", [5]))
    with qtbot.waitSignal(window.session.run_started, timeout=WAIT_MS):
        window.session.open(find_experiment("iris"))
    assert not window.session.can_undo
    assert not window.actions_by_name["undo"].isEnabled()
    assert window.actions_by_name["undo"].text() == "&Undo"


def test_in_a_field_the_key_takes_back_typing_first(qtbot: QtBot, window: MainWindow) -> None:
    open_xor(qtbot, window, steps=1)
    rate = window.session.experiment.optimizer.learning_rate
    window.session.edit(replace_at(window.session.experiment, "optimizer.learning_rate", 0.5))
    field = window.findChild(QLineEdit, "data.classes")
    field.setFocus()
    QTest.keyClicks(field, "5")
    QTest.keyClick(field, Qt.Key.Key_Z, CTRL)
    assert field.text() == ""
    assert window.session.experiment.optimizer.learning_rate == 0.5
    QTest.keyClick(field, Qt.Key.Key_Z, CTRL)
    assert window.session.experiment.optimizer.learning_rate == rate
    assert QApplication.focusWidget() is field
    window.setFocus()
    QTest.keyClick(window, Qt.Key.Key_Y, CTRL)
    assert window.session.experiment.optimizer.learning_rate == 0.5


def test_undo_and_redo_say_what_they_do(qtbot: QtBot, window: MainWindow) -> None:
    session, actions = window.session, window.actions_by_name
    session.open(find_experiment("xor"))
    qtbot.waitUntil(lambda: session.frame is not None, timeout=WAIT_MS)
    session.run_steps(1)
    qtbot.waitUntil(lambda: session.frame.step == 1, timeout=WAIT_MS)
    session.edit(replace_at(session.experiment, "optimizer.learning_rate", 0.5))
    assert actions["undo"].text() == "&Undo learning rate 0.01 → 0.5"
    assert not actions["redo"].isEnabled()
    session.undo()
    assert actions["undo"].text() == "&Undo"
    assert actions["redo"].text() == "&Redo learning rate 0.01 → 0.5"


@pytest.mark.parametrize(
    ("place", "value", "text"),
    [
        ("training.batch_size", 8, "batch size 32 → 8"),
        ("network.output.activation", "sigmoid", "output Automatic → Sigmoid"),
        ("network.hidden", [32, 4], "layer added"),
        ("network.hidden", [], "layer removed"),
        ("network.hidden", [7], "layer 1 units 32 → 7"),
        ("data.classes", ("5", "8"), "classes to keep none → 5, 8"),
    ],
)
def test_a_change_in_words(place: str, value: object, text: str) -> None:
    before = find_experiment("digits")
    assert change_text(before, replace_at(before, place, value)).lower() == text.lower()


def test_many_changes_are_counted() -> None:
    text = change_text(find_experiment("digits"), find_experiment("iris"))
    assert text.endswith(" settings")
