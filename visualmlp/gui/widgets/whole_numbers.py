"""Axes along which only whole numbers mean something: counts, and the numbers of categories."""

from __future__ import annotations

from dataclasses import replace

from visualmlp.gui.widgets.axes import Axes, Tick


def only_whole(axes: Axes, *, x: bool = False, y: bool = False) -> Axes:
    """The same axes without fractions at the sides that are named, neither as number nor line."""
    return replace(
        axes,
        x_ticks=_whole(axes.x_ticks) if x else axes.x_ticks,
        y_ticks=_whole(axes.y_ticks) if y else axes.y_ticks,
    )


def _whole(ticks: list[Tick]) -> list[Tick]:
    return [(place, text) for place, text in ticks if "." not in text]
