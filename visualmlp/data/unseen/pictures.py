"""New pictures for a trained network: files, folders, and arrays of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from visualmlp.data.arrays.file import read_content
from visualmlp.data.arrays.parts import find_parts
from visualmlp.data.arrays.values import as_numbers, to_rows
from visualmlp.data.dataset import Array, extent
from visualmlp.data.idx import read_idx
from visualmlp.data.large.mapped import stretch
from visualmlp.data.pictures.files import ENDINGS, MAX_FILES, natural
from visualmlp.data.pictures.steps import PictureSteps, read_picture
from visualmlp.data.recipe import Recipe
from visualmlp.data.unseen.samples import NewSamples, SampleBatch
from visualmlp.errors import DataError

BYTES = (0.0, 255.0)
"""What the values of a picture may be."""


def open_pictures(path: Path, recipe: Recipe, *, invert: bool) -> NewSamples:
    """A picture, or all pictures in a folder and those in it, by their names.

    Each is brought to the size of the training's pictures, and its bytes to their range. What
    cannot be read is a sample with a problem.

    Raises
    ------
    DataError
        If the run was not trained on pictures, or there are none.
    """
    if recipe.image_shape is None:
        what = "is a folder of pictures" if path.is_dir() else "is a picture"
        raise DataError(f"{path} {what}, but the run was not trained on pictures.")
    files = _files(path)
    height, width = recipe.image_shape
    steps = PictureSteps(width, height, invert=invert)
    brought = _to_range(recipe)

    def batches(size: int) -> Iterator[SampleBatch]:
        for start in range(0, len(files), size):
            some = files[start : start + size]
            rows, problems = _read(some, steps)
            names = [file.relative_to(path).as_posix() if file != path else "1" for file in some]
            yield SampleBatch(names, brought(rows), problems)

    return NewSamples(path, len(files), _range_notes(recipe), batches)


def _read(files: Sequence[Path], steps: PictureSteps) -> tuple[Array, list[str]]:
    rows = np.zeros((len(files), steps.height * steps.width), np.uint8)
    problems = [""] * len(files)
    for i, file in enumerate(files):
        try:
            rows[i] = read_picture(file, steps)
        except DataError as error:
            problems[i] = str(error)
    return rows, problems


def _files(path: Path) -> list[Path]:
    """The pictures in a folder and the folders in it; links to folders are not followed."""
    if not path.is_dir():
        return [path]
    found: list[Path] = []
    for folder, inner, names in os.walk(path):
        inner.sort(key=natural)
        wanted = (name for name in names if name.lower().endswith(ENDINGS))
        found += [Path(folder, name) for name in sorted(wanted, key=natural)]
        if len(found) > MAX_FILES:
            raise DataError(f"{path} has more than {MAX_FILES:,} pictures: choose a folder in it.")
    if not found:
        raise DataError(f"{path} holds no picture (PNG, JPEG, BMP, GIF): choose another folder.")
    return found


def _to_range(recipe: Recipe) -> Callable[[Array], Array]:
    """What brings bytes to the range of the training's values."""
    low, high = recipe.value_range
    if (low, high) == BYTES:
        return lambda rows: rows
    return lambda rows: low + rows * ((high - low) / 255)


def _range_notes(recipe: Recipe) -> tuple[str, ...]:
    low, high = recipe.value_range
    if (low, high) == BYTES:
        return ()
    return (f"Bytes from 0 to 255 became {low:g} to {high:g}, the range of {recipe.title}.",)


def open_idx_samples(path: Path, recipe: Recipe) -> NewSamples:
    """The samples of an IDX file.

    Raises
    ------
    DataError
        If it cannot be read, or the samples are others than those of the training.
    """
    if path.is_dir():
        raise DataError(f"{path} is a folder of IDX files: choose the file of pictures in it.")
    return _of_array(path, read_idx(path), recipe, ())


def open_array_samples(path: Path, recipe: Recipe) -> NewSamples:
    """The samples of a file of arrays; answers in it are not used.

    Raises
    ------
    DataError
        If it cannot be read, or the samples are others than those of the training.
    """
    parts = find_parts(read_content(path), str(path))
    pairs = (*parts.train, *parts.test)
    notes = () if len(pairs) == 1 else (f"Of {len(pairs)} parts only {pairs[0].name} is used.",)
    return _of_array(path, pairs[0].x, recipe, notes)


def _of_array(path: Path, given: Any, recipe: Recipe, notes: tuple[str, ...]) -> NewSamples:
    x = as_numbers(given, str(path))
    if x.size == recipe.n_inputs and x.shape in ((x.size,), recipe.image_shape):
        x = x[None]  # one sample
    rows = to_rows(x, None, str(path))
    stored = rows.x
    if stored.shape[1] != recipe.n_inputs:
        raise DataError(
            f"{path} holds samples of {stored.shape[1]:,} values, but the run takes "
            f"{recipe.n_inputs:,}."
        )

    def batches(size: int) -> Iterator[SampleBatch]:
        for start in range(0, len(stored), size):
            some = stretch(stored, start, start + size)
            names = [str(start + i + 1) for i in range(len(some))]
            yield SampleBatch(names, some, _problems(some, recipe))

    told = (*notes, *_scale_notes(stored, recipe))
    return NewSamples(path, len(stored), told, batches)


def _problems(x: Array, recipe: Recipe) -> list[str]:
    bad = ~np.isfinite(x)
    problems = [""] * len(x)
    for row in np.flatnonzero(bad.any(axis=1)):
        problems[row] = f"no value for {recipe.feature_names[int(bad[row].argmax())]}"
    return problems


def _scale_notes(x: Array, recipe: Recipe) -> tuple[str, ...]:
    """That pictures seem to be scaled already, which would scale them twice."""
    high = extent(x)[1] if recipe.image_shape else np.inf
    if high > 1 or recipe.value_range[1] <= 1:
        return ()
    return (
        f"No value is above {high:g}, but those of the training went up to "
        f"{recipe.value_range[1]:g}: give the pictures as they are stored, not scaled.",
    )
