"""What the network computes everywhere, where its inputs are one or two numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import ClassVar

import numpy as np
from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from visualmlp.analysis.least_squares import Line
from visualmlp.analysis.regions import Limits, padded_limits
from visualmlp.engine import Array
from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.fitted_lines import is_line
from visualmlp.gui.views.function_texts import caption
from visualmlp.gui.views.layer_chooser import (
    is_class_layer,
    layer_text,
    unit_labels,
    unit_name,
    unit_names,
)
from visualmlp.gui.views.surface import (
    EVERY,
    MOST_CURVES,
    Samples,
    Surface,
    Unit,
    collect_samples,
    compute_surface,
)
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.flow import Flow
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.gui.widgets.sample_marks import CurvePlotWithSamples, RegionPlot, SampleMarks
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.probe import PartName, Probe
from visualmlp.training.setup import Setup

RESOLUTION, RESOLUTION_RUNNING = 240, 120
"""Cells along each axis; fewer while training runs, which it would slow down."""

CAPTION_LINES = 3

PROBABILITIES = ("softmax", "sigmoid")


@VIEWS.add
class FunctionView(View):
    """Decision regions, the surface of an output or of a unit, or the fitted curve."""

    name: ClassVar[str] = "function"
    order: ClassVar[int] = 50

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._samples: Samples | None = None
        self._limits: Limits = ()
        self._followed: tuple[PartName, int, bool] | None = None
        self._picked_unit: Unit | None = None
        self._curve_names: list[str] = []
        self._was_line = False
        self._what = self._what_chooser()
        self._unit = self._unit_box()
        self._least_squares = QCheckBox(self.tr("Least-squares line"))
        self._least_squares.setObjectName("least_squares")
        self._least_squares.setToolTip(
            self.tr("Draw the line with the least sum of squared errors over the training part")
        )
        self._least_squares.toggled.connect(self._choose_line)
        self._plane = RegionPlot()
        self._curve = CurvePlotWithSamples()
        self._every = Mosaic()
        self._every.tile_picked.connect(self._unit.setValue)
        self._plots = QStackedWidget()
        self._plots.addWidget(self._every)
        self._caption = TextLine(lines=CAPTION_LINES)
        self._caption.setObjectName("caption")
        for plot in (self._plane, self._curve):
            self._plots.addWidget(plot)
            plot.point_picked.connect(self._pick_point)
        self._arrange()
        session.status_changed.connect(self.refresh)  # the finer grid once training pauses

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("FunctionView", "Function")

    def needs(self, setup: Setup) -> str:
        if setup.data.n_inputs <= 2:
            return ""
        text = self.tr("The function view needs 1 or 2 input features; this experiment has {}.")
        return text.format(f"{setup.data.n_inputs:,}")

    def start(self, setup: Setup) -> None:
        self._samples = collect_samples(setup)
        self._limits = padded_limits(self._samples.raw)
        self._followed = None
        self._fill_chooser(setup)
        self._offer_line(setup)
        names = setup.data.dataset.feature_names
        if len(names) == 1:
            return
        self._plane.set_axes(*names)
        self._plane.set_classes(setup.data.class_names)
        self._plane.set_points(self._samples.raw, self._samples.labels)

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], Surface]:
        self._follow_unit(picks)
        assert self._samples is not None
        return partial(
            compute_surface,
            frame=frame,
            samples=self._samples,
            limits=self._limits,
            unit=self._chosen_unit(),
            resolution=RESOLUTION_RUNNING if self.session.is_running else RESOLUTION,
            least=self._shown_line(self._samples),
        )

    def draw(self, frame: Frame, result: Surface) -> None:
        samples, title = self._samples, self._plot_title(result.unit)
        assert samples is not None
        if result.unit is not None and result.unit[1] == EVERY and len(self._limits) == 2:
            self._draw_units(result, result.unit[0], title)
            self._caption.set_text(caption(frame.step, result, samples, has_points=False))
            return
        self._plots.setCurrentWidget(self._plot())
        if title != self._plot().accessibleName():  # a new title lays the plot out anew
            self._plot().set_title(title)
        has_points = True
        if len(self._limits) == 1:
            has_points = self._draw_curves(result, samples)
        else:
            self._draw_plane(result)
        self._plot().set_marks(samples.is_validation, result.wrong)
        self._caption.set_text(caption(frame.step, result, samples, has_points=has_points))
        self._follow_sample(samples, has_points)

    # Drawing

    def _draw_plane(self, result: Surface) -> None:
        (x_range, y_range), side = self._limits, round(len(result.at) ** 0.5)
        if result.classes is not None:
            shown = np.maximum(result.classes, 0)
            self._plane.set_class_field(shown, self._strength(result), x_range, y_range)
        else:
            low, high = (0.0, 1.0) if self._is_probability(result.unit) else (None, None)
            field = result.values.reshape(side, side)
            self._plane.set_scalar_field(field, x_range, y_range, low=low, high=high)

    def _draw_units(self, result: Surface, layer: int, title: str) -> None:
        """A small plane for each unit of a layer; a click shows it large."""
        side = round(len(result.at) ** 0.5)
        tiles = result.values.reshape(side, side, -1)[::-1].transpose(2, 0, 1)
        low, high = (0.0, 1.0) if self._is_probability(result.unit) else (None, None)
        names = unit_names(self._setup(), layer)
        captions = unit_labels(self._setup(), layer)
        self._every.set_title(title)
        self._every.set_tiles(tiles, low=low, high=high, names=names, captions=captions)
        picked = self.session.picks.unit
        current = picked[1] if picked is not None and picked[0] == layer else None
        if current != self._every.current:
            self._every.set_current(current)
        self._plots.setCurrentWidget(self._every)

    def _strength(self, result: Surface) -> Array:
        """The confidence, or full strength where outputs are no probabilities; NaN stays."""
        assert result.confidence is not None
        if self._setup().layers[-1].activation in PROBABILITIES:
            return result.confidence
        return np.where(np.isnan(result.confidence), np.nan, 1.0)

    def _is_probability(self, unit: Unit | None) -> bool:
        layers = self._setup().layers
        is_output = unit is None or unit[0] == len(layers) - 1
        return is_output and layers[-1].activation in PROBABILITIES

    def _draw_curves(self, result: Surface, samples: Samples) -> bool:
        """Return whether there are targets to draw as points: not for a hidden unit."""
        setup = self._setup()
        last = len(setup.layers) - 1
        layer, unit = result.unit or (last, None)
        if unit == EVERY:
            unit = None
        names = unit_names(setup, layer) if unit is None else [unit_name(setup, layer, unit)]
        if setup.data.n_outputs == 1 and layer == last:
            names = [self.tr("network")]
        names, columns = names[:MOST_CURVES], list(result.values.T)[:MOST_CURVES]
        if layer == last and (line := self._shown_line(samples)):
            names.append(self.tr("least squares"))
            columns.append(line.at(result.at[:, 0]))
        if names != self._curve_names:  # clearing takes the highlight away
            self._curve.clear()
            self._curve_names, self._followed = names, None
        x_name = setup.data.dataset.feature_names[0]
        self._curve.set_axes(x_name, self._value_name(layer == last))
        has_points = layer == last and (unit is not None or setup.data.n_outputs == 1)
        if has_points:
            self._curve.set_points(samples.raw[:, 0], samples.targets[:, unit or 0])
        self._curve.set_curves(result.at[:, 0], dict(zip(names, columns, strict=True)))
        return has_points

    def _offer_line(self, setup: Setup) -> None:
        """Where one input is to give one number; drawn at first for a network that is a line."""
        assert self._samples is not None
        fits, linear = self._samples.line is not None, is_line(setup)
        self._least_squares.setVisible(fits)
        if fits and linear != self._was_line:
            self._least_squares.setChecked(linear)
            self._was_line = linear

    def _shown_line(self, samples: Samples) -> Line | None:
        return samples.line if self._least_squares.isChecked() else None

    def _value_name(self, is_output: bool) -> str:
        return self.tr("output, target") if is_output else self.tr("activation")

    def _plot_title(self, unit: Unit | None) -> str:
        data, last = self._setup().data, len(self._setup().layers) - 1
        if unit is not None and unit[1] == EVERY:
            if is_class_layer(self._setup(), unit[0]):
                return self.tr("All outputs")
            return self.tr("All units of layer {}").format(unit[0] + 1)
        if unit is not None and (unit[0] < last or data.n_outputs > 1):
            name = unit_name(self._setup(), *unit)
            return name[0].upper() + name[1:]
        if data.task == "binary":
            return self.tr("Output: 0 is “{}”, 1 is “{}”").format(*data.class_names)
        if data.task == "regression" or len(self._limits) == 1:
            return self.tr("Network output")
        return self.tr("Predicted class (stronger: larger output)")

    def _follow_sample(self, samples: Samples, has_points: bool) -> None:
        """Only after a change, so that drawing does not move the keyboard's cursor."""
        picks = self.session.picks
        followed = picks.part, picks.sample, has_points
        if followed == self._followed:
            return
        self._followed = followed
        row = picks.sample if picks.part == "train" else samples.n_train + picks.sample
        end = samples.n_train if picks.part == "train" else len(samples.raw)
        is_drawn = has_points and row < end and picks.part in ("train", "validation")
        self._plot().set_current(row if is_drawn else None)

    def _all_plots(self) -> tuple[QWidget, ...]:
        return self._plane, self._curve, self._every

    def _plot(self) -> SampleMarks:
        return self._curve if len(self._limits) == 1 else self._plane

    def _setup(self) -> Setup:
        assert self.session.setup is not None
        return self.session.setup

    # What is shown

    def _fill_chooser(self, setup: Setup) -> None:
        """Classes or an output first; the choice stays if the network is the same."""
        texts = [self.tr("Layer {}").format(layer_text(setup, i)) for i in range(len(setup.layers))]
        entries: list[tuple[str, int | None]] = [(text, i) for i, text in enumerate(texts)]
        if setup.data.task == "classification":
            flat = setup.data.n_inputs == 1
            everything = self.tr("All outputs") if flat else self.tr("Predicted class")
            entries.insert(0, (everything, None))
        if entries == [
            (self._what.itemText(i), self._what.itemData(i)) for i in range(self._what.count())
        ]:
            return
        self._what.clear()
        for text, layer in entries:
            self._what.addItem(text, layer)
        self._what.setCurrentIndex(0 if entries[0][1] is None else len(entries) - 1)
        self._offer_units(0)

    def _offer_units(self, unit: int) -> None:
        """Give the box the range of the chosen layer, without a signal."""
        layer = self._what.currentData()
        last = 0 if layer is None else self._setup().layers[layer].units - 1
        self._unit.blockSignals(True)
        self._unit.setRange(EVERY if last else 0, last)
        self._unit.setSpecialValueText(self.tr("all units") if last else "")
        self._unit.setValue(unit)
        self._unit.blockSignals(False)
        self._unit.setEnabled(self._unit.maximum() > 0)

    def _chosen_unit(self) -> Unit | None:
        layer = self._what.currentData()
        return None if layer is None else (layer, self._unit.value())

    def _follow_unit(self, picks: Picks) -> None:
        """Show a unit that was picked just now, among all of its layer if those are shown."""
        if picks.unit == self._picked_unit:
            return
        self._picked_unit = picks.unit
        if picks.unit is not None:
            shows_all = self._unit.value() == EVERY
            self._what.setCurrentIndex(self._what.findData(picks.unit[0]))
            self._offer_units(EVERY if shows_all else picks.unit[1])

    # The user

    def _choose_what(self) -> None:
        self._offer_units(EVERY)
        self._choose_unit()

    def _choose_unit(self) -> None:
        unit = self._chosen_unit()
        if unit is not None and unit[1] != EVERY:
            self.session.pick_unit(*unit)
        self.refresh()

    def _choose_line(self, shown: bool) -> None:
        self._caption.set_lines(CAPTION_LINES + 2 * shown)
        self.refresh()

    def _pick_point(self, index: int) -> None:
        assert self._samples is not None
        n_train = self._samples.n_train
        if index < n_train:
            self.session.pick_sample(index, "train")
        else:
            self.session.pick_sample(index - n_train, "validation")

    # Layout

    def _what_chooser(self) -> QComboBox:
        chooser = QComboBox()
        chooser.setObjectName("what")
        chooser.setAccessibleName(self.tr("What is shown"))
        chooser.setToolTip(
            self.tr(
                "The predicted class, or a layer, all units or one of which are shown; the last "
                "layer is the output"
            )
        )
        chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        chooser.activated.connect(self._choose_what)
        return chooser

    def _unit_box(self) -> QSpinBox:
        box = QSpinBox()
        box.setObjectName("unit")
        box.setPrefix(self.tr("unit "))
        box.setAccessibleName(self.tr("Unit of the layer"))
        box.setToolTip(self.tr("Which unit of the layer is shown, from 0; below 0 all of them"))
        box.setWrapping(True)
        box.valueChanged.connect(self._choose_unit)
        return box

    def _arrange(self) -> None:
        controls = Flow()
        for control in (self._what, self._unit, self._least_squares):
            controls.addWidget(control)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(controls)
        layout.addWidget(self._plots, 1)
        layout.addWidget(self._caption)
        order = (self._what, self._unit, self._least_squares, *self._all_plots())
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)
