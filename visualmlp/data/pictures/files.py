"""Where pictures lie in a folder: a folder per class, or a label file that names them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from visualmlp.data.columns import Cells
from visualmlp.data.idx_pair import MAX_CLASSES
from visualmlp.data.source import SourceSettings
from visualmlp.data.tables.kinds import TARGET_NAMES
from visualmlp.data.tables.opened import Table, open_table
from visualmlp.errors import DataError

ENDINGS = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".gif")
LABEL_ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz")
LABEL_NAMES = ("labels", "label", "annotations", "classes", "train", "index")
"""What label files are usually called, besides the name of the folder."""
TRAIN, VALID, TEST = ("train", "training"), ("val", "valid", "validation"), ("test", "testing")
MAX_FILES = 1_000_000
MAX_WRAPPED = 2
"""Folders around those of the classes, as unpacked archives have them."""
HIDDEN = (".", "__MACOSX")


@dataclass(frozen=True, slots=True)
class Found:
    """Pictures and their classes, those of the given test part last.

    Attributes
    ----------
    files
        Where the pictures are.
    labels
        Name of the class of each.
    class_names
        The classes in their order; empty if it is that of the labels that occur.
    n_test
        How many belong to the given test part.
    notes
        What was passed over, a sentence each.
    """

    files: tuple[Path, ...]
    labels: tuple[str, ...]
    class_names: tuple[str, ...] = ()
    n_test: int = 0
    notes: tuple[str, ...] = ()


def find_pictures(path: Path, settings: SourceSettings) -> Found:
    """Find the pictures of a folder, or those that a label file names.

    Raises
    ------
    DataError
        If there are none, or it cannot be told to which classes they belong.
    """
    if path.is_file():
        if path.name.lower().endswith(ENDINGS):
            raise DataError(f"{path} is a single picture: choose the folder with a folder a class.")
        return _of_label_file(path, path.parent, settings)
    if not path.is_dir():
        raise DataError(f"{path} is no folder: choose one that holds a folder for each class.")
    if parts := _parts(path):
        return _of_folders(path, parts)
    label_file = _label_file(path)
    if label_file is None:
        raise DataError(
            f"{path} has neither a folder of PNG, JPEG, BMP or GIF pictures for each class nor a "
            "label file (labels.csv with file name and label): add one of the two."
        )
    return _of_label_file(label_file, path, settings)


def natural(name: str) -> list[tuple[int, int, str]]:
    """What names are sorted by, so that 10 follows 9."""
    pieces = re.findall(r"[0-9]+|[^0-9]+", name.casefold())
    return [(0, int(p), "") if p[0] in "0123456789" else (1, 0, p) for p in pieces]


# A folder per class


@dataclass(frozen=True, slots=True)
class _Parts:
    """The folders whose folders are classes: to learn from, and to test."""

    train: tuple[Path, ...]
    test: tuple[Path, ...] = ()
    note: str = ""


def _parts(path: Path, depth: int = 0) -> _Parts | None:
    """None if there are no folders with pictures; the only folder in a folder stands for it."""
    below = {folder.name.casefold(): folder for folder in _entries(path, folders=True)}
    train, valid, test = (
        tuple(below[name] for name in names if name in below and _classes(below[name]))[:1]
        for names in (TRAIN, VALID, TEST)
    )
    if train and valid and test:
        note = f"The pictures in {valid[0].name} are among those to learn from."
        return _Parts(train + valid, test, note)
    if train:
        note = f"The pictures in {valid[0].name} are the test part." if valid else ""
        return _Parts(train, test or valid, note)
    if _classes(path):
        return _Parts((path,))
    if len(below) == 1 and depth < MAX_WRAPPED and not _has_picture(path):
        return _parts(next(iter(below.values())), depth + 1)
    return None


def _of_folders(path: Path, parts: _Parts) -> Found:
    found = [list(_labelled(part)) for part in (parts.train, parts.test)]
    files = [file for part in found for file in part]
    names = tuple(sorted({label for _, label in files}, key=lambda name: (natural(name), name)))
    if len(names) < 2 or len(names) > MAX_CLASSES:
        raise DataError(
            f"{path} has {len(names):,} folders with pictures: 2 to {MAX_CLASSES:,} classes work."
        )
    _check_count(path, len(files))
    paths, labels = zip(*files, strict=True)
    notes = [parts.note] if parts.note else []
    notes += _passed_over([*parts.train, *parts.test])
    return Found(paths, labels, names, len(found[1]), tuple(notes))


def _labelled(parts: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    for part in parts:
        for folder in _classes(part):
            for file in _pictures(folder):
                yield file, printable(folder.name)


def _classes(folder: Path) -> list[Path]:
    """The folders in a folder that hold pictures."""
    return [below for below in _entries(folder, folders=True) if _has_picture(below)]


def _passed_over(parts: Sequence[Path]) -> Iterator[str]:
    below = [folder for part in parts for folder in _entries(part, folders=True)]
    empty = [folder.name for folder in below if not _has_picture(folder)]
    if empty:
        yield f"Folders without pictures are passed over: {listed(empty)}."
    others = [
        name
        for folder in below
        for name in _names(folder, folders=False)
        if not name.lower().endswith(ENDINGS)
    ]
    if others:
        what = "1 file that is not named as a picture is passed over"
        if len(others) > 1:
            what = f"{len(others):,} files that are not named as pictures are passed over"
        yield f"{what}: {listed(sorted(others))}."


def _pictures(folder: Path) -> list[Path]:
    return [f for f in _entries(folder, folders=False) if f.name.lower().endswith(ENDINGS)]


def _has_picture(folder: Path) -> bool:
    return any(name.lower().endswith(ENDINGS) for name in _names(folder, folders=False))


def _entries(folder: Path, *, folders: bool) -> list[Path]:
    """Plain files or folders in a folder, in natural order."""
    names = sorted(_names(folder, folders=folders), key=lambda name: (natural(name), name))
    return [folder / name for name in names]


def _names(folder: Path, *, folders: bool) -> Iterator[str]:
    """Names of plain files or folders in a folder; hidden ones are left out."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.startswith(HIDDEN) and _is(entry, folders):
                    yield entry.name
    except OSError as error:
        raise DataError(f"{folder} cannot be read: {error.strerror or error}.") from error


def _is(entry: os.DirEntry[str], folders: bool) -> bool:
    try:
        return entry.is_dir() if folders else entry.is_file()
    except OSError:  # a link that leads nowhere, or round in a circle
        return False


def printable(name: str) -> str:
    """A name whose bytes are no text in this system's encoding, as text."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _check_count(path: Path, count: int) -> None:
    if count > MAX_FILES:
        raise DataError(f"{path} holds {count:,} pictures: at most {MAX_FILES:,} work.")


def listed(names: Sequence[str], most: int = 10) -> str:
    """Some names for a sentence."""
    shown = ", ".join(map(printable, names[:most]))
    return shown if len(names) <= most else f"{shown} and {len(names) - most:,} more"


# A label file


def _label_file(folder: Path) -> Path | None:
    """The label file in a folder or beside it, if the folder or one in it holds pictures."""
    inner = _entries(folder, folders=True)
    if not _has_picture(folder) and not any(map(_has_picture, inner[:MAX_CLASSES])):
        return None
    inside = [f for f in _entries(folder, folders=False) if f.name.lower().endswith(LABEL_ENDINGS)]
    beside = [
        folder.with_name(name + end)
        for name in (folder.name, *LABEL_NAMES[:2])
        for end in LABEL_ENDINGS
    ]
    if len(inside) > 1:
        named = [f for f in inside if f.name.lower().split(".")[0] in (*LABEL_NAMES, folder.name)]
        if len(named) != 1:
            raise DataError(
                f"{folder} holds several tables ({listed([f.name for f in inside], 4)}), not one "
                "labels.csv: choose the label file itself."
            )
        return named[0]
    return next(iter(inside), None) or next((f for f in beside if f.is_file()), None)


def _of_label_file(path: Path, folder: Path, settings: SourceSettings) -> Found:
    table = open_table(path, settings)
    where = _Places(path.parent, folder)
    file_column = _file_column(table, where)
    label_column = _label_column(table, file_column, settings)
    cells = table.read({file_column: "category", label_column: "category"})
    files, labels, missing = _matched(cells[file_column], cells[label_column], where)
    if not files:
        raise DataError(
            f"{path}: no file of its column {file_column} is in {folder}, such as "
            f"{listed(missing, 3)}: put the pictures there."
        )
    _check_count(path, len(files))
    n_unlabelled = sum(not label for label in cells[label_column])
    notes = [f"Labels are those of column {label_column} of {path.name}."]
    if missing:
        what = "file of {} is" if len(missing) == 1 else "files of {} are"
        notes.append(f"{len(missing):,} {what.format(path.name)} not there: {listed(missing)}.")
    if n_unlabelled:
        one = n_unlabelled == 1
        what = "row of {} has no label and is" if one else "rows of {} have no label and are"
        notes.append(f"{n_unlabelled:,} {what.format(path.name)} left out.")
    return Found(tuple(files), tuple(labels), notes=tuple(notes))


class _Places:
    """Where the pictures of a label file may be: beside it, in the folder, or one below."""

    def __init__(self, *folders: Path) -> None:
        below = [inner for folder in folders for inner in _entries(folder, folders=True)]
        self._files: dict[str, Path] = {}
        for folder in dict.fromkeys([*folders, *below[:MAX_CLASSES]]):
            for file in _pictures(folder):
                for base in folders:
                    if file.is_relative_to(base):
                        self._add(file.relative_to(base).as_posix(), file)
                self._add(file.name, file)

    def _add(self, name: str, file: Path) -> None:
        self._files.setdefault(name, file)
        self._files.setdefault(name.casefold(), file)
        self._files.setdefault(name.casefold().rpartition(".")[0], file)

    def find(self, name: str) -> Path | None:
        """The file of a name as a label file has it, with or without folders or ending."""
        plain = name.replace("\\", "/").removeprefix("./")
        folded = plain.casefold()
        for key in (plain, folded, plain.rpartition("/")[2], folded.rpartition("/")[2]):
            if key in self._files:
                return self._files[key]
        return None


def _file_column(table: Table, where: _Places) -> str:
    """The column most of whose cells are names of pictures."""
    counts = [
        sum(
            bool(cell) and (cell.lower().endswith(ENDINGS) or where.find(cell) is not None)
            for cell in cells
        )
        for cells in zip(*table.sample, strict=True)
    ]
    best = max(range(len(counts)), key=counts.__getitem__)
    if 2 * counts[best] <= len(table.sample):
        raise DataError(
            f"{table.path} names no pictures: it needs a column of file names and one of labels."
        )
    return table.names[best]


def _label_column(table: Table, file_column: str, settings: SourceSettings) -> str:
    others = [name for name in table.names if name != file_column]
    chosen = [choice.name for choice in settings.columns if choice.role == "target"]
    for name in chosen:
        if name not in others:
            raise DataError(f"{table.path} has no column {name!r} of labels: choose another.")
    if chosen:
        return chosen[0]
    named = [name for name in others if name.casefold() in TARGET_NAMES]
    if named:
        return named[0]
    few = [
        name
        for name in others
        if table.look(name).guess == "category" or table.look(name).few_whole
    ]
    return (few or others)[0]


def _matched(
    names: Cells, labels: Cells, where: _Places
) -> tuple[list[Path], list[str], list[str]]:
    files, kept, missing = [], [], []
    for name, label in zip(names.tolist(), labels.tolist(), strict=True):
        file = where.find(name) if name else None
        if file is None:
            missing.append(name or "(no name)")
        elif label:
            files.append(file)
            kept.append(label)
    return files, kept, missing
