"""A first look at a table that somebody is about to open: its rows, and what is odd about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from visualmlp.data.labels import number_in
from visualmlp.data.pictures.files import ENDINGS
from visualmlp.data.source import SourceSettings
from visualmlp.data.tables.layout import is_missing
from visualmlp.data.tables.opened import Table, match_columns, open_table
from visualmlp.data.tables.pixels import label_end, sure_side
from visualmlp.data.tables.plan import Use
from visualmlp.data.tables.workbook import WORKBOOKS, sheet_names

LEAST_COUNTED = 10
"""So many rows that are numbered one after the other are no chance."""
UNEQUAL = 5.0
"""Columns whose spreads differ by more than this factor are of different sizes."""
MANY_CATEGORIES = 30


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What the first rows tell of a column.

    Attributes
    ----------
    n_different
        Different cells, without the empty ones.
    spread
        From the lowest to the highest number.
    counts_rows
        Whether the numbers are 5, 6, 7, … or the like.
    """

    n_different: int
    spread: float
    counts_rows: bool


@dataclass(frozen=True, slots=True, eq=False)
class TableLook:
    """A table, looked at.

    Attributes
    ----------
    table
        With its first rows.
    facts
        Of each column, by its name.
    test
        The table of the test part, if there is one.
    sheets
        Names of the sheets of a workbook.
    """

    table: Table
    facts: Mapping[str, ColumnFacts]
    test: Table | None = None
    sheets: tuple[str, ...] = ()

    def picture_side(self, settings: SourceSettings) -> int:
        """Pixels along each side if the rows surely are pictures, 0 if not."""
        return sure_side(self.table) if label_end(self.table, settings) else 0


def look_at_table(settings: SourceSettings) -> TableLook:
    """Read the first rows of a table.

    Raises
    ------
    DataError
        If it cannot be read, or the test part has other columns.
    """
    path = Path(settings.path)
    table = open_table(path, settings)
    test = open_table(settings.test_path, settings) if settings.test_path else None
    if test:
        match_columns(table, test)
    is_book = path.name.lower().endswith(WORKBOOKS)
    number = table.layout.number if table.layout else number_in
    columns = zip(table.names, zip(*table.sample, strict=True), strict=True)
    facts = {name: _facts(cells, number) for name, cells in columns}
    return TableLook(table, facts, test, sheet_names(path) if is_book else ())


def _facts(cells: Sequence[str], number: Callable[[str], float | None]) -> ColumnFacts:
    known = {cell: number(cell) for cell in set(cells) if not is_missing(cell)}
    numbers = [value for value in known.values() if value is not None]
    spread = max(numbers, default=0.0) - min(numbers, default=0.0)
    in_order = [known[cell] for cell in cells if cell in known]
    return ColumnFacts(len(known), spread, len(in_order) == len(known) and _count_rows(in_order))


def _count_rows(numbers: Sequence[float | None]) -> bool:
    """Whether they are whole numbers, each one higher than the one before."""
    found = [number for number in numbers if number is not None and number.is_integer()]
    steps = {after - before for before, after in pairwise(found)}
    return len(found) == len(numbers) >= LEAST_COUNTED and steps == {1.0}


def usual_scaling(look: TableLook, uses: Iterable[Use]) -> str:
    """``standardise`` where columns are of different sizes, else ``range``."""
    numbers = [use.name for use in uses if (use.role, use.kind) == ("feature", "number")]
    spreads = [spread for name in numbers if (spread := look.facts[name].spread)]
    return "standardise" if spreads and max(spreads) > UNEQUAL * min(spreads) else "range"


def warnings_of(look: TableLook, uses: Iterable[Use]) -> Iterator[str]:
    """What the user may want to decide otherwise, a sentence each."""
    seen = {column.name: column for column in look.table.looks}
    yield from picture_hint(look)
    for use in uses:
        if use.note:
            yield use.note
        elif use.role == "feature":
            yield from _oddities(use, look.facts[use.name], seen[use.name].example)


def picture_hint(look: TableLook) -> Iterator[str]:
    """A sentence if the table may be the label file of pictures."""
    for column in look.table.looks:
        if column.example.lower().endswith(ENDINGS):
            yield f"Column {column.name} names pictures: to learn from them, read it as pictures."


def _oddities(use: Use, facts: ColumnFacts, example: str) -> Iterator[str]:
    if facts.n_different == 1:
        yield f"Column {use.name} holds {example[:30]} in every row: nothing is learnt from it."
    elif use.kind == "category" and facts.n_different > MANY_CATEGORIES:
        yield f"Column {use.name} becomes {facts.n_different:,} inputs, one for each category."
    elif use.kind == "number" and facts.counts_rows:
        yield f"Column {use.name} numbers the rows: ignore it, unless their order means something."
