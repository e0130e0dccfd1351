"""The controls for a picked unit: each is an edit of the run, in a fork if it is in the past."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QDoubleSpinBox, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from visualmlp.experiment import find_experiment, replace_at
from visualmlp.gui.session import Session
from visualmlp.gui.what_if import BIAS, WhatIf
from visualmlp.gui.widgets.text_line import TextLine

WAIT_MS = 20_000


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    session = Session()
    session.open(find_experiment("iris"))
    qtbot.waitUntil(lambda: session.frame is not None, timeout=WAIT_MS)
    yield session
    session.close()


@pytest.fixture
def dock(session: Session, shown: Callable[..., QWidget], qtbot: QtBot) -> WhatIf:
    """The controls, at step 6, where the run was trained to."""
    widget = shown(WhatIf(session), 270, 420)
    session.run_to_step(6)
    qtbot.waitUntil(lambda: session.frame.step == 6 and not session.is_running, timeout=WAIT_MS)
    return widget


def button(dock: WhatIf, name: str) -> QPushButton:
    return dock.findChild(QPushButton, f"what_if.{name}")


def text(dock: WhatIf, name: str) -> str:
    return dock.findChild(TextLine, f"what_if.{name}").text()


@pytest.fixture
def press(dock: WhatIf, session: Session, qtbot: QtBot) -> Callable[[str], None]:
    """``press(name)`` clicks a button and waits for what comes of it."""

    def click(name: str) -> None:
        before = session.frame
        QTest.mouseClick(button(dock, name), Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: session.frame is not before, timeout=WAIT_MS)

    return click


def parameters(session: Session):
    return session.setup.new_network().layout.views(session.frame.parameters)


def test_the_picked_units_weight_is_shown_and_set(dock, session, press):
    session.pick_unit(0, 3)
    dock.findChild(QSpinBox, "what_if.source").setValue(2)
    value = dock.findChild(QDoubleSpinBox, "what_if.value")
    before = parameters(session).weights[0]
    assert value.value() == round(float(before[2, 3]), 6)
    assert text(dock, "now") == f"petal length (cm): now {before[2, 3]:.6g}".replace("-", "−")
    value.setValue(-1.5)
    press("set")
    expected = before.copy()
    expected[2, 3] = -1.5
    np.testing.assert_array_equal(parameters(session).weights[0], expected)
    assert text(dock, "now") == "petal length (cm): now −1.5"
    assert text(dock, "last") == "Last change: set weight 2 → 3 of layer 1 to -1.5 (step 6)"


def test_the_bias_stands_below_the_inputs(dock, session, press):
    session.pick_unit(1, 2)
    source = dock.findChild(QSpinBox, "what_if.source")
    source.setValue(BIAS)
    assert source.text() == "bias b"
    dock.findChild(QDoubleSpinBox, "what_if.value").setValue(0.75)
    press("set")
    assert parameters(session).biases[1][2] == 0.75


def test_silence_and_wake_take_turns(dock, session, press):
    session.pick_unit(0, 1)
    assert text(dock, "verdict") == "unit 1 of layer 1: learns"
    press("silence")
    assert not parameters(session).weights[1][1].any()
    assert text(dock, "verdict") == "unit 1 of layer 1: silenced"
    assert button(dock, "silence").text() == "Wake"
    press("silence")
    assert session.frame.state.frozen == ()
    assert (text(dock, "verdict"), button(dock, "silence").text()) == (
        "unit 1 of layer 1: learns",
        "Silence",
    )


def test_freezing_a_unit_and_its_layer(dock, session, press, qtbot):
    session.pick_unit(0, 1)
    press("freeze")
    assert text(dock, "verdict") == "unit 1 of layer 1: frozen"
    assert button(dock, "freeze").text() == "Unfreeze unit"
    before = parameters(session).weights[0].copy()
    session.run_steps(3)
    qtbot.waitUntil(lambda: session.frame.step == 9 and not session.is_running, timeout=WAIT_MS)
    after = parameters(session).weights[0]
    assert (after[:, 1] == before[:, 1]).all()
    assert (after[:, 0] != before[:, 0]).any()
    press("freeze_layer")
    assert text(dock, "verdict") == "unit 1 of layer 1: frozen, its layer is frozen"
    session.pick_unit(1, 0)
    assert text(dock, "verdict") == "output “setosa”: learns"
    session.pick_unit(0, 0)
    press("freeze_layer")
    assert text(dock, "verdict") == "unit 0 of layer 1: learns"


def test_each_re_initialisation_draws_other_values(dock, session, press):
    session.pick_unit(0, 4)
    drawn = [parameters(session).weights[0][:, 4].tolist()]
    for _ in range(2):
        press("reinitialise")
        drawn.append(parameters(session).weights[0][:, 4].tolist())
    assert len({tuple(values) for values in drawn}) == 3
    assert [edit.label[-8:] for edit in session.timeline.edits] == ["(seed 0)", "(seed 1)"]


def test_take_back_brings_back_the_digest(dock, session, press):
    before = session.frame.state.digest()
    assert not button(dock, "undo").isEnabled()
    for name in ("silence", "freeze_layer", "reinitialise"):
        press(name)
        assert session.frame.state.digest() != before
        press("undo")
        assert session.frame.state.digest() == before
    assert text(dock, "last") == "Nothing was changed by hand so far."
    assert not button(dock, "undo").isEnabled()


def test_a_change_of_the_past_makes_a_fork_called_like_it(dock, session, press, qtbot):
    assert "from the next step on" in text(dock, "hint")
    session.seek(2)
    qtbot.waitUntil(lambda: session.frame.step == 2, timeout=WAIT_MS)
    assert "a change makes a fork" in text(dock, "hint")
    session.pick_unit(0, 5)
    press("silence")
    fork = session.branches[1]
    assert (fork.fork_step, fork.change) == (2, "silence unit 5 of layer 1")
    assert session.branches.current == 1
    assert session.timeline.head == 2


def test_another_layer_has_other_units_and_inputs(dock, session):
    session.pick_unit(0, 7)
    unit, source = (dock.findChild(QSpinBox, f"what_if.{name}") for name in ("unit", "source"))
    assert (unit.maximum(), source.maximum(), unit.value()) == (7, 3, 7)
    dock._layer.layer_chosen.emit(1)
    assert session.picks.unit == (1, 2)
    assert (unit.maximum(), source.maximum(), unit.value()) == (2, 7, 2)
    unit.setValue(1)
    assert session.picks.unit == (1, 1)


def test_without_a_run_it_waits(shown):
    session = Session()
    assert not shown(WhatIf(session)).isEnabled()
    session.close()


def test_the_value_is_there_before_anything_is_picked(
    shown: Callable[..., QWidget], qtbot: QtBot
) -> None:
    session = Session()
    dock = shown(WhatIf(session), 270, 420)
    session.open(find_experiment("iris"))
    qtbot.waitUntil(lambda: session.frame is not None, timeout=WAIT_MS)
    assert button(dock, "set").isEnabled()
    assert dock.findChild(QDoubleSpinBox, "what_if.value").value() != 0
    session.close()


def test_a_change_in_the_panels_is_named_as_they_name_it(
    dock: WhatIf, session: Session, qtbot: QtBot
) -> None:
    session.edit(replace_at(session.experiment, "optimizer.learning_rate", 0.004))
    qtbot.waitUntil(lambda: "learning rate 0.004" in text(dock, "last"), timeout=WAIT_MS)


def test_a_weight_picked_elsewhere_is_shown_and_a_chosen_one_is_picked(dock, session):
    session.pick_weight(1, 6, 2)
    spins = [dock.findChild(QSpinBox, f"what_if.{name}") for name in ("source", "unit")]
    assert [spin.value() for spin in spins] == [6, 2]
    value = dock.findChild(QDoubleSpinBox, "what_if.value").value()
    assert value == round(float(parameters(session).weights[1][6, 2]), 6)
    spins[0].setValue(4)
    assert session.picks.weight == (1, 4, 2)
    spins[0].setValue(BIAS)
    assert session.picks.weight == (1, None, 2)
