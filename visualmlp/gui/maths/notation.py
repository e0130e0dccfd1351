"""What the arrays of a step are called, and which way they lie.

``ROWS`` is how the engine stores them: samples as rows, W as (n_in, n_out). ``COLUMNS`` is how many
courses write them: samples as columns, W as (n_out, n_in), gradients as dZ and dW.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, NamedTuple

_HIGH = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Symbol(NamedTuple):
    """A name in LaTeX and as plain text."""

    latex: str
    plain: str

    @property
    def transposed(self) -> Symbol:
        """The name of the transposed array."""
        return Symbol(rf"{{{self.latex}}}^{{\top}}", f"{self.plain}ᵀ")


class Notation(ABC):
    """Names of arrays; layers count from 1, and layer 0 is the batch.

    Attributes
    ----------
    name
        Identifier.
    is_transposed
        Whether samples are columns.
    samples
        The symbol of their number.
    """

    name: ClassVar[str]
    is_transposed: ClassVar[bool]
    samples: ClassVar[str]

    @abstractmethod
    def of_layer(self, letter: str, layer: int, latex: str = "") -> Symbol:
        """An array of a layer; ``latex`` where the letter is written otherwise there."""

    @abstractmethod
    def gradient(self, symbol: Symbol) -> Symbol:
        """The gradient of the loss with respect to an array."""

    @property
    @abstractmethod
    def inputs(self) -> Symbol:
        """The batch."""

    @property
    @abstractmethod
    def targets(self) -> Symbol:
        """The targets."""

    def activations(self, layer: int) -> Symbol:
        """Activations of a layer before dropout; the batch for layer 0."""
        return self.of_layer("A", layer) if layer else self.inputs

    def outputs(self, layer: int, *, dropout: bool) -> Symbol:
        """What a layer hands on: with dropout another array than its activations."""
        return self.of_layer("Ã", layer, r"\tilde{A}") if dropout else self.activations(layer)


class _Rows(Notation):
    name = "rows"
    is_transposed = False
    samples = "n"

    def of_layer(self, letter: str, layer: int, latex: str = "") -> Symbol:
        return Symbol(f"{latex or letter}^{{{layer}}}", f"{letter}{str(layer).translate(_HIGH)}")

    def gradient(self, symbol: Symbol) -> Symbol:
        return Symbol(rf"\frac{{\partial L}}{{\partial {symbol.latex}}}", f"∂L/∂{symbol.plain}")

    @property
    def inputs(self) -> Symbol:
        return Symbol("X", "X")

    @property
    def targets(self) -> Symbol:
        return Symbol("T", "T")


class _Columns(Notation):
    name = "columns"
    is_transposed = True
    samples = "m"

    def of_layer(self, letter: str, layer: int, latex: str = "") -> Symbol:
        return Symbol(f"{latex or letter}^{{[{layer}]}}", f"{letter}[{layer}]")

    def gradient(self, symbol: Symbol) -> Symbol:
        return Symbol(f"d{symbol.latex}", f"d{symbol.plain}")

    @property
    def inputs(self) -> Symbol:
        return self.of_layer("A", 0)

    @property
    def targets(self) -> Symbol:
        return Symbol("Y", "Y")


ROWS: Notation = _Rows()
COLUMNS: Notation = _Columns()
NOTATIONS = {notation.name: notation for notation in (ROWS, COLUMNS)}
