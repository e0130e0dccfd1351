"""What the window remembers from one start to the next: size, layout, look, folders."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast

from PyQt6.QtCore import QByteArray, QSettings
from PyQt6.QtWidgets import QMainWindow

from visualmlp.gui.theme import Choice

LAYOUT_VERSION = 4
"""Raised when docks are added or renamed, so that an old layout is not forced on them."""


def save_layout(window: QMainWindow) -> None:
    """Remember size and docks."""
    settings = QSettings()
    settings.setValue("window/geometry", window.saveGeometry())
    settings.setValue("window/layout", window.saveState(LAYOUT_VERSION))


def restore_layout(window: QMainWindow) -> bool:
    """Bring size and docks back; False if there is nothing usable to bring back."""
    settings = QSettings()
    geometry, layout = settings.value("window/geometry"), settings.value("window/layout")
    if not (isinstance(geometry, QByteArray) and isinstance(layout, QByteArray)):
        return False
    return window.restoreGeometry(geometry) and window.restoreState(layout, LAYOUT_VERSION)


def layout_name() -> tuple[str, bool]:
    """The layout chosen last, and whether it is one of the user's own."""
    settings = QSettings()
    own = settings.value("layouts/is_own", "false") in (True, "true")
    return str(settings.value("layouts/present", "")), own


def save_layout_name(name: str, *, own: bool) -> None:
    """Remember the layout in use."""
    settings = QSettings()
    settings.setValue("layouts/present", name)
    settings.setValue("layouts/is_own", "true" if own else "false")


def look() -> Choice:
    """The look chosen last."""
    value = QSettings().value("window/look", "system")
    return cast(Choice, value) if value in ("light", "dark", "system") else "system"


def save_look(choice: Choice) -> None:
    """Remember the look."""
    QSettings().setValue("window/look", choice)


def notation() -> Literal["rows", "columns"]:
    """How views write formulas: what samples are."""
    return "columns" if QSettings().value("maths/notation", "rows") == "columns" else "rows"


def save_notation(name: str) -> None:
    """Remember how views write formulas."""
    QSettings().setValue("maths/notation", name)


def folder() -> str:
    """The folder that a file was opened from or saved to last."""
    value = str(QSettings().value("files/folder", ""))
    return value if value and Path(value).is_dir() else str(Path.home())


def save_folder(path: Path) -> None:
    """Remember the folder of a file."""
    QSettings().setValue("files/folder", str(path.resolve().parent))


def shows_start_page() -> bool:
    """Whether the start page shows when the program starts without an experiment."""
    return QSettings().value("start_page/shown", "true") in (True, "true")


def save_shows_start_page(shown: bool) -> None:
    """Remember whether the start page shows."""
    QSettings().setValue("start_page/shown", "true" if shown else "false")
