"""Backpropagation compared with central differences, for the network as it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from math import inf, isfinite, log10
from typing import ClassVar

import numpy as np
from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from visualmlp.gui.maths.turning_splitter import TurningSplitter
from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.checked_gradient import STEPS, CheckedGradient, check_gradient
from visualmlp.gui.views.gradient_texts import notes_on, table_of
from visualmlp.gui.views.sample_set import SampleSetChooser
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.curves import CurvePlot
from visualmlp.gui.widgets.flow import Flow
from visualmlp.gui.widgets.formula import Formula
from visualmlp.gui.widgets.labels import number_text
from visualmlp.gui.widgets.legend import Legend
from visualmlp.gui.widgets.table import Table
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup

FORMULA = (
    r"\frac{\partial L}{\partial \theta_k} \approx "
    r"\frac{L(\theta_k + h) - L(\theta_k - h)}{2 h}"
)

ENTRIES, MOST_ENTRIES = 12, 200
LEAST_HEIGHT = 110
"""Of table and plot, in pixels; the view scrolls where there is less."""

SLIDER_STEPS = 10
"""Places of the slider in a decade."""


@VIEWS.add
class GradientCheckView(View):
    """A line for each array of parameters, and the error over the step of the difference."""

    name: ClassVar[str] = "gradient_check"
    order: ClassVar[int] = 66

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._known: CheckedGradient | None = None
        self._known_of: tuple[object, ...] = ()
        self._demanded = False
        self._check = QPushButton(self.tr("Check now"))
        self._check.setObjectName("check")
        self._check.setToolTip(
            self.tr("Check the gradient at once; while training is paused it is always checked")
        )
        self._check.clicked.connect(self._demand)
        self._samples = SampleSetChooser()
        self._samples.samples_chosen.connect(self._demand)
        self._entries = self._entries_box()
        self._h_text = QLabel()
        self._h = self._h_slider()
        self._tell_h()
        self._table = Table()
        self._table.setAccessibleName(self.tr("Gradient check of every array"))
        self._plot, self._legend = CurvePlot(), Legend()
        self._plot.set_log_y(True)
        self._plot.set_axes(self.tr("log₁₀ h"), self.tr("relative error"))
        self._plot.following_changed.connect(lambda on: self._legend.set_zoomed(not on))
        self._legend.zoom_reset.connect(self._plot.reset_zoom)
        self._legend.toggled.connect(self._toggle)
        self._verdict = TextLine()
        self._verdict.setObjectName("verdict")
        self._note = TextLine(lines=3)
        self._note.setObjectName("note")
        self._formula = Formula()
        self._halves = self._splitter()
        self._arrange()

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("GradientCheckView", "Gradient check")

    def start(self, setup: Setup) -> None:
        self._known, self._known_of = None, ()
        self._formula.set_formula(FORMULA)
        self._plot.clear()

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], CheckedGradient | None]:
        """Check while paused or when it was asked for; otherwise what is known stays."""
        settings = (frame.step, self.h, self._entries.value(), self._samples.wanted)
        wait = self.session.is_running and not self._demanded
        if wait or (settings == self._known_of and not self._demanded):
            known = self._known
            return lambda probe: known
        self._demanded = False
        self._known_of = settings
        return partial(
            check_gradient, frame=frame, h=self.h, entries=settings[2], wanted=settings[3]
        )

    def draw(self, frame: Frame, result: CheckedGradient | None) -> None:
        if result is None:
            self._known_of = ()
            self._verdict.set_text(self.tr("Not checked while training runs: press Check now."))
            return
        self._known = result
        self._draw_table(result)
        self._draw_errors(result)
        self._draw_verdict(frame, result)
        notes = " ".join(notes_on(self._setup(), result))
        self._note.set_text(notes)
        self._note.setVisible(bool(notes))

    @property
    def h(self) -> float:
        """The chosen step of the difference."""
        return float(10 ** (self._h.value() / SLIDER_STEPS))

    # Drawing

    def _draw_table(self, result: CheckedGradient) -> None:
        titles, rows, values = table_of(result)
        self._table.set_table(titles, rows, left=(0, 1, 5), values=values)
        self._halves.set_needs(self._table.whole_height(), inf)

    def _draw_errors(self, result: CheckedGradient) -> None:
        x = np.log10(STEPS)
        for gone in set(self._plot.series_names()) - set(result.errors):
            self._plot.remove_series(gone)
        for style, (name, errors) in enumerate(result.errors.items()):
            self._plot.set_series(name, x, errors, role="line+marks", style_index=style)
        self._plot.mark_at(log10(result.h))
        self._legend.set_keys(self._plot.keys())

    def _draw_verdict(self, frame: Frame, result: CheckedGradient) -> None:
        errors = [check.relative_error for check in result.checks]
        worst = max(errors, key=lambda error: error if isfinite(error) else inf)
        text = self.tr("Largest relative error {error}, step {step}, mean loss over {samples}.")
        said = text.format(
            error=number_text(worst, ".1e"), step=f"{result.step:,}", samples=result.samples.text
        )
        if frame.step != result.step:
            said += " " + self.tr("The network is at step {} by now.").format(f"{frame.step:,}")
        self._verdict.set_text(said)

    # The user

    def _demand(self) -> None:
        self._demanded = True
        self.refresh()

    def _tell_h(self) -> None:
        self._h_text.setText(self.tr("h = {}").format(number_text(self.h, ".2g")))

    def _choose_h(self) -> None:
        self._tell_h()
        if not self._h.isSliderDown():
            self.refresh()

    def _toggle(self, name: str, on: bool) -> None:
        self._plot.set_series_visible(name, on)
        self._legend.set_keys(self._plot.keys())

    def _setup(self) -> Setup:
        assert self.session.setup is not None
        return self.session.setup

    # Layout

    def _entries_box(self) -> QSpinBox:
        box = QSpinBox()
        box.setObjectName("entries")
        box.setRange(1, MOST_ENTRIES)
        box.setValue(ENTRIES)
        box.setSuffix(self.tr(" entries"))
        box.setKeyboardTracking(False)
        box.setAccessibleName(self.tr("Entries checked of each array"))
        box.setToolTip(
            self.tr("How many entries of each array are checked, drawn at random; all if fewer")
        )
        box.valueChanged.connect(self.refresh)
        return box

    def _h_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName("h")
        slider.setRange(-10 * SLIDER_STEPS, -2 * SLIDER_STEPS)
        slider.setPageStep(SLIDER_STEPS)
        slider.setMinimumWidth(120)
        slider.setAccessibleName(self.tr("Step h of the central difference"))
        slider.setToolTip(self.tr("Step h of the central difference, from 1e−10 to 1e−2"))
        slider.setValue(-6 * SLIDER_STEPS)
        slider.valueChanged.connect(self._choose_h)
        slider.sliderReleased.connect(self.refresh)
        return slider

    def _splitter(self) -> TurningSplitter:
        plots = QWidget()
        column = QVBoxLayout(plots)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._plot, 1)
        column.addWidget(self._legend)
        for widget in (self._table, self._plot):
            widget.setMinimumHeight(LEAST_HEIGHT)
        return TurningSplitter(self._table, plots, least=0.45, beside=0.5)

    def _arrange(self) -> None:
        controls = Flow()
        chain = (self._check, self._samples, self._entries, self._h)
        step = QWidget()
        beside = QHBoxLayout(step)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self._h)
        beside.addWidget(self._h_text)
        for widget in (*chain[:-1], step, self._formula):
            controls.addWidget(widget)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(controls)
        layout.addWidget(self._verdict)
        layout.addWidget(self._halves, 1)
        layout.addWidget(self._note)
        for before, after in pairwise((*chain, self._table, self._plot)):
            QWidget.setTabOrder(before, after)
