"""What the user has picked, shared by all views."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from visualmlp.engine import Parameters
from visualmlp.training.probe import PartName
from visualmlp.training.setup import Setup


class Weight(NamedTuple):
    """A weight, or a bias where ``row`` is None; layer 0 is the first.

    ``row`` is the input, or the unit of the layer before, that the weight comes from.
    """

    layer: int
    row: int | None
    unit: int

    def place(self, parameters: Parameters) -> int:
        """Its place in the flat vector: all weights come first, then all biases."""
        weights = parameters.weights
        if self.row is not None:
            before = sum(array.size for array in weights[: self.layer])
            return before + self.row * weights[self.layer].shape[1] + self.unit
        biases = [array.size for array in parameters.biases[: self.layer] if array is not None]
        return sum(array.size for array in weights) + sum(biases) + self.unit

    def of(self, parameters: Parameters) -> float | np.floating:
        """Its number in an array of parameters, in the engine's precision."""
        if self.row is None:
            bias = parameters.biases[self.layer]
            assert bias is not None
            return bias[self.unit]
        return parameters.weights[self.layer][self.row, self.unit]


@dataclass(frozen=True, slots=True)
class Picks:
    """What the user has picked; shared by all views.

    Attributes
    ----------
    part, sample
        The part of the data and the row in it that the inspector shows.
    unit
        Layer (0 is the first) and unit, or None.
    weight
        A weight or bias of the picked unit, or None.
    cell
        True and predicted class of a cell of the confusion matrix, or None.
    """

    part: PartName = "validation"
    sample: int = 0
    unit: tuple[int, int] | None = None
    weight: Weight | None = None
    cell: tuple[int, int] | None = None

    @classmethod
    def of_new(cls, setup: Setup) -> Picks:
        """The first validation sample of new data, or of the part that is watched without one."""
        watched = setup.experiment.training.watch_test
        if len(setup.data.validation):
            return cls("validation")
        return cls("test" if watched and len(setup.data.test) else "train")


class Picking(QObject):
    """Holds the picks and tells of their changes."""

    picks_changed = pyqtSignal(object)
    """The Picks."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.picks = Picks()

    def pick_sample(self, sample: int, part: PartName | None = None) -> None:
        """Let inspector and views follow a sample, given by its row in a part of the data."""
        self._pick(replace(self.picks, sample=sample, part=part or self.picks.part))

    def pick_unit(self, layer: int, unit: int) -> None:
        """Let views follow a unit of a layer (0 is the first)."""
        weight = self.picks.weight
        if weight is not None and (weight.layer, weight.unit) != (layer, unit):
            weight = None
        self._pick(replace(self.picks, unit=(layer, unit), weight=weight))

    def pick_weight(self, layer: int, row: int | None, unit: int) -> None:
        """Let views follow a weight, or a bias where ``row`` is None, and the unit it leads to."""
        self._pick(replace(self.picks, unit=(layer, unit), weight=Weight(layer, row, unit)))

    def pick_cell(self, cell: tuple[int, int] | None) -> None:
        """Filter by a cell (true, predicted) of the confusion matrix, or by none."""
        self._pick(replace(self.picks, cell=cell))

    def _pick(self, picks: Picks) -> None:
        if picks != self.picks:
            self.picks = picks
            self.picks_changed.emit(picks)
            self.mark_stale()

    def mark_stale(self, *names: str) -> None:
        """Draw views again at the next opportunity: shown, resized, set otherwise; or all."""
        raise NotImplementedError
