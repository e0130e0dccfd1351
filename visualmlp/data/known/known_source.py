"""Sources whose files are downloaded, or put where they are found by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from visualmlp.data.dataset import Dataset
from visualmlp.data.known.fetch import install, lying_in
from visualmlp.data.known.keep import filling, unpack
from visualmlp.data.known.known_set import KnownSet, size_text
from visualmlp.data.source import Source, SourceSettings
from visualmlp.errors import DataError

Find = Callable[[Path], dict[str, Path]]
"""The files of a set in a folder, by the names under which they are kept; raises DataError if one
is missing."""


def known_source(
    known: KnownSet,
    *,
    name: str,
    title: str,
    description: str,
    files: str,
    find: Find,
    read: Callable[[Path], Dataset],
) -> Source:
    """Make the source of a set that can be downloaded.

    Parameters
    ----------
    files
        What to put into the folder by hand, for messages.
    find
        Quick; looks at names only.
    read
        Loads the set from a folder that has its files.
    """

    def is_complete(folder: Path) -> bool:
        try:
            return bool(find(folder))
        except (DataError, OSError):
            return False

    def problem() -> str:
        return "" if any(map(is_complete, known.folders)) else _missing_text(known, name, files)

    def load(settings: SourceSettings) -> Dataset:
        folder = next(filter(is_complete, known.folders), None)
        if folder is None:
            raise DataError(_missing_text(known, name, files))
        return read(folder)

    def adopt(folder: Path) -> Path:
        return _adopt(known, folder, find, read)

    return Source(
        name=name,
        title=title,
        kind="found",
        description=description,
        load=load,
        problem=problem,
        known=known,
        adopt=adopt,
    )


def _missing_text(known: KnownSet, name: str, files: str) -> str:
    searched = ", ".join(map(str, known.folders))
    return (
        f"{known.title} was not found in {searched}. Fetch it with: visualmlp data get {name} "
        f"({size_text(known.size)}). By hand: put {files} there, or into the folder {known.name} "
        "of another folder and name that one in VISUALMLP_DATA."
    )


def _adopt(known: KnownSet, folder: Path, find: Find, read: Callable[[Path], Dataset]) -> Path:
    if as_fetched := lying_in(folder, known):
        with filling(known.folder) as fresh:
            install(known, as_fetched, fresh)
        return known.folder
    files = find(folder)
    read(folder)
    if known.folder.exists() and known.folder.samefile(folder):
        return known.folder
    with filling(known.folder) as fresh:
        for kept_name, path in files.items():
            unpack(path, fresh / kept_name)
    return known.folder
