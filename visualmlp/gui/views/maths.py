"""The next step of training, taken apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from visualmlp.engine import StepTrace
from visualmlp.gui import window_state
from visualmlp.gui.maths.equation import DRAWN_SAMPLES, SAMPLES, Indices, layer_of, units
from visualmlp.gui.maths.names import Names
from visualmlp.gui.maths.notation import NOTATIONS, Notation
from visualmlp.gui.maths.overview import Overview
from visualmlp.gui.maths.phase_page import PhasePage
from visualmlp.gui.maths.phases import Phase, phases_of, title
from visualmlp.gui.maths.stepper import Stepper
from visualmlp.gui.maths.weight_page import WeightPage
from visualmlp.gui.picks import Picks, Weight
from visualmlp.gui.session import Session
from visualmlp.gui.views.layer_chooser import unit_name
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.labels import counted, number_text
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.replay import NextStep
from visualmlp.training.setup import Setup


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The step that the view shows.

    Attributes
    ----------
    number
        Updates made before it.
    trace
        Everything that it computes.
    phases
        Its phases.
    names
        Of samples, inputs and units.
    """

    number: int
    trace: StepTrace
    phases: tuple[Phase, ...]
    names: Names


def look_at_step(probe: Probe, *, frame: Frame) -> NextStep | None:
    """The step after a frame; None while training runs."""
    return probe.next_step(frame)


@VIEWS.add
class MathsView(View):
    """Three pages: phase by phase, all phases at once, one weight."""

    name: ClassVar[str] = "maths"
    order: ClassVar[int] = 60

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._shown: Shown | None = None
        self._taken: NextStep | None = None
        self._indices: dict[str, int] = {}
        self._weight = Weight(0, 0, 0)
        self._number = 0
        self._entered = 0
        self._picks: Picks | None = None
        self._drawn: dict[QWidget, object] = {}
        self._status = TextLine()
        self._status.setObjectName("step")
        self._notation = self._notation_chooser()
        self._stepper = Stepper(self)
        self._stepper.phase_chosen.connect(self.show_phase)
        self._stepper.step_left.connect(self._leave_step)
        self._phase, self._overview, self._weights = PhasePage(), Overview(), WeightPage()
        self._phase.element_picked.connect(self._pick)
        self._overview.phase_picked.connect(self._open_phase)
        self._weights.weight_chosen.connect(self._choose_weight)
        self._tabs = QTabWidget()
        self._arrange()
        session.status_changed.connect(self._tell_step)

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("MathsView", "Maths")

    def start(self, setup: Setup) -> None:
        self._shown = self._taken = self._picks = None
        self._indices, self._number, self._weight = {}, 0, Weight(0, 0, 0)
        self._tell_step()

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], NextStep | None]:
        return partial(look_at_step, frame=frame)

    def draw(self, frame: Frame, result: NextStep | None) -> None:
        if result is not None and result is not self._taken:
            self._take(frame, result)
        self._notation.setCurrentIndex(self._notation.findData(self.notation.name))
        if self._shown is not None:
            self._follow(self.session.picks)
            self._draw_page()
        self._tell_step()

    @property
    def notation(self) -> Notation:
        """The notation that is chosen, here or in another view."""
        return NOTATIONS[window_state.notation()]

    @property
    def phase(self) -> Phase | None:
        """The phase that is shown."""
        return self._shown.phases[self._number] if self._shown else None

    def show_phase(self, number: int) -> None:
        """Show a phase of the step, counted from 0."""
        self._number = number
        self._draw_page()

    def _leave_step(self, by: int) -> None:
        """Go to the first phase of the next step, or to the last one of the step before."""
        if self.session.is_running or self._shown is None:
            return
        self._entered = by
        if by > 0:
            self.session.run_to_step(self._shown.number + 1)
        else:
            self.session.seek(self._shown.number - 1)

    # The step

    def _take(self, frame: Frame, step: NextStep) -> None:
        """Show another step, at the same phase if it has it."""
        before = self.phase
        phases = phases_of(step.trace)
        names = self._names(step)
        self._taken, self._shown = step, Shown(frame.step, step.trace, phases, names)
        self._number = phases.index(before) if before in phases else 0
        if self._entered:
            self._number = 0 if self._entered > 0 else len(phases) - 1
            self._entered = 0
        self._picks = None  # the picked sample may be in this batch
        drawn = min(step.trace.n_samples, DRAWN_SAMPLES)
        if not self._indices:
            self._begin_at_largest(step.trace)
        self._indices[SAMPLES] = min(self._indices[SAMPLES], drawn - 1)

    def _begin_at_largest(self, trace: StepTrace) -> None:
        """Look at first at the weight of layer 1 with the largest gradient."""
        gradient = np.abs(trace.raw.weights[0])
        row, unit = (int(i) for i in np.unravel_index(np.argmax(gradient), gradient.shape))
        self._indices = {SAMPLES: 0} | {units(i): 0 for i in range(len(trace.layers) + 1)}
        self._indices |= {units(0): row, units(1): unit}
        self._weight = Weight(0, row, unit)

    def _names(self, step: NextStep) -> Names:
        setup = self._setup()
        layers = range(len(step.trace.layers))
        arrays = [self.tr("weights of layer {}").format(i + 1) for i in layers]
        arrays += [
            self.tr("biases of layer {}").format(i + 1)
            for i in layers
            if step.trace.layers[i].bias is not None
        ]
        features = tuple(setup.data.dataset.feature_names)
        return Names(step.rows, features, partial(unit_name, setup), tuple(arrays))

    def _follow(self, picks: Picks) -> None:
        """Look at the picked sample, if it is in the batch, and at the picked unit and weight."""
        assert self._shown is not None
        if picks == self._picks:
            return
        old, self._picks = self._picks, picks
        if picks.part == "train":
            places = np.flatnonzero(self._shown.names.rows[:DRAWN_SAMPLES] == picks.sample)
            if places.size:
                self._indices[SAMPLES] = int(places[0])
        if picks.unit is not None and (old is None or picks.unit != old.unit):
            layer, unit = picks.unit
            self._indices[units(layer + 1)] = unit
            if (self._weight.layer, self._weight.unit) != (layer, unit):
                row = 0 if self._weight.layer != layer else self._weight.row
                self._weight = Weight(layer, row, unit)
        if picks.weight is not None and (old is None or picks.weight != old.weight):
            self._show_weight(picks.weight)

    def _show_weight(self, weight: Weight) -> None:
        """Have all pages show a weight or a bias."""
        self._weight = weight
        self._indices[units(weight.layer + 1)] = weight.unit
        if weight.row is not None:
            self._indices[units(weight.layer)] = weight.row

    def _tell_step(self) -> None:
        shown, frame = self._shown, self.session.frame
        if shown is None:
            self._tabs.setEnabled(False)
            running = self.session.is_running
            text = self.tr("Pause to take a step apart.") if running else self.tr("Computing…")
            self._status.set_text(text)
            return
        self._tabs.setEnabled(True)
        text = self._step_text(shown)
        if self.session.is_running:
            text += self.tr(" · pause to take the newest apart")
        elif frame is not None and frame.step != shown.number:
            text += self.tr(" · computing the next…")
        self._status.set_text(text)

    def _step_text(self, shown: Shown) -> str:
        return self.tr("Step {before} → {after} · {samples} · loss {loss}").format(
            before=f"{shown.number:,}",
            after=f"{shown.number + 1:,}",
            samples=counted(shown.trace.n_samples, self.tr("1 sample"), self.tr("{} samples")),
            loss=number_text(shown.trace.loss),
        )

    # Drawing

    def _draw_page(self) -> None:
        """Draw the page in front, if what it shows has changed."""
        shown, page = self._shown, self._tabs.currentWidget()
        if shown is None or page is None:
            return
        titles = [title(phase, shown.trace) for phase in shown.phases]
        self._stepper.set_phases(titles, self._number, is_first=shown.number == 0)
        if page is self._overview:
            self._draw_overview(shown)
        elif page is self._weights:
            self._weights.show_weight(shown.trace, self._weight, shown.names)
        else:
            self._draw_phase(shown)

    def _draw_phase(self, shown: Shown) -> None:
        phase, notation = shown.phases[self._number], self.notation
        what = (shown, phase, notation)
        if self._drawn.get(self._phase) != what:
            self._drawn[self._phase] = what
            self._phase.show_phase(shown.trace, phase, notation, shown.names, self._indices)
        else:
            self._phase.show_element(shown.trace, phase, shown.names, self._indices)

    def _draw_overview(self, shown: Shown) -> None:
        what = (shown, self.notation)
        if self._drawn.get(self._overview) != what:
            self._drawn[self._overview] = what
            self._overview.set_step(shown.trace, shown.phases, self.notation)
        self._overview.set_current(self._number)

    # The user

    def _pick(self, indices: Indices) -> None:
        """Look at an element; other views follow its sample and its unit."""
        shown, phase = self._shown, self.phase
        if shown is None or phase is None:
            return
        self._indices.update(indices)
        is_weight = self._take_weight(phase)
        self._draw_page()
        if SAMPLES in indices:
            self.session.pick_sample(int(shown.names.rows[indices[SAMPLES]]), "train")
        if is_weight:
            self.session.pick_weight(*self._weight)
            return
        layers = [layer_of(axis) for axis in indices]
        unit = max((layer for layer in layers if layer), default=None)
        if unit is not None:
            self.session.pick_unit(unit - 1, self._indices[units(unit)])

    def _take_weight(self, phase: Phase) -> bool:
        """The page of one weight shows what was clicked, where that is a weight or a bias."""
        i = phase.layer
        if phase.kind in ("grad_weights", "penalty", "clip", "slot", "update", "z"):
            row = self._indices[units(i)] if phase.array == "weights" else None
            self._weight = Weight(i, row, self._indices[units(i + 1)])
        elif phase.kind == "grad_bias":
            self._weight = Weight(i, None, self._indices[units(i + 1)])
        return phase.kind in ("grad_weights", "grad_bias", "penalty", "clip", "slot", "update")

    def _choose_weight(self, weight: Weight) -> None:
        assert self._shown is not None
        n_in, n_out = self._shown.trace.layers[weight.layer].weights.shape
        row = None if weight.row is None else min(weight.row, n_in - 1)
        if self._shown.trace.layers[weight.layer].bias is None:
            row = row or 0
        self._show_weight(Weight(weight.layer, row, min(weight.unit, n_out - 1)))
        self._draw_page()
        self.session.pick_weight(*self._weight)

    def _open_phase(self, number: int) -> None:
        self._number = number
        self._tabs.setCurrentIndex(0)
        self._draw_page()

    def _choose_notation(self) -> None:
        window_state.save_notation(self._notation.currentData())
        self._draw_page()
        self.session.mark_stale()  # other views write formulas too

    def _setup(self) -> Setup:
        assert self.session.setup is not None
        return self.session.setup

    # Layout

    def _notation_chooser(self) -> QComboBox:
        chooser = QComboBox()
        chooser.setObjectName("notation")
        chooser.setAccessibleName(self.tr("Notation"))
        chooser.setToolTip(
            self.tr(
                "Samples as rows, W as inputs × units, as the program stores them; or samples as "
                "columns, W as units × inputs, dZ and dW, as many courses write"
            )
        )
        chooser.addItem(self.tr("samples as rows"), "rows")
        chooser.addItem(self.tr("samples as columns"), "columns")
        chooser.setCurrentIndex(chooser.findData(window_state.notation()))
        chooser.activated.connect(self._choose_notation)
        return chooser

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._status, 1)
        head.addWidget(self._notation)
        steps = QWidget()
        column = QVBoxLayout(steps)
        column.setContentsMargins(0, 4, 0, 0)
        column.addWidget(self._stepper)
        column.addWidget(self._phase, 1)
        self._tabs.setDocumentMode(True)
        self._tabs.setObjectName("pages")
        self._tabs.setAccessibleName(self.tr("What to show"))
        self._tabs.addTab(steps, self.tr("Step by step"))
        self._tabs.addTab(self._overview, self.tr("All at once"))
        self._tabs.addTab(self._weights, self.tr("One weight"))
        self._tabs.currentChanged.connect(self._draw_page)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(head)
        layout.addWidget(self._tabs, 1)
