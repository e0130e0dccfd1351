"""Views are tested with real sessions, in a window, waited for until they are drawn."""

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from visualmlp.experiment import Experiment, find_experiment
from visualmlp.gui.session import Session
from visualmlp.gui.views.view import View
from visualmlp.training.runner import Phase

WAIT_MS = 20_000


@pytest.fixture
def session(request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[Session]:
    """A session whose run is ready, at step 0: of "digits", or of the bundled name or Experiment
    given with ``@pytest.mark.parametrize("session", ["iris"], indirect=True)``.
    """
    wanted: str | Experiment = getattr(request, "param", "digits")
    session = Session()
    session.open(find_experiment(wanted) if isinstance(wanted, str) else wanted)
    try:
        qtbot.waitUntil(lambda: session.frame is not None, timeout=WAIT_MS)
        yield session
    finally:
        session.close()


@pytest.fixture
def settle(qtbot: QtBot, session: Session) -> Callable[[], None]:
    """``settle()`` waits until every shown view shows the present frame."""

    def wait() -> None:
        qtbot.waitUntil(lambda: session.is_settled, timeout=WAIT_MS)

    return wait


@pytest.fixture
def show(qtbot: QtBot, session: Session, settle: Callable[[], None]) -> Iterator[Callable]:
    """``show(ViewClass)`` shows a view of the session and waits until it is drawn."""
    views: list[View] = []  # a strong reference until the test ends

    def show_view(kind: type[View], width: int = 900, height: int = 600) -> View:
        view = kind(session)
        views.append(view)
        qtbot.addWidget(view)
        session.add_view(view)
        view.resize(width, height)
        with qtbot.waitExposed(view):
            view.show()
        settle()
        return view

    yield show_view
    session.close()  # before the views go


@pytest.fixture
def train(qtbot: QtBot, session: Session, settle: Callable[[], None]) -> Callable[[int], None]:
    """``train(n)`` makes n epochs, or as many as go before divergence, and settles."""

    def train_epochs(epochs: int) -> None:
        assert session.frame is not None
        goal = session.frame.epoch + epochs
        session.run_epochs(epochs)
        qtbot.waitUntil(lambda: _has_ended(session, goal), timeout=WAIT_MS)
        settle()

    return train_epochs


def _has_ended(session: Session, epoch: int) -> bool:
    frame, phase = session.frame, session.status.phase
    reached = frame is not None and frame.epoch >= epoch and phase is not Phase.RUNNING
    return reached or phase is Phase.DIVERGED
