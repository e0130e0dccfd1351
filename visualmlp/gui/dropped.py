"""What files that the user drops on the window stand for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from PyQt6.QtCore import QCoreApplication

from visualmlp.data import source_of
from visualmlp.data.file_kind import kind_of
from visualmlp.data.pictures.files import ENDINGS, LABEL_ENDINGS

Kind = Literal["run", "experiment", "data", "nothing"]

LOOKED_AT = 1000
"""Entries of a folder, while it is held over the window."""

OURS = {".vmlp", ".toml"}
"""Endings of runs, experiments and lessons."""

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
        The file or folder to open, and the file of the test part.
    source
        What reads the data; guessed if empty.
    """

    kind: Kind
    text: str
    path: Path = Path()
    test_path: Path | None = None
    source: str = ""


def understand(paths: Sequence[Path]) -> Dropped:
    """What files are, judged by their names and whether they are there."""
    names = ", ".join(path.name for path in paths[:3]) + (", …" if len(paths) > 3 else "")
    missing = [path for path in paths if not path.exists()]
    if not paths or missing:
        text = _tr("These are no files of this computer.")
        return Dropped("nothing", text if not missing else _tr("There is no {}").format(missing[0]))
    if len(paths) == 1:
        return _one(paths[0])
    found = _labelled_folder(paths) or _pictures(paths) or _with_test(paths)
    return found or Dropped("nothing", _refusal(paths, names))


def _one(path: Path) -> Dropped:
    name = path.name.lower()
    if name.endswith(".vmlp"):
        return Dropped("run", _tr("Drop to open the run {}").format(path.name), path)
    if name.endswith(".toml"):
        return Dropped("experiment", _tr("Drop to open {}").format(path.name), path)
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        return Dropped("nothing", _tr("{} is neither a file nor a folder.").format(path.name))
    if name.endswith(ENDINGS):
        return _single_picture(path)
    if _LABELS.search(name) and source_of(path) == "idx":
        return _images_of(path)
    if source_of(path) != "idx" or _IDX.search(name) or kind_of(path) == "idx":
        return _data(path)
    text = _tr(
        "{} is not something that VisualMLP can open. It opens runs (.vmlp), experiments and "
        "lessons (.toml), tables (.csv, .xlsx, .parquet, …), arrays (.npz, .mat, …), folders of "
        "pictures and IDX files."
    )
    return Dropped("nothing", text.format(path.name))


def _data(path: Path, test_path: Path | None = None, source: str = "") -> Dropped:
    text = _tr("Drop to train on {}").format(path.name)
    if test_path:
        text = _tr("Drop to train on {} and test on {}").format(path.name, test_path.name)
    return Dropped("data", text, path, test_path, source)


def _single_picture(path: Path) -> Dropped:
    text = _tr("{} is a single picture: drop the folder that holds a folder for each class.")
    return Dropped("nothing", text.format(path.name))


def _folder(path: Path) -> Dropped:
    try:
        entries = list(islice(path.iterdir(), LOOKED_AT))
    except OSError as error:
        text = _tr("The folder {} cannot be read: {}.")
        return Dropped("nothing", text.format(path.name, error.strerror))
    if any(map(_belongs_to_data, entries)):
        return _data(path)
    text = _tr("The folder {} has no folders of pictures, no label file and no IDX files.")
    return Dropped("nothing", text.format(path.name))


def _belongs_to_data(entry: Path) -> bool:
    name = entry.name.lower()
    return name.endswith((*ENDINGS, *LABEL_ENDINGS)) or bool(_IDX.search(name)) or entry.is_dir()


def _images_of(labels: Path) -> Dropped:
    """The pictures that lie beside labels."""
    name = re.sub(r"idx\d", "idx3", labels.name.replace("labels", "images")).removesuffix(".gz")
    for candidate in (labels.with_name(name), labels.with_name(name + ".gz")):
        if candidate.is_file():
            return _data(candidate)
    text = _tr("{} has labels only: put {} beside it, or drop both.")
    return Dropped("nothing", text.format(labels.name, name))


def _labelled_folder(paths: Sequence[Path]) -> Dropped | None:
    """A folder of pictures with the table of their labels, in it or beside it."""
    folders = [path for path in paths if path.is_dir()]
    files = [path for path in paths if path.name.lower().endswith(LABEL_ENDINGS)]
    if len(paths) != 2 or len(folders) != 1 or len(files) != 1:
        return None
    if files[0].parent not in (folders[0], folders[0].parent):
        text = _tr("Put {} into the folder {} or beside it.")
        return Dropped("nothing", text.format(files[0].name, folders[0].name))
    return _data(files[0], source="pictures")


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


def _with_test(paths: Sequence[Path]) -> Dropped | None:
    """Two tables or files of arrays: the one that says "test" in its name is the test part."""
    if len(paths) != 2 or not all(map(_may_be_data, paths)):
        return None
    if {source_of(path) for path in paths} not in ({"csv"}, {"arrays"}):
        return None
    tests = [path for path in paths if "test" in path.name.lower()]
    if len(tests) != 1:
        text = _tr("Of two files, one must have “test” in its name: it becomes the test part.")
        return Dropped("nothing", text)
    train = next(path for path in paths if path is not tests[0])
    return _data(train, tests[0])


def _may_be_data(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() not in OURS


def _refusal(paths: Sequence[Path], names: str) -> str:
    endings = {path.suffix.lower() for path in paths}
    if endings <= OURS:
        return _tr("One run or experiment at a time: {} are {}.").format(names, len(paths))
    text = _tr(
        "{} do not go together: drop one file or folder, pictures with their labels, or data with "
        "a test part."
    )
    return text.format(names)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Dropped", text)
