"""The lessons that come with the program, by name."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from visualmlp.experiment.bundled import read_bundled
from visualmlp.lessons.lesson import Lesson
from visualmlp.lessons.reader import read_lesson
from visualmlp.paths import resources


def _folder() -> Path:
    return resources() / "lessons"


@cache
def lesson_names() -> tuple[str, ...]:
    """Names of the bundled lessons, in teaching order."""
    paths = sorted(_folder().glob("*.toml"), key=lambda path: (_order(path), path.stem))
    return tuple(path.stem for path in paths)


def _order(path: Path) -> int:
    """Place of a lesson; last for a file that is damaged, which is told when it is opened."""
    try:
        order = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("order")
    except (OSError, ValueError):
        order = None
    return order if isinstance(order, int) else 1000


def load_lesson(name: str) -> Lesson:
    """The lesson of a bundled name ("curve-fit") or of a file ("mine.toml").

    Raises
    ------
    UnknownNameError
        If there is neither.
    LessonError
        If the file is wrong.
    """
    return read_bundled("lesson", name, lesson_names(), _folder(), read_lesson)
