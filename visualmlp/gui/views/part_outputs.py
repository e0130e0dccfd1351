"""A part of the data on its way through the network: what the pages about a part look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QCoreApplication

from visualmlp.analysis.activity import (
    CAN_DIE,
    RANGES,
    dead_units,
    evenly_spaced,
    saturated_share,
    saturated_shares,
    silent_shares,
)
from visualmlp.engine import LayerOutput
from visualmlp.gui.views.part_chooser import part_name
from visualmlp.training.frame import Frame
from visualmlp.training.probe import PartName, Probe

ALL_BELOW = 5_000
FEWER = 2_000
"""Parts of more than ``ALL_BELOW`` samples are represented by so many, evenly spaced."""


@dataclass(frozen=True, slots=True, eq=False)
class LookedAt:
    """Which samples a page is about.

    Attributes
    ----------
    part, rows, n_samples
        The part, the rows of it that were looked at, and how many samples it has.
    step
        Of the frame.
    """

    part: PartName
    rows: npt.NDArray[np.intp]
    n_samples: int
    step: int

    @property
    def text(self) -> str:
        """Such as "all 359 validation samples"."""
        count, name = f"{len(self.rows):,}", part_name(self.part)
        if len(self.rows) < self.n_samples:
            text = _tr("{count} of {total} {part} samples, evenly spaced")
            return text.format(count=count, total=f"{self.n_samples:,}", part=name)
        return _tr("all {count} {part} samples").format(count=count, part=name)


@dataclass(frozen=True, slots=True, eq=False)
class Wear:
    """How much of a layer is out of use.

    Attributes
    ----------
    n_dead
        Units that are dead; None where units cannot die.
    saturated
        Share of the activations that are saturated; None where none can be.
    """

    n_dead: int | None
    saturated: float | None


def send_part(probe: Probe, frame: Frame, name: PartName) -> tuple[LookedAt, list[LayerOutput]]:
    """z and a of every layer for the samples that stand for a part."""
    part = probe.part(name)
    rows = evenly_spaced(len(part), len(part) if len(part) <= ALL_BELOW else FEWER)
    inputs = probe.inputs(name)
    outputs = probe.layers(frame, inputs if len(rows) == len(part) else inputs[rows])
    return LookedAt(name, rows, len(part), frame.step), outputs


def wear_of(activation: str, a: npt.NDArray) -> Wear:
    """What is dead or saturated of a layer with that activation function."""
    ends = RANGES.get(activation)
    return Wear(
        n_dead=int(dead_units(a).sum()) if activation in CAN_DIE else None,
        saturated=saturated_share(a, ends) if ends else None,
    )


def worn_shares(activation: str, a: npt.NDArray) -> npt.NDArray[np.float64] | None:
    """For every unit the share of samples at which it is silent, or saturated; None for neither."""
    if activation in CAN_DIE:
        return silent_shares(a)
    ends = RANGES.get(activation)
    return saturated_shares(a, ends) if ends else None


def _tr(text: str) -> str:
    return QCoreApplication.translate("Activations", text)
