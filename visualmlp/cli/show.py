"""``visualmlp show``: what is in a run file."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from math import isnan
from pathlib import Path

from visualmlp.experiment import Experiment
from visualmlp.experiment.data import ColumnOfTable
from visualmlp.runs import SavedRun, open_run
from visualmlp.training.branches import Branch
from visualmlp.training.history import Evaluation
from visualmlp.training.live import changed_fields

MOST = 20
"""Edits and events of a run that are listed; the rest is counted."""

TOLD_APART = (
    *("network.hidden", "data.source", "data.path", "data.inputs", "data.targets"),
    "data.columns",
)
"""Fields that have a line of their own, or too many values for one."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run", metavar="RUN", type=Path, help="a run file (.vmlp)")


def run(options: argparse.Namespace) -> int:
    """Print experiment, environment, and the figures, edits and events of every run."""
    saved = open_run(options.run)
    print("\n".join(_lines(saved, options.run.stat().st_size)))
    return 0


def _lines(saved: SavedRun, n_bytes: int) -> Iterator[str]:
    experiment = saved.experiment
    yield f"{saved.path}: {experiment.title or 'a run'}, format {saved.version}, {_size(n_bytes)}"
    yield f"data {experiment.data.source}{_where(saved)}, {_fingerprint(saved)}"
    yield f"network {_network(experiment)}"
    changed = [
        field
        for field in changed_fields(Experiment(), experiment)
        if not field.startswith(TOLD_APART)
    ]
    yield f"settings {', '.join(changed) or 'all as they come'}"
    if columns := experiment.data.columns:
        yield f"columns {_columns(columns)}"
    told = ", ".join(f"{name} {value}" for name, value in saved.environment.items())
    yield f"computed with {told}"
    if saved.notes:
        yield f"notes {saved.notes}"
    for branch in saved.branches.all:
        yield ""
        yield from _branch(saved, branch)


def _fingerprint(saved: SavedRun) -> str:
    """Of data larger than memory it is that of some rows."""
    digest = saved.fingerprint.removeprefix("sampled-")
    of_what = "" if digest == saved.fingerprint else " of evenly spaced rows"
    return f"SHA-256{of_what} {digest[:16]}…"


def _where(saved: SavedRun) -> str:
    path = f" {saved.experiment.data.path}" if saved.experiment.data.path else ""
    return f"{path}{' (in the file)' if saved.dataset else ''}"


def _network(experiment: Experiment) -> str:
    layers = [f"{layer.units} {layer.activation}" for layer in experiment.network.hidden]
    return " → ".join(["inputs", *layers, "outputs"])


def _columns(columns: Sequence[ColumnOfTable]) -> str:
    """What was chosen for columns of a table; what was not is as it comes."""
    told = []
    for column in columns:
        chosen: list[str] = [word for word in (column.role, column.kind) if word != "auto"]
        if column.missing != "auto":
            chosen.append(f"missing {column.missing}")
        told.append(f"{column.name}: {', '.join(chosen) or 'auto'}")
    more = [f"and {len(told) - MOST:,} more"] if len(told) > MOST else []
    return "; ".join([*told[:MOST], *more])


def _branch(saved: SavedRun, branch: Branch) -> Iterator[str]:
    timeline = branch.timeline
    marks = [
        "the current one" if branch.number == saved.branches.current else "",
        "pinned" if branch.is_pinned else "",
    ]
    said = "".join(f" ({mark})" for mark in marks if mark)
    yield f"{branch.name}{said}: {timeline.head:,} step{_s(timeline.head)}{_origin(saved, branch)}"
    record = timeline.history.epochs[-1]
    parts = {"training": record.train, "validation": record.validation, "test": record.test}
    yield f"  after epoch {record.epoch:,} (step {record.step:,})"
    for name, figures in parts.items():
        if figures:
            yield f"    {name:<11}{_figures(figures)}"
    archive = timeline.checkpoints.archive
    n_states = len(archive.steps()) if archive else len(timeline.checkpoints)
    yield f"  states to go back to: {n_states:,}"
    yield f"  test part: {_test_part(saved, branch)}"
    yield from _listed("edits", [f"step {edit.step:,}: {edit.label}" for edit in timeline.edits])
    yield from _listed("events", [f"step {one.step:,}: {one.text}" for one in timeline.events])


def _origin(saved: SavedRun, branch: Branch) -> str:
    if branch.parent is None:
        return ""
    change = f" with {branch.change}" if branch.change else ""
    return f", left {saved.branches[branch.parent].name} at step {branch.fork_step:,}{change}"


def _test_part(saved: SavedRun, branch: Branch) -> str:
    """Whether somebody has looked at it; files of older programs tell of watching only."""
    if opening := branch.timeline.test_opening:
        return f"opened at step {opening.step:,}"
    return "opened at step 0" if saved.experiment.training.watch_test else "closed"


def _figures(figures: Evaluation) -> str:
    is_regression = not isnan(figures.rmse)
    rmse = f", RMSE {figures.rmse:.6f}" if is_regression else ""
    score = f"{'R²' if is_regression else 'accuracy'} {figures.score:.4f}"
    return f"loss {figures.loss:.6f}, {score}{rmse} ({figures.n_samples:,} samples)"


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"  {title}"
        yield from (f"    {line}" for line in lines[:MOST])
    if len(lines) > MOST:
        yield f"    and {len(lines) - MOST:,} more"


def _s(count: int) -> str:
    """What a word for so many ends in."""
    return "" if count == 1 else "s"


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:,.1f} MB"
