"""The network as a table: shapes, activations, parameters, and the weights' present range."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import ClassVar

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QCheckBox, QPushButton, QVBoxLayout, QWidget

from visualmlp.gui.picks import Picks
from visualmlp.gui.sampling import sampler_of
from visualmlp.gui.session import Session
from visualmlp.gui.views.layer_table import (
    LayerFigures,
    LayerRow,
    Notation,
    layer_rows,
    weight_figures,
)
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.flow import Flow
from visualmlp.gui.widgets.growing_line import GrowingLine
from visualmlp.gui.widgets.labels import count_text, counted, number_text
from visualmlp.gui.widgets.table import Table
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup

WORDS = (0, 1, 2, 4, 5, 9)
"""Columns that hold no numbers."""


def look_at_weights(probe: Probe, *, frame: Frame) -> list[LayerFigures]:
    """The range of every layer's weights in a frame."""
    return weight_figures(probe.parameters(frame))


@VIEWS.add
class LayersView(View):
    """A row a layer, the input first, the sum of the parameters last."""

    name: ClassVar[str] = "layers"
    order: ClassVar[int] = 15

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._by_columns = QCheckBox(self.tr("Samples as columns"))
        self._by_columns.setObjectName("by_columns")
        self._by_columns.setToolTip(
            self.tr("W as n_out × n_in and a column for each sample, as many courses write it")
        )
        self._by_columns.toggled.connect(self.refresh)
        self._table = Table()
        self._table.setAccessibleName(self.tr("Layers and their parameters"))
        self._copy = QPushButton(self.tr("Copy"))
        self._copy.setObjectName("copy")
        self._copy.setToolTip(self.tr("Copy the table as text, all digits of every number"))
        self._copy.clicked.connect(self._table.copy_table)
        self._header = GrowingLine(most=3)
        self._header.setObjectName("header")
        self._table.row_picked.connect(self._pick_layer)
        self._arrange()

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("LayersView", "Layers")

    def start(self, setup: Setup) -> None:
        self._table.set_current(None)

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], list[LayerFigures]]:
        return partial(look_at_weights, frame=frame)

    def draw(self, frame: Frame, result: list[LayerFigures]) -> None:
        setup = self._setup()
        notation = Notation(self._by_columns.isChecked())
        wanted = self.session.experiment.training.batch_size
        n_samples = sampler_of(setup.experiment, len(setup.data.train)).step_size(wanted)
        rows = layer_rows(setup.data.n_inputs, setup.layers, result, n_samples, notation)
        first = notation.inputs(notation.batch(n_samples, setup.data.n_inputs))
        values = self._values(first, rows)
        texts = [[_text(value) for value in row] for row in values]
        bold = (len(texts) - 1,)
        self._table.set_table(self._titles(n_samples), texts, left=WORDS, bold=bold, values=values)
        self._header.set_text(self._summary(frame, rows))

    def _titles(self, n_samples: int) -> list[str]:
        return [
            *(self.tr("layer"), self.tr("weights"), self.tr("biases"), self.tr("parameters")),
            self.tr("activation"),
            self.tr("output for a batch of {}").format(count_text(n_samples)),
            *(self.tr("min W"), self.tr("mean W"), self.tr("max W")),
            self.tr("start: weights / biases"),
        ]

    def _values(self, first: str, rows: list[LayerRow]) -> list[list[object]]:
        """The table with its numbers as numbers: input, layers, sum."""
        head: list[object] = [self.tr("input"), "", "", "", "", first, "", "", "", ""]
        table = [head]
        for number, row in enumerate(rows, 1):
            name = self.tr("{} (output)").format(number) if number == len(rows) else str(number)
            figures = row.figures
            table.append(
                [
                    *(name, row.weights, row.bias, row.n_parameters, row.activation, row.outputs),
                    *(figures.low, figures.mean, figures.high, row.initialiser),
                ]
            )
        total = sum(row.n_parameters for row in rows)
        table.append([self.tr("all layers"), "", "", total, "", "", "", "", "", ""])
        return table

    def _summary(self, frame: Frame, rows: list[LayerRow]) -> str:
        sizes = [count_text(self._setup().data.n_inputs)]
        sizes += [count_text(spec.units) for spec in self._setup().layers]
        n_weights, n_biases = (sum(row.n_weights for row in rows), sum(r.n_biases for r in rows))
        text = self.tr("{sizes}: {count}, {weights} and {biases}").format(
            sizes="-".join(sizes),
            count=counted(
                sum(row.n_parameters for row in rows),
                self.tr("1 parameter"),
                self.tr("{} parameters"),
            ),
            weights=counted(n_weights, self.tr("1 weight"), self.tr("{} weights")),
            biases=counted(n_biases, self.tr("1 bias"), self.tr("{} biases")),
        )
        shape = self.tr("a row is a sample: z = a W + b")
        if self._by_columns.isChecked():
            shape = self.tr("a column is a sample: Z = W A + b")
        step = self.tr("weights of step {}").format(count_text(frame.step))
        return f"{text} · {shape} · {step}"

    def _pick_layer(self, row: int) -> None:
        """Let the other views show the first unit of the layer."""
        if 0 < row <= len(self._setup().layers):
            self.session.pick_unit(row - 1, 0)

    def _setup(self) -> Setup:
        assert self.session.setup is not None
        return self.session.setup

    def _arrange(self) -> None:
        controls = Flow()
        for widget in (self._by_columns, self._copy):
            controls.addWidget(widget)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(controls)
        layout.addWidget(self._header)
        layout.addWidget(self._table, 1)
        for before, after in pairwise((self._by_columns, self._copy, self._table)):
            QWidget.setTabOrder(before, after)


def _text(value: object) -> str:
    if isinstance(value, float):
        return number_text(value, ".3g")
    return count_text(value) if isinstance(value, int) else str(value)
