"""The data sets that come with the program."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from visualmlp import paths
from visualmlp.data.dataset import Array, Dataset, measure_range
from visualmlp.data.idx_pair import load_idx_pair
from visualmlp.data.source import Source, SourceSettings
from visualmlp.errors import DataError

IRIS_FEATURES = ("sepal length", "sepal width", "petal length", "petal width")
IRIS_CLASSES = ("setosa", "versicolor", "virginica")


def _load_digits(settings: SourceSettings) -> Dataset:
    folder = paths.bundled_data() / "digits"
    return load_idx_pair(
        folder / "digits-images-idx3-ubyte.gz",
        folder / "digits-labels-idx1-ubyte.gz",
        name="digits",
        title="UCI digits",
        class_names=tuple("0123456789"),
        value_range=(0, 16),
        source="Alpaydin and Kaynak: Optical Recognition of Handwritten Digits, UCI (test part)",
        licence="CC BY 4.0",
    )


def _load_iris(settings: SourceSettings) -> Dataset:
    x, labels = read_iris(paths.bundled_data() / "iris" / "iris.data")
    return Dataset(
        name="iris",
        title="Iris",
        x=x,
        targets=labels,
        task="classification",
        class_names=IRIS_CLASSES,
        feature_names=tuple(f"{name} (cm)" for name in IRIS_FEATURES),
        image_shape=None,
        value_range=measure_range(x),
        source="Fisher: Iris, UCI (the numbers of iris.data, with its two known errors)",
        licence="CC BY 4.0",
    )


def read_iris(path: Path) -> tuple[Array, Array]:
    """Read UCI's ``iris.data``.

    Returns
    -------
    Centimetres, float64, shape (n_samples, 4), and labels, int64, shape (n_samples,).

    Raises
    ------
    DataError
        If the file is missing or a line is not four numbers and a species.
    """
    try:
        lines = path.read_text("ascii").split()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: install VisualMLP again ({error}).") from error
    rows = [_iris_row(path, number, line) for number, line in enumerate(lines, 1)]
    return np.array([row[0] for row in rows]), np.array([row[1] for row in rows], np.int64)


def _iris_row(path: Path, number: int, line: str) -> tuple[list[float], int]:
    *numbers, species = line.split(",")
    try:
        values = [float(text) for text in numbers]
        label = IRIS_CLASSES.index(species.removeprefix("Iris-"))
    except ValueError as error:
        raise DataError(f"{path}, line {number}: {error}.") from error
    if len(values) != len(IRIS_FEATURES):
        raise DataError(f"{path}, line {number}: {len(values)} numbers instead of 4.")
    return values, label


DIGITS = Source(
    name="digits",
    title="UCI digits (8×8)",
    kind="bundled",
    description="1,797 handwritten digits in 8×8 pictures of 17 grey levels; trains in seconds.",
    load=_load_digits,
)
IRIS = Source(
    name="iris",
    title="Iris flowers",
    kind="bundled",
    description="Four measures of 150 flowers of three species.",
    load=_load_iris,
)
