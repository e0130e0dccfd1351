"""Data sets written as CSV files."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from visualmlp.data.dataset import Dataset
from visualmlp.data.known.keep import filling
from visualmlp.errors import DataError

ROWS = 1000
"""Rows turned into Python's numbers at once."""


def export_csv(dataset: Dataset, folder: Path) -> list[Path]:
    """Write ``<name>-train.csv``, and ``<name>-test.csv`` if the set brings a test part.

    Each line is the name of the class and the numbers as stored, without a header.

    Returns
    -------
    The files written, the training part first.

    Raises
    ------
    DataError
        If the data have no classes, or the files cannot be written.
    """
    if dataset.task != "classification":
        raise DataError(f"{dataset.title} has no classes: only sets with classes can be exported.")
    border = dataset.n_samples - dataset.n_given_test
    parts = {"train": range(border)}
    if dataset.n_given_test:
        parts["test"] = range(border, dataset.n_samples)
    names = {part: f"{dataset.name}-{part}.csv" for part in parts}
    with filling(folder) as fresh:
        for part, rows in parts.items():
            _write(dataset, rows, fresh / names[part])
    return [folder / name for name in names.values()]


def _write(dataset: Dataset, rows: range, path: Path) -> None:
    labels = np.array(dataset.class_names)[dataset.targets]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for start in rows[::ROWS]:
            part = slice(start, min(start + ROWS, rows.stop))
            pairs = zip(labels[part].tolist(), dataset.x[part].tolist(), strict=True)
            writer.writerows([label, *values] for label, values in pairs)
