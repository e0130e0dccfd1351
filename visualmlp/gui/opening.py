"""What a name or a file stands for: an experiment or a lesson."""

from __future__ import annotations

import logging
import tomllib
from difflib import get_close_matches
from pathlib import Path

from visualmlp.errors import UnknownNameError, VisualMLPError
from visualmlp.experiment import Experiment, bundled_names, find_experiment
from visualmlp.lessons import Lesson, lesson_names, load_lesson

log = logging.getLogger(__name__)

ONLY_IN_LESSONS = {"experiment", "summary", "text"}
"""Keys at the top of a file by which a lesson is known."""


def find(name: str) -> Experiment | Lesson:
    """The bundled experiment or lesson of a name, or that of a file.

    Raises
    ------
    UnknownNameError
        If there is none.
    VisualMLPError
        If the file is wrong.
    """
    if name in lesson_names() or _is_lesson(Path(name)):
        return load_lesson(name)
    try:
        return find_experiment(name)
    except UnknownNameError:
        close = get_close_matches(name, [*bundled_names(), *lesson_names()], n=1)
        if close and close[0] in lesson_names():
            text = f"there is no experiment or lesson {name!r}: did you mean {close[0]!r}?"
            raise UnknownNameError(text) from None
        raise


def _is_lesson(path: Path) -> bool:
    """Whether a file says of itself that it is a lesson; one that cannot be read does not."""
    if path.suffix != ".toml":
        return False
    try:
        return bool(ONLY_IN_LESSONS & set(tomllib.loads(path.read_text(encoding="utf-8-sig"))))
    except (OSError, ValueError, RecursionError):
        return False


def readable_lessons() -> list[Lesson]:
    """The bundled lessons in their order; one whose file is damaged is left out and logged."""
    lessons = []
    for name in lesson_names():
        try:
            lessons.append(load_lesson(name))
        except VisualMLPError as error:
            log.warning("%s", error)
    return lessons
