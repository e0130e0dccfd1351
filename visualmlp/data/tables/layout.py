"""How the lines of a text table are laid out: what stands between columns, header, decimal mark."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from visualmlp.data.labels import number_in
from visualmlp.data.tables.text_file import TextFile, explained, find_text
from visualmlp.errors import DataError

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " "}
SAMPLE_ROWS = 1000
"""Rows from which layout and kinds are guessed …"""
SAMPLE_CELLS = 500_000
"""… or so many that they have this many cells, where tables are very wide."""
TRIED_ROWS = 20
"""Rows that every delimiter is tried on."""
MAX_COLUMNS = 20_000

DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
REMARK = re.compile(r"#|sep=.\s*$")
"""How lines above a table begin that are no part of it; spreadsheets write the second."""
MISSING = frozenset(("", "?", "-", "na", "n/a", "#n/a", "nan", "null", "none", "nil"))
"""What stands for no number, in lower case …"""
MISSING_TEXT = MISSING - {"-", "none"}
"""… and for no text: classes are called + and -, or none and some."""


def is_missing(cell: str) -> bool:
    """Whether a cell stands for no value."""
    return not cell or (len(cell) <= 4 and cell.lower() in MISSING)


def is_missing_text(cell: str) -> bool:
    """Whether a cell of a column of categories stands for no value."""
    return not cell or (len(cell) <= 4 and cell.lower() in MISSING_TEXT)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a text table is laid out.

    Attributes
    ----------
    file
        The text file.
    delimiter
        What stands between columns; a space stands for any number of them.
    decimal_comma
        Whether numbers are written as 3,14.
    names
        Of the columns; ``column 3`` where the file does not tell.
    has_header
        Whether the first row holds the names.
    sample
        The first rows with samples, each a list of cells.
    n_above
        Lines with remarks above the table.
    """

    file: TextFile
    delimiter: str
    decimal_comma: bool
    names: tuple[str, ...]
    has_header: bool
    sample: tuple[tuple[str, ...], ...]
    n_above: int = 0

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.file.path

    @property
    def n_columns(self) -> int:
        """Cells of each row."""
        return len(self.names)

    def rows(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """The rows with samples; among them those of empty lines, see ``is_filled``.

        Spaces behind cells stay: to take them off costs as much as all else.
        """
        found = split_rows(islice(lines, self.n_above, None), self.delimiter)
        if self.has_header:
            next(filter(is_filled, found), None)
        return found

    def line_of(self, row: int) -> int:
        """The number, from 1, of the (last) line of a row with a sample, counted from 0.

        The file is read for it: numbers are needed where something is wrong, and nowhere else.
        """
        with self.file.lines() as lines:
            found = number_rows(lines, self.delimiter, self.n_above)
            return next(islice((number for number, _ in found), row + self.has_header, None))

    def column_text(self, name: str) -> str:
        """A column for messages: by its number, and by its name if the file gives one."""
        number = self.names.index(name) + 1
        return f"column {number:,} ({name})" if self.has_header else f"column {number:,}"

    def number(self, cell: str) -> float | None:
        """The finite number in a cell; None if there is none.

        Where the comma is the decimal mark, 1.234 may be meant as 1234: it is none.
        """
        if not self.decimal_comma:
            return number_in(cell)
        return None if "." in cell else number_in(cell.replace(",", "."))


def split_rows(lines: Iterable[str], delimiter: str) -> Reader:
    """The rows of a table, those of empty lines with them."""
    if delimiter == " ":
        lines = (" ".join(line.split()) for line in lines)
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True)


def is_filled(row: Sequence[str]) -> bool:
    """Whether a row is not that of an empty line."""
    return len(row) > 1 or bool(row and row[0].strip())


def number_rows(
    lines: Iterable[str], delimiter: str, n_above: int = 0
) -> Iterator[tuple[int, list[str]]]:
    """The rows below some lines, each with the number of its (last) line; empty ones left out."""
    reader = split_rows(islice(lines, n_above, None), delimiter)
    for row in reader:
        if is_filled(row):
            yield n_above + reader.line_num, row


def find_layout(
    path: Path,
    *,
    header: str = "auto",
    encoding: str = "auto",
    delimiter: str = "auto",
    decimal: str = "auto",
    least_columns: int = 2,
) -> Layout:
    """See from the first rows of a file how it is laid out.

    Parameters
    ----------
    header
        ``yes`` if the first row names the columns, ``no`` if it is a sample, ``auto`` to see.
    encoding, delimiter, decimal
        See :class:`~visualmlp.data.source.SourceSettings`; ``auto`` to see.
    least_columns
        2 for an input and a target, 1 where inputs alone will do.

    Raises
    ------
    DataError
        If the file cannot be read, or is no table with so many columns and a row at least.
    """
    file = find_text(path, encoding)
    if delimiter != "auto" and delimiter not in DELIMITERS:
        raise DataError(f"delimiter is {delimiter!r}: choose auto, {', '.join(DELIMITERS)}.")
    mark = _find_delimiter(file) if delimiter == "auto" else DELIMITERS[delimiter]
    with file.lines() as lines:
        rows = _head(lines, mark)
    n_above = _count_remarks(rows)
    rows = [row for row in rows if row[0] > n_above]
    if not rows:
        raise _nothing(path)
    line, first = rows[0]
    _check_widths(path, rows)
    _check_count(path, line, len(first), least_columns)
    sample = [row for _, row in rows]
    comma = decimal == "comma" or (decimal == "auto" and _has_decimal_commas(sample, mark))
    names = tuple(f"column {i}" for i in range(1, len(first) + 1))
    layout = Layout(file, mark, comma, names, False, tuple(sample), n_above)
    if header == "yes" or (header == "auto" and _has_names(layout, line)):
        layout = replace(
            layout, names=distinct_names(first), has_header=True, sample=tuple(sample[1:])
        )
    if not layout.sample:
        raise _nothing(path)
    return layout


def _head(lines: Iterable[str], mark: str) -> list[tuple[int, tuple[str, ...]]]:
    """The first rows with the numbers of their lines."""
    rows: list[tuple[int, tuple[str, ...]]] = []
    for number, cells in islice(number_rows(lines, mark), SAMPLE_ROWS + 1):
        rows.append((number, tuple(cell.strip() for cell in cells)))
        if len(rows) > TRIED_ROWS and len(rows) * len(cells) > SAMPLE_CELLS:
            break
    return rows


def _nothing(path: Path) -> DataError:
    return DataError(f"{path} has no line with a sample: choose another file.")


def _count_remarks(rows: list[tuple[int, tuple[str, ...]]]) -> int:
    """Lines above the table that are no part of it: remarks, of another width than the rows."""
    widths = [len(cells) for _, cells in rows]
    usual = max(set(widths), key=widths.count, default=0)
    last = 0
    for number, cells in rows:
        if len(cells) == usual or not REMARK.match(",".join(cells)):
            break
        last = number
    return last


def _check_widths(path: Path, rows: list[tuple[int, tuple[str, ...]]]) -> None:
    """Refuse a first line that is unlike all others (a title, say), and others unlike it."""
    (line, first), *others = rows
    if others and all(len(cells) != len(first) for _, cells in others):
        number, cells = others[0]
        raise DataError(
            f"{path}, line {line:,} has {len(first):,} column{'s' * (len(first) > 1)}, but line "
            f"{number:,} {len(cells):,}: give every line the same count, and take out what stands "
            "above the names."
        )
    for number, cells in others:
        if len(cells) != len(first):
            raise DataError(
                f"{path}, line {number:,} has {len(cells):,} columns, the first line "
                f"{len(first):,}: give every line the same count."
            )


def _check_count(path: Path, line: int, n_columns: int, least: int) -> None:
    if n_columns < least:
        raise DataError(
            f"{path}, line {line:,} has one column only: at least two are needed, with commas, "
            "semicolons, tabs or spaces between them."
        )
    if n_columns > MAX_COLUMNS:
        raise DataError(f"{path} has {n_columns:,} columns: at most {MAX_COLUMNS:,} work.")


def _find_delimiter(file: TextFile) -> str:
    """What makes most rows equally wide; of several the one that makes most columns."""
    with file.lines() as lines:
        tried = list(islice((line for line in lines if not line.isspace()), TRIED_ROWS))
    too_long: csv.Error | None = None
    widths: dict[str, tuple[int, int]] = {}
    for mark in DELIMITERS.values():
        try:
            counts = [len(cells) for cells in split_rows(tried, mark)]
        except csv.Error as error:  # with another mark the cells may be shorter
            too_long, counts = error, []
        width = max(set(counts), key=counts.count, default=0)
        widths[mark] = (counts.count(width) if width > 1 else 0, width)
    spaced = widths.pop(" ")
    best = max(widths, key=lambda mark: widths[mark])
    if not widths[best][0] and too_long:
        with explained(file.path):
            raise too_long
    return best if widths[best][0] or not spaced[0] else " "


def _has_decimal_commas(sample: list[tuple[str, ...]], mark: str) -> bool:
    """Whether the commas in a column are decimal marks; between commas they may mark thousands."""
    for column in zip(*sample, strict=True):
        cells = [cell for cell in column if "," in cell]
        numbers = [cell for cell in cells if DECIMAL_COMMA.fullmatch(cell)]
        if len(numbers) > len(cells) / 2 and (
            mark != "," or not all(map(THOUSANDS.fullmatch, numbers))
        ):
            return True
    return False


def _has_names(layout: Layout, line: int) -> bool:
    """Whether the first row names the columns: a sample taken for names would be lost."""
    first, rest = layout.sample[0], layout.sample[1:]
    above = [layout.number(cell) is not None for cell in first]
    below = [_mostly_numbers(layout, [row[i] for row in rest]) for i in range(len(first))]
    named = [i for i, cell in enumerate(first) if cell and not above[i] and below[i]]
    if not any(above):
        return bool(named) or (bool(rest) and _is_unlike(first, rest)) or not rest
    if not named:
        return False
    if named in ([0], [len(first) - 1]) and _counts_up(first, above):
        return True  # columns named by numbers: label, 0, 1, 2, …
    raise DataError(
        f"{layout.path}, line {line} holds names and numbers: correct it, or say in the field "
        "header whether it names the columns (yes) or is a sample (no)."
    )


def _counts_up(cells: tuple[str, ...], are_numbers: list[bool]) -> bool:
    """Whether the numbers among cells are 0, 1, 2, … or 1, 2, 3, …"""
    numbers = [float(cell) for cell, is_number in zip(cells, are_numbers, strict=True) if is_number]
    return numbers[0] in (0, 1) and numbers == [numbers[0] + i for i in range(len(numbers))]


def _mostly_numbers(layout: Layout, cells: list[str]) -> bool:
    filled = [cell for cell in cells if not is_missing(cell)]
    return 2 * sum(layout.number(cell) is not None for cell in filled) > len(filled)


def _is_unlike(first: tuple[str, ...], rest: tuple[tuple[str, ...], ...]) -> bool:
    """Whether a row of texts above texts holds none that occurs below: then they are names."""
    filled = [(i, cell) for i, cell in enumerate(first) if cell]
    seen = any(row[i] == cell for i, cell in filled for row in rest)
    return not seen and len({cell for _, cell in filled}) == len(filled) and len(rest) > 1


def distinct_names(cells: Iterable[str]) -> tuple[str, ...]:
    """Names of the columns, each different; those without one are numbered."""
    names: dict[str, None] = {}
    for number, cell in enumerate(cells, 1):
        name = unique = cell or f"column {number}"
        count = 1
        while unique in names:
            count += 1
            unique = f"{name} ({count})"
        names[unique] = None
    return tuple(names)
