"""The curves of a run and of other runs over each other; their names are made elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from visualmlp.gui.views.curve_names import Names
from visualmlp.gui.views.curve_runs import Axis, RunColumns, Values
from visualmlp.gui.views.epoch_table import PARTS
from visualmlp.gui.widgets.legend_key import Role

STYLES = {
    "loss": 0,
    "train": 1,
    "validation": 2,
    "test": 3,
    "gradient_norm": 4,
    "learning_rate": 5,
}
DASHED = {"test": 1}
"""Series of the present run whose line has gaps; those of other runs have them by their run."""

FIRST_OTHER = 2
"""Number of the dashes of the first other run."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One curve as the plot takes it.

    Attributes
    ----------
    name, short
        In full, and in the legend.
    kind
        What it is a curve of: a part, or a figure of the steps.
    run
        Name of the run if it is another than the one in use.
    """

    name: str
    short: str
    x: Values
    y: Values
    role: Role
    style_index: int
    pale: bool = False
    dashes: int = 0
    kind: str = ""
    run: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class NamedRun:
    """Columns of a run, up to date, and names of its series; its own name if it is another."""

    columns: RunColumns
    names: Names
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What the curves are made from.

    Attributes
    ----------
    axis, window
        What x counts, and how many steps a smoothed value averages.
    figures
        Those to show.
    run, others
        The run in use, and the others.
    """

    axis: Axis
    window: int
    figures: tuple[str, ...]
    run: NamedRun
    others: tuple[NamedRun, ...] = ()


def make_curves(wanted: Wanted) -> dict[str, list[Series]]:
    """The series of every wanted figure, those of the run in use first."""
    return {figure: list(_all_series(wanted, figure)) for figure in wanted.figures}


def _all_series(wanted: Wanted, figure: str) -> Iterator[Series]:
    yield from _step_series(wanted, figure)
    yield from _epoch_series(wanted, figure)
    for number, run in enumerate(wanted.others, FIRST_OTHER):
        yield from _other_series(run, wanted, figure, number)


def _step_series(wanted: Wanted, figure: str) -> Iterator[Series]:
    columns, names = wanted.run.columns, wanted.run.names
    if figure not in columns.steps:
        return
    x, y, style = columns.x(wanted.axis), columns.steps[figure], STYLES[figure]
    yield Series(*names[figure], x, y, "raw", style, kind=figure)
    if wanted.window > 1 and figure != "learning_rate":
        smooth = columns.smoothed(figure, wanted.window, wanted.axis)
        yield Series(*names[f"smooth.{figure}"], *smooth, "smooth", style, kind=f"smooth.{figure}")


def _epoch_series(wanted: Wanted, figure: str) -> Iterator[Series]:
    for part, names, x, y in _by_part(wanted.run, wanted.axis, figure):
        dashes = DASHED.get(part, 0)
        yield Series(*names, x, y, "line+marks", STYLES[part], dashes=dashes, kind=part)


def _other_series(run: NamedRun, wanted: Wanted, figure: str, dashes: int) -> Iterator[Series]:
    """The curves of another run: one line a figure and part, without marks."""
    lines = []
    if figure in run.columns.steps:
        kind, x, y = figure, run.columns.x(wanted.axis), run.columns.steps[figure]
        if 1 < wanted.window <= len(y) and figure != "learning_rate":
            kind = f"smooth.{figure}"
            x, y = run.columns.smoothed(figure, wanted.window, wanted.axis)
        lines.append((kind, STYLES[figure], run.names[kind], x, y))
    for part, names, x, y in _by_part(run, wanted.axis, figure):
        lines.append((part, STYLES[part], names, x, y))
    for kind, style, names, x, y in lines:
        yield Series(*names, x, y, "raw", style, pale=True, dashes=dashes, kind=kind, run=run.name)


def _by_part(
    run: NamedRun, axis: Axis, figure: str
) -> Iterator[tuple[str, tuple[str, str], Values, Values]]:
    """Part, names, x and y of the figures at the ends of epochs."""
    epochs = run.columns.epochs
    for part in PARTS:
        if part in run.names and f"{part}.{figure}" in epochs:
            yield part, run.names[part], epochs[axis], epochs[f"{part}.{figure}"]
