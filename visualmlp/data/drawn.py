"""Pictures that the user has drawn and named, and the file that keeps them.

They are never part of a training: a run gets those that fit its data as a part of its own.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
import numpy.typing as npt

from visualmlp.data.dataset import Array, Dataset
from visualmlp.data.known.keep import filling
from visualmlp.data.prepared import Part, PreparedData
from visualmlp.errors import DataError
from visualmlp.paths import user_data

FORMAT = 1
MOST_BYTES = 2**28
"""Of the file unpacked, against files that would fill the memory."""

LOOKED_AT = 200
"""Pictures whose borders tell what the ground of a data set's pictures is."""

_DAMAGES = (
    *(ValueError, KeyError, TypeError, AttributeError, EOFError),
    *(zipfile.BadZipFile, zlib.error, OSError),
)


@dataclass(frozen=True, slots=True, eq=False)
class DrawnSample:
    """A picture with the name of its class.

    Attributes
    ----------
    picture
        float32, (h, w): no ink is the lower value, whatever the data's own ground is.
    value_range
        Of the data that it was drawn for.
    label
        The name of its class.
    """

    picture: npt.NDArray[np.float32]
    value_range: tuple[float, float]
    label: str

    def fits(self, dataset: Dataset, class_names: Sequence[str]) -> bool:
        """Whether it is a picture as those of a data set, of one of these classes."""
        is_alike = (self.picture.shape, self.value_range) == (
            dataset.image_shape,
            dataset.value_range,
        )
        return is_alike and self.label in class_names

    def is_same(self, other: DrawnSample) -> bool:
        """Whether picture, range and label are equal."""
        return (self.value_range, self.label) == (
            other.value_range,
            other.label,
        ) and np.array_equal(self.picture, other.picture)


def ink_range(dataset: Dataset) -> tuple[float, float]:
    """The values of no ink and of full ink in a data set's pictures, one end of the range each.

    The ground is the end that is nearer to most pixels at the borders of 200 evenly spaced
    pictures: paper is light, and MNIST is dark.
    """
    assert dataset.image_shape is not None
    rows = np.linspace(0, dataset.n_samples - 1, min(LOOKED_AT, dataset.n_samples)).astype(int)
    pictures = dataset.x[rows].reshape(-1, *dataset.image_shape)
    inside = np.zeros(dataset.image_shape, bool)
    inside[1:-1, 1:-1] = True
    low, high = map(float, dataset.value_range)
    is_light = np.median(pictures[:, ~inside]) > (low + high) / 2
    return (high, low) if is_light else (low, high)


def turned(pictures: Array, dataset: Dataset) -> Array:
    """Pictures with the data set's own ground made from ones of low ground, or the reverse."""
    low, high = dataset.value_range
    return pictures if ink_range(dataset)[0] == low else low + high - pictures


def drawn_part(data: PreparedData, samples: Iterable[DrawnSample]) -> Part | None:
    """The samples that fit some data as a part of their own; None if there is none."""
    fitting = [sample for sample in samples if sample.fits(data.dataset, data.class_names)]
    if not fitting:
        return None
    stored = data.dataset.x.dtype
    pictures = np.stack([sample.picture.reshape(-1) for sample in fitting])
    x = turned(pictures, data.dataset).astype(stored)
    labels = np.array([data.class_names.index(sample.label) for sample in fitting], np.int64)
    return Part("drawn", np.arange(len(fitting)), labels, None, x)


def drawn_file() -> Path:
    """Where the user's drawn samples are kept; it need not be there."""
    return user_data() / "drawn.npz"


def load_drawn(path: Path) -> list[DrawnSample]:
    """Read kept samples, oldest first; none if there is no file.

    Raises
    ------
    DataError
        If the file is damaged, or cannot be read.
    """
    if not path.exists():
        return []
    try:
        _check_size(path)
        with np.load(path, allow_pickle=False) as arrays:
            found = _samples(arrays)
    except _DAMAGES as error:
        raise DataError(f"{path}: the drawn samples cannot be read ({error}).") from error
    return found


def save_drawn(path: Path, samples: Sequence[DrawnSample]) -> None:
    """Write samples, so that the file is the old one or the new one at every moment.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    arrays: dict[str, Array] = {"format": np.array(FORMAT)}
    for number, sample in enumerate(samples):
        arrays[f"picture_{number:06}"] = sample.picture
    arrays["ranges"] = np.array([sample.value_range for sample in samples]).reshape(-1, 2)
    arrays["labels"] = np.array([sample.label for sample in samples], np.str_)
    with filling(path.parent) as fresh, (fresh / path.name).open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
        file.flush()
        os.fsync(file.fileno())


def set_aside(path: Path) -> Path:
    """Give a damaged file another name beside it, so that nothing is lost; the new path."""
    names = (path.with_name(f"{path.stem}.damaged-{i}{path.suffix}") for i in count(1))
    aside = next(name for name in names if not name.exists())
    path.rename(aside)
    return aside


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as file:
        size = sum(entry.file_size for entry in file.infolist())
    if size > MOST_BYTES:
        raise ValueError(f"{size:,} bytes are more than {MOST_BYTES:,}")


def _samples(arrays: np.lib.npyio.NpzFile) -> list[DrawnSample]:
    if int(arrays["format"]) != FORMAT:
        raise ValueError(f"format {arrays['format']} is not known")
    labels, ranges = arrays["labels"], arrays["ranges"]
    if labels.ndim != 1 or labels.dtype.kind != "U" or ranges.shape != (len(labels), 2):
        raise ValueError("labels and ranges do not fit together")
    return [
        DrawnSample(
            _checked(arrays[f"picture_{number:06}"], low, high), (float(low), float(high)), label
        )
        for number, (label, (low, high)) in enumerate(
            zip(labels.tolist(), ranges.tolist(), strict=True)
        )
    ]


def _checked(picture: Array, low: float, high: float) -> npt.NDArray[np.float32]:
    if picture.ndim != 2 or picture.dtype != np.float32 or not picture.size:
        raise ValueError("a picture has another shape or type")
    if not (low < high and low <= picture.min() and picture.max() <= high):
        raise ValueError("a picture's values are outside its range")
    return picture
