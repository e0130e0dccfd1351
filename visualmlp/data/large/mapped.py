"""Arrays that stay in their file: mapped into memory, read where they are looked at, and let go.

What a program has looked at of a map counts as its memory until it lets go of it, whether the
system has it in its cache or not. So whoever goes through much of an array does it here.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from visualmlp.errors import DataError

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

Array: TypeAlias = npt.NDArray[Any]
Identity: TypeAlias = tuple[int, int]

MAPPED_FROM = 2**29
"""Bytes from which on an array in a plain file stays there."""
CHUNK_BYTES = 2**24
"""Bytes read at once by what goes through all of an array."""
LARGE_PAGE = 2**21
"""Bytes that the system may map for a single one that is looked at."""
SPAN_BYTES = 2**28
"""Rows picked from a stretch of so many bytes are let go of before the next."""
DENSE = 4
"""Rows of which there are more than one in so many are read with what lies between them."""


class FileMap(mmap.mmap):
    """A read-only map of a whole file.

    Attributes
    ----------
    path, identity
        The file, and what tells it from another one that is put in its place.
    """

    path: Path
    identity: Identity

    @property
    def address(self) -> int:
        """Of its first byte."""
        return int(np.frombuffer(self, np.uint8, 1).__array_interface__["data"][0])

    def check(self) -> None:
        """Make sure that the file is as long as it was: behind its end nothing can be read.

        Raises
        ------
        DataError
            If not.
        """
        if self.size() < len(self):
            raise DataError(f"{self.path} has become shorter while it was in use: open it again.")

    def read_into(self, start: int, out: Array) -> None:
        """Read bytes from a place on, as files are read: faster, and nothing stays mapped.

        Raises
        ------
        DataError
            If the file cannot be read, or is another one by now.
        """
        view, done = out.reshape(-1).view(np.uint8).data, 0
        try:
            with self.path.open("rb", buffering=0) as file:
                same = _identity(file.fileno()) == self.identity
                file.seek(start)
                while same and done < len(view) and (count := file.readinto(view[done:])):
                    done += count
        except OSError as error:
            raise DataError(f"{self.path} cannot be read: {error.strerror or error}.") from error
        if done < len(view):
            raise DataError(f"{self.path} has been changed while it was in use: open it again.")

    def let_go(self, start: int, stop: int) -> None:
        """Give back the memory of what was read between two places, and mapped around them."""
        start = max(0, start - LARGE_PAGE) // mmap.PAGESIZE * mmap.PAGESIZE
        self._advise("MADV_DONTNEED", start, min(stop + LARGE_PAGE, len(self)) - start)

    def read_here_and_there(self) -> None:
        """Let the system read from the disk what is looked at, and nothing around it."""
        self._advise("MADV_RANDOM", 0, len(self))

    def _advise(self, name: str, start: int, length: int) -> None:
        """Where the system knows such advice; it changes no value."""
        if (advice := getattr(mmap, name, None)) is not None:
            self.madvise(advice, start, length)


def map_array(
    path: Path, dtype: npt.DTypeLike, shape: tuple[int, ...], start: int, order: Any = "C"
) -> Array:
    """An array in a file, read-only.

    Parameters
    ----------
    start
        Place of its first byte; the file must hold all of it.

    Raises
    ------
    OSError, ValueError
        If the file cannot be mapped.
    """
    with path.open("rb") as file:
        behind = FileMap(file.fileno(), 0, access=mmap.ACCESS_READ)
        behind.path, behind.identity = path, _identity(file.fileno())
    behind.read_here_and_there()
    count = int(np.prod(shape, dtype=object))
    return np.frombuffer(behind, dtype, count, start).reshape(shape, order=order)


def map_behind(x: Array) -> FileMap | None:
    """The map that an array, or what it is a view of, is in; None for one in memory."""
    base: Any = x
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, memoryview):
        base = base.obj
    return base if isinstance(base, FileMap) else None


def is_mapped(x: Array) -> bool:
    """Whether an array is in a file and not in memory."""
    return map_behind(x) is not None


def chunks(x: Array) -> Iterator[tuple[int, Array]]:
    """All rows of an array, some after the other, each with the number of its first row.

    An array in memory comes as a whole.
    """
    if not is_mapped(x):
        yield 0, x
        return
    step = max(1, CHUNK_BYTES // max(1, x[:1].nbytes))
    for start in range(0, len(x), step):
        yield start, stretch(x, start, start + step)


def stretch(x: Array, first: int, stop: int) -> Array:
    """Rows that follow each other: a view, or of a mapped array a copy in memory."""
    part, behind = x[first:stop], map_behind(x)
    if behind is None:
        return part
    out = np.empty(part.shape, part.dtype)
    behind.read_into(_address(part) - behind.address, out)
    return out


def picked(x: Array, rows: Array) -> Array:
    """A copy in memory of some rows, in their order."""
    if not is_mapped(x) or not len(rows):
        taken: Array = x[rows]
        return taken
    if bool((rows[1:] >= rows[:-1]).all()):
        return gathered(x, rows)
    order = np.argsort(rows)
    out = np.empty((len(rows), *x.shape[1:]), x.dtype)
    out[order] = gathered(x, rows[order])
    return out


def gathered(
    x: Array,
    rows: Array,
    carry_out: Callable[[Callable[[slice], None], list[slice]], Iterable[None]] = map,
    n_at_once: int = 1,
) -> Array:
    """A copy in memory of some rows of a mapped array, (n, …).

    Parameters
    ----------
    rows
        Ascending, (n,).
    carry_out, n_at_once
        Gathers the parts, so many at the same time.

    Raises
    ------
    DataError
        If the file cannot be read, or was changed.
    """
    first, last = int(rows[0]), int(rows[-1])
    if last - first < DENSE * len(rows):
        dense: Array = stretch(x, first, last + 1)[rows - first]
        return dense
    out = np.empty((len(rows), *x.shape[1:]), x.dtype)
    for _ in carry_out(partial(gather_into, out, x, rows), spans(x, rows, n_at_once)):
        pass
    return out


def spans(x: Array, rows: Array, n_at_once: int = 1) -> list[slice]:
    """Parts of ascending rows that may be gathered before they are let go of.

    Parameters
    ----------
    n_at_once
        How many parts are gathered at the same time.
    """
    height = max(1, SPAN_BYTES // n_at_once // x[:1].nbytes)
    borders = np.arange(int(rows[0]), int(rows[-1]) + height + 1, height)
    cuts = np.unique(np.searchsorted(rows, borders))
    return [slice(int(a), int(b)) for a, b in pairwise(cuts)]


def gather_into(out: Array, x: Array, rows: Array, part: slice) -> None:
    """Write a part of ascending rows of a mapped array into the same part of ``out``.

    Raises
    ------
    DataError
        If the file has become shorter.
    """
    behind = map_behind(x)
    assert behind is not None
    behind.check()
    np.take(x, rows[part], axis=0, out=out[part], mode="clip")
    origin = _address(x) - behind.address
    first, last = int(rows[part.start]), int(rows[part.stop - 1])
    behind.let_go(origin + first * x.strides[0], origin + (last + 1) * x.strides[0])


def n_pages_from_disk() -> int:
    """How often the process has waited for a page of a file so far; 0 where that is not told."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_majflt if resource else 0


def _address(x: Array) -> int:
    return int(x.__array_interface__["data"][0])


def _identity(descriptor: int) -> Identity:
    """What tells a file from others."""
    about = os.fstat(descriptor)
    return about.st_dev, about.st_ino
