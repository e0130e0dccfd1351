"""The picked sample on its way through the network."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from visualmlp.analysis.mistakes import NO_CLASS, predictions
from visualmlp.engine import Array, LayerOutput
from visualmlp.gui.views.layer_chooser import layer_text, unit_labels, unit_names
from visualmlp.gui.views.part_chooser import part_name
from visualmlp.gui.views.unit_matrix import LayerStrip
from visualmlp.gui.widgets.bars import Bars
from visualmlp.gui.widgets.labels import count_text, number_text, share_text
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.probe import PartName, Probe
from visualmlp.training.setup import Setup

MOST_FEATURES = 12
"""Features of a sample that are written out."""

PICTURE_SIDE = 116
SIDE_WIDTH = 230
LINE_OF_OUTPUT, HEIGHT_OF_REST = 16, 70
"""Pixels for an output with its number (the last strip has them too), and for what is around."""
WIDTH_OF_LINES = 170
"""Below this width the lines about a sample have to be broken."""


@dataclass(frozen=True, slots=True, eq=False)
class SampleActivity:
    """What the page draws.

    Attributes
    ----------
    part, sample
        Where the sample is.
    raw
        As stored, (n_features,).
    layers
        z and a of every layer, (1, n_units) each.
    label, predicted, confidence
        True and predicted class (``NO_CLASS`` if outputs are NaN) with its output; None for
        regression.
    target
        What the outputs should be, (n_outputs,), for regression; else None.
    """

    part: PartName
    sample: int
    raw: Array
    layers: list[LayerOutput]
    label: int | None
    predicted: int | None
    confidence: float
    target: Array | None


def look_at_sample(probe: Probe, *, frame: Frame, part: PartName, sample: int) -> SampleActivity:
    """Send one sample through the network of a frame."""
    setup, whole = probe.setup, probe.part(part)
    sample = min(sample, len(whole) - 1)
    rows = slice(sample, sample + 1)
    x = setup.data.inputs(replace(whole, index=whole.index[rows]), np.dtype(setup.dtype))
    layers = probe.layers(frame, x)
    label = predicted = None
    confidence = np.nan
    if whole.labels is not None:
        label = int(whole.labels[sample])
    if setup.data.class_names:
        classes, shares = predictions(layers[-1].a)
        predicted, confidence = int(classes[0]), float(shares[0])
    return SampleActivity(
        part=part,
        sample=sample,
        raw=setup.data.raw_row(whole, sample),
        layers=layers,
        label=label,
        predicted=predicted,
        confidence=confidence,
        target=None if whole.values is None else whole.values[sample],
    )


class SamplePage(QWidget):
    """The sample at the left, a strip with z and a for every layer at the right.

    Signals
    -------
    unit_picked
        Layer and unit of a cell that was clicked.
    """

    unit_picked = pyqtSignal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self._setup: Setup | None = None
        self._strips: list[LayerStrip] = []
        self._names: list[list[str]] = []
        self._picture = Mosaic()
        self._picture.setAccessibleName(self.tr("Picked sample"))
        self._picture.setFixedHeight(PICTURE_SIDE)
        self._text = TextLine()
        self._text.setObjectName("sample")
        self._outputs = Bars()
        self._outputs.bar_picked.connect(self._pick_output)
        self._column = QVBoxLayout()
        self._arrange()

    def set_setup(self, setup: Setup) -> None:
        """Make the strips for a network."""
        self._setup = setup
        for strip in self._strips:
            strip.setParent(None)
            strip.deleteLater()
        self._strips = [self._strip(setup, layer) for layer in range(len(setup.layers))]
        self._names = [unit_names(setup, layer) for layer in range(len(setup.layers))]
        self._picture.setVisible(setup.data.dataset.image_shape is not None)
        self._make_room()
        self._outputs.set_title(self.tr("Output: {}").format(setup.layers[-1].activation))

    def show_activity(
        self, activity: SampleActivity, unit: tuple[int, int] | None, step: int
    ) -> None:
        """Draw a sample's activations and frame the picked unit."""
        setup = self._setup
        assert setup is not None
        self._text.set_text(self._describe(setup, activity, step))
        shape = setup.data.dataset.image_shape
        if shape:
            low, high = setup.data.dataset.value_range
            picture = activity.raw.reshape(1, *shape)
            self._picture.set_tiles(
                picture, low=low, high=high, lut="grey", names=[self.tr("sample")]
            )
        for layer, (strip, output) in enumerate(zip(self._strips, activity.layers, strict=True)):
            short = unit_labels(setup, layer)
            strip.set_layer(output.z[0], output.a[0], short, self._names[layer])
            strip.set_unit(unit[1] if unit and unit[0] == layer else None)
        self._draw_outputs(setup, activity)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """For the text, which is longer in a narrow place, and for the outputs in a high one."""
        if self._setup is None:
            return
        data, is_narrow = self._setup.data, self.width() // 3 < WIDTH_OF_LINES
        n_features = 0 if data.dataset.image_shape else data.n_inputs
        self._text.set_lines((7 if is_narrow else 4) + min(n_features, MOST_FEATURES + 1))
        room = self.height() - self._text.sizeHint().height() - HEIGHT_OF_REST
        room -= PICTURE_SIDE if data.dataset.image_shape else 0
        is_high = room >= LINE_OF_OUTPUT * len(data.class_names)
        self._outputs.setVisible(data.task != "regression" and is_high)

    def _draw_outputs(self, setup: Setup, activity: SampleActivity) -> None:
        names, values = setup.data.class_names, activity.layers[-1].a[0]
        if len(values) == len(names):
            predicted = activity.predicted if activity.predicted != NO_CLASS else None
            self._outputs.set_bars(names, values, true=activity.label, predicted=predicted)
        elif names:
            self._outputs.set_bars(names[1:], values)

    def _describe(self, setup: Setup, activity: SampleActivity, step: int) -> str:
        sample = self.tr("{part} sample {row}").format(
            part=part_name(activity.part).capitalize(), row=count_text(activity.sample)
        )
        state = self.tr("step {}").format(count_text(step))
        lines = [sample, state, *self._answer(setup, activity)]
        if setup.data.dataset.image_shape is None:
            pairs = list(zip(setup.data.dataset.feature_names, activity.raw.tolist(), strict=True))
            lines += [f"{name}: {number_text(value)}" for name, value in pairs[:MOST_FEATURES]]
            lines += ["…"] if len(pairs) > MOST_FEATURES else []
        return "\n".join(lines)

    def _answer(self, setup: Setup, activity: SampleActivity) -> list[str]:
        if activity.predicted is None:
            output = self.tr("output: {}").format(_numbers(activity.layers[-1].a[0].tolist()))
            if activity.target is None:
                return [output]
            return [self.tr("target: {}").format(_numbers(activity.target.tolist())), output]
        names = [*setup.data.class_names, "–"]  # the last for NO_CLASS
        predicted = self.tr("predicted: {name} ({share})").format(
            name=names[activity.predicted], share=share_text(activity.confidence)
        )
        if activity.label is None:
            return [predicted]
        mark = "✓" if activity.label == activity.predicted else "✗"
        true = self.tr("true class: {}").format(names[activity.label])
        return [true, f"{predicted} {mark}"]

    def _strip(self, setup: Setup, layer: int) -> LayerStrip:
        title = self.tr("Layer {}").format(layer_text(setup, layer))
        spec = setup.layers[layer]
        short = self.tr("Layer {layer} · {units} {activation}").format(
            layer=layer + 1, units=count_text(spec.units), activation=spec.activation
        )
        strip = LayerStrip(layer, title, short)
        strip.layer_unit_picked.connect(self.unit_picked)
        self._column.insertWidget(layer, strip)
        return strip

    def _pick_output(self, unit: int) -> None:
        self.unit_picked.emit(len(self._strips) - 1, unit)

    def _arrange(self) -> None:
        side = QVBoxLayout()
        side.addWidget(self._picture)
        side.addWidget(self._text)
        side.addWidget(self._outputs, 1)
        side.addStretch(0)
        left = QWidget()
        left.setLayout(side)
        left.setMaximumWidth(SIDE_WIDTH)
        side.setContentsMargins(0, 0, 0, 0)
        strips = QWidget()
        strips.setLayout(self._column)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setAccessibleName(self.tr("Layers of the picked sample"))
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(strips)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(left, 1)
        layout.addWidget(scroll, 2)


def _numbers(values: list[float]) -> str:
    return ", ".join(map(number_text, values))
