"""Arrays that the user opens: files of NumPy, MATLAB, and the pickle files of courses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from visualmlp.data.arrays.answers import answers_of
from visualmlp.data.arrays.mat import read_mat
from visualmlp.data.arrays.npy import read_npy, read_npz
from visualmlp.data.arrays.parts import Pair, find_parts
from visualmlp.data.arrays.safe_pickle import load_pickle
from visualmlp.data.arrays.values import CHUNK_ROWS, Rows, as_array, as_numbers, to_rows, with_range
from visualmlp.data.dataset import Array, Dataset, pixel_names
from visualmlp.data.file_kind import kind_of
from visualmlp.data.large.mapped import is_mapped
from visualmlp.data.source import Source, SourceSettings
from visualmlp.data.tables.text_file import check_regular
from visualmlp.errors import DataError

ENDINGS = (".npz", ".npy", ".mat", ".pkl", ".pickle", ".p")
"""Of names of files with arrays; those of pickles with or without .gz behind."""

READERS = {"npy": read_npy, "zip": read_npz, "matlab": read_mat, "pickle": load_pickle}
BY_ENDING = {".npy": "npy", ".npz": "zip", ".mat": "matlab"}

BESIDE = (
    ("images", "labels"),
    ("imgs", "labels"),
    ("data", "labels"),
    ("data", "target"),
    ("features", "labels"),
    ("inputs", "targets"),
    ("x", "y"),
    ("X", "y"),
    ("X", "Y"),
)
"""How names of files with samples become names of those with their answers."""
ALONE = ("y", "labels", "label", "targets", "target")
"""Names of files with answers beside a file of any name."""
MAX_FEATURES = 2**20


def load_arrays(settings: SourceSettings) -> Dataset:
    """Open a file of arrays, and another one as the given test part if ``test_path`` names it.

    Samples and answers are told by their names (``x``, ``images``, ``data``; ``y``, ``labels``,
    ``target``, with ``train`` and ``test``) or their places; answers may be in a file beside.

    Raises
    ------
    DataError
        If a file is missing or damaged, or it cannot be told what is in it.
    """
    path = Path(settings.path)
    parts = find_parts(read_content(path), str(path))
    train, test = list(parts.train), list(parts.test)
    notes = list(parts.notes)
    train[0] = _with_answers(path, train[0])
    if settings.test_path:
        other = Path(settings.test_path)
        test = [_with_answers(other, p) for p in find_parts(read_content(other), str(other)).train]
    elif not test and (found := _test_file(path)):
        test = [_with_answers(found, find_parts(read_content(found), str(found)).train[0])]
    return _dataset(path, train, test, notes, settings.task)


def read_content(path: Path) -> Any:
    """What is in a file of arrays: one, several by their names, or lists and tuples of them.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    check_regular(path)
    kind = kind_of(path)
    if kind not in READERS:
        kind = BY_ENDING.get(path.suffix.lower(), "pickle")  # type: ignore[assignment]
    if kind == "empty" or not path.stat().st_size:
        raise DataError(f"{path} is empty: choose another file.")
    return READERS[kind](path)


# Answers beside


def _with_answers(path: Path, pair: Pair) -> Pair:
    if pair.y is not None:
        return pair
    found = next((file for file in _beside(path) if file.is_file()), None)
    if found is None:
        wanted = ", ".join(file.name for file in list(_beside(path))[:3])
        raise DataError(
            f"{path} has no answers: put the labels or numbers to be reached beside it "
            f"({wanted}), or save both in one .npz file as x and y."
        )
    return Pair(pair.x, _only_array(found), pair.name)


def _beside(path: Path) -> Iterator[Path]:
    """Where the answers of a file may be."""
    for word, other in BESIDE:
        name, n_found = re.subn(rf"(?<![A-Za-z]){word}(?![a-z])", other, path.name)
        if n_found:
            yield path.with_name(name)
    for name in ALONE:
        yield path.with_name(name + path.suffix)


def _only_array(path: Path) -> Any:
    content = read_content(path)
    if isinstance(content, dict):
        arrays = [value for value in content.values() if isinstance(value, (list, np.ndarray))]
        if len(arrays) != 1:
            raise DataError(f"{path} holds {len(arrays)} arrays: one with the answers is needed.")
        content = arrays[0]
    return content


def _test_file(path: Path) -> Path | None:
    """The file of test samples beside one of training samples, if there is one."""
    name, n_found = re.subn(r"(?<![A-Za-z])train(?![a-z])", "test", path.name)
    other = path.with_name(name)
    return other if n_found and other.is_file() else None


# One data set


def _dataset(
    path: Path, train: Sequence[Pair], test: Sequence[Pair], notes: list[str], task: str
) -> Dataset:
    where = str(path)
    found = [_rows(pair, where) for pair in (*train, *test)]
    n_test = sum(len(rows.x) for rows, _ in found[len(train) :])
    rows, y = _stacked(found, where)
    x, value_range = with_range(rows)
    return Dataset(
        name="arrays",
        title=path.name,
        x=x,
        feature_names=_feature_names(rows, where),
        image_shape=rows.image_shape,
        value_range=value_range,
        n_given_test=n_test,
        source=where,
        licence="unknown",
        notes=(*notes, *dict.fromkeys(rows.notes)),
        **answers_of(y, task, where),
    )


def _rows(pair: Pair, where: str) -> tuple[Rows, Array]:
    named = f"{where}, {pair.name}"
    y = as_array(pair.y, f"{where}, the answers of {pair.name}")
    if y.dtype.kind not in "SU":
        y = as_numbers(y, where)
    x = as_numbers(pair.x, named)
    if y.ndim == 2 and len(y) not in x.shape[:1] and y.shape[1] in (len(x), x.shape[-1]):
        y = y.T  # MATLAB's order
    rows = to_rows(x, len(y), named)
    _check_finite(rows, named)
    return rows, y


def _check_finite(rows: Rows, where: str) -> None:
    """Name the first value that is none; of memory maps the data set itself takes care."""
    x = rows.x
    if x.dtype.kind != "f" or is_mapped(x):
        return
    for start in range(0, len(x), CHUNK_ROWS):
        bad = np.argwhere(~np.isfinite(x[start : start + CHUNK_ROWS]))
        if bad.size:
            row, column = bad[0] + [start, 0]
            raise DataError(
                f"{where}: value {column + 1:,} of sample {row + 1:,} is {x[row, column]}: "
                "replace it, or leave the sample out."
            )


def _stacked(found: Sequence[tuple[Rows, Array]], where: str) -> tuple[Rows, Array]:
    first = found[0][0]
    if len(found) == 1:
        return found[0]
    for rows, y in found[1:]:
        if rows.x.shape[1] != first.x.shape[1] or y.ndim != found[0][1].ndim:
            raise DataError(
                f"{where}: samples of {first.x.shape[1]:,} and of {rows.x.shape[1]:,} values do "
                "not belong together."
            )
    notes = [note for rows, _ in found for note in rows.notes]
    x = np.concatenate([rows.x for rows, _ in found])
    return Rows(x, first.image_shape, notes), np.concatenate([y for _, y in found])


def _feature_names(rows: Rows, where: str) -> tuple[str, ...]:
    n_features = rows.x.shape[1]
    if n_features > MAX_FEATURES:
        raise DataError(f"{where} has {n_features:,} values a sample: at most {MAX_FEATURES:,}.")
    if rows.image_shape:
        return pixel_names(rows.image_shape)
    return tuple(f"x{i}" for i in range(1, n_features + 1))


def _load(settings: SourceSettings) -> Dataset:
    if not settings.path:
        raise DataError("path is empty: choose a file of arrays, such as .npz.")
    try:
        return load_arrays(settings)
    except MemoryError as error:
        raise DataError(f"{settings.path} does not fit into memory: use fewer samples.") from error


ARRAYS = Source(
    name="arrays",
    title="Arrays…",
    kind="found",
    description="Your own arrays: .npz, .npy, MATLAB, and the pickle files of courses.",
    load=_load,
    settings_used=("path", "test_path"),
)
