"""Two widgets beside or below each other."""

from PyQt6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from visualmlp.gui.widgets.beside import Beside


def test_both_begin_at_the_top_also_one_that_is_limited(shown, qtbot) -> None:
    first, second = QWidget(), QWidget()
    for widget in (first, second):
        widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        widget.setMinimumSize(60, 80)
    beside = shown(Beside(first, second), 500, 200)
    assert beside.is_row
    assert first.height() == second.height() == 200
    second.setMaximumHeight(120)
    qtbot.waitUntil(lambda: second.height() <= 120)
    assert (first.y(), second.y()) == (0, 0)
    beside.resize(200, 400)
    assert not beside.is_row
    assert first.y() < second.y()


def test_they_stand_beside_each_other_where_height_is_short(shown, qtbot) -> None:
    first, second = QWidget(), QWidget()
    for widget in (first, second):
        widget.setMinimumSize(60, 200)
    beside = Beside(first, second)
    place = QScrollArea()
    place.setWidgetResizable(True)
    place.setFrameShape(QScrollArea.Shape.NoFrame)
    place.setWidget(beside)
    shown(place, 320, 450)
    assert not beside.is_row
    place.resize(320, 380)
    qtbot.waitUntil(lambda: beside.is_row)
    place.resize(280, 380)
    qtbot.waitUntil(lambda: not beside.is_row)
