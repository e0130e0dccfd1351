"""What the user has picked, shared by all views."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from visualmlp.data import Part
from visualmlp.data.drawn import DrawnSample
from visualmlp.engine import Parameters
from visualmlp.errors import DataError
from visualmlp.gui.own_samples import OwnSamples
from visualmlp.training.probe import OWN_PARTS, PartName
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
        The part of the data, or of the user's own drawings, and the row in it that views show.
    unit
        Layer (0 is the first) and unit, or None.
    weight
        A weight or bias of the picked unit, or None.
    cell
        True and predicted class of a cell of the confusion matrix, or None.
    column
        Number of a column of the data, as ``analysis.data_columns.columns_of`` counts, or None.
    """

    part: PartName = "validation"
    sample: int = 0
    unit: tuple[int, int] | None = None
    weight: Weight | None = None
    cell: tuple[int, int] | None = None
    column: int | None = None

    @classmethod
    def of_new(cls, setup: Setup) -> Picks:
        """The first validation sample of new data, or of the part that is watched without one."""
        watched = setup.experiment.training.watch_test
        if len(setup.data.validation):
            return cls("validation")
        return cls("test" if watched and len(setup.data.test) else "train")


class Picking(QObject):
    """Holds the picks and the user's drawn samples, and tells of their changes."""

    picks_changed = pyqtSignal(object)
    """The Picks."""
    drawn_changed = pyqtSignal()
    """A drawn sample came or went, or a drawing without a label."""
    failed = pyqtSignal(str)
    """A message for the user about what went wrong."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.picks = Picks()
        self._own = OwnSamples()
        self._first = Picks()

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

    def pick_column(self, column: int) -> None:
        """Let views follow a column of the data."""
        self._pick(replace(self.picks, column=column))

    @property
    def drawn(self) -> Part | None:
        """The user's drawn samples that fit the run's data; None if there is none."""
        return self._own.part

    @property
    def unlabelled(self) -> Part | None:
        """The drawing that was sent to be looked at without a label; None if there is none."""
        return self._own.unlabelled

    @property
    def picked_own(self) -> Part | None:
        """The part of the user's own that picks of ``drawn`` or ``unlabelled`` are about."""
        return self.unlabelled if self.picks.part == "unlabelled" else self.drawn

    def pick_unlabelled(self, drawing: Part) -> None:
        """Let inspector and views follow a drawing without a label: a part of one sample."""
        self._own.unlabelled = drawing
        self._tell_drawn()
        self.pick_sample(0, "unlabelled")

    def keep_drawn(self, sample: DrawnSample) -> None:
        """Keep a drawn sample for good, and pick it.

        Raises
        ------
        DataError
            If it cannot be written.
        """
        row = self._own.keep(sample)
        self._tell_drawn()
        self.pick_sample(row, "drawn")

    def delete_drawn(self, row: int) -> None:
        """Delete a drawn sample; the next one is picked where it was. Raises as above."""
        self._own.delete(row)
        picks, left = self.picks, len(self.drawn) if self.drawn else 0
        if picks.part == "drawn" and left:
            following = picks.sample - (picks.sample > row)
            self._pick(replace(picks, sample=min(following, left - 1)))
        elif picks.part == "drawn":
            self.pick_sample(self._first.sample, self._first.part)
        self._tell_drawn()

    def _begin_picks(self, setup: Setup, *, same_data: bool) -> None:
        """Take the data of a new run: the picked sample stays if they are the same."""
        self._first = Picks.of_new(setup)
        try:
            self._own.begin(setup.data)
        except DataError as error:
            self.failed.emit(str(error))
        is_own = self.picks.part in OWN_PARTS
        is_gone = is_own and self.picked_own is None
        picks = self.picks if same_data and not is_gone else self._first
        self.picks = replace(picks, unit=None, weight=None, cell=None)

    def _tell_drawn(self) -> None:
        self.drawn_changed.emit()
        self.mark_stale()

    def _pick(self, picks: Picks) -> None:
        if picks != self.picks:
            self.picks = picks
            self.picks_changed.emit(picks)
            self.mark_stale()

    def mark_stale(self, *names: str) -> None:
        """Draw views again at the next opportunity: shown, resized, set otherwise; or all."""
        raise NotImplementedError
