"""Who may write a run file: one process at a time, as long as it lives."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from visualmlp.errors import RunFileError

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """The right to write a run file, held until released; the system takes it from the dead.

    A file of its own beside the run carries it: locking the run itself would meet SQLite's locks.

    Parameters
    ----------
    path
        The run file.

    Raises
    ------
    RunFileError
        If another one has it.
    OSError
        If the folder cannot be written to.
    """

    def __init__(self, path: Path) -> None:
        self._path = lock_of(path)
        while True:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
            try:
                _take(self._handle)
            except OSError:
                os.close(self._handle)
                raise RunFileError(
                    f"{path}: is being written by another run; close it there, or choose another "
                    "name"
                ) from None
            if self._is_current():
                return
            os.close(self._handle)  # who had it before has just removed it

    def _is_current(self) -> bool:
        try:
            return os.path.samestat(os.fstat(self._handle), self._path.stat())
        except OSError:
            return False

    def release(self) -> None:
        """Let others write."""
        if sys.platform == "win32":  # an open file cannot be removed there
            os.close(self._handle)
        with suppress(OSError):
            self._path.unlink()
        if sys.platform != "win32":
            os.close(self._handle)


def lock_of(path: Path) -> Path:
    """The file that carries the lock."""
    return path.with_name(path.name + "-lock")


def is_being_written(path: Path) -> bool:
    """Whether a living process writes a run file."""
    if not lock_of(path).exists():
        return False
    try:
        FileLock(path).release()
    except RunFileError:
        return True
    except OSError:
        return False
    return False
