"""Tables that the user opens: columns become features, one of them what is to be learnt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from visualmlp.data.columns import MISSING_CATEGORY, Cells, Column, Missing, are_missing, encode
from visualmlp.data.dataset import Array, Dataset, measure_range, pixel_names
from visualmlp.data.labels import classes_of
from visualmlp.data.source import Source, SourceSettings
from visualmlp.data.tables.kinds import MAX_CATEGORIES
from visualmlp.data.tables.opened import Table, match_columns, open_table
from visualmlp.data.tables.pixels import load_pictures, side_of
from visualmlp.data.tables.plan import Use, plan_columns
from visualmlp.data.tables.workbook import BINARY_ENDINGS
from visualmlp.errors import DataError

ENDINGS = (".csv", ".tsv", ".txt", ".tab", ".dat", ".data", *BINARY_ENDINGS)
"""Of names of tables, with or without .gz behind."""

MAX_FEATURES = 50_000
SHOWN_NOTES = 5
"""Categories of a column, or columns, that notes name."""


def open_csv(
    path: Path | str,
    test_path: Path | str = "",
    *,
    header: str = "auto",
    label_column: str = "auto",
) -> Dataset:
    """Open a table, and another one as the given test part if ``test_path`` names it.

    Raises
    ------
    DataError
        If a file is missing or damaged, or the files do not fit together.
    """
    return load_table(
        SourceSettings(
            path=str(path), test_path=str(test_path), header=header, label_column=label_column
        )
    )


def load_table(settings: SourceSettings) -> Dataset:
    """Open a table as the settings say; what they leave open is guessed.

    Square pictures of whole numbers from 0 to 255 are taken as pictures. Rows without a target
    are left out, and a note says how many.

    Raises
    ------
    DataError
        If a file is missing or damaged, or the settings do not fit it.
    """
    tables = [open_table(path, settings) for path in (settings.path, settings.test_path) if path]
    for table in tables[1:]:
        match_columns(tables[0], table)
    return load_pictures(tables, settings) or _load_columns(tables, settings)


# Columns


def _load_columns(tables: Sequence[Table], settings: SourceSettings) -> Dataset:
    first = tables[0]
    uses = plan_columns(first, settings)
    used = [use for use in uses if use.role != "ignore"]
    parts = [_read(table, first, used) for table in tables]
    n_read = [len(next(iter(part.values()))) for part in parts]
    parts = [_drop(part, used) for part in parts]
    n_kept = [len(next(iter(part.values()))) for part in parts]
    _check_rows(tables, n_kept)
    cells: dict[str, Any] = {
        use.name: np.concatenate([part[use.name] for part in parts]) for use in used
    }
    features = [use for use in used if use.role == "feature"]
    known = {use.name: cells[use.name][: n_kept[0]] for use in features}
    columns = _columns(first, features, known, cells)
    answers = _answers(first, [use for use in used if use.role == "target"], cells)
    x, shape = _as_picture(first, encode(columns, cells), columns, answers["task"])
    notes = [use.note for use in uses if use.note] + _row_notes(tables, n_read, n_kept)
    return Dataset(
        name="csv",
        title=first.path.name,
        x=x,
        feature_names=pixel_names(shape) if shape else _feature_names(first, columns),
        image_shape=shape,
        value_range=(0, 255) if shape else measure_range(x),
        n_given_test=n_kept[1] if len(tables) > 1 else 0,
        source=", ".join(str(table.path) for table in tables),
        licence="unknown",
        columns=columns if _need_columns(columns) else (),
        notes=(*notes, *_filled_notes(columns), *_unknown_notes(columns, cells)),
        **answers,
    )


def _read(table: Table, first: Table, used: Sequence[Use]) -> dict[str, Cells]:
    """The cells of the columns used, by the first table's names."""
    own = match_columns(first, table)
    cells = table.read({own[use.name]: use.kind for use in used})
    return {use.name: cells[own[use.name]] for use in used}


def _drop(cells: dict[str, Cells], used: Sequence[Use]) -> dict[str, Cells]:
    """Leave out the rows without a target, or without a value that nothing stands in for."""
    keep = np.ones(len(next(iter(cells.values()))), bool)
    for use in used:
        if use.role == "target" or use.missing == "drop":
            keep &= ~are_missing(cells[use.name])
    return cells if keep.all() else {name: values[keep] for name, values in cells.items()}


def _columns(
    table: Table, uses: Sequence[Use], known: dict[str, Cells], cells: dict[str, Cells]
) -> tuple[Column, ...]:
    """The columns with their features; categories are those of the first table."""
    columns: list[Column] = []
    first = 0
    for use in uses:
        n_missing = int(are_missing(cells[use.name]).sum())
        missing = use.missing if n_missing else "drop"
        column = Column(use.name, use.kind, first, (), missing, n_missing)
        if use.kind == "category":
            column = replace(column, categories=_categories(table, use, known[use.name], missing))
        columns.append(column)
        first += column.n_features
        if first > MAX_FEATURES:
            raise DataError(
                f"{table.path} makes more than {MAX_FEATURES:,} features: ignore columns with "
                "many categories."
            )
    return tuple(columns)


def _categories(table: Table, use: Use, values: Cells, missing: Missing) -> tuple[str, ...]:
    found = sorted(set(values.tolist()) - {""})
    if len(found) > MAX_CATEGORIES:
        raise DataError(
            f"{table.path}: column {use.name} has {len(found):,} categories: at most "
            f"{MAX_CATEGORIES:,} work. Ignore the column."
        )
    if not found:
        raise DataError(f"{table.path}: column {use.name} has no value: ignore the column.")
    return (*found, MISSING_CATEGORY) if missing == "category" else tuple(found)


def _feature_names(table: Table, columns: Sequence[Column]) -> tuple[str, ...]:
    """Those of the columns; x1, x2, … for plain numbers that nobody named."""
    if table.layout and not table.layout.has_header and not _need_columns(columns):
        return tuple(f"x{i}" for i in range(1, len(columns) + 1))
    return tuple(name for column in columns for name in column.feature_names)


def _as_picture(
    table: Table, x: Array, columns: Sequence[Column], task: str
) -> tuple[Array, tuple[int, int] | None]:
    """Whole numbers from 0 to 255 that were written as decimals are pictures all the same."""
    side = side_of(table)
    if not side or len(columns) != side**2 or task != "classification" or _need_columns(columns):
        return x, None
    codes = np.clip(x, 0, 255).astype(np.uint8)
    return (codes, (side, side)) if (codes == x).all() else (x, None)


def _need_columns(columns: Sequence[Column]) -> bool:
    """Whether columns are more than numbers that are all there."""
    return any(column.kind == "category" or column.n_missing for column in columns)


def _answers(table: Table, targets: Sequence[Use], cells: dict[str, Cells]) -> dict[str, Any]:
    if targets[0].kind == "category":
        where = f"{table.path}, column {targets[0].name}"
        names, labels = classes_of(np.array(cells[targets[0].name], np.str_), where)
        return {"task": "classification", "targets": labels, "class_names": names}
    values = np.column_stack([cells[use.name] for use in targets])
    names = tuple(use.name for use in targets)
    return {"task": "regression", "targets": values, "class_names": (), "target_names": names}


def _check_rows(tables: Sequence[Table], counts: Sequence[int]) -> None:
    for table, count in zip(tables, counts, strict=True):
        if not count:
            raise DataError(
                f"{table.path} has no row left: each lacks the target or another value. Choose "
                "another target, or let missing values be filled."
            )


def _row_notes(tables: Sequence[Table], n_read: Sequence[int], n_kept: Sequence[int]) -> list[str]:
    return [
        f"{read - kept:,} of {read:,} rows of {table.path.name} "
        f"{'is left out: it lacks' if read - kept == 1 else 'are left out: they lack'} the target "
        "or a value that is not filled in."
        for table, read, kept in zip(tables, n_read, n_kept, strict=True)
        if kept < read
    ]


def _filled_notes(columns: Sequence[Column]) -> list[str]:
    """What becomes of missing values: a note for the columns that are filled in the same way."""
    alike: dict[str, list[Column]] = {}
    for column in columns:
        if column.n_missing:
            alike.setdefault(_stand_in(column), []).append(column)
    return [_filled_note(filled, what) for what, filled in alike.items()]


def _filled_note(columns: Sequence[Column], what: str) -> str:
    count = sum(column.n_missing for column in columns)
    names = ", ".join(column.name for column in columns[:SHOWN_NOTES])
    if len(columns) > SHOWN_NOTES:
        names += f" and {len(columns) - SHOWN_NOTES:,} more"
    if count == 1:
        return f"1 missing value of {names} becomes {what}."
    return f"{count:,} missing values of {names} become {what}."


def _unknown_notes(columns: Sequence[Column], cells: dict[str, Cells]) -> list[str]:
    """What categories only the test part has."""
    notes = []
    for column in columns:
        if column.kind == "category":
            known = {*column.categories, ""}
            other = sorted(set(cells[column.name].tolist()) - known)
            notes += [
                f"Only the test part has {column.name} = {name}: it counts as unknown."
                for name in other[:SHOWN_NOTES]
            ]
    return notes


def _stand_in(column: Column) -> str:
    """What becomes of missing values, in words."""
    if column.missing == "category":
        return "a category of their own"
    way = "mode" if column.kind == "category" else column.missing
    what = {"mean": "mean", "median": "median", "mode": "most frequent value"}[way]
    return f"the {what} of the training part"


def _load(settings: SourceSettings) -> Dataset:
    if not settings.path:
        raise DataError("path is empty: choose a table, such as a CSV file.")
    return load_table(settings)


CSV = Source(
    name="csv",
    title="Table…",
    kind="found",
    description="Your own table: CSV, text, Parquet or workbook; 784 of 0 to 255 are a picture.",
    load=_load,
    settings_used=(
        *("path", "test_path", "header", "label_column", "columns", "missing"),
        *("encoding", "delimiter", "decimal", "sheet"),
    ),
)
