"""IDX files that the user opens by hand."""

from __future__ import annotations

import re
from pathlib import Path

from visualmlp.data.dataset import Dataset
from visualmlp.data.idx_pair import load_idx_pair
from visualmlp.data.known.mnist import load_mnist
from visualmlp.data.source import Source, SourceSettings
from visualmlp.errors import DataError


def open_idx(path: Path | str) -> Dataset:
    """Open a folder of four files named as MNIST's, or a file of pictures with labels beside it.

    The labels file has the name of the other with ``labels`` for ``images`` and ``idx1`` for
    ``idx3``, with or without ``.gz``. The labels that occur are the classes.

    Raises
    ------
    DataError
        If a file is missing or damaged, or the files do not fit together.
    """
    path = Path(path)
    if path.is_dir():
        return load_mnist(path, name="idx", title=path.name or str(path), class_names=())
    return load_idx_pair(path, find_labels(path))


def find_labels(images: Path) -> Path:
    """The labels file that lies beside a file of pictures.

    Raises
    ------
    DataError
        If there is none, or if ``images`` does not exist or is not named as pictures are.
    """
    if not images.is_file():
        raise DataError(f"{images} does not exist: choose a file of pictures or a folder.")
    if "images" not in images.name:
        raise DataError(
            f"{images} is no table, array or picture that is known, and as an IDX file of pictures "
            "it has no 'images' in its name: choose another file, or rename it."
        )
    name = re.sub(r"idx\d", "idx1", images.name.replace("images", "labels")).removesuffix(".gz")
    candidates = [images.with_name(name), images.with_name(name + ".gz")]
    found = next(filter(Path.is_file, candidates), None)
    if found is None:
        raise DataError(f"{images} has no labels: put {name} (or {name}.gz) beside it.")
    return found


def _load(settings: SourceSettings) -> Dataset:
    if not settings.path:
        raise DataError(
            "path is empty: choose an IDX file of pictures, or a folder with four files."
        )
    try:
        return open_idx(settings.path)
    except OSError as error:
        raise DataError(f"{settings.path} cannot be read: {error.strerror or error}.") from error


IDX = Source(
    name="idx",
    title="IDX files…",
    kind="found",
    description="Your own pictures and labels in the format of MNIST, gzipped or not.",
    load=_load,
    settings_used=("path",),
)
