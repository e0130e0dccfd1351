"""Putting files into a folder so that only whole ones are ever there."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from visualmlp.errors import DataError

CHUNK = 2**20
MAX_CONTENT = 2**30
"""Bytes that one packed file may become, against files that would fill the disk."""
GZIP = b"\x1f\x8b"
DAMAGE = (
    gzip.BadGzipFile,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
"""What reading a damaged archive raises; the last two for methods and passwords it cannot have."""


@contextmanager
def filling(folder: Path) -> Iterator[Path]:
    """Give an empty folder; what is in it at the end moves into ``folder``, which is made.

    Where something fails before, nothing is moved. A folder that was not there appears at once
    with all its files.

    Raises
    ------
    DataError
        If a file cannot be written.
    """
    with explained(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as name:
            fresh = Path(name) / folder.name
            fresh.mkdir()
            yield fresh
            if not folder.exists():
                fresh.rename(folder)
                return
            for path in fresh.iterdir():
                path.replace(folder / path.name)


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Explain a full disk, or a folder where nothing can be written.

    Raises
    ------
    DataError
        In place of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise DataError(
            f"{folder} cannot be written: {error.strerror or error}. Make room, or choose a folder "
            "that is yours."
        ) from error


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unpack(source: Path, target: Path) -> None:
    """Copy a file; where it is gzipped, its content.

    Raises
    ------
    DataError
        If it is damaged, or its content larger than ``MAX_CONTENT``.
    """
    with source.open("rb") as raw, damage_told(source):
        is_zipped = raw.peek(2)[:2] == GZIP
        _copy(gzip.GzipFile(fileobj=raw) if is_zipped else raw, target, source)


def extract(archive: Path, names: Sequence[str], folder: Path) -> None:
    """Take gzipped members out of a zip archive, as their content, without the ending ``.gz``.

    The folders of the archive do not matter, and no name is taken from it: nothing can be written
    outside of ``folder``.

    Raises
    ------
    DataError
        If the archive is damaged or lacks a member, or one is larger than ``MAX_CONTENT``.
    """
    with damage_told(archive), zipfile.ZipFile(archive) as opened:
        entries = opened.infolist()
        found = {PurePosixPath(entry.filename).name: entry for entry in entries}
        if missing := [name for name in names if name not in found]:
            raise DataError(f"{archive} lacks {', '.join(missing)}: that is not the set.")
        for name in names:
            with opened.open(found[name]) as member:
                content = gzip.GzipFile(fileobj=member)
                _copy(content, folder / name.removesuffix(".gz"), archive)


@contextmanager
def damage_told(path: Path) -> Iterator[None]:
    """Explain a damaged packed file.

    Raises
    ------
    DataError
        In place of what the standard library raises.
    """
    try:
        yield
    except DAMAGE as error:
        raise DataError(f"{path} is damaged ({error}): fetch it again.") from error


def _copy(stream: io.BufferedIOBase, target: Path, source: Path) -> None:
    left = MAX_CONTENT
    with target.open("wb") as out:
        while chunk := stream.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise DataError(
                    f"{source} holds more than {MAX_CONTENT:,} bytes: that is not the set."
                )
            out.write(chunk)
