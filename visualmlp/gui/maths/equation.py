"""An operation of a step as an equation of arrays that can be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from visualmlp.engine import Array
from visualmlp.gui.maths.notation import Symbol

DRAWN_SAMPLES = 1000
"""Of a larger batch only the first samples are drawn and can be picked; sums go over all."""

SAMPLES = "samples"
"""The axis of the batch's samples."""

Axis = str
Indices = Mapping[Axis, int]
"""Which sample, and which unit of each layer, is looked at."""


def units(layer: int) -> Axis:
    """The axis of a layer's units; layers count from 1, and 0 are the inputs."""
    return f"units {layer}"


def layer_of(axis: Axis) -> int | None:
    """The layer whose units an axis numbers; None for samples and where nothing is numbered."""
    return int(axis.split()[1]) if axis.startswith("units ") else None


@dataclass(frozen=True, slots=True, eq=False)
class Operand:
    """An array of an equation, the way it is shown.

    Attributes
    ----------
    symbol
        Its name.
    values
        (rows, columns), at most ``DRAWN_SAMPLES`` of the batch.
    axes
        What rows and columns are numbered by; "" where there is one only.
    shape
        As text, of the whole array.
    sign
        What stands before it.
    """

    symbol: Symbol
    values: Array
    axes: tuple[Axis, Axis]
    shape: str
    sign: str = ""

    def at(self, indices: Indices) -> tuple[int | None, int | None]:
        """Row and column of the element at some indices; None where they do not say."""
        row, column = (0 if not axis else indices.get(axis) for axis in self.axes)
        return row, column

    def indices(self, row: int, column: int) -> dict[Axis, int]:
        """What a cell is the element of."""
        named = zip(self.axes, (row, column), strict=True)
        return {axis: index for axis, index in named if axis}


@dataclass(frozen=True, slots=True, eq=False)
class Equation:
    """One operation: formulas, arrays, and what kind of operation it is.

    Attributes
    ----------
    formulas
        LaTeX, the general one first.
    operands
        The result first; none where the result is a single number.
    kind
        Matrix product, elementwise, and so on, in words.
    note
        What else there is to say; empty for nothing.
    """

    formulas: tuple[str, ...]
    operands: tuple[Operand, ...]
    kind: str
    note: str = ""

    @property
    def shapes(self) -> str:
        """The equation with the shape of each array: "Z¹ (9, 2) = X (9, 4) · W¹ (4, 2)"."""
        parts = (f"{o.sign} {o.symbol.plain} {o.shape}" for o in self.operands)
        return " ".join(parts).strip()
