"""How pre-activations and activations are distributed, layer by layer, over a part of the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from PyQt6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from visualmlp.analysis.activity import CAN_DIE
from visualmlp.analysis.histogram import Histogram, histogram
from visualmlp.engine import LayerOutput
from visualmlp.gui.views.layer_chooser import layer_text
from visualmlp.gui.views.layer_histograms import LayerHistograms
from visualmlp.gui.views.part_outputs import LookedAt, Wear, send_part, wear_of
from visualmlp.gui.widgets.histogram import Counts
from visualmlp.gui.widgets.labels import count_text, percent_text
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.probe import PartName, Probe
from visualmlp.training.setup import Setup


class LayerDistribution(NamedTuple):
    """Of one layer.

    Attributes
    ----------
    z, a
        Of pre-activations and activations; of ReLU units those above 0, in the bins of z.
    n_values
        How many activations there are.
    wear
        What is dead or saturated.
    """

    z: Histogram
    a: Histogram
    n_values: int
    wear: Wear

    @property
    def zero_share(self) -> float:
        """Share of the activations that were left out of the histogram, as they are 0."""
        return 1 - self.a.n_values / max(self.n_values, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Distributions:
    """What the page draws: which samples were looked at, and the layers."""

    looked_at: LookedAt
    layers: tuple[LayerDistribution, ...]


def look_at_distributions(probe: Probe, *, frame: Frame, part: PartName) -> Distributions:
    """Count what a part's samples make of every layer's units."""
    looked_at, outputs = send_part(probe, frame, part)
    specs = probe.setup.layers
    layers = tuple(
        _distribution(spec.activation, out) for out, spec in zip(outputs, specs, strict=True)
    )
    return Distributions(looked_at, layers)


def _distribution(activation: str, output: LayerOutput) -> LayerDistribution:
    z, a = histogram(output.z), output.a
    if activation in CAN_DIE:  # zeros are told: their bar would be higher than all others together
        ends = float(z.edges[0]), float(z.edges[-1])
        of_a = histogram(a[~(a == 0)], len(z.counts), ends)
    else:
        of_a = histogram(a)
    return LayerDistribution(z, of_a, a.size, wear_of(activation, a))


class DistributionsPage(QWidget):
    """A plot a layer: activations filled, pre-activations as an outline."""

    def __init__(self) -> None:
        super().__init__()
        self._setup: Setup | None = None
        self._text = TextLine(lines=2)
        self._text.setObjectName("distributions")
        self._log = QCheckBox(self.tr("Log"))
        self._log.setObjectName("log")
        self._log.setAccessibleName(self.tr("Logarithmic heights"))
        self._log.setToolTip(self.tr("Rare values show beside common ones"))
        self._plots = LayerHistograms()
        self._log.toggled.connect(self._plots.set_log)
        self._arrange()

    def set_setup(self, setup: Setup) -> None:
        """Make a plot for each layer of a network."""
        self._setup = setup
        self._plots.set_count(len(setup.layers))
        self._plots.set_log(self._log.isChecked())

    def show_distributions(self, found: Distributions) -> None:
        """Draw every layer."""
        setup = self._setup
        assert setup is not None
        self._text.set_text(self._describe(setup, found))
        for number, layer in enumerate(found.layers):
            plot = self._plots.plots[number]
            plot.set_title(self.tr("Layer {}").format(layer_text(setup, number)))
            plot.set_caption(self._wear_text(setup, number, layer.wear))
            bad = layer.z.n_not_finite + layer.a.n_not_finite
            plot.set_warning(self.tr("{} NaN or infinite").format(count_text(bad)) if bad else "")
            plot.set_histograms(
                [
                    Counts(self._name_of_a(layer), *layer.a[:2], out_of=layer.n_values),
                    Counts("z", *layer.z[:2], filled=False, style=1),
                ],
                shares=True,
            )

    def _name_of_a(self, layer: LayerDistribution) -> str:
        text = self.tr("a ({} are 0)")
        return text.format(percent_text(layer.zero_share)) if layer.zero_share else "a"

    def _describe(self, setup: Setup, found: Distributions) -> str:
        text = self.tr("Activations a and pre-activations z of {samples}, step {step}").format(
            samples=found.looked_at.text, step=count_text(found.looked_at.step)
        )
        if any(layer.wear.n_dead is not None for layer in found.layers):
            text += self.tr(" · dead: above 0 for none of them")
        if any(layer.wear.saturated is not None for layer in found.layers):
            text += self.tr(" · saturated: within 1 % of an end of the range")
        return text

    def _wear_text(self, setup: Setup, layer: int, wear: Wear) -> str:
        if wear.n_dead is not None:
            units = setup.layers[layer].units
            return self.tr("dead: {dead} of {units} units").format(dead=wear.n_dead, units=units)
        if wear.saturated is not None:
            return self.tr("saturated: {}").format(percent_text(wear.saturated, 1))
        return ""

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._text, 1)
        head.addWidget(self._log)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(head)
        layout.addWidget(self._plots, 1)
