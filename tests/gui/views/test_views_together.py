"""What views have in common: the part that they begin with, the notation, scrolling."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QCheckBox, QComboBox, QScrollArea

from visualmlp.experiment import find_experiment
from visualmlp.gui.picks import Picks
from visualmlp.gui.views.graph import GraphView
from visualmlp.gui.views.inspector import InspectorView
from visualmlp.gui.views.maths import MathsView
from visualmlp.gui.views.mistakes import MistakesView
from visualmlp.gui.views.part_chooser import PartChooser
from visualmlp.gui.widgets.text_line import TextLine

IRIS = find_experiment("iris")


def iris(validation: float, test: float, *, watched: bool):
    data = IRIS.data.replace(validation_fraction=validation, test_fraction=test)
    return IRIS.replace(data=data, training=IRIS.training.replace(watch_test=watched))


@pytest.mark.parametrize(
    ("session", "part"),
    [
        (iris(0.2, 0.2, watched=True), "validation"),
        (iris(0.0, 0.2, watched=True), "test"),
        (iris(0.0, 0.2, watched=False), "train"),
        (iris(0.0, 0.0, watched=False), "train"),
    ],
    indirect=["session"],
)
def test_views_begin_with_the_part_that_is_watched(session, show, part) -> None:
    assert session.picks == Picks(part)
    for kind in (MistakesView, InspectorView):
        assert show(kind).findChild(PartChooser).part == part


@pytest.mark.parametrize("session", [iris(0.0, 0.2, watched=True)], indirect=True)
def test_only_the_users_own_choice_of_a_part_outlives_the_data(
    session, show, settle, qtbot
) -> None:
    chooser = show(MistakesView).findChild(PartChooser)

    def part_after(experiment) -> str:
        with qtbot.waitSignal(session.run_started):
            session.open(experiment)
        return chooser.part

    assert part_after(IRIS) == "validation"
    chooser.setFocus()
    qtbot.keyClick(chooser, Qt.Key.Key_Home)
    assert chooser.part == "train"
    assert part_after(iris(0.0, 0.2, watched=True)) == "train"
    settle()


def test_maths_and_graph_write_in_the_same_notation(session, show, settle, qtbot) -> None:
    maths, graph = show(MathsView), show(GraphView)
    chooser, box = maths.findChild(QComboBox, "notation"), graph.findChild(QCheckBox, "columns")
    shapes = maths.findChild(TextLine, "shapes")
    box.click()
    settle()
    assert chooser.currentData() == "columns"
    assert shapes.text().startswith("Z[1]")
    chooser.setFocus()
    qtbot.keyClick(chooser, Qt.Key.Key_Up)
    settle()
    assert not box.isChecked()
    assert shapes.text().startswith("Z¹")


def test_a_view_scrolls_only_where_its_content_finds_no_room(show, qtbot) -> None:
    view = show(InspectorView, 260, 700)
    scroll = view.findChild(QScrollArea, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert view.is_shown()
    assert not scroll.verticalScrollBar().isVisible()
    view.resize(260, 200)
    qtbot.waitUntil(scroll.verticalScrollBar().isVisible)
    assert not scroll.horizontalScrollBar().isVisible()
    assert view.height() == 200
