"""One phase of a step: formula, shapes, arrays, and the sum of a picked element."""

from __future__ import annotations

from math import inf

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from visualmlp.engine import StepTrace
from visualmlp.gui.maths.array_row import ArrayRow, place_text
from visualmlp.gui.maths.digits import Digits
from visualmlp.gui.maths.equation import Equation, Indices
from visualmlp.gui.maths.names import Names
from visualmlp.gui.maths.notation import Notation
from visualmlp.gui.maths.phases import Phase
from visualmlp.gui.maths.picked import pick
from visualmlp.gui.maths.turning_splitter import TurningSplitter
from visualmlp.gui.maths.writer import write
from visualmlp.gui.widgets.formula import Formula
from visualmlp.gui.widgets.table import Table
from visualmlp.gui.widgets.text_line import TextLine

_SPACING = 4
_LEAST_HEIGHT = 100
"""Of arrays and table, in pixels; the view scrolls where there is less."""


class PhasePage(QWidget):
    """Draws a phase.

    Signals
    -------
    element_picked
        The indices (axis to number) of the element that was clicked.
    """

    element_picked = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self._formulas = (Formula(), Formula())
        self._shapes = TextLine(lines=2)
        self._shapes.setObjectName("shapes")
        self.arrays = ArrayRow()
        self.arrays.element_picked.connect(self.element_picked)
        self._picked = TextLine()
        self._picked.setObjectName("picked")
        self.table = Table()
        self.table.setObjectName("terms")
        self.table.setAccessibleName(self.tr("The sum that makes the picked element"))
        self._equation: Equation | None = None
        self._most_needed = 0
        self._halves = self._splitter()
        self._arrange()

    def show_phase(
        self, trace: StepTrace, phase: Phase, notation: Notation, names: Names, indices: Indices
    ) -> None:
        """Draw a phase, and what makes the element at some indices."""
        self._equation = equation = write(trace, phase, notation)
        for place, formula in enumerate(self._formulas):
            formula.setVisible(place < len(equation.formulas))
            if place < len(equation.formulas):
                formula.set_formula(equation.formulas[place])
        texts = (equation.shapes, equation.kind, equation.note)
        self._tell_shapes("  —  ".join(text for text in texts if text))
        self.arrays.setVisible(bool(equation.operands))
        self.arrays.set_equation(equation, names)
        self.show_element(trace, phase, names, indices)

    def _tell_shapes(self, text: str) -> None:
        """In one line if it has room."""
        room = self._shapes.fontMetrics().horizontalAdvance(text) <= self._shapes.width()
        self._shapes.set_lines(1 if room else 2)
        self._shapes.set_text(text)

    def show_element(self, trace: StepTrace, phase: Phase, names: Names, indices: Indices) -> None:
        """Draw what makes the element at some indices."""
        assert self._equation is not None
        self.arrays.set_indices(indices)
        picked = pick(trace, phase, indices, names)
        self.table.set_table(
            picked.headings, picked.rows, bold=picked.bold, left=(0,), values=picked.values
        )
        self._picked.set_text(self._element_text(trace, names, indices), bold=True)
        self._divide()

    def _divide(self) -> None:
        """Give the table the most that it has needed, so that nothing moves from step to step."""
        needed = self.table.whole_height() + self._picked.sizeHint().height() + _SPACING
        self._most_needed = max(self._most_needed, needed)
        self._halves.set_needs(inf, self._most_needed)

    def _element_text(self, trace: StepTrace, names: Names, indices: Indices) -> str:
        assert self._equation is not None
        if not self._equation.operands:
            return self.tr("The sum that makes it")
        result = self._equation.operands[0]
        row, column = result.at(indices)
        assert row is not None
        assert column is not None
        value = Digits(trace.x.dtype).text(result.values[row, column])
        return f"{place_text(result, names, row, column)} = {value}"

    # Layout

    def _arrange(self) -> None:
        head = QHBoxLayout()
        formulas = QVBoxLayout()
        formulas.setSpacing(2)
        for formula in self._formulas:
            formulas.addWidget(formula)
        head.addLayout(formulas, 1)
        head.addLayout(self._zoom_buttons())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(_SPACING)
        layout.addLayout(head)
        layout.addWidget(self._shapes)
        layout.addWidget(self._halves, 1)

    def _splitter(self) -> TurningSplitter:
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_SPACING)
        column.addWidget(self._picked)
        column.addWidget(self.table, 1)
        self.arrays.setMinimumHeight(_LEAST_HEIGHT)
        self.table.setMinimumHeight(_LEAST_HEIGHT)
        return TurningSplitter(self.arrays, below, least=0.36, beside=0.52)

    def _zoom_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2)
        arrays = self.arrays
        buttons = (
            ("zoom.in", "+", self.tr("Larger cells in all arrays (wheel, +)"), arrays.zoom_in),
            ("zoom.out", "−", self.tr("Smaller cells in all arrays (wheel, −)"), arrays.zoom_out),
            ("zoom.numbers", self.tr("Numbers"), self.tr("So large that numbers can be read"),
             arrays.show_numbers),
            ("zoom.fit", self.tr("Fit"), self.tr("Show the arrays as a whole (0)"), arrays.fit),
        )  # fmt: skip
        for name, text, tip, slot in buttons:
            button = QToolButton()
            button.setObjectName(name)
            button.setText(text)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.clicked.connect(slot)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row
