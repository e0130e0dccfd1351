"""What files that the user drops on the window stand for."""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PyQt6.QtCore import QCoreApplication

from visualmlp.data import source_of

Kind = Literal["run", "experiment", "data", "nothing"]

_LABELS = re.compile(r"labels(.*?)idx\d")
_IDX = re.compile(r"images|labels|ubyte|idx\d")


@dataclass(frozen=True, slots=True)
class Dropped:
    """What to do with dropped files.

    Attributes
    ----------
    kind
        What they are; "nothing" is told with ``text``.
    text
        What the hint says while they are held over the window, or why they cannot be opened.
    path, test_path
        The file or folder to open, and the table of the test part.
    """

    kind: Kind
    text: str
    path: Path = Path()
    test_path: Path | None = None


def understand(paths: Sequence[Path]) -> Dropped:
    """What files are, judged by their names and whether they are there."""
    names = ", ".join(path.name for path in paths[:3]) + (", …" if len(paths) > 3 else "")
    missing = [path for path in paths if not path.exists()]
    if not paths or missing:
        text = _tr("These are no files of this computer.")
        return Dropped("nothing", text if not missing else _tr("There is no {}").format(missing[0]))
    if len(paths) == 1:
        return _one(paths[0])
    return _pictures(paths) or _tables(paths) or Dropped("nothing", _refusal(paths, names))


def _one(path: Path) -> Dropped:
    name = path.name.lower()
    if name.endswith(".vmlp"):
        return Dropped("run", _tr("Drop to open the run {}").format(path.name), path)
    if name.endswith(".toml"):
        return Dropped("experiment", _tr("Drop to open {}").format(path.name), path)
    if path.is_dir():
        return _folder(path)
    if source_of(path) == "csv":
        return _data(path)
    if _LABELS.search(name):
        return _images_of(path)
    if _IDX.search(name) or _is_idx(path):
        return _data(path)
    text = _tr(
        "{} is not something that VisualMLP can open. It opens runs (.vmlp), experiments and "
        "lessons (.toml), tables (.csv, .tsv, .txt) and IDX files."
    )
    return Dropped("nothing", text.format(path.name))


def _data(path: Path, test_path: Path | None = None) -> Dropped:
    text = _tr("Drop to train on {}").format(path.name)
    if test_path:
        text = _tr("Drop to train on {} and test on {}").format(path.name, test_path.name)
    return Dropped("data", text, path, test_path)


def _folder(path: Path) -> Dropped:
    if any(_IDX.search(file.name.lower()) for file in path.iterdir() if file.is_file()):
        return _data(path)
    text = _tr("The folder {} has no IDX files (train-images-idx3-ubyte, …).")
    return Dropped("nothing", text.format(path.name))


def _images_of(labels: Path) -> Dropped:
    """The pictures that lie beside labels."""
    name = re.sub(r"idx\d", "idx3", labels.name.replace("labels", "images")).removesuffix(".gz")
    for candidate in (labels.with_name(name), labels.with_name(name + ".gz")):
        if candidate.is_file():
            return _data(candidate)
    text = _tr("{} has labels only: put {} beside it, or drop both.")
    return Dropped("nothing", text.format(labels.name, name))


def _pictures(paths: Sequence[Path]) -> Dropped | None:
    """IDX files: pictures with their labels, or the four files of a folder."""
    if not all(path.is_file() and _IDX.search(path.name.lower()) for path in paths):
        return None
    images = [path for path in paths if "images" in path.name]
    if len({path.parent for path in paths}) > 1:
        text = _tr("Pictures and labels must lie in one folder.")
        return Dropped("nothing", text)
    if len(images) == 1:
        return _data(images[0])
    return _data(paths[0].parent) if len(images) == 2 else None


def _tables(paths: Sequence[Path]) -> Dropped | None:
    """Two tables: the one that says "test" in its name is the test part."""
    if len(paths) != 2 or not all(path.is_file() and source_of(path) == "csv" for path in paths):
        return None
    tests = [path for path in paths if "test" in path.name.lower()]
    if len(tests) != 1:
        text = _tr("Of two tables, one must have “test” in its name: it becomes the test part.")
        return Dropped("nothing", text)
    train = next(path for path in paths if path is not tests[0])
    return _data(train, tests[0])


def _refusal(paths: Sequence[Path], names: str) -> str:
    endings = {path.suffix.lower() for path in paths}
    if endings <= {".vmlp", ".toml"}:
        return _tr("One run or experiment at a time: {} are {}.").format(names, len(paths))
    text = _tr("{} do not go together: drop one file, pictures with their labels, or two tables.")
    return text.format(names)


def _is_idx(path: Path) -> bool:
    """Whether a file of any name begins as IDX files do, gzipped or not."""
    with suppress(OSError, EOFError):
        with path.open("rb") as file:
            start = file.read(4)
        if start[:2] == b"\x1f\x8b":
            with gzip.open(path) as unpacked:
                start = unpacked.read(4)
        return len(start) == 4 and start[:3] == b"\0\0\x08" and 1 <= start[3] <= 4
    return False


def _tr(text: str) -> str:
    return QCoreApplication.translate("Dropped", text)
