"""Downloading the data sets that are too large to come with the program."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage, rmtree

from visualmlp import paths
from visualmlp.data.known.file_lock import locked
from visualmlp.data.known.keep import digest, explained, extract, filling, unpack
from visualmlp.data.known.known_set import KnownFile, KnownSet, size_text
from visualmlp.data.known.transfer import TransferError, fetch_file
from visualmlp.errors import DataError

PARTS = ".parts"
"""Folder for what has come so far, beside those of the sets."""
LOCK_SECONDS = 30.0
"""How long to wait for another download of the same set."""

Report = Callable[[int, int], None]
"""Is told the bytes that are there and all there will be; may raise to stop the download."""


def download(known: KnownSet, report: Report = lambda done, total: None) -> Path:
    """Fetch a known set into the user's data folder, where its source finds it.

    Every file is checked by its SHA-256; the set appears when all of it is there. What has come
    when the download stops, in whatever way, is kept, and the next one goes on from there. A file
    that lies in the set's folder already, as it is on the servers, is not fetched.

    Returns
    -------
    The folder with the files.

    Raises
    ------
    DataError
        If no mirror has a good file, or the files cannot be written; the text says where to put
        the files by hand.
    Exception
        What ``report`` raises.
    """
    parts = paths.user_data() / PARTS / known.name
    report(0, known.size)
    with explained(known.folder):
        parts.parent.mkdir(parents=True, exist_ok=True)
        with _alone(known, report):
            parts.mkdir(exist_ok=True)
            fetched = _fetch_all(known, parts, report)
            with filling(known.folder) as fresh:
                install(known, fetched, fresh)
            rmtree(parts, ignore_errors=True)
    report(known.size, known.size)
    return known.folder


def install(known: KnownSet, files: list[Path], folder: Path) -> None:
    """Put the files of a set, as they are on the servers, into a folder in the form to be read.

    Raises
    ------
    DataError
        If one is damaged.
    """
    for file, path in zip(known.files, files, strict=True):
        if known.members:
            extract(path, known.members, folder)
        else:
            unpack(path, folder / file.name.removesuffix(".gz"))


def lying_in(folder: Path, known: KnownSet) -> list[Path] | None:
    """The files of a set as they are on the servers, if a folder has them all."""
    found = [folder / file.name for file in known.files]
    return found if all(map(_is_there, found, known.files)) else None


def kept_bytes(known: KnownSet) -> int:
    """How much of a download that was stopped is there already."""
    parts = paths.user_data() / PARTS / known.name
    return sum(path.stat().st_size for path in parts.glob("*.part")) if parts.is_dir() else 0


def _fetch_all(known: KnownSet, parts: Path, report: Report) -> list[Path]:
    fetched: list[Path] = []
    before = 0
    _check_room(known, parts)
    for file in known.files:
        by_hand = (folder / file.name for folder in known.folders)
        path = next((path for path in by_hand if _is_there(path, file)), None)
        fetched.append(path or _fetch(known, file, parts, before, report))
        before += file.size
    return fetched


def _fetch(known: KnownSet, file: KnownFile, parts: Path, before: int, report: Report) -> Path:
    part = parts / f"{file.name}.part"

    def tell(n_bytes: int) -> None:
        report(before + min(n_bytes, file.size), known.size)

    try:
        fetch_file(file, known.mirrors, part, tell)
    except TransferError as error:
        raise DataError(_failure_text(known, str(error))) from error
    return part


def _failure_text(known: KnownSet, reasons: str) -> str:
    names = ", ".join(file.name for file in known.files)
    have = kept_bytes(known)
    kept = f" The {size_text(have)} that have come are kept." if have > 2**19 else ""
    return (
        f"{known.title} could not be downloaded ({reasons}).{kept} Try again later. Without a "
        f"connection: get {names} from {known.mirrors[0]} in another way, put what you have into "
        f"{known.folder} and try again; what lies there is not fetched."
    )


def _is_there(path: Path, file: KnownFile) -> bool:
    return path.is_file() and path.stat().st_size < 2 * file.size and digest(path) == file.sha256


def _check_room(known: KnownSet, parts: Path) -> None:
    needed, free = known.size - kept_bytes(known), disk_usage(parts).free
    if needed > free:
        raise DataError(
            f"{known.title} needs {size_text(needed)} in {parts.parent.parent}, where "
            f"{size_text(free)} are free: make room."
        )


@contextmanager
def _alone(known: KnownSet, report: Report) -> Iterator[None]:
    """Let no two downloads write into the same parts."""
    began = time.monotonic()

    def wait() -> None:
        report(0, known.size)
        if time.monotonic() - began > LOCK_SECONDS:
            raise DataError(
                f"{known.title} is being downloaded already, in another window or by another "
                "program: wait for it, or stop it there."
            )

    with locked(paths.user_data() / PARTS / f"{known.name}.lock", wait):
        yield
