"""What a file is by its first bytes, where its name does not say it."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Literal

Kind = Literal[
    "npy", "zip", "matlab", "pickle", "parquet", "idx", "picture", "text", "empty", "unknown"
]

MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"\x93NUMPY", "npy"),
    (b"PK\x03\x04", "zip"),
    (b"MATLAB ", "matlab"),
    (b"\x89HDF", "matlab"),
    (b"PAR1", "parquet"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"BM", "picture"),
    (b"(dp", "pickle"),
    (b"(lp", "pickle"),
    (b"((", "pickle"),
    (b"(cnumpy", "pickle"),
    (b"cnumpy", "pickle"),
    *((bytes([0x80, protocol]), "pickle") for protocol in range(2, 6)),
    *((bytes([0, 0, code]), "idx") for code in range(0x08, 0x0F)),
)
HEAD = 2048


def kind_of(path: Path) -> Kind:
    """What a file is, also within gzip; ``unknown`` if it cannot be opened."""
    try:
        if not path.is_file():
            return "unknown"
        with path.open("rb") as stream:
            head = stream.read(HEAD)
    except (OSError, ValueError):
        return "unknown"
    if head.startswith(b"\x1f\x8b"):
        head = _unzipped(head)
    if not head:
        return "empty"
    for magic, kind in MAGIC:
        if head.startswith(magic):
            return kind
    return "text" if b"\0" not in head or head[:2] in (b"\xff\xfe", b"\xfe\xff") else "unknown"


def _unzipped(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(head, HEAD)
    except zlib.error:
        return b""
