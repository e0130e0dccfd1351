"""The experiments that come with the program, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from visualmlp.errors import UnknownNameError
from visualmlp.experiment.files import read_toml
from visualmlp.experiment.model import Experiment
from visualmlp.paths import resources

T = TypeVar("T")


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
    return read_bundled("experiment", name, bundled_names(), _folder(), read_toml)


def read_bundled(
    kind: str, name: str, names: Sequence[str], folder: Path, read: Callable[[Path], T]
) -> T:
    """Read what is bundled under a name, or a file of that path.

    Raises
    ------
    UnknownNameError
        If there is neither; with a hint.
    """
    if name in names:
        return read(folder / f"{name}.toml")
    path = Path(name)
    if path.suffix == ".toml" or path.is_file():
        return read(path)
    close = get_close_matches(name, names, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"choose from {', '.join(names)}"
    raise UnknownNameError(f"there is no {kind} {name!r}: {hint}")
