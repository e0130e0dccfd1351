"""The pictures of the documentation: nothing of this machine, and the same each time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PyQt6.QtCore import QSettings

from visualmlp.data.drawn import drawn_file
from visualmlp.paths import data_folders
from visualmlp.runs import Recorder, autosave_path
from visualmlp.training.timeline import Checkpoints

ROOT = Path(__file__).parents[2]


@pytest.fixture
def screenshots(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ModuleType]:
    """The script, which draws into a folder of the test and leaves nothing changed."""
    monkeypatch.syspath_prepend(str(ROOT))
    from scripts import screenshots

    monkeypatch.setattr(Checkpoints, "is_due", Checkpoints.is_due)
    monkeypatch.setattr(Recorder, "record", Recorder.record)
    monkeypatch.setattr(screenshots, "OUT", tmp_path / "docs" / "images")
    monkeypatch.setattr(screenshots, "LOOKS", ("light",))
    before = dict(os.environ)
    yield screenshots
    os.environ.clear()
    os.environ.update(before)


def test_what_the_user_keeps_is_out_of_sight(
    screenshots: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUALMLP_DATA", str(tmp_path))
    home = tmp_path / "of the pictures"
    screenshots.forget_the_user(home)
    for path in (drawn_file(), autosave_path(), *data_folders(), Path(QSettings().fileName())):
        assert path.is_relative_to(home), path


def test_two_drawings_are_the_same(screenshots: ModuleType, tmp_path: Path) -> None:
    stage = screenshots.Stage(
        "iris",
        (screenshots.of_layout("mistakes"), screenshots.of_view("forgetting")),
        prepare=lambda window: window.session.pick_sample(11, "validation"),
    )
    screenshots.keep_states_evenly()
    drawn = []
    for _ in range(2):
        screenshots.draw_stage(stage, tmp_path)
        drawn.append([shot.path("light").read_bytes() for shot in stage.shots])
    assert drawn[0] == drawn[1]
