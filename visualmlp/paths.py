"""Where things are: bundled resources and data, and the user's folders."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_BUNDLED = _PACKAGE / "_bundled"
_ROOT = _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parent
"""A wheel carries ``resources`` and ``data`` inside the package; a checkout has them beside it."""


def resources() -> Path:
    """Icons, colour maps, translations."""
    return _ROOT / "resources"


def bundled_data() -> Path:
    """The small data sets that come with the program."""
    return _ROOT / "data"


def user_data() -> Path:
    """The user's own folder for data sets; not created here."""
    from platformdirs import user_data_path

    return user_data_path("visualmlp", appauthor=False) / "data"


def user_log() -> Path:
    """The file that tracebacks go to; its folder is created."""
    from platformdirs import user_log_path

    return user_log_path("visualmlp", appauthor=False, ensure_exists=True) / "visualmlp.log"


def data_folders() -> list[Path]:
    """Folders searched for data sets: ``VISUALMLP_DATA`` where it is set, then the user's."""
    named = os.environ.get("VISUALMLP_DATA")
    return [*([Path(named)] if named else []), user_data()]
