"""The arrays of a step with their names, lying the way a notation has them."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import QCoreApplication

from visualmlp.engine import Array, Parameters, StepTrace
from visualmlp.gui.maths.equation import DRAWN_SAMPLES, SAMPLES, Axis, Operand, units
from visualmlp.gui.maths.notation import Notation, Symbol
from visualmlp.gui.maths.phases import Phase


class StepArrays:
    """Operands made of a trace; layers count from 0, those in symbols and axes from 1."""

    def __init__(self, trace: StepTrace, notation: Notation) -> None:
        self.trace = trace
        self.notation = notation

    def samples(self, symbol: Symbol, values: Array, columns: Axis) -> Operand:
        """An array with a row for each sample."""
        return self.shown(symbol, values, (SAMPLES, columns))

    def shown(
        self, symbol: Symbol, values: Array, axes: tuple[Axis, Axis], *, flipped: bool = False
    ) -> Operand:
        """An array with the engine's orientation, turned as the notation has it."""
        shape = values.shape
        values = values[:DRAWN_SAMPLES] if axes[0] == SAMPLES else values
        symbol = symbol.transposed if flipped else symbol
        if flipped != self.notation.is_transposed:
            values, axes, shape = values.T, (axes[1], axes[0]), shape[::-1]
        return Operand(symbol, values, axes, f"({shape[0]:,}, {shape[1]:,})")

    def symbol(self, letter: str, i: int, latex: str = "") -> Symbol:
        """The name of an array of a layer."""
        return self.notation.of_layer(letter, i + 1, latex)

    def z_of(self, i: int, values: Array) -> Operand:
        """An array like the pre-activations of a layer."""
        return self.samples(self.symbol("Z", i), values, units(i + 1))

    def a_of(self, i: int) -> Operand:
        """The activations of a layer."""
        return self.samples(self.symbol("A", i), self.trace.layers[i].a, units(i + 1))

    def output_of(self, i: int) -> Operand:
        """What a layer hands on."""
        layer = self.trace.layers[i]
        symbol = self.notation.outputs(i + 1, dropout=layer.mask is not None)
        return self.samples(symbol, layer.output, units(i + 1))

    def input_of(self, i: int, *, flipped: bool = False) -> Operand:
        """What a layer gets; ``flipped`` for its transpose, in either notation."""
        dropped = i > 0 and self.trace.layers[i - 1].mask is not None
        symbol = self.notation.outputs(i, dropout=dropped)
        axes = (SAMPLES, units(i))
        return self.shown(symbol, self.trace.layers[i].input, axes, flipped=flipped)

    def mask_of(self, i: int) -> Operand:
        """Dropout's factors."""
        mask = self.trace.layers[i].mask
        assert mask is not None
        return self.samples(self.symbol("M", i), mask, units(i + 1))

    def targets(self) -> Operand:
        """The targets of the batch."""
        return self.samples(self.notation.targets, self.trace.t, units(len(self.trace.layers)))

    def weights_of(self, i: int, values: Array, *, flipped: bool = False) -> Operand:
        """An array like the weights of a layer."""
        axes = (units(i), units(i + 1))
        return self.shown(self.symbol("W", i), values, axes, flipped=flipped)

    def bias_of(self, i: int, values: Array) -> Operand:
        """An array like the biases of a layer."""
        operand = self.shown(self.symbol("b", i), values[None], ("", units(i + 1)))
        shape = operand.shape if self.notation.is_transposed else f"({values.size:,},)"
        return replace(operand, sign="+", shape=shape)

    def grad_of(self, of: Operand, values: Array) -> Operand:
        """The gradient with respect to an array, which lies as that does."""
        axes = of.axes[::-1] if self.notation.is_transposed else of.axes
        shown = self.shown(self.notation.gradient(of.symbol), values, axes)
        return replace(shown, shape=of.shape)

    def parameters_of(self, phase: Phase, symbol: Symbol, values: Parameters) -> Operand:
        """The weights or the biases that a phase is about."""
        if phase.array == "weights":
            shown = self.weights_of(phase.layer, values.weights[phase.layer])
        else:
            bias = values.biases[phase.layer]
            assert bias is not None
            shown = self.bias_of(phase.layer, bias)
        return replace(shown, symbol=symbol, sign="")

    def parameter_symbol(self, phase: Phase) -> Symbol:
        """The name of the weights or the biases that a phase is about."""
        return self.symbol("W" if phase.array == "weights" else "b", phase.layer)

    def used_gradient(self, phase: Phase) -> Operand:
        """The gradient as the optimizer gets it."""
        name = self.parameter_symbol(phase)
        symbol = (
            self.clipped_symbol(name)
            if self.trace.settings.clip_norm
            else self.penalised_symbol(name)
        )
        return self.parameters_of(phase, symbol, self.trace.clipped)

    def penalised_symbol(self, name: Symbol) -> Symbol:
        """The gradient with penalties: that of the loss where there are none."""
        settings = self.trace.settings
        if settings.l1 or settings.l2:
            return Symbol(f"g_{{{name.latex}}}", f"g({name.plain})")
        return self.notation.gradient(name)

    def clipped_symbol(self, name: Symbol) -> Symbol:
        """The gradient after clipping."""
        return Symbol(rf"\bar{{g}}_{{{name.latex}}}", f"ḡ({name.plain})")

    def new_symbol(self, name: Symbol) -> Symbol:
        """The value after the update."""
        new = QCoreApplication.translate("Maths", "{} new")
        return Symbol(rf"{{{name.latex}}}_{{\text{{new}}}}", new.format(name.plain))

    def gradient_latex(self, of: str) -> str:
        """The gradient with respect to an element."""
        return self.notation.gradient(Symbol(of, of)).latex
