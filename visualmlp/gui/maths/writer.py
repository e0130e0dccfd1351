"""Write the phases of a step as equations, in either notation."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from PyQt6.QtCore import QCoreApplication

from visualmlp.engine import Array, StepTrace
from visualmlp.gui.maths import formulas
from visualmlp.gui.maths.equation import DRAWN_SAMPLES, SAMPLES, Equation, Operand, units
from visualmlp.gui.maths.notation import Notation, Symbol
from visualmlp.gui.maths.phases import Phase
from visualmlp.gui.maths.step_arrays import StepArrays
from visualmlp.gui.widgets.labels import number_text


def write(trace: StepTrace, phase: Phase, notation: Notation) -> Equation:
    """One phase as an equation."""
    equation: Equation = getattr(_Writer(trace, notation), phase.kind)(phase)
    if trace.n_samples > DRAWN_SAMPLES and any(SAMPLES in o.axes for o in equation.operands):
        note = _tr("Pictures show the first {drawn} of {all} samples; sums go over all.").format(
            drawn=f"{DRAWN_SAMPLES:,}", all=f"{trace.n_samples:,}"
        )
        equation = replace(equation, note=f"{equation.note} {note}".strip())
    return equation


class _Writer(StepArrays):
    """A method for each kind of phase."""

    # Forward

    def z(self, phase: Phase) -> Equation:
        i, layer = phase.layer, self.trace.layers[phase.layer]
        z, below, w = self.z_of(i, layer.z), self.input_of(i), self.weights_of(i, layer.weights)
        added = () if layer.bias is None else (self.bias_of(i, layer.bias),)
        kind = _tr("matrix product")
        if added:
            kind = _tr("matrix product; the bias is added to every sample")
        return self._product(z, below, w, added, kind)

    def a(self, phase: Phase) -> Equation:
        i, layer = phase.layer, self.trace.layers[phase.layer]
        a, z = self.a_of(i), self.z_of(i, layer.z)
        formula = rf"{a.symbol.latex} = f({z.symbol.latex})"
        return Equation(
            (formula, layer.activation.formula), (a, _signed(z, _tr("= f of"))), self._shape_of_f(i)
        )

    def dropout(self, phase: Phase) -> Equation:
        i, layer = phase.layer, self.trace.layers[phase.layer]
        out, a, mask = self.output_of(i), self.a_of(i), self.mask_of(i)
        kind = _tr("elementwise product; the mask is 0, or {} where a unit is kept").format(
            number_text(float(layer.mask.max()) if layer.mask is not None else 1.0)
        )
        formula = rf"{out.symbol.latex} = {a.symbol.latex} \odot {mask.symbol.latex}"
        return Equation((formula,), (out, _signed(a, "="), _signed(mask, "⊙")), kind)

    def loss(self, phase: Phase) -> Equation:
        trace, last = self.trace, len(self.trace.layers) - 1
        letter = self.notation.targets.latex.lower()
        losses = self.samples(Symbol("L_i", "Lᵢ"), trace.sample_losses[:, None], "")
        objective = f"L = {self._per_samples(trace.normalisation.formula)}"
        mean = number_text(trace.loss, ".7g")
        note = _tr("Mean over the samples: {}.").format(mean)
        if trace.objective_factor != 1:
            note += " " + _tr("The gradient is that of L, {} times as large.").format(
                number_text(trace.objective_factor)
            )
        return Equation(
            (formulas.sample_loss(trace.loss_function, letter), objective),
            (losses, _signed(self.a_of(last), "←"), _signed(self.targets(), ",")),
            _tr("one number for each sample"),
            note,
        )

    # Backward

    def grad_a(self, phase: Phase) -> Equation:
        i, layer = phase.layer, self.trace.layers[phase.layer]
        if i + 1 == len(self.trace.layers):
            return self._grad_of_outputs(i)
        above = self.trace.layers[i + 1]
        assert layer.grad_a is not None
        assert above.weights_used_backward is not None
        result = self.grad_of(self.a_of(i), layer.grad_a)
        weights = self.weights_of(i + 1, above.weights_used_backward, flipped=True)
        note = ""
        if self.trace.settings.output_first:
            new = self.new_symbol(self.symbol("W", i + 1))
            weights = replace(weights, symbol=new.transposed)
            note = _tr("Layers are updated output first: these weights are new already.")
        after = () if layer.mask is None else (_signed(self.mask_of(i), "⊙"),)
        grad_z = self.grad_of(self.z_of(i + 1, above.z), above.grad_z)
        return self._product(result, grad_z, weights, after, _tr("matrix product"), note)

    def _grad_of_outputs(self, i: int) -> Equation:
        trace = self.trace
        a, grad_a = self.a_of(i), trace.layers[i].grad_a
        assert grad_a is not None
        result = self.grad_of(a, grad_a)
        letter = self.notation.targets.latex.lower()
        share = number_text(1 / trace.n_samples)
        formula = formulas.loss_gradient(trace.loss_function, letter)
        return Equation(
            (formula,),
            (result, _signed(a, _tr("= {} · L′ of").format(share)), _signed(self.targets(), ",")),
            _tr("elementwise; of the mean over the samples"),
        )

    def grad_z(self, phase: Phase) -> Equation:
        i, layer = phase.layer, self.trace.layers[phase.layer]
        z = self.z_of(i, layer.z)
        result = self.grad_of(z, layer.grad_z)
        if layer.grad_a is None:
            return self._grad_of_fused(i, result)
        grad_a = self.grad_of(self.a_of(i), layer.grad_a)
        factor = self.trace.objective_factor if i + 1 == len(self.trace.layers) else 1.0
        times = f"{number_text(factor)} · " if factor != 1 else ""
        formula = layer.activation.derivative
        note = "" if layer.activation.exact else _tr("A surrogate: not the true derivative.")
        if layer.activation.joint and layer.activation.exact:
            of_z, of_a = self.gradient_latex("z_j"), self.gradient_latex("a_k")
            general = rf"{of_z} = \sum_k {of_a} \frac{{\partial a_k}}{{\partial z_j}}"
            operands = (_signed(grad_a, f"= {times}Σ"), _signed(self.a_of(i), "· J"))
            kind = _tr("sample by sample: every activation depends on every z")
            return Equation((general, formula), (result, *operands), kind, note)
        slope = self.samples(self.symbol("f′(Z)", i, "f'(Z)"), self._slopes(i), units(i + 1))
        operands = (_signed(grad_a, f"= {times}".strip()), _signed(slope, "⊙"))
        general = rf"{result.symbol.latex} = {grad_a.symbol.latex} \odot f'({z.symbol.latex})"
        return Equation((general, formula), (result, *operands), _tr("elementwise product"), note)

    def _grad_of_fused(self, i: int, result: Operand) -> Equation:
        trace, a, t = self.trace, self.a_of(i), self.targets()
        share = self._per_samples(trace.normalisation.formula.split(r"\sum")[0].strip())
        formula = rf"{result.symbol.latex} = {share} ({a.symbol.latex} - {t.symbol.latex})"
        factor = number_text(trace.objective_factor / trace.n_samples)
        note = ""
        if self.notation.is_transposed and share:
            note = _tr("The factor is in dZ here; course texts put it into dW and db.")
        return Equation(
            (formula,),
            (result, _signed(a, f"= {factor} ·"), _signed(t, f"− {factor} ·")),
            _tr("elementwise: loss and {} taken together").format(trace.layers[i].activation.name),
            note,
        )

    def grad_weights(self, phase: Phase) -> Equation:
        i, layer = phase.layer, self.trace.layers[phase.layer]
        result = self.grad_of(self.weights_of(i, layer.weights), layer.grad_weights)
        grad_z = self.grad_of(self.z_of(i, layer.z), layer.grad_z)
        kind = _tr("matrix product: a sum over the samples")
        return self._product(result, self.input_of(i, flipped=True), grad_z, (), kind)

    def grad_bias(self, phase: Phase) -> Equation:
        i, layer = phase.layer, self.trace.layers[phase.layer]
        assert layer.bias is not None
        assert layer.grad_bias is not None
        result = self.grad_of(self.bias_of(i, layer.bias), layer.grad_bias[None])
        grad_z = self.grad_of(self.z_of(i, layer.z), layer.grad_z)
        formula = rf"{result.symbol.latex} = \sum_i ({grad_z.symbol.latex})_i"
        kind = (
            _tr("row sums: over the samples")
            if self.notation.is_transposed
            else _tr("column sums: over the samples")
        )
        return Equation((formula,), (result, _signed(grad_z, "= Σ")), kind)

    # Update

    def penalty(self, phase: Phase) -> Equation:
        i, settings = phase.layer, self.trace.settings
        w = self.weights_of(i, self.trace.before.weights[i])
        raw = self.grad_of(w, self.trace.raw.weights[i])
        result = self.parameters_of(phase, self.penalised_symbol(w.symbol), self.trace.penalised)
        operands, latex = [_signed(raw, "=")], f"{result.symbol.latex} = {raw.symbol.latex}"
        if settings.l2:
            operands.append(_signed(w, f"+ {number_text(settings.l2)} ·"))
            latex += rf" + \lambda_2 {w.symbol.latex}"
        if settings.l1:
            operands.append(_signed(w, f"+ {number_text(settings.l1)} · sign"))
            latex += rf" + \lambda_1 \mathrm{{sign}}({w.symbol.latex})"
        return Equation((latex,), (result, *operands), _tr("elementwise; weights only"))

    def norm(self, phase: Phase) -> Equation:
        trace = self.trace
        latex = [r"\| g \| = \sqrt{\sum_k g_k^2}"]
        note = _tr("Norm: {}.").format(number_text(trace.gradient_norm, ".7g"))
        if limit := trace.settings.clip_norm:
            latex.append(r"c = \min(1, g_{max} / \| g \|)")
            note += " " + _tr("Limit: {limit}; factor c: {factor}.").format(
                limit=number_text(limit), factor=number_text(trace.clip_factor, ".7g")
            )
        return Equation(tuple(latex), (), _tr("one number of all weights and biases"), note)

    def clip(self, phase: Phase) -> Equation:
        name = self.parameter_symbol(phase)
        g = self.parameters_of(phase, self.penalised_symbol(name), self.trace.penalised)
        result = self.parameters_of(phase, self.clipped_symbol(name), self.trace.clipped)
        factor = number_text(self.trace.clip_factor)
        latex = f"{result.symbol.latex} = c \\, {g.symbol.latex}"
        kind = _tr("every element times the same factor")
        return Equation((latex,), (result, _signed(g, f"= {factor} ·")), kind)

    def slot(self, phase: Phase) -> Equation:
        trace, name = self.trace, self.parameter_symbol(phase)
        letter = phase.slot[0]
        old = Symbol(f"{letter}_{{{name.latex}}}", f"{letter}({name.plain})")
        before = self.parameters_of(phase, old, trace.slots_before[phase.slot])
        after = self.parameters_of(phase, self.new_symbol(old), trace.slots_after[phase.slot])
        g = self.used_gradient(phase)
        slot, settings = trace.optimizer.slots_renewed[phase.slot], trace.settings.optimizer
        if slot.power == 2:
            g = replace(
                g,
                symbol=Symbol(f"{g.symbol.latex}^2", f"{g.symbol.plain}²"),
                values=np.square(g.values),
            )
        kept, taken = _times("=", slot.kept(settings)), _times("+", slot.taken(settings))
        operands = (after, _signed(before, kept), _signed(g, taken))
        return Equation((slot.formula,), operands, _tr("elementwise"))

    def update(self, phase: Phase) -> Equation:
        trace, name = self.trace, self.parameter_symbol(phase)
        old = self.parameters_of(phase, name, trace.before)
        new = self.parameters_of(phase, self.new_symbol(name), trace.after)
        change = replace(
            old,
            symbol=Symbol(rf"\Delta {name.latex}", f"Δ{name.plain}"),
            values=new.values - old.values,
        )
        latex = rf"{new.symbol.latex} = {name.latex} + {change.symbol.latex}"
        note = _tr("Learning rate: {}.").format(number_text(trace.learning_rate, ".7g"))
        if not trace.made:
            note = _tr("The update was not made: loss or gradient are NaN or infinite.")
        operands = (new, _signed(old, "="), _signed(change, "+"))
        return Equation((trace.optimizer.formula, latex), operands, _tr("elementwise"), note)

    # Parts

    def _product(
        self,
        result: Operand,
        left: Operand,
        right: Operand,
        after: tuple[Operand, ...],
        kind: str,
        note: str = "",
    ) -> Equation:
        """A matrix product, its factors in the order of the engine."""
        first, second = (right, left) if self.notation.is_transposed else (left, right)
        latex = rf"{result.symbol.latex} = {first.symbol.latex} \, {second.symbol.latex}"
        for operand in after:
            sign = r"\odot" if operand.sign == "⊙" else operand.sign
            latex += f" {sign} {operand.symbol.latex}"
        operands = (result, _signed(first, "="), _signed(second, "·"), *after)
        return Equation((latex,), operands, kind, note)

    def _slopes(self, i: int) -> Array:
        """f'(z) by the engine: what it makes of a gradient of ones."""
        layer = self.trace.layers[i]
        z, a = layer.z[:DRAWN_SAMPLES], layer.a[:DRAWN_SAMPLES]
        with np.errstate(all="ignore"):
            return layer.activation.backward(z, a, np.ones_like(z), np.empty_like(z))

    def _shape_of_f(self, i: int) -> str:
        if self.trace.layers[i].activation.joint:
            return _tr("sample by sample: an activation depends on all units' z")
        return _tr("elementwise")

    def _per_samples(self, formula: str) -> str:
        return re.sub(r"\bn\b", self.notation.samples, formula)


def _signed(operand: Operand, sign: str) -> Operand:
    return replace(operand, sign=sign)


def _times(sign: str, factor: float) -> str:
    return sign if factor == 1 else f"{sign} {number_text(factor)} ·"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Maths", text)
