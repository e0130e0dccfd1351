"""What a method of embedding is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from visualmlp.registry import Registry

Places: TypeAlias = npt.NDArray[np.float32]
Settings: TypeAlias = Mapping[str, float]
"""The value of each option, by name."""


@dataclass(frozen=True, slots=True)
class Option:
    """A number that the user chooses.

    Attributes
    ----------
    name
        Identifier.
    label, description
        What stands before the number, and what it means, before translation.
    low, high, default
        Its range, and what it is at first.
    decimals
        Behind the point; 0 for whole numbers.
    """

    name: str
    label: str
    description: str
    low: float
    high: float
    default: float
    decimals: int = 0

    def text(self, value: float) -> str:
        """A value as it is shown."""
        return f"{value:,.{self.decimals}f}"


SEED = Option("seed", "seed", "Of the random numbers", 0, 2**31 - 1, 0)


@dataclass(frozen=True, slots=True)
class Embedding:
    """A method that a library carries out.

    Attributes
    ----------
    name
        Identifier, and its name on the screen.
    library
        The package that is installed for it.
    requirement
        The library with its versions, as pip takes it.
    neighbours
        The option that must stay below the number of points.
    options
        What the user chooses, in this order.
    place
        Points (n, d), places to begin with (n, 2) and settings to places (n, 2). It runs in a
        process of its own and imports its library itself.
    progress
        What is done, and of how much, by what the library has printed; 0 of 0 as long as nobody
        knows.
    """

    name: str
    library: str
    requirement: str
    neighbours: str
    options: tuple[Option, ...]
    place: Callable[[Places, Places, Settings], Places]
    progress: Callable[[str], tuple[int, int]]

    @property
    def is_available(self) -> bool:
        """Whether its library is installed."""
        try:
            distribution(self.library)
        except PackageNotFoundError:
            return False
        return True

    @property
    def install_command(self) -> str:
        """What to type to have it."""
        return f'{Path(sys.executable).name} -m pip install "{self.requirement}"'

    def problem(self, n_points: int, settings: Settings) -> str:
        """What is wrong with settings for so many points; empty if nothing is."""
        option = next(option for option in self.options if option.name == self.neighbours)
        value = settings[option.name]
        if value < n_points:
            return ""
        return (
            f"{option.label} {option.text(value)} must be below the number of samples with finite "
            f"numbers, {n_points:,}: lower it."
        )


EMBEDDINGS: Registry[Embedding] = Registry("embedding")
"""Every method, by name; a module in this folder adds its own."""
