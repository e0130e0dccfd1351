"""Several hundred files that cannot be used: each gets one message, soon, and little memory."""

from __future__ import annotations

import bz2
import gzip
import io
import os
import pickle
import socket
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from visualmlp.data import ColumnChoice, SourceSettings, load, source_of
from visualmlp.errors import DataError

MOST_MEMORY = 200 * 2**20
"""Bytes that a refusal may take at most."""
MOST_TEXT = 700
"""Characters of a message; paths in it may be long."""

Make = Callable[[Path], Path]
FILES: dict[str, tuple[Make, dict[str, Any]]] = {}


def file(name: str, content: bytes | str, **settings: Any) -> None:
    """A file of this name and content."""
    data = content.encode() if isinstance(content, str) else content

    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data)
        return path

    place(name, make, settings)


def place(name: str, make: Make, settings: dict[str, Any] | None = None) -> None:
    """Something to open that a function makes in a folder."""
    FILES[f"{len(FILES):03}-{name}"[:60]] = make, settings or {}


# Tables


def tables() -> None:
    for ending in ("csv", "tsv", "txt"):
        file(f"empty.{ending}", "")
        file(f"blank.{ending}", "\n \n\t\n")
        file(f"header.{ending}", "a,b,label\n")
        file(f"word.{ending}", "hello\nworld\n")
        file(f"one-line.{ending}", "lonely")
        file(f"binary.{ending}", bytes(range(256)) * 20)
        file(f"zeros.{ending}", b"\0" * 1000)
        file(f"one-class.{ending}", "x,label\n" + "1,a\n" * 10)
        file(f"no-end.{ending}", "1," * 3_000_000)
        file(f"png.{ending}", b"\x89PNG\r\n\x1a\n" + bytes(range(200)))
    good = "x,y,label\n1,2,a\n3,4,b\n5,6,a\n7,8,b\n9,1,a\n2,3,b\n"
    for line in range(2, 8):
        for fault, cells in {
            "short": "1,a",
            "long": "1,2,3,a",
            "text": "1,two,a",
            "inf": "1,inf,a",
            "minus-inf": "-Infinity,2,a",
            "huge": "1,1e999,a",
            "underscore": "1_000,2,a",
            "long-label": f"1,2,{'q' * 300}",
        }.items():
            lines = good.splitlines()
            lines[line - 1] = cells
            file(f"{fault}-in-line-{line}.csv", "\n".join(lines))
    for cut in (3, 10, 14, 20):
        file(f"cut-{cut}.csv.gz", gzip.compress(good.encode() * 50)[:cut])
    for flipped in (12, 20, 30, 40):
        packed = bytearray(gzip.compress(np.random.default_rng(0).bytes(40).hex().encode() * 9))
        packed[flipped] ^= 0xFF
        file(f"flipped-{flipped}.csv.gz", bytes(packed))
    file("bomb.csv.gz", gzip.compress(b"1," * 40_000_000))
    file("bomb-of-lines.csv.gz", gzip.compress(b"x\n" * 30_000_000))
    file("bomb-in-a-bomb.csv.gz", gzip.compress(gzip.compress(b"0" * 100_000_000)))
    file("classes.csv", "x,label\n" + "\n".join(f"{i % 7}.5,c{i}" for i in range(100_000)),
         columns=(ColumnChoice("label", "target", "category"),))  # fmt: skip
    file("fractions.csv", "x,label\n" + "\n".join(f"{i},{i}.5" for i in range(50)),
         columns=(ColumnChoice("label", "target", "category"),))  # fmt: skip
    file("wide.csv", ",".join(map(str, range(30_000))) + "\n" + ",".join("1" * 30_000))
    file("field.csv", "x,label\n1," + "a" * 200_000 + "\n2,b\n")
    file("quote.csv", 'x,label\n1,"a\n2,b\n3,a\n' + "4,b\n" * 50_000)
    file("dates.csv", "day,label\n2001-01-01,a\n2001-01-02,b\n2001-01-03,a\n")
    file("dates-only.csv", "day,until\n2001-01-01,2001-01-05\n2001-01-02,2001-02-05\n" * 3)
    file("names-and-numbers.csv", "7,x,y\n1,2,3\n4,5,6\n7,8,9\n")
    file("all-missing.csv", "x,y,label\n,,a\n,,b\n,,a\n,,b\n")
    file("no-target-value.csv", "x,label\n1,\n2,\n3,\n4,NA\n")
    file("dropped.csv", "x,y,label\n1,,a\n,2,b\n3,,a\n,4,b\n", missing="drop")
    file("ids.csv", "id,label\n" + "\n".join(f"p{i:04},{'ab'[i % 2]}" for i in range(99)))
    for name, text in {"latin": "größe,k\n1,ä\n2,ö\n", "chinese": "高,类\n1,甲\n2,乙\n"}.items():
        file(f"{name}-as-utf-8.csv", text.encode("latin-1" if name == "latin" else "gb18030"),
             encoding="utf-8")  # fmt: skip
    file("utf-16-cut.csv", "a,b\n1,x\n2,y\n".encode("utf-16")[:-1])
    file("late-byte.csv", b"x,label\n" + b"1,a\n2,b\n" * 60_000 + b"3,\xff\n")
    for choice in (
        ColumnChoice("nobody"),
        ColumnChoice("label", "ignore"),
        ColumnChoice("x", "target", "category"),
        ColumnChoice("label", "target", "number"),
        ColumnChoice("", "target"),
    ):
        text = "x,label\n1.5,a\n2.5,b\n3.5,a\n4.5,b\n5.25,a\n"
        file(f"choice-{choice.name}-{choice.role}.csv", text, columns=(choice,))


def tables_of_other_programs() -> None:
    """What spreadsheets and statistics programs write that cannot be told apart from a mistake."""
    for end in ("\n", "\r\n", "\r"):
        name = {"\n": "unix", "\r\n": "windows", "\r": "mac"}[end]
        for fault, lines in {
            "title": ["My table", "x,y,label", "1,2,a", "3,4,b"],
            "units": ["x,y,label", "mm,kg,", "1,2,a", "3,4,b", "5,6,a"],
            "longer-rows": ["x,y,label", "1,2,a,", "3,4,b,"],
            "sum": ["x,y,label", "1,2,a", "3,4,b", "5,6,a", "sum,12,"],
            "remark-below": ["x,y,label", "1,2,a", "3,4,b", "# the end"],
            "open-quote": ["x,y,label", "1,2,a", "3,4,b", '5,6,"a', "7,8,b"],
            "open-number": ["x,y,label", "1,2,a", '"3,4,b', "5,6,a"],
            "all-percent": ["x,label", "1%,a", "2%,b", "3%,a", "4%,b"],
            "all-thousands": ["x;label", "1.000,5;a", "2.000,5;b", "3.000,5;a", "4.000,5;b"],
            "other-decimal": ["x;label", "1,5;a", "2,5;b", "3,5;a", "4,5;b", "5.250;a"],
            "hex": ["x,y,label", "1,2,a", "3,4,b", "5,0x1F,a"],
            "imaginary": ["x,y,label", "1,2,a", "3,4,b", "5,1j,a"],
            "two-signs": ["x,y,label", "1,2,a", "3,4,b", "5,--1,a"],
            "formula": ["x,y,label", "1,2,a", "3,4,b", "5,=A1+1,a"],
            "error-cell": ["x,y,label", "1,2,a", "3,4,b", "5,#DIV/0!,a"],
            "overflow": ["x,y,label", "1,2,a", "3,4,b", "5,#######,a"],
            "only-sep": ["sep=;"],
            "sep-and-names": ["sep=;", "x;label"],
        }.items():
            file(f"{fault}-{name}.csv", end.join([*lines, ""]))
    late = "x,label\n" + "1,a\n2,b\n" * 20_000
    file("late-text.csv", late + "z,a\n")
    file("late-width.csv", late + "1,a,b\n")
    file("late-zero-byte.csv", late + "1,\0\n")
    file("wide-nameless.csv", ",".join("1" * 19_999) + ",a\n" + ",".join("2" * 19_999) + ",a\n")
    file("half-of-a-pair.csv", "x,label\n1,a\n2,b\n".encode("utf-16-le")[:-1])
    file("surrogate.csv", b"x,label\n1,\xed\xa0\x80\n2,b\n" * 3, encoding="utf-8")


# Binary tables


def binary_tables() -> None:
    for ending in (".parquet", ".xlsx", ".xls", ".ods"):
        for name, content in {
            "empty": b"",
            "text": b"a,b\n1,2\n",
            "magic": b"PAR1" + b"\0" * 30 + b"PAR1",
            "zip": b"PK\x03\x04" + bytes(40),
            "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "random": np.random.default_rng(1).bytes(5000),
        }.items():
            file(f"{name}{ending}", content)
    file("bomb.xlsx", zipped({"xl/workbook.xml": b"<a>" * 10, "big": b"\0" * 80_000_000}))
    file("deep.xlsx", nested_zip(8))
    file("no-sheet.xlsx", zipped({"[Content_Types].xml": b"<Types/>"}))


def zipped(parts: dict[str, bytes]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return memory.getvalue()


def nested_zip(depth: int) -> bytes:
    content = b"\0" * 1_000_000
    for level in range(depth):
        content = zipped({f"{level}.zip": content})
    return content


# IDX


def idx_header(code: int, *shape: int) -> bytes:
    return bytes((0, 0, code, len(shape))) + b"".join(struct.pack(">I", n) for n in shape)


def idx_pair(name: str, images: bytes, labels: bytes | None) -> None:
    def make(folder: Path) -> Path:
        path = folder / "some-images-idx3-ubyte"
        path.write_bytes(images)
        if labels is not None:
            (folder / "some-labels-idx1-ubyte").write_bytes(labels)
        return path

    place(f"idx-{name}", make)


def idx_files() -> None:
    pictures = idx_header(8, 4, 2, 2) + bytes(16)
    labels = idx_header(8, 4) + bytes((0, 1, 0, 1))
    for cut in range(len(pictures)):
        idx_pair(f"images-cut-{cut}", pictures[:cut], labels)
    for cut in range(len(labels)):
        idx_pair(f"labels-cut-{cut}", pictures, labels[:cut])
    idx_pair("images-longer", pictures + b"\0", labels)
    idx_pair("labels-longer", pictures, labels + b"\0")
    idx_pair("no-labels", pictures, None)
    idx_pair("one-class", pictures, idx_header(8, 4) + bytes(4))
    idx_pair("fewer-labels", pictures, idx_header(8, 3) + bytes((0, 1, 0)))
    idx_pair("labels-of-two-dimensions", pictures, idx_header(8, 2, 2) + bytes((0, 1, 0, 1)))
    idx_pair("float-labels", pictures, idx_header(0x0D, 4) + bytes(16))
    idx_pair("no-pictures", idx_header(8, 0, 2, 2), idx_header(8, 0))
    idx_pair("no-pixels", idx_header(8, 4, 0, 2), labels)
    idx_pair("huge", idx_header(8, 2**31, 28, 28) + bytes(100), labels)
    idx_pair("overflow", idx_header(8, *[2**32 - 1] * 8) + bytes(100), labels)
    idx_pair("many-dimensions", idx_header(8, *[1] * 200) + bytes(1), labels)
    for code in (0, 1, 7, 10, 15, 255):
        idx_pair(f"type-{code}", idx_header(code, 4, 2, 2) + bytes(16), labels)
    idx_pair("bomb", gzip.compress(idx_header(8, 2**30, 1, 1) + bytes(1000)), labels)
    floats = np.array([[[np.nan, 1], [2, 3]]] * 4, ">f4").tobytes()
    idx_pair("nan", idx_header(0x0D, 4, 2, 2) + floats, labels)


# Arrays


def npy(array: np.ndarray, **options: Any) -> bytes:
    memory = io.BytesIO()
    np.save(memory, array, **options)
    return memory.getvalue()


def npz(**arrays: Any) -> bytes:
    memory = io.BytesIO()
    np.savez(memory, **arrays)
    return memory.getvalue()


def mat_file(*variables: tuple[str, int, tuple[int, ...], int, bytes]) -> bytes:
    """Variables of a name, a class, a shape, a type of numbers, and bytes."""

    def element(kind: int, content: bytes) -> bytes:
        return struct.pack("<II", kind, len(content)) + content + bytes(-len(content) % 8)

    parts = [b"MATLAB 5.0 MAT-file".ljust(124) + b"\0\1IM"]
    for name, kind, shape, stored, content in variables:
        parts.append(
            element(
                14,
                b"".join(
                    (
                        element(6, struct.pack("<II", kind, 0)),
                        element(5, struct.pack(f"<{len(shape)}i", *shape)),
                        element(1, name.encode()),
                        element(stored, content),
                    )
                ),
            )
        )
    return b"".join(parts)


def array_files() -> None:
    x, y = np.arange(12.0).reshape(4, 3), np.array([0, 1, 0, 1])
    whole = npy(x)
    for cut in (0, 3, 6, 8, 20, 60, 127, 128, 150, len(whole) - 1):
        file(f"cut-{cut}.npy", whole[:cut])
    file("alone.npy", whole)
    file("objects.npy", npy(np.array([{}, []], object), allow_pickle=True))
    file("text.npy", npy(np.array([["a", "b"]])))
    file("huge.npy", whole.replace(b"(4, 3)", b"(4000000000, 3)"))
    file("negative.npy", whole.replace(b"(4, 3), }", b"(-4, 3),}"))
    file("code.npy", whole.replace(b"(4, 3)", b"exit()"))
    file("empty.npz", zipped({}))
    file("x-only.npz", npz(x=x))
    file("y-only.npz", npz(y=y))
    file("unequal.npz", npz(x=x, y=y[:2]))
    file("nan.npz", npz(x=x + np.nan, y=y))
    file("inf.npz", npz(x=np.full_like(x, np.inf), y=y))
    file("complex.npz", npz(x=x + 1j, y=y))
    file("no-rows.npz", npz(x=x[:0], y=y[:0]))
    file("no-columns.npz", npz(x=x[:, :0], y=y))
    file("one-class.npz", npz(x=x, y=np.zeros(4, int)))
    file("scalar.npz", npz(x=np.float64(3), y=np.int64(2)))
    file("dates.npz", npz(x=x, y=np.array(["2001-01-01"] * 4, "M8[D]")))
    file("many-classes.npz", npz(x=np.zeros((2000, 1)), y=np.arange(2000)))
    file("objects.npz", npz(x=np.array([[{}]] * 4, object), y=y))
    packed = npz(x=x, y=y)
    for cut in range(0, len(packed), 60):
        file(f"cut-{cut}.npz", packed[:cut])
    file("bomb.npz", zipped({"x.npy": whole + bytes(60_000_000), "y.npy": npy(y)}))
    file("deep.npz", nested_zip(10))
    file("text.npz", zipped({"x.npy": b"hello", "y.npy": b"world"}))
    file(
        "letters.mat",
        mat_file(("X", 6, (4, 3), 9, x.T.tobytes()), ("y", 4, (2**31 - 1, 0), 4, b"")),
    )
    for shape in ((2**31 - 1, 2**31 - 1), (-1, 3), (3,), (1,) * 40):
        file(f"shape-{len(shape)}.mat", mat_file(("X", 6, shape, 9, x.T.tobytes())))
    for kind, shape in {"|S0": (10**9,), "<U0": (10**12,), "<f8": (0, 10**18), "<U1": (10**18, 0),
                        "<f4": (10**30, 0), "<c16": (1,), "<f8 ": (True,)}.items():  # fmt: skip
        described = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
        head = b"\x93NUMPY\1\0" + struct.pack("<H", len(described)) + described
        file(f"shape{kind[1:]}.npy", head)
        file(f"shape{kind[1:]}.npz", zipped({"x.npy": npy(x), "y.npy": head}))
    for name, content in {
        "empty": b"", "text": b"MATLAB", "short": b"MATLAB 5.0 MAT-file" + bytes(100),
        "hdf": b"\x89HDF\r\n\x1a\n" + bytes(600), "random": np.random.default_rng(2).bytes(3000),
    }.items():  # fmt: skip
        file(f"{name}.mat", content)


# Pickles


class Hostile:
    def __init__(self, *reduced: Any) -> None:
        self.reduced = reduced

    def __reduce__(self) -> Any:
        return self.reduced


def pickles() -> None:
    for protocol in range(6):
        for name, thing in {
            "system": Hostile(os.system, ("touch hacked",)),
            "eval": Hostile(eval, ("open('hacked', 'w')",)),
            "import": Hostile(__import__, ("os",)),
            "getattr": Hostile(getattr, ("", "join")),
            "load": Hostile(np.load, ("hacked.npy",)),
            "socket": Hostile(socket.socket, ()),
            "path": Hostile(Path, ("hacked",)),
            "path-in-list": [[1, 2], Hostile(os.mkdir, ("hacked",))],
        }.items():
            file(f"{name}-{protocol}.pkl", pickle.dumps(thing, protocol))
    good = pickle.dumps((np.arange(6.0).reshape(2, 3), np.array([0, 1])))
    for cut in range(0, len(good), 12):
        file(f"cut-{cut}.pkl", good[:cut])
    file("deep.pkl", b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b".")
    file("nonsense.pkl", b"\x80\x04" + bytes(range(255)))
    file("huge-text.pkl", b"\x80\x04\x8d" + struct.pack("<Q", 2**60) + b"a.")
    file("huge-bytes.pkl", b"\x80\x04\x8e" + struct.pack("<Q", 2**60) + b"a.")
    file("huge-number.pkl", b"\x80\x02\x8b" + struct.pack("<i", 2**31 - 1) + b"\1.")
    file("memo.pkl", b"\x80\x04]\x94" + b"h\x00h\x00\x86" * 50_000 + b".")
    file("extension.pkl", b"\x80\x02\x82\x01.")
    file("persistent.pkl", b"\x80\x02X\1\0\0\0aQ.")
    file("empty.pkl", b"")
    file("number.pkl", pickle.dumps(3))
    file("text.pkl.gz", gzip.compress(b"hello"))
    file("bomb.pkl.gz", gzip.compress(pickle.dumps(b"\0" * 90_000_000)))


# Pictures and places


def folder_of(name: str, fill: Callable[[Path], None], **settings: Any) -> None:
    def make(folder: Path) -> Path:
        path = folder / name
        path.mkdir()
        fill(path)
        return path

    place(name, make, settings)


def classes_of(content: bytes, ending: str = "png", count: int = 2) -> Callable[[Path], None]:
    def fill(path: Path) -> None:
        for label in "ab"[:count]:
            (path / label).mkdir()
            (path / label / f"1.{ending}").write_bytes(content)

    return fill


def png(width: int, height: int, data: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(data)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def places() -> None:
    folder_of("nothing-in-it", lambda path: None)
    folder_of("no-pictures", lambda path: (path / "read.me").write_text("no") and None)
    folder_of("empty-classes", lambda path: [(path / n).mkdir() for n in "ab"] and None)
    folder_of("one-class", classes_of(png(2, 2, b"\0\1\2\0\3\4"), count=1))
    for name, content in {
        "text": b"no picture", "empty": b"", "cut": png(4, 4, bytes(20))[:40],
        "bomb": png(60_000, 60_000, bytes(1000)), "no-size": png(0, 0, b""),
    }.items():  # fmt: skip
        for ending in ("png", "jpg", "bmp", "gif"):
            folder_of(f"{name}-{ending}", classes_of(content, ending))
    place("missing.csv", lambda folder: folder / "missing.csv")
    place("missing.npz", lambda folder: folder / "missing.npz")
    place("missing-folder", lambda folder: folder / "missing")
    for ending in ("csv", "npz", "pkl", "parquet", "png"):
        place(f"folder.{ending}", made_folder(f"folder.{ending}"))
        place(f"loop.{ending}", looped(f"loop.{ending}"))
        place(f"fifo.{ending}", pipe(f"fifo.{ending}"))
    for device in ("/dev/zero", "/dev/null", "/dev/random"):
        place(f"device-{device[5:]}", lambda folder, device=device: linked(folder, device))
    place("socket", bound_socket)
    file("naïve \u2028 name\n.csv", "")
    file("x" * 240 + ".csv", "")
    file("no ending", b"\1\2\3")
    file("labels.bz2", bz2.compress(b"1,2,3\n"))


def made_folder(name: str) -> Make:
    def make(folder: Path) -> Path:
        (folder / name).mkdir()
        return folder / name

    return make


def looped(name: str) -> Make:
    def make(folder: Path) -> Path:
        (folder / name).symlink_to(folder / name)
        return folder / name

    return make


def pipe(name: str) -> Make:
    def make(folder: Path) -> Path:
        os.mkfifo(folder / name)
        return folder / name

    return make


def linked(folder: Path, device: str) -> Path:
    path = folder / "device.csv"
    path.symlink_to(device)
    return path


def bound_socket(folder: Path) -> Path:
    path = folder / "s.csv"
    with closing(socket.socket(socket.AF_UNIX)) as bound:
        bound.bind(str(path)[-100:] if len(str(path)) < 100 else str(path))
    return path


for _family in (
    tables,
    tables_of_other_programs,
    binary_tables,
    idx_files,
    array_files,
    pickles,
    places,
):
    _family()


@pytest.fixture
def measured() -> Iterator[None]:
    """Fail if more memory was taken than a refusal needs."""
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MOST_MEMORY


def test_there_are_enough() -> None:
    assert len(FILES) >= 300


@pytest.mark.usefixtures("measured")
@pytest.mark.parametrize("name", FILES)
def test_a_malformed_file_gets_one_message(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make, settings = FILES[name]
    path = make(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(DataError) as refusal:
        load(source_of(path), SourceSettings(path=str(path), **settings))
    message = str(refusal.value).replace(str(tmp_path), "")
    assert 10 < len(message) < MOST_TEXT
    assert "Traceback" not in message
    assert sorted(tmp_path.iterdir()) == before
