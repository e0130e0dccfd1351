"""One unit: how it answers a part of the data, and the samples that it answers most and least."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QBoxLayout, QSplitter, QVBoxLayout, QWidget

from visualmlp.analysis.activity import CAN_DIE, RANGES, Labels, Rows, extreme_samples
from visualmlp.analysis.histogram import Histogram, histogram
from visualmlp.engine import Array
from visualmlp.gui.views.layer_chooser import unit_name
from visualmlp.gui.views.part_outputs import LookedAt, send_part, worn_shares
from visualmlp.gui.widgets.gallery import Gallery
from visualmlp.gui.widgets.histogram import HistogramPlot, Mark
from visualmlp.gui.widgets.labels import count_text, number_text, percent_text
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.probe import PartName, Probe
from visualmlp.training.setup import Setup

MOST_SAMPLES = 24
"""In each of the two galleries."""

MOST_FEATURES = 8
"""In a line of text about a sample that is no picture."""

SIDE_WIDTH = 250
WIDTH_FOR_BOTH = 640
"""Pixels of the page; a narrower one shows the highest activations only."""

WIDTH_BESIDE = 460
"""Pixels of the page; in a narrower one the figures stand above the samples."""

HEIGHT_WITH_PLOT = 240


class Extremes(NamedTuple):
    """Samples at one end of a unit's activations.

    Attributes
    ----------
    rows
        In the part, (n,), the most extreme first.
    a, z, labels
        Activations, pre-activations, and true classes or None, (n,).
    raw
        As stored, (n, n_features).
    """

    rows: Rows
    a: Array
    z: Array
    labels: Labels | None
    raw: Array


@dataclass(frozen=True, slots=True, eq=False)
class UnitActivity:
    """What the page draws.

    Attributes
    ----------
    layer, unit
        Which one; 0 is the first.
    looked_at
        Which samples.
    mean, worn
        Mean activation, and the share of samples at which the unit is silent or saturated, or None.
    distribution
        Of its activations; of a ReLU unit those above 0.
    highest, lowest
        The samples at both ends.
    sample, value
        The picked sample, if it is of this part, and the unit's activation for it.
    """

    layer: int
    unit: int
    looked_at: LookedAt
    mean: float
    worn: float | None
    distribution: Histogram
    highest: Extremes
    lowest: Extremes
    sample: int | None
    value: float


def look_at_unit(
    probe: Probe, *, frame: Frame, part: PartName, unit: tuple[int, int], sample: int | None
) -> UnitActivity:
    """Send a part through the network of a frame, and find a unit's favourite samples."""
    looked_at, outputs = send_part(probe, frame, part)
    layer, number = unit
    output = outputs[layer]
    a, z = output.a[:, number], output.z[:, number]
    activation = probe.setup.layers[layer].activation
    worn = worn_shares(activation, output.a[:, number : number + 1])
    ends = [_extremes(probe, looked_at, a, z, at) for at in extreme_samples(a, z, MOST_SAMPLES)]
    with np.errstate(all="ignore"):
        mean = float(a.mean(dtype=np.float64))
    return UnitActivity(
        layer=layer,
        unit=number,
        looked_at=looked_at,
        mean=mean,
        worn=None if worn is None else float(worn[0]),
        distribution=histogram(a[~(a == 0)] if activation in CAN_DIE else a),
        highest=ends[0],
        lowest=ends[1],
        sample=sample,
        value=np.nan if sample is None else _value(probe, frame, part, unit, sample),
    )


def _value(probe: Probe, frame: Frame, part: PartName, unit: tuple[int, int], sample: int) -> float:
    inputs = probe.inputs(part)
    row = min(sample, len(inputs) - 1)
    return float(probe.layers(frame, inputs[row : row + 1])[unit[0]].a[0, unit[1]])


def _extremes(probe: Probe, looked_at: LookedAt, a: Array, z: Array, at: Rows) -> Extremes:
    rows, part = looked_at.rows[at], probe.part(looked_at.part)
    labels = None if part.labels is None else part.labels[rows]
    return Extremes(rows, a[at], z[at], labels, probe.setup.data.raw(part.rows(rows)))


class UnitPage(QWidget):
    """Figures and a histogram at the left, favourite samples at the right.

    Signals
    -------
    sample_picked
        The row in the part of a sample that was clicked.
    """

    sample_picked = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        self._setup: Setup | None = None
        self._text = TextLine(lines=5)
        self._text.setObjectName("unit")
        self._plot = HistogramPlot()
        self._plot.setObjectName("unit_histogram")
        self._plot.setAccessibleName(self.tr("Activations of the unit"))
        self._highest, self._lowest = Gallery(), Gallery()
        self._left = QWidget()
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        for name, gallery, title in (
            ("highest", self._highest, self.tr("Highest activations")),
            ("lowest", self._lowest, self.tr("Lowest activations")),
        ):
            gallery.setObjectName(name)
            gallery.set_title(title)
            gallery.picture_picked.connect(self.sample_picked)
        self._arrange()

    def set_setup(self, setup: Setup) -> None:
        """Take another run."""
        self._setup = setup

    def show_activity(self, activity: UnitActivity) -> None:
        """Draw a unit's answers."""
        setup = self._setup
        assert setup is not None
        self._text.set_text(self._describe(setup, activity))
        found = activity.distribution
        marks = []
        if activity.sample is not None and np.isfinite(activity.value):
            value = number_text(activity.value, ".3g")
            marks = [Mark(activity.value, self.tr("picked sample: {}").format(value))]
        is_relu = setup.layers[activity.layer].activation in CAN_DIE
        self._plot.set_x_name(self.tr("a above 0") if is_relu else "a")
        self._plot.set_counts(found.edges, found.counts, marks=marks)
        if not found.counts.any():
            self._plot.set_empty(self.tr("No activation is above 0."))
        activation = setup.layers[activity.layer].activation
        self._fill(setup, self._highest, activity.highest, activation)
        self._fill(setup, self._lowest, activity.lowest, activation)
        for gallery in (self._highest, self._lowest):
            if gallery.empty_text is None and gallery.current != activity.sample:
                gallery.set_current(activity.sample)

    def _describe(self, setup: Setup, activity: UnitActivity) -> str:
        name = unit_name(setup, activity.layer, activity.unit)
        spec = setup.layers[activity.layer]
        lines = [
            f"{name[:1].upper()}{name[1:]} ({spec.activation})",
            self.tr("{samples}, step {step}").format(
                samples=activity.looked_at.text, step=count_text(activity.looked_at.step)
            ),
            self.tr("mean activation {}").format(number_text(activity.mean)),
        ]
        if activity.worn is not None:
            lines.append(self._worn_text(spec.activation, activity.worn))
        if activity.distribution.n_not_finite:
            text = self.tr("{} activations are NaN or infinite")
            lines.append(text.format(count_text(activity.distribution.n_not_finite)))
        return ("\n" if self.width() >= WIDTH_BESIDE else " · ").join(lines)

    def _worn_text(self, activation: str, share: float) -> str:
        if activation in CAN_DIE:
            if share == 1:
                return self.tr("dead: above 0 for none of them")
            return self.tr("above 0 for {} of them").format(percent_text(1 - share, 1))
        low, high = map(number_text, RANGES[activation])
        text = self.tr("near {low} or {high} (saturated) for {share}")
        return text.format(low=low, high=high, share=percent_text(share, 1))

    def _fill(self, setup: Setup, gallery: Gallery, found: Extremes, activation: str) -> None:
        rows, shape = found.rows.tolist(), setup.data.dataset.image_shape
        captions = self._captions(setup, found, activation)
        if not rows:
            gallery.set_empty(self.tr("Every activation of this unit is NaN."))
        elif shape is None:
            gallery.set_rows(captions, rows)
        else:
            low, high = setup.data.dataset.value_range
            gallery.set_pictures(found.raw.reshape(-1, *shape), captions, rows, low=low, high=high)
        gallery.set_caption(self._explanation(setup))

    def _explanation(self, setup: Setup) -> str:
        text = self.tr("activation a; true class below") if setup.data.class_names else ""
        if setup.data.dataset.image_shape is None:
            features = ", ".join(setup.data.dataset.feature_names[:MOST_FEATURES])
            text = self.tr("activation a · class · {}") if setup.data.class_names else "a · {}"
            return text.format(features)
        return text

    def _captions(self, setup: Setup, found: Extremes, activation: str) -> list[str]:
        """Activation, class, features; z of a silent ReLU unit: such samples are sorted by it."""
        values = [
            f"z {number_text(z, '.3g')}" if activation in CAN_DIE and a == 0 else _short(a)
            for a, z in zip(found.a.tolist(), found.z.tolist(), strict=True)
        ]
        names = setup.data.class_names
        if found.labels is not None:
            joint = "\n" if setup.data.dataset.image_shape else " · "
            labels = [names[label] for label in found.labels.tolist()]
            values = [f"{a}{joint}{label}" for a, label in zip(values, labels, strict=True)]
        if setup.data.dataset.image_shape:
            return values
        rows = found.raw[:, :MOST_FEATURES].tolist()
        numbers = [", ".join(number_text(value) for value in row) for row in rows]
        return [f"{value} · {text}" for value, text in zip(values, numbers, strict=True)]

    # Layout

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._lowest.setVisible(self.width() >= WIDTH_FOR_BOTH)
        roomy = self.width() >= WIDTH_BESIDE
        direction = QBoxLayout.Direction
        self._box.setDirection(direction.LeftToRight if roomy else direction.TopToBottom)
        self._box.setStretch(0, 2 if roomy else 0)
        self._left.setMaximumWidth(SIDE_WIDTH if roomy else 1 << 20)
        self._text.set_lines(5 if roomy else 2)
        self._plot.setVisible(roomy and self.height() >= HEIGHT_WITH_PLOT)

    def _arrange(self) -> None:
        side = QVBoxLayout(self._left)
        side.addWidget(self._text)
        side.addWidget(self._plot, 1)
        side.addStretch(0)
        side.setContentsMargins(0, 0, 0, 0)
        ends = QSplitter(Qt.Orientation.Horizontal)
        ends.setChildrenCollapsible(False)
        ends.addWidget(self._highest)
        ends.addWidget(self._lowest)
        self._box.setContentsMargins(6, 6, 6, 6)
        self._box.addWidget(self._left, 2)
        self._box.addWidget(ends, 3)


def _short(value: float) -> str:
    return number_text(value, ".3g")
