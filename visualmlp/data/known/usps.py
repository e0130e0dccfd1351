"""USPS: digits of American postcodes, from LIBSVM's collection.

A line is a sample: the label 1 to 10, then ``index:value`` for each pixel, counted from 1; pixels
that are not named are 0. Labels become the digits 0 to 9.
"""

from __future__ import annotations

import bz2
from pathlib import Path

import numpy as np

from visualmlp.data.dataset import Array, Dataset, pixel_names
from visualmlp.data.known.known_set import KnownFile, KnownSet
from visualmlp.data.known.known_source import known_source
from visualmlp.data.known.mnist import DIGITS
from visualmlp.errors import DataError

NAMES = ("usps.bz2", "usps.t.bz2")
SIDE = 16
MAX_LINE = 2**15
MAX_LINES = 100_000
"""Bounds of a file to be read, many times those of the real ones."""

SERVER = "https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass/"

KNOWN = KnownSet(
    name="usps",
    title="USPS",
    files=(  # their sizes are not published: nearly
        KnownFile(
            "usps.bz2",
            6_600_000,
            "3771e9dd6ba685185f89867b6e249233dd74652389f263963b3b741e994b034f",
        ),
        KnownFile(
            "usps.t.bz2",
            1_800_000,
            "a9c0164e797d60142a50604917f0baa604f326e9a689698763793fa5d12ffc4e",
        ),
    ),
    mirrors=(
        SERVER,
        f"https://web.archive.org/web/2022id_/{SERVER}",
    ),
    origin="Hull: A database for handwritten text recognition research, in LIBSVM's collection",
    licence="not stated",
)


def find_usps(folder: Path) -> dict[str, Path]:
    """The two files of a folder.

    Raises
    ------
    DataError
        If one is missing.
    """
    missing = [name for name in NAMES if not (folder / name).is_file()]
    if missing:
        raise DataError(f"{folder} lacks {' and '.join(missing)}.")
    return {name: folder / name for name in NAMES}


def read_usps(folder: Path) -> Dataset:
    """Load both files; the second is the test part.

    Raises
    ------
    DataError
        If one is missing or damaged; the text names its line.
    """
    parts = [read_lines(path) for path in find_usps(folder).values()]
    return Dataset(
        name="usps",
        title="USPS",
        x=np.concatenate([pixels for pixels, _ in parts]),
        targets=np.concatenate([labels for _, labels in parts]),
        task="classification",
        class_names=DIGITS,
        feature_names=pixel_names((SIDE, SIDE)),
        image_shape=(SIDE, SIDE),
        value_range=(-1, 1),
        n_given_test=len(parts[1][1]),
        source=KNOWN.origin,
        licence=KNOWN.licence,
    )


def read_lines(path: Path) -> tuple[Array, Array]:
    """Pixels, float32, shape (n, 256), and labels of one file.

    Raises
    ------
    DataError
        If it is damaged; the text names the line.
    """
    rows: list[Array] = []
    labels: list[int] = []
    try:
        with bz2.open(path) as file:
            while line := file.readline(MAX_LINE):
                label, pixels = _sample(line, f"{path}, line {len(rows) + 1}")
                labels.append(label)
                rows.append(pixels)
                if len(rows) > MAX_LINES:
                    raise DataError(f"{path} has more than {MAX_LINES:,} lines: that is not USPS.")
    except (EOFError, OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read ({error}): fetch it again.") from error
    if not rows:
        raise DataError(f"{path} is empty: fetch it again.")
    return np.stack(rows), np.array(labels)


def _sample(line: bytes, where: str) -> tuple[int, Array]:
    words = line.replace(b":", b" ").split()
    try:
        label, numbers = int(words[0]), np.array([float(word) for word in words[1:]])
    except (ValueError, IndexError) as error:
        raise DataError(f"{where} is no sample of USPS ({error}): fetch it again.") from error
    index, values = numbers[0::2], numbers[1::2]
    fits = len(index) == len(values) and bool(((index >= 1) & (index <= SIDE**2)).all())
    if not (fits and 1 <= label <= 10 and (abs(values) <= 1).all()):
        raise DataError(f"{where} has a label or pixel out of range: fetch it again.")
    pixels = np.zeros(SIDE**2, np.float32)
    pixels[index.astype(np.int64) - 1] = values
    return label - 1, pixels


USPS = known_source(
    KNOWN,
    name="usps",
    title="USPS digits (16×16)",
    description="9,298 handwritten digits of postcodes, 16×16 pixels; the last 2,007 for testing.",
    files=" and ".join(NAMES),
    find=find_usps,
    read=read_usps,
)
