"""The computational graph of the step at the cursor."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import ClassVar

from PyQt6.QtCore import QCoreApplication, QSize, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QSpinBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from visualmlp.analysis.chain_rule import Product, chain_numbers, chain_rule, steepest
from visualmlp.analysis.loss_slice import Place
from visualmlp.analysis.step_graph import (
    Names,
    Node,
    Notation,
    edges_of,
    gradient_of,
    nodes_of,
    value_of,
)
from visualmlp.engine import Array, StepTrace
from visualmlp.gui import window_state
from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.graph_texts import (
    drawn_edge,
    drawn_node,
    figures,
    headings,
    meaning,
    sum_text,
)
from visualmlp.gui.views.unit_matrix import short_format
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.braced import Braced, BracedProduct
from visualmlp.gui.widgets.colour_maps import symmetric_limit
from visualmlp.gui.widgets.flow import Flow
from visualmlp.gui.widgets.graph import Graph
from visualmlp.gui.widgets.latex_text import readable
from visualmlp.gui.widgets.matrix import Matrix
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.replay import NextStep
from visualmlp.training.setup import Setup
from visualmlp.training.state import TrainState

PARAMETERS = ("weights", "bias")
LEAST_GRAPH, LEAST_MATRIX = 154, 120
"""Heights in pixels below which the view scrolls."""

WHOLE_BATCH = -1
"""In the field for the sample: all of them."""


@VIEWS.add
class GraphView(View):
    """Nodes and arrows above; below them a node's numbers, and the chain rule of a parameter."""

    name: ClassVar[str] = "graph"
    order: ClassVar[int] = 62

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._state: TrainState | None = None
        self._step: NextStep | None = None
        self._nodes: dict[str, Node] = {}
        self._place: Place | None = None
        self._unit_seen: tuple[int, int] | None = None
        self._graph = Graph()
        self._graph.node_picked.connect(self._show_node)
        self._backward = QCheckBox(self.tr("Backward"))
        self._columns = QCheckBox(self.tr("Samples as columns"))
        self._sample = QSpinBox()
        self._what = QComboBox()
        self._set_up_controls()
        self._text = TextLine(lines=2)
        self._text.setObjectName("text")
        self._rule, self._numbers = BracedProduct(), BracedProduct()
        self._rule.setObjectName("rule")
        self._numbers.setObjectName("numbers")
        self._sum = TextLine()
        self._sum.setObjectName("sum")
        self._matrix = Matrix()
        self._matrix.cell_picked.connect(self._pick_cell)
        self._arrange()

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("GraphView", "Graph")

    def start(self, setup: Setup) -> None:
        self._state = self._step = self._place = None
        self._unit_seen = None

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], NextStep | None]:
        """Make the next step beside the run; while training runs the last one stays."""
        if frame.state is None or frame.state is self._state:
            known = self._step
            return lambda probe: known
        return partial(_next_step, frame=frame)

    def draw(self, frame: Frame, result: NextStep | None) -> None:
        if result is None:
            self._graph.set_empty(self.tr("Pause to see the next step taken apart."))
            return
        if result is not self._step:
            self._state, self._step = frame.state, result
        self._columns.setChecked(self.notation == "columns")
        names = Names(self.notation)
        nodes = list(nodes_of(result.trace, names))
        self._nodes = {node.key: node for node in nodes}
        edges = [drawn_edge(edge) for edge in edges_of(result.trace, names)]
        self._graph.set_graph([drawn_node(node, result.trace) for node in nodes], edges)
        self._graph.set_backward(self._backward.isChecked())
        self._sample.setMaximum(result.trace.n_samples - 1)
        self._follow(self.session.picks)
        if self._graph.current is None:
            self._graph.set_current("W1")
        self._draw_details(result, names)

    @property
    def notation(self) -> Notation:
        """Whether samples are rows or columns; the same for all views that write formulas."""
        return window_state.notation()

    # Details

    def _draw_details(self, result: NextStep, names: Names) -> None:
        node = self._nodes.get(self._graph.current or "") or self._nodes["L"]
        trace, sample = result.trace, self._sample.value()
        self._draw_rule(trace, names, node)
        array = (gradient_of if self._what.currentData() else value_of)(trace, node)
        if array is not None and sample != WHOLE_BATCH and node.kind not in PARAMETERS:
            array = array[sample : sample + 1]
        self._tell(self._node_text(result, node, array))
        if array is None:
            self._matrix.set_empty(self.tr("There are no numbers of this kind here."))
            return
        self._draw_matrix(node, array, sample)

    def _tell(self, text: str) -> None:
        """In one line if it has room."""
        fits = self._text.fontMetrics().horizontalAdvance(text) <= self._text.width()
        self._text.set_lines(1 if fits else 2)
        self._text.set_text(text)

    def _draw_matrix(self, node: Node, array: Array, sample: int) -> None:
        assert self.session.setup is not None
        heads = headings(self.session.setup, node, None if sample == WHOLE_BATCH else sample)
        titles, names = [head.title for head in heads], [head.names for head in heads]
        if self.notation == "columns":
            titles, names, array = titles[::-1], names[::-1], array.T
        limit = symmetric_limit(array)
        self._matrix.set_matrix(
            array,
            low=-limit,
            high=limit,
            row_title=titles[0],
            column_title=titles[1],
            row_names=names[0],
            column_names=names[1],
            number_format=short_format(limit) if limit >= 0.1 else ".1e",
        )
        self._matrix.setAccessibleName(readable(node.name))
        self._mark_place(node)

    def _mark_place(self, node: Node) -> None:
        place = self._place
        if place is None or node.kind not in PARAMETERS or place.layer != node.layer:
            self._matrix.set_current(None, None)
            return
        if (place.source is None) == (node.kind == "bias"):
            cell = (place.source or 0, place.unit)
            self._matrix.set_current(*(cell[::-1] if self.notation == "columns" else cell))

    def _node_text(self, result: NextStep, node: Node, array: Array | None) -> str:
        name = readable(node.name)
        if self._what.currentData():
            name = self.tr("gradient ∂L/∂{}").format(name)
        parts = [f"{name}: {meaning(node, result.trace)}"]
        if array is not None and array.size:
            parts.append(figures(array))
        elif node.kind == "a" and self._what.currentData():
            parts.append(self.tr("not computed: loss and activation are taken as one function"))
        elif node.kind == "dropped":
            parts.append(self.tr("not kept: the engine multiplies it by the mask at once"))
        sample = self._sample.value()
        if sample != WHOLE_BATCH:
            text = self.tr("sample {sample} of the batch is training sample {row}")
            row = f"{int(result.rows[sample]):,}"
            parts.append(text.format(sample=f"{sample:,}", row=row))
        return " · ".join(parts)

    def _draw_rule(self, trace: StepTrace, names: Names, node: Node) -> None:
        """The chain rule of the picked weight or bias, while its array is shown."""
        shown = node.kind in PARAMETERS
        for widget in (self._rule, self._numbers, self._sum):
            widget.setVisible(shown)
        if not shown:
            self._graph.set_path(())
            return
        of_bias = node.kind == "bias"
        place = self._place
        if place is None or place.layer != node.layer or (place.source is None) != of_bias:
            place = self._place = steepest(trace, node.layer, of_bias=of_bias)
        sample = max(self._sample.value(), 0)
        _show(self._rule, chain_rule(trace, names, node.layer, of_bias=of_bias))
        _show(self._numbers, chain_numbers(trace, place, sample))
        self._sum.set_text(sum_text(trace, place, sample))
        self._graph.set_path((*_path(node, len(trace.layers)), "R"))

    # The user

    def _show_node(self, key: str) -> None:
        self.refresh()

    def _pick_cell(self, row: int, column: int) -> None:
        node = self._nodes.get(self._graph.current or "")
        if node is None or node.kind in ("input", "target", "loss"):
            return
        if self.notation == "columns":
            row, column = column, row
        if node.kind in PARAMETERS:
            self._place = Place(node.layer, column, row if node.kind == "weights" else None)
        elif self._sample.value() == WHOLE_BATCH:
            self._sample.setValue(row)
        self._unit_seen = (node.layer, column)
        self.session.pick_unit(node.layer, column)
        self.refresh()

    def _follow(self, picks: Picks) -> None:
        """Take a unit that was picked elsewhere: the first of its weights."""
        if picks.unit is None or picks.unit == self._unit_seen:
            return
        self._unit_seen = picks.unit
        self._place = None if self._step is None else steepest(self._step.trace, *picks.unit)
        self._graph.set_current(f"W{picks.unit[0] + 1}")

    def _choose_notation(self, columns: bool) -> None:
        window_state.save_notation("columns" if columns else "rows")
        self.session.mark_stale()

    # Layout

    def _set_up_controls(self) -> None:
        self._backward.setObjectName("backward")
        self._backward.setToolTip(self.tr("Show the way back, with the local derivatives"))
        self._backward.setChecked(True)
        self._backward.toggled.connect(self.refresh)
        self._columns.setObjectName("columns")
        self._columns.setToolTip(
            self.tr("The courses' notation: samples are columns, W is n_out × n_in")
        )
        self._columns.setChecked(self.notation == "columns")
        self._columns.clicked.connect(self._choose_notation)
        self._sample.setObjectName("sample")
        self._sample.setRange(WHOLE_BATCH, 0)
        self._sample.setValue(WHOLE_BATCH)
        self._sample.setSpecialValueText(self.tr("whole batch"))
        self._sample.setPrefix(self.tr("sample "))
        self._sample.setAccessibleName(self.tr("Sample of the batch"))
        self._sample.setToolTip(self.tr("Which sample of the batch is shown, or all of them"))
        self._sample.valueChanged.connect(self.refresh)
        self._what.setObjectName("what")
        self._what.setAccessibleName(self.tr("Numbers shown"))
        self._what.setToolTip(self.tr("The array itself, or the gradient of the loss there"))
        self._what.addItem(self.tr("Value"), False)
        self._what.addItem(self.tr("Gradient"), True)
        self._what.activated.connect(self.refresh)

    def _arrange(self) -> None:
        chain = (self._backward, self._columns, self._sample, self._what)
        controls = Flow()
        for control in chain:
            controls.addWidget(control)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        self._graph.setMinimumHeight(LEAST_GRAPH)
        self._matrix.setMinimumHeight(LEAST_MATRIX)
        for place, half in enumerate((self._graph, self._details())):
            halves.addWidget(half)
            halves.setStretchFactor(place, place + 1)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(controls)
        layout.addWidget(halves, 1)
        for before, after in pairwise((*chain, self._graph, self._matrix)):
            QWidget.setTabOrder(before, after)

    def _details(self) -> QWidget:
        """The chain rule with names and with numbers, beside each other where there is room."""
        products = Flow()
        for product in (self._rule, self._numbers):
            products.addWidget(product)
        details = _Details()
        column = QVBoxLayout(details)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(products)
        for widget in (self._sum, self._text):
            column.addWidget(widget)
        column.addWidget(self._matrix, 1)
        return details


class _Details(QWidget):
    """As high as its rows need in its width, for which a splitter does not ask."""

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        assert layout is not None
        return QSize(layout.minimumSize().width(), layout.minimumHeightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None and event.size().width() != event.oldSize().width():
            self.updateGeometry()


def _show(widget: BracedProduct, product: Product) -> None:
    factors = [Braced(each.over, each.under, each.is_known) for each in product.factors]
    widget.set_product(product.left, factors, product.right)


def _path(node: Node, n_layers: int) -> list[str]:
    """The nodes from the loss back to a layer's weights or biases."""
    above = [f"{letter}{i + 1}" for i in range(node.layer, n_layers) for letter in "zad"]
    return ["L", *above, node.key]


def _next_step(probe: Probe, *, frame: Frame) -> NextStep | None:
    return probe.next_step(frame)
