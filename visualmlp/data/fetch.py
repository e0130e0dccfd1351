"""Downloading the data sets that are too large to come with the program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from visualmlp import paths
from visualmlp.data.keep import filling, unpack
from visualmlp.errors import DataError
from visualmlp.registry import Registry

CHUNK = 2**15
TIMEOUT = (10.0, 20.0)
"""Seconds to wait for a connection, and for the next bytes."""
SLACK = 1024
"""Bytes by which a packed file may be longer than its content."""

Progress = Callable[[int, int], None]
"""Is told the bytes that are there, and all there will be."""


class DownloadCancelledError(DataError):
    """The user cancelled a download."""


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file as it is after unpacking: ``size`` bytes with that hash; ``packed_size`` to fetch."""

    name: str
    size: int
    packed_size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class KnownSet:
    """Files to fetch, each as ``<mirror><name>.gz``; the mirrors are tried in their order."""

    name: str
    title: str
    files: tuple[KnownFile, ...]
    mirrors: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Where the source looks for the files."""
        return paths.user_data() / self.name


KNOWN_SETS: Registry[KnownSet] = Registry("data set to download")

KNOWN_SETS.add(
    KnownSet(
        "mnist",
        "MNIST",
        (
            KnownFile(
                "train-images-idx3-ubyte",
                47_040_016,
                9_912_422,
                "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            ),
            KnownFile(
                "train-labels-idx1-ubyte",
                60_008,
                28_881,
                "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            ),
            KnownFile(
                "t10k-images-idx3-ubyte",
                7_840_016,
                1_648_877,
                "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            ),
            KnownFile(
                "t10k-labels-idx1-ubyte",
                10_008,
                4_542,
                "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
            ),
        ),
        (
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ),
    )
)


def download(
    name: str,
    progress: Progress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Path:
    """Fetch a known set into the user's data folder, where its source finds it.

    Every file is checked by the SHA-256 of its content; only a complete set is put there.

    Parameters
    ----------
    name
        A name of ``KNOWN_SETS``.
    cancelled
        Asked at every few bytes whether to stop.

    Returns
    -------
    The folder with the files, unpacked.

    Raises
    ------
    UnknownNameError
        If there is no such set.
    DownloadCancelledError
        If ``cancelled`` said so.
    DataError
        If no mirror has a good file; the text says where to put the files by hand.
    """
    known = KNOWN_SETS[name]
    total = sum(file.packed_size for file in known.files)
    done = 0
    with filling(known.folder) as folder:
        for file in known.files:
            sink = _Sink(folder / f"{file.name}.part", file.size, done, total, progress, cancelled)
            _fetch(known, file, sink)
            done += file.packed_size
        progress(total, total)
    return known.folder


def _fetch(known: KnownSet, file: KnownFile, sink: _Sink) -> None:
    """Get one file from the first mirror that has it whole."""
    reasons = []
    for mirror in known.mirrors:
        try:
            sink.receive(f"{mirror}{file.name}.gz")
            digest = unpack(sink.path, sink.path.with_name(file.name), file.size + 1)
            sink.path.unlink()
        except OSError as error:
            reasons.append(f"{urlsplit(mirror).hostname}: {_reason(error)}")
            continue
        if digest == file.sha256:
            return
        reasons.append(f"{urlsplit(mirror).hostname}: {file.name} is damaged there")
    names = ", ".join(file.name for file in known.files)
    raise DataError(
        f"{known.title} could not be downloaded ({'; '.join(reasons)}). Try again later, or put "
        f"{names} (with or without .gz) into {known.folder} by hand."
    )


def _reason(error: OSError) -> str:
    """Why a mirror failed, in few words; the errors of requests are OSErrors, too."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"the server answers {response.status_code}"
    return error.strerror or "no connection"


@dataclass(slots=True)
class _Sink:
    """What a downloader writes to: keeps the bytes, tells the progress, heeds the cancelling."""

    path: Path
    size: int
    before: int
    total: int
    progress: Progress
    cancelled: Callable[[], bool]
    received: int = 0

    def receive(self, url: str) -> None:
        """Fetch a file, from its beginning."""
        from pooch import HTTPDownloader

        self.received = 0
        self.path.write_bytes(b"")
        self.write(b"")
        HTTPDownloader(chunk_size=CHUNK, timeout=TIMEOUT)(url, self, None)

    def write(self, chunk: bytes) -> None:
        """Take the next bytes of the file."""
        if self.cancelled():
            raise DownloadCancelledError("The download was cancelled; nothing was kept.")
        with self.path.open("ab") as file:
            file.write(chunk)
        self.received += len(chunk)
        if self.received > self.size + SLACK:
            raise OSError(None, "sends more than it should")
        self.progress(min(self.before + self.received, self.total), self.total)

    def flush(self) -> None:
        """Downloaders call it after each ``write``, which has already kept the bytes."""
