"""``visualmlp render`` with a lesson: its run to the end, and its text beside it."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QCoreApplication, QEvent
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication

Call = Callable[..., Any]


@pytest.fixture(autouse=True)
def no_garbage_left() -> Iterator[None]:
    """What is left of a window must not be collected on a thread of a later test."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()


def test_the_window_with_a_lesson(call: Call, tmp_path: Path, qapp: QApplication) -> None:
    path = tmp_path / "lesson.png"
    answer = call("render", "iris-neuron", "--size", "1300x720", "--out", path)
    assert (answer.status, answer.err) == (0, "")
    image = QImage(str(path))
    assert (image.width(), image.height()) == (1300, 720)
    text = {image.pixel(x, 300) for x in range(20, 320)}
    assert len(text) > 5


def test_missing_data_are_told_in_one_line(
    call: Call, tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISUALMLP_DATA", raising=False)
    answer = call("render", "mnist-5v8-bce", "--out", tmp_path / "x.png")
    assert answer.status == 1
    assert answer.err.startswith("visualmlp: MNIST was not found")
    assert answer.err.count("\n") == 1
