"""Ask for a file; the folder of the last one is remembered."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtWidgets import QFileDialog, QWidget

from visualmlp.gui import window_state


def ask_open(parent: QWidget, title: str, filters: str) -> Path | None:
    """A file to read, or None."""
    name, _ = QFileDialog.getOpenFileName(parent, title, window_state.folder(), filters)
    return _chosen(name)


def ask_open_several(parent: QWidget, title: str, filters: str) -> list[Path]:
    """Files to read, or none."""
    names, _ = QFileDialog.getOpenFileNames(parent, title, window_state.folder(), filters)
    return [path for path in map(_chosen, names) if path]


def ask_folder(parent: QWidget, title: str) -> Path | None:
    """A folder to read, or None."""
    return _chosen(QFileDialog.getExistingDirectory(parent, title, window_state.folder()))


def ask_save(parent: QWidget, title: str, name: str) -> Path | None:
    """A file to write, with the ending of the suggested name unless another was given, or None."""
    start, suffix = str(Path(window_state.folder()) / name), Path(name).suffix
    chosen, _ = QFileDialog.getSaveFileName(parent, title, start, f"(*{suffix})")
    path = _chosen(chosen)
    return path.with_suffix(suffix) if path and not path.suffix else path


def _chosen(name: str) -> Path | None:
    if not name:
        return None
    window_state.save_folder(Path(name))
    return Path(name)
