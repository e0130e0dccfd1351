"""The loss around a run's path: what the view Landscape draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.loss_plane import Plane
from visualmlp.gui.picks import Weight
from visualmlp.training.probe import PartName

Floats = npt.NDArray[np.float64]
Kind = Literal["path", "parameters"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the view is set to.

    Attributes
    ----------
    kind
        The plane of the path's principal directions, or two parameters.
    places
        The two parameters.
    part
        Whose loss.
    resolution
        Points along each axis.
    reach
        How many times as wide as the path.
    is_penalised
        Whether L1 and L2 are added.
    """

    kind: Kind
    places: tuple[Weight, Weight]
    part: PartName
    resolution: int = 41
    reach: float = 1.0
    is_penalised: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """States of the run on the plane.

    Attributes
    ----------
    steps, places, losses
        Of the states looked into: (k,), (k, 2), (k,).
    is_edit
        Where a change was made by hand, (k,).
    n_missing
        States still to be looked into.
    """

    steps: tuple[int, ...]
    places: Floats
    losses: Floats
    is_edit: npt.NDArray[np.bool_]
    n_missing: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Terrain:
    """The loss over a plane.

    Attributes
    ----------
    wanted
        What was asked for.
    step, branch
        The state that the plane goes through, and the run's number.
    plane
        The plane.
    origin
        What is added to coordinates on the plane for the axes' numbers: the values of the two
        parameters at the plane's centre, or 0.
    x, y
        Coordinates of the grid, (w,) and (h,), with the origin added.
    losses
        (h, w).
    n_points
        How many of them are computed; while it is fewer, the others lie between those.
    n_samples, n_available
        Samples that the loss is the mean of, and those of the part.
    path
        The run's path, its places with the origin added.
    shares
        Of the variance of the path's states, that lie along the two directions; None for two
        parameters.
    """

    wanted: Wanted
    step: int
    branch: int
    plane: Plane
    origin: Floats
    x: Floats
    y: Floats
    losses: Floats
    n_samples: int
    n_available: int
    path: Path
    shares: Floats | None = None
    n_points: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether the grid is as fine as it was wanted."""
        return self.n_points == self.wanted.resolution**2


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A terrain, if there is one, and the cursor's state.

    Attributes
    ----------
    place, distance
        Where the state is on the terrain, (2,), and how far from its plane.
    is_same_run
        Whether it is a state of the run that the terrain is of.
    """

    terrain: Terrain | None
    place: Floats | None = None
    distance: float = 0.0
    is_same_run: bool = True
