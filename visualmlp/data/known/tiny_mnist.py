"""tinyMNIST: a small MNIST in 14×14 pictures of nine grey levels, made from MNIST."""

from __future__ import annotations

import hashlib

import numpy as np

from visualmlp.data.dataset import Array, Dataset, pixel_names
from visualmlp.data.known.mnist import MNIST
from visualmlp.data.source import Source, SourceSettings
from visualmlp.errors import DataError

SIDE = 14
PER_CLASS = (250,) * 9 + (249,)
"""Samples of each digit, the first ones of MNIST, in the training and in the test part."""

SHA256 = (
    "783bbbea4bfe8364ee7b7472ae2005ae54437a3f69d5f2299e93845be0d150a1",
    "f1e99f18fce605fd244ec355e4d3cf2a480668dddb472a79385d923d31bf52a3",
)
"""Of the values 0 to 8 of the training and of the test part, row by row."""


def shrink(pictures: Array) -> Array:
    """Halve pictures: each value is (S + 64) // 128 for the sum S of 2×2 pixels.

    Parameters
    ----------
    pictures
        Pictures of 28×28 bytes, shape (n, 784).

    Returns
    -------
    Pictures of 14×14 values from 0 to 8, uint8, shape (n, 196).
    """
    blocks = pictures.reshape(-1, SIDE, 2, SIDE, 2).sum(axis=(2, 4), dtype=np.uint32)
    levels: Array = ((blocks + 64) // 128).astype(np.uint8)
    return levels.reshape(-1, SIDE**2)


def _first_of_each_class(labels: Array) -> Array:
    rows = [np.flatnonzero(labels == digit)[:count] for digit, count in enumerate(PER_CLASS)]
    return np.concatenate(rows)


def _load(settings: SourceSettings) -> Dataset:
    mnist = MNIST.load(settings)
    if mnist.image_shape != (2 * SIDE, 2 * SIDE):
        raise _other_mnist(mnist)
    border = mnist.n_samples - mnist.n_given_test
    train = _first_of_each_class(mnist.targets[:border])
    test = border + _first_of_each_class(mnist.targets[border:])
    parts = [shrink(mnist.x[rows]) for rows in (train, test)]
    if tuple(hashlib.sha256(part.tobytes()).hexdigest() for part in parts) != SHA256:
        raise _other_mnist(mnist)
    return Dataset(
        name="tiny_mnist",
        title="tinyMNIST",
        x=np.concatenate(parts),
        targets=mnist.targets[np.concatenate([train, test])],
        task="classification",
        class_names=mnist.class_names,
        feature_names=pixel_names((SIDE, SIDE)),
        image_shape=(SIDE, SIDE),
        value_range=(0, 10),
        n_given_test=len(test),
        source=f"the first digits of each class of MNIST, halved; {mnist.source}",
        licence=mnist.licence,
    )


def _other_mnist(mnist: Dataset) -> DataError:
    return DataError(
        f"tinyMNIST is made from MNIST, but the files of {mnist.title} are not the usual ones: "
        "fetch MNIST again."
    )


TINY_MNIST = Source(
    name="tiny_mnist",
    title="tinyMNIST (14×14)",
    kind="found",
    description="2,499 digits to train on and 2,499 to test, MNIST's halved to nine grey levels.",
    load=_load,
    problem=MNIST.problem,
    known=MNIST.known,
    adopt=MNIST.adopt,
)
