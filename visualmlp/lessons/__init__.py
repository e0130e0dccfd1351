"""Lessons: a text in steps, an experiment in its variants, and the figures they have to reach."""

from visualmlp.lessons.bundled import lesson_names, load_lesson
from visualmlp.lessons.figure import ORIGINS, Figure
from visualmlp.lessons.lesson import COURSE, Lesson, Variant, missing_source, needs_missing_data
from visualmlp.lessons.links import Action, links_in, parse_link
from visualmlp.lessons.quantities import QUANTITIES, Quantity
from visualmlp.lessons.reader import read_lesson

__all__ = [
    "COURSE",
    "ORIGINS",
    "QUANTITIES",
    "Action",
    "Figure",
    "Lesson",
    "Quantity",
    "Variant",
    "lesson_names",
    "links_in",
    "load_lesson",
    "missing_source",
    "needs_missing_data",
    "parse_link",
    "read_lesson",
]
