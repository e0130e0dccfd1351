"""What the view Landscape says about the loss it shows."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication

from visualmlp.gui.views.parameter_chooser import weight_name
from visualmlp.gui.views.part_chooser import part_name
from visualmlp.gui.views.terrain import Seen, Terrain
from visualmlp.gui.widgets.labels import number_text, percent_text
from visualmlp.training.frame import Frame
from visualmlp.training.setup import Setup


def axis_names(setup: Setup, terrain: Terrain) -> tuple[str, str]:
    """The parameters' names, or the directions with their shares."""
    if terrain.shares is None:
        first, second = (weight_name(setup, weight) for weight in terrain.wanted.places)
        return first, second
    text = _translate("direction {number} of the path ({share} of its variance)")
    first, second = (
        text.format(number=number, share=percent_text(share, 1))
        for number, share in enumerate(terrain.shares.tolist(), start=1)
    )
    return first, second


def caption(
    setup: Setup, frame: Frame, seen: Seen, *, is_as_wanted: bool, is_under_way: bool
) -> str:
    """What is averaged, approximated and old."""
    terrain = seen.terrain
    assert terrain is not None
    parts = [_samples(terrain), _plane(setup, terrain), _path(terrain), _grid(terrain)]
    if not terrain.is_whole and not is_under_way:
        parts.insert(0, _translate("⚠ cancelled before it was whole: press Compute"))
    if not is_as_wanted:
        parts.insert(0, _translate("⚠ not yet with these settings: press Compute"))
    if not seen.is_same_run:
        parts.insert(0, _translate("⚠ of another run of the tree: press Compute"))
    elif terrain.step != frame.step:
        text = _translate("⚠ computed around step {then}; the cursor is at step {now}, {away} away")
        parts.insert(
            0,
            text.format(
                then=f"{terrain.step:,}",
                now=f"{frame.step:,}",
                away=number_text(seen.distance, ".3g"),
            ),
        )
    return " · ".join(filter(None, parts))


def path_texts(terrain: Terrain) -> list[str]:
    """What hover tells of each state of the path."""
    text = _translate("step {step}: loss {loss}")
    own = "" if is_on_surface(terrain) else _translate(" (its own, not the surface's)")
    edit = _translate(", changed by hand")
    path = terrain.path
    return [
        text.format(step=f"{step:,}", loss=number_text(loss, ".6g")) + own + edit * is_edit
        for step, loss, is_edit in zip(
            path.steps, path.losses.tolist(), path.is_edit.tolist(), strict=True
        )
    ]


def is_on_surface(terrain: Terrain) -> bool:
    """Whether there are no parameters but the two."""
    return len(terrain.plane.centre) == len(terrain.plane.directions)


def _samples(terrain: Terrain) -> str:
    text = _translate("mean loss of all {n} {part} samples")
    if terrain.n_samples < terrain.n_available:
        text = _translate("mean loss of {n} of {all} {part} samples, evenly spaced")
    if terrain.wanted.is_penalised:
        text += _translate(", with the penalty")
    return text.format(
        n=f"{terrain.n_samples:,}",
        all=f"{terrain.n_available:,}",
        part=part_name(terrain.wanted.part),
    )


def _plane(setup: Setup, terrain: Terrain) -> str:
    if is_on_surface(terrain):
        return _translate("these are all parameters: the path lies on the surface")
    if terrain.shares is None:
        text = _translate(
            "all other parameters stay as at step {step}; along the path they changed too, "
            "so it lies on the surface at that step only"
        )
        return text.format(step=f"{terrain.step:,}")
    text = _translate(
        "plane through step {step}: {one} + {two} of the path's variance "
        "(all {count} weights and biases); the path lies in it only up to the rest"
    )
    one, two = (percent_text(share, 1) for share in terrain.shares.tolist())
    count = f"{len(terrain.plane.centre):,}"
    return text.format(step=f"{terrain.step:,}", one=one, two=two, count=count)


def _path(terrain: Terrain) -> str:
    path = terrain.path
    text = _translate("states on the path: {n}").format(n=f"{len(path.steps):,}")
    if path.n_missing:
        text += _translate(", {} more to come …").format(f"{path.n_missing:,}")
    return text


def _grid(terrain: Terrain) -> str:
    n = terrain.wanted.resolution
    if terrain.is_whole:
        return _translate("{n} × {n} points, interpolated between").format(n=n)
    text = _translate("{done} of {n} × {n} points so far, interpolated between")
    return text.format(done=f"{terrain.n_points:,}", n=n)


def _translate(text: str) -> str:
    return QCoreApplication.translate("LandscapeView", text)
