"""What dropped files stand for, judged by their names and whether they are there."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from visualmlp.gui.dropped import understand

Make = Callable[..., list[Path]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """``make("a.csv", "b.csv")`` makes files of these names."""

    def make(*names: str) -> list[Path]:
        for name in names:
            (tmp_path / name).write_bytes(b"x")
        return [tmp_path / name for name in names]

    return make


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.vmlp", "run"),
        ("A.VMLP", "run"),
        ("a.toml", "experiment"),
        ("a.csv", "data"),
        ("a.tsv", "data"),
        ("a.txt.gz", "data"),
        ("a.xlsx", "data"),
        ("a.parquet", "data"),
        ("a.npz", "data"),
        ("a.pkl.gz", "data"),
        ("a.mat", "data"),
        ("train-images-idx3-ubyte.gz", "data"),
        ("a.png", "nothing"),
    ],
)
def test_one_file(make: Make, name: str, kind: str) -> None:
    (path,) = make(name)
    dropped = understand([path])
    assert dropped.kind == kind
    assert name in dropped.text
    assert dropped.path == (path if kind != "nothing" else Path())


def test_files_without_a_telling_name_are_known_by_their_content(tmp_path: Path) -> None:
    for content, kind in ((b"1,2\n", "data"), (b"\0\1\2", "nothing"), (b"", "nothing")):
        (tmp_path / "a").write_bytes(content)
        assert understand([tmp_path / "a"]).kind == kind


def test_idx_files_of_any_name_are_known_by_their_first_bytes(tmp_path: Path) -> None:
    plain, packed = tmp_path / "pictures", tmp_path / "packed.gz"
    plain.write_bytes(b"\0\0\x08\x03rest")
    packed.write_bytes(gzip.compress(b"\0\0\x08\x03rest"))
    assert understand([plain]).kind == understand([packed]).kind == "data"
    packed.write_bytes(b"\x1f\x8b broken")
    assert understand([packed]).kind == "nothing"


def test_labels_stand_for_the_pictures_beside_them(make: Make) -> None:
    (labels,) = make("train-labels-idx1-ubyte.gz")
    alone = understand([labels])
    assert alone.kind == "nothing"
    assert "put train-images-idx3-ubyte beside it" in alone.text
    (images,) = make("train-images-idx3-ubyte")
    assert understand([labels]).path == images
    assert understand([labels, images]).path == images


def test_four_files_of_pictures_are_their_folder(make: Make, tmp_path: Path) -> None:
    names = [
        f"{part}-{kind}" for part in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")
    ]
    paths = make(*names)
    assert understand(paths).path == tmp_path
    assert understand([tmp_path]).path == tmp_path


def test_a_folder_without_data_is_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    assert understand([folder]).kind == "nothing"
    (folder / "notes.md").write_text("no data")
    assert understand([folder]).kind == "nothing"
    (folder / "cats").mkdir()
    assert understand([folder]).kind == "data"


def test_a_device_is_nothing() -> None:
    dropped = understand([Path(os.devnull)])
    assert dropped.kind == "nothing"
    assert "neither a file nor a folder" in dropped.text


def test_a_folder_of_pictures_with_its_label_file(tmp_path: Path) -> None:
    folder, labels, far = tmp_path / "pictures", tmp_path / "labels.csv", tmp_path / "x" / "l.csv"
    folder.mkdir()
    far.parent.mkdir()
    for file in (labels, far):
        file.write_text("file,label\n")
    dropped = understand([folder, labels])
    assert (dropped.kind, dropped.path, dropped.source) == ("data", labels, "pictures")
    assert understand([folder, far]).kind == "nothing"


def test_of_two_tables_the_one_that_says_test_is_the_test_part(make: Make) -> None:
    test, train = make("wine_test.csv", "wine.csv")
    dropped = understand([test, train])
    assert (dropped.kind, dropped.path, dropped.test_path) == ("data", train, test)
    test, train = make("x_test.npy", "x_train.npy")
    assert understand([test, train]).test_path == test
    refused = understand(make("a.csv", "b.csv"))
    assert refused.kind == "nothing"
    assert "test" in refused.text


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (("a.vmlp", "b.vmlp"), "One run or experiment at a time"),
        (("a.vmlp", "b.csv"), "do not go together"),
        (("a.csv", "b.csv", "c.csv"), "do not go together"),
    ],
)
def test_what_does_not_go_together_is_told(make: Make, names: tuple[str, ...], reason: str) -> None:
    dropped = understand(make(*names))
    assert dropped.kind == "nothing"
    assert reason in dropped.text


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    assert "no.csv" in understand([tmp_path / "no.csv"]).text
    assert understand([]).kind == "nothing"
