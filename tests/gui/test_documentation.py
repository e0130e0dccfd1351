"""The guide, the page of honesty and the pictures: of every view and layout, and never others."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PyQt6.QtGui import QImageReader

from visualmlp.gui.actions import ACTIONS
from visualmlp.gui.layouts import LAYOUTS
from visualmlp.gui.views import VIEWS
from visualmlp.gui.widgets.picture import SHORTCUTS

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
MOST_BYTES = 6 * 10**6
"""Of all pictures together."""

LOOKS = ("light", "dark")

_IMAGE = re.compile(r"""(?:src|srcset)="([^"]+\.png)"|!\[[^]]*]\(([^)]+\.png)\)""")
_LINK = re.compile(r"(?<!!)\[[^]]*]\(([^)#:]+)(?:#[^)]*)?\)")
_ANCHOR = re.compile(r"]\(#([^)]+)\)")


@pytest.fixture(scope="module")
def screenshots() -> Iterator[ModuleType]:
    """The script that draws the pictures; nothing is drawn."""
    sys.path.insert(0, str(ROOT))
    from scripts import screenshots

    yield screenshots
    sys.path.remove(str(ROOT))


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pages() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def shown_in(path: Path) -> set[Path]:
    found = _IMAGE.findall(path.read_text(encoding="utf-8"))
    return {(path.parent / (one or other)).resolve() for one, other in found}


def section(text: str, title: str) -> str:
    """What stands below a heading, up to the next of its kind."""
    found = re.search(rf"^### {re.escape(title)}\n(.*?)(?=^##|\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"no section {title!r}"
    return found[1]


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_is_in_the_guide_with_its_picture(name: str) -> None:
    text = section(page("docs/guide.md"), VIEWS[name].title())
    for look in LOOKS:
        assert f"images/views/{name}-{look}.png" in text
    words = re.sub(r"<picture>.*?</picture>", "", text, flags=re.DOTALL)
    assert len(words.split()) > 20


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_says_what_is_sampled_averaged_or_old(name: str) -> None:
    assert len(section(page("docs/honesty.md"), VIEWS[name].title()).split()) > 10


def test_pages_tell_of_no_view_that_there_is_not() -> None:
    titles = {view.title() for view in VIEWS.values()}
    honesty = page("docs/honesty.md").partition("## View by view")[2].partition("\n## ")[0]
    assert set(re.findall(r"^### (.+)$", honesty, re.MULTILINE)) == titles


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_is_in_the_guide_with_its_picture(name: str) -> None:
    guide = page("docs/guide.md")
    assert section(guide, LAYOUTS[name].title).strip()
    for look in LOOKS:
        assert f"images/layouts/{name}-{look}.png" in guide


def test_the_script_draws_every_view_and_layout(screenshots: ModuleType) -> None:
    shots = list(screenshots.all_shots())
    assert {shot.view for shot in shots} - {""} == set(VIEWS)
    assert {shot.layout for shot in shots} - {""} == set(LAYOUTS)
    assert len({(shot.folder, shot.name) for shot in shots}) == len(shots)


def test_the_pictures_are_those_of_the_script(screenshots: ModuleType) -> None:
    wanted = {
        shot.path(look): shot.size for shot in screenshots.all_shots() for look in screenshots.LOOKS
    }
    there = set(IMAGES.rglob("*.png"))
    assert there == set(wanted), "run make screenshots"
    for path, size in wanted.items():
        assert QImageReader(str(path)).size().width() == size[0], path
    assert sum(path.stat().st_size for path in there) < MOST_BYTES


def test_every_picture_is_shown_and_every_one_shown_is_there() -> None:
    shown = set().union(*map(shown_in, pages()))
    assert shown == {path.resolve() for path in IMAGES.rglob("*.png")}


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    code = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    gone = [link for link in _LINK.findall(code) if not (path.parent / link).exists()]
    headings = re.findall(r"^#+ (.+)$", code, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}
    assert gone + [anchor for anchor in _ANCHOR.findall(code) if anchor not in anchors] == []


def test_the_guide_lists_every_shortcut() -> None:
    guide = page("docs/guide.md")
    missing = [
        spec.name
        for spec in ACTIONS
        if spec.shortcuts
        and f"| {spec.text.replace('&', '')} | "
        f"{', '.join(f'`{keys}`' for keys in spec.shortcuts)} |"
        not in guide
    ]
    assert missing == []
    for number, layout in enumerate(LAYOUTS.values(), start=1):
        assert f"| Layout {layout.title} | `Ctrl+{number}` |" in guide
    for keys in SHORTCUTS.values():
        assert f"`{keys}`" in guide


def test_the_guide_lists_no_other_shortcut() -> None:
    tables = page("docs/guide.md").partition("## Keyboard")[2].partition("| in a picture")[0]
    listed = set(re.findall(r"^\| (.+?) \| `", tables, re.MULTILINE))
    layouts = {f"Layout {layout.title}" for layout in LAYOUTS.values()}
    assert listed == {s.text.replace("&", "") for s in ACTIONS if s.shortcuts} | layouts
