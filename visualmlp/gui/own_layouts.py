"""Layouts of the user's own: how the docks stood when they were saved under a name."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from PyQt6.QtCore import QByteArray, QCoreApplication, QSettings, Qt
from PyQt6.QtWidgets import QMainWindow

from visualmlp.errors import VisualMLPError
from visualmlp.gui.arrangement import PANELS, Docks, retire, show_tabs, tab_bars

VERSION = 1
"""Of what is stored; another one is not read."""

LONGEST_NAME = 40
_KEY = "layouts/own"


@dataclass(frozen=True, slots=True)
class OwnLayout:
    """How the docks stood.

    Attributes
    ----------
    name
        What the user calls it.
    state
        What Qt says of the docks.
    docks
        Names of those that there were: others have appeared since and stay closed.
    """

    name: str
    state: bytes
    docks: tuple[str, ...]


def own_layouts() -> dict[str, OwnLayout]:
    """All of them by name, in the order of their saving; what cannot be read is passed over."""
    try:
        stored = json.loads(str(QSettings().value(_KEY, "{}")))
        entries = stored["layouts"] if stored["version"] == VERSION else []
    except (ValueError, TypeError, KeyError):
        return {}
    found = (_read(entry) for entry in entries if isinstance(entry, dict))
    return {layout.name: layout for layout in found if layout}


def save(name: str, window: QMainWindow, docks: Docks) -> None:
    """Store how the docks stand now; an older layout of the name is replaced.

    Raises
    ------
    VisualMLPError
        If the name is empty or too long.
    """
    name = _checked(name)
    state = bytes(window.saveState(VERSION).data())
    _store(own_layouts() | {name: OwnLayout(name, state, tuple(docks))})


def rename(old: str, new: str) -> None:
    """Give a layout another name, in its old place.

    Raises
    ------
    VisualMLPError
        If the new name is empty, too long or taken.
    """
    new, layouts = _checked(new), own_layouts()
    if new != old and new in layouts:
        raise VisualMLPError(_tr("There is a layout {!r} already.").format(new))
    renamed = (
        OwnLayout(new, one.state, one.docks) if one.name == old else one for one in layouts.values()
    )
    _store({one.name: one for one in renamed})


def delete(name: str) -> None:
    """Forget a layout."""
    _store({key: one for key, one in own_layouts().items() if key != name})


def bring_back(window: QMainWindow, docks: Docks, name: str) -> None:
    """Put the docks where they stood; those that have appeared since are closed.

    Raises
    ------
    VisualMLPError
        If there is no such layout, or Qt cannot use it; nothing changes then.
    """
    layout = own_layouts().get(name)
    if layout is None:
        raise VisualMLPError(_tr("There is no layout {!r}; see the menu View.").format(name))
    before = [bar for bar in tab_bars(window) if bar.count()]
    if not window.restoreState(QByteArray(layout.state), VERSION):
        raise VisualMLPError(_tr("The layout {!r} is damaged; save it anew.").format(name))
    retire(before)
    nowhere = Qt.DockWidgetArea.NoDockWidgetArea
    for key, dock in docks.items():
        if key not in layout.docks or window.dockWidgetArea(dock) == nowhere:
            _close(window, docks, key)
    show_tabs(window)


def _close(window: QMainWindow, docks: Docks, name: str) -> None:
    """Close a dock, in a place where it can open again."""
    for front in (docks[key] for key in (*docks, *PANELS) if key != name):
        if window.dockWidgetArea(front) != Qt.DockWidgetArea.NoDockWidgetArea:
            window.tabifyDockWidget(front, docks[name])
            break
    docks[name].hide()


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        text = _tr("A layout needs a name of at most {} letters.")
        raise VisualMLPError(text.format(LONGEST_NAME))
    return name


def _read(entry: Mapping[str, object]) -> OwnLayout | None:
    name, state, docks = (entry.get(key) for key in ("name", "state", "docks"))
    if not (isinstance(name, str) and isinstance(state, str) and isinstance(docks, list)):
        return None
    try:
        return OwnLayout(_checked(name), b64decode(state, validate=True), tuple(map(str, docks)))
    except (ValueError, VisualMLPError):
        return None


def _store(layouts: Mapping[str, OwnLayout]) -> None:
    entries = [
        {"name": one.name, "state": b64encode(one.state).decode(), "docks": one.docks}
        for one in layouts.values()
    ]
    QSettings().setValue(_KEY, json.dumps({"version": VERSION, "layouts": entries}))


def _tr(text: str) -> str:
    return QCoreApplication.translate("OwnLayouts", text)
