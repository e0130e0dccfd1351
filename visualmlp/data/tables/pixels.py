"""Text tables whose rows are a label and the pixels of a square picture."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt

import numpy as np

from visualmlp.data.dataset import Dataset, pixel_names
from visualmlp.data.labels import classes_of
from visualmlp.data.source import SourceSettings
from visualmlp.data.tables.cells import read_bytes
from visualmlp.data.tables.kinds import find_targets
from visualmlp.data.tables.opened import Table

LEAST_SIDE = 3
"""Pixels along each side of the smallest picture."""
LEAST_SURE_SIDE = 5
"""A square of so many bytes is taken for a picture with its label first, unless told otherwise."""


def load_pictures(tables: Sequence[Table], settings: SourceSettings) -> Dataset | None:
    """The tables as pictures of bytes, if that is what they are."""
    side, where = side_of(tables[0]), label_end(tables[0], settings)
    if not where:
        return None
    parts = []
    for table in tables:
        part = read_bytes(table.layout, label_first=where == "first") if table.layout else None
        if part is None:
            return None
        parts.append(part)
    names, labels = classes_of(np.concatenate([labels for labels, _ in parts]), settings.path)
    return Dataset(
        name="csv",
        title=tables[0].path.name,
        x=np.concatenate([x for _, x in parts]),
        targets=labels,
        task="classification",
        class_names=names,
        feature_names=pixel_names((side, side)),
        image_shape=(side, side),
        value_range=(0, 255),
        n_given_test=len(parts[1][1]) if len(parts) > 1 else 0,
        source=", ".join(str(table.path) for table in tables),
        licence="unknown",
    )


def label_end(table: Table, settings: SourceSettings) -> str:
    """Where the label stands if the rows may be pictures: ``first``, ``last``; empty if not."""
    if not side_of(table) or settings.task == "regression" or not _is_plain(table, settings):
        return ""
    if settings.label_column != "auto":
        return settings.label_column
    return "first" if sure_side(table) else _target_end(table, settings)


def _is_plain(table: Table, settings: SourceSettings) -> bool:
    return table.layout is not None and not table.layout.decimal_comma and not settings.columns


def side_of(table: Table) -> int:
    """Pixels along each side, if all columns but one could be a square picture; else 0."""
    side = isqrt(len(table.names) - 1)
    return side if side >= LEAST_SIDE and side**2 == len(table.names) - 1 else 0


def sure_side(table: Table) -> int:
    """As ``side_of``, where the columns behind the first surely are pixels."""
    side = side_of(table)
    if side < LEAST_SURE_SIDE or table.layout is None:
        return 0
    pixels = (cell for row in table.sample[:20] for cell in row[1:])
    values = map(table.layout.number, pixels)
    whole = all(v is not None and v.is_integer() and 0 <= v <= 255 for v in values)
    return side if whole else 0


def _target_end(table: Table, settings: SourceSettings) -> str:
    """Whether the guessed target is the first or the last column; empty if it is neither."""
    targets = find_targets(table.looks, settings.columns, has_header=table.has_names)
    ends = {table.names[0]: "first", table.names[-1]: "last"}
    return ends.get(targets[0], "") if len(targets) == 1 else ""
