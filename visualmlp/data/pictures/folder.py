"""Folders of pictures that the user opens."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from visualmlp.data.dataset import Array, Dataset, pixel_names
from visualmlp.data.labels import classes_of
from visualmlp.data.pictures.files import Found, find_pictures, listed
from visualmlp.data.pictures.steps import (
    GreyPicture,
    PictureSteps,
    UnreadableError,
    open_picture,
    size_of,
    take_steps,
)
from visualmlp.data.source import Source, SourceSettings
from visualmlp.errors import DataError

log = logging.getLogger(__name__)

MAX_SIDE = 1024
"""Pixels of width and of height of what pictures are brought to."""
MAX_BYTES = 4 * 2**30
"""Of all pictures in memory."""
PREVIEW_SIDE = 256
"""Pixels of the longer side of a picture that a preview shows as it was."""


def load_pictures(settings: SourceSettings) -> Dataset:
    """Open a folder that has a folder of pictures for each class, or a label file.

    Folders ``train`` and ``test`` (or ``val``) above those of the classes give the test part.
    What cannot be read is left out and listed in the notes.

    Raises
    ------
    DataError
        If there are no pictures that can be read, or their classes cannot be told.
    """
    path = Path(settings.path)
    found = find_pictures(path, settings)
    names, labels = _classes(path, found)
    steps = steps_for(found.files, settings)
    _check_memory(path, len(found.files), steps)
    x, are_read, notes = _read_all(found.files, steps)
    if not are_read.any():
        raise DataError(f"{path}: none of {len(found.files):,} pictures can be read. {notes[-1]}")
    n_test = int(are_read[len(are_read) - found.n_test :].sum()) if found.n_test else 0
    if n_test == len(x):
        raise DataError(f"{path}: no picture to learn from can be read, only of the test part.")
    return Dataset(
        name="pictures",
        title=path.name or str(path),
        x=x,
        targets=labels[are_read],
        task="classification",
        class_names=names,
        feature_names=pixel_names((steps.height, steps.width)),
        image_shape=(steps.height, steps.width),
        value_range=(0, 255),
        n_given_test=n_test,
        source=str(path),
        licence="unknown",
        notes=(*found.notes, *notes),
    )


def steps_for(files: Sequence[Path], settings: SourceSettings) -> PictureSteps:
    """What is done to the pictures of a folder; a side of 0 is that of most pictures.

    If one side is given, the other follows by the shape that most pictures have.

    Raises
    ------
    DataError
        If no picture can be read, or the size is too large.
    """
    width, height = settings.picture_width, settings.picture_height
    if not width or not height:
        usual_width, usual_height = _usual_size(files)
        if not width and not height:
            width, height = usual_width, usual_height
        elif not width:
            width = max(1, round(height * usual_width / usual_height))
        else:
            height = max(1, round(width * usual_height / usual_width))
    if max(width, height) > MAX_SIDE or min(width, height) < 1:
        raise DataError(
            f"The pictures would be {width:,}×{height:,} pixels: choose a width and a height of "
            f"at most {MAX_SIDE:,}, such as 28."
        )
    return PictureSteps(width, height, settings.invert)


def _usual_size(files: Sequence[Path]) -> tuple[int, int]:
    sizes: Counter[tuple[int, int]] = Counter()
    reason = ""
    for file in files:
        try:
            sizes[size_of(file)] += 1
        except UnreadableError as error:
            reason = reason or f"{file.name}: {error}"
    if not sizes:
        raise DataError(f"None of {len(files):,} pictures can be read ({reason}).")
    return sizes.most_common(1)[0][0]


def _classes(path: Path, found: Found) -> tuple[tuple[str, ...], Array]:
    if not found.class_names:
        return classes_of(np.array(found.labels), str(path))
    place = {name: number for number, name in enumerate(found.class_names)}
    return found.class_names, np.array([place[label] for label in found.labels], np.int64)


def _check_memory(path: Path, count: int, steps: PictureSteps) -> None:
    size = count * steps.width * steps.height
    if size > MAX_BYTES:
        raise DataError(
            f"{path}: {count:,} pictures of {steps.width}×{steps.height} take {size:,} bytes: at "
            f"most {MAX_BYTES:,} fit. Choose a smaller width and height."
        )


def _read_all(files: Sequence[Path], steps: PictureSteps) -> tuple[Array, Array, list[str]]:
    """The pictures that can be read (n_read, n_pixels), which these are, and notes."""
    x = np.empty((len(files), steps.width * steps.height), np.uint8)
    are_read = np.zeros(len(files), bool)
    counts: Counter[str] = Counter()
    unreadable: list[str] = []
    n_read = 0
    for number, file in enumerate(files):
        try:
            picture = take_steps(file, steps)
        except UnreadableError as error:
            log.warning("%s cannot be read: %s", file, error)
            unreadable.append(f"{file.parent.name}/{file.name} ({error})")
            continue
        x[n_read], are_read[number] = picture.row, True
        n_read += 1
        counts.update(_changes(picture))
    return x[:n_read], are_read, [*_notes(counts, n_read, steps), *_unreadable_note(unreadable)]


def _changes(picture: GreyPicture) -> Iterator[str]:
    if picture.had_colours:
        yield "stored in colours, became grey"
    if picture.had_alpha:
        yield "with transparent parts, were laid on white"
    if picture.had_16_bits:
        yield "of 16 bits, were brought to 8"
    if picture.was_resized:
        yield "of another size"


def _notes(counts: Counter[str], n_read: int, steps: PictureSteps) -> Iterator[str]:
    for change, count in sorted(counts.items()):
        what = change
        if change == "of another size":
            what = f"of another size, were brought to {steps.width}×{steps.height}"
        yield f"{count:,} of {n_read:,} pictures, {what}."
    if steps.invert and n_read:
        yield "All pictures were inverted: dark pixels are high."


def _unreadable_note(names: Sequence[str]) -> Iterator[str]:
    if names:
        what = (
            "1 picture cannot be read and is"
            if len(names) == 1
            else (f"{len(names):,} pictures cannot be read and are")
        )
        yield f"{what} left out: {listed(names)}."


# Preview


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """A picture before and after the steps.

    Attributes
    ----------
    file, label
        Where it is, and its class.
    before
        As it was, perhaps smaller, uint8, shape (rows, columns, 4): red, green, blue, opacity.
    after
        uint8, shape (height, width).
    """

    file: Path
    label: str
    before: Array
    after: Array


def preview_pictures(settings: SourceSettings, n_each: int = 3) -> list[Preview]:
    """The first pictures of each class that can be read, before and after the steps.

    Raises
    ------
    DataError
        If there are no pictures, or their classes cannot be told.
    """
    found = find_pictures(Path(settings.path), settings)
    steps = steps_for(found.files, settings)
    shown: Counter[str] = Counter()
    previews = []
    for file, label in zip(found.files, found.labels, strict=True):
        if shown[label] < n_each:
            try:
                previews.append(preview_of(file, label, steps))
                shown[label] += 1
            except UnreadableError:
                continue
    return previews


def preview_of(file: Path, label: str, steps: PictureSteps) -> Preview:
    """A picture before and after the steps.

    Raises
    ------
    UnreadableError
        If it cannot be read.
    """
    after = take_steps(file, steps).row.reshape(steps.height, steps.width)
    with open_picture(file) as picture:
        picture.draft(None, (PREVIEW_SIDE, PREVIEW_SIDE))
        small = picture.convert("RGBA")
        small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return Preview(file, label, np.asarray(small, np.uint8), after)


def _load(settings: SourceSettings) -> Dataset:
    if not settings.path:
        raise DataError("path is empty: choose a folder that holds a folder for each class.")
    try:
        return load_pictures(settings)
    except OSError as error:
        raise DataError(f"{settings.path} cannot be read: {error.strerror or error}.") from error
    except MemoryError as error:
        raise DataError(
            f"{settings.path} does not fit into memory: choose a smaller size."
        ) from error


PICTURES = Source(
    name="pictures",
    title="Pictures…",
    kind="found",
    description="Your own pictures: PNG, JPEG, BMP, GIF; a folder a class, or a label file.",
    load=_load,
    settings_used=("path", "picture_width", "picture_height", "invert", "columns"),
)
