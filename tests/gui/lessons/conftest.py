"""Lessons are tested with real sessions; a stage that only notes what it is asked stands in."""

from collections.abc import Callable, Iterator

import pytest
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from visualmlp.data import Source
from visualmlp.errors import VisualMLPError
from visualmlp.gui.lessons.guide import Guide
from visualmlp.gui.lessons.pane import LessonPane
from visualmlp.gui.session import Session
from visualmlp.lessons import Lesson, load_lesson

WAIT_MS = 20_000


class Stage:
    """Notes what a guide asks of the window."""

    def __init__(self) -> None:
        self.layouts: list[str] = []
        self.views: list[str] = []
        self.wanted: list[str] = []
        self.go_on: Callable[[], None] | None = None

    def use_layout(self, name: str) -> None:
        self.layouts.append(name)

    def show_view(self, name: str) -> None:
        if name == "nowhere":
            raise VisualMLPError("There is no view 'nowhere'.")
        self.views.append(name)

    def ask_for_data(self, source: Source, then: Callable[[], None]) -> None:
        self.wanted.append(source.name)
        self.go_on = then


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    session = Session()
    yield session
    session.close()


@pytest.fixture
def guide(session: Session, stage: Stage) -> Guide:
    return Guide(session, stage, session)


@pytest.fixture
def pane(qtbot: QtBot, session: Session, guide: Guide) -> Iterator[QWidget]:
    pane = LessonPane(session, guide)
    qtbot.addWidget(pane)
    pane.resize(350, 600)
    with qtbot.waitExposed(pane):
        pane.show()
    yield pane
    session.close()


@pytest.fixture
def refusals(guide: Guide) -> list[str]:
    """What the guide refused so far."""
    told: list[str] = []
    guide.refused.connect(told.append)
    return told


@pytest.fixture
def opened(qtbot: QtBot, session: Session, guide: Guide) -> Callable[[str], Lesson]:
    """``opened(name)`` opens a bundled lesson and waits for its run."""

    def open_lesson(name: str) -> Lesson:
        lesson = load_lesson(name)
        guide.open(lesson)
        qtbot.waitUntil(
            lambda: not session.is_loading and session.frame is not None, timeout=WAIT_MS
        )
        return lesson

    return open_lesson
