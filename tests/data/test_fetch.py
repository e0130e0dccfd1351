"""Downloads from servers on this machine; never from the network."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import socket
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visualmlp import paths
from visualmlp.data import SOURCES, KnownSet
from visualmlp.data.known import fetch, keep, transfer
from visualmlp.data.known.fetch import download, kept_bytes
from visualmlp.data.known.known_set import KnownFile
from visualmlp.errors import DataError

CONTENTS = {"one-idx3-ubyte": bytes(range(256)) * 2000, "two-idx1-ubyte": b"two" * 10_000}
LARGE = os.urandom(1_000_000)


def known_set(files: dict[str, bytes], *mirrors: str, members: tuple[str, ...] = ()) -> KnownSet:
    known = tuple(
        KnownFile(name, len(content), hashlib.sha256(content).hexdigest())
        for name, content in files.items()
    )
    return KnownSet("things", "Things", known, mirrors, "nobody", "none", members)


@dataclass
class Fault:
    """What a server does wrong with a file, once for each request until the list is empty."""

    kind: str
    at: int = 0


@dataclass
class Server:
    """Files that it has, what goes wrong, and what it was asked for."""

    files: dict[str, bytes]
    faults: list[Fault] = field(default_factory=list)
    ranges: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    address: str = ""
    let_go: threading.Event = field(default_factory=threading.Event)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_of: Server

    def log_message(self, *_: Any) -> None:
        """Print nothing."""

    def do_CONNECT(self) -> None:
        self.server_of.asked.append((self.path, "CONNECT"))
        self.send_error(502)

    def do_GET(self) -> None:
        server = self.server_of
        asked = self.headers.get("Range", "")
        server.asked.append((self.path, asked))
        fault = server.faults.pop(0) if server.faults else Fault("none")
        content = server.files.get(self.path.rsplit("/", 1)[-1])
        if fault.kind == "status" or content is None:
            self.send_error(fault.at or 404)
        elif fault.kind == "redirect":
            self._redirect(f"{server.address}elsewhere/{self.path.rsplit('/', 1)[-1]}")
        elif fault.kind == "circle":
            server.faults.append(fault)
            self._redirect(self.path)
        else:
            self._send(content, asked, fault)

    def _redirect(self, to: str) -> None:
        self.send_response(302)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, content: bytes, asked: str, fault: Fault) -> None:
        start = int(asked[6:-1]) if asked and self.server_of.ranges else 0
        if start and start >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            first = start + (fault.at if fault.kind == "other range" else 0)
            last = len(content) - 1
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(content)}")
        body = content[start:]
        announced = len(body) + (fault.at if fault.kind == "length" else 0)
        chunked = fault.kind == "no length"
        if chunked:
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(announced))
        for name, value in self.server_of.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self._write(body, fault)

    def _write(self, body: bytes, fault: Fault) -> None:
        if fault.kind == "corrupt":
            body = body[: fault.at] + bytes([body[fault.at] ^ 1]) + body[fault.at + 1 :]
        cut = fault.at if fault.kind in ("cut", "stall") else len(body)
        try:
            self.wfile.write(body[:cut])
            self.wfile.flush()
            if fault.kind == "stall":
                self.server_of.let_go.wait(5)
        except OSError:
            pass
        if fault.kind in ("cut", "stall", "length"):
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)


class QuietServer(ThreadingHTTPServer):
    daemon_threads = False

    def handle_error(self, *_: Any) -> None:
        """The other side left."""


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    handler = type("Mine", (Handler,), {"server_of": server})
    with QuietServer(("127.0.0.1", 0), handler) as listening:
        thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        server.address = f"http://127.0.0.1:{listening.server_port}/"
        try:
            yield server
        finally:
            server.let_go.set()
            listening.shutdown()
            thread.join()


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Server]]:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(transfer, "PAUSE", 0.0)
    monkeypatch.setattr(transfer, "GAIN", 1000)
    with ExitStack() as stack:
        yield lambda *args, **more: stack.enter_context(serving(Server(*args, **more)))


@pytest.fixture
def dead() -> str:
    """An address where nobody answers."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{found.getsockname()[1]}/"


def target() -> Path:
    return paths.user_data() / "things"


def part(name: str) -> Path:
    return paths.user_data() / ".parts" / "things" / f"{name}.part"


def put_part(name: str, content: bytes) -> None:
    part(name).parent.mkdir(parents=True)
    part(name).write_bytes(content)


def large(*servers: Server) -> KnownSet:
    return known_set({"large": LARGE}, *(server.address for server in servers))


def arrived() -> bool:
    return (target() / "large").read_bytes() == LARGE and not part("large").exists()


def packed() -> dict[str, bytes]:
    return {f"{name}.gz": gzip.compress(content) for name, content in CONTENTS.items()}


class StoppedError(Exception):
    """The user had enough."""


def stopping_after(n_bytes: int) -> Callable[[int, int], None]:
    def report(done: int, total: int) -> None:
        if done >= n_bytes:
            raise StoppedError

    return report


def test_files_arrive_unpacked_with_progress(serve: Any) -> None:
    server = serve(packed())
    known = known_set(packed(), server.address)
    told: list[tuple[int, int]] = []
    assert download(known, lambda *numbers: told.append(numbers)) == target()
    assert {path.name: path.read_bytes() for path in target().iterdir()} == CONTENTS
    assert [path.name for path in target().parent.iterdir() if path.name != ".parts"] == ["things"]
    assert {total for _, total in told} == {known.size}
    done = [number for number, _ in told]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, known.size)
    assert kept_bytes(known) == 0


def test_large_file_tells_its_progress_often(serve: Any) -> None:
    told: list[int] = []
    download(large(serve({"large": LARGE})), lambda done, _: told.append(done))
    assert len(set(told)) > 10


def test_cut_connection_is_resumed_where_it_was_cut(serve: Any) -> None:
    cuts = [Fault("cut", 400_000), Fault("cut", 300_000)]
    server = serve({"large": LARGE}, cuts)
    download(large(server))
    assert arrived()
    assert [asked for _, asked in server.asked] == ["", "bytes=400000-", "bytes=700000-"]


def test_download_stopped_is_continued_in_the_next_session(serve: Any) -> None:
    server = serve({"large": LARGE})
    with pytest.raises(StoppedError):
        download(large(server), stopping_after(300_000))
    have = part("large").stat().st_size
    assert 300_000 <= have < 1_000_000
    assert kept_bytes(large(server)) == have
    assert not target().exists()
    told: list[int] = []
    download(large(server), lambda done, _: told.append(done))
    assert arrived()
    assert server.asked[-1] == ("/large", f"bytes={have}-")
    assert have in told


def test_download_stopped_before_it_begins_asks_no_server(serve: Any) -> None:
    server = serve({"large": LARGE})
    with pytest.raises(StoppedError):
        download(large(server), stopping_after(0))
    assert server.asked == []


def test_server_that_ignores_ranges_begins_anew(serve: Any) -> None:
    server = serve({"large": LARGE}, [Fault("cut", 400_000)], ranges=False)
    download(large(server))
    assert arrived()
    assert len(server.asked) == 2


def test_server_that_always_cuts_at_the_same_place_is_given_up(serve: Any) -> None:
    cuts = [Fault("cut", 400_000) for _ in range(20)]
    server = serve({"large": LARGE}, cuts, ranges=False)
    with pytest.raises(DataError, match="the connection was cut"):
        download(large(server))
    assert len(server.asked) == 1 + transfer.TRIES


def test_next_mirror_goes_on_where_the_first_was_cut(serve: Any) -> None:
    first = serve({"large": LARGE}, [Fault("cut", 400_000), *[Fault("status", 404)] * 9])
    second = serve({"large": LARGE})
    download(large(first, second))
    assert arrived()
    assert second.asked == [("/large", "bytes=400000-")]


@pytest.mark.parametrize("status", [403, 404, 410, 500, 503])
def test_next_mirror_helps(serve: Any, status: int) -> None:
    first = serve({"large": LARGE}, [Fault("status", status)] * 9)
    download(large(first, serve({"large": LARGE})))
    assert arrived()
    assert len(first.asked) == (transfer.TRIES if status >= 500 else 1)


def test_overloaded_server_is_asked_again(serve: Any) -> None:
    server = serve({"large": LARGE}, [Fault("status", 503), Fault("status", 429)])
    download(large(server))
    assert arrived()


def test_dead_mirror_is_passed_over(serve: Any, dead: str) -> None:
    server = serve({"large": LARGE})
    download(known_set({"large": LARGE}, dead, server.address))
    assert arrived()


@pytest.mark.parametrize("at", [0, 999_999])
def test_corrupted_file_is_not_kept(serve: Any, at: int) -> None:
    server = serve({"large": LARGE}, [Fault("corrupt", at)])
    with pytest.raises(DataError, match=r"127\.0\.0\.1: large is damaged there"):
        download(large(server))
    assert not target().exists()
    assert not part("large").exists()


def test_wrong_beginning_from_before_is_fetched_again(serve: Any) -> None:
    server = serve({"large": LARGE})
    put_part("large", b"<html>Please log in</html>" * 1000)
    download(large(server))
    assert arrived()
    assert [asked for _, asked in server.asked] == ["bytes=26000-", ""]


@pytest.mark.parametrize("extra", [b"", b"and more", bytes(900_000)])
def test_part_that_is_whole_or_too_long(serve: Any, extra: bytes) -> None:
    server = serve({"large": LARGE})
    put_part("large", LARGE + extra)
    download(large(server))
    assert arrived()
    assert bool(server.asked) == bool(extra)


def test_answer_with_another_range_is_refused(serve: Any) -> None:
    server = serve({"large": LARGE}, [Fault("other range", 5)])
    put_part("large", LARGE[:500_000])
    with pytest.raises(DataError, match="sends another part of the file"):
        download(large(server))
    assert part("large").read_bytes() == LARGE[:500_000]


@pytest.mark.parametrize("wrong", [b"", b"<html>Log in</html>", bytes(9_000_000)])
def test_file_of_a_wrong_size_is_not_even_read(serve: Any, wrong: bytes) -> None:
    server = serve({"large": wrong})
    with pytest.raises(DataError, match=f"has another large, of {len(wrong):,} bytes"):
        download(large(server))
    assert not part("large").exists()


def test_endless_file_without_a_length_is_stopped(serve: Any) -> None:
    server = serve({"large": bytes(9_000_000)}, [Fault("no length")])
    with pytest.raises(DataError, match="sends more than it should"):
        download(large(server))
    assert part("large").stat().st_size < 2_000_000


def test_file_without_a_length_arrives(serve: Any) -> None:
    download(large(serve({"large": LARGE}, [Fault("no length")])))
    assert arrived()


@pytest.mark.parametrize("lie", [-1000, 1000])
def test_wrong_length_is_noticed(serve: Any, lie: int) -> None:
    server = serve({"large": LARGE}, [Fault("length", lie)])
    second = serve({"large": LARGE})
    download(large(server, second))
    assert arrived()


def test_web_page_is_refused(serve: Any) -> None:
    server = serve({"large": LARGE}, headers={"Content-Type": "text/html; charset=utf-8"})
    with pytest.raises(DataError, match="sends a web page in place of the file"):
        download(large(server))


def test_declared_encoding_is_not_undone(serve: Any) -> None:
    server = serve(packed(), headers={"Content-Encoding": "x-gzip"})
    download(known_set(packed(), server.address))
    assert (target() / "one-idx3-ubyte").read_bytes() == CONTENTS["one-idx3-ubyte"]


def test_redirects_are_followed(serve: Any) -> None:
    server = serve({"large": LARGE}, [Fault("redirect"), Fault("cut", 200_000), Fault("redirect")])
    download(large(server))
    assert arrived()
    assert server.asked[-1] == ("/elsewhere/large", "bytes=200000-")


def test_circle_of_redirects_ends(serve: Any) -> None:
    server = serve({"large": LARGE}, [Fault("circle")])
    with pytest.raises(DataError, match="it redirects in circles"):
        download(large(server))


def test_silent_server_is_left_and_resumed(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "TIMEOUT", (1.0, 0.3))
    server = serve({"large": LARGE}, [Fault("stall", 400_000)])
    download(large(server))
    assert arrived()
    assert server.asked[-1] == ("/large", "bytes=400000-")


def test_server_that_never_answers_is_told(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "TIMEOUT", (1.0, 0.2))
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(DataError, match="no answer in time"):
            download(known_set({"large": LARGE}, address))


def test_proxy_of_the_environment_is_used(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = serve({"large": LARGE}, [Fault("cut", 300_000)])
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv("http_proxy", proxy.address)
    download(known_set({"large": LARGE}, "http://data.invalid/"))
    assert arrived()
    whole = "http://data.invalid/large"
    assert proxy.asked == [(whole, ""), (whole, "bytes=300000-")]


def test_proxy_that_refuses_is_told(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = serve({})
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv("https_proxy", proxy.address)
    with pytest.raises(DataError, match=r"data\.invalid: the proxy lets nothing through"):
        download(known_set({"large": LARGE}, "https://data.invalid/"))
    assert proxy.asked == [("data.invalid:443", "CONNECT")]


def test_one_message_says_what_every_mirror_said_and_what_to_do(serve: Any, dead: str) -> None:
    server = serve({})
    with pytest.raises(DataError) as caught:
        download(known_set({"large": LARGE}, dead, server.address))
    text = str(caught.value)
    assert text.startswith(
        "Things could not be downloaded (127.0.0.1: no connection; 127.0.0.1: the server answers "
        "404). Try again later. Without a connection: get large from "
    )
    assert str(target()) in text
    assert not target().exists()


def test_message_tells_what_is_kept(serve: Any) -> None:
    server = serve({"large": LARGE}, [Fault("cut", 600_000), Fault("status", 404)])
    with pytest.raises(DataError, match="The 1 MB that have come are kept"):
        download(large(server))


def test_files_put_by_hand_are_not_fetched(
    serve: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUALMLP_DATA", str(tmp_path / "mine"))
    server = serve(packed())
    known = known_set(packed(), server.address)
    (tmp_path / "mine" / "things").mkdir(parents=True)
    (tmp_path / "mine" / "things" / "one-idx3-ubyte.gz").write_bytes(packed()["one-idx3-ubyte.gz"])
    target().mkdir(parents=True)
    (target() / "two-idx1-ubyte.gz").write_bytes(b"other bytes")
    download(known)
    assert [path for path, _ in server.asked] == ["/two-idx1-ubyte.gz"]
    assert (target() / "one-idx3-ubyte").read_bytes() == CONTENTS["one-idx3-ubyte"]


def test_files_there_are_replaced_and_others_kept(serve: Any) -> None:
    known = known_set(packed(), serve(packed()).address)
    target().mkdir(parents=True)
    (target() / "one-idx3-ubyte").write_bytes(b"old")
    (target() / "mine").write_bytes(b"kept")
    download(known)
    assert (target() / "one-idx3-ubyte").read_bytes() == CONTENTS["one-idx3-ubyte"]
    assert (target() / "mine").read_bytes() == b"kept"


def test_second_file_that_fails_leaves_no_half_set(serve: Any) -> None:
    files = packed()
    known = known_set(files, serve({"one-idx3-ubyte.gz": files["one-idx3-ubyte.gz"]}).address)
    with pytest.raises(DataError):
        download(known)
    assert not target().exists()
    server = serve(files)
    download(known_set(files, server.address))
    assert [path for path, _ in server.asked] == ["/two-idx1-ubyte.gz"]


def test_two_downloads_of_a_set_do_not_mix(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve({"large": LARGE})
    inside, go_on = threading.Event(), threading.Event()

    def slow(done: int, _total: int) -> None:
        if done > 200_000:
            inside.set()
            go_on.wait(5)

    first = Thread(target=download, args=(large(server), slow))
    first.start()
    assert inside.wait(5)
    with monkeypatch.context() as patch:
        patch.setattr(fetch, "LOCK_SECONDS", 0.1)
        with pytest.raises(DataError, match="is being downloaded already"):
            download(large(server))
    go_on.set()
    download(large(server))
    first.join()
    assert arrived()


def test_place_that_cannot_be_written_is_explained(serve: Any) -> None:
    target().parent.parent.mkdir(parents=True)
    target().parent.write_text("a file, no folder")
    with pytest.raises(DataError, match="things cannot be written: "):
        download(large(serve({"large": LARGE})))


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of this process's files")
def test_disk_that_fills_up_is_explained_and_the_part_kept(serve: Any) -> None:
    import resource

    server = serve({"large": LARGE})
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, limits[1]))
    try:
        with pytest.raises(DataError, match=r"things cannot be written: File too large. Make room"):
            download(large(server))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not target().exists()
    assert part("large").stat().st_size > 0
    download(large(server))
    assert arrived()


def test_too_little_room_is_told_before_anything_is_fetched(
    serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve({"large": LARGE})
    monkeypatch.setattr(fetch, "disk_usage", lambda _: SimpleNamespace(free=400_000))
    with pytest.raises(DataError, match=r"Things needs 1 MB in .*: make room"):
        download(large(server))
    assert server.asked == []


@given(cuts=st.lists(st.integers(0, 400_000), max_size=6), resumes=st.booleans())
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_is_cut_the_file_arrives_or_nothing(
    serve: Any, cuts: list[int], resumes: bool
) -> None:
    server = serve({"large": LARGE}, [Fault("cut", at) for at in cuts], ranges=resumes)
    try:
        download(large(server))
    except DataError:
        assert len(cuts) >= transfer.TRIES
        assert not target().exists()
    else:
        assert arrived()
    (target() / "large").unlink(missing_ok=True)
    if target().exists():
        target().rmdir()
    part("large").unlink(missing_ok=True)


# Archives


def archive(path: Path, members: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return path.read_bytes()


def test_members_are_taken_out_of_an_archive(serve: Any, tmp_path: Path) -> None:
    whole = archive(
        tmp_path / "all.zip",
        {f"gzip/{name}": content for name, content in packed().items()} | {"../../evil": b"bad"},
    )
    server = serve({"all.zip": whole})
    members = tuple(packed())
    download(known_set({"all.zip": whole}, server.address, members=members))
    assert {path.name: path.read_bytes() for path in target().iterdir()} == CONTENTS
    assert not list(tmp_path.rglob("evil"))


BAD_ARCHIVES = {
    "lacks": "lacks one.gz: that is not the set",
    "bomb": "holds more than 100,000 bytes",
    "gzip bomb": "holds more than 100,000 bytes",
    "no gzip": "is damaged",
    "cut gzip": "is damaged",
    "no zip": "is damaged",
    "cut": "is damaged",
    "flipped": "is damaged",
}


@pytest.mark.parametrize("kind", BAD_ARCHIVES)
def test_bad_archives_are_refused(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep, "MAX_CONTENT", 100_000)
    monkeypatch.setattr(keep, "CHUNK", 1000)
    path, good = tmp_path / "all.zip", gzip.compress(os.urandom(50_000))
    member = {
        "lacks": {"two.gz": good},
        "bomb": {"one.gz": gzip.compress(bytes(10**7), 0)},
        "gzip bomb": {"one.gz": gzip.compress(bytes(10**7))},
        "no gzip": {"one.gz": b"plain"},
        "cut gzip": {"one.gz": good[:-20]},
    }.get(kind, {"one.gz": good})
    whole = archive(path, member)
    if kind == "no zip":
        path.write_bytes(b"PK but nothing else")
    elif kind == "cut":
        path.write_bytes(whole[:-30])
    elif kind == "flipped":
        path.write_bytes(whole[:2000] + bytes([whole[2000] ^ 1]) + whole[2001:])
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(DataError, match=BAD_ARCHIVES[kind]):
        keep.extract(path, ["one.gz"], out)
    assert sum(file.stat().st_size for file in out.iterdir()) <= 101_000


# The sets that are known


def test_known_sets_are_pinned() -> None:
    known = {source.name: source.known for source in SOURCES.values() if source.known}
    names = "mnist tiny_mnist fashion_mnist kmnist emnist_digits emnist_letters usps"
    assert list(known) == names.split()
    for one in known.values():
        assert one.folder in one.folders
        assert len(one.mirrors) >= 2
        assert all(re.fullmatch(r"https?://[^ ]+/", mirror) for mirror in one.mirrors)
        assert one.mirrors[0].startswith("https://")
        assert one.licence
        assert one.origin
        for file in one.files:
            assert re.fullmatch("[0-9a-f]{64}", file.sha256)
            assert file.size > 1000
    hashes = [file.sha256 for one in set(known.values()) for file in one.files]
    assert len(hashes) == len(set(hashes))
