"""Files that are written whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PyQt6.QtCore import QCoreApplication, QIODevice, QSaveFile
from PyQt6.QtWidgets import QFileDialog, QMessageBox, QWidget

from visualmlp.errors import VisualMLPError


def write_file(path: Path | str, content: bytes) -> None:
    """Write a file; an old one stays as it was if that fails.

    Raises
    ------
    VisualMLPError
        If it cannot be written.
    """
    file = QSaveFile(str(path))
    if (
        not file.open(QIODevice.OpenModeFlag.WriteOnly)
        or file.write(content) != len(content)
        or not file.commit()
    ):
        raise VisualMLPError(f"{path} could not be written: {file.errorString()}.")


def write_csv(path: Path | str, rows: Iterable[Sequence[object]]) -> None:
    """Write rows as CSV (UTF-8, comma, decimal point). Raises as above."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    write_file(path, text.getvalue().encode())


def ask_and_write(parent: QWidget, name: str, suffix: str, write: Callable[[str], None]) -> None:
    """Ask where to and write; what goes wrong is told.

    Parameters
    ----------
    name
        What the file is suggested to be called, without its ending.
    suffix
        The ending, such as "csv"; added where none is given.
    write
        Gets the path.
    """
    tr = QCoreApplication.translate
    start, kind = f"{name}.{suffix}".replace("/", "-"), f"{suffix.upper()} (*.{suffix})"
    path, _ = QFileDialog.getSaveFileName(parent, tr("Writing", "Save"), start, kind)
    if not path:
        return
    try:
        write(path if Path(path).suffix else f"{path}.{suffix}")
    except VisualMLPError as error:
        QMessageBox.warning(parent, tr("Writing", "Not saved"), str(error))
