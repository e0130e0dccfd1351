"""One worker at a time in a folder, also among several programs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


LOOK_SECONDS = 0.05


@contextmanager
def locked(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a file's lock, which ends with the program at the latest.

    Parameters
    ----------
    path
        The file; made if it is not there, and left.
    waiting
        Called again and again while another one has the lock; may raise to give up.
    """
    with path.open("ab") as file:
        while True:
            try:
                _take(file.fileno())
                break
            except (BlockingIOError, PermissionError):
                waiting()
                time.sleep(LOOK_SECONDS)
        yield
