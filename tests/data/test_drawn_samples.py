"""The user's own pictures."""

from __future__ import annotations

import zipfile
from dataclasses import replace

import numpy as np
import pytest

from visualmlp.data import Preparation, SourceSettings, load, prepare
from visualmlp.data.drawn import (
    DrawnSample,
    drawn_part,
    ink_range,
    load_drawn,
    save_drawn,
    set_aside,
)
from visualmlp.errors import DataError

SAMPLES = [
    DrawnSample(np.full((8, 8), 3, np.float32), (0.0, 16.0), "5"),
    DrawnSample(np.full((28, 28), 250, np.float32), (0.0, 255.0), "ankle boot – “é”"),
    DrawnSample(np.eye(8, dtype=np.float32), (0.0, 16.0), "8"),
]


def same(first, second) -> bool:
    return len(first) == len(second) and all(map(DrawnSample.is_same, first, second))


def test_samples_are_read_as_they_were_written(tmp_path) -> None:
    path = tmp_path / "new" / "drawn.npz"
    assert load_drawn(path) == []
    for kept in (SAMPLES, SAMPLES[1:], []):
        save_drawn(path, kept)
        assert same(load_drawn(path), kept)
        assert [entry.name for entry in path.parent.iterdir()] == ["drawn.npz"]


def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path, monkeypatch) -> None:
    path = tmp_path / "drawn.npz"
    save_drawn(path, SAMPLES)

    def fail(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", fail)
    with pytest.raises(DataError, match="No space left"):
        save_drawn(path, [])
    assert same(load_drawn(path), SAMPLES)


def damaged(path, how: str) -> None:
    save_drawn(path, SAMPLES)
    content = path.read_bytes()
    if how == "truncated":
        path.write_bytes(content[: len(content) // 2])
    elif how == "text":
        path.write_text("not a file of samples")
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "bit":
        middle = len(content) // 3
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :])
    elif how == "no array":
        with zipfile.ZipFile(path, "w") as file:
            for name in ("format", "labels", "ranges"):
                file.writestr(name, b"abc")
    elif how == "pickle":
        labels = np.array(["5", {}], object)
        np.savez(path, format=np.array(1), labels=labels, ranges=np.zeros((2, 2)))
    elif how == "lacks pictures":
        np.savez(path, format=np.array(1), labels=np.array(["5"]), ranges=np.array([[0.0, 16.0]]))
    else:
        wrong = np.full((8, 8), np.nan, np.float32)
        ranges = np.array([[0.0, 16.0]])
        np.savez(
            path, format=np.array(1), labels=np.array(["5"]), ranges=ranges, picture_000000=wrong
        )


@pytest.mark.parametrize(
    "how",
    ["truncated", "text", "empty", "bit", "no array", "pickle", "lacks pictures", "not finite"],
)
def test_a_damaged_file_is_told(tmp_path, how) -> None:
    path = tmp_path / "drawn.npz"
    damaged(path, how)
    with pytest.raises(DataError, match="cannot be read"):
        load_drawn(path)


def test_a_file_that_would_fill_the_memory_is_refused(tmp_path, monkeypatch) -> None:
    path = tmp_path / "drawn.npz"
    save_drawn(path, SAMPLES)
    monkeypatch.setattr("visualmlp.data.drawn.MOST_BYTES", 1000)
    with pytest.raises(DataError, match="more than 1,000"):
        load_drawn(path)


def test_a_file_set_aside_takes_no_others_name(tmp_path) -> None:
    path = tmp_path / "drawn.npz"
    for number in (1, 2):
        path.write_text(str(number))
        assert set_aside(path).name == f"drawn.damaged-{number}.npz"
    assert sorted(file.read_text() for file in tmp_path.glob("*.npz")) == ["1", "2"]


def test_only_what_fits_the_data_becomes_a_part() -> None:
    dataset = load("digits", SourceSettings())
    every = prepare(dataset, Preparation())
    part = drawn_part(every, SAMPLES)
    assert part is not None
    assert part.labels.tolist() == [5, 8]
    assert every.raw(part).dtype == dataset.x.dtype
    np.testing.assert_array_equal(every.raw(part)[1].reshape(8, 8), np.eye(8))
    np.testing.assert_array_equal(every.raw_row(part, 0), np.full(64, 3))
    np.testing.assert_array_equal(every.inputs(part), every.scaling.apply(every.raw(part)))
    np.testing.assert_array_equal(every.targets(part), np.eye(10)[[5, 8]])
    second = part.rows(np.array([1]))
    np.testing.assert_array_equal(every.raw(second)[0].reshape(8, 8), np.eye(8))
    two = prepare(dataset, Preparation(keep_classes=("5", "6"), task="binary"))
    few = drawn_part(two, SAMPLES)
    assert few is not None
    assert two.targets(few).tolist() == [[0.0]]
    iris = prepare(load("iris", SourceSettings()), Preparation())
    assert drawn_part(iris, SAMPLES) is None


def test_the_ground_is_what_most_of_the_borders_are() -> None:
    digits = load("digits", SourceSettings())
    assert ink_range(digits) == (0.0, 16.0)
    paper = replace(digits, x=16 - digits.x)
    assert ink_range(paper) == (16.0, 0.0)
    part = drawn_part(prepare(paper, Preparation()), SAMPLES)
    assert part is not None
    np.testing.assert_array_equal(part.own[1].reshape(8, 8), 16 - np.eye(8))
