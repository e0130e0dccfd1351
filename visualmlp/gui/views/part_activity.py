"""Mean activations, or shares of silence, of a layer's units over a part of the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from visualmlp.analysis.activity import CAN_DIE, RANGES, class_means, mean_and_deviation
from visualmlp.gui.picks import Picks
from visualmlp.gui.views.layer_chooser import LayerChooser, unit_labels, units_title
from visualmlp.gui.views.part_outputs import LookedAt, send_part, wear_of, worn_shares
from visualmlp.gui.views.unit_matrix import UnitMatrix, short_format
from visualmlp.gui.widgets.colour_maps import MapName, symmetric_limit
from visualmlp.gui.widgets.labels import count_text, percent_text
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.probe import PartName, Probe
from visualmlp.training.setup import Setup

Figure = Literal["means", "shares"]


@dataclass(frozen=True, slots=True, eq=False)
class PartActivity:
    """What the page draws.

    Attributes
    ----------
    layer, figure
        0 is the first; means, or shares of samples.
    looked_at
        Which samples.
    figures
        Means of classes: (n_units, n_classes); of a regression: mean and standard deviation,
        (n_units, 2). Shares: of all samples, then of each class, (n_units, 1 + n_classes); None
        where units neither die nor saturate.
    n_dead
        Units that are never above 0, by layer with ReLU units.
    """

    layer: int
    figure: Figure
    looked_at: LookedAt
    figures: npt.NDArray[np.float64] | None
    n_dead: dict[int, int]


def look_at_part(
    probe: Probe, *, frame: Frame, part: PartName, layer: int, figure: Figure
) -> PartActivity:
    """Send a part through the network of a frame."""
    looked_at, outputs = send_part(probe, frame, part)
    labels = probe.part(part).labels
    labels = None if labels is None else labels[looked_at.rows]
    n_classes = len(probe.setup.data.class_names)
    a, activations = outputs[layer].a, [spec.activation for spec in probe.setup.layers]
    figures: npt.NDArray[np.float64] | None
    if figure == "shares":
        figures = _shares(activations[layer], a, labels, n_classes)
    elif labels is None:
        figures = mean_and_deviation(a)
    else:
        figures = class_means(a, labels, n_classes)
    wear = [wear_of(*pair) for pair in zip(activations, (o.a for o in outputs), strict=True)]
    n_dead = {i: found.n_dead for i, found in enumerate(wear) if found.n_dead is not None}
    return PartActivity(layer, figure, looked_at, figures, n_dead)


def _shares(
    activation: str, a: npt.NDArray, labels: npt.NDArray | None, n_classes: int
) -> npt.NDArray[np.float64] | None:
    """Over all samples, and over those of each class; NaN for a class without samples."""
    everywhere = worn_shares(activation, a)
    if everywhere is None or labels is None:
        return None if everywhere is None else everywhere[:, None]
    shares = np.full((a.shape[1], 1 + n_classes), np.nan)
    shares[:, 0] = everywhere
    for label in np.unique(labels):
        shares[:, 1 + label] = worn_shares(activation, a[labels == label])
    return shares


class PartPage(QWidget):
    """A matrix of units and classes for the chosen layer.

    Signals
    -------
    unit_picked
        Layer and unit of a cell that was clicked.
    figure_chosen
        Means or shares were chosen.
    """

    unit_picked = pyqtSignal(int, int)
    figure_chosen = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._setup: Setup | None = None
        self._shown_layer = 0
        self.layer = LayerChooser()
        self._figure = self._figure_chooser()
        self._matrix = UnitMatrix(by_row=True)
        self._matrix.unit_picked.connect(self._pick)
        self._text = TextLine(lines=2)
        self._text.setObjectName("means")
        self._dead = TextLine()
        self._dead.setObjectName("dead")
        self._arrange()

    @property
    def figure(self) -> Figure:
        """What is chosen."""
        return self._figure.currentData()

    def set_setup(self, setup: Setup) -> None:
        """Offer the layers of a network."""
        self._setup = setup
        self.layer.set_setup(setup)

    def show_shares(self, picks: Picks) -> None:
        """Choose shares, of the picked unit's layer."""
        self._figure.setCurrentIndex(self._figure.findData("shares"))
        if picks.unit is not None:
            self.layer.setCurrentIndex(picks.unit[0])

    def show_activity(self, activity: PartActivity, unit: tuple[int, int] | None) -> None:
        """Draw the figures and frame the picked unit."""
        setup = self._setup
        assert setup is not None
        self._shown_layer = activity.layer
        looked_at = activity.looked_at
        step = self.tr("step {}").format(count_text(looked_at.step))
        if activity.figures is None:
            self._text.set_text("")
            self._matrix.set_empty(self._nothing(setup, activity.layer))
        else:
            self._text.set_text(f"{self._what(setup, activity)}: {looked_at.text}, {step}")
            self._draw_matrix(setup, activity, activity.figures)
        self._matrix.set_unit(unit[1] if unit and unit[0] == activity.layer else None)
        self._dead.set_text(self._dead_text(setup, activity))
        self._dead.setVisible(bool(activity.n_dead))

    def _draw_matrix(
        self, setup: Setup, activity: PartActivity, figures: npt.NDArray[np.float64]
    ) -> None:
        classes, layer = setup.data.class_names, activity.layer
        is_means = activity.figure == "means"
        name = self.tr("Mean activations of layer {}") if is_means else self.tr("Shares, layer {}")
        self._matrix.setAccessibleName(name.format(layer + 1))
        names = (self.tr("mean"), self.tr("standard deviation"))
        columns = classes or names if is_means else (self.tr("all"), *classes)
        lut, low, limit = _scale(figures, is_means)
        self._matrix.set_matrix(
            figures,
            low=low,
            high=None if low is None else limit,
            lut=lut,
            row_names=unit_labels(setup, layer),
            column_names=columns,
            row_title=units_title(setup, layer),
            column_title=self.tr("true class") if classes else "",
            number_format=short_format(limit),
        )

    def _what(self, setup: Setup, activity: PartActivity) -> str:
        activation = setup.layers[activity.layer].activation
        if activity.figure == "shares":
            if activation in RANGES:
                return self.tr("Share of samples at which a unit is saturated")
            return self.tr("Share of samples for which a unit is not above 0")
        if setup.data.class_names:
            return self.tr("Mean activation by class")
        return self.tr("Mean and standard deviation of activations")

    def _nothing(self, setup: Setup, layer: int) -> str:
        text = self.tr(
            "Units of layer {layer} ({activation}) neither die nor saturate: choose a layer with "
            "one of {names}."
        )
        activation = setup.layers[layer].activation
        names = ", ".join([*CAN_DIE, *RANGES])
        return text.format(layer=layer + 1, activation=activation, names=names)

    def _dead_text(self, setup: Setup, activity: PartActivity) -> str:
        shares = [
            self.tr("{dead} of {units} in layer {layer} ({share})").format(
                layer=layer + 1,
                dead=dead,
                units=setup.layers[layer].units,
                share=percent_text(dead / setup.layers[layer].units),
            )
            for layer, dead in activity.n_dead.items()
        ]
        return self.tr("Dead units (above 0 for none): {}").format(" · ".join(shares))

    def _pick(self, unit: int) -> None:
        self.unit_picked.emit(self._shown_layer, unit)

    def _figure_chooser(self) -> QComboBox:
        chooser = QComboBox()
        chooser.setObjectName("figure")
        chooser.setAccessibleName(self.tr("Figure of each unit"))
        chooser.addItem(self.tr("Mean activation"), "means")
        chooser.addItem(self.tr("Silent or saturated"), "shares")
        chooser.setToolTip(
            self.tr(
                "Mean activation; or the share of samples for which a ReLU unit is not above 0 "
                "(dead if for all), or a sigmoid or tanh within 1 % of an end of its range"
            )
        )
        chooser.activated.connect(self.figure_chosen)
        return chooser

    def _arrange(self) -> None:
        controls = QHBoxLayout()
        for chooser in (self.layer, self._figure):
            policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            chooser.setSizeAdjustPolicy(policy)
            chooser.setMinimumContentsLength(8)
            chooser.setMinimumWidth(64)
        controls.addWidget(self.layer, 4)
        controls.addWidget(self._figure, 4)
        controls.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(controls)
        layout.addWidget(self._text)
        layout.addWidget(self._matrix, 1)
        layout.addWidget(self._dead)


def _scale(figures: npt.NDArray[np.float64], is_means: bool) -> tuple[MapName, float | None, float]:
    """Colour map, lower end if it is not symmetric, and upper end."""
    if not is_means:
        return "sequential", 0.0, 1.0
    limit = symmetric_limit(figures)
    return ("diverging", None, limit) if (figures < 0).any() else ("sequential", 0.0, limit)
