"""The status line: everything in words, and the least important left out first."""

import numpy as np
import pytest
from PyQt6.QtGui import QFontMetricsF

from visualmlp.experiment import Experiment
from visualmlp.gui.session import Session
from visualmlp.gui.status_line import StatusLine
from visualmlp.gui.widgets.parts_line import Fact, PartsLine
from visualmlp.training.frame import Frame
from visualmlp.training.history import EpochRecord, Evaluation
from visualmlp.training.runner import Phase, Status


def a_frame(**changes) -> Frame:
    evaluation = Evaluation(loss=0.5, score=0.75, rmse=np.nan, n_samples=359)
    values = {
        "step": 6_817,
        "epoch": 5,
        "batch": 3,
        "n_batches": 45,
        "samples_seen": 9_000,
        "parameters": np.zeros(1),
        "loss": 0.25,
        "learning_rate": 0.1,
        "gradient_norm": 1.0,
        "evaluation": EpochRecord(0, 0, evaluation, evaluation),
        "experiment": Experiment(),
        "head": 6_817,
    }
    return Frame(**values | changes)


@pytest.fixture
def status(qtbot):
    session = Session()
    line = StatusLine(session)
    qtbot.addWidget(line)
    yield line
    session.close()


def test_updates_and_samples_seen_are_told(status):
    status._session.frame = a_frame()
    status.update_text()
    text = status.text.text()
    assert "step 6,817 (updates)  ·  batch 3 of 45  ·  9,000 samples seen" in text
    assert "val. accuracy 0.7500 (359 samples, step 0)" in text


def test_numbers_read_as_in_the_rest_of_the_window(status):
    evaluation = Evaluation(loss=0.5, score=0.99998, rmse=np.nan, n_samples=60_000)
    record = EpochRecord(0, 0, evaluation, evaluation)
    status._session.frame = a_frame(loss=4.528e10, evaluation=record)
    status.update_text()
    assert "loss 4.528e10 (last batch)" in status.text.text()
    assert "val. accuracy >0.9999 (60,000 samples" in status.text.text()
    bad = Evaluation(loss=0.5, score=-2.7029, rmse=1.0, n_samples=359)
    status._session.frame = a_frame(evaluation=EpochRecord(0, 0, bad, bad))
    status.update_text()
    assert "−2.7029" in status.text.text()


def test_behind_the_newest_step_it_says_how_far(status):
    status._session.frame = a_frame(head=9_400)
    status._session.status = Status(Phase.PAUSED)
    status.update_text()
    assert "step 6,817 of 9,400 (updates)" in status.text.text()
    assert "paused in the past" in status.text.text()
    status._session.status = Status(Phase.RUNNING)
    status.update_text()
    assert "replaying, " in status.text.text()


def test_an_epoch_of_one_step_has_no_batches_to_count(status):
    status._session.frame = a_frame(n_batches=1, batch=0)
    status.update_text()
    assert "batch 0" not in status.text.text()
    assert "6,817 (updates)  ·  9,000 samples seen  ·  loss 0.25 (last batch)" in status.text.text()


FACTS = [Fact("place", 3), Fact("detail", 1), Fact("", 9), Fact("state", 2)]


@pytest.mark.parametrize(
    ("share", "left"),
    [(1.05, "place  ·  detail  ·  state"), (0.95, "place  ·  state"), (0.5, "place")],
)
def test_the_least_important_goes_first(line, share, left):
    whole = QFontMetricsF(line.font()).horizontalAdvance(line.text())
    line.resize(round(share * whole), 20)
    assert line.shown_text() == left
    assert line.toolTip() == "place  ·  detail  ·  state"


@pytest.fixture
def line(shown) -> PartsLine:
    line = PartsLine()
    line.set_facts(FACTS)
    return shown(line)


def test_without_a_validation_part_the_test_part_is_told(status):
    watched = Evaluation(loss=0.5, score=0.25, rmse=np.nan, n_samples=20)
    status._session.frame = a_frame(evaluation=EpochRecord(7, 1, watched, None, watched))
    status.update_text()
    assert "test accuracy 0.2500 (20 samples, step 7)" in status.text.text()
