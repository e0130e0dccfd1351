"""Every source of data, in the order in which lists show them.

A new data set is a ``Source`` in a file of its own and its name here.
"""

from __future__ import annotations

import os
import re
from itertools import islice
from pathlib import Path

from visualmlp.data.arrays import file as array_file
from visualmlp.data.arrays.file import ARRAYS
from visualmlp.data.builtin import DIGITS, IRIS
from visualmlp.data.curves import CURVE
from visualmlp.data.dataset import Dataset
from visualmlp.data.file_kind import Kind, kind_of
from visualmlp.data.given import GIVEN
from visualmlp.data.known.emnist import EMNIST_DIGITS, EMNIST_LETTERS
from visualmlp.data.known.fashion_mnist import FASHION_MNIST
from visualmlp.data.known.kmnist import KMNIST
from visualmlp.data.known.mnist import MNIST
from visualmlp.data.known.tiny_mnist import TINY_MNIST
from visualmlp.data.known.usps import USPS
from visualmlp.data.opened import IDX
from visualmlp.data.pictures import files as picture_files
from visualmlp.data.pictures.folder import PICTURES
from visualmlp.data.random_points import RANDOM_POINTS
from visualmlp.data.source import Source, SourceSettings
from visualmlp.data.tables import table
from visualmlp.data.tables.table import CSV
from visualmlp.data.toy import TOYS
from visualmlp.registry import Registry

SOURCES: Registry[Source] = Registry("data source")

for _source in (
    DIGITS,
    MNIST,
    TINY_MNIST,
    FASHION_MNIST,
    KMNIST,
    EMNIST_DIGITS,
    EMNIST_LETTERS,
    USPS,
    IRIS,
    *TOYS,
    CURVE,
    RANDOM_POINTS,
    CSV,
    PICTURES,
    ARRAYS,
    IDX,
    GIVEN,
):
    SOURCES.add(_source)


def load(name: str, settings: SourceSettings | None = None) -> Dataset:
    """Load a data set by the name of its source.

    Raises
    ------
    UnknownNameError
        If there is no such source or curve.
    DataError
        If the data are missing or damaged, or a setting does not work.
    """
    return SOURCES[name].load(settings or SourceSettings())


LOOKED_AT = 1000
"""Entries of a folder, to see what is in it."""
BY_ENDING = (
    (table.ENDINGS, "csv"),
    (array_file.ENDINGS, "arrays"),
    (picture_files.ENDINGS, "pictures"),
)
BY_KIND: dict[Kind, str] = {
    **dict.fromkeys(("npy", "zip", "matlab", "pickle"), "arrays"),
    **dict.fromkeys(("parquet", "text"), "csv"),
    "picture": "pictures",
}


def source_of(path: Path | str) -> str:
    """Name of the source that opens a file or folder.

    A folder with files named as MNIST's, or other IDX files, is ``idx``; other folders are
    pictures. Of a file the ending of its name decides, and where that says nothing, its content.
    """
    path = Path(path)
    if os.path.isdir(path):  # noqa: PTH112 - says no where pathlib raises
        return "idx" if _has_idx(path) else "pictures"
    name = path.name.lower().removesuffix(".gz")
    for endings, source in BY_ENDING:
        if name.endswith(endings):
            return source
    return "idx" if re.search(r"idx\d|ubyte", name) else BY_KIND.get(kind_of(path), "idx")


def _has_idx(folder: Path) -> bool:
    try:
        return any("ubyte" in file.name for file in islice(folder.iterdir(), LOOKED_AT))
    except OSError:
        return False


def available(name: str) -> bool:
    """Whether a source can be loaded now; quick, without loading.

    ``SOURCES[name].problem()`` says why it cannot.
    """
    return not SOURCES[name].problem()
