"""EMNIST: digits and letters of the same writers, from one archive.

Its pictures are stored column by column, so that they lie on their side: they are turned upright
here. The labels of the letters begin with 1.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from string import ascii_uppercase

import numpy as np

from visualmlp.data.dataset import Array, Dataset
from visualmlp.data.known.known_set import KnownFile, KnownSet
from visualmlp.data.known.known_source import known_source
from visualmlp.data.known.mnist import DIGITS, find_files, load_mnist
from visualmlp.data.source import Source
from visualmlp.errors import DataError

LETTERS = tuple(ascii_uppercase)


def _names(kind: str) -> tuple[str, ...]:
    return tuple(
        f"emnist-{kind}-{part}-{file}-ubyte"
        for part in ("train", "test")
        for file in ("images-idx3", "labels-idx1")
    )


EMNIST = KnownSet(
    name="emnist",
    title="EMNIST (digits and letters)",
    files=(
        KnownFile(
            "gzip.zip",
            561_753_746,
            "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e",
        ),
    ),
    mirrors=(
        "https://biometrics.nist.gov/cs_links/EMNIST/",
        "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/",
    ),
    origin="Cohen, Afshar, Tapson and van Schaik: EMNIST, from NIST Special Database 19",
    licence="not stated by its authors (NIST's data are in the public domain in the USA)",
    members=tuple(f"{name}.gz" for kind in ("digits", "letters") for name in _names(kind)),
)


def upright(pictures: Array, image_shape: tuple[int, int]) -> Array:
    """Turn pictures that are stored column by column.

    Parameters
    ----------
    pictures
        Shape (n, rows * columns).

    Returns
    -------
    The same pictures stored row by row.
    """
    rows, columns = image_shape
    turned = pictures.reshape(-1, columns, rows).swapaxes(1, 2)
    return np.ascontiguousarray(turned).reshape(len(pictures), -1)


def _read(folder: Path, *, kind: str, title: str, class_names: tuple[str, ...]) -> Dataset:
    stored = load_mnist(
        folder,
        names=_names(kind),
        name=f"emnist_{kind}",
        title=title,
        class_names=class_names if kind == "digits" else (),
        source=EMNIST.origin,
        licence=EMNIST.licence,
    )
    if kind == "letters" and stored.class_names != tuple(map(str, range(1, 27))):
        labels = ", ".join(stored.class_names)
        raise DataError(
            f"{folder}: the labels of {title} are {labels}, not 1 to 26: fetch it again."
        )
    if stored.image_shape is None:
        raise DataError(f"{folder}: {title} has no pictures: fetch it again.")
    x = upright(stored.x, stored.image_shape)
    return replace(stored, x=x, class_names=class_names)


def _source(kind: str, description: str, class_names: tuple[str, ...]) -> Source:
    names = ", ".join(_names(kind))
    title = f"EMNIST {kind}"
    return known_source(
        EMNIST,
        name=f"emnist_{kind}",
        title=f"{title} (28×28)",
        description=description,
        files=f"{names} (with or without .gz)",
        find=partial(find_files, names=_names(kind)),
        read=partial(_read, kind=kind, title=title, class_names=class_names),
    )


EMNIST_DIGITS = _source(
    "digits",
    "280,000 handwritten digits in the form of MNIST; the last 40,000 are for testing.",
    DIGITS,
)
EMNIST_LETTERS = _source(
    "letters",
    "145,600 handwritten letters, capital and small in 26 classes; the last 20,800 for testing.",
    LETTERS,
)
