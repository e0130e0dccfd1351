"""Files of the user's as streams of bytes: unpacked if gzipped, and never longer than a limit."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from visualmlp.data.tables.text_file import check_regular
from visualmlp.errors import DataError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

GZIP = b"\x1f\x8b"


class _Limited(io.RawIOBase):
    """A stream that refuses to give more than so many bytes."""

    def __init__(self, path: Path, stream: IO[bytes] | gzip.GzipFile, limit: int) -> None:
        super().__init__()
        self._path, self._stream, self._limit, self._left = path, stream, limit, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        count = int(self._stream.readinto(buffer) or 0)  # type: ignore[union-attr]
        self._left -= count
        if self._left < 0:
            raise too_long(self._path, self._limit)
        return count


@contextmanager
def open_bounded(path: Path, limit: int) -> Iterator[io.BufferedReader]:
    """Open a plain file to read at most ``limit`` bytes of content, gzipped or not.

    Raises
    ------
    DataError
        If it is no plain file or cannot be read; while reading also if it is damaged or too long.
    """
    check_regular(path)
    with _explained(path), path.open("rb") as raw:
        is_zipped = raw.peek(2)[:2] == GZIP
        if not is_zipped and os.fstat(raw.fileno()).st_size > limit:
            raise too_long(path, limit)
        stream = gzip.GzipFile(fileobj=raw) if is_zipped else raw
        yield io.BufferedReader(_Limited(path, stream, limit), 2**16)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path} is a damaged gzip file ({error}): fetch it again.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error


def too_long(path: Path, limit: int) -> DataError:
    """What to say of a file with more than ``limit`` bytes."""
    return DataError(f"{path} holds more than {limit:,} bytes: use fewer samples.")
