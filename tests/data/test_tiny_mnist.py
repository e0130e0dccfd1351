"""tinyMNIST is made from MNIST, and from nothing else."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from visualmlp.data import SOURCES, available, load, prepare
from visualmlp.data.known.tiny_mnist import shrink
from visualmlp.data.preparation import Preparation
from visualmlp.errors import DataError

with_mnist = pytest.mark.skipif(not available("mnist"), reason="MNIST is not in a data folder")

NAMES = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")


@with_mnist
def test_parts_and_values() -> None:
    data = load("tiny_mnist")
    assert (data.x.shape, data.x.dtype, data.n_given_test) == ((4998, 196), np.uint8, 2499)
    assert (data.image_shape, data.value_range) == ((14, 14), (0, 10))
    assert data.x.max() == 8
    order = [digit for digit in range(10) for _ in range(249 if digit == 9 else 250)]
    assert data.targets.tolist() == order * 2


@with_mnist
def test_scaled_values_are_tenths() -> None:
    data = prepare(load("tiny_mnist"), Preparation(validation_fraction=0, shuffle=False))
    x = data.inputs(data.train, np.float64)
    np.testing.assert_array_equal(x, data.raw(data.train) / 10)
    assert data.train.index.tolist() == list(range(2499))


def test_sums_of_four_pixels_are_rounded_to_nine_levels() -> None:
    picture = np.zeros((1, 28, 28), np.uint8)
    picture[0, :2, :2] = [[255, 255], [255, 255]]
    picture[0, 0, 2] = 64
    picture[0, 2, 0] = 63
    picture[0, 27, 27] = 192
    small = shrink(picture.reshape(1, -1)).reshape(14, 14)
    assert (small[0, 0], small[0, 1], small[1, 0], small[13, 13]) == (8, 1, 0, 2)
    assert small.sum() == 11


def idx(array: np.ndarray) -> bytes:
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.astype(np.uint8).tobytes()


def test_other_pictures_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUALMLP_DATA", str(tmp_path))
    assert SOURCES["tiny_mnist"].problem() == SOURCES["mnist"].problem() != ""
    (tmp_path / "mnist").mkdir()
    for pictures in (np.zeros((20, 28, 28)), np.zeros((20, 8, 8))):
        for name in NAMES:
            array = pictures if "images" in name else np.arange(20) % 10
            (tmp_path / "mnist" / f"{name}-ubyte.gz").write_bytes(gzip.compress(idx(array)))
        assert available("tiny_mnist")
        with pytest.raises(DataError, match=r"tinyMNIST is made from MNIST, but .* fetch MNIST ag"):
            load("tiny_mnist")
