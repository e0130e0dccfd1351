"""MNIST and sets in its layout: four IDX files in one folder."""

from __future__ import annotations

from pathlib import Path

from visualmlp import paths
from visualmlp.data.dataset import Dataset
from visualmlp.data.idx import MAX_BYTES
from visualmlp.data.keep import filling, unpack
from visualmlp.data.pictures import load_idx_pair
from visualmlp.data.source import Source, SourceSettings
from visualmlp.errors import DataError

FILES = (
    ("train-images", "idx3-ubyte"),
    ("train-labels", "idx1-ubyte"),
    ("t10k-images", "idx3-ubyte"),
    ("t10k-labels", "idx1-ubyte"),
)


def find_files(folder: Path) -> list[Path]:
    """The four files of a folder: training pictures and labels, test pictures and labels.

    Raises
    ------
    DataError
        If one is missing.
    """
    found = [_find(folder, stem, ending) for stem, ending in FILES]
    missing = ["-".join(file) for file, path in zip(FILES, found, strict=True) if path is None]
    if missing:
        raise DataError(f"{folder} lacks {', '.join(missing)} (with or without .gz).")
    return [path for path in found if path is not None]


def load_mnist(
    folder: Path | str,
    *,
    name: str = "mnist",
    title: str = "MNIST",
    class_names: tuple[str, ...] = tuple("0123456789"),
    source: str = "",
    licence: str = "unknown",
) -> Dataset:
    """Load a folder of four files; the t10k files become the given test part.

    Raises
    ------
    DataError
        If a file is missing or damaged.
    """
    train_images, train_labels, test_images, test_labels = find_files(Path(folder))
    return load_idx_pair(
        train_images,
        train_labels,
        test_pair=(test_images, test_labels),
        name=name,
        title=title,
        class_names=class_names,
        source=source or str(folder),
        licence=licence,
    )


def adopt_mnist(folder: Path | str) -> Path:
    """Copy a folder's four files into the user's data folder, where the source finds them.

    Returns
    -------
    The folder that they are in now.

    Raises
    ------
    DataError
        If a file is missing or damaged, or the files cannot be written.
    """
    adopted = paths.user_data() / "mnist"
    files = find_files(Path(folder))
    load_mnist(folder)
    if adopted.exists() and adopted.samefile(folder):
        return adopted
    with filling(adopted) as fresh:
        for file, path in zip(FILES, files, strict=True):
            unpack(path, fresh / "-".join(file), MAX_BYTES)
    return adopted


def _find(folder: Path, stem: str, ending: str) -> Path | None:
    names = [f"{stem}{joint}{ending}{gz}" for gz in ("", ".gz") for joint in "-."]
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _folders() -> list[Path]:
    return [folder / "mnist" for folder in paths.data_folders()]


def _complete(folder: Path) -> bool:
    return all(_find(folder, stem, ending) for stem, ending in FILES)


def _problem() -> str:
    if any(map(_complete, _folders())):
        return ""
    searched = ", ".join(map(str, _folders()))
    files = ", ".join("-".join(file) for file in FILES)
    return (
        f"MNIST was not found in {searched}. Put {files} (with or without .gz) there, or into the "
        "folder mnist of another folder and name that one in VISUALMLP_DATA."
    )


def _load(settings: SourceSettings) -> Dataset:
    problem = _problem()
    if problem:
        raise DataError(problem)
    return load_mnist(
        next(filter(_complete, _folders())),
        source="LeCun, Cortes and Burges: The MNIST database of handwritten digits",
        licence="not stated by its authors (usually given as CC BY-SA 3.0)",
    )


MNIST = Source(
    name="mnist",
    title="MNIST digits (28×28)",
    kind="found",
    description="70,000 handwritten digits in 28×28 grey levels; the last 10,000 are for testing.",
    load=_load,
    problem=_problem,
)
