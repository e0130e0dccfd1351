"""What the columns of a table are: numbers, categories, dates; and which is to be learnt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from visualmlp.data.source import ColumnChoice
from visualmlp.errors import DataError

Guess = Literal["number", "category", "date", "text", "empty"]
Role = Literal["feature", "target", "ignore"]

MAX_CATEGORIES = 1000
"""Of one column; each becomes a feature."""
FREE_TEXT = 0.5
"""Share of different texts among the filled cells from which on they are no categories …"""
FEW = 20
"""… if there are more than these. As many different whole numbers may be labels of classes."""

MANY = 5
"""So many filled cells that are all different name the rows."""

TYPING_ERRORS = 0.1
"""Share of texts among numbers up to which they are mistakes in a column of numbers."""

TARGET_NAMES = (
    *("label", "labels", "class", "classes", "target", "species", "diagnosis", "outcome"),
    *("survived", "quality", "churn", "price", "saleprice", "medv", "median_house_value"),
)
"""What tables usually call what is to be learnt, in lower case."""

MARKED_NUMBER = re.compile(
    r"['\"]?[-+]?[$€£¥]? ?"
    r"(\d{1,3}([.,'’ \u00a0\u202f]\d{3})+([.,]\d+)?|\d+([.,]\d+)?) ?([%$€£¥]|[A-Z]{3})?['\"]?"
)
"""Numbers with what no number may have here: 12 %, $5, 1,234.50, '7'."""

DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ]\d{1,2}:\d{2}.*)?"
    r"|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})( \d{1,2}:\d{2}.*)?|\d{1,2}:\d{2}(:\d{2})?"
    r"|\d{1,2}[- ][A-Za-z]{3}[- ](\d{4}|\d{2})"
)


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """A column as its first rows show it.

    Attributes
    ----------
    name
        Of the column.
    guess
        What its cells seem to be: ``text`` is free text, an identifier, or numbers that are not
        plain.
    n_missing
        Empty cells among the rows looked at.
    example
        A filled cell.
    few_whole
        Whether they are few different whole numbers, as labels are.
    """

    name: str
    guess: Guess
    n_missing: int
    example: str
    few_whole: bool


def look_at_column(
    name: str, cells: Sequence[str], numbers: Sequence[float | None], n_missing: int
) -> ColumnLook:
    """Guess what a column is.

    Parameters
    ----------
    cells, numbers
        The filled cells of the first rows, and the number in each.
    n_missing
        The empty cells among the first rows.
    """
    if not cells:
        return ColumnLook(name, "empty", n_missing, "", few_whole=False)
    found = [number for number in numbers if number is not None]
    texts = [cell for cell, number in zip(cells, numbers, strict=True) if number is None]
    if _are_numbers(found, texts):
        whole = len(found) == len(cells) and all(number.is_integer() for number in found)
        few = whole and len(set(found)) <= FEW
        return ColumnLook(name, "number", n_missing, cells[0], few_whole=few)
    if sum(map(bool, map(DATE.fullmatch, cells))) > len(cells) / 2:
        return ColumnLook(name, "date", n_missing, cells[0], few_whole=False)
    marked = [cell for cell in texts if MARKED_NUMBER.fullmatch(cell)]
    if len(marked) + len(found) > len(cells) / 2 and 2 * len(marked) > len(texts):
        return ColumnLook(name, "text", n_missing, marked[0], few_whole=False)
    different = len(set(cells))
    is_text = different > max(FEW, FREE_TEXT * len(cells)) or different == len(cells) >= MANY
    return ColumnLook(name, "text" if is_text else "category", n_missing, cells[0], few_whole=False)


def _are_numbers(numbers: Sequence[float], texts: Sequence[str]) -> bool:
    """Whether cells are numbers, with a typing error or a word for no value here and there."""
    n_cells = len(numbers) + len(texts)
    are_few = len(texts) <= TYPING_ERRORS * n_cells or len(set(texts)) <= MANY
    return 2 * len(numbers) >= n_cells and are_few


def find_targets(
    looks: Sequence[ColumnLook],
    choices: Iterable[ColumnChoice] = (),
    label_column: str = "auto",
    *,
    has_header: bool = True,
    is_picture: bool = False,
) -> tuple[str, ...]:
    """Names of the columns that are to be learnt.

    What was chosen comes first, then a usual name, then the first or last column, whichever
    looks like labels; where both do, it is the last of a table with a header, and the first of
    others, as in the files of digits that many courses use.

    Raises
    ------
    DataError
        If a choice names no column.
    """
    names = [look.name for look in looks]
    chosen = {choice.name: choice for choice in choices}
    for name in chosen:
        if name not in names:
            raise DataError(f"columns: there is none named {name!r}; there are {_listed(names)}.")
    if targets := tuple(name for name in names if name in chosen and _is_target(chosen[name])):
        return targets
    possible = [look for look in looks if _may_be_target(look, chosen.get(look.name))]
    if not possible:
        raise DataError("columns: no column is left that could be the target: choose one.")
    if label_column != "auto":
        filled = [look.name for look in looks if look.guess != "empty"]
        return (filled[0 if label_column == "first" else -1],)
    return (_guess(possible, looks, is_picture, has_header).name,)


def _guess(
    possible: Sequence[ColumnLook],
    looks: Sequence[ColumnLook],
    is_picture: bool,
    has_header: bool,
) -> ColumnLook:
    named = [look for look in possible if look.name.casefold() in TARGET_NAMES]
    if named:
        return named[-1]
    filled = [look for look in looks if look.guess != "empty"]  # delimiters may end all lines
    first, last = possible[0], possible[-1]
    is_first = first is filled[0]
    if is_first and (is_picture or first.name.casefold() == "y"):
        return first
    if last is filled[-1] and last.guess == "category":
        return last
    is_label = first.few_whole and not (has_header and last.few_whole)
    return first if is_first and (first.guess == "category" or is_label) else last


def _is_target(choice: ColumnChoice) -> bool:
    return choice.role == "target"


def _may_be_target(look: ColumnLook, choice: ColumnChoice | None) -> bool:
    return look.guess in ("number", "category") and (choice is None or choice.role == "feature")


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:8])
    return shown if len(names) <= 8 else f"{shown}, … ({len(names):,} in all)"
