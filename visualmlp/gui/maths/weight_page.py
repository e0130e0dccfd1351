"""One weight or bias: from its old value to the new one, line by line."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox, QLabel, QSpinBox, QVBoxLayout, QWidget

from visualmlp.engine import StepTrace
from visualmlp.gui.maths.digits import Digits, exact_text
from visualmlp.gui.maths.equation import units
from visualmlp.gui.maths.line_table import LineTable
from visualmlp.gui.maths.names import Names
from visualmlp.gui.maths.picked import gradient_of
from visualmlp.gui.maths.turning_splitter import TurningSplitter
from visualmlp.gui.maths.weight_lines import weight_lines
from visualmlp.gui.picks import Weight
from visualmlp.gui.widgets.flow import Flow
from visualmlp.gui.widgets.table import Table
from visualmlp.gui.widgets.text_line import TextLine

_SPACING = 4
LEAST_HEIGHT = 84
"""Of both tables, in pixels; the view scrolls where there is less."""

BIAS = -1
"""In the box of inputs: the bias."""


class WeightPage(QWidget):
    """Choosers for a weight, the lines of its update, the sum that is its gradient.

    Signals
    -------
    weight_chosen
        The Weight that was chosen in the boxes.
    """

    weight_chosen = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self._layer = QComboBox()
        self._from, self._to = QSpinBox(), QSpinBox()
        self._where = TextLine()
        self._where.setObjectName("weight")
        self.lines = LineTable()
        self.lines.setObjectName("lines")
        self._sum = TextLine()
        self.table = Table()
        self.table.setObjectName("gradient")
        self.table.setAccessibleName(self.tr("The gradient as a sum over the samples"))
        self._halves = self._splitter()
        self._arrange()

    def show_weight(self, trace: StepTrace, weight: Weight, names: Names) -> None:
        """Draw the update of a weight."""
        self._follow(trace, weight)
        digits = Digits(trace.x.dtype)
        old, new = weight.of(trace.before), weight.of(trace.after)
        self._where.set_text(
            self.tr("{where}: {old} → {new}").format(
                where=self._name(weight, names), old=exact_text(old), new=exact_text(new)
            ),
            bold=True,
        )
        self.lines.set_lines(weight_lines(trace, weight), digits)
        picked = gradient_of(trace, weight, names)
        self._sum.set_text(self.tr("Gradient of the loss: a sum over the samples of the batch"))
        self.table.set_table(picked.headings, picked.rows, bold=picked.bold, values=picked.values)
        sum_ = self.table.whole_height() + self._sum.sizeHint().height() + _SPACING
        self._halves.set_needs(self.lines.whole_height(), sum_)

    def heightForWidth(self, width: int) -> int:
        """The least height, or the pages would be as high as their tables would like to be."""
        layout = self.layout()
        assert layout is not None
        return layout.minimumHeightForWidth(width)

    def _name(self, weight: Weight, names: Names) -> str:
        unit = names.of(units(weight.layer + 1), weight.unit)
        if weight.row is None:
            return self.tr("Bias of {}").format(unit)
        source = names.of(units(weight.layer), weight.row)
        return self.tr("Weight from {source} to {unit}").format(source=source, unit=unit)

    def _follow(self, trace: StepTrace, weight: Weight) -> None:
        """Let the boxes offer what there is, and show the weight."""
        for box in (self._layer, self._from, self._to):
            box.blockSignals(True)
        names = [f"{i + 1} · {_sizes(trace, i)}" for i in range(len(trace.layers))]
        if [self._layer.itemText(i) for i in range(self._layer.count())] != names:
            self._layer.clear()
            self._layer.addItems(names)
        layer = trace.layers[weight.layer]
        self._layer.setCurrentIndex(weight.layer)
        self._from.setRange(0 if layer.bias is None else BIAS, len(layer.weights) - 1)
        special = self.tr("bias") if layer.bias is not None else ""
        self._from.setSpecialValueText(special)
        self._from.setValue(BIAS if weight.row is None else weight.row)
        self._to.setRange(0, layer.weights.shape[1] - 1)
        self._to.setValue(weight.unit)
        for box in (self._layer, self._from, self._to):
            box.blockSignals(False)

    def _choose(self) -> None:
        row = self._from.value()
        chosen = None if row == BIAS else row
        self.weight_chosen.emit(Weight(self._layer.currentIndex(), chosen, self._to.value()))

    # Layout

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(_SPACING)
        layout.addLayout(self._choosers())
        layout.addWidget(self._where)
        layout.addWidget(self._halves, 1)

    def _splitter(self) -> TurningSplitter:
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_SPACING)
        column.addWidget(self._sum)
        column.addWidget(self.table, 1)
        self.lines.setMinimumHeight(LEAST_HEIGHT)
        self.table.setMinimumHeight(LEAST_HEIGHT)
        return TurningSplitter(self.lines, below, least=0.54, beside=0.68)

    def _choosers(self) -> Flow:
        flow = Flow()
        self._layer.setObjectName("weight.layer")
        self._layer.setAccessibleName(self.tr("Layer of the weight"))
        self._layer.setToolTip(self.tr("Layer: number · inputs → units"))
        self._layer.activated.connect(self._choose)
        boxes = (
            (self._from, "weight.from", self.tr("From which input, or the bias")),
            (self._to, "weight.to", self.tr("To which unit")),
        )
        for box, name, tip in boxes:
            box.setObjectName(name)
            box.setAccessibleName(tip)
            box.setToolTip(tip)
            box.setKeyboardTracking(False)
            box.setMinimumWidth(80)
            box.valueChanged.connect(self._choose)
        texts = (self.tr("Layer"), self.tr("from"), self.tr("to"))
        for text, widget in zip(texts, (self._layer, self._from, self._to), strict=True):
            flow.addWidget(QLabel(text))
            flow.addWidget(widget)
        return flow


def _sizes(trace: StepTrace, layer: int) -> str:
    n_in, n_out = trace.layers[layer].weights.shape
    return f"{n_in} → {n_out}"
