"""A run that another program trains is followed by its file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from visualmlp.experiment import Experiment, apply_settings
from visualmlp.gui import following
from visualmlp.gui.following import Follower
from visualmlp.gui.session import Session
from visualmlp.runs import Recorder
from visualmlp.training.branches import Branches
from visualmlp.training.setup import build
from visualmlp.training.trainer import Trainer

WAIT_MS = 20_000


class Elsewhere:
    """What another program does: it trains, and records."""

    def __init__(self, path: Path) -> None:
        settings = ["data.source=xor", "training.epochs=1000"]
        self.trainer = Trainer(build(apply_settings(Experiment(), settings)))
        self.branches = Branches(self.trainer.timeline)
        self.recorder = Recorder(path, self.trainer.setup)
        self.go_on(5)

    def go_on(self, steps: int) -> None:
        for _ in range(steps):
            self.trainer.step()
        self.recorder.record(self.branches, self.trainer)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.vmlp"


@pytest.fixture
def elsewhere(path: Path) -> Iterator[Elsewhere]:
    other = Elsewhere(path)
    yield other
    other.recorder.close()


@pytest.fixture
def session(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setattr(following, "INTERVAL_MS", 50)
    session = Session()
    yield session
    session.close()


@pytest.fixture
def follower(session: Session) -> Iterator[Follower]:
    follower = Follower(session)
    yield follower
    follower.close()


def at(qtbot: QtBot, session: Session, step: int) -> None:
    def there() -> bool:
        return session.frame is not None and session.frame.step == step and not session.is_loading

    qtbot.waitUntil(there, timeout=WAIT_MS)


def test_the_newest_step_is_followed_to_the_end(
    qtbot: QtBot, session: Session, follower: Follower, elsewhere: Elsewhere, path: Path
) -> None:
    session.open_run(path)
    at(qtbot, session, 5)
    assert follower.is_following
    for step in (12, 30):
        elsewhere.go_on(step - elsewhere.trainer.step_count)
        at(qtbot, session, step)
    elsewhere.recorder.close()
    qtbot.waitUntil(lambda: not follower.is_following, timeout=WAIT_MS)
    at(qtbot, session, 30)


def test_who_looks_at_the_past_is_left_there(
    qtbot: QtBot, session: Session, follower: Follower, elsewhere: Elsewhere, path: Path
) -> None:
    session.open_run(path)
    at(qtbot, session, 5)
    session.seek(2)
    at(qtbot, session, 2)
    elsewhere.go_on(9)
    qtbot.wait(300)
    assert (session.frame.step, session.frame.head) == (2, 5)
    session.to_head()
    at(qtbot, session, 14)


def test_who_trains_on_has_a_run_of_their_own(
    qtbot: QtBot, session: Session, follower: Follower, elsewhere: Elsewhere, path: Path
) -> None:
    session.open_run(path)
    at(qtbot, session, 5)
    session.run_steps(1)
    at(qtbot, session, 6)
    elsewhere.go_on(9)
    qtbot.waitUntil(lambda: not follower.is_following, timeout=WAIT_MS)
    assert session.frame.head == 6


def test_a_finished_run_is_not_followed(
    qtbot: QtBot, session: Session, follower: Follower, elsewhere: Elsewhere, path: Path
) -> None:
    elsewhere.recorder.close()
    session.open_run(path)
    at(qtbot, session, 5)
    assert not follower.is_following
