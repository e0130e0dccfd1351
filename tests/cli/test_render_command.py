"""``visualmlp render``."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QCoreApplication, QEvent
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication

from visualmlp.gui.views import VIEWS

Call = Callable[..., Any]


@pytest.fixture(autouse=True)
def no_garbage_left() -> Iterator[None]:
    """What is left of a window must not be collected on a thread of a later test."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()


@pytest.fixture
def run_file(call: Call, tmp_path: Path, qapp: QApplication) -> Path:
    """A run of one epoch; ``qapp`` keeps Qt's one application for the tests that follow."""
    path = tmp_path / "run.vmlp"
    assert call("train", "digits", "--epochs", 1, "--out", path).status == 0
    return path


def picture(call: Call, *arguments: object) -> QImage:
    """What is drawn into the file that the last argument names."""
    answer = call("render", *arguments)
    assert (answer.status, answer.err) == (0, "")
    assert answer.out == f"{arguments[-1]}\n"
    image = QImage(str(arguments[-1]))
    places = product(range(image.width()), range(0, image.height(), 8))
    assert len({image.pixel(x, y) for x, y in places}) > 1
    return image


def test_the_whole_window_of_a_run(call: Call, run_file: Path, tmp_path: Path) -> None:
    image = picture(call, run_file, "--size", "1200x700", "--out", tmp_path / "window.png")
    assert (image.width(), image.height()) == (1200, 700)
    dark = picture(call, run_file, "--look", "dark", "--out", tmp_path / "dark.png")
    assert dark.pixelColor(3, 3).lightness() < image.pixelColor(3, 3).lightness()


@pytest.mark.parametrize(
    "views", [("curves", "inspector"), pytest.param(tuple(VIEWS), marks=pytest.mark.slow)]
)
def test_every_view_of_a_run_is_another_picture(
    views: tuple[str, ...], call: Call, run_file: Path, tmp_path: Path
) -> None:
    for view in views:
        picture(call, run_file, "--view", view, "--out", tmp_path / f"{view}.png")
    picture(call, run_file, "--out", tmp_path / "window.png")
    pictures = {path.read_bytes() for path in tmp_path.glob("*.png")}
    assert len(pictures) == len(views) + 1


def test_an_experiment_is_trained_first(call: Call, tmp_path: Path, qapp: QApplication) -> None:
    path = tmp_path / "xor.png"
    picture(call, "xor", "--view", "function", "--out", path)
    assert [file.name for file in tmp_path.glob("*.p*")] == ["xor.png"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("xor --out x.jpg", "x.jpg: the picture is a .png file"),
        ("xor --out nowhere/x.png", "nowhere/x.png: there is no folder nowhere"),
        ("xor --view weigths --out x.png", "unknown view 'weigths': did you mean 'weights'?"),
        ("xorr --out x.png", "there is no experiment 'xorr': did you mean 'xor'?"),
        ("gone.vmlp --out x.png", "gone.vmlp: there is no such file"),
    ],
)
def test_an_error_is_one_line(
    line: str, complaint: str, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("render", *line.split()).complaint == complaint
    assert not Path("x.png").exists()


@pytest.mark.parametrize("line", ["", "xor", "xor --out x.png --size 5x5", "--out x.png"])
def test_wrong_usage_is_told_with_status_2(line: str, call: Call) -> None:
    answer = call("render", *line.split())
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith("usage: visualmlp render")
