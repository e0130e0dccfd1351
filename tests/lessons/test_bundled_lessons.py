"""The lessons that come with the program."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from visualmlp.data import SOURCES
from visualmlp.lessons import lesson_names, links_in, load_lesson, needs_missing_data
from visualmlp.lessons.links import VERBS

NAMES = (
    "sigmoid-values",
    "play-tennis",
    "softmax-example",
    "linear-2-2-1",
    "three-instance-mse",
    "iris-neuron",
    "curve-fit",
    "digit-grid",
    "mnist-sigmoid-mse-sgd",
    "mnist-relu-softmax-fullbatch",
    "mnist-5v8-bce",
    "mnist-5v8-regression",
    "mnist-softmax-on-sigmoid",
    "tiny-mnist-batch-sgd",
    "tiny-mnist-per-sample-sgd",
    "mnist-normalised-sigmoid",
)
OFFLINE = NAMES[:7]

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "reference" / "course_figures.json").read_text(encoding="utf-8")
)
"""The figures as they were found before this program could compute them; never to be fitted."""

KEYS = (
    "quantity", "part", "rows", "layer", "epochs", "steps",
    "expected", "tolerance", "accept", "origin",
)  # fmt: skip


def test_all_are_there_in_teaching_order() -> None:
    assert lesson_names() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_is_complete(name: str) -> None:
    lesson = load_lesson(name)
    assert lesson.summary.endswith(".")
    assert 100 <= len(lesson.text.split()) <= 450
    assert len(lesson.figures) > 0
    assert {"show"} <= {link.removeprefix("do:").split("/")[0] for link in links_in(lesson.text)}
    for variant in lesson.variants[1:]:
        assert f"do:variant/{variant.name}" in links_in(lesson.text)
        assert variant.experiment != lesson.experiment.replace(title=variant.experiment.title)


def test_every_verb_that_runs_or_shows_something_is_used() -> None:
    texts = [v.text for name in NAMES for v in load_lesson(name).variants]
    texts += [load_lesson(name).text for name in NAMES]
    used = Counter(link.removeprefix("do:").split("/")[0] for t in texts for link in links_in(t))
    assert set(VERBS) - set(used) <= {"play", "keep-curves", "pick-unit"}


def plain(figure: Any) -> dict[str, Any]:
    """A figure as the reference file keeps it: single moments without lists."""
    values = {key: getattr(figure, key) for key in KEYS}
    dumped = json.loads(json.dumps({key: value for key, value in values.items() if value}))
    return {"expected": dumped.get("expected"), **dumped}


def as_read(entry: dict[str, Any]) -> dict[str, Any]:
    entry = dict(entry)
    key = next((key for key in ("epochs", "steps") if key in entry), "")
    if not isinstance(entry.get(key), list):
        if key:
            entry[key] = [entry[key]]
        if "expected" in entry:
            entry["expected"] = [entry["expected"]]
    kept = {name: value for name, value in entry.items() if value}
    return {"expected": None, **kept}


@pytest.mark.parametrize("name", NAMES)
def test_the_stated_figures_are_those_of_the_reference(name: str) -> None:
    stated = {
        variant.name: [plain(figure) for figure in variant.figures]
        for variant in load_lesson(name).variants
        if variant.figures
    }
    reference = {
        variant: [as_read(entry) for entry in entries]
        for variant, entries in REFERENCE[name].items()
    }
    assert stated == reference


def test_the_reference_has_the_hundred_and_two_accuracies() -> None:
    counts = {
        name: sum(
            len(entry["expected"])
            for entry in REFERENCE[name]["course"]
            if entry["origin"] == "printed" and entry["quantity"] == "accuracy"
        )
        for name in ("tiny-mnist-batch-sgd", "tiny-mnist-per-sample-sgd")
    }
    assert counts == {"tiny-mnist-batch-sgd": 42, "tiny-mnist-per-sample-sgd": 60}


def test_missing_data_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VISUALMLP_DATA", str(tmp_path))
    for name in NAMES:
        problem = needs_missing_data(load_lesson(name))
        assert problem == ("" if name in OFFLINE else SOURCES["mnist"].problem())
    assert str(tmp_path) in SOURCES["mnist"].problem()
