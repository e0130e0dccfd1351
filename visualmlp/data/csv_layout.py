"""Where label and numbers stand in the lines of a CSV file."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import isqrt
from pathlib import Path
from typing import TextIO

from visualmlp.data.labels import number_in
from visualmlp.errors import DataError

DELIMITERS = ",;\t"
LEAST_PICTURE = 5
"""Fewer numbers are no picture."""
MAX_LINE, MAX_TEXT = 2**22, 2**30
"""Characters of a line and of a file: a zipped one may hold a thousand times its own size."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where in the lines of a file the label and the numbers stand.

    Parameters
    ----------
    n_columns
        Cells of each line, the label included.
    names
        What the header says of the numbers' columns; None if the file has no header.
    """

    path: Path
    delimiter: str
    n_columns: int
    label_first: bool
    names: tuple[str, ...] | None = None

    @property
    def n_features(self) -> int:
        """Columns without the label's."""
        return self.n_columns - 1

    @property
    def side(self) -> int:
        """Pixels along each side, if the numbers of a line can be a square picture; else 0."""
        side = isqrt(self.n_features)
        return side if side**2 == self.n_features >= LEAST_PICTURE else 0

    def split(self, line: str) -> list[str]:
        """The cells of a line."""
        return [cell.strip() for cell in next(csv.reader([line], delimiter=self.delimiter), [])]

    def part(self, cells: list[str]) -> tuple[str, list[str]]:
        """The label of a line, and its other cells."""
        return (cells[0], cells[1:]) if self.label_first else (cells[-1], cells[:-1])

    def samples(self, lines: Iterable[str]) -> Iterator[tuple[int, str]]:
        """The lines with samples, each with its number from 1."""
        filled = ((number, line) for number, line in enumerate(lines, 1) if not line.isspace())
        if self.names is not None:
            next(filled, None)
        return filled


@contextmanager
def open_lines(path: Path) -> Iterator[Iterator[str]]:
    """Open a text file, gzipped or not, and give its lines.

    Raises
    ------
    DataError
        If there is no such file; while reading, if a line or the whole text is too long.
    """
    if not path.is_file():
        raise DataError(f"{path} is no file: check the name, or fetch the file.")
    with path.open("rb") as raw:
        is_zipped = raw.read(2) == b"\x1f\x8b"
    opener = gzip.open if is_zipped else open
    with opener(path, "rt", encoding="utf-8-sig") as stream:
        yield _lines(path, stream)


def _lines(path: Path, stream: TextIO) -> Iterator[str]:
    length = 0
    while line := stream.readline(MAX_LINE):
        length += len(line)
        if len(line) == MAX_LINE:
            raise DataError(
                f"{path} is no table: a line is longer than {MAX_LINE:,} characters. "
                "Choose another file."
            )
        if length > MAX_TEXT:
            raise DataError(f"{path} has more than {MAX_TEXT:,} characters: use fewer samples.")
        yield line


def find_layout(path: Path, header: str, label_first: bool) -> Layout:
    """See from the first lines of a file how it is laid out; see ``read_csv``."""
    with open_lines(path) as lines:
        filled = (line for line in lines if not line.isspace())
        first, second = next(filled, ""), next(filled, "")
    delimiter = next((mark for mark in DELIMITERS if mark in first), ",")
    layout = Layout(path, delimiter, 1 + first.count(delimiter), label_first)
    cells = layout.split(first)
    layout = replace(layout, n_columns=len(cells))
    if header == "yes" or (header == "auto" and cells[1:] and _has_names(layout, cells, second)):
        layout = replace(layout, names=tuple(layout.part(cells)[1]))
        first = second
    if not first:
        raise DataError(f"{path} has no line with a sample: choose another file.")
    if len(cells) < 2:
        raise DataError(
            f"{path}, line 1 has one column only: a label and numbers are needed, with commas, "
            "semicolons or tabs between them."
        )
    return layout


def _has_names(layout: Layout, cells: list[str], second: str) -> bool:
    """Whether the first line names the columns: a sample taken for names would be lost."""
    label, others = layout.part(cells)
    are_numbers = [number_in(cell) is not None for cell in others if cell]
    if not all(are_numbers) and any(are_numbers):
        raise DataError(
            f"{layout.path}, line 1 holds names and numbers: correct it, or say in the field "
            "header whether it names the columns (yes) or is a sample (no)."
        )
    if not all(are_numbers):
        return True
    # Columns may be named by numbers (label, 0, 1, 2, …): then only the label tells.
    below = layout.part(layout.split(second))[0] if second else ""
    return number_in(label) is None and number_in(below) is not None
