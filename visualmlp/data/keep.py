"""Putting files into a folder so that only whole ones are ever there."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from visualmlp.errors import DataError

CHUNK = 2**20


@contextmanager
def filling(folder: Path) -> Iterator[Path]:
    """Give an empty folder; what is in it at the end moves into ``folder``, which is made.

    Where something fails before, nothing is moved.

    Raises
    ------
    DataError
        If a file cannot be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as name:
            fresh = Path(name)
            yield fresh
            folder.mkdir(exist_ok=True)
            for path in fresh.iterdir():
                path.replace(folder / path.name)
    except OSError as error:
        raise DataError(
            f"{folder} cannot be written: {error.strerror or error}. Make room, or choose a folder "
            "that is yours."
        ) from error


def unpack(source: Path, target: Path, limit: int) -> str:
    """Copy a file, gzipped or not, as its plain content.

    Parameters
    ----------
    limit
        Bytes of content to copy at most, against files that would fill the disk.

    Returns
    -------
    SHA-256 of what was copied, in hexadecimal; of a damaged file it is that of its readable part.
    """
    sha, left = hashlib.sha256(), limit
    with source.open("rb") as raw:
        is_zipped = raw.peek(2)[:2] == b"\x1f\x8b"
        stream = gzip.GzipFile(fileobj=raw) if is_zipped else raw
        with target.open("wb") as out:
            try:
                while left and (chunk := stream.read(min(CHUNK, left))):
                    out.write(chunk)
                    sha.update(chunk)
                    left -= len(chunk)
            except (EOFError, zlib.error, gzip.BadGzipFile):
                return sha.hexdigest()
    return sha.hexdigest()
