"""Where the docks stand when nobody has moved them."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDockWidget, QMainWindow

WIDTHS = {"panel.data": 290, "view.curves": 400, "view.weights": 420, "view.inspector": 256}
"""Shares of the width, in pixels of a window that is 1366 wide."""
HEIGHTS = {"view.curves": 320, "view.mistakes": 340}
"""Shares of the height, in pixels of a window that is 768 high."""


def arrange(window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
    """Panels left, inspector right, curves and weights above mistakes and activations."""
    side, below = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
    for dock in docks.values():
        dock.setFloating(False)
        window.removeDockWidget(dock)  # all below each other would stretch the window
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, docks["panel.data"])
    curves = docks["view.curves"]
    window.splitDockWidget(docks["panel.data"], curves, side)
    window.splitDockWidget(curves, docks["view.inspector"], side)
    window.splitDockWidget(curves, docks["view.mistakes"], below)
    window.splitDockWidget(curves, docks["view.weights"], side)
    for front, behind in (
        ("panel.data", "panel.network"),
        ("panel.data", "panel.training"),
        ("view.mistakes", "view.activations"),
        ("view.mistakes", "view.function"),
    ):
        window.tabifyDockWidget(docks[front], docks[behind])
    for dock in docks.values():
        dock.show()
    for front in ("panel.data", "view.mistakes"):
        docks[front].raise_()
    if layout := window.layout():
        layout.activate()  # or the window keeps the least height it had with all docks stacked
    window.resizeDocks([docks[name] for name in WIDTHS], list(WIDTHS.values()), side)
    window.resizeDocks([docks[name] for name in HEIGHTS], list(HEIGHTS.values()), below)
