"""The opcodes of pickles, and how their arguments are read: as data, nothing is run.

``pickletools`` describes each opcode and reads most arguments. Counted ones are read here, so that
a count that the file cannot hold takes no memory, and so are texts of Python 2, which hold bytes.
"""

from __future__ import annotations

import codecs
import io
import pickletools
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

Stream: TypeAlias = io.BufferedReader

MAX_OPCODES = 5_000_000
"""Lists of single numbers take one each: 5 million numbers, some hundred MB as objects of Python.
Arrays take a few dozen whatever their size."""
MAX_INTEGER = 1024
"""Bytes of an integer."""
MAX_WIDE_TEXT = 2**20
"""Bytes of a text whose letters need more than a byte each in memory."""
CHUNK = 2**22

WIDE = re.compile(rb"\\u(?!00)|\\U")
"""An escaped letter beyond 255."""
ESCAPED = re.compile(
    rb"(?:[^\\]++|\\(?:[\\'\"abfnrtv]|x[0-9a-fA-F]{2}|[0-3]?[0-7]{1,2}))*+", re.DOTALL
)
"""A text of Python 2 with whole escapes."""
LATIN1 = bytes(range(0xC4))
"""Bytes of UTF-8 text in which all letters are below 256."""


def opcodes(stream: Stream) -> Iterator[tuple[bytes, Any]]:
    """Codes and arguments of a pickle, the last one being that of STOP.

    Raises
    ------
    ValueError
        If it ends before, or holds what is no opcode; other errors of ``pickletools`` may come.
    """
    for _ in range(MAX_OPCODES):
        code = stream.read(1)
        if code not in NAMES:
            raise ValueError(f"{code.hex()} is no opcode" if code else "it ends too early")
        reader = READERS.get(code)
        yield code, reader(stream) if reader else None
        if code == b".":
            return
    raise ValueError(f"more than {MAX_OPCODES:,} steps: save arrays, not lists of numbers")


def _counted(width: int, make: Callable[[bytes], Any]) -> Callable[[Stream], Any]:
    """A reader of a little-endian count of bytes, and the bytes."""
    return lambda stream: make(_exactly(stream, int.from_bytes(_exactly(stream, width), "little")))


def _exactly(stream: Stream, count: int) -> bytes:
    if count <= CHUNK:
        content = stream.read(count)
    else:  # bit by bit: the file may be shorter than it says
        parts = bytearray()
        while len(parts) < count and (part := stream.read(min(CHUNK, count - len(parts)))):
            parts += part
        content = bytes(parts)
    if len(content) < count:
        raise ValueError("it ends too early")
    return content


def _text(content: bytes) -> str:
    if len(content) > MAX_WIDE_TEXT and content.translate(None, LATIN1):
        raise ValueError(f"a text of {len(content):,} bytes")
    return str(content, "utf-8", "surrogatepass")


def _raw_text(stream: Stream) -> str:
    line = _line(stream)
    if len(line) > MAX_WIDE_TEXT and WIDE.search(line):
        raise ValueError(f"a text of {len(line):,} bytes")
    return str(line, "raw-unicode-escape")


def _old_text(stream: Stream) -> str:
    """A quoted text of Python 2; its bytes become the letters 0 to 255."""
    line = _line(stream).strip()
    if len(line) < 2 or line[:1] not in (b"'", b'"') or line[-1:] != line[:1]:
        raise ValueError("a text without quotes")
    if not ESCAPED.fullmatch(line):
        raise ValueError("a text with an escape that is none")
    return codecs.escape_decode(line[1:-1])[0].decode("latin-1")


def _names(stream: Stream) -> str:
    """A module and a name in it, with a space between them."""
    return f"{_name(stream)} {_name(stream)}"


def _name(stream: Stream) -> str:
    return _line(stream).decode("utf-8")


def _line(stream: Stream) -> bytes:
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise ValueError("it ends too early")
    return line[:-1]


def _integer(content: bytes) -> int:
    if len(content) > MAX_INTEGER:
        raise ValueError(f"an integer of {len(content):,} bytes")
    return int.from_bytes(content, "little", signed=True)


def _latin1(content: bytes) -> str:
    return content.decode("latin-1")


NAMES: dict[bytes, str] = {op.code.encode("latin-1"): op.name for op in pickletools.opcodes}

READERS: dict[bytes, Callable[[Stream], Any]] = {
    op.code.encode("latin-1"): op.arg.reader for op in pickletools.opcodes if op.arg
} | {
    b"B": _counted(4, bytes),
    b"\x8e": _counted(8, bytes),
    b"\x96": _counted(8, bytes),
    b"X": _counted(4, _text),
    b"\x8d": _counted(8, _text),
    b"T": _counted(4, _latin1),
    b"\x8b": _counted(4, _integer),
    b"S": _old_text,
    b"c": _names,
    b"i": _names,
    b"P": _name,
    b"V": _raw_text,
}
