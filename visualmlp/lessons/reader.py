"""A lesson file: TOML, checked as a whole, with complaints that name file, line and field."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from pydantic import Field, ValidationError

from visualmlp.errors import ExperimentError, LessonError
from visualmlp.experiment import Experiment, Section, replace_at
from visualmlp.experiment.declare import explain
from visualmlp.lessons.figure import Figure
from visualmlp.lessons.lesson import COURSE, Lesson, Variant
from visualmlp.lessons.lines import Lines
from visualmlp.lessons.lines import Path as Place
from visualmlp.lessons.links import Action, links_in, parse_link

NAME: Final = r"^[a-z0-9][a-z0-9_-]*$"

Name = Annotated[str, Field(pattern=NAME)]
Text = Annotated[str, Field(min_length=1)]
AnySection = TypeVar("AnySection", bound=Section)


class VariantFile(Section):
    """A ``[[variants]]`` table."""

    name: Name
    title: Text
    text: Text
    changes: dict[str, Any] = Field(default_factory=dict)
    figures: tuple[Figure, ...] = ()


class LessonFile(Section):
    """The top level of a lesson file; ``experiment`` is checked by itself."""

    title: Text
    summary: Text
    order: int = 1000
    layout: Name = "default"
    show: tuple[Name, ...] = ()
    text: Text
    experiment: dict[str, Any]
    figures: tuple[Figure, ...] = ()
    variants: tuple[VariantFile, ...] = ()


def read_lesson(path: Path) -> Lesson:
    """Read a lesson file.

    Raises
    ------
    LessonError
        If the file cannot be read or something in it is wrong; the text names file, line, field.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise LessonError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise LessonError(f"{path}: is no lesson file (it is no text)") from None
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise LessonError(f"{path}, {_line_of_syntax(text, error)}") from None
    return _Reader(path, text, values).lesson()


def _line_of_syntax(text: str, error: Exception) -> str:
    """The parser's complaint with its line in front."""
    message = str(error)
    match = re.search(r" \(at line (\d+), column (\d+)\)", message)
    line = int(match[1]) if match else text.count("\n") + 1
    reason = message[: match.start()] if match else message
    return f"line {line}: is no TOML: {reason[:1].lower()}{reason[1:]}"


class _Reader:
    """One file being read."""

    def __init__(self, path: Path, text: str, values: dict[str, Any]) -> None:
        self._path = path
        self._lines = Lines(text)
        self._values = values

    def lesson(self) -> Lesson:
        """Check everything and put it together."""
        file = self._section(LessonFile, self._values, ())
        own = {"title": file.title} | file.experiment
        experiment = self._section(Experiment, own, ("experiment",))
        course = Variant(COURSE, "As in the course", "", experiment, file.figures)
        others = [self._variant(file, i, experiment) for i in range(len(file.variants))]
        lesson = Lesson(
            name=self._path.stem,
            title=file.title,
            summary=file.summary,
            order=file.order,
            text=file.text,
            layout=file.layout,
            show=file.show,
            variants=(course, *others),
        )
        self._check_names(lesson)
        self._check_figures(lesson)
        self._check_links(lesson)
        return lesson

    def _variant(self, file: LessonFile, i: int, experiment: Experiment) -> Variant:
        variant = file.variants[i]
        place: Place = ("variants", i, "changes")
        for field, value in _dotted(variant.changes):
            try:
                experiment = replace_at(experiment, field, value)
            except ExperimentError as error:
                raise self._error((*place, *field.split(".")), _reason(str(error))) from None
        experiment = experiment.replace(title=f"{file.title}: {variant.title}")
        return Variant(variant.name, variant.title, variant.text, experiment, variant.figures)

    def _section(self, kind: type[AnySection], values: dict[str, Any], place: Place) -> AnySection:
        try:
            return kind.model_validate(values)
        except ValidationError as error:
            where, reason = error.errors()[0]["loc"], explain(error)
            if not where and (match := re.match(r"([a-z_.]+): ", reason)):
                where = tuple(match[1].split("."))
            raise self._error((*place, *where), _reason(reason)) from None

    def _check_names(self, lesson: Lesson) -> None:
        names = [variant.name for variant in lesson.variants]
        for i, name in enumerate(names[1:]):
            if name in names[: i + 1]:
                raise self._error(("variants", i, "name"), f"{name!r} is taken")

    def _check_figures(self, lesson: Lesson) -> None:
        for place, variant in _places(lesson):
            last = variant.experiment.training.epochs
            for i, figure in enumerate(variant.figures):
                if late := [epoch for epoch in figure.epochs if epoch > last]:
                    reason = f"epoch {late[0]} is after the last one, {last}"
                    raise self._error((*place, "figures", i, "epochs"), reason)

    def _check_links(self, lesson: Lesson) -> None:
        for place, text in (
            (("text",), lesson.text),
            *(((*place, "text"), variant.text) for place, variant in _places(lesson) if place),
        ):
            for href in links_in(text):
                try:
                    self._check_link(href, lesson)
                except LessonError as error:
                    line = self._lines.line_of_text(place, href)
                    raise self._error(place, str(error), line) from None

    def _check_link(self, href: str, lesson: Lesson) -> None:
        match parse_link(href):
            case Action("variant", (name,)) if name not in _variant_names(lesson):
                raise LessonError(f"link {href!r}: there is no variant {name!r}")
            case Action("lesson", (name,)) if not self._is_lesson(name):
                raise LessonError(f"link {href!r}: there is no lesson {name!r}")
            case Action("run-to-epoch", (number,)) if int(number) > _last_epoch(lesson):
                last = _last_epoch(lesson)
                raise LessonError(f"link {href!r}: the run ends after epoch {last}")
            case Action("set", (field, value)):
                _check_setting(href, lesson.experiment, field, value)

    def _is_lesson(self, name: str) -> bool:
        from visualmlp.lessons.bundled import lesson_names

        return name in lesson_names() or self._path.with_name(f"{name}.toml").is_file()

    def _error(self, place: Place, reason: str, line: int = 0) -> LessonError:
        field = ".".join(part for part in place if isinstance(part, str))
        where = f"line {line or self._lines.line_of(place)}"
        return LessonError(f"{self._path}, {where}: {field}: {reason}")


def _places(lesson: Lesson) -> Iterator[tuple[Place, Variant]]:
    """Each variant with where it stands in the file; the course's own is the file itself."""
    for i, variant in enumerate(lesson.variants):
        yield (("variants", i - 1) if i else ()), variant


def _variant_names(lesson: Lesson) -> list[str]:
    return [variant.name for variant in lesson.variants]


def _last_epoch(lesson: Lesson) -> int:
    return max(variant.experiment.training.epochs for variant in lesson.variants)


def _check_setting(href: str, experiment: Experiment, field: str, value: str) -> None:
    from visualmlp.experiment import apply_settings

    try:
        apply_settings(experiment, [f"{field}={value}"])
    except ExperimentError as error:
        reason = str(error).removeprefix(f"--set {field}={value}: ")
        raise LessonError(f"link {href!r}: {reason}") from None


def _dotted(changes: dict[str, Any], outer: str = "") -> Iterator[tuple[str, Any]]:
    """``{"optimizer": {"learning_rate": 1}}`` as ("optimizer.learning_rate", 1), and so on."""
    for key, value in changes.items():
        if isinstance(value, dict):
            yield from _dotted(value, f"{outer}{key}.")
        else:
            yield f"{outer}{key}", value


def _reason(message: str) -> str:
    """A complaint without the name of the field in front, which is told with the line."""
    return re.sub(r"^[a-z_0-9.]+: ", "", message)
