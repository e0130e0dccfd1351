"""Fashion-MNIST, KMNIST, EMNIST and USPS: small files of their form are read as the real ones."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visualmlp.cli.main import main
from visualmlp.data import SOURCES, available, load
from visualmlp.data.known import emnist, known_source
from visualmlp.data.known.emnist import EMNIST, upright
from visualmlp.data.known.known_set import KnownFile
from visualmlp.data.known.mnist import NAMES
from visualmlp.data.known.usps import read_lines
from visualmlp.errors import DataError

EMNIST_FILES = tuple(
    f"emnist-{{kind}}-{part}-{file}-ubyte"
    for part in ("train", "test")
    for file in ("images-idx3", "labels-idx1")
)


def idx(array: np.ndarray) -> bytes:
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.astype(np.uint8).tobytes()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VISUALMLP_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def put(folder: Path, names: tuple[str, ...], first: int, n_classes: int) -> None:
    """Pictures whose only bright pixel is in row 2, column 5, and as many labels."""
    folder.mkdir(parents=True)
    for name in names:
        labels = np.arange(3 * n_classes) % n_classes + first
        pictures = np.zeros((len(labels), 28, 28))
        across = (5, 2) if "emnist-" in name else (2, 5)
        pictures[:, *across] = 200
        content = idx(pictures if "images" in name else labels)
        (folder / f"{name}.gz").write_bytes(gzip.compress(content))


@pytest.mark.parametrize("name", ["fashion_mnist", "kmnist"])
def test_sets_like_mnist(folder: Path, name: str) -> None:
    put(folder / name, NAMES, 0, 10)
    data = load(name)
    assert (data.name, data.title) == (name, SOURCES[name].known.title)
    assert (data.n_samples, data.n_given_test, data.n_classes) == (60, 30, 10)
    assert (data.source, data.licence) == (
        SOURCES[name].known.origin,
        SOURCES[name].known.licence,
    )


def test_names_of_the_classes(folder: Path) -> None:
    put(folder / "fashion_mnist", NAMES, 0, 10)
    put(folder / "kmnist", NAMES, 0, 10)
    assert load("fashion_mnist").class_names[::3] == ("T-shirt/top", "Dress", "Shirt", "Ankle boot")
    assert load("kmnist").class_names[:4] == ("お o", "き ki", "す su", "つ tsu")


@pytest.mark.parametrize(("kind", "first", "n_classes"), [("digits", 0, 10), ("letters", 1, 26)])
def test_emnist_stands_upright_and_is_labelled(
    folder: Path, kind: str, first: int, n_classes: int
) -> None:
    put(folder / "emnist", tuple(name.format(kind=kind) for name in EMNIST_FILES), first, n_classes)
    data = load(f"emnist_{kind}")
    assert (data.n_samples, data.n_given_test) == (6 * n_classes, 3 * n_classes)
    assert data.x.reshape(-1, 28, 28)[:, 2, 5].tolist() == [200] * data.n_samples
    assert data.class_names == tuple("0123456789" if kind == "digits" else emnist.LETTERS)
    assert data.targets[:3].tolist() == [0, 1, 2]
    other = "emnist_letters" if kind == "digits" else "emnist_digits"
    assert not available(other)


def test_emnist_letters_with_other_labels_are_refused(folder: Path) -> None:
    names = tuple(name.format(kind="letters") for name in EMNIST_FILES)
    put(folder / "emnist", names, 0, 26)
    with pytest.raises(DataError, match=r"labels of EMNIST letters are 0, 1.*not 1 to 26"):
        load("emnist_letters")


@given(rows=st.integers(1, 6), columns=st.integers(1, 6), n=st.integers(1, 4))
@settings(max_examples=20, deadline=None)
def test_turning_upright_swaps_rows_and_columns(rows: int, columns: int, n: int) -> None:
    right = np.arange(n * rows * columns).reshape(n, rows, columns)
    stored = np.stack([picture.T for picture in right]).reshape(n, -1)
    np.testing.assert_array_equal(upright(stored, (rows, columns)), right.reshape(n, -1))


def test_an_archive_put_by_hand_is_adopted(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine"
    names = [name.format(kind=kind) for kind in ("digits", "letters") for name in EMNIST_FILES]
    for kind, first, n in (("digits", 0, 10), ("letters", 1, 26)):
        put(mine / kind, tuple(name.format(kind=kind) for name in EMNIST_FILES), first, n)
    with zipfile.ZipFile(mine / "gzip.zip", "w") as made:
        for path in mine.rglob("emnist-*"):
            made.write(path, f"gzip/{path.name}")
    whole = (mine / "gzip.zip").read_bytes()
    file = KnownFile("gzip.zip", len(whole), hashlib.sha256(whole).hexdigest())
    known = replace(EMNIST, files=(file,))
    find, read = emnist.find_files, lambda folder: load("emnist_letters")
    adopted = known_source._adopt(known, mine, find, read)
    assert sorted(path.name for path in adopted.iterdir()) == sorted(names)
    assert load("emnist_letters").n_classes == 26
    assert load("emnist_digits").n_samples == 60


def test_a_missing_set_says_what_to_do(folder: Path) -> None:
    for name in ("fashion_mnist", "kmnist", "emnist_digits", "emnist_letters", "usps"):
        source = SOURCES[name]
        assert f"visualmlp data get {name} (" in source.problem()
        assert str(folder / source.known.name) in source.problem()
        with pytest.raises(DataError, match="was not found in"):
            load(name)


def test_training_with_a_known_set(folder: Path, tmp_path: Path) -> None:
    put(folder / "kmnist", NAMES, 0, 10)
    run = tmp_path / "run.vmlp"
    settings = ["--set", "data.source=kmnist", "--set", "training.epochs=1"]
    assert main(["train", "digits", *settings, "--out", str(run)]) == 0
    assert run.exists()


# USPS


def line(label: int, values: dict[int, float]) -> str:
    return f"{label} " + " ".join(f"{index}:{value}" for index, value in values.items()) + " \n"


def put_usps(folder: Path, train: str, test: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("usps.bz2", train), ("usps.t.bz2", test)):
        (folder / name).write_bytes(bz2.compress(text.encode()))


def test_usps_is_read(folder: Path) -> None:
    whole = line(10, {index: (index - 128) / 128 for index in range(1, 257)})
    put_usps(folder / "usps", whole + line(1, {}), line(7, {1: -1, 256: 0.25}))
    data = load("usps")
    assert (data.x.shape, data.x.dtype, data.n_given_test) == ((3, 256), np.float32, 1)
    assert data.targets.tolist() == [9, 0, 6]
    assert (data.image_shape, data.value_range) == ((16, 16), (-1, 1))
    np.testing.assert_array_equal(data.x[0], (np.arange(1, 257) - 128) / 128)
    assert (data.x[1] == 0).all()
    assert (data.x[2, 0], data.x[2, 255]) == (-1, 0.25)


BAD_LINES = {
    "label 0": line(0, {}),
    "label 11": line(11, {}),
    "no label": "one 1:1\n",
    "empty line": "\n",
    "index 0": line(1, {0: 0.5}),
    "index 257": line(1, {257: 0.5}),
    "huge index": "1 1e300:0.5\n",
    "value 2": line(1, {1: 2}),
    "nan": "1 1:nan\n",
    "inf": "1 1:inf\n",
    "text": "1 1:x\n",
    "half a pair": "1 1:0.5 2\n",
    "long": "1" * 100_000,
}


@pytest.mark.parametrize("bad", BAD_LINES)
def test_bad_line_of_usps_is_named(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "usps.bz2"
    path.write_bytes(bz2.compress((line(1, {}) + BAD_LINES[bad]).encode()))
    with pytest.raises(DataError, match=r"usps\.bz2, line 2 "):
        read_lines(path)


@pytest.mark.parametrize(
    "content", [b"", b"no archive", bz2.compress(b""), bz2.compress(b"1")[:-3]]
)
def test_damaged_file_of_usps_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "usps.bz2"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"usps\.bz2 .*: fetch it again"):
        read_lines(path)


def test_endless_file_of_usps_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "usps.bz2"
    path.write_bytes(bz2.compress(b"1\n" * 5_000_000))
    with pytest.raises(DataError, match="more than 100,000 lines"):
        read_lines(path)


@given(
    values=st.dictionaries(st.integers(1, 256), st.floats(-1, 1, width=32)),
    label=st.integers(1, 10),
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_usps_reads_what_was_written(tmp_path: Path, values: dict[int, float], label: int) -> None:
    path = tmp_path / "usps.bz2"
    path.write_bytes(bz2.compress(line(label, values).encode()))
    pixels, labels = read_lines(path)
    assert labels.tolist() == [label - 1]
    expected = np.zeros(256, np.float32)
    expected[[index - 1 for index in values]] = list(values.values())
    np.testing.assert_array_equal(pixels[0], expected)
