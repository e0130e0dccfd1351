"""IDX files: good ones, and every way in which one can be bad."""

from __future__ import annotations

import gzip
import hashlib
import struct
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visualmlp import paths
from visualmlp.data import available, idx, load, load_idx_pair, read_idx
from visualmlp.data.idx import DTYPES
from visualmlp.data.known.mnist import find_files
from visualmlp.data.large.mapped import is_mapped
from visualmlp.errors import DataError

MNIST_SHA256 = (
    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
)
IMAGES = np.arange(5 * 3 * 2, dtype=np.uint8).reshape(5, 3, 2)
LABELS = np.array([0, 1, 2, 1, 0], np.uint8)
fast = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


gzipped = partial(gzip.compress, mtime=0)
"""The same bytes each time: tests are named by them."""


def idx_bytes(array: np.ndarray, code: int = 8) -> bytes:
    head = struct.pack(f">HBB{array.ndim}I", 0, code, array.ndim, *array.shape)
    return head + array.astype(np.dtype(f">{DTYPES[code]}")).tobytes()


GOOD = idx_bytes(IMAGES)


def write(folder: Path, content: bytes, name: str = "a-images-idx3-ubyte") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("code", DTYPES)
@pytest.mark.parametrize("pack", [bytes, gzipped])
def test_reads_every_type(tmp_path: Path, code: int, pack: Callable[[bytes], bytes]) -> None:
    expected = np.array([[1, 2, 3], [4, 5, 100]], DTYPES[code])
    found = read_idx(write(tmp_path, pack(idx_bytes(expected, code))))
    assert found.dtype == expected.dtype
    assert found.dtype.isnative
    np.testing.assert_array_equal(found, expected)


def test_reads_gzip_of_several_members(tmp_path: Path) -> None:
    path = write(tmp_path, gzipped(GOOD[:20]) + gzipped(GOOD[20:]))
    np.testing.assert_array_equal(read_idx(path), IMAGES)


def flipped(content: bytes, position: int, mask: int = 0xFF) -> bytes:
    changed = bytearray(content)
    changed[position] ^= mask
    return bytes(changed)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "is empty"),
        (gzipped(b""), "is empty"),
        (b"\0\0", "not an IDX file"),
        (b"PK\x03\x04abcdefgh", "begins with the bytes 50 4b 03 04"),
        (b"\0\0\x07\x01\0\0\0\1a", "0x07 is no type code"),
        (b"\0\0\x08\0", "0 dimensions"),
        (b"\0\0\x08\xff" + b"\0\0\0\1" * 255, "255 dimensions"),
        (GOOD[:10], "ends inside its header"),
        (GOOD[:-1], "announces 30 bytes of values"),
        (GOOD + b"x", "goes on after the 30 bytes"),
        (b"\0\0\x08\x03" + b"\xff" * 12, "too short"),
        (gzipped(b"\0\0\x08\x03" + b"\xff" * 12), "too short"),
        (b"\0\0\x08\x02\0\0\0\0\0\0\0\5", "announces no values"),
        (gzipped(GOOD[:-1]), "ends after 29 of 30 bytes"),
        (gzipped(GOOD + b"x"), "goes on after"),
        (gzipped(GOOD)[:-9], "damaged gzip"),
        (flipped(gzipped(GOOD), -6), "damaged gzip"),
        (gzipped(GOOD)[:12], "damaged gzip"),
        (gzipped(GOOD) + b"rubbish", "damaged gzip"),
    ],
)
def test_refuses_damaged_files(tmp_path: Path, content: bytes, text: str) -> None:
    path = write(tmp_path, content)
    with pytest.raises(DataError, match=text) as caught:
        read_idx(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("name", ["missing", ""])
def test_refuses_what_is_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match="is no file"):
        read_idx(tmp_path / name)


@pytest.mark.parametrize("announced", [30, 500_000])
def test_does_not_inflate_more_than_announced(tmp_path: Path, announced: int) -> None:
    head = struct.pack(">HBBI", 0, 8, 1, announced)
    path = write(tmp_path, gzipped(head + bytes(64 * 2**20)))
    tracemalloc.start()
    with pytest.raises(DataError, match="goes on after"):
        read_idx(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * 2**20


def test_absurd_sizes_take_no_memory(tmp_path: Path) -> None:
    path = write(tmp_path, gzipped(struct.pack(">HBBI", 0, 8, 1, 2**31) + bytes(1000)))
    tracemalloc.start()
    with pytest.raises(DataError, match="too short"):
        read_idx(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


def outcome(path: Path) -> tuple[int, ...] | str:
    """The shape that was read, or the message; either without much memory."""
    tracemalloc.start()
    try:
        result: tuple[int, ...] | str = read_idx(path).shape
    except DataError as error:
        result = str(error)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20
    return result


@fast
@given(length=st.integers(0, len(GOOD) - 1), zipped=st.booleans())
def test_every_truncation_is_explained(tmp_path: Path, length: int, zipped: bool) -> None:
    packed = gzipped(GOOD)
    content = packed[: length * len(packed) // len(GOOD)] if zipped else GOOD[:length]
    with pytest.raises(DataError):
        read_idx(write(tmp_path, content))


@fast
@given(data=st.data(), zipped=st.booleans(), mask=st.integers(1, 255))
def test_every_changed_byte_loads_or_is_explained(
    tmp_path: Path, data: st.DataObject, zipped: bool, mask: int
) -> None:
    content = gzipped(GOOD) if zipped else GOOD
    position = data.draw(st.integers(0, len(content) - 1))
    path = write(tmp_path, flipped(content, position, mask))
    result = outcome(path)
    assert result == IMAGES.shape or str(path) in str(result)


@fast
@given(st.binary(max_size=200), st.sampled_from([b"", b"\0\0\x08\x01", b"\x1f\x8b\x08\0"]))
def test_any_bytes_load_or_are_explained(tmp_path: Path, content: bytes, head: bytes) -> None:
    path = write(tmp_path, head + content)
    result = outcome(path)
    assert isinstance(result, tuple) or str(path) in result


def pair(folder: Path, images: np.ndarray, labels: np.ndarray, code: int = 8) -> tuple[Path, Path]:
    return (
        write(folder, idx_bytes(images), "a-images-idx3-ubyte"),
        write(folder, idx_bytes(labels, code), "a-labels-idx1-ubyte"),
    )


def test_pair_becomes_a_dataset(tmp_path: Path) -> None:
    data = load_idx_pair(*pair(tmp_path, IMAGES, LABELS))
    assert data.x.shape == (5, 6)
    assert data.image_shape == (3, 2)
    assert data.class_names == ("0", "1", "2")
    assert data.feature_names[3] == "r1c1"
    assert data.value_range == (0, 255)
    np.testing.assert_array_equal(data.x[1], IMAGES[1].ravel())


def test_labels_that_occur_are_the_classes(tmp_path: Path) -> None:
    data = load_idx_pair(*pair(tmp_path, IMAGES, np.array([-3, 70000, 5, 5, -3]), 0x0C))
    assert data.class_names == ("-3", "5", "70000")
    assert data.targets.tolist() == [0, 2, 1, 1, 0]


def test_counts_must_agree(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a-images.* 5 pictures but .*a-labels.* 4 labels"):
        load_idx_pair(*pair(tmp_path, IMAGES, LABELS[:4]))


def test_labels_must_be_of_the_classes(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a-labels.*label 2 at position 2 is outside 0 to 1"):
        load_idx_pair(*pair(tmp_path, IMAGES, LABELS), class_names=("a", "b"))


def test_label_outside_is_found_in_the_test_file(tmp_path: Path) -> None:
    good = pair(tmp_path, IMAGES, LABELS)
    folder = tmp_path / "test"
    folder.mkdir()
    test = pair(folder, IMAGES, LABELS + np.uint8(1))
    with pytest.raises(DataError) as caught:
        load_idx_pair(*good, test_pair=test, class_names=("a", "b", "c"))
    assert f"{test[1]}: label 3 at position 2" in str(caught.value)


def test_swapped_files_are_explained(tmp_path: Path) -> None:
    images, labels = pair(tmp_path, IMAGES, LABELS)
    with pytest.raises(DataError, match="choose the images file"):
        load_idx_pair(labels, labels)
    with pytest.raises(DataError, match="choose the labels file"):
        load_idx_pair(images, images)


def test_too_many_classes_are_refused(tmp_path: Path) -> None:
    images, labels = np.zeros((1001, 1, 1)), np.arange(1001)
    with pytest.raises(DataError, match="1,001 different labels"):
        load_idx_pair(*pair(tmp_path, images, labels, 0x0C))


def test_nan_pictures_are_refused(tmp_path: Path) -> None:
    images = np.zeros((5, 2, 2))
    images[3, 1, 0] = np.nan
    path = write(tmp_path, idx_bytes(images, 0x0E), "float-images")
    labels = write(tmp_path, idx_bytes(LABELS), "float-labels")
    with pytest.raises(DataError, match="nan in row 3, column 'r1c0'"):
        load_idx_pair(path, labels)


def test_stacked_files_must_hold_the_same_kind(tmp_path: Path) -> None:
    good = pair(tmp_path, IMAGES, LABELS)
    other = write(tmp_path, idx_bytes(IMAGES[:, :2]), "other-images")
    with pytest.raises(DataError, match="other-images holds samples of another kind"):
        load_idx_pair(*good, test_pair=(other, good[1]))


needs_mnist = pytest.mark.skipif(
    not available("mnist"), reason="MNIST is not in a folder of visualmlp.paths.data_folders()"
)


@needs_mnist
def test_mnist_files_have_the_known_content() -> None:
    folder = next(path / "mnist" for path in paths.data_folders() if (path / "mnist").is_dir())
    for path, expected in zip(find_files(folder).values(), MNIST_SHA256, strict=True):
        array = read_idx(path)
        assert hashlib.sha256(idx_bytes(array)).hexdigest() == expected


@needs_mnist
def test_mnist_is_one_set_with_its_test_part() -> None:
    data = load("mnist")
    assert (data.x.shape, data.x.dtype, data.n_given_test) == ((70000, 784), np.uint8, 10000)
    assert data.image_shape == (28, 28)
    assert data.targets[:5].tolist() == [5, 0, 4, 1, 9]
    assert data.targets[60000:60003].tolist() == [7, 2, 1]
    assert int(data.x[1].sum()) == 31095
    assert data.class_counts()["8"] == 5851 + 974


def test_a_large_file_of_bytes_stays_in_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idx, "MAPPED_FROM", 1000)
    values = np.arange(7 * 20 * 20).reshape(7, 20, 20)
    for dtype, code, mapped in (("u1", 8, True), (">f4", 13, False)):
        stored = values.astype(dtype)
        header = bytes([0, 0, code, 3]) + np.array(values.shape, ">u4").tobytes()
        path = tmp_path / "x-images-idx3-ubyte"
        path.write_bytes(header + stored.tobytes())
        read = read_idx(path)
        assert is_mapped(read) is mapped
        np.testing.assert_array_equal(read, stored)
    path.write_bytes(header + stored.tobytes() + b"0")
    with pytest.raises(DataError, match="goes on after"):
        read_idx(path)
