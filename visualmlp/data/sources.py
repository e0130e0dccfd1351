"""Every source of data, in the order in which lists show them.

A new data set is a ``Source`` in a file of its own and its name here.
"""

from __future__ import annotations

from pathlib import Path

from visualmlp.data.builtin import DIGITS, IRIS
from visualmlp.data.curves import CURVE
from visualmlp.data.dataset import Dataset
from visualmlp.data.given import GIVEN
from visualmlp.data.mnist import MNIST
from visualmlp.data.opened import IDX
from visualmlp.data.random_points import RANDOM_POINTS
from visualmlp.data.source import Source, SourceSettings
from visualmlp.data.table import CSV, ENDINGS
from visualmlp.data.tiny_mnist import TINY_MNIST
from visualmlp.data.toy import TOYS
from visualmlp.registry import Registry

SOURCES: Registry[Source] = Registry("data source")

for _source in (
    DIGITS,
    MNIST,
    TINY_MNIST,
    IRIS,
    *TOYS,
    CURVE,
    RANDOM_POINTS,
    CSV,
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


def source_of(path: Path | str) -> str:
    """Name of the source that opens a file or folder, by the ending of its name."""
    return "csv" if Path(path).name.lower().removesuffix(".gz").endswith(ENDINGS) else "idx"


def available(name: str) -> bool:
    """Whether a source can be loaded now; quick, without loading.

    ``SOURCES[name].problem()`` says why it cannot.
    """
    return not SOURCES[name].problem()
