"""Docks put into places: rows, columns and tabs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, TypeAlias

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QDockWidget, QMainWindow, QTabBar

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

WIDTHS = {PANELS[0]: (276, 380), LESSON: (320, 470), "view.inspector": (230, 520)}
"""Least and largest width of a place beside others that begins with one of these: the other views
take the rest, on a large screen as on a small one."""


BARS = 130
"""Height of what is above and below the docks, roughly."""


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
    retire(tab_bars(window))
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
    _resize(window, docks, place, window.size() - QSize(0, BARS))
    show_tabs(window)


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


def _resize(window: QMainWindow, docks: Docks, place: Place, room: QSize) -> None:
    """Give the parts of every row and column their shares, the outermost first."""
    if isinstance(place, Tabs):
        return
    is_row = place.orientation == Qt.Orientation.Horizontal
    sizes = _sizes(place, room.width() if is_row else room.height())
    fronts = [docks[_first(part)] for part in place.parts]
    window.resizeDocks(fronts, sizes, place.orientation)
    for part, size in zip(place.parts, sizes, strict=True):
        inside = QSize(size, room.height()) if is_row else QSize(room.width(), size)
        _resize(window, docks, part, inside)


def _sizes(place: Row | Column, room: int) -> list[int]:
    """The parts' shares of a room, in pixels; some take so much and no more."""
    total, left, others = sum(part.size for part in place.parts), float(room), 0
    fixed: dict[Place, float] = {}
    for part in place.parts:
        name = part.names[0] if isinstance(part, Tabs) and isinstance(place, Row) else ""
        if name in WIDTHS:
            least, most = WIDTHS[name]
            fixed[part] = min(max(part.size * room / total, least), most)
            left -= fixed[part]
        else:
            others += part.size
    return [round(fixed.get(part, part.size * left / max(others, 1))) for part in place.parts]


def tab_bars(window: QMainWindow) -> list[QTabBar]:
    """The bars of the tabs of docks, those included that Qt keeps for later."""
    return window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)


def retire(bars: Iterable[QTabBar]) -> None:
    """Empty bars whose places are gone: Qt keeps them with their tabs, and may show them again."""
    for bar in bars:
        bar.hide()
        bar.blockSignals(True)
        while bar.count():
            bar.removeTab(0)
        bar.blockSignals(False)


def show_tabs(window: QMainWindow) -> None:
    """Qt shows new tabs when docks have come to rest, but not where none had to move."""
    for bar in tab_bars(window):
        if bar.count() > 1:
            bar.show()
