"""Computes the loss around a run's path."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import groupby
from operator import itemgetter

import numpy as np

from visualmlp.analysis.activity import evenly_spaced
from visualmlp.analysis.loss_plane import (
    NO_PENALTY,
    LossOnPlane,
    Penalty,
    Plane,
    doubled,
    refinements,
)
from visualmlp.analysis.principal import path_plane
from visualmlp.data import Part
from visualmlp.engine import Array, Layout
from visualmlp.engine.regularizers import penalty
from visualmlp.errors import VisualMLPError
from visualmlp.gui.views.terrain import Floats, Path, Terrain, Wanted
from visualmlp.training.branches import Branch
from visualmlp.training.frame import Frame
from visualmlp.training.long_task import Report
from visualmlp.training.past_states import PastStates
from visualmlp.training.probe import PartName
from visualmlp.training.setup import Setup

MOST_SAMPLES = 2_000
MARGIN = 0.3
"""Beyond the path on each side, as a share of its extent."""
LEAST_ASPECT = 0.1
"""A direction in which the path hardly moves is shown this wide, compared with the other."""
LEAST_HALF = 0.25
"""Two parameters are shown this far to both sides at least, wherever the path is."""
STILL = 1e-9
MOST_TOO_WIDE = 3
"""A surface stays while the path grows, until this many times wider than it need be."""
LEAST_STATES = 3
PRODUCT, UNIT, PLACED, A_CALL = 5e-11, 4e-9, 5e-9, 3e-5
"""About the seconds that a product and a sum, an activation, a parameter's move to a point, and a
pass through a network take."""
A_WHILE = 0.05
"""Seconds for which past states are looked into at a time."""

Publish = Callable[[Terrain], None]


class Explorer:
    """Computes terrains of a set-up's runs; one thread at a time, others wait."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.past = PastStates(setup)
        self.network = setup.new_network()
        self._known_losses: dict[tuple[int, PartName, Penalty], tuple[Array, float]] = {}
        self._samples: dict[PartName, tuple[Array, Array]] = {}
        self._lock = threading.Lock()

    @property
    def has_two_parameters(self) -> bool:
        """Whether the loss is a function of the two parameters alone."""
        return self.network.layout.size == 2

    def survey(
        self,
        frame: Frame,
        branch: Branch,
        wanted: Wanted,
        report: Report = lambda done, total: None,
        publish: Publish = lambda terrain: None,
    ) -> Terrain | None:
        """Compute a terrain; what there is of it is published on the way.

        Progress is told once the grid is reached, whose points take equally long each.

        Returns
        -------
        Terrain or None
            None where the path has too few states for its directions.

        Raises
        ------
        VisualMLPError
            If a parameter of the frame is NaN or infinite.
        """
        if not np.isfinite(frame.parameters).all():
            raise VisualMLPError(
                f"at step {frame.step:,} there are parameters that are NaN or infinite: go back to "
                "an earlier step."
            )
        with self._lock:
            states = self._all_states(frame, branch, report)
            if wanted.kind == "path" and len(states) < LEAST_STATES:
                return None
            plane, shares = self._plane(frame, states, wanted)
            path = self._path(plane, states, wanted, frame, branch, 0, report)
            bare = self._bare(frame, branch, wanted, plane, path, shares)
            return self._filled(bare, frame, report, publish)

    def follow(
        self, frame: Frame, branch: Branch, wanted: Wanted, old: Terrain | None, seconds: float
    ) -> Terrain:
        """The terrain of two parameters that are all there are: the surface stays, the path grows.

        For about so long; the path says what is missing.
        """
        states, n_missing = self._states(frame, branch, seconds)
        old = old if old is not None and old.wanted == wanted else None
        plane = old.plane if old is not None else self._plane(frame, states, wanted)[0]
        path = self._path(plane, states, wanted, frame, branch, n_missing)
        if old is not None and _still_fits(old, path):
            moved = _moved(path, old.origin)
            return replace(old, step=frame.step, branch=branch.number, path=moved)
        return self._filled(self._bare(frame, branch, wanted, plane, path, None), frame)

    def estimated_seconds(self, wanted: Wanted, head: int) -> float:
        """About how long a survey takes, the replay of past states apart."""
        layout, part = self.network.layout, self._part(wanted.part)
        n_samples = min(len(part), MOST_SAMPLES)
        first = layout.weight_shapes[0][0] * layout.weight_shapes[0][1]
        units = sum(shape[1] for shape in layout.weight_shapes)
        above = layout.size - first
        n_placed = above + wanted.is_penalised * layout.size
        a_point = n_samples * (above * PRODUCT + units * UNIT) + n_placed * PLACED + A_CALL
        a_state = n_samples * (layout.size * PRODUCT + units * UNIT) + A_CALL
        return wanted.resolution**2 * a_point + min(head, self.past.most) * a_state

    def samples(self, name: PartName) -> tuple[Array, Array]:
        """Inputs and targets that the loss is the mean of: all, or evenly spaced ones."""
        if name not in self._samples:
            part, data = self._part(name), self.setup.data
            chosen = part.rows(evenly_spaced(len(part), MOST_SAMPLES))
            dtype = np.dtype(self.setup.dtype)
            self._samples[name] = data.inputs(chosen, dtype), data.targets(chosen, dtype)
        return self._samples[name]

    # Parts of it

    def _part(self, name: PartName) -> Part:
        return next(part for part in self.setup.data.parts if part.name == name)

    def _states(
        self,
        frame: Frame,
        branch: Branch,
        seconds: float,
        report: Report = lambda done, total: None,
    ) -> tuple[dict[int, Array], int]:
        """States looked into, after so long; those of edits and the head once none is missing."""
        pulse = partial(report, 0, 0)
        found = self.past.look(branch, seconds, pulse)
        states = dict(found.parameters)
        if not found.n_missing:
            states |= self.past.besides(branch, frame.head, pulse)
        states[frame.step] = frame.parameters
        return dict(sorted(states.items())), found.n_missing

    def _all_states(self, frame: Frame, branch: Branch, report: Report) -> dict[int, Array]:
        n_missing = 1
        while n_missing:
            states, n_missing = self._states(frame, branch, A_WHILE, report)
        return states

    def _bare(
        self,
        frame: Frame,
        branch: Branch,
        wanted: Wanted,
        plane: Plane,
        path: Path,
        shares: Floats | None,
    ) -> Terrain:
        """Without losses, and without the origin added."""
        x, y = (_through_zero(*ends, wanted.resolution) for ends in _ends(path.places, wanted))
        return Terrain(
            wanted=wanted,
            step=frame.step,
            branch=branch.number,
            plane=plane,
            origin=_origin(plane, wanted, self.network.layout),
            x=x,
            y=y,
            losses=np.zeros((0, 0)),
            n_samples=len(self.samples(wanted.part)[0]),
            n_available=len(self._part(wanted.part)),
            path=path,
            shares=shares,
        )

    def _plane(
        self, frame: Frame, states: dict[int, Array], wanted: Wanted
    ) -> tuple[Plane, Floats | None]:
        if wanted.kind == "path":
            finite = [state for state in states.values() if np.isfinite(state).all()]
            found = path_plane(np.stack(finite))
            return Plane(frame.parameters, found.axes), found.shares
        directions = np.zeros((2, len(frame.parameters)))
        views = self.network.layout.views(frame.parameters)
        for direction, weight in zip(directions, wanted.places, strict=True):
            direction[weight.place(views)] = 1
        return Plane(frame.parameters, directions), None

    def _path(
        self,
        plane: Plane,
        states: dict[int, Array],
        wanted: Wanted,
        frame: Frame,
        branch: Branch,
        n_missing: int,
        report: Report = lambda done, total: None,
    ) -> Path:
        losses = []
        for step, state in states.items():
            losses.append(self._loss(step, state, wanted, frame))
            report(0, 0)
        self._known_losses = {k: v for k, v in self._known_losses.items() if k[0] in states}
        edits = {edit.step for edit in branch.timeline.edits}
        return Path(
            steps=tuple(states),
            places=np.array([plane.place(state) for state in states.values()]),
            losses=np.array(losses),
            is_edit=np.array([step in edits for step in states]),
            n_missing=n_missing,
        )

    def _loss(self, step: int, state: Array, wanted: Wanted, frame: Frame) -> float:
        """The loss of a state as evaluations compute it; each is computed once."""
        weights = _penalty(wanted, frame)
        key = step, wanted.part, weights
        known = self._known_losses.get(key)
        if known is not None and known[0] is state:
            return known[1]
        x, t = self.samples(wanted.part)
        self.network.parameters.flat[...] = state
        with np.errstate(all="ignore"):
            loss = float(self.network.loss_value(self.network.predict(x), t))
            loss += penalty(state, self.network.layout, *weights) if any(weights) else 0.0
        self._known_losses[key] = state, loss
        return loss

    def _filled(
        self,
        terrain: Terrain,
        frame: Frame,
        report: Report = lambda done, total: None,
        publish: Publish = lambda terrain: None,
    ) -> Terrain:
        """Compute the losses over the grid, coarse ones first; then add the origin."""
        wanted, (x, t) = terrain.wanted, self.samples(terrain.wanted.part)
        loss = LossOnPlane(self.network, terrain.plane, x, t, _penalty(wanted, frame))
        n, done = wanted.resolution, 0
        columns, rows = terrain.x, terrain.y
        terrain = replace(terrain, path=_moved(terrain.path, terrain.origin))
        for stride, places in refinements(n):
            is_first, side = not done, (n - 1) // stride + 1
            losses = np.empty((side, side)) if is_first else doubled(terrain.losses)
            terrain = replace(
                terrain,
                x=columns[::stride] + terrain.origin[0],
                y=rows[::stride] + terrain.origin[1],
            )
            for i, row in groupby(places, itemgetter(0)):
                for _, j in row:
                    losses[i // stride, j // stride] = loss.at(float(columns[j]), float(rows[i]))
                    done += 1
                    report(done, n * n)
                terrain = replace(terrain, losses=losses.copy(), n_points=done)
                if not is_first:
                    publish(terrain)
            if is_first:
                publish(terrain)
        return terrain


def _penalty(wanted: Wanted, frame: Frame) -> Penalty:
    chosen = frame.experiment.regularization
    return Penalty(chosen.l1, chosen.l2) if wanted.is_penalised else NO_PENALTY


def _origin(plane: Plane, wanted: Wanted, layout: Layout) -> Floats:
    if wanted.kind == "path":
        return np.zeros(2)
    views = layout.views(plane.centre)
    return np.array([float(weight.of(views)) for weight in wanted.places])


def _moved(path: Path, origin: Floats) -> Path:
    return replace(path, places=path.places + origin)


def _ends(places: Floats, wanted: Wanted) -> list[tuple[float, float]]:
    """Range of each axis: the path and the plane's centre, with a margin."""
    places = np.concatenate([places[np.isfinite(places).all(axis=1)], np.zeros((1, 2))])
    low, high = places.min(axis=0), places.max(axis=0)
    middle, half = (low + high) / 2, (high - low) / 2
    least = LEAST_HALF if wanted.kind == "parameters" or half.max() < STILL else 0.0
    half = np.maximum(half * (1 + 2 * MARGIN), max(LEAST_ASPECT * float(half.max()), least))
    half = half * wanted.reach
    return list(zip((middle - half).tolist(), (middle + half).tolist(), strict=True))


def _through_zero(low: float, high: float, count: int) -> Floats:
    """Evenly spaced numbers over about a range, one of them 0 exactly."""
    spacing = (high - low) / (count - 1)
    numbers = np.arange(count) - round(-low / spacing)
    return np.asarray(numbers * spacing, np.float64)


def _still_fits(terrain: Terrain, path: Path) -> bool:
    """Whether a path, its places relative to the plane's centre, is well within the grid."""
    needed = _ends(path.places, terrain.wanted)
    places = path.places + terrain.origin
    for axis, values in enumerate((terrain.x, terrain.y)):
        low, high = places[:, axis].min(), places[:, axis].max()
        if low < values[0] or high > values[-1]:
            return False
    wide = max(np.ptp(terrain.x), np.ptp(terrain.y))
    return bool(wide <= MOST_TOO_WIDE * max(high - low for low, high in needed))
