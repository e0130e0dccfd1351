"""Mean activations of a layer's units over a part of the data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from visualmlp.analysis.activity import class_means, dead_units, evenly_spaced, mean_and_deviation
from visualmlp.gui.picks import Picks
from visualmlp.gui.views.layer_chooser import LayerChooser, unit_labels, units_title
from visualmlp.gui.views.part_chooser import part_name
from visualmlp.gui.views.unit_matrix import UnitMatrix, short_format
from visualmlp.gui.widgets.colour_maps import symmetric_limit
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.probe import PartName, Probe
from visualmlp.training.setup import Setup

ALL_BELOW = 5_000
FEWER = 2_000
"""Parts of more than ``ALL_BELOW`` samples are represented by so many, evenly spaced."""


@dataclass(frozen=True, slots=True, eq=False)
class PartActivity:
    """What the page draws.

    Attributes
    ----------
    layer
        0 is the first.
    part, n_looked_at, n_samples
        The part, how many of its samples were looked at, and how many it has.
    figures
        Classes: mean activation (n_units, n_classes). Regression: mean and standard deviation,
        (n_units, 2).
    n_dead
        Units that are never above 0, by layer with ReLU units.
    """

    layer: int
    part: PartName
    n_looked_at: int
    n_samples: int
    figures: npt.NDArray[np.float64]
    n_dead: dict[int, int]


def look_at_part(probe: Probe, *, frame: Frame, layer: int) -> PartActivity:
    """Send the part that is watched through the network of a frame."""
    name = Picks.of_new(probe.setup).part
    part = probe.part(name)
    rows = evenly_spaced(len(part), len(part) if len(part) <= ALL_BELOW else FEWER)
    inputs = probe.inputs(name)
    outputs = probe.layers(frame, inputs if len(rows) == len(part) else inputs[rows])
    a = outputs[layer].a
    if part.labels is None:
        figures = mean_and_deviation(a)
    else:
        figures = class_means(a, part.labels[rows], len(probe.setup.data.class_names))
    return PartActivity(
        layer=layer,
        part=name,
        n_looked_at=len(rows),
        n_samples=len(part),
        figures=figures,
        n_dead={
            number: int(dead_units(output.a).sum())
            for number, output in enumerate(outputs)
            if probe.setup.layers[number].activation == "relu"
        },
    )


class PartPage(QWidget):
    """A matrix of units and classes for the chosen layer.

    Signals
    -------
    unit_picked
        Layer and unit of a cell that was clicked.
    """

    unit_picked = pyqtSignal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self._setup: Setup | None = None
        self._shown_layer = 0
        self.layer = LayerChooser()
        self._matrix = UnitMatrix(by_row=True)
        self._matrix.unit_picked.connect(self._pick)
        self._text = TextLine()
        self._text.setObjectName("means")
        self._dead = TextLine()
        self._dead.setObjectName("dead")
        self._arrange()

    def set_setup(self, setup: Setup) -> None:
        """Offer the layers of a network."""
        self._setup = setup
        self.layer.set_setup(setup)

    def show_activity(self, activity: PartActivity, unit: tuple[int, int] | None) -> None:
        """Draw the means and frame the picked unit."""
        setup = self._setup
        assert setup is not None
        self._shown_layer = activity.layer
        self._text.set_text(self._describe(setup, activity))
        self._draw_matrix(setup, activity)
        self._matrix.set_unit(unit[1] if unit and unit[0] == activity.layer else None)
        self._dead.set_text(self._dead_text(setup, activity))
        self._dead.setVisible(bool(activity.n_dead))

    def _draw_matrix(self, setup: Setup, activity: PartActivity) -> None:
        classes = setup.data.class_names
        never_negative = not (activity.figures < 0).any()
        limit = symmetric_limit(activity.figures)
        self._matrix.setAccessibleName(
            self.tr("Mean activations of layer {}").format(activity.layer + 1)
        )
        self._matrix.set_matrix(
            activity.figures,
            low=0.0 if never_negative else None,
            high=limit if never_negative else None,
            lut="sequential" if never_negative else "diverging",
            row_names=unit_labels(setup, activity.layer),
            column_names=classes or (self.tr("mean"), self.tr("standard deviation")),
            row_title=units_title(setup, activity.layer),
            column_title=self.tr("true class") if classes else "",
            number_format=short_format(limit),
        )

    def _describe(self, setup: Setup, activity: PartActivity) -> str:
        if setup.data.class_names:
            what = self.tr("Mean activation of each unit over the samples of each class")
        else:
            what = self.tr("Mean and standard deviation of each unit's activation")
        if activity.n_looked_at < activity.n_samples:
            return self.tr("{what}: {count} of {total} {part} samples, evenly spaced").format(
                what=what,
                count=f"{activity.n_looked_at:,}",
                total=f"{activity.n_samples:,}",
                part=part_name(activity.part),
            )
        return self.tr("{what}: all {count} {part} samples").format(
            what=what, count=f"{activity.n_looked_at:,}", part=part_name(activity.part)
        )

    def _dead_text(self, setup: Setup, activity: PartActivity) -> str:
        shares = [
            self.tr("{dead} of {units} in layer {layer} ({share:.0f} %)").format(
                layer=layer + 1,
                dead=dead,
                units=setup.layers[layer].units,
                share=100 * dead / setup.layers[layer].units,
            )
            for layer, dead in activity.n_dead.items()
        ]
        return self.tr("Dead units (ReLU, above 0 for none of these samples): {}").format(
            " · ".join(shares)
        )

    def _pick(self, unit: int) -> None:
        self.unit_picked.emit(self._shown_layer, unit)

    def _arrange(self) -> None:
        controls = QHBoxLayout()
        controls.addWidget(self.layer)
        controls.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(controls)
        layout.addWidget(self._text)
        layout.addWidget(self._matrix, 1)
        layout.addWidget(self._dead)
