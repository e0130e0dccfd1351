"""Arrays of the user's: NumPy's files, MATLAB's and pickles become data sets."""

from __future__ import annotations

import gzip
import io
import os
import pickle
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.io as scipy_io
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visualmlp.data import Dataset, SourceSettings, load, source_of
from visualmlp.data.arrays import mat as mat_file
from visualmlp.data.arrays import npy as npy_file
from visualmlp.data.large import mapped
from visualmlp.data.large.mapped import is_mapped
from visualmlp.errors import DataError

fast = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
X = np.arange(5 * 4, dtype=np.float64).reshape(5, 4) / 8
Y = np.array([0, 1, 2, 1, 0])
PICTURES = np.arange(5 * 3 * 2, dtype=np.uint8).reshape(5, 3, 2)


def opened(path: Path, **more: Any) -> Dataset:
    return load(source_of(path), SourceSettings(path=str(path), **more))


def npz(folder: Path, **arrays: Any) -> Path:
    np.savez(folder / "a.npz", **arrays)
    return folder / "a.npz"


def pickled(folder: Path, value: Any, name: str = "a.pkl") -> Path:
    content = pickle.dumps(value, 2)
    (folder / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return folder / name


def message(path: Path, **more: Any) -> str:
    with pytest.raises(DataError) as caught:
        opened(path, **more)
    assert str(path.parent) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ("x", "y"),
        ("X", "Y"),
        ("data", "target"),
        ("images", "labels"),
        ("features", "targets"),
        ("train_images", "train_labels"),
        ("X_train", "y_train"),
        ("trainX", "trainY"),
        ("fea", "gnd"),
        ("arr_0", "arr_1"),
        ("this", "that"),
    ],
)
def test_names_of_samples_and_answers(tmp_path: Path, x: str, y: str) -> None:
    data = opened(npz(tmp_path, **{y: Y, x: X}))
    np.testing.assert_array_equal(data.x, X)
    assert data.targets.tolist() == Y.tolist()
    assert (data.name, data.class_names, data.image_shape) == ("arrays", ("0", "1", "2"), None)
    assert data.feature_names == ("x1", "x2", "x3", "x4")


def test_the_surest_names_win(tmp_path: Path) -> None:
    others = {"data": X[:, :1], "notes": np.zeros(3), "target_names": np.array(["a", "b"])}
    data = opened(npz(tmp_path, images=PICTURES, target=Y, **others))
    assert data.image_shape == (3, 2)


@pytest.mark.parametrize("names", ["x_train y_train x_test y_test", "train test trainlab testlab"])
def test_given_test_part(tmp_path: Path, names: str) -> None:
    a, b, c, d = names.split()
    values = (X, Y, X[:2], Y[:2]) if "y_train" in names else (X, X[:2], Y, Y[:2])
    data = opened(npz(tmp_path, **dict(zip((a, b, c, d), values, strict=True))))
    assert (data.n_samples, data.n_given_test) == (7, 2)
    np.testing.assert_array_equal(data.x[5:], X[:2])


def test_validation_part_of_a_file_is_to_learn_from(tmp_path: Path) -> None:
    parts = {"x_train": X, "y_train": Y, "x_val": X + 1, "y_val": Y, "x_test": X + 2, "y_test": Y}
    data = opened(npz(tmp_path, **parts))
    np.testing.assert_array_equal(data.x, np.concatenate([X, X + 1, X + 2]))
    assert data.n_given_test == 5
    assert "validation part (5 samples)" in data.notes[0]


def test_pictures_keep_their_shape(tmp_path: Path) -> None:
    for shape in ((5, 3, 2), (5, 3, 2, 1), (5, 1, 3, 2)):
        data = opened(npz(tmp_path, x=PICTURES.reshape(shape), y=Y))
        assert (data.image_shape, data.value_range, data.x.dtype) == ((3, 2), (0, 255), np.uint8)
        np.testing.assert_array_equal(data.x, PICTURES.reshape(5, 6))


@pytest.mark.parametrize("planes_first", [False, True])
def test_colours_become_grey_as_pillow_makes_them(tmp_path: Path, planes_first: bool) -> None:
    from PIL import Image

    colours = np.random.default_rng(0).integers(0, 256, (6, 4, 5, 3), dtype=np.uint8)
    expected = [np.asarray(Image.fromarray(c).convert("L")).reshape(-1) for c in colours]
    x = np.moveaxis(colours, -1, 1) if planes_first else colours
    data = opened(npz(tmp_path, x=x, y=np.arange(6)))
    np.testing.assert_array_equal(data.x, expected)
    assert data.image_shape == (4, 5)
    assert "6 colour pictures became grey" in data.notes[0]


def test_rows_of_cifar_are_pictures(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).integers(0, 256, (4, 3072), dtype=np.uint8)
    batch = {b"data": rows, b"labels": [3, 1, 3, 1], b"filenames": ["a", "b", "c", "d"]}
    data = opened(pickled(tmp_path, batch, "data_batch_1"))
    planes = rows.reshape(4, 3, 1024).astype(float)
    grey = planes[:, 0] * 0.299 + planes[:, 1] * 0.587 + planes[:, 2] * 0.114
    assert data.image_shape == (32, 32)
    assert data.class_names == ("1", "3")
    assert np.abs(data.x - grey).max() <= 0.51


@pytest.mark.parametrize(
    ("dtype", "high", "found", "value_range"),
    [
        ("f4", 0.75, "f4", (0, 1)),
        ("f4", 1, "u1", (0, 1)),
        ("f8", 255, "u1", (0, 255)),
        (">i4", 255, "u1", (0, 255)),
        ("?", 1, "u1", (0, 1)),
        (">f4", 300, "f4", (0, 300)),
        ("f2", 0.5, "f4", (0, 1)),
        ("c16", 0.5, "f8", (0, 1)),
    ],
)
def test_types_and_ranges_of_pictures(
    tmp_path: Path, dtype: str, high: float, found: str, value_range: tuple[float, float]
) -> None:
    x = np.zeros((5, 3, 2))
    x[0] = high
    data = opened(npz(tmp_path, x=x.astype(dtype), y=Y))
    assert (data.x.dtype, data.value_range) == (np.dtype(found), value_range)
    np.testing.assert_array_equal(data.x.reshape(5, 3, 2), x)


def test_square_rows_are_pictures_if_that_is_sure(tmp_path: Path) -> None:
    def shape(width: int, dtype: str) -> tuple[int, int] | None:
        return opened(npz(tmp_path, x=np.ones((5, width), dtype), y=Y)).image_shape

    assert shape(784, "f4") == (28, 28)
    assert shape(64, "u1") == (8, 8)
    assert shape(64, "f4") is None
    assert shape(783, "f4") is None
    assert shape(16, "u1") is None


@pytest.mark.parametrize(
    ("y", "task", "names"),
    [
        (np.array(["b", "a", "b", "c", "a"]), "classification", ("a", "b", "c")),
        (np.array([b"b", b"a", b"b", b"c", b"a"]), "classification", ("a", "b", "c")),
        (np.array([[10.0], [9.0], [10.0], [9.0], [9.0]]), "classification", ("9", "10")),
        (np.eye(5), "classification", ("0", "1", "2", "3", "4")),
        (np.array([True, False, True, True, False]), "classification", ("0", "1")),
        (np.array([0.5, 1, 2, 3, 4]), "regression", ()),
        (np.arange(10.0).reshape(5, 2), "regression", ()),
    ],
)
def test_answers(tmp_path: Path, y: np.ndarray, task: str, names: tuple[str, ...]) -> None:
    data = opened(npz(tmp_path, x=X, y=y))
    assert (data.task, data.class_names) == (task, names)
    if task == "regression":
        np.testing.assert_array_equal(data.targets, y.reshape(5, -1))
    elif names == ("9", "10"):
        assert data.targets.tolist() == [1, 0, 1, 0, 0]


def test_whole_numbers_are_reached_if_the_task_says_so(tmp_path: Path) -> None:
    path = npz(tmp_path, x=np.zeros((2000, 2)) + np.arange(2), y=np.arange(2000))
    assert "2,000 different labels" in message(path)
    assert opened(path, task="regression").targets[3].tolist() == [3.0]


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ("x.npy", "y.npy"),
        ("train_images.npy", "train_labels.npy"),
        ("some.npy", "labels.npy"),
        ("kmnist-train-imgs.npz", "kmnist-train-labels.npz"),
    ],
)
def test_answers_beside(tmp_path: Path, x: str, y: str) -> None:
    for name, array in ((x, X), (y, Y)):
        (np.save if name.endswith("npy") else np.savez)(tmp_path / name, array)
    assert opened(tmp_path / x).targets.tolist() == Y.tolist()


def test_test_files_beside_and_named(tmp_path: Path) -> None:
    for part, rows in (("train", 5), ("test", 3)):
        np.save(tmp_path / f"x_{part}.npy", X[:rows])
        np.save(tmp_path / f"y_{part}.npy", Y[:rows])
    assert opened(tmp_path / "x_train.npy").n_given_test == 3
    path = npz(tmp_path, x=X, y=Y)
    assert opened(path, test_path=str(tmp_path / "x_test.npy")).n_given_test == 3


def test_missing_answers_are_explained(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", X)
    assert "has no answers: put" in message(tmp_path / "x.npy")
    assert "y.npy" in message(tmp_path / "x.npy")


def test_large_npy_stays_in_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npy_file, "MAPPED_FROM", 2**20)
    monkeypatch.setattr(mapped, "CHUNK_BYTES", 2**17)
    x = np.zeros((2**14, 128), np.uint8)
    x[:, 0] = np.arange(2**14) % 256
    for rows in (2**12, 2**14):
        np.save(tmp_path / "x.npy", x[:rows])
        np.save(tmp_path / "y.npy", np.arange(rows) % 3)
        data = opened(tmp_path / "x.npy")
        np.testing.assert_array_equal(data.x, x[:rows])
        assert is_mapped(data.x) == (rows == 2**14)


@fast
@given(
    dtype=st.sampled_from(["?", "i1", "u1", "<i4", ">i8", "<f2", "<f4", ">f8"]),
    shape=st.sampled_from([(5, 4), (5, 3, 2), (5, 1)]),
    order=st.sampled_from("CF"),
    kind=st.sampled_from(["npz", "packed", "npy", "mat", "pkl.gz"]),
)
def test_every_writer_is_read(
    tmp_path: Path, dtype: str, shape: tuple[int, ...], order: Any, kind: str
) -> None:
    x = np.array(np.arange(np.prod(shape)).reshape(shape) % 50, dtype, order=order)
    path = tmp_path / f"a.{kind}"
    if kind == "npy":
        np.save(path, x)
        np.save(tmp_path / "y.npy", Y)
    elif kind in ("npz", "packed"):
        path = path.with_suffix(".npz")
        (np.savez_compressed if kind == "packed" else np.savez)(path, x=x, y=Y)
    elif kind == "mat":
        native = x.astype(np.float64 if dtype == "<f2" else x.dtype.newbyteorder("="))
        scipy_io.savemat(path, {"X": native, "y": Y[:, None]}, do_compression=order == "F")
    else:
        pickled(tmp_path, (x, Y), path.name)
    data = opened(path)
    np.testing.assert_array_equal(data.x, x.reshape(5, -1))
    assert data.x.dtype.isnative
    assert data.targets.tolist() == Y.tolist()


# Pickles of courses


def test_mnist_pkl_gz(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    parts = [(rng.random((n, 784), np.float32), rng.integers(0, 10, n)) for n in (50, 20, 30)]
    data = opened(pickled(tmp_path, tuple(parts), "mnist.pkl.gz"))
    assert (data.n_samples, data.n_given_test, data.image_shape) == (100, 30, (28, 28))
    np.testing.assert_array_equal(data.x, np.concatenate([x for x, _ in parts]))
    assert data.value_range == (0, 1)


@pytest.mark.parametrize(
    "value",
    [
        (X, Y),
        [X, Y.tolist()],
        {"data": X.tolist(), "label": Y.tolist()},
        {b"x": X, b"y": Y},
        [(row[:, None], label) for row, label in zip(X, np.eye(3)[Y], strict=True)],
        {"train": (X, Y)},
        {"train": {"x": X, "y": Y}},
    ],
)
def test_other_ways_to_pickle(tmp_path: Path, value: Any) -> None:
    data = opened(pickled(tmp_path, value))
    np.testing.assert_array_equal(data.x, X)
    assert data.targets.tolist() == Y.tolist()


@pytest.mark.parametrize(
    "value",
    [
        ((X, Y), (X[:3], Y[:3])),
        (X, Y, X[:3], Y[:3]),
        (X, X[:3], Y, Y[:3]),
        {"training_images": X, "training_labels": Y, "test_images": X[:3], "test_labels": Y[:3]},
        {"test": (X[:3], Y[:3]), "train": (X, Y)},
    ],
)
def test_pickles_with_a_test_part(tmp_path: Path, value: Any) -> None:
    data = opened(pickled(tmp_path, value))
    assert (data.n_samples, data.n_given_test) == (8, 3)
    assert data.targets[5:].tolist() == Y[:3].tolist()


# MATLAB


def matlab(folder: Path, compress: bool = False, **values: Any) -> Path:
    scipy_io.savemat(folder / "a.mat", values, do_compression=compress)
    return folder / "a.mat"


@pytest.mark.parametrize("compress", [False, True])
def test_matlab_file_of_a_course(tmp_path: Path, compress: bool) -> None:
    names = np.array(["cell", "text"], object)
    path = matlab(tmp_path, compress, X=X, y=Y[:, None] + 1.0, names=names, s={"a": 1})
    data = opened(path)
    np.testing.assert_array_equal(data.x, X)
    assert data.class_names == ("1", "2", "3")


def test_matlab_with_samples_last(tmp_path: Path) -> None:
    data = opened(matlab(tmp_path, X=np.moveaxis(PICTURES, 0, -1), y=Y[None]))
    np.testing.assert_array_equal(data.x, PICTURES.reshape(5, 6))
    assert data.image_shape == (3, 2)


def test_matlab_files_that_cannot_be_read(tmp_path: Path) -> None:
    from scipy.sparse import csr_array

    assert "save X and y as variables" in message(matlab(tmp_path, s={"a": 1}))
    assert "full(X)" in message(matlab(tmp_path, X=csr_array(X).tocsc()))
    path = tmp_path / "a.mat"
    path.write_bytes(b"MATLAB 7.3 MAT-file".ljust(512) + b"\x89HDF\r\n\x1a\n")
    assert "version 7.3" in message(path)
    path.write_bytes(b"MATLAB 4 is older")
    assert "no MATLAB file of version 5 to 7" in message(path)


def test_matlab_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mat_file, "MAX_BYTES", 2**22)
    assert "more than 4,194,304" in message(matlab(tmp_path, X=np.zeros((2**10, 2**10))))
    path = matlab(tmp_path, X=X)
    packed = zlib.compress(bytes(2**26))
    path.write_bytes(path.read_bytes()[:128] + struct.pack("<II", 15, len(packed)) + packed)
    tracemalloc.start()
    assert "more than 4,194,304" in message(path)
    assert tracemalloc.get_traced_memory()[1] < 2**24
    tracemalloc.stop()


# Damaged files


def npy_bytes(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


GOOD = npy_bytes(X)
OBJECTS = np.array([None, 1])
HEAD = b"\x93NUMPY\1\0"


def header(text: str) -> bytes:
    return HEAD + struct.pack("<H", len(text)) + text.encode()


BAD: list[tuple[bytes, str]] = [
    (b"", "is empty"),
    (GOOD[:40], "no NumPy file"),
    (GOOD[:-1], "announces 160 bytes of values but has 159"),
    (GOOD + b"x", "has 161"),
    (b"\x93NUMPY\7\0" + GOOD[8:], "no NumPy file"),
    (header("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999, 9)}"), "announces"),
    (header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 9)}"), "shape"),
    (header("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}"), "only numbers and texts"),
    (header("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,)}"), "only numbers"),
    (header("__import__('os').system('false')"), "no NumPy file"),
    (header("(" * 5000), "no NumPy file"),
    (header("{'descr': '<f8', 'fortran_order': False, 'shape': ()}") + bytes(8), "no array"),
]


@pytest.mark.parametrize(("content", "text"), BAD)
def test_damaged_npy(tmp_path: Path, content: bytes, text: str) -> None:
    (tmp_path / "x.npy").write_bytes(content)
    np.save(tmp_path / "y.npy", Y)
    assert text in message(tmp_path / "x.npy")


@pytest.mark.parametrize(("content", "text"), BAD[1:])
def test_damaged_npy_in_npz(tmp_path: Path, content: bytes, text: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("x.npy", content)
    assert message(tmp_path / "a.npz")


def test_objects_in_npz_are_passed_over_if_there_is_more(tmp_path: Path) -> None:
    assert opened(npz(tmp_path, x=X, y=Y, more=OBJECTS)).n_samples == 5
    assert "only numbers and texts" in message(npz(tmp_path, x=OBJECTS))


def test_npz_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npy_file, "MAX_BYTES", 2**20)
    np.savez_compressed(tmp_path / "a.npz", x=np.zeros(2**22))
    tracemalloc.start()
    assert "1,048,576 bytes" in message(tmp_path / "a.npz")
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("arrays", "text"),
    [
        ({"x": X, "y": Y[:3]}, "5 samples but 3 answers"),
        ({"x": np.array([[1.0, np.nan]] * 5), "y": Y}, "value 2 of sample 1 is nan: replace it"),
        ({"x": np.array([[1.0, np.inf]] * 5), "y": Y}, "value 2 of sample 1 is inf"),
        ({"x": X, "y": np.array([0, 1, 2, np.nan, 1])}, "answer of sample 4 is no finite"),
        ({"x": X * 1j, "y": Y}, "complex numbers"),
        ({"x": X.astype(str), "y": Y}, "texts, no numbers"),
        ({"x": X, "y": np.zeros(5, int)}, "all labels are the same"),
        ({"x": np.zeros((5, 0)), "y": Y}, "is empty"),
        ({"x": np.zeros((0, 4)), "y": Y[:0]}, "is empty"),
        ({"x": np.zeros((5, 2, 2, 2, 2)), "y": Y}, "has the shape (5, 2, 2, 2, 2)"),
        ({"a": X, "b": Y, "c": Y}, "which of them are the samples cannot be told"),
        ({"x_train": X, "y_train": Y, "x_test": X[:, :2], "y_test": Y}, "do not belong together"),
    ],
)
def test_arrays_that_cannot_be_learnt_from(
    tmp_path: Path, arrays: dict[str, np.ndarray], text: str
) -> None:
    assert text in message(npz(tmp_path, **arrays))


@pytest.mark.parametrize(
    "value",
    [[], {}, None, 5, "text", [[1, 2], [3]], [{"a": 1}], {"x": [[1, "a"]], "y": [1]}, [[]], ()],
)
def test_pickles_without_samples(tmp_path: Path, value: Any) -> None:
    assert message(pickled(tmp_path, value))


@pytest.mark.parametrize("kind", ["npz", "npy", "mat", "packed.mat", "pkl"])
@fast
@given(data=st.data())
def test_truncated_and_changed_files_load_or_are_explained(
    tmp_path: Path, kind: str, data: st.DataObject
) -> None:
    content = bytearray(_written(tmp_path, kind))
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content) - 1))]
    else:
        for _ in range(data.draw(st.integers(1, 3))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / f"b.{kind}"
    path.write_bytes(content)
    np.save(tmp_path / "y.npy", Y)
    assert _outcome(path)


def _written(folder: Path, kind: str) -> bytes:
    writers: dict[str, Callable[[Path], Any]] = {
        "npz": lambda path: np.savez_compressed(path, x=X, y=Y),
        "npy": lambda path: np.save(path, X),
        "mat": lambda path: scipy_io.savemat(path, {"X": X, "y": Y}),
        "packed.mat": lambda path: scipy_io.savemat(path, {"X": X, "y": Y}, do_compression=True),
        "pkl": lambda path: path.write_bytes(pickle.dumps((X, Y), 4)),
    }
    writers[kind](folder / f"good.{kind}")
    return (folder / f"good.{kind}").read_bytes()


def _outcome(path: Path) -> str:
    try:
        return opened(path).title
    except DataError as error:
        return str(error)


def test_special_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "loop.npz").symlink_to(tmp_path / "loop.npz")
    (tmp_path / "folder.npz").mkdir()
    os.mkfifo(tmp_path / "pipe.npz")
    for name in ("loop.npz", "folder.npz", "pipe.npz", "nothing.npz"):
        with pytest.raises(DataError):
            load("arrays", SourceSettings(path=str(tmp_path / name)))
    with pytest.raises(DataError, match="path is empty"):
        load("arrays")
