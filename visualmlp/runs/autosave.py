"""Files that runs are in while nobody has saved them."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path

from visualmlp.paths import user_data
from visualmlp.runs.lock import is_being_written, lock_of
from visualmlp.runs.recorder import remove

_numbers = count(1)


def autosave_folder() -> Path:
    """Where they are; not created here."""
    return user_data() / "autosave"


def autosave_path() -> Path:
    """A new name for one, told by the time and the process."""
    name = f"{datetime.now():%Y-%m-%d %H.%M.%S} {os.getpid()}-{next(_numbers)}.vmlp"
    return autosave_folder() / name


def autosaves() -> list[Path]:
    """Files that a crash has left, the newest first; those of living processes are not."""
    left = [path for path in autosave_folder().glob("*.vmlp") if not is_being_written(path)]
    times = {}
    for path in left:
        with suppress(OSError):
            times[path] = path.stat().st_mtime
    return sorted(times, key=lambda path: times[path], reverse=True)


def discard(path: Path) -> None:
    """Delete a left-over file that nobody writes."""
    if not is_being_written(path):
        remove(path)
        with suppress(OSError):
            lock_of(path).unlink()
