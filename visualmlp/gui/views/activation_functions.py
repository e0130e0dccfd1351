"""The activation function of a layer, and where the layer's units are on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import ClassVar

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from visualmlp.engine import ACTIVATIONS, Array
from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.activation_curves import PRINTED, LayerOnCurve, look_at_function
from visualmlp.gui.views.layer_chooser import LayerChooser, unit_labels, unit_name
from visualmlp.gui.views.part_chooser import part_name
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.activation_plot import ActivationPlot
from visualmlp.gui.widgets.bars import Bars
from visualmlp.gui.widgets.formula import Formula
from visualmlp.gui.widgets.labels import count_text, counted, number_text
from visualmlp.gui.widgets.table import Table
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup

WIDE, LOW = 560, 440
"""Pixels of width from which, and of height up to which two plots stand beside each other."""
PLOT_HEIGHT = 84


@VIEWS.add
class ActivationFunctionsView(View):
    """A curve and its slope; for softmax, where there is none, scores beside probabilities."""

    name: ClassVar[str] = "activation_functions"
    order: ClassVar[int] = 35

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._layer = LayerChooser()
        self._layer.layer_chosen.connect(self.refresh)
        self._formula = Formula()
        self._note = TextLine(lines=2)
        self._note.setObjectName("note")
        self._value, self._slope = ActivationPlot(), ActivationPlot()
        self._value.setObjectName("value")
        self._slope.setObjectName("slope")
        self._value.link_x(self._slope)
        self._printed = Table()
        self._printed.show_all_rows()
        self._printed.setAccessibleName(self.tr("Values at 10, 1, 0, −1 and −10"))
        self._scores, self._outputs = Bars(), Bars()
        self._scores.setObjectName("scores")
        self._outputs.setObjectName("outputs")
        self._scores.setAccessibleName(self.tr("Scores"))
        self._outputs.setAccessibleName(self.tr("Outputs"))
        for bars in (self._scores, self._outputs):
            bars.bar_picked.connect(self._pick_unit)
        self._kinds = QStackedWidget()
        self._pairs = [QBoxLayout(QBoxLayout.Direction.LeftToRight) for _ in range(2)]
        self._shown_layer = 0
        self._arrange()
        session.picks_changed.connect(self._layer.follow)

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("ActivationFunctionsView", "Activation functions")

    def start(self, setup: Setup) -> None:
        self._layer.set_setup(setup)

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], LayerOnCurve]:
        return partial(
            look_at_function,
            frame=frame,
            layer=self._layer.layer,
            part=picks.part,
            sample=picks.sample,
        )

    def draw(self, frame: Frame, result: LayerOnCurve) -> None:
        self._shown_layer = result.layer
        self._formula.set_formula(ACTIVATIONS[result.activation].formula)
        if result.curve is None:
            self._draw_bars(result)
        else:
            self._draw_curves(result)
        self._note.set_text(self._note_text(frame, result))

    # Drawing

    def _draw_curves(self, result: LayerOnCurve) -> None:
        assert result.curve is not None
        self._kinds.setCurrentIndex(0)
        curve = result.curve
        self._fill(self._value, result, curve.a, self.tr("activation a"), result.output.a)
        self._fill(self._slope, result, curve.slope, self.tr("slope da/dz"), result.slope)
        self._draw_printed(result)

    def _fill(
        self, plot: ActivationPlot, result: LayerOnCurve, y: Array, name: str, at_z: Array
    ) -> None:
        assert result.curve is not None
        plot.set_axes("z", name)
        plot.set_series(name, result.curve.z, y, role="smooth", style_index=0)
        z = result.output.z
        order = result.within[z[result.within].argsort()]
        plot.set_series(
            self.tr("units, picked sample"), z[order], at_z[order], role="marks", style_index=1
        )
        everywhere = self.tr("share of all z, {}").format(self._samples(result))
        plot.set_histogram(everywhere, result.edges, result.counts)
        unit = self._picked_unit(result)
        plot.mark_at(float(z[unit]) if unit in result.within else None)

    def _draw_printed(self, result: LayerOnCurve) -> None:
        printed = result.printed
        assert printed is not None
        values = [["a", *printed.a.tolist()], ["da/dz", *printed.slope.tolist()]]
        spec = ".6g" if self.width() >= WIDE else ".4g"
        rows = [[name, *(number_text(value, spec) for value in row)] for name, *row in values]
        titles = ["z", *(number_text(z) for z in PRINTED)]
        self._printed.set_table(titles, rows, values=values)

    def _draw_bars(self, result: LayerOnCurve) -> None:
        self._kinds.setCurrentIndex(1)
        names = unit_labels(self._setup(), result.layer)
        z, a = result.output
        self._scores.set_title(self.tr("Scores z"))
        self._scores.set_bars(names, z, signed=True)
        self._outputs.set_title(self.tr("Activations a"))
        self._outputs.set_caption(self.tr("sum {}").format(number_text(float(a.sum()), ".6g")))
        is_output = result.layer == len(self._setup().layers) - 1
        self._outputs.set_bars(names, a, predicted=int(a.argmax()) if is_output else None)

    def _samples(self, result: LayerOnCurve) -> str:
        return counted(result.n_samples, self.tr("1 sample"), self.tr("{} samples"))

    def _note_text(self, frame: Frame, result: LayerOnCurve) -> str:
        where = self.tr("{part} sample {row}, step {step}").format(
            part=part_name(result.part),
            row=count_text(result.sample),
            step=count_text(frame.step),
        )
        if result.curve is None:
            text = self.tr(
                "{where}: there is no curve of one variable: every activation depends on the "
                "scores of all {count} units of the layer."
            )
            where = f"{where[:1].upper()}{where[1:]}"
            return text.format(where=where, count=f"{len(result.output.z):,}")
        text = self.tr("Marks: units ({count}) for {where}. Grey columns: all units for {n}.")
        unit = self._picked_unit(result)
        parts = [] if unit is None else [self._unit_text(result, unit)]
        count, n = count_text(len(result.output.z)), self._samples(result)
        if result.n_samples < result.n_available:
            n = self.tr("{count} of {all}, evenly spaced").format(
                count=n, all=count_text(result.n_available)
            )
        parts.append(text.format(where=where, count=count, n=n))
        return " ".join([self._left_out(result), *parts]).strip()

    def _left_out(self, result: LayerOnCurve) -> str:
        """How much the plot does not show; nothing where it shows all."""
        n_marks = len(result.output.z) - len(result.within)
        if not n_marks and not result.n_left_out:
            return ""
        text = self.tr("Not shown (outside of the plot, NaN or infinite): {marks}, {z} of all z.")
        marks = counted(n_marks, self.tr("1 mark"), self.tr("{} marks"))
        return text.format(marks=marks, z=count_text(result.n_left_out))

    def _unit_text(self, result: LayerOnCurve, unit: int) -> str:
        text = self.tr("Line: {unit}, z = {z}, a = {a}, da/dz = {slope}.")
        values = (result.output.z[unit], result.output.a[unit], result.slope[unit])
        z, a, slope = (number_text(float(value)) for value in values)
        name = unit_name(self._setup(), result.layer, unit)
        return text.format(unit=name, z=z, a=a, slope=slope)

    def _picked_unit(self, result: LayerOnCurve) -> int | None:
        picked = self.session.picks.unit
        return picked[1] if picked is not None and picked[0] == result.layer else None

    def _pick_unit(self, unit: int) -> None:
        self.session.pick_unit(self._shown_layer, unit)

    def _setup(self) -> Setup:
        assert self.session.setup is not None
        return self.session.setup

    # Layout

    def _arrange(self) -> None:
        curves, bars = QWidget(), QWidget()
        plots, scores = self._pairs
        for layout, widgets in (
            (plots, (self._value, self._slope)),
            (scores, (self._scores, self._outputs)),
        ):
            layout.setContentsMargins(0, 0, 0, 0)
            for widget in widgets:
                widget.setMinimumHeight(PLOT_HEIGHT)
                layout.addWidget(widget, 1)
        column = QVBoxLayout(curves)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(plots, 1)
        column.addWidget(self._printed)
        bars.setLayout(scores)
        self._kinds.addWidget(curves)
        self._kinds.addWidget(bars)
        head = QHBoxLayout()
        head.addWidget(self._layer)
        head.addWidget(self._formula, 1)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(head)
        layout.addWidget(self._kinds, 1)
        layout.addWidget(self._note)
        chain = (self._layer, self._value, self._slope, self._printed, self._scores, self._outputs)
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._note.set_lines(2 if self.width() >= WIDE else 3)
        beside = self.width() >= WIDE or self.height() < LOW
        direction = QBoxLayout.Direction
        for pair in self._pairs:
            pair.setDirection(direction.LeftToRight if beside else direction.TopToBottom)
