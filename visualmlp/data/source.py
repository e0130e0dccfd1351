"""What a source of data is, and what a user can set about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Literal

from visualmlp.data.dataset import Dataset
from visualmlp.data.known.known_set import KnownSet
from visualmlp.errors import DataError

MAX_SAMPLES = 1_000_000
MAX_CLASSES = 10


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """What the user decided about a column of a table; all others are guessed.

    Parameters
    ----------
    name
        As the header has it; ``column 3`` without a header.
    role
        ``feature``, ``target`` (several make a regression of several numbers) or ``ignore``.
    kind
        ``number``, ``category``, or ``auto`` to guess.
    missing
        What becomes of its empty cells, see :class:`~visualmlp.data.columns.Column`; ``auto``
        is what the setting ``missing`` says.
    """

    name: str
    role: Literal["feature", "target", "ignore"] = "feature"
    kind: Literal["auto", "number", "category"] = "auto"
    missing: Literal["auto", "drop", "mean", "median", "mode", "category"] = "auto"


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """Settings of all sources; each uses those that its ``settings_used`` names.

    Parameters
    ----------
    path
        File or folder, for sources that open files.
    n_samples
        Samples to make, 4 to 1,000,000.
    noise
        Standard deviation of what is added to made data, 0 to 10.
    n_classes
        Classes to make, 2 to 10.
    shape
        Name of a curve, see ``visualmlp.data.curves``.
    seed
        Seed of made data, not negative.
    test_path
        File of the test part, for sources that open two.
    header
        Whether the first line of a table names its columns: ``auto``, ``yes`` or ``no``.
    label_column
        Where the target stands in a table unless ``columns`` names it: ``first``, ``last``, or
        ``auto`` to guess.
    columns
        What was decided about single columns.
    missing
        What becomes of empty cells: ``drop``, ``mean``, ``median``, ``mode`` or ``category``.
    encoding, delimiter, decimal
        How a text file is written; ``auto`` to detect each.
    sheet
        Name of a sheet of a workbook; the first if empty.
    task
        What is to be learnt, where the data leave it open: ``classification``, ``binary``,
        ``regression``, or ``auto``.
    picture_width, picture_height
        Pixels that pictures are brought to; 0 is the size that most of them have.
    invert
        Whether dark pixels count as high (ink on paper).
    inputs, targets, labels
        Samples given as they are: a row of numbers for each, and a row of numbers to be reached
        or the name of a class.

    Raises
    ------
    DataError
        If a value is outside its range.
    """

    path: str = ""
    n_samples: int = 400
    noise: float = 0.1
    n_classes: int = 3
    shape: str = "sine"
    seed: int = 0
    test_path: str = ""
    header: str = "auto"
    label_column: str = "auto"
    columns: tuple[ColumnChoice, ...] = ()
    missing: str = "mean"
    encoding: str = "auto"
    delimiter: str = "auto"
    decimal: str = "auto"
    sheet: str = ""
    task: str = "auto"
    picture_width: int = 0
    picture_height: int = 0
    invert: bool = False
    inputs: tuple[tuple[float, ...], ...] = ()
    targets: tuple[tuple[float, ...], ...] = ()
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._check("n_samples", self.n_samples, 4, MAX_SAMPLES)
        self._check("noise", self.noise, 0, 10)
        self._check("n_classes", self.n_classes, 2, MAX_CLASSES)
        self._check("seed", self.seed, 0, 2**63 - 1)

    @staticmethod
    def _check(name: str, value: float, low: int, high: int) -> None:
        if not isfinite(value) or not low <= value <= high:
            raise DataError(f"{name} is {value}: choose a value from {low:,} to {high:,}.")


def always() -> str:
    """Nothing keeps a source from being loaded (see ``Source.problem``)."""
    return ""


@dataclass(frozen=True, slots=True)
class Source:
    """One way to get a data set.

    Parameters
    ----------
    kind
        ``bundled`` with the program, ``made`` from a seed, or ``found`` on this machine.
    load
        Makes the data set; raises DataError.
    settings_used
        The fields of SourceSettings that ``load`` reads.
    problem
        Why the source cannot be loaded now, or "" if it can; quick, without loading.
    known
        What can be downloaded for it; None for all other sources.
    adopt
        Copies the files of ``known`` from any folder to where ``load`` finds them, and returns
        that place; raises DataError if they are not all there, or damaged.
    """

    name: str
    title: str
    kind: Literal["bundled", "made", "found"]
    description: str
    load: Callable[[SourceSettings], Dataset]
    settings_used: tuple[str, ...] = ()
    problem: Callable[[], str] = always
    known: KnownSet | None = None
    adopt: Callable[[Path], Path] | None = None

    @property
    def needs_settings(self) -> bool:
        """Whether there is nothing to load until the user names a file or writes numbers."""
        return "path" in self.settings_used or "inputs" in self.settings_used
