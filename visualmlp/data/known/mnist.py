"""MNIST, Fashion-MNIST and KMNIST: four IDX files in one folder, named alike."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from visualmlp.data.dataset import Dataset
from visualmlp.data.idx_pair import load_idx_pair
from visualmlp.data.known.known_set import KnownFile, KnownSet
from visualmlp.data.known.known_source import known_source
from visualmlp.data.source import Source
from visualmlp.errors import DataError

NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
DIGITS = tuple("0123456789")


def find_files(folder: Path, names: tuple[str, ...] = NAMES) -> dict[str, Path]:
    """The files of a folder by their names, gzipped or not: pictures and labels, then the test's.

    Raises
    ------
    DataError
        If one is missing.
    """
    found = {name: _find(folder, name) for name in names}
    if missing := [name for name, path in found.items() if path is None]:
        raise DataError(f"{folder} lacks {', '.join(missing)} (with or without .gz).")
    return {name: path for name, path in found.items() if path is not None}


def _find(folder: Path, name: str) -> Path | None:
    spellings = (name, name.replace("-idx", ".idx"))
    paths = (folder / f"{spelling}{gz}" for gz in ("", ".gz") for spelling in spellings)
    return next(filter(Path.is_file, paths), None)


def load_mnist(
    folder: Path | str,
    *,
    names: tuple[str, ...] = NAMES,
    name: str = "mnist",
    title: str = "MNIST",
    class_names: tuple[str, ...] = DIGITS,
    source: str = "",
    licence: str = "unknown",
) -> Dataset:
    """Load a folder of four files; the last two become the given test part.

    Raises
    ------
    DataError
        If a file is missing or damaged.
    """
    files = find_files(Path(folder), names)
    train_images, train_labels, test_images, test_labels = files.values()
    return load_idx_pair(
        train_images,
        train_labels,
        test_pair=(test_images, test_labels),
        name=name,
        title=title,
        class_names=class_names,
        source=source or str(folder),
        licence=licence,
    )


def mnist_like(
    known: KnownSet, *, title: str, description: str, class_names: tuple[str, ...] = DIGITS
) -> Source:
    """Make the source of a set in MNIST's layout."""
    read = partial(
        load_mnist,
        name=known.name,
        title=known.title,
        class_names=class_names,
        source=known.origin,
        licence=known.licence,
    )
    return known_source(
        known,
        name=known.name,
        title=title,
        description=description,
        files=f"{', '.join(NAMES)} (with or without .gz)",
        find=find_files,
        read=read,
    )


def gzipped(*files: tuple[int, str]) -> tuple[KnownFile, ...]:
    """The four files as they are on servers, from the size and the SHA-256 of each."""
    return tuple(KnownFile(f"{name}.gz", *file) for name, file in zip(NAMES, files, strict=True))


MNIST = mnist_like(
    KnownSet(
        name="mnist",
        title="MNIST",
        files=gzipped(
            (9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            (28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            (1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            (4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
        ),
        mirrors=(
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ),
        origin="LeCun, Cortes and Burges: The MNIST database of handwritten digits",
        licence="not stated by its authors (usually given as CC BY-SA 3.0)",
    ),
    title="MNIST digits (28×28)",
    description="70,000 handwritten digits in 28×28 grey levels; the last 10,000 are for testing.",
)
