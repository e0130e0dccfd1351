"""MATLAB's files of version 5 to 7, as far as they hold arrays of numbers or of letters.

Source: The MathWorks, MAT-File Format. Read here rather than by SciPy, whose reader a damaged file
can bring down together with the program.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np

from visualmlp.data.dataset import Array
from visualmlp.data.large.bounded import too_long
from visualmlp.data.tables.text_file import check_regular
from visualmlp.errors import DataError

MAX_BYTES = 2**30
"""Of all that a file holds, unpacked; and of its arrays in their own types."""
MAX_DIMENSIONS = 32
CHUNK = 2**20

MATRIX, COMPRESSED = 14, 15
STORED = {
    1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8",
    16: "u1", 17: "u2", 18: "u4",
}  # fmt: skip
"""How numbers are stored, by the type of an element (16 to 18: letters)."""
CLASSES = {
    6: "f8", 7: "f4", 8: "i1", 9: "u1", 10: "i2", 11: "u2", 12: "i4", 13: "u4", 14: "i8", 15: "u8",
}  # fmt: skip
"""What they are in MATLAB, by the class of an array."""
CHARACTERS = 4
OTHERS = {1: "cell", 2: "struct", 3: "object", 5: "sparse", 16: "function", 17: "object"}
COMPLEX, LOGICAL = 0x800, 0x200


def read_mat(path: Path) -> dict[str, Array]:
    """The arrays of a file by the names of their variables; cells and structures are left out.

    Raises
    ------
    DataError
        If it is no such file, is damaged, too large or of version 7.3, or no variable is an array.
    """
    check_regular(path)
    arrays: dict[str, Array] = {}
    others: list[str] = []
    try:
        with path.open("rb") as stream:
            order = _byte_order(path, stream.read(128))
            left = MAX_BYTES
            for element in _matrices(path, stream, order):
                name, value, size = _variable(element, order, left)
                left -= size
                if left < 0:
                    raise too_long(path, MAX_BYTES)
                if isinstance(value, str):
                    others.append(f"{name[:40]} ({value})")
                else:
                    arrays[name] = value
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (ValueError, LookupError, struct.error, zlib.error) as error:
        raise DataError(f"{path} is a damaged MATLAB file ({error}): save it again.") from error
    except MemoryError as error:
        raise DataError(f"{path} does not fit into memory: use fewer samples.") from error
    if not arrays:
        raise _nothing(path, others)
    return arrays


def _byte_order(path: Path, head: bytes) -> str:
    if head.startswith((b"\x89HDF", b"MATLAB 7.3")):
        raise DataError(
            f"{path} is a MATLAB file of version 7.3 (HDF5), which is not read here: save it in "
            "MATLAB with save('name.mat', 'X', 'y', '-v7')."
        )
    if not head.startswith(b"MATLAB 5.0") or head[126:] not in (b"IM", b"MI"):
        raise DataError(f"{path} is no MATLAB file of version 5 to 7: save it with '-v7'.")
    return "<" if head[126:] == b"IM" else ">"


def _nothing(path: Path, others: list[str]) -> DataError:
    listed = ", ".join(others[:8]) or "nothing"
    return DataError(
        f"{path} holds no array of numbers, but {listed}: save X and y as variables of their own, "
        "and sparse ones with full(X)."
    )


# Elements


def _matrices(path: Path, stream: IO[bytes], order: str) -> Iterator[memoryview]:
    """The contents of the variables, unpacked."""
    left = MAX_BYTES
    size = path.stat().st_size
    while tag := stream.read(8):
        kind, count = struct.unpack(order + "II", tag)
        if count > size - stream.tell():
            raise ValueError("it ends too early")
        if count > left:
            raise too_long(path, MAX_BYTES)
        content = stream.read(count)
        if kind == COMPRESSED:
            content = _unpacked(path, content, left)
            left -= len(content)
            for inner, part in _elements(memoryview(content), order):
                if inner == MATRIX:
                    yield part
        elif kind == MATRIX:
            left -= count
            yield memoryview(content)


def _unpacked(path: Path, packed: bytes, limit: int) -> bytes:
    unpacker, parts, length = zlib.decompressobj(), [], 0
    while packed and not unpacker.eof:
        part = unpacker.decompress(packed, CHUNK)
        packed = unpacker.unconsumed_tail
        parts.append(part)
        length += len(part)
        if length > limit:
            raise too_long(path, MAX_BYTES)
    if not unpacker.eof:
        raise ValueError("a compressed variable ends too early")
    return b"".join(parts)


def _elements(view: memoryview, order: str) -> Iterator[tuple[int, memoryview]]:
    """Type and content of each element; short ones have both in their first 8 bytes."""
    start = 0
    while start < len(view):
        first, count = struct.unpack_from(order + "II", view, start)
        if first >> 16:
            kind, count, begin, next_start = first & 0xFFFF, first >> 16, start + 4, start + 8
        else:
            kind, begin = first, start + 8
            next_start = begin + count + (-count % 8)
        if (first >> 16 and count > 4) or begin + count > len(view):
            raise ValueError("an element ends too early")
        yield kind, view[begin : begin + count]
        start = next_start


# Variables


def _variable(view: memoryview, order: str, limit: int) -> tuple[str, Array | str, int]:
    """Name, array and its bytes; instead of an array its class, if it is no plain one."""
    elements = _elements(view, order)
    word = struct.unpack_from(order + "I", _next(elements)[1])[0]
    kind = word & 0xFF
    if kind not in CLASSES and kind != CHARACTERS:
        return _name(elements), OTHERS.get(kind, "object"), 0
    shape = _shape(_next(elements)[1], order)
    name = bytes(_next(elements)[1]).decode("latin-1")
    dtype = np.dtype("u4" if kind == CHARACTERS else CLASSES[kind])
    size = prod(shape) * (dtype.itemsize + 16 * bool(word & COMPLEX))
    if size > limit:
        return name, "too large", size
    values = _numbers(_next(elements), order, shape, dtype)
    if kind == CHARACTERS:
        return name, _texts(values), size
    if word & COMPLEX:
        real, values = values, np.empty(shape, np.complex128)
        values.real, values.imag = real, _numbers(_next(elements), order, shape, dtype)
    return name, values.astype(bool) if word & LOGICAL else values, size


def _next(elements: Iterator[tuple[int, memoryview]]) -> tuple[int, memoryview]:
    element = next(elements, None)
    if element is None:
        raise ValueError("a variable ends too early")
    return element


def _name(elements: Iterator[tuple[int, memoryview]]) -> str:
    """Of a structure or cell; an object of a newer kind has none here."""
    next(elements, None)
    return bytes(next(elements, (0, b""))[1]).decode("latin-1")


def _shape(content: memoryview, order: str) -> tuple[int, ...]:
    shape = tuple(np.frombuffer(content, order + "i4").tolist())
    if not 2 <= len(shape) <= MAX_DIMENSIONS or min(shape) < 0:
        raise ValueError("an array without a shape")
    return shape


def _numbers(
    element: tuple[int, memoryview], order: str, shape: tuple[int, ...], dtype: np.dtype[Any]
) -> Array:
    if element[0] not in STORED:
        raise ValueError("an array without numbers")
    stored = np.frombuffer(element[1], order + STORED[element[0]])
    if stored.size != prod(shape):
        raise ValueError(f"{stored.size:,} numbers for an array of shape {shape}")
    return stored.astype(dtype, copy=False).reshape(shape, order="F")


def _texts(codes: Array) -> Array:
    """The rows of letters as texts."""
    if not codes.size:  # there may be millions of them: a count without letters takes no room
        return np.empty(0, np.str_)
    rows = codes.reshape(len(codes), -1)
    if codes.max() > 0x10FFFF or ((codes >= 0xD800) & (codes < 0xE000)).any():
        raise ValueError("letters that are none")
    return np.array(["".join(map(chr, row)).strip() for row in rows.tolist()], np.str_)
