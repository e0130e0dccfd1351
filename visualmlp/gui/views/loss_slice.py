"""The loss while one weight changes and everything else stays."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSpinBox, QVBoxLayout, QWidget

from visualmlp.analysis.loss_slice import LossSlice
from visualmlp.engine import Array
from visualmlp.gui.picks import Picks, Weight
from visualmlp.gui.session import Session
from visualmlp.gui.views.layer_chooser import LayerChooser, layer_shape, unit_name
from visualmlp.gui.views.sample_set import SampleSetChooser
from visualmlp.gui.views.slice_of_loss import SliceOfRun, slice_loss
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.curves import CurvePlot
from visualmlp.gui.widgets.flow import Flow
from visualmlp.gui.widgets.labels import number_text
from visualmlp.gui.widgets.legend import Legend
from visualmlp.gui.widgets.legend_key import Role
from visualmlp.gui.widgets.log_spin_box import LogSpinBox
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup

BIAS = -1
"""In the field for the input: the bias instead of a weight."""

WIDTH_OF_A_LINE = 520
LEAST_PLOT = 128
"""Pixels; the view scrolls where there is less."""

HALF_WIDTH = 2.0
TANGENT_SHARE = 0.5
"""The tangent reaches as far as this share of the curve's half width and of its height."""


@VIEWS.add
class LossSliceView(View):
    """A curve, its tangent at the present value, and where plain gradient descent would go."""

    name: ClassVar[str] = "loss_slice"
    order: ClassVar[int] = 64

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._steepest = True
        self._unit_seen: tuple[int, int] | None = None
        self._weight_seen: Weight | None = None
        self._layer = LayerChooser()
        self._layer.layer_chosen.connect(self._choose_layer)
        self._source = self._box("source", self.tr("from "), self.tr("Input of the layer"))
        self._source.setToolTip(self.tr("Which input of the layer the weight is for; or the bias"))
        self._source.valueChanged.connect(self._choose_source)
        self._unit = self._box("unit", self.tr("to unit "), self.tr("Unit of the layer"))
        self._unit.setToolTip(self.tr("Which unit of the layer the weight belongs to, from 0"))
        self._unit.valueChanged.connect(self._choose_unit)
        self._steepest_button = QPushButton(self.tr("Steepest"))
        self._steepest_button.setObjectName("steepest")
        self._steepest_button.setToolTip(
            self.tr("Choose the weight of this unit with the largest gradient")
        )
        self._steepest_button.clicked.connect(self._find_steepest)
        self._half_width = self._half_width_box()
        self._samples = SampleSetChooser()
        self._samples.samples_chosen.connect(self.refresh)
        self._plot, self._legend = CurvePlot(), Legend()
        self._plot.following_changed.connect(lambda on: self._legend.set_zoomed(not on))
        self._legend.zoom_reset.connect(self._plot.reset_zoom)
        self._legend.toggled.connect(self._toggle)
        self._plot.setMinimumHeight(LEAST_PLOT)
        self._text = TextLine(lines=3)
        self._text.setObjectName("figures")
        self._arrange()

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("LossSliceView", "Loss over one weight")

    def start(self, setup: Setup) -> None:
        self._layer.set_setup(setup)
        self._choose_layer()

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], SliceOfRun]:
        self._follow(picks)
        source = self._source.value()
        return partial(
            slice_loss,
            frame=frame,
            layer=self._layer.layer,
            unit=self._unit.value(),
            source=None if source == BIAS else source,
            steepest=self._steepest,
            half_width=self._half_width.value(),
            wanted=self._samples.wanted,
        )

    def draw(self, frame: Frame, result: SliceOfRun) -> None:
        place, sliced = result.sliced.place, result.sliced
        if place.layer == self._layer.layer and place.source is not None:
            self._set_quietly(self._source, place.source)
            self._steepest = False
        self._text.set_lines(3 if self._text.width() >= WIDTH_OF_A_LINE else 5)
        self._text.set_text(self._figures(result))
        if not np.isfinite(sliced.present):
            self._plot.set_empty(self.tr("The weight is NaN or infinite."))
            return
        self._plot.set_axes(self._symbol(result), self.tr("mean loss"))
        self._plot.set_title(self._parameter_name(result))
        after = sliced.present + result.step
        is_near = sliced.values[0] <= after <= sliced.values[-1]
        self._set_series(self.tr("loss"), sliced.values, sliced.losses, "smooth", 0)
        self._set_series(self.tr("tangent"), *_tangent(sliced), "raw", 1)
        there = ([after], [result.loss_after]) if is_near else ([], [])
        self._set_series(self.tr("after a plain step"), *there, "marks", 3)
        self._set_series(self.tr("now"), [sliced.present], [sliced.loss], "marks", 2)
        self._legend.set_keys(self._plot.keys())

    def _set_series(
        self, name: str, x: npt.ArrayLike, y: npt.ArrayLike, role: Role, style: int
    ) -> None:
        self._plot.set_series(name, x, y, role=role, style_index=style)

    # Texts

    def _parameter_name(self, result: SliceOfRun) -> str:
        setup, place = self._setup(), result.sliced.place
        unit = unit_name(setup, place.layer, place.unit)
        if place.source is None:
            return self.tr("Bias of {}").format(unit)
        if place.layer:
            source = unit_name(setup, place.layer - 1, place.source)
        else:
            source = self.tr("input {}").format(setup.data.dataset.feature_names[place.source])
        return self.tr("Weight from {source} to {unit}").format(source=source, unit=unit)

    def _figures(self, result: SliceOfRun) -> str:
        sliced = result.sliced
        lines = [
            self.tr("{symbol} = {w} · loss {loss}, mean over {samples}").format(
                symbol=self._symbol(result),
                w=number_text(sliced.present, ".6g"),
                loss=number_text(sliced.loss, ".6g"),
                samples=result.samples.text,
            ),
            self._slopes(result),
            self.tr("plain step: {symbol} − η · gradient = {after}, loss there {loss}").format(
                symbol=self._symbol(result),
                after=number_text(sliced.present + result.step, ".6g"),
                loss=number_text(result.loss_after, ".6g"),
            ),
        ]
        return "\n".join(lines)

    @staticmethod
    def _symbol(result: SliceOfRun) -> str:
        return "w" if result.sliced.place.source is not None else "b"

    def _slopes(self, result: SliceOfRun) -> str:
        sliced = result.sliced
        text = self.tr("slope {slope} (backpropagation), {numeric} (central difference)")
        slope, numeric = (
            number_text(value, ".6g") for value in (sliced.slope, sliced.numeric_slope)
        )
        line = text.format(slope=slope, numeric=numeric)
        if result.is_exact:
            return line
        return line + self.tr(" · surrogate gradient: the tangent is not the derivative")

    # The user

    def _choose_layer(self) -> None:
        """Offer the layer's inputs and units."""
        setup, layer = self._setup(), self._layer.layer
        n_in, n_out = layer_shape(setup, layer)
        has_bias = setup.layers[layer].bias
        for box, low, high in (
            (self._source, BIAS if has_bias else 0, n_in - 1),
            (self._unit, 0, n_out - 1),
        ):
            box.blockSignals(True)
            box.setRange(low, high)
            box.blockSignals(False)
        self._source.setSpecialValueText(self.tr("bias") if has_bias else "")
        self._find_steepest()

    def _choose_source(self) -> None:
        self._steepest = False
        source = self._source.value()
        row = None if source == BIAS else source
        self._weight_seen = Weight(self._layer.layer, row, self._unit.value())
        self._unit_seen = self._weight_seen.layer, self._weight_seen.unit
        self.session.pick_weight(*self._weight_seen)
        self.refresh()

    def _choose_unit(self, unit: int) -> None:
        self._unit_seen = self._layer.layer, unit
        self.session.pick_unit(self._layer.layer, unit)
        self._find_steepest()

    def _find_steepest(self) -> None:
        self._steepest = True
        self.refresh()

    def _follow(self, picks: Picks) -> None:
        """Show a weight, or a unit, that was picked just now."""
        if picks.weight != self._weight_seen:
            self._weight_seen = picks.weight
            if picks.weight is not None:
                self._show_weight(picks, picks.weight)
                return
        if picks.unit is None or picks.unit == self._unit_seen:
            return
        self._unit_seen = picks.unit
        self._layer.follow(picks)
        self._choose_layer()
        self._set_quietly(self._unit, picks.unit[1])

    def _show_weight(self, picks: Picks, weight: Weight) -> None:
        self._unit_seen = picks.unit
        self._layer.follow(picks)
        self._layer.setCurrentIndex(weight.layer)
        self._choose_layer()
        self._set_quietly(self._unit, weight.unit)
        self._set_quietly(self._source, BIAS if weight.row is None else weight.row)
        self._steepest = False

    def _toggle(self, name: str, on: bool) -> None:
        self._plot.set_series_visible(name, on)
        self._legend.set_keys(self._plot.keys())

    @staticmethod
    def _set_quietly(box: QSpinBox, value: int) -> None:
        box.blockSignals(True)
        box.setValue(value)
        box.blockSignals(False)

    def _setup(self) -> Setup:
        assert self.session.setup is not None
        return self.session.setup

    # Layout

    def _box(self, name: str, prefix: str, accessible: str) -> QSpinBox:
        box = QSpinBox()
        box.setObjectName(name)
        box.setPrefix(prefix)
        box.setAccessibleName(accessible)
        box.setKeyboardTracking(False)
        box.setWrapping(True)
        return box

    def _half_width_box(self) -> LogSpinBox:
        box = LogSpinBox()
        box.setObjectName("half_width")
        box.setAccessibleName(self.tr("How far to both sides"))
        box.set_range(1e-6, 1e6)
        box.set_value(HALF_WIDTH)
        box.setToolTip(self.tr("How far the weight changes to both sides of its present value"))
        box.value_changed.connect(self.refresh)
        return box

    def _arrange(self) -> None:
        controls = Flow()
        chain = (
            *(self._layer, self._source, self._unit, self._steepest_button),
            *(self._half_width, self._samples),
        )
        width = QWidget()
        beside = QHBoxLayout(width)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(QLabel("±"))
        beside.addWidget(self._half_width)
        for widget in (*chain[:4], width, self._samples):
            controls.addWidget(widget)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(controls)
        layout.addWidget(self._plot, 1)
        layout.addWidget(self._legend)
        layout.addWidget(self._text)
        for before, after in pairwise((*chain, self._plot)):
            QWidget.setTabOrder(before, after)


def _tangent(sliced: LossSlice) -> tuple[Array, Array]:
    """A piece of the tangent, so short that it does not stretch the plot."""
    finite = sliced.losses[np.isfinite(sliced.losses)]
    height = float(np.ptp(finite)) if finite.size else 0.0
    reach = TANGENT_SHARE * (sliced.values[-1] - sliced.present)
    if abs(sliced.slope) * reach > TANGENT_SHARE * height > 0:
        reach = TANGENT_SHARE * height / abs(sliced.slope)
    x = sliced.present + np.array([-reach, 0.0, reach])
    return x, sliced.loss + sliced.slope * (x - sliced.present)
