"""What is made of each column of a table: guessed, unless the settings say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from visualmlp.data.columns import Kind, Missing
from visualmlp.data.source import ColumnChoice, SourceSettings
from visualmlp.data.tables.kinds import MARKED_NUMBER, ColumnLook, find_targets
from visualmlp.data.tables.opened import Table
from visualmlp.data.tables.pixels import sure_side
from visualmlp.errors import DataError

MOST_TEXT = 300
"""Characters of all that a message tells about columns left out."""


@dataclass(frozen=True, slots=True)
class Use:
    """What is made of a column: a feature or target as number or category, or nothing, and why."""

    name: str
    role: str
    kind: Kind = "number"
    missing: Missing = "drop"
    note: str = ""


def plan_columns(table: Table, settings: SourceSettings) -> list[Use]:
    """What is made of each column of a table.

    Raises
    ------
    DataError
        If a choice does not fit its column.
    """
    targets = targets_of(table, settings)
    chosen = {choice.name: choice for choice in settings.columns}
    uses = []
    for look in table.looks:
        choice = chosen.get(look.name) or ColumnChoice(look.name)
        if look.name in targets:
            uses.append(_use_target(table, look, choice, settings.task, len(targets)))
        else:
            uses.append(_use_feature(table, look, choice, settings.missing))
    if not any(use.role == "feature" for use in uses):
        notes = "".join(f" {use.note}" for use in uses if use.note)[:MOST_TEXT]
        raise DataError(f"{table.path}: no column is left to learn from; choose a feature.{notes}")
    return uses


def targets_of(table: Table, settings: SourceSettings) -> tuple[str, ...]:
    """Names of the columns that are to be learnt, chosen or guessed.

    Raises
    ------
    DataError
        If there can be none, or a choice names no column.
    """
    return find_targets(
        table.looks,
        settings.columns,
        settings.label_column,
        has_header=table.has_names,
        is_picture=sure_side(table) > 0,
    )


def _use_target(
    table: Table, look: ColumnLook, choice: ColumnChoice, task: str, n_targets: int
) -> Use:
    if look.guess in ("date", "empty"):
        raise DataError(
            f"{table.path}: column {look.name} holds {_seen(look)}: it cannot be the target."
        )
    kind = choice.kind
    if kind == "auto":
        labels = look.guess != "number" or (look.few_whole and n_targets == 1)
        kind = "category" if task in ("classification", "binary") else "number"
        if task == "auto":
            kind = "category" if labels else "number"
    if n_targets > 1 and kind == "category":
        raise DataError(
            f"{table.path}: several targets must be numbers, but {look.name} holds names."
        )
    return Use(look.name, "target", kind)


def _use_feature(table: Table, look: ColumnLook, choice: ColumnChoice, missing: str) -> Use:
    if choice.role == "ignore":
        return Use(look.name, "ignore")
    fill: Any = missing if choice.missing == "auto" else choice.missing
    if choice.kind == "number" and look.guess == "date":
        raise DataError(
            f"{table.path}: column {look.name} holds {_seen(look)}, no numbers. Turn dates into "
            "numbers in the table: year, month, or days since a start."
        )
    if choice.kind != "auto":
        return Use(look.name, "feature", choice.kind, fill)
    if look.guess in ("date", "text", "empty"):
        return Use(look.name, "ignore", note=_left_out(look))
    kind: Kind = "number" if look.guess == "number" else "category"
    return Use(look.name, "feature", kind, fill)


def _left_out(look: ColumnLook) -> str:
    if MARKED_NUMBER.fullmatch(look.example):
        return (
            f"{_column(look)} is left out: its numbers are not plain ({look.example[:30]}); "
            "take %, currency signs and marks between thousands out of the table, or choose the "
            "decimal mark, to use them."
        )
    reason = {
        "date": "turn them into numbers (year, month, days since a start) to use them",
        "text": "choose categories for the column to use them all the same",
        "empty": "nothing can be learnt from it",
    }[look.guess]
    return f"{_column(look)} is left out: it holds {_seen(look)}; {reason}."


def _column(look: ColumnLook) -> str:
    """A column at the beginning of a sentence; those without a name are numbered."""
    is_numbered = look.name.startswith("column ")
    return look.name.capitalize() if is_numbered else f"Column {look.name}"


def _seen(look: ColumnLook) -> str:
    return {
        "date": f"dates or times ({look.example})",
        "text": f"texts that are nearly all different ({look.example[:30]})",
        "empty": "no value",
    }.get(look.guess, look.guess)
