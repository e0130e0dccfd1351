"""The registry of sources: bundled, found and made sets."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp import paths
from visualmlp.data import (
    CURVES,
    SOURCES,
    Dataset,
    SourceSettings,
    available,
    load,
    open_idx,
    source_of,
)
from visualmlp.data.builtin import read_iris
from visualmlp.errors import DataError, UnknownNameError

gzipped = partial(gzip.compress, mtime=0)
"""The same bytes each time: tests are named by them."""

MADE = [s.name for s in SOURCES.values() if s.kind == "made" and not s.needs_settings]
TWO_CLASSES = ("xor", "circles", "moons")
MNIST_NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


def test_order_of_the_sources() -> None:
    names = "digits mnist tiny_mnist fashion_mnist kmnist emnist_digits emnist_letters usps"
    names += " iris xor circles moons spirals blobs curve random_points"
    names += " csv pictures arrays idx given"
    assert list(SOURCES) == names.split()


def test_unknown_source_gets_a_hint() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'moons'"):
        load("moon")


@pytest.mark.parametrize("name", [s.name for s in SOURCES.values() if s.kind == "bundled"] + MADE)
def test_bundled_and_made_sets_load(name: str) -> None:
    data = load(name)
    assert available(name)
    assert data.name == name
    assert data.licence


def test_bundled_files_have_the_recorded_content() -> None:
    folder = paths.bundled_data()
    lines = (folder / "SHA256SUMS").read_text("ascii").splitlines()
    assert len(lines) == 3
    for digest, name in (line.split("  ") for line in lines):
        zipped = "idx" in name
        content = (folder / (f"{name}.gz" if zipped else name)).read_bytes()
        content = gzip.decompress(content) if zipped else content
        assert hashlib.sha256(content).hexdigest() == digest


def test_digits() -> None:
    data = load("digits")
    assert (data.x.shape, data.x.dtype, data.image_shape) == ((1797, 64), np.uint8, (8, 8))
    assert data.value_range == (0, 16)
    assert data.x.max() == 16
    assert data.x[0, :8].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
    assert list(data.class_counts().values()) == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_iris_is_ucis_and_not_fishers() -> None:
    data = load("iris")
    assert data.x.shape == (150, 4)
    assert data.x[34].tolist() == data.x[37].tolist() == [4.9, 3.1, 1.5, 0.1]
    assert data.x[0].tolist() == [5.1, 3.5, 1.4, 0.2]
    assert data.class_counts() == {"setosa": 50, "versicolor": 50, "virginica": 50}
    assert data.targets.tolist() == [0] * 50 + [1] * 50 + [2] * 50


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("5.1,3.5,1.4,Iris-setosa", "line 2: 3 numbers"),
        ("5.1,x,1.4,0.2,Iris-setosa", "line 2: could not convert"),
        ("5.1,3.5,1.4,0.2,Iris-rose", "line 2: "),
    ],
)
def test_bad_iris_line_is_named(tmp_path: Path, line: str, text: str) -> None:
    path = tmp_path / "iris.data"
    path.write_text(f"5.1,3.5,1.4,0.2,Iris-setosa\n{line}\n")
    with pytest.raises(DataError, match=text):
        read_iris(path)


def test_missing_iris_is_explained(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="install VisualMLP again"):
        read_iris(tmp_path / "iris.data")


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VISUALMLP_DATA", str(tmp_path))
    monkeypatch.setattr(paths, "user_data", lambda: tmp_path / "user")
    return tmp_path


def put_mnist_like(folder: Path, names: tuple[str, ...] = MNIST_NAMES) -> None:
    """The digits in the layout of MNIST: training and test part are the same."""
    folder.mkdir(parents=True)
    for name in names:
        kind = "images-idx3" if "images" in name else "labels-idx1"
        packed = paths.bundled_data() / "digits" / f"digits-{kind}-ubyte.gz"
        if name.endswith(".gz"):
            shutil.copy(packed, folder / name)
        else:
            (folder / name).write_bytes(gzip.decompress(packed.read_bytes()))


def adopt(folder: Path) -> Path:
    take = SOURCES["mnist"].adopt
    assert take is not None
    return take(folder)


def test_missing_mnist_says_where_to_put_what(data_folder: Path) -> None:
    assert not available("mnist")
    with pytest.raises(DataError) as caught:
        load("mnist")
    text = str(caught.value)
    for part in (*MNIST_NAMES, "VISUALMLP_DATA", str(data_folder / "mnist"), "user"):
        assert part in text


@pytest.mark.parametrize(
    "names",
    [
        MNIST_NAMES,
        tuple(f"{name}.gz" for name in MNIST_NAMES),
        tuple(name.replace("-idx", ".idx") for name in MNIST_NAMES),
    ],
)
def test_mnist_is_found_under_its_usual_names(data_folder: Path, names: tuple[str, ...]) -> None:
    put_mnist_like(data_folder / "user" / "mnist", names)
    assert available("mnist")
    data = load("mnist")
    assert (data.n_samples, data.n_given_test) == (2 * 1797, 1797)


def test_folder_that_lacks_a_file_is_passed_over(data_folder: Path) -> None:
    put_mnist_like(data_folder / "mnist", MNIST_NAMES[:3])
    assert not available("mnist")
    put_mnist_like(data_folder / "user" / "mnist")
    assert load("mnist").n_given_test == 1797


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_adopted_files_are_found_from_then_on(data_folder: Path, ending: str) -> None:
    put_mnist_like(data_folder / "mine", tuple(name + ending for name in MNIST_NAMES))
    adopted = adopt(data_folder / "mine")
    assert adopted == data_folder / "user" / "mnist"
    assert sorted(path.name for path in adopted.iterdir()) == sorted(MNIST_NAMES)
    assert [path.name for path in adopted.parent.iterdir()] == ["mnist"]
    shutil.rmtree(data_folder / "mine")
    assert load("mnist").n_given_test == 1797
    assert adopt(adopted) == adopted
    assert load("mnist").n_given_test == 1797


def test_adopted_files_replace_older_ones(data_folder: Path) -> None:
    adopted = data_folder / "user" / "mnist"
    put_mnist_like(adopted, tuple(f"{name}.gz" for name in MNIST_NAMES))
    for path in adopted.iterdir():
        path.write_bytes(b"old")
    put_mnist_like(data_folder / "mine")
    adopt(data_folder / "mine")
    assert load("mnist").n_given_test == 1797


def test_incomplete_or_damaged_files_are_not_adopted(data_folder: Path) -> None:
    put_mnist_like(data_folder / "mine", MNIST_NAMES[:3])
    with pytest.raises(DataError, match=r"lacks t10k-labels-idx1-ubyte \(with or without"):
        adopt(data_folder / "mine")
    (data_folder / "mine" / MNIST_NAMES[3]).write_bytes(b"\0\0\x08\x01\0\0\x07\x05too short")
    with pytest.raises(DataError, match="too short"):
        adopt(data_folder / "mine")
    assert not (data_folder / "user").exists()


def test_adopting_into_a_place_that_cannot_be_written_is_explained(data_folder: Path) -> None:
    put_mnist_like(data_folder / "mine")
    (data_folder / "user").write_text("a file, no folder")
    with pytest.raises(DataError, match="mnist cannot be written: "):
        adopt(data_folder / "mine")


def test_idx_opens_a_folder(tmp_path: Path) -> None:
    put_mnist_like(tmp_path / "mine")
    data = load("idx", SourceSettings(path=str(tmp_path / "mine")))
    assert (data.name, data.title, data.n_given_test) == ("idx", "mine", 1797)
    assert data.class_names == tuple("0123456789")


@pytest.mark.parametrize("labels", ["my-labels-idx1-ubyte", "my-labels-idx1-ubyte.gz"])
def test_idx_opens_pictures_with_the_labels_beside(tmp_path: Path, labels: str) -> None:
    put_mnist_like(tmp_path / "mine", ("my-images-idx3-ubyte.gz", labels))
    data = open_idx(tmp_path / "mine" / "my-images-idx3-ubyte.gz")
    assert (data.n_samples, data.n_given_test, data.image_shape) == (1797, 0, (8, 8))


def test_idx_explains_what_is_missing(tmp_path: Path) -> None:
    put_mnist_like(tmp_path / "mine", ("my-images-idx3-ubyte", "other"))
    with pytest.raises(DataError, match="has no labels: put my-labels-idx1-ubyte "):
        open_idx(tmp_path / "mine" / "my-images-idx3-ubyte")
    with pytest.raises(DataError, match="it has no 'images' in its name"):
        open_idx(tmp_path / "mine" / "other")
    with pytest.raises(DataError, match="does not exist"):
        open_idx(tmp_path / "nothing")
    with pytest.raises(DataError, match="lacks train-images-idx3-ubyte"):
        open_idx(tmp_path / "mine")
    with pytest.raises(DataError, match="path is empty"):
        load("idx")


def settings_for(name: str, n_samples: int, n_classes: int, **more: float | str) -> SourceSettings:
    return SourceSettings(n_samples=n_samples, n_classes=n_classes, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", MADE)
@given(n_samples=st.integers(10, 300), n_classes=st.integers(2, 10), seed=st.integers(0, 2**63 - 1))
@settings(max_examples=15, deadline=None)
def test_made_sets_are_repeatable_and_have_the_right_counts(
    name: str, n_samples: int, n_classes: int, seed: int
) -> None:
    chosen = settings_for(name, n_samples, n_classes, seed=seed)
    data = load(name, chosen)
    np.testing.assert_array_equal(data.x, load(name, chosen).x)
    np.testing.assert_array_equal(data.targets, load(name, chosen).targets)
    assert data.n_samples == n_samples
    if data.task == "classification":
        counts = list(data.class_counts().values())
        assert len(counts) == (2 if name in TWO_CLASSES else n_classes)
        assert max(counts) - min(counts) <= 1
    else:
        assert data.targets.shape == (n_samples, 1)


@pytest.mark.parametrize("name", [name for name in MADE if name != "random_points"])
def test_seed_and_noise_change_made_sets(name: str) -> None:
    def content(**changes: float) -> Dataset:
        return load(name, SourceSettings(**changes))  # type: ignore[arg-type]

    plain = content().fingerprint
    assert content(seed=1).fingerprint != plain
    assert content(noise=0.2).fingerprint != plain


def noiseless(name: str, **more: int) -> tuple[np.ndarray, np.ndarray]:
    data = load(name, SourceSettings(noise=0, n_samples=600, **more))  # type: ignore[arg-type]
    return data.x, data.targets


def test_xor_without_noise_is_xor_in_all_quadrants() -> None:
    x, labels = noiseless("xor")
    np.testing.assert_array_equal(labels, (x[:, 0] > 0) != (x[:, 1] > 0))
    assert len(np.unique(x > 0, axis=0)) == 4


def test_circles_and_blobs_without_noise() -> None:
    x, labels = noiseless("circles")
    np.testing.assert_allclose(np.hypot(*x.T), np.where(labels == 0, 1, 0.5))
    x, labels = noiseless("blobs", n_classes=7)
    assert len(np.unique(x.round(9), axis=0)) == 7


def test_moons_without_noise_are_half_circles() -> None:
    x, labels = noiseless("moons")
    np.testing.assert_allclose(np.hypot(*x[labels == 0].T), 1)
    np.testing.assert_allclose(np.hypot(*(x[labels == 1] - [1, 0.5]).T), 1)
    assert x[labels == 0, 1].min() >= 0
    assert x[labels == 1, 1].max() <= 0.5


def test_spirals_without_noise_are_turned_copies() -> None:
    x, labels = noiseless("spirals", n_classes=4)
    radius = np.hypot(*x.T)
    turned = np.arctan2(x[:, 1], x[:, 0]) / (2 * np.pi) - 1.25 * radius - labels / 4
    np.testing.assert_allclose(turned, np.round(turned), atol=1e-9)
    assert radius.max() <= 1


def test_noise_has_the_given_deviation() -> None:
    data = load("blobs", SourceSettings(noise=0.3, n_samples=20_000, n_classes=2))
    assert data.x[data.targets == 0].std(axis=0) == pytest.approx(0.3, rel=0.05)


@pytest.mark.parametrize("shape", CURVES)
def test_curves_follow_their_function(shape: str) -> None:
    data = load("curve", SourceSettings(shape=shape, noise=0))
    np.testing.assert_array_equal(data.targets, CURVES[shape].function(data.x))
    noisy = load("curve", SourceSettings(shape=shape, noise=0.5, n_samples=20_000))
    assert (noisy.targets - CURVES[shape].function(noisy.x)).std() == pytest.approx(0.5, rel=0.05)


def test_random_points_are_pythons_drawn_in_turn() -> None:
    data = load("random_points", SourceSettings(seed=42, n_samples=20))
    random = Random(42)
    for x, t in zip(data.x[:, 0], data.targets[:, 0], strict=True):
        assert (x, t) == (random.random(), random.random())
    assert (data.x[0, 0], data.targets[-1, 0]) == (0.6394267984578837, 0.577352145256762)
    assert load("random_points", SourceSettings(seed=1, n_samples=20)).x[0, 0] != data.x[0, 0]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("train-images-idx3-ubyte.gz", "idx"),
        ("a.csv.idx3-ubyte", "idx"),
        ("mnist", "idx"),
        ("mnist.csv", "csv"),
        ("Table.CSV.GZ", "csv"),
        ("a.tsv", "csv"),
        ("a.txt", "csv"),
        ("a.npz", "arrays"),
        ("x.NPY", "arrays"),
        ("ex3data1.mat", "arrays"),
        ("mnist.pkl.gz", "arrays"),
        ("a.png", "pictures"),
    ],
)
def test_source_of_a_file(tmp_path: Path, name: str, source: str) -> None:
    assert source_of(tmp_path / name) == source


@pytest.mark.parametrize(
    ("content", "source"),
    [
        (b"\x93NUMPY\1\0", "arrays"),
        (b"PK\3\4", "arrays"),
        (b"MATLAB 5.0 MAT-file", "arrays"),
        (b"\x80\x02K\x01.", "arrays"),
        (gzipped(b"\x80\x04K\x01."), "arrays"),
        (b"(dp0\n", "arrays"),
        (b"PAR1", "csv"),
        (b"1,2\n3,4\n", "csv"),
        (gzipped(b"1,2\n3,4\n"), "csv"),
        (b"\x89PNG\r\n", "pictures"),
        (b"\0\0\x08\3", "idx"),
        (b"", "idx"),
        (b"\x1f\x8bdamaged", "idx"),
    ],
)
def test_content_decides_where_the_name_says_nothing(
    tmp_path: Path, content: bytes, source: str
) -> None:
    (tmp_path / "data").write_bytes(content)
    assert source_of(tmp_path / "data") == source


def test_source_of_a_folder(tmp_path: Path) -> None:
    put_mnist_like(tmp_path / "mnist")
    assert source_of(tmp_path / "mnist") == "idx"
    (tmp_path / "pets" / "cat").mkdir(parents=True)
    assert source_of(tmp_path / "pets") == "pictures"


def test_unknown_curve_gets_a_hint() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'sine'"):
        load("curve", SourceSettings(shape="sin"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("n_samples", 3),
        ("n_samples", 1_000_001),
        ("noise", -0.1),
        ("noise", float("nan")),
        ("n_classes", 1),
        ("n_classes", 11),
        ("seed", -1),
    ],
)
def test_settings_outside_their_range_are_refused(field: str, value: float) -> None:
    with pytest.raises(DataError, match=f"{field} is {value}"):
        SourceSettings(**{field: value})  # type: ignore[arg-type]


def test_fewer_samples_than_classes_are_refused() -> None:
    with pytest.raises(DataError, match="n_samples is 5"):
        load("blobs", SourceSettings(n_samples=5, n_classes=6))
