"""IDX files, the format of MNIST: read, gzipped or not.

A file is two zero bytes, a type code, the number of dimensions, each dimension as a big-endian
32-bit number, then the values. Source: http://yann.lecun.com/exdb/mnist/ (as archived).
"""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np

from visualmlp.data.dataset import Array
from visualmlp.data.large.mapped import MAPPED_FROM, map_array
from visualmlp.errors import DataError

DTYPES = {0x08: "u1", 0x09: "i1", 0x0B: "i2", 0x0C: "i4", 0x0D: "f4", 0x0E: "f8"}
MAX_DIMENSIONS = 8
MAX_BYTES = 4 * 2**30
DEFLATE_LIMIT = 1032
"""A byte of deflated data cannot inflate to more than this many (zlib, technical details)."""
CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class _IdxFile:
    """An open IDX file behind its header, which has been found plausible."""

    path: Path
    stream: io.BufferedIOBase
    dtype: np.dtype[np.generic]
    shape: tuple[int, ...]

    @property
    def start(self) -> int:
        """Place of the first value."""
        return 4 + 4 * len(self.shape)

    @property
    def n_bytes(self) -> int:
        """Of all values."""
        return prod(self.shape) * self.dtype.itemsize

    @property
    def may_be_mapped(self) -> bool:
        """Whether it is large, and can be used as it is."""
        is_zipped = isinstance(self.stream, gzip.GzipFile)
        return not is_zipped and self.dtype.itemsize == 1 and self.n_bytes >= MAPPED_FROM

    def read_into(self, out: Array) -> None:
        """Fill ``out`` and make sure that the file, and its checksum if it has one, end there."""
        view = out.reshape(-1).view(np.uint8).data
        done = 0
        while done < len(view):
            count = self.stream.readinto(view[done : done + CHUNK])
            if not count:
                raise _damaged(self.path, f"ends after {done:,} of {len(view):,} bytes of values")
            done += count
        if self.stream.read(1):
            raise _goes_on(self.path, len(view))
        if self.dtype.byteorder == ">":
            out.byteswap(inplace=True)


def read_idx(path: Path | str) -> Array:
    """Read one IDX file.

    Returns
    -------
    The values in the machine's byte order, in the shape and type that the file gives.

    Raises
    ------
    DataError
        If the file is missing, damaged, or not an IDX file.
    """
    return read_stacked([Path(path)])[0]


def read_stacked(paths: Sequence[Path]) -> tuple[Array, tuple[int, ...]]:
    """Read IDX files of the same kind into one array, one file under the other.

    A single large file of bytes that is not gzipped stays in its file, as a read-only map.

    Returns
    -------
    The array, shape (n_1 + n_2 + …, …), and the number of rows of each file.

    Raises
    ------
    DataError
        As ``read_idx``, or if the files hold samples of different shapes or types.
    """
    with ExitStack() as stack:
        files = [stack.enter_context(_open(path)) for path in paths]
        first = files[0]
        for file in files[1:]:
            if (file.shape[1:], file.dtype) != (first.shape[1:], first.dtype):
                raise DataError(f"{file.path} holds samples of another kind than {first.path}.")
        rows = tuple(file.shape[0] for file in files)
        if len(files) == 1 and first.may_be_mapped:
            return map_array(first.path, first.dtype, first.shape, first.start), rows
        for file in files:
            _check_memory(file.path, file.n_bytes)
        out = np.empty((sum(rows), *first.shape[1:]), first.dtype.newbyteorder("="))
        start = 0
        for file, count in zip(files, rows, strict=True):
            with _explained(file.path):
                file.read_into(out[start : start + count])
            start += count
    return out, rows


@contextmanager
def _open(path: Path) -> Iterator[_IdxFile]:
    with _explained(path), _open_file(path) as raw:
        zipped = raw.peek(2)[:2] == b"\x1f\x8b"
        size = os.fstat(raw.fileno()).st_size
        stream = gzip.GzipFile(fileobj=raw) if zipped else raw
        dtype, shape = _read_header(stream, path)
        header = 4 + 4 * len(shape)
        announced = prod(shape) * dtype.itemsize
        _check_size(path, announced, DEFLATE_LIMIT * size if zipped else size - header)
        if not zipped and size - header > announced:
            raise _goes_on(path, announced)
        yield _IdxFile(path, stream, dtype, shape)


def _open_file(path: Path) -> io.BufferedReader:
    if not path.is_file():
        raise DataError(f"{path} is no file: check the name, or fetch the file.")
    return path.open("rb")


def _read_header(
    stream: io.BufferedIOBase, path: Path
) -> tuple[np.dtype[np.generic], tuple[int, ...]]:
    magic = stream.read(4)
    if not magic:
        raise _damaged(path, "is empty")
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise DataError(f"{path} is not an IDX file: it begins with the bytes {magic.hex(' ')}.")
    code, n_dimensions = magic[2:]
    if code not in DTYPES:
        raise DataError(f"{path} is not an IDX file: {code:#04x} is no type code of the format.")
    if not 1 <= n_dimensions <= MAX_DIMENSIONS:
        raise DataError(f"{path} announces {n_dimensions} dimensions: 1 to {MAX_DIMENSIONS} work.")
    sizes = stream.read(4 * n_dimensions)
    if len(sizes) < 4 * n_dimensions:
        raise _damaged(path, "ends inside its header")
    return np.dtype(f">{DTYPES[code]}"), tuple(np.frombuffer(sizes, ">u4").tolist())


def _check_size(path: Path, announced: int, possible: int) -> None:
    """Refuse impossible sizes before any memory is taken."""
    if announced == 0:
        raise DataError(f"{path} announces no values: there is nothing to learn from.")
    if announced > possible:
        raise _damaged(path, f"announces {announced:,} bytes of values but is too short for them")


def _check_memory(path: Path, announced: int) -> None:
    if announced > MAX_BYTES:
        raise DataError(f"{path} holds {announced:,} bytes: at most {MAX_BYTES:,} fit.")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(path, f"is a damaged gzip file ({error})") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    except MemoryError as error:
        raise DataError(f"{path} does not fit into memory: use fewer samples.") from error


def _goes_on(path: Path, announced: int) -> DataError:
    return _damaged(path, f"goes on after the {announced:,} bytes that it announces")


def _damaged(path: Path, what: str) -> DataError:
    return DataError(f"{path} {what}: fetch it again.")
