"""An experiment as a small text file (TOML) and as JSON in the run file."""

from __future__ import annotations

import json
import os
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from visualmlp.errors import ExperimentError
from visualmlp.experiment.model import SCHEMA_VERSION, Experiment


def migrate(values: dict[str, Any]) -> dict[str, Any]:
    """Bring the values of an older file to the present form.

    Raises
    ------
    ExperimentError
        If the file is newer than the program.
    """
    version = values.get("schema_version", SCHEMA_VERSION)
    if type(version) is not int or version < 1:
        raise ExperimentError(f"schema_version: must be a whole number from 1, not {version!r}")
    if version > SCHEMA_VERSION:
        raise ExperimentError(
            f"schema_version {version} is newer than this program's {SCHEMA_VERSION}: "
            "update VisualMLP to open it"
        )
    return values


def read_toml(path: Path) -> Experiment:
    """Read an experiment file.

    Raises
    ------
    ExperimentError
        If the file cannot be read, is no TOML, or has a wrong field; the text names file and place.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ExperimentError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ExperimentError(f"{path}: is no experiment file (it is no text)") from None
    except (ValueError, RecursionError) as error:
        raise ExperimentError(f"{path}: is no experiment file ({error})") from None
    try:
        return Experiment.checked(migrate({"title": path.stem} | values))
    except ExperimentError as error:
        raise ExperimentError(f"{path}: {error}") from None


def write_toml(experiment: Experiment, path: Path) -> None:
    """Write an experiment file atomically: the old file stays whole until the new one is.

    Raises
    ------
    ExperimentError
        If the file cannot be written.
    """
    import tomli_w

    text = tomli_w.dumps(experiment.model_dump(mode="json"))
    try:
        with replacing(path) as fresh:
            fresh.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ExperimentError(f"{path}: cannot be written ({error.strerror or error})") from None
    except UnicodeEncodeError as error:
        raise ExperimentError(f"{path}: cannot be written ({error.reason})") from None


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path to write to; what is there in the end becomes the file at ``path``.

    Until then the old file stays whole, and where something fails nothing else is left behind.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".saving", suffix=".part") as folder:
        fresh = Path(folder) / path.name
        yield fresh
        with fresh.open("rb+") as file:
            os.fsync(file.fileno())
        fresh.replace(path)


def to_json(experiment: Experiment) -> str:
    """The experiment as compact JSON, always in the same order."""
    return json.dumps(experiment.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> Experiment:
    """The experiment written by :func:`to_json`.

    Raises
    ------
    ExperimentError
        If the text is damaged.
    """
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ExperimentError(f"the experiment is no JSON ({error})") from None
    if not isinstance(values, dict):
        raise ExperimentError("the experiment is no JSON object")
    return Experiment.checked(migrate(values))
