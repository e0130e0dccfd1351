"""Start the window: screen, application, look, exception hooks."""

from __future__ import annotations

import ctypes
import ctypes.util
import gc
import logging
import os
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from visualmlp.errors import VisualMLPError
from visualmlp.paths import user_log

if TYPE_CHECKING:
    from PyQt6.QtWidgets import QApplication

    from visualmlp.gui.main_window import MainWindow

log = logging.getLogger(__name__)

DEFAULT = "digits"
"""The experiment to open where none is named."""


def open_window(name: str | None, *, play: bool = False) -> int:
    """Open the window on an experiment, a lesson, a run or data and stay until it is closed.

    Without any of them, the start page offers the lessons before the default run.

    Raises
    ------
    VisualMLPError
        If there is no screen, Qt cannot start, or the file cannot be opened.
    """
    check_screen()
    from visualmlp.experiment import Experiment
    from visualmlp.gui.opening import find
    from visualmlp.runs import open_run

    saved = open_run(Path(name)) if name and Path(name).suffix == ".vmlp" else None
    own = _own_data(name) if name else None
    found = saved.experiment if saved else find(DEFAULT if own else name or DEFAULT)
    app = make_application()
    from visualmlp.gui import window_state
    from visualmlp.gui.main_window import MainWindow

    window = MainWindow()
    _install_hooks(window)
    if not window.bring_back_layout():
        window.show_default_size()
    window.show()
    if saved:
        window.session.open(saved.experiment, play=play, saved=saved)
    else:
        window.open_found(found, play=play)
    if own and isinstance(found, Experiment):
        window.open_data_file(own, base=found)
    window.recovery.look()
    if name is None and not play and window_state.shows_start_page():
        window.show_start_page()
    gc.collect()
    gc.freeze()  # what there is now stays: later collections need not look at it
    status: int = app.exec()
    return status


def _own_data(name: str) -> Path | None:
    """The file or folder of data that a name stands for, unless it is that of an experiment."""
    from visualmlp.experiment import bundled_names
    from visualmlp.gui.dropped import understand
    from visualmlp.lessons import lesson_names

    if name in (*bundled_names(), *lesson_names()) or not Path(name).exists():
        return None
    dropped = understand([Path(name)])
    return dropped.path if dropped.kind == "data" else None


def make_application() -> QApplication:
    """The QApplication, with name, look and icon.

    Raises
    ------
    VisualMLPError
        If Qt or a library that it needs is missing.
    """
    try:
        from PyQt6.QtWidgets import QApplication
    except ImportError as error:
        raise VisualMLPError(
            f"Qt cannot start ({error}); visualmlp doctor tells what to install"
        ) from None
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    app = QApplication(sys.argv[:1])
    app.setApplicationName("visualmlp")
    app.setOrganizationName("visualmlp")  # the folder of the settings
    app.setApplicationDisplayName("VisualMLP")
    app.setDesktopFileName("visualmlp")
    from visualmlp.gui import theme, window_state
    from visualmlp.gui.icons import icon

    app.setWindowIcon(icon("app"))
    theme.apply(app, window_state.look())
    return app


def check_screen() -> None:
    """Make sure that there is a screen to open a window on.

    Qt would end the whole process with a message of its own.

    Raises
    ------
    VisualMLPError
        If there is none; the text says what works without.
    """
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    if os.environ.get("WAYLAND_DISPLAY"):
        return
    display = os.environ.get("DISPLAY")
    if not display:
        raise VisualMLPError(
            "there is no screen here (DISPLAY is not set); visualmlp train and render work without"
        )
    if not _answers(display):
        raise VisualMLPError(
            f"the screen {display} does not answer; visualmlp train and render work without one"
        )


def _answers(display: str) -> bool:
    library = ctypes.util.find_library("xcb")
    if library is None:
        return True
    xcb = ctypes.CDLL(library)
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
    failed: int = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return failed == 0


def send_qt_messages_to_log() -> None:
    """Keep Qt's own messages off the terminal; they say nothing that a user could act on."""
    from PyQt6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

    levels = {QtMsgType.QtCriticalMsg: logging.ERROR, QtMsgType.QtFatalMsg: logging.CRITICAL}

    def write(kind: QtMsgType, context: QMessageLogContext, text: str | None) -> None:
        log.log(levels.get(kind, logging.INFO), "Qt: %s", text)

    qInstallMessageHandler(write)


def _install_hooks(window: MainWindow) -> None:
    """Write what nobody caught to the log file, and tell the user in one line."""
    where = _open_log()
    send_qt_messages_to_log()

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.error("uncaught", exc_info=(kind, error, trace))
        window.notice.warn(
            window.tr("Unexpected error: {}. Details are in {}").format(error, where)
        )

    def tell_of_thread(details: threading.ExceptHookArgs) -> None:
        log.error("uncaught in a thread", exc_info=details.exc_value)

    sys.excepthook = tell
    threading.excepthook = tell_of_thread


def _open_log() -> str:
    """Log into the user's file, or to standard error where it cannot be written; say where."""
    try:
        path = user_log()
        handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=1, encoding="utf-8")
    except OSError:
        return "standard error"
    logging.basicConfig(handlers=[handler], level=logging.INFO)
    return str(path)
