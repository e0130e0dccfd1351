"""The runs of the tree and the kept ones beside each other: settings, figures, curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PyQt6.QtCore import QCoreApplication

from visualmlp.analysis.smoothing import moving_mean
from visualmlp.experiment import Experiment, Section, fields_of
from visualmlp.gui.kept_runs import KeptRun
from visualmlp.gui.timeline_marks import edit_text
from visualmlp.gui.views.curve_names import axis_text
from visualmlp.gui.views.curve_series import Series
from visualmlp.gui.views.epoch_table import Columns, EpochTable
from visualmlp.gui.views.part_chooser import part_name
from visualmlp.gui.widgets.labels import number_text
from visualmlp.training.branches import Branch, Branches
from visualmlp.training.comparison import (
    Parting,
    Setting,
    experiment_at,
    parting,
    settings_that_differ,
)
from visualmlp.training.history import Evaluation, History
from visualmlp.training.timeline import Edit

MOST = 6
"""More runs beside each other could not be told apart."""

SMOOTHED = 50
"""Parts of a run whose mean losses are drawn."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("CompareView", text)


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """A run as it is compared.

    Attributes
    ----------
    key
        Tells it from the others: of the tree by its number, of the kept ones by its name.
    style
        Number of its colour, mark and dashes: the same whichever run is in use.
    name
        On the screen.
    origin, change
        Where it came from, and what was changed there, in a few words.
    history, edits
        What was recorded, and changed.
    experiment
        The settings in force at its head, if they are known.
    columns
        The records at the ends of epochs.
    branch
        Itself, if it is a run of the tree, whose states can be gone to.
    """

    key: int | str
    style: int
    name: str
    origin: str
    change: str
    history: History
    edits: tuple[Edit, ...]
    experiment: Experiment | None
    columns: Columns
    branch: Branch | None = None


Tables = dict[int | str, EpochTable]
"""By the keys of the runs; records are converted once each."""


def compared(
    branches: Branches, kept: Sequence[KeptRun], experiment: Experiment, task: str, tables: Tables
) -> list[Compared]:
    """The run in use first, then the others of the tree, then the kept ones of the same kind.

    Parameters
    ----------
    experiment
        What the runs of the tree began with.
    tables
        Those of the last time.
    """
    current = branches[branches.current]
    others = [branch for branch in branches.all if branch.number != current.number]
    runs = [_of_tree(branch, branches, experiment, tables) for branch in (current, *others)]
    alike = [run for run in kept if run.fits(task)]
    first = max(branch.number for branch in branches.all) + 1
    return runs + [_kept(run, style, tables) for style, run in enumerate(alike, first)]


def _of_tree(
    branch: Branch, branches: Branches, experiment: Experiment, tables: Tables
) -> Compared:
    edits = tuple(branch.timeline.edits)
    origin = _tr("the first run")
    if branch.parent is not None:
        origin = _tr("{run}, step {step}").format(
            run=branches[branch.parent].name, step=f"{branch.fork_step:,}"
        )
    in_force = experiment_at(experiment, edits)
    history, change = branch.timeline.history, edit_text(branch.change) or "–"
    return Compared(
        branch.number,
        branch.number,
        branch.name,
        origin,
        change,
        history,
        edits,
        in_force,
        _columns(tables, branch.number, history),
        branch,
    )


def _kept(run: KeptRun, style: int, tables: Tables) -> Compared:
    in_force = experiment_at(run.experiment, run.edits) if run.experiment else None
    origin = _tr("kept curves")
    columns = _columns(tables, run.name, run.history)
    return Compared(
        run.name, style, run.name, origin, "–", run.history, run.edits, in_force, columns
    )


def _columns(tables: Tables, key: int | str, history: History) -> Columns:
    return tables.setdefault(key, EpochTable()).columns(history)


def chosen(runs: Sequence[Compared], other: int | str | None) -> list[Compared]:
    """At most ``MOST`` of the runs: the one in use, the other that was chosen, the newest ones."""
    wanted = [run for run in runs[1:] if run.key == other]
    newest = [run for run in reversed(runs[1:]) if run.key != other]
    keys = {run.key for run in (*runs[:1], *wanted, *newest)[:MOST]}
    others = (run for run in runs[1:] if run.key != other)
    return [run for run in (*runs[:1], *wanted, *others) if run.key in keys]


def partner_of(runs: Sequence[Compared], wanted: int | str | None) -> Compared | None:
    """The run that the one in use is compared with: the wanted one, or its parent, or any."""
    if len(runs) < 2:
        return None
    branch = runs[0].branch
    keys = wanted, branch.parent if branch else None
    found = (run for key in keys if key is not None for run in runs[1:] if run.key == key)
    return next(found, runs[1])


# Where they part


def parting_of(one: Compared, other: Compared) -> Parting | None:
    """The first step that the two do not have in common."""
    logs = one.history.steps, other.history.steps
    return parting(logs, (one.edits, other.edits))


def parting_text(one: Compared, other: Compared) -> str:
    """The same in a sentence."""
    found = parting_of(one, other)
    if found is None:
        return _together_text(one, other)
    text = _tr("{one} and {other} part at step {step}").format(
        one=one.name, other=other.name, step=f"{found.step:,}"
    )
    causes = [
        _tr("in {run}: {changes}").format(
            run=run.name, changes="; ".join(edit_text(edit.label) for edit in edits)
        )
        for run, edits in zip((one, other), found.edits, strict=True)
        if edits
    ]
    if not causes:
        causes = [_tr("they began otherwise, or other arithmetic made the step")]
    return f"{text} ({', '.join(causes)})"


def _together_text(one: Compared, other: Compared) -> str:
    heads = len(one.history.steps), len(other.history.steps)
    if heads[0] == heads[1]:
        return _tr("{one} and {other} are the same, step for step").format(
            one=one.name, other=other.name
        )
    shorter, longer = (one, other) if heads[0] < heads[1] else (other, one)
    return _tr(
        "{shorter} is the beginning of {longer}: all of its {count} steps are the same"
    ).format(shorter=shorter.name, longer=longer.name, count=f"{min(heads):,}")


# The table


def table_rows(runs: Sequence[Compared], task: str) -> list[list[str]]:
    """Titles of the rows, and a column of texts for each run."""
    rows = [
        [_tr("comes from"), *(run.origin for run in runs)],
        [_tr("by the change"), *(run.change for run in runs)],
    ]
    known = [run.experiment for run in runs if run.experiment is not None]
    for setting in settings_that_differ(known) if known else ():
        values = iter(setting.values)
        texts = [value_text(next(values)) if run.experiment else "?" for run in runs]
        rows.append([setting_text(setting), *texts])
    return rows + _figure_rows(runs, task)


def setting_text(setting: Setting) -> str:
    """What a setting is called, with the layer that it is of."""
    label = QCoreApplication.translate("experiment", setting.spec.ui.label)
    match setting.place:
        case ("network", "hidden", number):
            return _tr("{label}, hidden layer {number}").format(label=label, number=number)
        case ("network", "output"):
            return _tr("{label}, output layer").format(label=label)
    return label


def value_text(value: Any) -> str:
    """A setting's value in a few words."""
    match value:
        case bool():
            return _tr("yes") if value else _tr("no")
        case float():
            return number_text(value, ".10g")
        case tuple():
            return ", ".join(map(value_text, value)) or "–"
        case Section():
            shown = [getattr(value, spec.name) for spec in fields_of(type(value))[:2]]
            return " ".join(map(value_text, shown))
    return str(value)


def _figure_rows(runs: Sequence[Compared], task: str) -> list[list[str]]:
    lasts = [run.history.epochs[-1] for run in runs]
    rows = [
        [_tr("steps made"), *(f"{len(run.history.steps):,}" for run in runs)],
        [_tr("evaluated at step"), *(f"{last.step:,}" for last in lasts)],
    ]
    figures = ("loss", "score", "rmse") if task == "regression" else ("loss", "score")
    for part in ("train", "validation", "test"):
        if any(getattr(last, part) for last in lasts):
            for figure in figures:
                texts = [_figure_text(getattr(last, part), figure) for last in lasts]
                rows.append([f"{part_name(part)} {axis_text(figure, task)}", *texts])
    if any(last.validation for last in lasts):
        title = _tr("best validation {}").format(axis_text("score", task))
        rows.append([title, *(_best_text(run.columns) for run in runs)])
    return rows


def _figure_text(evaluation: Evaluation | None, figure: str) -> str:
    if evaluation is None:
        return "–"
    return number_text(getattr(evaluation, figure), ".4f" if figure == "score" else ".4g")


def _best_text(columns: Columns) -> str:
    scores = columns["validation.score"]
    if np.isnan(scores).all():
        return "–"
    best = int(np.nanargmax(scores))
    return _tr("{score} (step {step})").format(
        score=number_text(float(scores[best]), ".4f"), step=f"{columns['step'][best]:,.0f}"
    )


# The curves


@dataclass(frozen=True, slots=True, eq=False)
class ComparedCurves:
    """Curves of runs over each other.

    Attributes
    ----------
    series
        By figure: ``"loss"`` and ``"score"``; each is called as its run.
    titles
        Of the y axes.
    """

    series: dict[str, list[Series]]
    titles: dict[str, str]


def curves_of(runs: Sequence[Compared], task: str) -> ComparedCurves:
    """Mean loss of the steps, and score of the validation part, or else of the training part."""
    longest = max(len(run.history.steps) for run in runs)
    window = max(1, longest // SMOOTHED)
    part = "validation" if runs[0].history.epochs[-1].validation else "train"
    title = _tr("batch loss (mean of {} steps)").format(f"{window:,}")
    return ComparedCurves(
        series={
            "loss": [_loss_series(run, window) for run in runs],
            "score": [_score_series(run, part) for run in runs],
        },
        titles={
            "loss": title if window > 1 else _tr("batch loss"),
            "score": f"{part_name(part)} {axis_text('score', task)}",
        },
    )


def _loss_series(run: Compared, window: int) -> Series:
    losses = run.history.steps.column("loss")
    first = (window - 1) // 2  # centred, as in the view of curves
    y = moving_mean(losses, window)
    x = np.arange(first, first + len(y), dtype=np.float64)
    return Series(run.name, run.name, x, y, "raw", run.style, dashes=run.style)


def _score_series(run: Compared, part: str) -> Series:
    x, y = run.columns["step"], run.columns[f"{part}.score"]
    return Series(run.name, run.name, x, y, "line+marks", run.style, dashes=run.style)
