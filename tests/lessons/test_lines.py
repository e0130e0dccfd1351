"""Finding lines in TOML files."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from visualmlp.lessons import lesson_names
from visualmlp.lessons.lines import Lines
from visualmlp.paths import resources

TEXT = '''# a comment with [brackets] and "quotes"
title = "one = two"
long = """
[not.a.table]
key = 1 \\""" # still inside
"""
raw = \'\'\'
[[nor.this]]
\'\'\'

[a.b]
"dotted.key" = 1
plain.dotted = 2   # [[no]]
inline = { x = 1, "y" = [
    10, # ten
    "]",
    20,
] }

[[items]]
name = "first"

[[items.parts]]
n = 1

[[items.parts]]
n = 2
[items.more]
deep = true

[[items]]
name = 'second'
list = [
    { k = 1 },
    { k = 2,
      j = 3 },
]

[[items.parts]]
n = 3
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("long",), 3),
        (("raw",), 7),
        (("a",), 11),
        (("a", "b"), 11),
        (("a", "b", "dotted", "key"), 12),
        (("a", "b", "plain", "dotted"), 13),
        (("a", "b", "inline", "x"), 14),
        (("a", "b", "inline", "y", 0), 15),
        (("a", "b", "inline", "y", 2), 17),
        (("items", 0, "name"), 21),
        (("items", 0, "parts", 0, "n"), 24),
        (("items", 0, "parts", 1), 26),
        (("items", 0, "parts", 1, "n"), 27),
        (("items", 0, "more", "deep"), 29),
        (("items", 1), 31),
        (("items", 1, "list", 1, "j"), 36),
        (("items", 1, "parts", 0, "n"), 40),
    ],
)
def test_a_value_is_found(path: tuple[str | int, ...], line: int) -> None:
    assert Lines(TEXT).line_of(path) == line


@pytest.mark.parametrize(
    ("path", "line"),
    [(("missing",), 1), (("items", 1, "missing"), 31), (("a", "b", "inline", "z", 4), 14)],
)
def test_what_is_missing_is_told_where_it_would_be(path: tuple[str | int, ...], line: int) -> None:
    assert Lines(TEXT).line_of(path) == line


def test_a_part_of_a_text_is_found_behind_its_key() -> None:
    lines = Lines('note = "here"\ntext = """\nnot yet\nhere\n"""\n')
    assert lines.line_of_text(("text",), "here") == 4
    assert lines.line_of_text(("text",), "nowhere") == 2


def paths_of(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every path of a read file, in no order."""
    if isinstance(value, dict):
        items = [((*path, *key.split(".")), inner) for key, inner in value.items()]
    elif isinstance(value, list):
        items = [((*path, i), inner) for i, inner in enumerate(value)]
    else:
        return [path]
    return [path, *(p for inner_path, inner in items for p in paths_of(inner, inner_path))]


@pytest.mark.parametrize("name", lesson_names())
def test_every_value_of_the_lessons_has_a_line_of_its_own_kind(name: str) -> None:
    text = (resources() / "lessons" / f"{name}.toml").read_text(encoding="utf-8")
    lines, source = Lines(text), text.splitlines()
    for path in paths_of(tomllib.loads(text)):
        keys = [part for part in path if isinstance(part, str)]
        if path and isinstance(path[-1], str):
            assert keys[-1] in source[lines.line_of(path) - 1], path
