"""A picture of the window, or of one view, made without anybody at the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PyQt6.QtCore import QEventLoop, QTimer
from PyQt6.QtWidgets import QWidget

from visualmlp.errors import VisualMLPError
from visualmlp.gui import theme
from visualmlp.gui.app import make_application
from visualmlp.gui.main_window import MainWindow
from visualmlp.gui.opening import find
from visualmlp.gui.session import Session
from visualmlp.gui.theme import Choice
from visualmlp.gui.views import VIEWS
from visualmlp.lessons import Lesson, needs_missing_data
from visualmlp.runs import open_run
from visualmlp.training.runner import Phase

LOOK_MS = 20
"""How often to look whether everything is drawn."""
QUIET_LOOKS = 4
"""So often in turn it must be: what one drawing starts, another may have to show."""

ENDS = (Phase.FINISHED, Phase.DIVERGED)


def write_picture(
    name: str, view: str | None, out: Path, size: tuple[int, int], look: Choice
) -> None:
    """Write a picture of a saved run, or of what is trained to its end first.

    Parameters
    ----------
    name
        A run file, an experiment or a lesson, by its file or its name.
    view
        Name of the only view to draw; None for the whole window.
    out
        The PNG file.
    size
        Width and height in pixels.
    look
        Light or dark.

    Raises
    ------
    VisualMLPError
        If there is no such run or view, the data of a lesson are missing, or the picture cannot
        be written.
    """
    if view is not None:
        view = VIEWS[view].name
    theme.apply(make_application(), look)
    with window_at_the_end(name) as window:
        shown: QWidget = window if view is None else window.take_out(f"view.{view}")
        shown.resize(*size)
        shown.show()
        wait_until_drawn(window.session)
        _save(shown, out)


@contextmanager
def window_at_the_end(name: str) -> Iterator[MainWindow]:
    """A hidden window with a saved run, or what is trained to its end first. Raises as above."""
    saved = open_run(Path(name)) if Path(name).suffix == ".vmlp" else None
    found = saved.experiment if saved else find(name)
    if isinstance(found, Lesson) and (problem := needs_missing_data(found)):
        raise VisualMLPError(problem)
    window = MainWindow()
    window.transport.set_speed(None)
    try:
        if saved:
            window.session.open(saved.experiment, saved=saved)
        else:
            window.open_found(found, play=True)
        _wait_for_the_end(window.session, is_saved=saved is not None)
        yield window
    finally:
        window.session.close()
        window.deleteLater()


def wait_until_drawn(session: Session) -> None:
    """Let the event loop run until every shown view shows the last frame."""
    quiet = 0

    def is_drawn() -> bool:
        nonlocal quiet
        quiet = quiet + 1 if session.is_settled else 0
        return quiet >= QUIET_LOOKS

    _wait(is_drawn)


def _wait_for_the_end(session: Session, *, is_saved: bool) -> None:
    failures: list[str] = []

    def is_there() -> bool:
        ended = is_saved or session.status.phase in ENDS
        return bool(failures) or (session.frame is not None and ended)

    def fail(message: str) -> None:
        if session.setup is None:
            failures.append(message)

    session.failed.connect(fail)
    _wait(is_there)
    session.failed.disconnect(fail)
    if failures:
        raise VisualMLPError(failures[0])


def _wait(is_done: Callable[[], bool]) -> None:
    loop = QEventLoop()
    timer = QTimer()
    timer.timeout.connect(lambda: loop.quit() if is_done() else None)
    timer.start(LOOK_MS)
    loop.exec()
    timer.stop()


def _save(widget: QWidget, path: Path) -> None:
    part = path.with_name(path.name + ".part")
    if not widget.grab().save(str(part), "PNG"):
        raise VisualMLPError(f"{path}: the picture cannot be written")
    part.replace(path)
