"""Tables of any kind as columns of cells: text files, Parquet, workbooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from visualmlp.data.columns import Cells, Kind
from visualmlp.data.labels import number_in
from visualmlp.data.source import SourceSettings
from visualmlp.data.tables.cells import read_cells
from visualmlp.data.tables.kinds import ColumnLook, look_at_column
from visualmlp.data.tables.layout import Layout, find_layout, is_missing
from visualmlp.data.tables.workbook import BINARY_ENDINGS, open_binary
from visualmlp.errors import DataError


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table that was opened and looked at, and can be read.

    Attributes
    ----------
    path
        Its file.
    names
        Of the columns.
    sample
        The first rows, as texts.
    looks
        What each column seems to be.
    read
        Reads columns: takes their names and kinds, gives their cells; see ``read_cells``.
    layout
        How a text file is laid out; None for others.
    """

    path: Path
    names: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    looks: tuple[ColumnLook, ...]
    read: Callable[[Mapping[str, Kind]], dict[str, Cells]]
    layout: Layout | None = None

    @property
    def has_names(self) -> bool:
        """Whether the file names its columns."""
        return any(name != f"column {i}" for i, name in enumerate(self.names, 1))

    def look(self, name: str) -> ColumnLook:
        """What the column of a name seems to be."""
        return self.looks[self.names.index(name)]


def open_table(
    path: Path | str, settings: SourceSettings | None = None, *, least_columns: int = 2
) -> Table:
    """Open a table and look at its first rows.

    Parameters
    ----------
    settings
        How it is written, as far as that is known.
    least_columns
        2 for an input and a target, 1 where inputs alone will do.

    Raises
    ------
    DataError
        If it is none, or cannot be read.
    """
    path, settings = Path(path), settings or SourceSettings()
    if path.name.lower().endswith(BINARY_ENDINGS):
        names, sample, read = open_binary(path, settings.sheet, settings.header)
        looks = look_at_columns(names, sample, number_in)
        return Table(path, names, sample, looks, read)
    layout = find_layout(
        path,
        header=settings.header,
        encoding=settings.encoding,
        delimiter=settings.delimiter,
        decimal=settings.decimal,
        least_columns=least_columns,
    )
    looks = look_at_columns(layout.names, layout.sample, layout.number)

    def read_text(kinds: Mapping[str, Kind]) -> dict[str, Cells]:
        return read_cells(layout, kinds)

    return Table(path, layout.names, layout.sample, looks, read_text, layout)


def match_columns(table: Table, other: Table) -> dict[str, str]:
    """The other table's name for each column of a table: the same where both have names.

    Raises
    ------
    DataError
        If the tables do not fit together.
    """
    if len(table.names) != len(other.names):
        raise DataError(
            f"{other.path} has {len(other.names):,} columns, but {table.path} "
            f"{len(table.names):,}: take files that belong together."
        )
    if not (table.has_names and other.has_names):
        return dict(zip(table.names, other.names, strict=True))
    known, alike = set(other.names), {name.casefold(): name for name in other.names}
    own = {n: n if n in known else alike.get(n.casefold()) for n in table.names}
    for name, found in own.items():
        if found is None or (found != name and found in own):
            raise DataError(
                f"{other.path} has no column {name}, but {table.path} has: name the columns of "
                "both alike, or take files that belong together."
            )
    return {name: found for name, found in own.items() if found is not None}


def look_at_columns(
    names: Sequence[str],
    sample: Sequence[Sequence[str]],
    number: Callable[[str], float | None],
) -> tuple[ColumnLook, ...]:
    """What each column of the first rows seems to be."""
    looks = []
    for name, cells in zip(names, zip(*sample, strict=True), strict=True):
        known = {cell: number(cell) for cell in set(cells) if not is_missing(cell)}
        filled = [cell for cell in cells if cell in known]
        numbers = [known[cell] for cell in filled]
        looks.append(look_at_column(name, filled, numbers, len(cells) - len(filled)))
    return tuple(looks)
