"""Where the docks stand when nobody has moved them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, TypeAlias

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import QDockWidget, QMainWindow, QTabBar

from visualmlp.registry import Registry

Docks: TypeAlias = Mapping[str, QDockWidget]


class Tabs:
    """Docks in one place, the first in front; those that there are not are passed over.

    Parameters
    ----------
    size
        Share of the row's width, or of the column's height, in pixels of a window of 1366 × 768.
    names
        The docks.
    """

    def __init__(self, size: int, *names: str) -> None:
        self.size = size
        self.names = names


class _Parts:
    """Places that share one; ``size`` is as that of :class:`Tabs`."""

    orientation: ClassVar[Qt.Orientation]

    def __init__(self, *parts: Place, size: int = 0) -> None:
        self.parts = parts
        self.size = size


class Row(_Parts):
    """Places beside each other."""

    orientation = Qt.Orientation.Horizontal


class Column(_Parts):
    """Places below each other."""

    orientation = Qt.Orientation.Vertical


Place: TypeAlias = Tabs | Row | Column


@dataclass(frozen=True, slots=True)
class Layout:
    """An arrangement of the docks.

    Attributes
    ----------
    name, title
        Identifier, and name on the screen before translation.
    place
        The whole window.
    rest
        The dock behind whose tab all those wait, closed, that have no place.
    """

    name: str
    title: str
    place: Place
    rest: str


PANELS = ("panel.data", "panel.network", "panel.training")
LESSON = "lesson"
RUNS = "runs"
LESSON_WIDTH = 364
"""Pixels for a lesson's text, behind which the panels wait."""

LAYOUTS: Registry[Layout] = Registry("layout")

_RESULTS = ("view.mistakes", "view.activations", "view.function", "view.predictions", "view.data")
WATCH = LAYOUTS.add(
    Layout(
        "watch",
        "Watch",
        Row(
            Tabs(290, *PANELS),
            Column(
                Row(
                    Tabs(400, "view.curves"),
                    Tabs(420, "view.weights", "view.layers"),
                    size=320,
                ),
                Tabs(340, *_RESULTS, RUNS),
                size=820,
            ),
            Tabs(256, "view.inspector", "what_if"),
        ),
        rest="view.mistakes",
    )
)
_STEP = ("view.maths", "view.graph", "view.gradient_check")
_FUNCTIONS = ("view.activation_functions", "view.loss_slice")
LAYOUTS.add(
    Layout(
        "maths",
        "Maths",
        Row(
            Tabs(290, *PANELS),
            Tabs(790, *_STEP, *_FUNCTIONS),
            Column(
                Tabs(280, "view.curves", "view.layers"),
                Tabs(380, "view.inspector", "view.weights"),
                size=286,
            ),
        ),
        rest="view.maths",
    )
)
LAYOUTS.add(
    Layout(
        "compare",
        "Compare",
        Row(
            Tabs(290, *PANELS),
            Column(
                Tabs(470, "view.compare", "view.forgetting", "view.mistakes", "view.curves"),
                Tabs(150, RUNS),
                size=810,
            ),
            Tabs(266, "view.inspector", "what_if", "view.weights"),
        ),
        rest="view.compare",
    )
)
LAYOUTS.add(
    Layout(
        "pictures",
        "Pictures",
        Row(
            Tabs(290, *PANELS),
            Column(
                Tabs(330, "view.data", "view.layers", "view.activation_functions"),
                Tabs(330, "view.predictions", "view.mistakes", "view.curves"),
                size=810,
            ),
            Tabs(266, "view.inspector", "view.weights"),
        ),
        rest="view.predictions",
    )
)


def find_layout(name: str) -> Layout:
    """The layout of a name; "default" is the first.

    Raises
    ------
    UnknownNameError
        If there is none.
    """
    return WATCH if name == "default" else LAYOUTS[name]


def title(layout: Layout) -> str:
    """The layout's name in the user's language."""
    return QCoreApplication.translate("Layouts", layout.title)


def arrange(window: QMainWindow, docks: Docks, layout: Layout, *, lesson: bool = False) -> None:
    """Put every dock in its place.

    Parameters
    ----------
    lesson
        Whether a lesson is open: its text then stands before the panels.
    """
    for dock in docks.values():
        dock.setFloating(False)
        window.removeDockWidget(dock)  # all below each other would stretch the window
    place = _without_missing(_with_lesson(layout.place) if lesson else layout.place, docks)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, docks[_first(place)])
    _divide(window, docks, place)
    _put_away(window, docks, place, layout.rest)
    for tabs in _all_tabs(place):
        for name in tabs.names:
            docks[name].show()
        docks[tabs.names[0]].raise_()
    if filled := window.layout():
        filled.activate()  # or the window keeps the least height it had with all docks stacked
    _resize(window, docks, place)
    _show_tabs(window)


def _with_lesson(place: Place) -> Place:
    """The lesson's text before the panels."""
    if isinstance(place, Tabs):
        return Tabs(LESSON_WIDTH, LESSON, *PANELS) if place.names == PANELS else place
    return type(place)(*map(_with_lesson, place.parts), size=place.size)


def _without_missing(place: Place, docks: Docks) -> Place:
    """The place without docks that there are not, and without places where nothing is left."""
    if isinstance(place, Tabs):
        return Tabs(place.size, *(name for name in place.names if name in docks))
    parts = (_without_missing(part, docks) for part in place.parts)
    return type(place)(*filter(_all_names, parts), size=place.size)


def _all_tabs(place: Place) -> Iterator[Tabs]:
    if isinstance(place, Tabs):
        yield place
    else:
        for part in place.parts:
            yield from _all_tabs(part)


def _all_names(place: Place) -> list[str]:
    return [name for tabs in _all_tabs(place) for name in tabs.names]


def _first(place: Place) -> str:
    return _all_names(place)[0]


def _divide(window: QMainWindow, docks: Docks, place: Place) -> None:
    """Let the first dock share the place that it has with all that belong there."""
    if isinstance(place, Tabs):
        for name in place.names[1:]:
            window.tabifyDockWidget(docks[place.names[0]], docks[name])
        return
    firsts = [docks[_first(part)] for part in place.parts]
    for before, after in pairwise(firsts):
        window.splitDockWidget(before, after, place.orientation)
    for part in place.parts:
        _divide(window, docks, part)


def _put_away(window: QMainWindow, docks: Docks, place: Place, rest: str) -> None:
    """Close what has no place, behind the tab where it will open again."""
    placed = _all_names(place)
    for name in docks:
        if name not in placed:
            front = PANELS[0] if name == LESSON else rest if rest in placed else placed[-1]
            window.tabifyDockWidget(docks[front], docks[name])
            docks[name].hide()


def _resize(window: QMainWindow, docks: Docks, place: Place) -> None:
    """Give the parts of every row and column their shares, the outermost first."""
    if isinstance(place, Tabs):
        return
    fronts = [docks[_first(part)] for part in place.parts]
    window.resizeDocks(fronts, [part.size for part in place.parts], place.orientation)
    for part in place.parts:
        _resize(window, docks, part)


def _show_tabs(window: QMainWindow) -> None:
    """Qt shows new tabs when docks have come to rest, but not where none had to move."""
    for tabs in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if tabs.count() > 1:
            tabs.show()
