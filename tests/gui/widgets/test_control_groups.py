"""Groups of controls that take as many lines as they need."""

import pytest
from PyQt6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from visualmlp.gui.widgets.control_groups import ControlGroups


@pytest.fixture
def controls() -> list[QWidget]:
    controls: list[QWidget] = [QPushButton(name) for name in "abcde"]
    for control in controls:
        control.setMinimumWidth(80)
    return controls


@pytest.fixture
def groups(shown, controls) -> ControlGroups:
    groups = ControlGroups(tuple(controls[:1]), tuple(controls[1:3]), tuple(controls[3:]))
    place = QWidget()
    column = QVBoxLayout(place)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(groups)
    column.addStretch()
    shown(place, 600, 200)
    return groups


def widen(groups: ControlGroups, width: int) -> None:
    groups.window().resize(width, 200)


def rows(controls: list[QWidget]) -> list[int]:
    return [control.mapTo(control.window(), control.rect().topLeft()).y() for control in controls]


@pytest.mark.parametrize(("width", "n_lines"), [(600, 1), (300, 2), (190, 3)])
def test_lines_are_as_few_as_have_room(qtbot, groups, controls, width, n_lines) -> None:
    widen(groups, width)
    qtbot.waitUntil(lambda: len(set(rows(controls))) == n_lines)
    assert len(groups._lines) == n_lines
    ys = rows(controls)
    assert ys[1] == ys[2]
    assert ys[3] == ys[4]
    assert ys == sorted(ys)


def test_a_narrow_place_is_filled_and_a_wide_one_is_not(qtbot, groups, controls) -> None:
    widen(groups, 900)
    qtbot.waitUntil(lambda: len(groups._lines) == 1)
    assert controls[0].width() < 150
    widen(groups, 190)
    qtbot.waitUntil(lambda: controls[0].width() == 190)
    assert groups.minimumSizeHint().width() <= 190


def test_hidden_controls_take_no_line(qtbot, groups, controls) -> None:
    widen(groups, 300)
    qtbot.waitUntil(lambda: len(groups._lines) == 2)
    for control in controls[3:]:
        control.hide()
    qtbot.waitUntil(lambda: len(groups._lines) == 1)
