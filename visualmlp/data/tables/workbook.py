"""Parquet files and workbooks, by libraries that are installed when they are wanted."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from visualmlp.data.columns import Cells, Kind
from visualmlp.data.dataset import Array
from visualmlp.data.labels import number_in
from visualmlp.data.tables.cells import MAX_CELLS, MAX_TEXT_CELL
from visualmlp.data.tables.layout import (
    MAX_COLUMNS,
    SAMPLE_ROWS,
    distinct_names,
    is_missing,
    is_missing_text,
)
from visualmlp.data.tables.text_file import check_regular
from visualmlp.errors import DataError

PARQUET, WORKBOOKS = (".parquet", ".pq"), (".xlsx", ".xlsm", ".xls", ".ods")
BINARY_ENDINGS = PARQUET + WORKBOOKS
MAX_UNPACKED = 2**30
"""Bytes of a workbook's parts; packed they may be a thousand times smaller."""

Sample: TypeAlias = tuple[tuple[str, ...], ...]
Read: TypeAlias = Callable[[Mapping[str, Kind]], dict[str, Cells]]


def open_binary(
    path: Path, sheet: str = "", header: str = "auto"
) -> tuple[tuple[str, ...], Sample, Read]:
    """Open a Parquet file or a workbook: names of its columns, first rows, and a reader.

    Parameters
    ----------
    sheet, header
        Of a workbook, see :class:`~visualmlp.data.source.SourceSettings`.

    Raises
    ------
    DataError
        If the library is missing, or the file cannot be read.
    """
    check_regular(path)
    is_parquet = path.name.lower().endswith(PARQUET)
    return _open_parquet(path) if is_parquet else _open_workbook(path, sheet, header)


# Parquet


def _open_parquet(path: Path) -> tuple[tuple[str, ...], Sample, Read]:
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError as error:
        raise _missing(path, "Parquet files") from error
    try:
        file = parquet.ParquetFile(path)
        names = tuple(file.schema_arrow.names)
        _check_size(path, len(names), file.metadata.num_rows)
        head = next(file.iter_batches(SAMPLE_ROWS), None)
    except (arrow.ArrowException, OSError, ValueError) as error:
        raise _damaged(path, "Parquet file", error) from error
    if head is None or not head.num_rows or not names:
        raise DataError(f"{path} has no row: choose another file.")
    sample = tuple(zip(*(map(_text, column.to_pylist()) for column in head.columns), strict=True))

    def read(kinds: Mapping[str, Kind]) -> dict[str, Cells]:
        try:
            table = file.read(columns=list(kinds))
            return {
                name: _arrow_cells(path, name, table.column(name), kind)
                for name, kind in kinds.items()
            }
        except (arrow.ArrowException, OSError, MemoryError) as error:
            raise _damaged(path, "Parquet file", error) from error

    return names, sample, read


def _arrow_cells(path: Path, name: str, column: Any, kind: Kind) -> Cells:
    import pyarrow as arrow

    kinds = arrow.types
    is_number = kinds.is_integer(column.type) or kinds.is_floating(column.type)
    if kind == "number" and (is_number or kinds.is_boolean(column.type)):
        return _finite(path, name, column.cast(arrow.float64()).to_numpy().astype(np.float64))
    return cells_of(path, name, column.to_pylist(), kind, range(1, len(column) + 1))


def _finite(path: Path, name: str, values: Array) -> Array:
    if np.isinf(values).any():
        raise _bad_cell(path, name, int(np.flatnonzero(np.isinf(values))[0]) + 1, "infinite")
    return values


# Workbooks


def sheet_names(path: Path) -> tuple[str, ...]:
    """Names of the sheets of a workbook.

    Raises
    ------
    DataError
        If the library is missing, or the file cannot be read.
    """
    try:
        return tuple(_open_book(path).sheet_names)
    except DataError:
        raise
    except Exception as error:
        raise _damaged(path, "workbook", error) from error


def _open_book(path: Path) -> Any:
    check_regular(path)
    try:
        import python_calamine as calamine
    except ImportError as error:
        raise _missing(path, "workbooks") from error
    _check_parts(path)
    return calamine.CalamineWorkbook.from_path(str(path))


def _open_workbook(path: Path, sheet: str, header: str) -> tuple[tuple[str, ...], Sample, Read]:
    try:
        book = _open_book(path)
        names = book.sheet_names
        if sheet and sheet not in names:
            raise DataError(f"{path} has no sheet {sheet!r}; there are {', '.join(names[:8])}.")
        page = book.get_sheet_by_name(sheet or names[0])
        _check_size(path, page.width, page.height)
        rows = page.to_python(skip_empty_area=True)
    except DataError:
        raise
    except Exception as error:
        raise _damaged(path, "workbook", error) from error
    above = page.start[0] if page.start else 0
    filled = {
        number: row
        for number, row in enumerate(rows, above + 1)
        if any(cell not in ("", None) for cell in row)
    }
    return _sheet(path, filled, header)


def _sheet(
    path: Path, rows: dict[int, list[Any]], header: str
) -> tuple[tuple[str, ...], Sample, Read]:
    """The rows of a sheet by their numbers; the first names the columns if it holds no number."""
    if not rows:
        raise DataError(f"{path} has no row: choose another sheet or file.")
    numbers, cells = list(rows), list(rows.values())
    titles = [_text(cell) for cell in cells[0]]
    if header == "yes" or (header == "auto" and all(isinstance(cell, str) for cell in cells[0])):
        del numbers[0], cells[0]
    else:
        titles = [""] * len(titles)
    if not cells:
        raise DataError(f"{path} has names but no row below them: choose another file.")
    names = distinct_names(titles)
    columns = dict(zip(names, zip(*cells, strict=True), strict=True))

    def read(kinds: Mapping[str, Kind]) -> dict[str, Cells]:
        return {
            name: cells_of(path, name, columns[name], kind, numbers) for name, kind in kinds.items()
        }

    return names, tuple(tuple(map(_text, row)) for row in cells[:SAMPLE_ROWS]), read


def _check_parts(path: Path) -> None:
    """Refuse a workbook that would fill the memory, before it is unpacked."""
    if not zipfile.is_zipfile(path):
        return  # the old kind is not packed
    try:
        with zipfile.ZipFile(path) as parts:
            size = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise _damaged(path, "workbook", error) from error
    if size > MAX_UNPACKED:
        raise DataError(f"{path} unpacks to {size:,} bytes, which are too many: use fewer rows.")


# Both


def cells_of(
    path: Path, name: str, values: Sequence[Any], kind: Kind, rows: Sequence[int]
) -> Cells:
    """Python's values as cells of a column.

    Parameters
    ----------
    rows
        The number of each value's row, for messages.

    Raises
    ------
    DataError
        If one is no finite number where numbers are asked for; the text names row and column.
    """
    if kind == "category":
        return np.array([_label(_text(value)) for value in values], object)
    numbers = np.empty(len(values))
    for i, value in enumerate(values):
        text = _text(value)
        number = float("nan") if is_missing(text) else number_in(text)
        if number is None:
            raise _bad_cell(path, name, rows[i], repr(text[:40]))
        numbers[i] = number
    return numbers


def _text(value: Any) -> str:
    """A value as a text table would have it: whole numbers without decimals."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, bytes):
        return value[:MAX_TEXT_CELL].decode(errors="replace")
    return str(value).strip()


def _label(text: str) -> str:
    return "" if is_missing_text(text) else text[: MAX_TEXT_CELL + 1]


def _check_size(path: Path, n_columns: int, n_rows: int) -> None:
    if n_columns > MAX_COLUMNS:
        raise DataError(f"{path} has {n_columns:,} columns: at most {MAX_COLUMNS:,} work.")
    if n_columns * n_rows > MAX_CELLS:
        raise DataError(f"{path} has more than {MAX_CELLS:,} cells: use fewer rows or columns.")


def _bad_cell(path: Path, name: str, row: int, said: str) -> DataError:
    return DataError(
        f"{path}, row {row:,}, column {name} is {said}, no finite number: correct it, leave the "
        "row out, or take the column as categories."
    )


def _damaged(path: Path, what: str, error: Exception) -> DataError:
    reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    return DataError(f"{path} cannot be read as a {what} ({reason}): save it again.")


def _missing(path: Path, what: str) -> DataError:
    return DataError(
        f"{path} cannot be opened, since what reads {what} is not installed: "
        "run  pip install 'visualmlp[tables]'  or save the table as CSV."
    )
