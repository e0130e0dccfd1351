"""Decisions about the columns of a table; only those that differ from the guess are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Literal

from visualmlp.data.source import ColumnChoice, SourceSettings
from visualmlp.data.tables.opened import Table
from visualmlp.data.tables.plan import targets_of
from visualmlp.errors import DataError

NewUse = Literal["number", "category", "ignore", "target", "also_target"]
Choices = tuple[ColumnChoice, ...]


def fitting_choices(table: Table, choices: Iterable[ColumnChoice]) -> Choices:
    """The choices about columns that the table has."""
    names = set(table.names)
    return tuple(choice for choice in choices if choice.name in names)


def choose_use(
    table: Table, settings: SourceSettings, names: Collection[str], use: NewUse
) -> Choices:
    """What is to be decided so that columns are used in a new way.

    Parameters
    ----------
    settings
        With the choices made so far, all of columns of this table.
    names
        The columns.
    use
        ``number`` or ``category`` makes them inputs; ``target`` makes them the only targets,
        ``also_target`` adds them to those there are.
    """
    chosen = {choice.name: choice for choice in settings.columns}
    others = [name for name in _targets(table, settings) if name not in names]
    if use in ("target", "also_target"):
        for name in others:
            role: Literal["target", "feature"] = "feature" if use == "target" else "target"
            chosen[name] = replace(chosen.get(name) or ColumnChoice(name), role=role)
    for name in names:
        chosen[name] = _with_use(chosen.get(name) or ColumnChoice(name), use)
    settings = replace(settings, columns=tuple(chosen.values()))
    if use in ("number", "category"):
        settings = replace(settings, columns=_with_another_target(table, settings, names))
    return _shortest(table, settings)


def choose_missing(
    table: Table, settings: SourceSettings, names: Collection[str], missing: str
) -> Choices:
    """What is to be decided so that empty cells of columns are treated in a new way."""
    chosen = {choice.name: choice for choice in settings.columns}
    for name in names:
        old = chosen.get(name) or ColumnChoice(name)
        chosen[name] = replace(old, missing=missing)  # type: ignore[arg-type]
    return _shortest(table, replace(settings, columns=tuple(chosen.values())))


def _with_use(choice: ColumnChoice, use: NewUse) -> ColumnChoice:
    match use:
        case "number" | "category":
            return replace(choice, role="feature", kind=use)
        case "ignore":
            return replace(choice, role="ignore", kind="auto")
    return replace(choice, role="target", kind="auto")


def _with_another_target(table: Table, settings: SourceSettings, names: Collection[str]) -> Choices:
    """A column that was the target by guess and shall be an input must leave that to another."""
    targets = _targets(table, settings)
    if any(choice.role == "target" for choice in settings.columns) or not set(targets) & set(names):
        return settings.columns
    without = [choice for choice in settings.columns if choice.name not in names]
    ignored = [ColumnChoice(name, "ignore") for name in names]
    others = _targets(table, replace(settings, columns=(*without, *ignored)))
    return (*settings.columns, *(ColumnChoice(name, "target") for name in others))


def _targets(table: Table, settings: SourceSettings) -> tuple[str, ...]:
    try:
        return targets_of(table, settings)
    except DataError:
        return ()


def _shortest(table: Table, settings: SourceSettings) -> Choices:
    """The choices without those that change nothing, in the order of the columns."""
    looks = {look.name: look.guess for look in table.looks}
    kept = {c.name: _plain(c, looks[c.name]) for c in settings.columns}
    targets = tuple(n for n in table.names if n in kept and kept[n].role == "target")
    guessed = {n: replace(c, role="feature") if n in targets else c for n, c in kept.items()}
    if targets and _targets(table, replace(settings, columns=_listed(table, guessed))) == targets:
        kept = guessed
    return _listed(table, kept)


def _plain(choice: ColumnChoice, guess: str) -> ColumnChoice:
    if choice.role == "feature" and choice.kind == guess:
        return replace(choice, kind="auto")
    if choice.role == "ignore" and guess in ("date", "text", "empty"):
        return ColumnChoice(choice.name)
    return choice


def _listed(table: Table, choices: dict[str, ColumnChoice]) -> Choices:
    found = (choices[name] for name in table.names if name in choices)
    return tuple(choice for choice in found if choice != ColumnChoice(choice.name))
