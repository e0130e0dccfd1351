"""A picture of the window, or of one view, made without anybody at the screen."""

from __future__ import annotations

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
    saved = open_run(Path(name)) if Path(name).suffix == ".vmlp" else None
    found = saved.experiment if saved else find(name)
    if isinstance(found, Lesson) and (problem := needs_missing_data(found)):
        raise VisualMLPError(problem)
    application = make_application()
    theme.apply(application, look)
    window = MainWindow()
    shown: QWidget = window if view is None else window.take_out(f"view.{view}")
    shown.resize(*size)
    shown.show()
    window.transport.set_speed(None)
    try:
        if saved:
            window.session.open(saved.experiment, saved=saved)
        else:
            window.open_found(found, play=True)
        _wait_until_drawn(window.session, to_the_end=saved is None)
        _save(shown, out)
    finally:
        window.session.close()
        window.deleteLater()


def _wait_until_drawn(session: Session, *, to_the_end: bool) -> None:
    """Let the event loop run until every shown view shows the last frame."""
    loop = QEventLoop()
    failures: list[str] = []

    def look() -> None:
        ended = session.status.phase in ENDS or not to_the_end
        if failures or (session.frame is not None and ended and session.is_settled):
            loop.quit()

    def fail(message: str) -> None:
        if session.setup is None:
            failures.append(message)

    session.failed.connect(fail)
    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(LOOK_MS)
    loop.exec()
    timer.stop()
    if failures:
        raise VisualMLPError(failures[0])


def _save(widget: QWidget, path: Path) -> None:
    part = path.with_name(path.name + ".part")
    if not widget.grab().save(str(part), "PNG"):
        raise VisualMLPError(f"{path}: the picture cannot be written")
    part.replace(path)
