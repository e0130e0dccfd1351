"""A session, and the import dialog on any data."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6 import sip
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from visualmlp.experiment import Experiment
from visualmlp.gui.importing.dialog import ImportDialog
from visualmlp.gui.own_data import on_data
from visualmlp.gui.session import Session

WAIT_MS = 20_000

Open = Callable[..., ImportDialog]


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    session = Session()
    yield session
    session.close()


@pytest.fixture
def open_dialog(qtbot: QtBot, session: Session, shown: Callable[..., QWidget]) -> Iterator[Open]:
    """``open_dialog(path)`` opens the dialog on data and waits until they were looked at."""
    window = shown(QWidget(), 1100, 720)
    dialogs: list[ImportDialog] = []

    def open_on(path: Path, **options: object) -> ImportDialog:
        base = options.pop("experiment", None) or on_data(Experiment(), path)
        dialog = ImportDialog(session, base, window, **options)
        dialogs.append(dialog)
        dialog.open()
        settle(qtbot, dialog)
        return dialog

    yield open_on
    for dialog in dialogs:
        if not sip.isdeleted(dialog):
            dialog.done(0)


def settle(qtbot: QtBot, dialog: ImportDialog) -> None:
    qtbot.waitUntil(lambda: not dialog.is_busy, timeout=WAIT_MS)


@pytest.fixture
def patients(tmp_path: Path) -> Path:
    """A table as offices write it: semicolons, decimal commas, empty cells, dates, names."""
    path = tmp_path / "Patienten.csv"
    rows = [
        f"{i + 1};{240 + i * 84 % 600};{_height(i)};{('Köln', 'Łódź', '東京')[i % 3]};"
        f"2024-01-{i % 28 + 1:02};{('gesund', 'krank')[i % 2]}"
        for i in range(60)
    ]
    head = "Nummer;Alter;Größe;Stadt;geprüft am;Diagnose"
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    return path


def _height(row: int) -> str:
    return "" if row % 9 == 0 else f"{160 + row * 3 % 31},{row % 10}"
