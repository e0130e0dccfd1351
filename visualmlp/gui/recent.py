"""Runs, experiments and lessons that were opened or saved last."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from PyQt6.QtCore import QSettings

MOST = 8
_KEY = "files/recent"


@dataclass(frozen=True, slots=True)
class RecentFile:
    """A file of the user's.

    Attributes
    ----------
    path
        Where it is, or was.
    title
        That of its experiment or lesson.
    used
        When it was opened or saved last, in ISO 8601.
    """

    path: str
    title: str
    used: str

    @property
    def is_there(self) -> bool:
        """Whether the file still exists."""
        try:
            return Path(self.path).is_file()
        except (OSError, ValueError):
            return False

    @property
    def when(self) -> str:
        """When it was used last, to be read."""
        return self.used.replace("T", " ")[:16]


def recent_files() -> list[RecentFile]:
    """The newest first; what cannot be read is passed over."""
    try:
        stored = json.loads(str(QSettings().value(_KEY, "[]")))
        return [RecentFile(*(str(one[k]) for k in ("path", "title", "used"))) for one in stored]
    except (ValueError, TypeError, KeyError):
        return []


def note(path: Path, title: str) -> None:
    """A file was opened or saved."""
    here = str(path.resolve())
    new = RecentFile(here, title, datetime.now().isoformat(timespec="minutes"))
    _store([new, *(file for file in recent_files() if file.path != here)])


def forget(path: str) -> None:
    """Take a file off the list; it stays where it is."""
    _store([file for file in recent_files() if file.path != path])


def _store(files: Sequence[RecentFile]) -> None:
    QSettings().setValue(_KEY, json.dumps([asdict(file) for file in files[:MOST]]))
