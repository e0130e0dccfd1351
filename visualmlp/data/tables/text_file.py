"""Text files of the user's: opened whatever their encoding, gzipped or not, and bounded."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO

from visualmlp.errors import DataError

MAX_LINE, MAX_TEXT = 2**22, 2**30
"""Characters of a line and of a file: a zipped one may hold a thousand times its own size."""
BLOCK = 2**20
"""Characters that are read at once."""
SAMPLE = 2**18
"""Bytes from which the encoding is told."""

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
"""What no text holds."""
HIGH = re.compile(rb"[\x80-\xff]")
ALONE = re.compile(rb"(?<![\x80-\xff])[\xa0-\xff](?![\x80-\xff])")
ALONE_SHARE = 0.3
"""Of the bytes beyond ASCII: in Chinese and Japanese texts few of them stand alone."""
GUESSED = ("gb18030", "shift_jis", "cp1252")
"""What a text may be that is no UTF-8."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file and how it is written.

    Attributes
    ----------
    path
        Where it is.
    encoding
        A name that Python knows.
    is_zipped
        Whether its bytes are gzip.
    """

    path: Path
    encoding: str
    is_zipped: bool

    @contextmanager
    def lines(self) -> Iterator[Iterator[str]]:
        """Its lines, with their ends.

        Raises
        ------
        DataError
            While reading: if a line or the whole text is too long, or it cannot be read.
        """
        with explained(self.path, self.encoding), _open_bytes(self.path, self.is_zipped) as raw:
            text = io.TextIOWrapper(io.BufferedReader(raw), self.encoding, newline="")  # type: ignore[type-var]
            blocks = (io.StringIO(block, newline="") for block in self._blocks(text))
            yield chain.from_iterable(blocks)

    def _blocks(self, text: io.TextIOWrapper) -> Iterator[str]:
        """The text in pieces of whole lines; to check each line would take as long as to read."""
        rest, length = "", 0
        while piece := text.read(BLOCK):
            length += len(piece)
            self._check(piece, length)
            piece = rest + piece
            end = _end_of_lines(piece)
            if len(piece) - end >= MAX_LINE:
                raise DataError(
                    f"{self.path} is no table: a line is longer than {MAX_LINE:,} characters. "
                    "Choose another file."
                )
            yield piece[:end]
            rest = piece[end:]
        yield rest

    def _check(self, piece: str, length: int) -> None:
        if length > MAX_TEXT:
            raise DataError(
                f"{self.path} has more than {MAX_TEXT:,} characters: use fewer samples."
            )
        if "\0" in piece:
            raise DataError(f"{self.path} is no text (it holds zero bytes): choose another.")


def _end_of_lines(text: str) -> int:
    """Where the last line of a text ends that surely is over."""
    end = text.rfind("\n") + 1
    return end or text.rfind("\r", 0, -1) + 1  # what ends the text may be half of "\r\n"


def find_text(path: Path, encoding: str = "auto") -> TextFile:
    """Look into a file how it is written.

    Parameters
    ----------
    encoding
        ``auto`` to detect it: by its first bytes, as UTF-8, or by what letters make sense.

    Raises
    ------
    DataError
        If there is no such file, or it cannot be read, or is no text.
    """
    check_regular(path)
    with explained(path, encoding):
        with path.open("rb") as raw:
            is_zipped = raw.read(2) == b"\x1f\x8b"
        with _open_bytes(path, is_zipped) as stream:
            sample = stream.read(SAMPLE)
        if len(sample) == SAMPLE:  # a letter of several bytes may be cut at the end
            sample = sample[: sample.rfind(b"\n") + 1] or sample
        found = _encoding(path, sample) if encoding == "auto" else _chosen(encoding)
        if CONTROL.search(sample.decode(found, errors="ignore")):
            raise DataError(f"{path} is no text: choose another file.")
    return TextFile(path, found, is_zipped)


def check_regular(path: Path) -> None:
    """Make sure that a path is a plain file that can be opened: no folder, device or pipe.

    Raises
    ------
    DataError
        If not.
    """
    try:
        is_file = path.is_file()
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be opened: {error}.") from error
    if not is_file:
        what = "is a folder" if path.is_dir() else "is no file"
        raise DataError(f"{path} {what}: check the name, or fetch the file.")


def _open_bytes(path: Path, is_zipped: bool) -> IO[bytes]:
    return gzip.open(path) if is_zipped else path.open("rb")  # type: ignore[return-value]


def _chosen(encoding: str) -> str:
    """The chosen encoding, in the form that passes over a mark at the beginning."""
    try:
        b"a".decode(encoding, errors="ignore")
    except (LookupError, UnicodeError) as error:
        raise DataError(f"encoding: {encoding!r} is none: choose utf-8, or auto.") from error
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _encoding(path: Path, sample: bytes) -> str:
    for mark, name in BOMS:
        if sample.startswith(mark):
            return name
    if sample[1:2] == b"\0" or sample[:1] == b"\0":
        return _utf16(path, sample)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(sample)
    except UnicodeDecodeError:
        return _guess(path, sample)
    return "utf-8-sig"


def _utf16(path: Path, sample: bytes) -> str:
    """UTF-16 without a mark: of ASCII text every second byte is zero."""
    low, high = sample[0::2], sample[1::2]
    if high.count(0) > 0.4 * len(high) and not low.count(0):
        return "utf-16-le"
    if low.count(0) > 0.4 * len(low) and not high.count(0):
        return "utf-16-be"
    raise DataError(f"{path} is no text (it holds zero bytes): choose another file.")


def _guess(path: Path, sample: bytes) -> str:
    if _is_western(sample):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=list(GUESSED)).best()
    if best is None:
        raise DataError(
            f"{path} is no text in an encoding that is known here: choose the encoding, or save "
            "the file as UTF-8."
        )
    return str(best.encoding)


def _is_western(sample: bytes) -> bool:
    """Whether letters beyond ASCII stand alone, as in naïve; those of Asia take two bytes each."""
    alone = len(ALONE.findall(sample))
    return alone > ALONE_SHARE * len(HIGH.findall(sample))


@contextmanager
def explained(path: Path, encoding: str = "") -> Iterator[None]:
    """Turn what reading a text or a table may raise into a DataError that names the file."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path} is not written in {encoding.removesuffix('-sig')} "
            f"(byte {error.object[error.start]:#04x}): choose its encoding, or save it as UTF-8."
        ) from error
    except UnicodeError as error:
        raise DataError(
            f"{path} is not written in {encoding} ({error}): choose its encoding, or auto."
        ) from error
    except csv.Error as error:
        raise DataError(
            f"{path} is no table ({error}): close its quotation marks, or choose another file."
        ) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path} is a damaged gzip file ({error}): fetch it again.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    except MemoryError as error:
        raise DataError(f"{path} does not fit into memory: use fewer samples.") from error
