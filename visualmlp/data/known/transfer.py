"""One file from the network: resumed where it was cut, tried again, and checked.

By requests and not by pooch: pooch begins every download anew. The bytes are taken as the server
stores them (some servers declare ``.gz`` files as encoded, which would be undone on the way), and
proxies are those that requests finds in the environment or the system.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import visualmlp
from visualmlp.data.known.keep import digest
from visualmlp.data.known.known_set import KnownFile

CHUNK = 2**16
TIMEOUT = (10.0, 20.0)
"""Seconds to wait for a connection, and for the next bytes."""
TRIES = 4
"""Attempts in a row that bring nothing new before the next mirror is asked."""
PAUSE = 1.0
"""Seconds before the second attempt; twice as many before the third, and so on."""
GAIN = 2**18
"""Bytes that an attempt must bring to count as one that brings something."""
SLACK = 2**16
RETRIED = (408, 425, 429, 500, 502, 503, 504)
"""Answers of servers that may be better a little later."""

Tell = Callable[[int], None]
"""Is told the bytes that are there; may raise to end the transfer, whose part is kept."""


class TransferError(Exception):
    """A mirror does not have the file; the text says why, in few words."""


class _CutError(Exception):
    """The connection failed: worth another attempt."""


def fetch_file(file: KnownFile, mirrors: Sequence[str], part: Path, tell: Tell) -> None:
    """Get a file from the first mirror that has it whole.

    Parameters
    ----------
    part
        Where its bytes go. What is there already is not asked for again, and stays for the next
        time if no mirror has the rest.

    Raises
    ------
    TransferError
        If no mirror has it; the text tells what each one said.
    OSError
        If the part cannot be written.
    """
    if _is_whole(part, file):
        return
    reasons = []
    for mirror in mirrors:
        try:
            _fetch_from(mirror + file.name, file, part, tell)
            return
        except TransferError as error:
            reasons.append(f"{urlsplit(mirror).hostname}: {error}")
    raise TransferError("; ".join(dict.fromkeys(reasons)))


def _fetch_from(url: str, file: KnownFile, part: Path, tell: Tell) -> None:
    was_there = bool(_size(part))
    _receive_whole(url, file, part, tell)
    if digest(part) == file.sha256:
        return
    part.unlink()
    if was_there:  # what was there may have been the wrong half
        _receive_whole(url, file, part, tell)
        if digest(part) == file.sha256:
            return
        part.unlink()
    raise TransferError(f"{file.name} is damaged there")


def _receive_whole(url: str, file: KnownFile, part: Path, tell: Tell) -> None:
    """Make attempts as long as they bring something."""
    failures, best = 0, _size(part)
    while True:
        try:
            _receive(url, file, part, tell)
            return
        except _CutError as error:
            gain, best = _size(part) - best, max(best, _size(part))
            failures = 0 if gain >= GAIN else failures + 1
            if failures == TRIES:
                raise TransferError(str(error)) from error
            _rest(PAUSE * failures, lambda: tell(_size(part)))


def _receive(url: str, file: KnownFile, part: Path, tell: Tell) -> None:
    """Ask for what is missing and append it; returns when the server has sent all it has."""
    import requests

    limit = file.size + file.size // 4 + SLACK
    if _size(part) > limit:
        part.unlink()
    have = _size(part)
    tell(have)
    headers = {"Accept-Encoding": "identity", "User-Agent": f"VisualMLP/{visualmlp.__version__}"}
    if have:
        headers["Range"] = f"bytes={have}-"
    try:
        response = requests.get(url, headers=headers, stream=True, timeout=TIMEOUT)
    except requests.RequestException as error:
        raise _failure(error, has_begun=have > 0) from error
    with response:
        if response.status_code == requests.codes.range_not_satisfiable and have:
            return  # there is no more: the part is whole, or wrong
        start = _start(response, have)
        end = _end(response, start)
        if end is not None and not file.size * 3 // 4 - SLACK <= end <= limit:
            raise TransferError(f"has another {file.name}, of {end:,} bytes")
        _append(response, part, start, end, limit, tell)


def _append(response: Any, part: Path, start: int, end: int | None, limit: int, tell: Tell) -> None:
    have = start
    with part.open("r+b" if part.exists() else "wb") as out:
        out.truncate(start)
        out.seek(start)
        for chunk in _chunks(response):
            out.write(chunk)
            have += len(chunk)
            if have > limit:
                raise TransferError("sends more than it should")
            tell(have)
    if end is not None and have < end:
        raise _CutError("the connection was cut")


def _chunks(response: Any) -> Iterator[bytes]:
    from urllib3.exceptions import HTTPError

    while True:
        try:
            chunk = response.raw.read1(CHUNK, decode_content=False)
        except (HTTPError, OSError) as error:
            raise _CutError(_cut_text(error)) from error
        if not chunk:
            return
        yield chunk


def _start(response: Any, have: int) -> int:
    """Which byte the answer begins with."""
    status = response.status_code
    if status in RETRIED:
        raise _CutError(f"the server answers {status}")
    if status == 206:
        found = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
        if not found or int(found[1]) != have:
            raise TransferError("sends another part of the file than it was asked for")
        return have
    if status != 200:
        raise TransferError(f"the server answers {status}")
    if response.headers.get("Content-Type", "").startswith("text/html"):
        raise TransferError("sends a web page in place of the file")
    return 0


def _end(response: Any, start: int) -> int | None:
    length = response.headers.get("Content-Length", "")
    return start + int(length) if length.isascii() and length.isdigit() else None


def _failure(error: Any, *, has_begun: bool) -> Exception:
    """Of a request that was never answered: whether to try again, and the reason.

    Who was never reached is not waited for; a connection that was there before may come back.
    """
    import requests

    if isinstance(error, requests.TooManyRedirects):
        return TransferError("it redirects in circles")
    if isinstance(error, requests.exceptions.SSLError):
        return TransferError("its certificate is not trusted")
    if not isinstance(error, (requests.ConnectionError, requests.Timeout)):
        return TransferError(f"cannot be asked ({error})")
    text = "no connection"
    if isinstance(error, requests.exceptions.ProxyError):
        text = "the proxy lets nothing through"
    elif isinstance(error, requests.Timeout):
        text = "no answer in time"
    return _CutError(text) if has_begun else TransferError(text)


def _cut_text(error: Exception) -> str:
    from urllib3.exceptions import TimeoutError as SilenceError

    is_silence = isinstance(error, (SilenceError, TimeoutError))
    return "no more bytes in time" if is_silence else "the connection was cut"


def _is_whole(part: Path, file: KnownFile) -> bool:
    return _size(part) == file.size and digest(part) == file.sha256


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _rest(seconds: float, look: Callable[[], None]) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        look()
        time.sleep(min(0.1, left))
