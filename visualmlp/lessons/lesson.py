"""A lesson in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from visualmlp.data import SOURCES, Source
from visualmlp.errors import UnknownNameError
from visualmlp.experiment import Experiment
from visualmlp.lessons.figure import Figure

COURSE: Final = "course"
"""Name of the variant that is the course's own setting."""


@dataclass(frozen=True)
class Variant:
    """One setting of a lesson's experiment.

    Attributes
    ----------
    name, title
        What links call it, and its name on the screen.
    text
        Markdown: what differs from the course's own setting, and what is seen.
    figures
        What a run of it has to reach.
    """

    name: str
    title: str
    text: str
    experiment: Experiment
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Lesson:
    """A text with its experiment.

    Attributes
    ----------
    name
        The file's name without ".toml".
    title, summary
        For lists: the title, and one sentence.
    order
        Place among the lessons.
    text
        Markdown with links that act (see ``visualmlp.lessons.links``).
    layout
        How the window is to be arranged.
    show
        Names of the views to bring to the front.
    variants
        The first is the course's own setting.
    """

    name: str
    title: str
    summary: str
    order: int
    text: str
    layout: str
    show: tuple[str, ...]
    variants: tuple[Variant, ...]

    @property
    def experiment(self) -> Experiment:
        """The course's own setting."""
        return self.variants[0].experiment

    @property
    def figures(self) -> tuple[Figure, ...]:
        """What the course's own setting has to reach."""
        return self.variants[0].figures

    def variant(self, name: str) -> Variant:
        """The variant of a name.

        Raises
        ------
        UnknownNameError
            If there is none.
        """
        for variant in self.variants:
            if variant.name == name:
                return variant
        names = ", ".join(variant.name for variant in self.variants)
        raise UnknownNameError(f"the lesson {self.name!r} has no variant {name!r}: {names}")


def missing_source(lesson: Lesson) -> Source | None:
    """The first source of a lesson that cannot be loaded; quick, without loading."""
    names = dict.fromkeys(variant.experiment.data.source for variant in lesson.variants)
    return next((SOURCES[name] for name in names if SOURCES[name].problem()), None)


def needs_missing_data(lesson: Lesson) -> str:
    """Why the data of a lesson cannot be loaded, or "" if they can; quick, without loading."""
    source = missing_source(lesson)
    return source.problem() if source else ""
