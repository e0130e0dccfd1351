"""A first look at a folder of pictures that somebody is about to open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from visualmlp.data.labels import classes_of
from visualmlp.data.pictures.files import Found, find_pictures, printable
from visualmlp.data.pictures.folder import Preview, preview_of, steps_for
from visualmlp.data.pictures.steps import PictureSteps, UnreadableError, size_of
from visualmlp.data.source import SourceSettings
from visualmlp.errors import DataError

SHOWN_CLASSES, SHOWN_OF_CLASS = 12, 4
SEEN_AT_ONCE = 50
"""Files between two reports."""

Report = Callable[[int, int], None]


def _no_report(done: int, total: int) -> None:
    pass


@dataclass(frozen=True, slots=True, eq=False)
class PictureLook:
    """A folder of pictures, looked at.

    Attributes
    ----------
    found
        Where the pictures are, and their classes.
    class_names
        In the order of the classes.
    counts
        Pictures of each class that can be read, those of the test part too.
    sizes
        How often each width and height occurs.
    usual
        A picture of the size that most have.
    unreadable
        What cannot be read, and why.
    """

    found: Found
    class_names: tuple[str, ...]
    counts: Counter[str]
    sizes: Counter[tuple[int, int]]
    usual: Path
    unreadable: tuple[str, ...]

    def steps(self, settings: SourceSettings) -> PictureSteps:
        """What is done to every picture.

        Raises
        ------
        DataError
            If they would become too large.
        """
        return steps_for([self.usual], settings)

    def previews(self, settings: SourceSettings) -> list[Preview]:
        """Some pictures of each of the first classes, before and after the steps."""
        steps = self.steps(settings)
        shown: Counter[str] = Counter()
        wanted = self.class_names[:SHOWN_CLASSES]
        previews = []
        for file, label in zip(self.found.files, self.found.labels, strict=True):
            if label not in wanted or shown[label] >= SHOWN_OF_CLASS:
                continue
            try:
                previews.append(preview_of(file, label, steps))
            except UnreadableError:
                continue
            shown[label] += 1
        return sorted(previews, key=lambda preview: wanted.index(preview.label))


def look_at_pictures(settings: SourceSettings, report: Report = _no_report) -> PictureLook:
    """Find the pictures of a folder and look at the first bytes of each.

    Raises
    ------
    DataError
        If there are none that can be read, or their classes cannot be told.
    """
    path = Path(settings.path)
    found = find_pictures(path, settings)
    names = found.class_names or _names(found, path)
    sizes: Counter[tuple[int, int]] = Counter()
    firsts: dict[tuple[int, int], Path] = {}
    unreadable = []
    counts = Counter(found.labels)
    for number, (file, label) in enumerate(zip(found.files, found.labels, strict=True)):
        if number % SEEN_AT_ONCE == 0:
            report(number, len(found.files))
        try:
            size = size_of(file)
        except UnreadableError as error:
            unreadable.append(f"{printable(f'{file.parent.name}/{file.name}')} ({error})")
            counts[label] -= 1
            continue
        sizes[size] += 1
        firsts.setdefault(size, file)
    if not sizes:
        raise DataError(
            f"{path}: none of {len(found.files):,} pictures can be read: {unreadable[0]}."
        )
    usual = firsts[sizes.most_common(1)[0][0]]
    return PictureLook(found, names, counts, sizes, usual, tuple(unreadable))


def _names(found: Found, path: Path) -> tuple[str, ...]:
    """The classes in the order that they get, as the labels are written."""
    names, labels = classes_of(np.array(found.labels), str(path))
    first = {int(label): text for label, text in zip(labels[::-1], found.labels[::-1], strict=True)}
    return tuple(first[i] for i in range(len(names)))
