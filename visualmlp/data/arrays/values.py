"""Arrays of any kind as rows of numbers: pictures laid flat, colours made grey."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isqrt
from typing import Any

import numpy as np

from visualmlp.data.dataset import Array, extent
from visualmlp.data.large.mapped import is_mapped
from visualmlp.errors import DataError

GREY = (19595, 38470, 7471)
"""Weights of red, green and blue in 65536ths, as Pillow has them: ITU-R BT.601-7, 2.5.1."""
CHUNK_ROWS, CHUNK_VALUES = 1000, 2**22
LEAST_SIDE, SURE_SIDE = 5, 16
"""Rows of so many bytes squared are pictures; so many of any numbers squared, too."""
CIFAR = (3, 32, 32)
"""How each row of 3,072 bytes is stored in CIFAR-10 and CIFAR-100."""


@dataclass(slots=True)
class Rows:
    """Samples as rows of numbers, and what was done to make them so.

    Attributes
    ----------
    x
        Shape (n, n_features).
    image_shape
        (rows, columns) if the samples are pictures.
    notes
        What was done, a sentence each.
    """

    x: Array
    image_shape: tuple[int, int] | None = None
    notes: list[str] = field(default_factory=list)


def as_numbers(value: Any, where: str) -> Array:
    """An array of whole or floating numbers in the machine's byte order.

    Truth values become bytes 0 and 1, complex numbers without imaginary parts their real ones.

    Raises
    ------
    DataError
        If there are other values.
    """
    array = as_array(value, where)
    if is_mapped(array):
        _check_mapped(array, where)
    if array.dtype.kind == "c":
        if np.any(array.imag):
            raise DataError(
                f"{where} holds complex numbers: save their magnitudes, or real and imaginary "
                "parts side by side."
            )
        array = array.real
    if array.dtype.kind not in "biuf":
        raise DataError(f"{where} holds texts, no numbers: save numbers for the inputs.")
    if array.dtype.kind == "b":
        return array.view(np.uint8)
    if array.dtype.kind == "f" and array.dtype.itemsize not in (4, 8):
        return array.astype(np.float32 if array.dtype.itemsize < 4 else np.float64)
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def _check_mapped(x: Array, where: str) -> None:
    """Refuse what would have to be converted as a whole, which does not fit into memory."""
    has_colours = x.ndim > 3 and 3 in (x.shape[1], x.shape[-1])
    is_plain = x.dtype.kind in "iuf" and x.dtype.isnative and x.dtype != np.float16
    if has_colours or not is_plain or not x.flags.c_contiguous:
        raise DataError(
            f"{where} holds {x.nbytes:,} bytes, which stay in the file: save them as grey pictures "
            "or rows of numbers, uint8 or float32, one sample after the other."
        )


def as_array(value: Any, where: str) -> Array:
    """A list of numbers or texts, or of lists of them, as an array.

    Raises
    ------
    DataError
        If they are of different lengths or kinds.
    """
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError, TypeError) as error:
        raise _uneven(where) from error
    if array.dtype.kind not in "biufcSU" or array.ndim == 0:
        raise _uneven(where)
    return array


def _uneven(where: str) -> DataError:
    return DataError(
        f"{where} is no array of numbers: give each sample the same count of plain numbers."
    )


def to_rows(x: Array, n_samples: int | None, where: str) -> Rows:
    """Bring samples to rows.

    Parameters
    ----------
    x
        Shape (n, features), (n, rows, columns), or with 1 or 3 channels behind or before rows and
        columns; MATLAB's order with the samples last if that is where ``n_samples`` stands.
    n_samples
        Number of answers, if there are any.

    Raises
    ------
    DataError
        If the counts disagree, or the shape is another.
    """
    rows = Rows(_samples_first(x, n_samples, where))
    if len(rows.x) != len(x):
        rows.notes.append(f"{where}: the samples stand last, as in MATLAB.")
    if rows.x.size == 0:
        raise DataError(f"{where} is empty, of shape {x.shape}: choose another file.")
    if rows.x.ndim == 1:
        rows.x = rows.x[:, None]
    if rows.x.ndim == 2:
        return _guess_pictures(rows)
    rows.x = _one_channel(rows, where)
    if rows.x.ndim != 3:
        raise DataError(
            f"{where} has the shape {x.shape}: samples are (n, features), (n, rows, columns), or "
            "(n, rows, columns, 3)."
        )
    rows.image_shape = (rows.x.shape[1], rows.x.shape[2])
    rows.x = rows.x.reshape(len(rows.x), -1)
    return rows


def _samples_first(x: Array, n_samples: int | None, where: str) -> Array:
    if n_samples is None or len(x) == n_samples:
        return x
    if x.ndim > 1 and x.shape[-1] == n_samples:
        return np.moveaxis(x, -1, 0)
    raise DataError(
        f"{where} holds {len(x):,} samples but {n_samples:,} answers: save as many of each."
    )


def _one_channel(rows: Rows, where: str) -> Array:
    """Pictures (n, rows, columns) of pictures with channels, which are made grey."""
    x = rows.x
    while x.ndim > 3 and 1 in (x.shape[-1], x.shape[1]):
        x = x[..., 0] if x.shape[-1] == 1 else x[:, 0]
    if x.ndim == 4 and 3 in (x.shape[-1], x.shape[1]):
        rows.notes.append(f"{len(x):,} colour pictures became grey (0.299 R + 0.587 G + 0.114 B).")
        return _grey(x if x.shape[-1] == 3 else np.moveaxis(x, 1, -1))
    return x


def _grey(x: Array) -> Array:
    """Luminance of pictures (n, rows, columns, 3), in the type that they have."""
    out = np.empty(x.shape[:-1], x.dtype)
    whole = x.dtype.kind in "ui"
    weights: Array = np.array(GREY) if whole else np.array(GREY) / 65536
    step = max(1, CHUNK_VALUES // (x.size // len(x)))
    for start in range(0, len(x), step):
        part: Array = x[start : start + step] @ weights
        out[start : start + step] = (part + 32768) >> 16 if whole else part
    return out


def _guess_pictures(rows: Rows) -> Rows:
    n, width = rows.x.shape
    if width == np.prod(CIFAR) and rows.x.dtype == np.uint8:
        rows.notes.append("Rows of 3,072 bytes are taken as colour pictures of 32×32.")
        rows.x = _one_channel(Rows(rows.x.reshape(n, *CIFAR), notes=rows.notes), "").reshape(n, -1)
        rows.image_shape = (CIFAR[1], CIFAR[2])
        return rows
    side = isqrt(width)
    least = LEAST_SIDE if rows.x.dtype == np.uint8 else SURE_SIDE
    if side**2 == width and side >= least:
        rows.notes.append(f"Rows of {width:,} numbers are taken as pictures of {side}×{side}.")
        rows.image_shape = (side, side)
    return rows


def with_range(rows: Rows) -> tuple[Array, tuple[float, float]]:
    """The values, as bytes if they are pictures of whole numbers from 0 to 255, and their range."""
    x, mapped = rows.x, is_mapped(rows.x)
    if mapped and rows.image_shape and x.dtype == np.uint8:
        return x, (0.0, 255.0)
    low, high = extent(x)
    if rows.image_shape is None or low < 0 or high > 255:
        return x, (low, high)
    value_range = (0.0, 1.0 if high <= 1 else 255.0)
    if x.dtype == np.uint8 or mapped or not _are_whole(x):
        return x, value_range
    return x.astype(np.uint8), value_range


def _are_whole(x: Array) -> bool:
    chunks = (x[start : start + CHUNK_ROWS] for start in range(0, len(x), CHUNK_ROWS))
    return x.dtype.kind != "f" or all(bool((chunk == np.rint(chunk)).all()) for chunk in chunks)
