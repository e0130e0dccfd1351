"""A CSV file: a label and numbers in each line."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from visualmlp.data.csv_layout import Layout, find_layout, open_lines
from visualmlp.data.dataset import Array
from visualmlp.data.labels import number_in
from visualmlp.errors import DataError

MAX_LABEL = 64
"""Characters of the longest label."""


@dataclass(frozen=True, slots=True, eq=False)
class CsvTable:
    """What a file holds: ``labels``, texts of shape (n,), and ``x``, shape (n, n_features).

    ``x`` is uint8 if the numbers of a line can be a square picture and all are whole, from 0 to
    255; otherwise float64.
    """

    layout: Layout
    labels: Array
    x: Array


def read_csv(path: Path, header: str = "auto", label_column: str = "first") -> CsvTable:
    """Read a CSV file, gzipped or not, with commas, semicolons or tabs between its columns.

    Parameters
    ----------
    header
        ``yes`` if the first line names the columns, ``no`` if it is a sample, ``auto`` to see
        whether it holds names or numbers.
    label_column
        Where the label stands: ``first`` or ``last``.

    Raises
    ------
    DataError
        If the file is missing, is no text, is too large, or has a line that is not a label and
        finite numbers; the text names line and column.
    """
    with _explained(path):
        layout = find_layout(path, header, label_column == "first")
        try:
            labels, x = _parse(layout)
            if (labels != "").all() and np.isfinite(x).all():
                return CsvTable(layout, labels, x)
        except UnicodeDecodeError:
            raise
        except ValueError:
            pass
        raise _complaint(layout)


def _parse(layout: Layout) -> tuple[Array, Array]:
    if not layout.side:
        return _numbers(layout, np.float64)
    try:
        return _numbers(layout, np.uint8)
    except UnicodeDecodeError:
        raise
    except ValueError:
        labels, x = _numbers(layout, np.float64)
    codes = np.nan_to_num(np.clip(x, 0, 255)).astype(np.uint8)
    return labels, codes if (codes == x).all() else x


def _numbers(layout: Layout, dtype: Any) -> tuple[Array, Array]:
    """Let NumPy read the lines; told uint8 it takes a tenth of the time that float64 takes."""
    columns = [("label", f"U{MAX_LABEL + 1}"), ("x", dtype, (layout.n_features,))]
    with open_lines(layout.path) as lines:
        rows = np.loadtxt(
            _texts(layout, lines, whole=dtype == np.uint8),
            dtype=np.dtype(columns if layout.label_first else columns[::-1]),
            delimiter=layout.delimiter,
            comments=None,
            quotechar='"',
            ndmin=1,
        )
    labels = np.strings.strip(rows["label"])
    if (np.strings.str_len(labels) > MAX_LABEL).any():
        raise ValueError
    return labels, np.ascontiguousarray(rows["x"])


def _texts(layout: Layout, lines: Iterable[str], whole: bool) -> Iterator[str]:
    for _, line in layout.samples(lines):
        # NumPy before 2.4 would cut the decimals off, with a warning only.
        if whole and "." in line:
            raise ValueError
        yield line


def _complaint(layout: Layout) -> DataError:
    """What is wrong with the first line that cannot be used."""
    with open_lines(layout.path) as lines:
        for number, line in layout.samples(lines):
            if reason := _objection(layout, layout.split(line)):
                return DataError(f"{layout.path}, line {number}{reason}.")
    return DataError(f"{layout.path} is no table of labels and numbers: choose another file.")


def _objection(layout: Layout, cells: list[str]) -> str:
    if len(cells) != layout.n_columns:
        return (
            f" has {len(cells):,} columns, the first line {layout.n_columns:,}: give every line a "
            "label and the same count of numbers"
        )
    label, others = layout.part(cells)
    if not label:
        return " has no label: write one, or leave the line out"
    if len(label) > MAX_LABEL:
        return f": the label is longer than {MAX_LABEL} characters: is it in another column?"
    wrong = next((i for i, cell in enumerate(others) if number_in(cell) is None), None)
    if wrong is None:
        return ""
    column = f"column {wrong + 1 + layout.label_first}"
    if layout.names is not None:
        column += f" ({layout.names[wrong]})"
    said = f"is {others[wrong]!r}, no finite number" if others[wrong] else "is empty"
    return f", {column} {said}: correct it, or leave the line out"


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path} is no text in UTF-8: save it as CSV in UTF-8, or choose another file."
        ) from error
    except csv.Error as error:
        raise DataError(f"{path} is no table ({error}): choose another file.") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path} is a damaged gzip file ({error}): fetch it again.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    except MemoryError as error:
        raise DataError(f"{path} does not fit into memory: use fewer samples.") from error
