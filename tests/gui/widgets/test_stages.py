"""What a picture becomes, step by step."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from visualmlp.gui.widgets.stages import Stages

NAMES = ["drawn", "cropped", "small"]
PICTURES = [np.eye(300), np.full((40, 10), 0.5), np.arange(4.0).reshape(2, 2) / 3]


@pytest.fixture
def stages(shown) -> Stages:
    stages = Stages()
    stages.set_stages(NAMES, PICTURES)
    return shown(stages, 500, 130)


@pytest.mark.parametrize("width", [200, 500, 1600])
def test_pictures_lie_beside_each_other_within_the_widget_with_their_aspect(stages, width) -> None:
    stages.resize(width, 130)
    rects = [stages._picture_rect(i) for i in range(3)]
    for rect, picture in zip(rects, PICTURES, strict=True):
        assert rect.height() / rect.width() == pytest.approx(picture.shape[0] / picture.shape[1])
        assert stages.rect().contains(rect.toAlignedRect())
    assert all(a.right() < b.left() for a, b in pairwise(rects))


def test_hovering_tells_stage_size_and_ink(stages) -> None:
    rect = stages._picture_rect(2)
    corner = rect.bottomRight() - rect.topLeft()
    text = stages.value_at(rect.topLeft() + 0.9 * corner)
    assert text == "small (2 × 2): ink 1.00 at row 1, column 1"
    assert stages.value_at(rect.topRight() * 2) is None


def test_the_keyboard_goes_from_stage_to_stage(stages) -> None:
    stages.setFocus()
    told = []
    stages.hovered.connect(told.append)
    for _ in range(4):
        QTest.keyClick(stages, Qt.Key.Key_Right)
    assert "small" in told[-1]


def test_the_numbers_are_those_of_every_stage(stages) -> None:
    rows = list(stages.csv_rows())
    assert len(rows) == 1 + 300 + 40 + 2
    assert rows[-1][:4] == ["small", 1, 2 / 3, 1.0]
    assert {len(row) for row in rows} == {len(rows[0])}
