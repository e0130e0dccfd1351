"""Pictures and labels, one IDX file each, joined to a data set."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import numpy as np

from visualmlp.data.dataset import Array, Dataset, measure_range, pixel_names
from visualmlp.data.idx import read_stacked
from visualmlp.errors import DataError

MAX_CLASSES = 1000

Pair: TypeAlias = tuple[Path, Path]
"""Pictures and their labels."""


def load_idx_pair(
    images_path: Path | str,
    labels_path: Path | str,
    *,
    test_pair: Pair | None = None,
    name: str = "idx",
    title: str = "",
    class_names: tuple[str, ...] = (),
    value_range: tuple[float, float] | None = None,
    source: str = "",
    licence: str = "unknown",
) -> Dataset:
    """Join a file of pictures and a file of labels to a data set for classification.

    Parameters
    ----------
    test_pair
        Pictures and labels that follow as the given test part.
    class_names
        Names of the labels 0, 1, …; if empty, the labels that occur are the classes.
    value_range
        See Dataset; if None, 0 to 255 for bytes and the measured range for other types.

    Raises
    ------
    DataError
        As ``read_idx``, or if counts disagree or a label is outside the classes.
    """
    pairs = [(Path(images_path), Path(labels_path)), *([test_pair] if test_pair else [])]
    images, labels, counts = _read_pairs(pairs)
    image_shape = _check_kinds(images, labels, pairs[0])
    x = images.reshape(len(images), -1)
    names, targets = _classes(labels, class_names, pairs, counts[0])
    return Dataset(
        name=name,
        title=title or pairs[0][0].name,
        x=x,
        targets=targets,
        task="classification",
        class_names=names,
        feature_names=_feature_names(image_shape, x.shape[1]),
        image_shape=image_shape,
        value_range=value_range or ((0, 255) if x.dtype == np.uint8 else measure_range(x)),
        n_given_test=counts[1] if test_pair else 0,
        source=source or str(pairs[0][0]),
        licence=licence,
    )


def _read_pairs(pairs: list[Pair]) -> tuple[Array, Array, tuple[int, ...]]:
    images, counts = read_stacked([images for images, _ in pairs])
    labels, label_counts = read_stacked([labels for _, labels in pairs])
    for pair, n_images, n_labels in zip(pairs, counts, label_counts, strict=True):
        if n_images != n_labels:
            raise DataError(
                f"{pair[0]} holds {n_images:,} pictures but {pair[1]} {n_labels:,} labels: "
                "take files that belong together."
            )
    return images, labels, counts


def _check_kinds(images: Array, labels: Array, pair: Pair) -> tuple[int, int] | None:
    if images.ndim < 2:
        raise DataError(f"{pair[0]} holds single numbers, not pictures: choose the images file.")
    if labels.ndim != 1 or labels.dtype.kind not in "ui":
        raise DataError(
            f"{pair[1]} does not hold one whole number a sample: choose the labels file."
        )
    return (images.shape[1], images.shape[2]) if images.ndim == 3 else None


def _classes(
    labels: Array, class_names: tuple[str, ...], pairs: list[Pair], n_first: int
) -> tuple[tuple[str, ...], Array]:
    if class_names:
        _check_labels(labels, len(class_names), pairs, n_first)
        return class_names, labels
    values, targets = np.unique(labels, return_inverse=True)
    if len(values) > MAX_CLASSES:
        file = pairs[0][1]
        raise DataError(f"{file} has {len(values):,} different labels: at most {MAX_CLASSES} work.")
    if len(values) == 1:
        raise DataError(f"{pairs[0][1]}: every label is {values[0]}: classes need two or more.")
    return tuple(map(str, values)), targets


def _check_labels(labels: Array, n_classes: int, pairs: list[Pair], n_first: int) -> None:
    outside = np.flatnonzero((labels < 0) | (labels >= n_classes))
    if outside.size:
        row = int(outside[0])
        file, position = (pairs[0], row) if row < n_first else (pairs[1], row - n_first)
        raise DataError(
            f"{file[1]}: label {labels[row]} at position {position:,} is outside 0 to "
            f"{n_classes - 1}: fetch the file again, or choose the labels that belong to the set."
        )


def _feature_names(image_shape: tuple[int, int] | None, n_features: int) -> tuple[str, ...]:
    return pixel_names(image_shape) if image_shape else tuple(f"x{i}" for i in range(n_features))
