"""Panels are tested with real sessions; widgets are found by their object names."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QSettings, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from visualmlp.experiment import find_experiment
from visualmlp.gui.panels import all_panels
from visualmlp.gui.session import Session

WAIT_MS = 20_000


@pytest.fixture(autouse=True)
def fresh_settings(tmp_path: Path) -> None:
    """Let no test see what another has stored."""
    for kind in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(kind, QSettings.Scope.UserScope, str(tmp_path))


@pytest.fixture
def session(request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[Session]:
    """A session whose run is ready, at step 0: of "digits", or of the parameter's experiment."""
    session = Session()
    session.open(find_experiment(getattr(request, "param", "digits")))
    try:
        qtbot.waitUntil(lambda: session.frame is not None, timeout=WAIT_MS)
        yield session
    finally:
        session.close()


@pytest.fixture
def show(qtbot: QtBot) -> Callable[..., QWidget]:
    """``show(widget)`` shows it in the active window and returns it."""
    widgets: list[QWidget] = []  # kept alive with the function

    def show_widget(widget: QWidget, width: int = 300, height: int = 900) -> QWidget:
        widgets.append(widget)
        qtbot.addWidget(widget)
        widget.resize(width, height)
        with qtbot.waitExposed(widget):
            widget.show()
        widget.activateWindow()
        return widget

    return show_widget


@pytest.fixture
def panels(session: Session, show: Callable[[QWidget], QWidget]) -> QWidget:
    """All panels in one window."""
    window = QWidget()
    row = QHBoxLayout(window)
    for kind in all_panels():
        row.addWidget(kind(session))
    return show(window, 960)


@pytest.fixture
def find(panels: QWidget) -> Callable[[str], QWidget]:
    """``find(name)`` gives the widget of an object name."""

    def find_widget(name: str) -> QWidget:
        widget = panels.findChild(QWidget, name)
        assert widget is not None, f"there is no {name}"
        return widget

    return find_widget


@pytest.fixture
def enter(find: Callable[[str], QWidget]) -> Callable[[str, str], None]:
    """``enter(name, text)`` types over a field's text and presses Enter."""

    def type_text(name: str, text: str) -> None:
        widget = find(name)
        widget.setFocus()
        widget.selectAll()
        QTest.keyClick(widget, Qt.Key.Key_Delete)
        QTest.keyClicks(widget, text)
        QTest.keyClick(widget, Qt.Key.Key_Return)

    return type_text


@pytest.fixture
def train_a_step(session: Session, qtbot: QtBot) -> Callable[[], None]:
    """``train_a_step()`` makes one step, after which edits wait for a new run."""

    def train() -> None:
        session.run_steps(1)
        qtbot.waitUntil(lambda: session.frame.step == 1, timeout=WAIT_MS)
        qtbot.waitUntil(lambda: not session.is_running, timeout=WAIT_MS)

    return train
