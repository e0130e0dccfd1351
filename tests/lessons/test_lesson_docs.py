"""docs/lessons.md names everything that a lesson file may contain."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from visualmlp.lessons import ORIGINS, QUANTITIES, Figure, parse_link, read_lesson
from visualmlp.lessons.links import VERBS
from visualmlp.lessons.reader import LessonFile, VariantFile
from visualmlp.lessons.reproduction import carry_out

DOCS = (Path(__file__).parents[2] / "docs" / "lessons.md").read_text(encoding="utf-8")


def test_every_quantity_is_described() -> None:
    for quantity in QUANTITIES.values():
        uses = ", ".join(f"`{key}`" for key in quantity.uses) or "–"
        assert f"| `{quantity.name}` | {uses} | {quantity.description} |" in DOCS


def test_every_link_is_described_and_right() -> None:
    links = re.findall(r"`(do:[^`]+)`", DOCS)
    assert {parse_link(link).verb for link in links} == set(VERBS)


@pytest.mark.parametrize("section", [LessonFile, VariantFile, Figure])
def test_every_key_is_described(section: type[LessonFile | VariantFile | Figure]) -> None:
    for key in section.model_fields:
        assert re.search(rf"`(\[*[a-z.]*)?{key}[^`a-z]*`", DOCS), key


def test_every_origin_is_described() -> None:
    for name in ORIGINS:
        assert f"`{name}` (" in DOCS


def test_the_example_is_a_lesson(tmp_path: Path) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", DOCS, re.DOTALL)
    path = tmp_path / "example.toml"
    path.write_text(example, encoding="utf-8")
    lesson = read_lesson(path)
    assert [check.passed for check in carry_out(lesson.variants[0])] == [True]
