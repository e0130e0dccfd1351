"""One element of a phase's result, and the sum that makes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import sqrt

from PyQt6.QtCore import QCoreApplication

from visualmlp.analysis import terms
from visualmlp.analysis.terms import Terms
from visualmlp.engine import StepTrace
from visualmlp.gui.maths.digits import Digits, Number, exact_text
from visualmlp.gui.maths.equation import SAMPLES, Indices, units
from visualmlp.gui.maths.names import Names
from visualmlp.gui.maths.phases import Phase
from visualmlp.gui.maths.weight_lines import weight_lines
from visualmlp.gui.picks import Weight

Row = tuple[str, str, str, str]

_UPDATE_LINES = {
    "penalty": ("gradient", "penalised"),
    "clip": ("gradient", "penalised", "clipped"),
    "slot": ("gradient", "penalised", "clipped", "slot"),
}


@dataclass(frozen=True, slots=True)
class Picked:
    """A table of four columns: what, two factors, the value.

    Attributes
    ----------
    headings
        Of the columns.
    rows
        As texts.
    values
        The same with exact numbers, for copies.
    bold
        Rows that are the engine's results.
    """

    headings: Row
    rows: list[Row]
    values: list[Row]
    bold: list[int]


def pick(trace: StepTrace, phase: Phase, indices: Indices, names: Names) -> Picked:
    """Take apart the element of a phase's result that some indices name."""
    table = _Table(trace, names)
    writer: Callable[[Phase, Indices], None] = getattr(table, f"_{phase.kind}", table.way)
    writer(phase, indices)
    return Picked(table.headings, table.rows, table.values, table.bold)


@dataclass
class _Table:
    """Writes the rows; a method for each kind of phase."""

    trace: StepTrace
    names: Names
    headings: Row = ("", "", "", "")
    rows: list[Row] = field(default_factory=list)
    values: list[Row] = field(default_factory=list)
    bold: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.digits = Digits(self.trace.x.dtype)

    # Rows

    def add(self, name: str, value: Number, *factors: Number | str) -> None:
        """A row; the factors are what its value is the product of."""
        for rows, write in ((self.rows, self.digits.text), (self.values, exact_text)):
            one, two, *_ = *(f if isinstance(f, str) else write(f) for f in factors), "", ""
            rows.append((name, one, two, write(value)))

    def result(self, name: str, total: Number, reached: Number | None = None) -> None:
        """The engine's number in bold, after what the rows before are away from it."""
        if reached is not None and not self.digits.look_the_same(reached, float(total)):
            text = _tr("rounding ({})").format(self.digits.type_name)
            self.add(text, float(total) - reached)
        self.bold.append(len(self.rows))
        self.add(name, total)

    def sum(
        self,
        sum_: Terms,
        name: str,
        term: Callable[[int], str],
        total: Number,
        *,
        bias: bool = False,
    ) -> None:
        """A sum: terms, the rest, the bias, the factor, the total."""
        for place, index in enumerate(sum_.indices.tolist()):
            factors = sum_.factors[place].tolist()
            self.add(term(index), sum_.values[place], *(factors if len(factors) > 1 else ()))
        if others := sum_.count - len(sum_.indices):
            self.add(_tr("… {} other terms").format(f"{others:,}"), sum_.rest)
        if bias:
            self.add(_tr("bias"), sum_.added)
        if sum_.factor != 1:
            self.add(_tr("sum"), sum_.sum)
            self.add(_tr("times"), sum_.factor)
        self.result(name, total, sum_.sum * sum_.factor)

    # Forward

    def _z(self, phase: Phase, at: Indices) -> None:
        i, (sample, unit) = phase.layer, self._place(phase, at)
        self.headings = (_tr("term"), _tr("input"), _tr("weight"), _tr("product"))
        sum_ = terms.pre_activation(self.trace, i, sample, unit)
        layer = self.trace.layers[i]
        self.sum(
            sum_,
            "z",
            lambda row: self.names.of(units(i), row),
            layer.z[sample, unit],
            bias=layer.bias is not None,
        )

    def _a(self, phase: Phase, at: Indices) -> None:
        i, (sample, unit) = phase.layer, self._place(phase, at)
        layer = self.trace.layers[i]
        self.headings = ("", "", "", _tr("value"))
        if not layer.activation.joint:
            self.add("z", layer.z[sample, unit])
            self.result("a = f(z)", layer.a[sample, unit])
            return
        sum_ = terms.denominator(self.trace, i, sample)
        name = _tr("sum over the units: denominator")
        self.sum(sum_, name, lambda k: self.names.of(units(i + 1), k), sum_.total)
        self.bold.clear()  # the engine does not keep this sum
        power = terms.power(self.trace, i, sample, unit)
        self.add(_tr("numerator: {}").format(self.names.of(units(i + 1), unit)), power)
        self.result("a", layer.a[sample, unit], power / sum_.total)

    def _dropout(self, phase: Phase, at: Indices) -> None:
        layer, place = self.trace.layers[phase.layer], self._place(phase, at)
        assert layer.mask is not None
        self.headings = ("", "", "", _tr("value"))
        self.add("a", layer.a[place])
        self.add(_tr("mask"), layer.mask[place])
        self.result(_tr("output"), layer.output[place])

    def _loss(self, phase: Phase, at: Indices) -> None:
        trace, sample = self.trace, at[SAMPLES]
        self.headings = (_tr("term"), _tr("output a"), _tr("target"), _tr("value"))
        sum_, outputs = terms.sample_loss(trace, sample), units(len(trace.layers))
        for place, j in enumerate(sum_.indices.tolist()):
            factors = trace.y[sample, j], trace.t[sample, j]
            self.add(self.names.of(outputs, j), sum_.values[place], *factors)
        if others := sum_.count - len(sum_.indices):
            self.add(_tr("… {} other terms").format(f"{others:,}"), sum_.rest)
        name = _tr("loss of {}").format(self.names.sample(sample))
        self.result(name, trace.sample_losses[sample], sum_.sum)
        self.sum(terms.mean_loss(trace), _tr("mean loss"), self.names.sample, trace.loss)

    # Backward

    def _grad_a(self, phase: Phase, at: Indices) -> None:
        i, (sample, unit) = phase.layer, self._place(phase, at)
        grad_a = self.trace.layers[i].grad_a
        assert grad_a is not None
        if i + 1 == len(self.trace.layers):
            self.headings = ("", "", "", _tr("value"))
            self.add("a", self.trace.y[sample, unit])
            self.add(_tr("target"), self.trace.t[sample, unit])
            self.result("∂L/∂a", grad_a[sample, unit])
            return
        self.headings = (_tr("term"), _tr("∂L/∂z above"), _tr("weight"), _tr("product"))
        sum_ = terms.activation_gradient(self.trace, i, sample, unit)
        name = "∂L/∂a"
        self.sum(sum_, name, lambda j: self.names.of(units(i + 2), j), grad_a[sample, unit])

    def _grad_z(self, phase: Phase, at: Indices) -> None:
        i, (sample, unit) = phase.layer, self._place(phase, at)
        layer = self.trace.layers[i]
        self.headings = ("", "", "", _tr("value"))
        if layer.grad_a is None:
            self._fused(layer.grad_z[sample, unit], sample, unit)
        elif layer.activation.joint and layer.activation.exact:
            self.headings = (_tr("term"), "∂L/∂aₖ", "∂aₖ/∂z", _tr("product"))
            sum_ = terms.joint_gradient(self.trace, i, sample, unit)
            total = layer.grad_z[sample, unit]
            self.sum(sum_, "∂L/∂z", lambda k: self.names.of(units(i + 1), k), total)
        else:
            self._elementwise(i, sample, unit)

    def _fused(self, total: Number, sample: int, unit: int) -> None:
        trace = self.trace
        a, t = (float(array[sample, unit]) for array in (trace.y, trace.t))
        factor = trace.objective_factor / trace.n_samples
        self.add("a", a)
        self.add(_tr("target"), t)
        self.add("a − t", a - t)
        self.add(_tr("times"), factor)
        self.result("∂L/∂z", total, (a - t) * factor)

    def _elementwise(self, i: int, sample: int, unit: int) -> None:
        layer = self.trace.layers[i]
        assert layer.grad_a is not None
        slope = terms.derivative(self.trace, i, sample, unit)
        reached = float(layer.grad_a[sample, unit]) * slope
        self.add("∂L/∂a", layer.grad_a[sample, unit])
        self.add("f′(z)", slope)
        if i + 1 == len(self.trace.layers) and self.trace.objective_factor != 1:
            self.add(_tr("times"), self.trace.objective_factor)
            reached *= self.trace.objective_factor
        self.result("∂L/∂z", layer.grad_z[sample, unit], reached)

    def _grad_weights(self, phase: Phase, at: Indices) -> None:
        self.gradient(Weight(phase.layer, at[units(phase.layer)], at[units(phase.layer + 1)]))

    def _grad_bias(self, phase: Phase, at: Indices) -> None:
        self.gradient(Weight(phase.layer, None, at[units(phase.layer + 1)]))

    def gradient(self, weight: Weight) -> None:
        """The gradient of a weight or a bias as the sum over the samples."""
        trace, (i, row, unit) = self.trace, weight
        total = weight.of(trace.raw)
        if row is None:
            self.headings = (_tr("term"), "", "", "∂L/∂z")
            self.sum(terms.bias_gradient(trace, i, unit), "∂L/∂b", self.names.sample, total)
        else:
            self.headings = (_tr("term"), _tr("input"), "∂L/∂z", _tr("product"))
            sum_ = terms.weight_gradient(trace, i, row, unit)
            self.sum(sum_, "∂L/∂w", self.names.sample, total)

    # Update

    def _norm(self, phase: Phase, at: Indices) -> None:
        self.headings = (_tr("sum of the squares of"), "", "", _tr("value"))
        sum_ = terms.squared_norm(self.trace)
        name = _tr("square of the norm")
        self.sum(sum_, name, lambda k: self.names.array_names[k], sum_.total)
        self.result(_tr("norm"), self.trace.gradient_norm, sqrt(sum_.total))

    def way(self, phase: Phase, at: Indices) -> None:
        """The lines of one weight, as far as the phase goes."""
        row = at[units(phase.layer)] if phase.array == "weights" else None
        weight = Weight(phase.layer, row, at[units(phase.layer + 1)])
        self.headings = ("", _tr("with numbers"), "", _tr("value"))
        for name, numbers, value, bold in self._way_rows(phase, weight):
            if bold:
                self.bold.append(len(self.rows))
            self.add(name, value, numbers)

    def _way_rows(self, phase: Phase, weight: Weight) -> Iterator[tuple[str, str, Number, bool]]:
        kinds = _UPDATE_LINES.get(phase.kind)
        lines = [
            line
            for line in weight_lines(self.trace, weight)
            if (kinds is None or line.kind in kinds)
            and (phase.kind != "slot" or line.kind != "slot" or line.name == phase.slot)
        ]
        for line in lines:
            yield line.name, line.numbers, line.value, line is lines[-1]

    def _place(self, phase: Phase, at: Indices) -> tuple[int, int]:
        return at[SAMPLES], at[units(phase.layer + 1)]


def gradient_of(trace: StepTrace, weight: Weight, names: Names) -> Picked:
    """The gradient of a weight or a bias, sample by sample."""
    table = _Table(trace, names)
    table.gradient(weight)
    return Picked(table.headings, table.rows, table.values, table.bold)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Maths", text)
