"""The cells of a text table, read some thousand at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from visualmlp.data.columns import Cells, Kind
from visualmlp.data.dataset import Array
from visualmlp.data.tables.kinds import MARKED_NUMBER
from visualmlp.data.tables.layout import (
    MISSING,
    Layout,
    is_filled,
    is_missing,
    is_missing_text,
)
from visualmlp.errors import DataError

CHUNK_CELLS, LEAST_ROWS = 2**15, 100
"""Cells that are read at once, but so many rows at least where tables are very wide."""
MAX_CELLS = 250_000_000
"""Numbers of a table: 2 GB in float64."""
MAX_TEXT_CELL = 200
"""Characters of the longest category or label."""
NO_NUMBER = MISSING | {mark.upper() for mark in MISSING}
"""Most cells without a number are one of these; the rest are found more slowly."""


def read_cells(layout: Layout, kinds: Mapping[str, Kind]) -> dict[str, Cells]:
    """Read some columns of a table.

    Parameters
    ----------
    kinds
        The columns to read, and as what.

    Returns
    -------
    Numbers as float64 with NaN, texts as objects with "" for missing cells, shape (n_rows,).

    Raises
    ------
    DataError
        If a row has too few or too many cells, or a cell is no finite number where one is
        asked for; the text names line and column.
    """
    place = {name: i for i, name in enumerate(layout.names)}
    chunks: dict[str, list[Array]] = {name: [] for name in kinds}
    n_rows = 0
    with layout.file.lines() as lines:
        for rows in _chunks(layout, lines):
            cells = list(zip(*rows, strict=True))
            for name, kind in kinds.items():
                chunks[name].append(_column(layout, name, kind, cells[place[name]], n_rows))
            n_rows += len(rows)
            if n_rows * len(kinds) > MAX_CELLS:
                raise DataError(
                    f"{layout.path} has more than {MAX_CELLS:,} cells: use fewer rows or columns."
                )
    return {name: np.concatenate(chunks.pop(name)) for name in kinds}


def read_bytes(layout: Layout, *, label_first: bool) -> tuple[Array, Array] | None:
    """Read a table of a label and whole numbers from 0 to 255 in each row, if it is one.

    NumPy reads it; told that the numbers are bytes it takes a tenth of the time of floats.

    Returns
    -------
    Labels, texts of shape (n,), and the numbers, uint8, shape (n, n_columns - 1).
    """
    label = ("label", f"U{MAX_TEXT_CELL}")
    pixels = ("x", np.uint8, (layout.n_columns - 1,))
    columns: Any = [label, pixels] if label_first else [pixels, label]
    with layout.file.lines() as lines:
        filled = (line for line in islice(lines, layout.n_above, None) if not line.isspace())
        try:
            rows = np.loadtxt(
                _without_decimals(islice(filled, int(layout.has_header), None)),
                dtype=np.dtype(columns),
                delimiter=None if layout.delimiter == " " else layout.delimiter,
                comments=None,
                quotechar='"',
                ndmin=1,
            )
        except UnicodeDecodeError:
            raise
        except ValueError:
            return None
    labels = np.strings.strip(rows["label"])
    return (labels, np.ascontiguousarray(rows["x"])) if (labels != "").all() else None


def _without_decimals(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if "." in line:  # NumPy before 2.4 would cut the decimals off, with a warning only
            raise ValueError("a number with decimals")
        yield line


def _chunks(layout: Layout, lines: Iterator[str]) -> Iterator[list[list[str]]]:
    """Rows, all of the same width, so many that their cells stay in the cache."""
    rows, width = layout.rows(lines), layout.n_columns
    size, n_before = max(LEAST_ROWS, CHUNK_CELLS // width), 0
    last: list[str] = []
    while chunk := list(islice(rows, size)):
        if width == 1 or set(map(len, chunk)) != {width}:
            chunk = list(filter(is_filled, chunk))
            _check_widths(layout, chunk, n_before)
        if chunk:
            yield chunk
            last = chunk[-1]
        n_before += len(chunk)
    if any("\n" in cell or "\r" in cell for cell in last):
        _check_end(layout, n_before - 1)


def _check_end(layout: Layout, row: int) -> None:
    """Refuse a last row that holds all lines behind a quotation mark that nobody closed."""
    is_first = row == 0 and not layout.has_header
    before = layout.n_above if is_first else layout.line_of(row - 1)
    with layout.file.lines() as lines:
        if "".join(islice(lines, before, None)).count('"') % 2:
            raise DataError(
                f"{layout.path}, line {before + 1:,}: a quotation mark is opened here, or in a "
                "line below, and not closed: add the missing one."
            )


def _check_widths(layout: Layout, rows: Sequence[list[str]], first: int) -> None:
    for row, cells in enumerate(rows, first):
        if len(cells) != layout.n_columns:
            raise DataError(
                f"{layout.path}, line {layout.line_of(row):,} has {len(cells):,} columns, the "
                f"first line {layout.n_columns:,}: give every line the same count."
            )


def _column(layout: Layout, name: str, kind: Kind, cells: Sequence[str], first: int) -> Array:
    """The cells of a column in some rows, of which the first has this number from 0."""
    if kind == "category":
        return _texts(layout, name, cells, first)
    values = _plain_numbers(layout, cells)
    if values is not None:
        return values
    return np.array([_number(layout, name, cell, row) for row, cell in enumerate(cells, first)])


def _plain_numbers(layout: Layout, cells: Sequence[str]) -> Array | None:
    """Numbers, and NaN for empty cells, if there is nothing else to be explained: soon found."""
    text = "\n".join(cells)
    if "_" in text or (layout.decimal_comma and "." in text):
        return None
    plain: Sequence[str] = cells
    if layout.decimal_comma:
        plain = text.replace(",", ".").split("\n")
    try:
        values = np.fromiter(map(float, plain), np.float64)
    except ValueError:
        try:
            known = ["nan" if cell in NO_NUMBER else cell for cell in plain]
            values = np.fromiter(map(float, known), np.float64)
        except ValueError:
            return None
    return None if len(values) != len(cells) or np.isinf(values).any() else values


def _number(layout: Layout, name: str, cell: str, row: int) -> float:
    text = cell.strip()
    if is_missing(text):
        return float("nan")
    value = layout.number(text)
    if value is None:
        way = "correct it"
        if MARKED_NUMBER.fullmatch(text):
            way = "take out %, currency signs and marks between thousands, choose the decimal mark"
        raise DataError(
            f"{layout.path}, line {layout.line_of(row):,}, {layout.column_text(name)} is "
            f"{_shortened(text)}, no finite number: {way}, leave the cell empty, or take the "
            "column as categories."
        )
    return value


def _texts(layout: Layout, name: str, cells: Sequence[str], first: int) -> Array:
    """Texts that are equal are one object, so that a million rows stay small."""
    known = {cell: cell.strip() for cell in set(cells)}
    for cell, text in known.items():
        if len(text) > MAX_TEXT_CELL:
            raise DataError(
                f"{layout.path}, line {layout.line_of(first + cells.index(cell)):,}, "
                f"{layout.column_text(name)} is longer than {MAX_TEXT_CELL} characters: ignore "
                "the column, shorten the text, or close its quotation mark."
            )
        if is_missing_text(text):
            known[cell] = ""
    return np.array([known[cell] for cell in cells], object)


def _shortened(cell: str) -> str:
    return repr(cell if len(cell) <= 40 else cell[:39] + "…")
