"""Learning rates and the like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from visualmlp.gui.widgets.log_spin_box import LogSpinBox, number_text, parse


@pytest.fixture
def box(shown) -> LogSpinBox:
    box = LogSpinBox()
    box.set_range(0, 10, open_low=True)
    return shown(box, 120, 28)


def enter(qtbot: QtBot, box: LogSpinBox, text: str) -> None:
    box.selectAll()
    qtbot.keyClicks(box, text)
    qtbot.keyClick(box, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("text", "value"), [("1e-3", 0.001), ("0.25", 0.25), ("10", 10), (".5", 0.5)]
)
def test_typed_numbers_are_taken(qtbot: QtBot, box: LogSpinBox, text: str, value: float) -> None:
    with qtbot.waitSignal(box.value_changed) as changed:
        enter(qtbot, box, text)
    assert changed.args == [value]
    assert box.value() == value
    assert box.text() == number_text(value)


@pytest.mark.parametrize("text", ["abc", "1e", "0,1", "--1", "nan", "inf", "1_000", "", " "])
def test_nonsense_is_refused_and_the_old_value_stays(
    qtbot: QtBot, box: LogSpinBox, text: str
) -> None:
    with qtbot.waitSignal(box.rejected) as refused, qtbot.assertNotEmitted(box.value_changed):
        box.selectAll()
        qtbot.keyClick(box, Qt.Key.Key_Delete)
        enter(qtbot, box, text)
    assert "not a number" in refused.args[0]
    assert (box.value(), box.text()) == (0.1, "0.1")


@pytest.mark.parametrize("text", ["0", "-1", "10.1", "1e400"])
def test_out_of_range_is_refused_with_the_range(qtbot: QtBot, box: LogSpinBox, text: str) -> None:
    with qtbot.waitSignal(box.rejected) as refused:
        enter(qtbot, box, text)
    assert "more than 0, at most 10" in refused.args[0]
    assert box.value() == 0.1


def test_arrows_climb_one_two_five_and_stop_at_the_ends(qtbot: QtBot, box: LogSpinBox) -> None:
    seen = []
    box.value_changed.connect(seen.append)
    for _ in range(8):
        qtbot.keyClick(box, Qt.Key.Key_Up)
    assert seen == [0.2, 0.5, 1, 2, 5, 10]
    box.set_value(0.03)
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.value() == 0.02


def test_steps_down_reach_zero_only_if_it_is_allowed(box: LogSpinBox) -> None:
    box.set_range(0, 1)
    box.set_value(1e-9)
    box.stepBy(-1)
    assert box.value() == 0
    box.stepBy(1)
    assert box.value() == 1e-9
    box.set_range(0, 1, open_low=True)
    box.stepBy(-1)
    assert box.value() == 1e-9


def test_leaving_the_field_takes_the_value(qtbot: QtBot, box: LogSpinBox) -> None:
    box.selectAll()
    qtbot.keyClicks(box, "0.5")
    assert box.value() == 0.1
    box.clearFocus()
    box.editingFinished.emit()
    assert box.value() == 0.5


def test_setting_a_value_is_silent_and_checked(qtbot: QtBot, box: LogSpinBox) -> None:
    with qtbot.assertNotEmitted(box.value_changed):
        box.set_value(0.001)
    assert box.text() == "0.001"
    with pytest.raises(ValueError, match="out of range"):
        box.set_value(11)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_number_gives_it_back(value: float) -> None:
    assert parse(number_text(value)) == value
