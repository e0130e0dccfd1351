"""Runs of lessons reach the figures that the lessons state."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from math import inf, nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from visualmlp.lessons import Figure, Variant, lesson_names, load_lesson
from visualmlp.lessons.reproduction import carry_out, worst_difference
from visualmlp.training.setup import build
from visualmlp.training.trainer import Trainer

DATA = Path(os.environ.get("VISUALMLP_DATA", ""))
has_mnist = (DATA / "mnist").is_dir()
without_mnist = pytest.mark.skipif(
    not has_mnist, reason="VISUALMLP_DATA names no folder with mnist in it"
)


def variants(keep: Callable[[Variant], bool]) -> list[Any]:
    """Variants with figures; those whose data are missing are skipped."""
    return [
        pytest.param(variant, id=f"{name}, {variant.name}", marks=marks_of(variant))
        for name in lesson_names()
        for variant in load_lesson(name).variants
        if keep(variant)
    ]


def marks_of(variant: Variant) -> list[pytest.MarkDecorator]:
    return [without_mnist] if "mnist" in variant.experiment.data.source else []


def check(variant: Variant, quick: bool) -> None:
    checks = carry_out(variant, quick)
    assert len(checks) > 0
    assert [check for check in checks if not check.passed] == []


@pytest.mark.parametrize("variant", variants(lambda v: any(not f.long for f in v.figures)))
def test_quick_figures_are_reached(variant: Variant) -> None:
    check(variant, quick=True)


@pytest.mark.slow
@without_mnist
def test_the_whole_set_is_reproduced() -> None:
    """As a user does it: every figure, also those that take long, on all processors."""
    command = [sys.executable, "-m", "visualmlp", "reproduce", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    met, stated = map(int, re.findall(r"^(\d+) of (\d+) figures met", done.stdout, re.MULTILINE)[0])
    assert met == stated > 400


def with_figures(*figures: dict[str, Any]) -> Variant:
    """The curve fit with other figures."""
    course = load_lesson("curve-fit").variants[0]
    return replace(course, figures=tuple(Figure(origin="exact", **figure) for figure in figures))


def test_a_figure_is_measured_at_its_moments() -> None:
    variant = with_figures(
        {"quantity": "updates", "steps": [0, 7], "expected": [0, 7]},
        {"quantity": "updates", "epochs": 3, "expected": 3},
        {"quantity": "samples seen", "steps": 7, "expected": 140},
        {"quantity": "samples", "part": "train", "expected": 20},
    )
    checks = carry_out(variant)
    assert [check.moment for check in checks] == ["step 0", "step 7", "epoch 3", "step 7", "end"]
    assert [check.figure for check in checks] == [0, 0, 1, 2, 3]
    assert all(check.passed for check in checks)


def test_a_wrong_figure_fails_by_its_difference() -> None:
    [check] = carry_out(with_figures({"quantity": "updates", "expected": 6818, "tolerance": 0.5}))
    assert (check.obtained, check.difference, check.passed) == (6817, 1, False)


def test_a_range_is_kept_or_left() -> None:
    inside, outside = carry_out(
        with_figures(
            {"quantity": "gradient norm", "accept": [0, 1e-5]},
            {"quantity": "gradient norm", "accept": [1e-5, 1]},
        )
    )
    assert inside.passed
    assert not outside.passed
    assert 0 < outside.difference < 1e-5


def test_a_moment_after_the_end_is_not_reached() -> None:
    variant = with_figures({"quantity": "updates", "steps": 6818, "expected": 6818})
    [check] = carry_out(variant)
    assert (check.obtained, check.difference, check.passed) == (None, inf, False)


def test_a_run_that_diverges_does_not_reach_its_end() -> None:
    variant = with_figures({"quantity": "updates", "expected": 20000})
    optimizer = variant.experiment.optimizer.replace(learning_rate=10.0)
    diverging = replace(variant, experiment=variant.experiment.replace(optimizer=optimizer))
    [check] = carry_out(diverging)
    assert check.obtained is None


def test_evaluations_on_the_way_change_nothing() -> None:
    lesson = load_lesson("iris-neuron")
    training = lesson.experiment.training.replace(evaluate_every=7, watch_test=False)
    other = lesson.experiment.replace(training=training)
    assert carry_out(lesson.variants[0]) == carry_out(replace(lesson.variants[0], experiment=other))


@pytest.mark.parametrize(
    ("expected", "obtained", "difference"),
    [
        (1, 1.5, 0.5),
        ([1, [2, 3]], [1, [2, 5]], 2),
        ([], [], 0),
        ([1, 2], [1], inf),
        ([1], 1, inf),
        ([[1]], [[1, 1]], inf),
        (1, nan, inf),
    ],
)
def test_nested_lists_are_compared(expected: Any, obtained: Any, difference: float) -> None:
    assert worst_difference(expected, obtained) == difference


@without_mnist
def test_a_csv_with_the_label_in_front_gives_the_same_run(tmp_path: Path) -> None:
    """The course reads its pictures from such files, which are lost."""
    lesson = load_lesson("mnist-sigmoid-mse-sgd")
    data = lesson.experiment.data.replace(subset=200, shuffle=False, stratify=False)
    idx = build(lesson.experiment.replace(data=data))
    rows = [
        ",".join(map(str, [label, *pixels]))
        for label, pixels in zip(
            idx.data.train.labels, idx.data.raw(idx.data.train).tolist(), strict=True
        )
    ]
    path = tmp_path / "training set.csv"
    path.write_text("\n".join(rows) + "\n")
    table = data.replace(source="csv", path=str(path), header="no", label_column="first")
    csv = build(lesson.experiment.replace(data=table.replace(subset=0)))
    assert len(csv.data.train) == 200
    trainers = [Trainer(setup) for setup in (idx, csv)]
    for trainer in trainers:
        for _ in range(200):
            trainer.step()
    one, other = (trainer.network.parameters.flat for trainer in trainers)
    assert np.array_equal(one, other)
