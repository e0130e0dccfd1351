"""New rows of a table for a trained network: its columns found again, its cells encoded as then."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from visualmlp.data.columns import MISSING_CATEGORY, Cells, Column, are_missing, encode
from visualmlp.data.recipe import Recipe
from visualmlp.data.source import SourceSettings
from visualmlp.data.tables.kinds import TARGET_NAMES, find_targets
from visualmlp.data.tables.opened import Table, open_table
from visualmlp.data.unseen.samples import NewSamples, SampleBatch
from visualmlp.errors import DataError

NUMBERED = re.compile(r"(column |x)\d+")
"""What columns and features without a name are called."""
SHOWN = 8
"""Names listed in a message."""


def open_rows(path: Path, recipe: Recipe, settings: SourceSettings) -> NewSamples:
    """Open a table of new rows.

    Parameters
    ----------
    settings
        How the table is written, and where the target stands if it is there.

    Raises
    ------
    DataError
        If it is none, lacks a column, or holds text where numbers are needed.
    """
    table = open_table(path, settings, least_columns=1)
    columns = recipe.columns or tuple(
        Column(name, "number", i) for i, name in enumerate(recipe.feature_names)
    )
    own = _match(table, columns, recipe, settings.label_column)
    read = table.read({own[column.name]: column.kind for column in columns})
    cells: dict[str, Cells] = {column.name: read[own[column.name]] for column in columns}
    n_rows = len(next(iter(cells.values())))

    def batches(size: int) -> Iterator[SampleBatch]:
        for start in range(0, n_rows, size):
            rows = slice(start, min(start + size, n_rows))
            some = {name: values[rows] for name, values in cells.items()}
            names = [str(row + 1) for row in range(rows.start, rows.stop)]
            yield SampleBatch(names, encode(columns, some), _problems(columns, some))

    ignored = [name for name in table.names if name not in own.values()]
    notes = [f"Not used: {_listed(ignored)}."] if ignored else []
    return NewSamples(path, n_rows, (*notes, *_unknown(columns, cells)), batches)


def _match(
    table: Table, columns: Sequence[Column], recipe: Recipe, label_column: str
) -> dict[str, str]:
    """The table's name for each column of the recipe."""
    names, wanted = table.names, [column.name for column in columns]
    by_name = {name: name for name in wanted}
    has_names = table.has_names
    if set(wanted) <= set(names) and (has_names or len(names) > len(wanted)):
        return by_name
    if len(names) == len(wanted) and not (has_names and _have_names(recipe, wanted)):
        return dict(zip(wanted, names, strict=True))
    if len(names) == len(wanted) + 1 and not _have_names(recipe, wanted):
        place = _target_place(table, recipe, label_column)
        return dict(zip(wanted, names[:place] + names[place + 1 :], strict=True))
    missing = [name for name in wanted if name not in names]
    if has_names and len(missing) < len(wanted):
        raise DataError(
            f"{table.path} lacks {_columns(missing)}: the run was trained with them. Add them, "
            "or name the columns as in the training's table."
        )
    raise DataError(
        f"{table.path} has {len(names):,} columns ({_listed(names)}), but the run takes "
        f"{len(wanted):,}: {_listed(wanted)}. Give the table a line with these names, or these "
        "columns only."
    )


def _have_names(recipe: Recipe, wanted: Sequence[str]) -> bool:
    """Whether the run's columns have names of their own, and no numbers for them."""
    return not (recipe.image_shape or all(map(NUMBERED.fullmatch, wanted)))


def _target_place(table: Table, recipe: Recipe, label_column: str) -> int:
    """Which column too many is the target: by its usual names, or as when a table is opened."""
    names = table.names
    usual = [i for i, name in enumerate(names) if name.casefold() in TARGET_NAMES]
    if usual:
        return usual[0]
    [target] = find_targets(
        table.looks,
        label_column=label_column,
        is_picture=recipe.image_shape is not None,
        has_header=table.has_names,
    )
    return names.index(target)


def _problems(columns: Sequence[Column], cells: Mapping[str, Cells]) -> list[str]:
    """Why rows cannot be predicted: an empty cell that nothing stands in for."""
    empty: list[list[str]] = [[] for _ in next(iter(cells.values()))]
    for column in columns:
        if not column.n_missing:
            for row in np.flatnonzero(are_missing(cells[column.name])):
                empty[row].append(column.name)
    return [f"no value for {_listed(names)}" if names else "" for names in empty]


def _unknown(columns: Sequence[Column], cells: Mapping[str, Cells]) -> Iterator[str]:
    """What categories training did not know, and how often."""
    for column in columns:
        if column.kind == "category":
            known = {*column.categories, "", MISSING_CATEGORY}
            counts = Counter(cell for cell in cells[column.name].tolist() if cell not in known)
            if counts:
                told = [f"{cell} ({count:,})" for cell, count in counts.most_common(SHOWN)]
                more = f" and {len(counts) - SHOWN:,} more" if len(counts) > SHOWN else ""
                if counts.total() == 1:
                    what = "1 cell holds a category that the run does not know; it counts"
                else:
                    what = (
                        f"{counts.total():,} cells hold categories that the run does not know; "
                        "they count"
                    )
                yield f"Column {column.name}: {what} as unknown: {', '.join(told)}{more}."


def _columns(names: Sequence[str]) -> str:
    return f"the column{'s' if len(names) > 1 else ''} {_listed(names)}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:SHOWN])
    return shown if len(names) <= SHOWN else f"{shown}, … ({len(names):,} in all)"
