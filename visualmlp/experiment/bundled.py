"""The experiments that come with the program, by name."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from visualmlp.errors import UnknownNameError
from visualmlp.experiment.files import read_toml
from visualmlp.experiment.model import Experiment
from visualmlp.paths import resources


def _folder() -> Path:
    return resources() / "experiments"


def bundled_names() -> tuple[str, ...]:
    """Names of the bundled experiments, in alphabetical order."""
    return tuple(sorted(path.stem for path in _folder().glob("*.toml")))


def find_experiment(name: str) -> Experiment:
    """The experiment of a bundled name ("digits") or of a file ("mine.toml").

    Raises
    ------
    UnknownNameError
        If there is neither.
    ExperimentError
        If the file is damaged.
    """
    if name in bundled_names():
        return read_toml(_folder() / f"{name}.toml")
    path = Path(name)
    if path.suffix == ".toml" or path.is_file():
        return read_toml(path)
    close = get_close_matches(name, bundled_names(), n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"choose from {', '.join(bundled_names())}"
    raise UnknownNameError(f"there is no experiment {name!r}: {hint}")
