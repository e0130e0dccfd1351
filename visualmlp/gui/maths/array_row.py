"""The arrays of an equation beside each other, with the signs between them."""

from __future__ import annotations

from functools import partial
from math import log2

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QWidget

from visualmlp.gui.maths.array_map import ZOOM, ArrayMap
from visualmlp.gui.maths.equation import Equation, Indices, Operand
from visualmlp.gui.maths.names import Names


class ArrayRow(QWidget):
    """Heat maps of an equation, the result first.

    Signals
    -------
    element_picked
        The indices (axis to number) of the cell that was clicked.
    """

    element_picked = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self._maps: list[ArrayMap] = []
        self._signs: list[QLabel] = []
        self._operands: tuple[Operand, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)

    def set_equation(self, equation: Equation, names: Names) -> None:
        """Show the arrays of an equation."""
        self._operands = equation.operands
        while len(self._maps) < len(self._operands):
            self._add_map(len(self._maps))
        for place, (map_, sign) in enumerate(zip(self._maps, self._signs, strict=True)):
            used = place < len(self._operands)
            map_.setVisible(used)
            sign.setVisible(used and bool(self._operands[place].sign))
            if used:
                operand = self._operands[place]
                sign.setText(operand.sign)
                map_.set_array(
                    operand.values,
                    f"{operand.symbol.plain} {operand.shape}",
                    partial(place_text, operand, names),
                )
                self._row.setStretch(2 * place + 1, _share(operand))
            else:
                self._row.setStretch(2 * place + 1, 0)

    def set_indices(self, indices: Indices) -> None:
        """Frame in every array what these indices name."""
        for map_, operand in zip(self._maps, self._operands, strict=False):
            map_.set_current(*operand.at(indices))

    @property
    def maps(self) -> list[ArrayMap]:
        """The heat maps that show, the result first."""
        return self._maps[: len(self._operands)]

    def zoom_in(self) -> None:
        """Zoom all maps."""
        for map_ in self.maps:
            map_.zoom_by(ZOOM)

    def zoom_out(self) -> None:
        """Zoom all maps out."""
        for map_ in self.maps:
            map_.zoom_by(1 / ZOOM)

    def show_numbers(self) -> None:
        """Zoom all maps until numbers can be read."""
        for map_ in self.maps:
            map_.show_numbers()

    def fit(self) -> None:
        """Show all maps as a whole."""
        for map_ in self.maps:
            map_.fit()

    def _add_map(self, place: int) -> None:
        sign, map_ = QLabel(), ArrayMap()
        sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        map_.setObjectName(f"array.{place}")
        map_.cell_picked.connect(lambda row, column: self._pick(place, row, column))
        self._signs.append(sign)
        self._maps.append(map_)
        self._row.addWidget(sign)
        self._row.addWidget(map_)

    def _pick(self, place: int, row: int, column: int) -> None:
        self.element_picked.emit(self._operands[place].indices(row, column))


def place_text(operand: Operand, names: Names, row: int, column: int) -> str:
    """An element in words: "Z¹ of sample 17, unit 3 of layer 1"."""
    indices = operand.indices(row, column)
    where = ", ".join(names.of(axis, index) for axis, index in indices.items())
    return f"{operand.symbol.plain} · {where}" if where else operand.symbol.plain


def _share(operand: Operand) -> int:
    """Wide arrays get more room than narrow ones, but far from in proportion."""
    return round(10 * (2 + log2(operand.values.shape[1] + 1)))
