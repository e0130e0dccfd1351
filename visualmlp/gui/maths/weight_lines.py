"""The way of one weight or bias through an update, line by line.

What the engine computed is read from the trace. The lines between, which it does not keep (bias
corrections, the length of the step), are derived from its numbers in float64, and say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np
from PyQt6.QtCore import QCoreApplication

from visualmlp.engine import StepTrace
from visualmlp.engine.optimizers import Slot
from visualmlp.gui.maths.digits import Digits, Number
from visualmlp.gui.picks import Weight


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the way.

    Attributes
    ----------
    name
        What is computed.
    formula
        LaTeX; empty for none.
    numbers
        The formula with numbers in it; empty for none.
    value
        The result: a NumPy number where it is the engine's.
    derived
        Whether the engine does not have this number.
    kind
        "old", "gradient", "penalised", "clipped", "slot", "step", "rounding" or "new".
    """

    name: str
    formula: str
    numbers: str
    value: Number
    kind: str
    derived: bool = False


def weight_lines(trace: StepTrace, weight: Weight) -> list[Line]:
    """From the old value to the new one."""
    way = _Way(trace, weight)
    lines = [*way.gradient(), *way.slots()]
    if trace.made and not way.is_frozen:
        lines += way.step()
    return [way.old(), *lines, *way.new(lines)]


class _Way:
    def __init__(self, trace: StepTrace, weight: Weight) -> None:
        self.trace, self.weight = trace, weight
        self.digits = Digits(trace.x.dtype)
        self.settings = trace.settings.optimizer
        self.w, self.g = weight.of(trace.before), weight.of(trace.clipped)
        self.rate = trace.learning_rate
        self.is_frozen = weight.place(trace.before) in trace.frozen

    def old(self) -> Line:
        return Line(_tr("old value"), r"\theta", "", self.w, "old")

    def gradient(self) -> Iterator[Line]:
        """The loss's gradient, with penalties, and clipped: as far as there are any."""
        trace, weight, settings = self.trace, self.weight, self.trace.settings
        raw = weight.of(trace.raw)
        sum_ = r"\frac{\partial L}{\partial \theta} = \sum_i x_i \delta_i"
        if weight.row is None:
            sum_ = r"\frac{\partial L}{\partial \theta} = \sum_i \delta_i"
        yield Line(_tr("gradient of the loss"), sum_, "", raw, "gradient")
        penalised = weight.of(trace.penalised)
        if weight.row is not None and (settings.l1 or settings.l2):
            formula, numbers = self._penalties(raw)
            yield Line(_tr("with penalties"), formula, numbers, penalised, "penalised")
        if settings.clip_norm:
            factor = self.digits.text(trace.clip_factor)
            numbers = f"{factor} · {self.digits.factor(penalised)}"
            formula = r"g = c \cdot g, \quad c = \min(1, g_{max} / \| g \|)"
            yield Line(_tr("clipped"), formula, numbers, self.g, "clipped")

    def _penalties(self, raw: Number) -> tuple[str, str]:
        settings, text = self.trace.settings, self.digits.factor
        formula, numbers = r"g = \frac{\partial L}{\partial \theta}", text(raw)
        if settings.l2:
            formula += r" + \lambda_2 \theta"
            numbers += f" + {text(settings.l2)} · {text(self.w)}"
        if settings.l1:
            formula += r" + \lambda_1 \mathrm{sign}(\theta)"
            numbers += f" + {text(settings.l1)} · {text(np.sign(self.w))}"
        return formula, numbers

    def slots(self) -> Iterator[Line]:
        """What the optimizer remembers, renewed."""
        trace = self.trace
        for slot, after in trace.slots_after.items():
            before = self.weight.of(trace.slots_before[slot])
            rule = trace.optimizer.slots_renewed[slot]
            numbers = self._remembered(rule, before)
            yield Line(slot, rule.formula, numbers, self.weight.of(after), "slot")

    def _remembered(self, slot: Slot, before: Number) -> str:
        text = self.digits.factor
        kept, taken = slot.kept(self.settings), slot.taken(self.settings)
        old = text(before) if kept == 1 else f"{text(kept)} · {text(before)}"
        power = text(self.g) + ("²" if slot.power == 2 else "")
        return f"{old} + {power if taken == 1 else f'{text(taken)} · {power}'}"

    def step(self) -> list[Line]:
        """What is taken from the old value, as the optimizer's formula has it."""
        steps: dict[str, Callable[[], list[Line]]] = {
            "sgd": self._sgd,
            "momentum": self._momentum,
            "nesterov": self._nesterov,
            "adagrad": self._by_squares,
            "rmsprop": self._by_squares,
            "adam": self._adam,
            "adamw": self._adamw,
        }
        known = steps.get(self.trace.optimizer.name)
        return known() if known else []

    def new(self, lines: list[Line]) -> list[Line]:
        """The engine's new value, and how far the lines before are from it."""
        after = self.weight.of(self.trace.after)
        if not self.trace.made:
            name = _tr("new value: no update, loss or gradient are NaN or infinite")
            return [Line(name, "", "", after, "new")]
        if self.is_frozen:
            return [Line(_tr("new value: frozen, no update changes it"), "", "", after, "new")]
        digits, formula = self.digits, self.trace.optimizer.formula
        start: Number = self.w
        steps = [line for line in lines if line.kind in ("step", "decayed")]
        if not steps:
            return [Line(_tr("new value"), formula, "", after, "new")]
        if steps[0].kind == "decayed":
            start = steps[0].value
        step = float(steps[-1].value)
        numbers = f"{digits.text(start)} − {digits.factor(step)}"
        new = Line(_tr("new value"), r"\theta \leftarrow \theta - \Delta", numbers, after, "new")
        reached = float(start) - step
        if digits.look_the_same(reached, float(after)):
            return [new]
        name = _tr("rounding ({})").format(digits.type_name)
        return [Line(name, "", "", float(after) - reached, "rounding", derived=True), new]

    def _slot(self, name: str) -> float:
        return float(self.weight.of(self.trace.slots_after[name]))

    def _taken(self, numbers: str, formula: str, step: float) -> Line:
        return Line(_tr("step Δ"), rf"\Delta = {formula}", numbers, step, "step", derived=True)

    def _sgd(self) -> list[Line]:
        text = self.digits.factor
        numbers = f"{text(self.rate)} · {text(self.g)}"
        return [self._taken(numbers, r"\eta g", self.rate * float(self.g))]

    def _momentum(self) -> list[Line]:
        text, velocity = self.digits.factor, self._slot("velocity")
        numbers = f"{text(self.rate)} · {text(velocity)}"
        return [self._taken(numbers, r"\eta v", self.rate * velocity)]

    def _nesterov(self) -> list[Line]:
        text, velocity = self.digits.factor, self._slot("velocity")
        momentum, g = self.settings.momentum, float(self.g)
        numbers = f"{text(self.rate)} · ({text(g)} + {text(momentum)} · {text(velocity)})"
        step = self.rate * (g + momentum * velocity)
        return [self._taken(numbers, r"\eta (g + \mu v)", step)]

    def _by_squares(self) -> list[Line]:
        text, squares, g = self.digits.factor, self._slot("squares"), float(self.g)
        epsilon = self.settings.epsilon
        numbers = f"{text(self.rate)} · {text(g)} / (√{text(squares)} + {text(epsilon)})"
        step = self.rate * g / (sqrt(squares) + epsilon)
        return [self._taken(numbers, r"\eta \frac{g}{\sqrt{s} + \epsilon}", step)]

    def _adam(self) -> list[Line]:
        text, settings, t = self.digits.factor, self.settings, self.trace.number
        m, v = self._slot("m"), self._slot("v")
        of_m, of_v = 1 - settings.beta1**t, 1 - settings.beta2**t
        corrected_m, corrected_v = m / of_m, v / of_v
        step = self.rate * corrected_m / (sqrt(corrected_v) + settings.epsilon)
        numbers = (
            f"{text(self.rate)} · {text(corrected_m)} / "
            f"(√{text(corrected_v)} + {text(settings.epsilon)})"
        )
        formula = r"\eta \frac{\hat{m}}{\sqrt{\hat{v}} + \epsilon}"
        return [
            self._corrected("m", settings.beta1, "1", m, corrected_m),
            self._corrected("v", settings.beta2, "2", v, corrected_v),
            self._taken(numbers, formula, step),
        ]

    def _corrected(self, name: str, beta: float, index: str, mean: float, value: float) -> Line:
        text = self.digits.factor
        numbers = f"{text(mean)} / (1 − {text(beta)}^{self.trace.number})"
        formula = rf"\hat{{{name}}} = \frac{{{name}}}{{1 - \beta_{index}^t}}"
        title = _tr("{}, bias corrected").format(name)
        return Line(title, formula, numbers, value, "corrected", derived=True)

    def _adamw(self) -> list[Line]:
        if self.weight.row is None:
            return self._adam()
        text, decay = self.digits.factor, self.settings.weight_decay
        kept = float(self.w) * (1 - self.rate * decay)
        numbers = f"(1 − {text(self.rate)} · {text(decay)}) · {text(self.w)}"
        formula = r"\theta \leftarrow (1 - \eta \lambda) \theta"
        decayed = Line(_tr("decayed"), formula, numbers, kept, "decayed", derived=True)
        return [decayed, *self._adam()]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Maths", text)
