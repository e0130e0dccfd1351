"""Tables that the user opens: CSV files with a label in each line."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from visualmlp.data.csv_table import CsvTable, read_csv
from visualmlp.data.dataset import Dataset, measure_range, pixel_names
from visualmlp.data.labels import classes_of
from visualmlp.data.source import Source, SourceSettings
from visualmlp.errors import DataError

ENDINGS = (".csv", ".tsv", ".txt")
"""Of names of tables, with or without .gz behind."""


def open_csv(
    path: Path | str,
    test_path: Path | str = "",
    *,
    header: str = "auto",
    label_column: str = "first",
) -> Dataset:
    """Open a CSV file, and another one as the given test part if ``test_path`` names it.

    Square pictures of whole numbers from 0 to 255 are taken as pictures. The labels that occur
    are the classes. See ``read_csv`` for the rest.

    Raises
    ------
    DataError
        If a file is missing or damaged, or the files do not fit together.
    """
    paths = [Path(path), *([Path(test_path)] if test_path else [])]
    tables = [read_csv(file, header, label_column) for file in paths]
    _check_columns(tables)
    names, labels = classes_of(np.concatenate([table.labels for table in tables]), str(path))
    x = np.concatenate([table.x for table in tables])
    side = tables[0].layout.side if x.dtype == np.uint8 else 0
    return Dataset(
        name="csv",
        title=paths[0].name,
        x=x,
        targets=labels,
        task="classification",
        class_names=names,
        feature_names=pixel_names((side, side)) if side else _column_names(tables[0]),
        image_shape=(side, side) if side else None,
        value_range=(0, 255) if side else measure_range(x),
        n_given_test=len(tables[1].x) if test_path else 0,
        source=", ".join(map(str, paths)),
        licence="unknown",
    )


def _check_columns(tables: list[CsvTable]) -> None:
    first = tables[0].layout
    for table in tables[1:]:
        if table.layout.n_columns != first.n_columns:
            raise DataError(
                f"{table.layout.path} has {table.layout.n_columns:,} columns, but {first.path} "
                f"{first.n_columns:,}: take files that belong together."
            )


def _column_names(table: CsvTable) -> tuple[str, ...]:
    return table.layout.names or tuple(f"x{i}" for i in range(1, table.layout.n_features + 1))


def _load(settings: SourceSettings) -> Dataset:
    if not settings.path:
        raise DataError("path is empty: choose a CSV file with a label and numbers in each line.")
    return open_csv(
        settings.path,
        settings.test_path,
        header=settings.header,
        label_column=settings.label_column,
    )


CSV = Source(
    name="csv",
    title="Table (CSV)…",
    kind="found",
    description="Your own table: a label and numbers in each line; 784 of 0 to 255 are a picture.",
    load=_load,
    settings_used=("path", "test_path", "header", "label_column"),
)
