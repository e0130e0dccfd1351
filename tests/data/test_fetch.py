"""Downloads from servers on this machine; never from the network."""

from __future__ import annotations

import gzip
import hashlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from visualmlp import paths
from visualmlp.data import fetch
from visualmlp.data.fetch import KNOWN_SETS, DownloadCancelledError, KnownFile, KnownSet, download
from visualmlp.errors import DataError, UnknownNameError

CONTENTS = {"one-idx3-ubyte": bytes(range(256)) * 2000, "two-idx1-ubyte": b"two" * 10_000}
PACKED = {name: gzip.compress(content) for name, content in CONTENTS.items()}
TOTAL = sum(map(len, PACKED.values()))


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "served"
    folder.mkdir()
    for name, content in PACKED.items():
        (folder / f"{name}.gz").write_bytes(content)
    return folder


@pytest.fixture
def mirror(files: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(fetch, "CHUNK", 100)
    with serving(files) as address:
        yield address


@pytest.fixture
def dead_mirror() -> str:
    """An address where nobody answers."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{found.getsockname()[1]}/"


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let ``download("things")`` fetch the two files from some mirrors."""

    def declare(*mirrors: str) -> None:
        known = tuple(
            KnownFile(name, len(content), len(PACKED[name]), hashlib.sha256(content).hexdigest())
            for name, content in CONTENTS.items()
        )
        entries = {"things": KnownSet("things", "Things", known, mirrors)}
        monkeypatch.setattr(fetch, "KNOWN_SETS", entries)

    return declare


def target() -> Path:
    return paths.user_data() / "things"


def test_good_files_arrive_unpacked(mirror: str, known: Any) -> None:
    known(mirror)
    told: list[tuple[int, int]] = []
    assert download("things", lambda *numbers: told.append(numbers)) == target()
    assert {path.name: path.read_bytes() for path in target().iterdir()} == CONTENTS
    assert [path.name for path in target().parent.iterdir()] == ["things"]
    done = [number for number, _ in told]
    assert {total for _, total in told} == {TOTAL}
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, TOTAL)
    assert len(done) > 20


def test_files_there_are_replaced(mirror: str, known: Any) -> None:
    known(mirror)
    target().mkdir(parents=True)
    (target() / "one-idx3-ubyte").write_bytes(b"old")
    (target() / "mine").write_bytes(b"kept")
    download("things")
    assert (target() / "one-idx3-ubyte").read_bytes() == CONTENTS["one-idx3-ubyte"]
    assert (target() / "mine").read_bytes() == b"kept"


def test_unpacked_files_are_taken_as_well(mirror: str, known: Any, files: Path) -> None:
    (files / "two-idx1-ubyte.gz").write_bytes(CONTENTS["two-idx1-ubyte"])
    known(mirror)
    download("things")
    assert (target() / "two-idx1-ubyte").read_bytes() == CONTENTS["two-idx1-ubyte"]


WRONG = {
    "other content": gzip.compress(b"too" * 10_000),
    "more content": gzip.compress(b"two" * 10_000 + b"!"),
    "cut": PACKED["two-idx1-ubyte"][:-20],
    "no gzip": b"<html>Please log in</html>",
    "empty": b"",
    "endless": bytes(40_000),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_corrupted_file_is_not_kept(mirror: str, known: Any, files: Path, wrong: str) -> None:
    (files / "two-idx1-ubyte.gz").write_bytes(WRONG[wrong])
    known(mirror)
    with pytest.raises(DataError) as caught:
        download("things")
    text = str(caught.value)
    reason = (
        "sends more than it should" if wrong == "endless" else "two-idx1-ubyte is damaged there"
    )
    assert text.startswith(f"Things could not be downloaded (127.0.0.1: {reason}")
    assert "Try again later, or put one-idx3-ubyte, two-idx1-ubyte (with or without .gz)" in text
    assert str(target()) in text
    assert not any(target().parent.iterdir())


@pytest.mark.parametrize("fault", ["missing", "corrupted", "dead"])
def test_next_mirror_helps(
    mirror: str, known: Any, tmp_path: Path, dead_mirror: str, fault: str
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "one-idx3-ubyte.gz").write_bytes(PACKED["one-idx3-ubyte"])
    if fault == "corrupted":
        (other / "two-idx1-ubyte.gz").write_bytes(PACKED["one-idx3-ubyte"])
    with serving(other) as address:
        known(dead_mirror if fault == "dead" else address, mirror)
        download("things")
    assert {path.name: path.read_bytes() for path in target().iterdir()} == CONTENTS


def test_one_message_names_what_every_mirror_said(
    mirror: str, known: Any, files: Path, dead_mirror: str
) -> None:
    (files / "one-idx3-ubyte.gz").unlink()
    known(dead_mirror, mirror)
    with pytest.raises(DataError) as caught:
        download("things")
    text = str(caught.value)
    assert "(127.0.0.1: no connection; 127.0.0.1: the server answers 404)" in text
    assert not any(target().parent.iterdir())


def test_cancelled_download_leaves_nothing(mirror: str, known: Any) -> None:
    known(mirror)
    told: list[int] = []
    with pytest.raises(DownloadCancelledError, match="cancelled"):
        download("things", lambda done, _: told.append(done), lambda: len(told) > 5)
    assert 0 < told[-1] < TOTAL
    assert not any(target().parent.iterdir())


def test_download_cancelled_before_it_begins_asks_no_server(dead_mirror: str, known: Any) -> None:
    known(dead_mirror)
    with pytest.raises(DownloadCancelledError):
        download("things", cancelled=lambda: True)


def test_unknown_set_gets_a_hint() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'mnist'"):
        download("mnits")


def test_mnist_goes_where_its_source_looks() -> None:
    mnist = KNOWN_SETS["mnist"]
    assert mnist.folder in [folder / "mnist" for folder in paths.data_folders()]
    assert all(mirror.startswith("https://") for mirror in mnist.mirrors)
    assert [file.size for file in mnist.files] == [
        16 + 60_000 * 784, 8 + 60_000, 16 + 10_000 * 784, 8 + 10_000,
    ]  # fmt: skip


def test_place_that_cannot_be_written_is_explained(mirror: str, known: Any) -> None:
    known(mirror)
    target().parent.parent.mkdir(parents=True)
    target().parent.write_text("a file, no folder")
    with pytest.raises(DataError, match="things cannot be written: "):
        download("things")
