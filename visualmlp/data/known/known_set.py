"""What is known of a data set that can be downloaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from visualmlp import paths


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file as it lies on its servers.

    Parameters
    ----------
    size
        Bytes of the file; for progress, and to refuse early what is far from it.
    sha256
        Of exactly these bytes, in hexadecimal; nothing else is ever taken.
    """

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class KnownSet:
    """Files to fetch, each as ``<mirror><name>``; the mirrors are tried in their order.

    Parameters
    ----------
    name
        Of the folder below the folders for data.
    origin, licence
        Who made the data, and on which terms they may be used.
    members
        Names of the gzipped files to take out of the archive that is fetched; without them every
        file is taken. What is gzipped is unpacked.
    """

    name: str
    title: str
    files: tuple[KnownFile, ...]
    mirrors: tuple[str, ...]
    origin: str
    licence: str
    members: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes to fetch."""
        return sum(file.size for file in self.files)

    @property
    def folder(self) -> Path:
        """Where a download puts the files."""
        return paths.user_data() / self.name

    @property
    def folders(self) -> list[Path]:
        """Where the files are looked for."""
        return [folder / self.name for folder in paths.data_folders()]


def size_text(n_bytes: int) -> str:
    """A size to read: "31 MB"."""
    return f"{max(1, round(n_bytes / 1e6)):,} MB"
