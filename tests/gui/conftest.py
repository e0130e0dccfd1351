"""For tests of the window: fresh settings, the light look, no timer left behind."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6 import sip
from PyQt6.QtCore import QCoreApplication, QEvent, QSettings, QTimer
from PyQt6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from visualmlp.gui import theme


@pytest.fixture(autouse=True)
def no_timer_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves a timer of the program running."""
    started: list[QTimer] = []
    start = QTimer.start

    def recording_start(timer: QTimer, *args: int) -> None:
        started.append(timer)
        start(timer, *args)

    monkeypatch.setattr(QTimer, "start", recording_start)
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    running = [timer for timer in started if not sip.isdeleted(timer) and timer.isActive()]
    assert not running, f"timers left running, of {[timer.parent() for timer in running]}"


@pytest.fixture(autouse=True)
def fresh_settings(tmp_path: Path, no_timer_left: None) -> None:
    """Settings of this test only."""
    for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
        for kind in (QSettings.Format.IniFormat, QSettings.Format.NativeFormat):
            QSettings.setPath(kind, scope, str(tmp_path / "settings"))


@pytest.fixture(autouse=True)
def light(qapp: QApplication, no_timer_left: None) -> Iterator[None]:
    """Begin and end every test in the light look."""
    theme.apply(qapp, "light")
    yield
    QToolTip.hideText()
    theme.apply(qapp, "light")


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Callable[..., QWidget]]:
    """``shown(widget, width, height)`` shows a widget until the test ends, and returns it."""
    kept: list[QWidget] = []

    def show(widget: QWidget, width: int = 400, height: int = 300) -> QWidget:
        kept.append(widget)
        qtbot.addWidget(widget)
        widget.resize(width, height)
        with qtbot.waitExposed(widget):
            widget.show()
        return widget

    yield show
    kept.clear()
