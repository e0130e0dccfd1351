"""NumPy's own files: ``.npy`` with one array, ``.npz`` with several. No pickles within them."""

from __future__ import annotations

import ast
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np

from visualmlp.data.dataset import Array
from visualmlp.data.large.mapped import MAPPED_FROM, map_array
from visualmlp.data.tables.text_file import check_regular, explained
from visualmlp.errors import DataError

MAX_BYTES = 4 * 2**30
"""Of all arrays that are taken into memory."""
MAX_MEMBERS = 1000
MAX_HEADER, MAX_DIMENSIONS = 10_000, 32
CHUNK = 2**22

MAGIC = b"\x93NUMPY"
PLAIN = re.compile(r"[<>|=]?([biufc?]\d{0,2}|[SU][1-9]\d{0,5})")
"""Types of numbers and texts; not of texts without letters, which NumPy gives one each."""

Header = tuple[tuple[int, ...], bool, np.dtype[Any]]
"""Shape, whether in Fortran's order, and type."""


def read_npy(path: Path) -> Array:
    """The array of a file; a large one stays in the file as a read-only memory map.

    Raises
    ------
    DataError
        If it is no such file, is damaged, or holds objects.
    """
    check_regular(path)
    with _explained(path), path.open("rb") as stream:
        header = _header(path, path.name, stream)
        start = stream.tell()
        left = path.stat().st_size - start
        if _size(header) != left or not left:
            raise _wrong_size(path, path.name, header, left)
        if left < MAPPED_FROM:
            return _read(path, path.name, stream, header)
    shape, is_fortran, dtype = header
    if left > MAX_BYTES and (is_fortran or not dtype.isnative):
        raise DataError(
            f"{path} is too large to be put in order in memory: save it with "
            "np.ascontiguousarray(x), in the byte order of this machine."
        )
    with _explained(path):
        return map_array(path, dtype, shape, start, "F" if is_fortran else "C")


def read_npz(path: Path) -> dict[str, Array]:
    """The arrays of a file by their names, what holds objects or records left out.

    Raises
    ------
    DataError
        If it is no such file, is damaged or too large, or there is no array in it.
    """
    check_regular(path)
    with _explained(path), zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if member.filename.endswith(".npy")]
        if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_BYTES:
            raise DataError(
                f"{path} holds more than {MAX_MEMBERS:,} arrays or {MAX_BYTES:,} bytes: save "
                "fewer samples, or a single array as .npy, which is read as it is needed."
            )
        arrays, refusals = {}, []
        for member in members:
            try:
                arrays[member.filename.removesuffix(".npy")] = _member(path, archive, member)
            except _ObjectsError as refusal:
                refusals.append(refusal)
    if not arrays:
        raise refusals[0] if refusals else DataError(f"{path} holds no array: choose another file.")
    return arrays


class _ObjectsError(DataError):
    """An array that holds what are no numbers or texts."""


def _member(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Array:
    with archive.open(member) as stream:
        header = _header(path, member.filename, stream)
        left = member.file_size - stream.tell()
        if _size(header) != left:
            raise _wrong_size(path, member.filename, header, left)
        return _read(path, member.filename, stream, header)


def _header(path: Path, name: str, stream: IO[bytes]) -> Header:
    """Read the header: NumPy's own reader is made for files that can be trusted.

    Source: NumPy Enhancement Proposal 1, a simple file format for arrays.
    """
    magic, version = stream.read(6), stream.read(2)
    if magic != MAGIC or version[:1] not in (b"\1", b"\2", b"\3"):
        raise ValueError("it does not begin as one")
    length = int.from_bytes(stream.read(2 if version[:1] == b"\1" else 4), "little")
    text = stream.read(min(length, MAX_HEADER + 1))
    if len(text) < length or length > MAX_HEADER:
        raise ValueError("its header is cut off or too long")
    described = ast.literal_eval(text.decode("latin-1").strip())
    kind, shape = described["descr"], described["shape"]
    if not isinstance(kind, str) or not PLAIN.fullmatch(kind):
        raise _objects(path, name, f"an array of type {kind}"[:80])
    if len(shape) > MAX_DIMENSIONS or not all(type(n) is int and n >= 0 for n in shape):
        raise ValueError(f"an array of shape {shape}"[:80])
    return tuple(shape), described["fortran_order"] is True, np.dtype(kind)


def _objects(path: Path, name: str, what: str) -> _ObjectsError:
    return _ObjectsError(
        f"{path}: {name} is {what}: only numbers and texts are read. Convert it, as with "
        "array.astype(float), and save it again."
    )


def _size(header: Header) -> int:
    shape, _, dtype = header
    return prod(shape) * dtype.itemsize


def _read(path: Path, name: str, stream: IO[bytes], header: Header) -> Array:
    shape, is_fortran, dtype = header
    out = np.empty(prod(shape), dtype)
    view: Any = out.view(np.uint8).data if out.nbytes else memoryview(b"")
    done = 0
    while done < len(view) and (part := stream.read(min(CHUNK, len(view) - done))):
        view[done : done + len(part)] = part
        done += len(part)
    if done < len(view):
        raise _wrong_size(path, name, header, done)
    if stream.read(1):  # reaches the end, where a zip file's checksum is compared
        raise ValueError("it goes on after its end")
    return out.reshape(shape, order="F" if is_fortran else "C")


def _wrong_size(path: Path, name: str, header: Header, found: int) -> DataError:
    return DataError(
        f"{path}: {name} announces {_size(header):,} bytes of values but has {found:,}: fetch or "
        "save it again."
    )


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        with explained(path):
            yield
    except (ValueError, TypeError, LookupError, SyntaxError, RecursionError) as error:
        raise DataError(f"{path} is no NumPy file ({str(error)[:80]}): choose another.") from error
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise DataError(f"{path} is a damaged zip file ({error}): fetch it again.") from error
    except (MemoryError, OverflowError) as error:
        raise DataError(f"{path} does not fit into memory: use fewer samples.") from error
