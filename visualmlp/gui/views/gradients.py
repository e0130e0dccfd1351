"""The gradients: norms of every layer over time, what the updates change, distributions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import ClassVar, cast

import numpy as np
from PyQt6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PyQt6.QtGui import QKeyEvent, QResizeEvent
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from visualmlp.analysis.health.gradients import HIGH, LOW
from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.timeline_marks import marks_of
from visualmlp.gui.views.gradients_of_run import GradientLooker, GradientsOfRun
from visualmlp.gui.views.layer_chooser import layer_text
from visualmlp.gui.views.layer_histograms import LayerHistograms
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.band_plot import BandPlot
from visualmlp.gui.widgets.flow import Flow
from visualmlp.gui.widgets.histogram import Counts, HistogramPlot
from visualmlp.gui.widgets.labels import counted, number_text
from visualmlp.gui.widgets.legend import Legend
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.gui.widgets.time_plot import TimePlot, TimeSign
from visualmlp.training.frame import Frame
from visualmlp.training.past_gradients import Kind
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup

PLOT_HEIGHT, HISTOGRAM_HEIGHT = 110, 140
MARGIN, GAP = 6, 3
SHARES = 6000, 4000
"""Of the curves and of the distributions, until the user divides the room otherwise."""
ROOM_FOR_RATIO = 160
ROOM_BESIDE = 620
"""Width in pixels from which the distributions stand beside the curves."""


@VIEWS.add
class GradientsView(View):
    """Two plots with a curve a layer, and a histogram a layer."""

    name: ClassVar[str] = "gradients"
    order: ClassVar[int] = 35

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._looker = GradientLooker()
        self._kind = self._kind_chooser()
        self._raw = self._raw_box()
        self._check = self._check_button()
        self._norms, self._ratios = TimePlot(), BandPlot(LOW, HIGH)
        self._norms.set_log_y(True)
        self._norms.link_x(self._ratios)
        self._histograms = LayerHistograms(HISTOGRAM_HEIGHT)
        self._histograms.setObjectName("histograms")
        self._legend = Legend()
        self._legend.zoom_reset.connect(self._norms.reset_zoom)
        self._legend.toggled.connect(self._toggle)
        # or all names below each other count as the least height
        self._legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for name, plot in (("norms", self._norms), ("ratios", self._ratios)):
            plot.setObjectName(name)
            plot.setMinimumHeight(PLOT_HEIGHT)
            plot.x_picked.connect(self._seek)
            plot.scrubbed.connect(self._seek)
            plot.following_changed.connect(self._offer_reset)
        self._switches = self._make_switches()
        self._wanted = list(self._switches)
        self._controls = Flow()
        self._header = TextLine(lines=2)
        self._header.setObjectName("header")
        self._curves = QSplitter(Qt.Orientation.Vertical)
        self._halves = QSplitter(Qt.Orientation.Vertical)
        self._arrange()

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("GradientsView", "Gradients")

    def start(self, setup: Setup) -> None:
        self._looker = GradientLooker()
        self._norms.clear()
        self._ratios.clear()
        self._norms.reset_zoom()
        self._histograms.set_count(len(setup.layers))
        self._histograms.set_log(True)
        for layer, plot in enumerate(self._histograms.plots):
            plot.setProperty("layer", layer)
            plot.set_x_name(self.tr("gradient"))
            plot.installEventFilter(self)

    def turn_to(self, page: str) -> None:
        """The norms of the gradient of "weights" or "biases", or the weights' update "ratios"."""
        kind = "biases" if page == "biases" else "weights"
        self._kind.setCurrentIndex(self._kind.findData(kind))
        self._raw.setChecked(False)  # findings are about what the optimizer got
        plot = self._ratios if page == "ratios" else self._norms
        self._choose(next(b for b, widget in self._switches.items() if widget is plot), True)

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], GradientsOfRun]:
        branches = self.session.branches
        assert branches is not None
        return partial(self._looker.look, frame=frame, branch=branches[branches.current])

    def draw(self, frame: Frame, result: GradientsOfRun) -> None:
        self._raw.setEnabled(result.is_changed)
        self._header.set_text(self._summary(frame, result))
        self._draw_curves(frame, result)
        self._draw_distributions(result)
        if result.past.n_missing:
            self.refresh()

    # Drawing

    def _draw_curves(self, frame: Frame, result: GradientsOfRun) -> None:
        what, step = self._kind.currentText().lower(), self.tr("step")
        of = self.tr("of the loss alone") if self._shows_raw else self.tr("as used")
        self._norms.set_axes(step, self.tr("gradient norm of {}, {}").format(what, of))
        ratio = self.tr("‖update‖ / ‖{what}‖ (band: usual, {low} to {high})")
        low, high = number_text(LOW), number_text(HIGH)
        self._ratios.set_axes(step, ratio.format(what=what, low=low, high=high))
        figure = "raw" if self._shows_raw else "gradient"
        signs = [
            TimeSign(mark.step, mark.kind, mark.text)
            for mark in marks_of(self.session.timeline, self.session.branches, None)
        ]
        for plot, name in ((self._norms, figure), (self._ratios, "ratio")):
            self._fill(plot, result, name)
            plot.set_time(frame.step, has_future=frame.step < frame.head, signs=signs)
        self._legend.set_keys(self._norms.keys())
        self._show_chosen()  # the legend may need more lines

    def _fill(self, plot: TimePlot, result: GradientsOfRun, figure: str) -> None:
        setup, steps, picked = self._setup(), result.steps, self._picked_layer()
        for layer in range(len(setup.layers)):
            name = layer_text(setup, layer)
            values = result.curve(self.kind, figure, layer)
            if np.isnan(values).all():
                plot.remove_series(name)
                continue
            plot.set_series(
                name,
                steps,
                values,
                role="line+marks",
                style_index=layer,
                dashes=layer,
                pale=picked not in (None, layer),
                short=self.tr("layer {}").format(layer + 1),
            )

    def _draw_distributions(self, result: GradientsOfRun) -> None:
        setup, one = self._setup(), result.one
        for layer, (weights, biases) in enumerate(one.distributions):
            plot = self._histograms.plots[layer]
            series = [Counts(self.tr("weights"), weights.edges, weights.counts, style=layer)]
            if biases is not None:
                name = self.tr("biases")
                series.append(Counts(name, biases.edges, biases.counts, filled=False, style=layer))
            sign = "▸ " if self._picked_layer() == layer else ""
            plot.set_title(sign + layer_text(setup, layer))
            n_lost = weights.n_not_finite + (biases.n_not_finite if biases else 0)
            plot.set_caption(self._figures_of(result, layer, n_lost))
            plot.set_histograms(series, shares=True)

    def _figures_of(self, result: GradientsOfRun, layer: int, n_lost: int) -> str:
        norms = result.one.norms(self.kind)
        text = self.tr("‖g‖ {}").format(number_text(float(norms.gradient[layer]), ".2g"))
        if self._histograms.plots[layer].width() >= ROOM_FOR_RATIO:
            ratio = number_text(float(norms.ratio[layer]), ".2g")
            text += self.tr(" · ratio {}").format(ratio)
        if n_lost:
            text += self.tr(" · {} NaN or infinite").format(f"{n_lost:,}")
        return text

    def _summary(self, frame: Frame, result: GradientsOfRun) -> str:
        past, step = result.past, result.one.step
        if frame.state is None:
            text = self.tr("Distributions: update after step {} (newest looked at)")
        else:
            text = self.tr("Distributions: the next update, after step {}")
        steps = counted(result.head + 1, self.tr("1 step"), self.tr("{} steps"))
        curves = self.tr("curves: updates after {n} of {all}").format(
            n=f"{len(past.steps):,}", all=steps
        )
        if past.spacing > 1:
            curves += self.tr(", one in {}").format(f"{past.spacing:,}")
        if past.n_missing:
            curves += self.tr(" · computing {} more …").format(f"{past.n_missing:,}")
        if result.past.norms(self.kind).update.size and np.isnan(result.one.weights.update).all():
            curves += self.tr(" · the next update cannot be made: NaN or infinite")
        return f"{text.format(f'{step:,}')} · {curves}"

    # The user

    @property
    def kind(self) -> Kind:
        """Whether the curves are of weights or of biases."""
        return cast("Kind", self._kind.currentData())

    @property
    def _shows_raw(self) -> bool:
        return self._raw.isChecked() and self._raw.isEnabled()

    def _picked_layer(self) -> int | None:
        unit = self.session.picks.unit
        return None if unit is None else unit[0]

    def _pick_layer(self, layer: int) -> None:
        """Let the other views show the layer: its picked unit, or the first."""
        if layer != self._picked_layer():
            self.session.pick_unit(layer, 0)

    def _seek(self, x: float) -> None:
        step = min(max(round(x), 0), self.session.timeline.head)
        for plot in (self._norms, self._ratios):
            plot.mark_at(step)
        self.session.seek(step)

    def _toggle(self, name: str, on: bool) -> None:
        for plot in (self._norms, self._ratios):
            plot.set_series_visible(name, on)
        self._legend.set_keys(self._norms.keys())

    def _offer_reset(self) -> None:
        self._legend.set_zoomed(not (self._norms.following and self._ratios.following))

    def _choose(self, button: QToolButton, on: bool) -> None:
        """The newest choice comes first where there is no room for all."""
        self._wanted = [other for other in self._wanted if other is not button]
        if on:
            self._wanted.insert(0, button)
        self._show_chosen()
        self.refresh()

    def _show_chosen(self) -> None:
        shown = self._fitting()
        for button, widget in self._switches.items():
            button.setChecked(button in shown)
            widget.setVisible(button in shown)
        any_curves = any(self._switches[button] is not self._histograms for button in shown)
        self._curves.setVisible(any_curves)
        self._legend.setVisible(any_curves)

    def _fitting(self) -> list[QToolButton]:
        """Of the pieces that are wanted those that there is room for, one at least."""
        shown: list[QToolButton] = []
        is_beside = self._halves.orientation() == Qt.Orientation.Horizontal
        room = self._room_of_pieces()
        for button in self._wanted:
            if self._switches[button] is not self._histograms:
                height = PLOT_HEIGHT + GAP
            else:
                height = 0 if is_beside else HISTOGRAM_HEIGHT + GAP
            if height <= room or not shown:
                shown.append(button)
                room -= height
        return shown

    def _room_of_pieces(self) -> int:
        """Height for curves and histograms, in pixels."""
        width = self.width() - 2 * MARGIN
        above = self._controls.heightForWidth(width) + self._legend.heightForWidth(width)
        return self.height() - above - self._header.sizeHint().height() - 2 * MARGIN - 3 * GAP

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Let a click on a histogram, or Enter in it, pick its layer."""
        if isinstance(watched, HistogramPlot) and event is not None:
            clicked = event.type() == QEvent.Type.MouseButtonPress
            keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if clicked or (isinstance(event, QKeyEvent) and event.key() in keys):
                self._pick_layer(watched.property("layer"))
        return super().eventFilter(watched, event)

    def _setup(self) -> Setup:
        assert self.session.setup is not None
        return self.session.setup

    # Layout

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        beside = self.width() >= ROOM_BESIDE and self.width() > self.height()
        way = Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical
        if way != self._halves.orientation() or not self._halves.property("divided"):
            self._halves.setOrientation(way)
            self._halves.setSizes(list(SHARES))
            self._halves.setProperty("divided", True)
        self._show_chosen()
        self.refresh()  # captions are as long as there is room

    def _kind_chooser(self) -> QComboBox:
        chooser = QComboBox()
        chooser.setObjectName("kind")
        chooser.setAccessibleName(self.tr("Of which parameters"))
        chooser.setToolTip(self.tr("Whether the curves are of the layers' weights or biases"))
        chooser.addItem(self.tr("Weights"), "weights")
        chooser.addItem(self.tr("Biases"), "biases")
        chooser.activated.connect(lambda: self.refresh())
        return chooser

    def _raw_box(self) -> QCheckBox:
        box = QCheckBox(self.tr("Of the loss alone"))
        box.setObjectName("raw")
        box.setToolTip(
            self.tr("The gradient's norm before penalties are added and before it is clipped")
        )
        box.toggled.connect(lambda: self.refresh())
        return box

    def _check_button(self) -> QPushButton:
        button = QPushButton(self.tr("Gradient check"))
        button.setObjectName("gradient_check")
        button.setAccessibleName(self.tr("Show the gradient check"))
        button.setToolTip(
            self.tr("Show the gradient check: backpropagation against central differences")
        )
        button.clicked.connect(lambda: self.session.view_wanted.emit("gradient_check"))
        return button

    def _make_switches(self) -> dict[QToolButton, QWidget]:
        texts = (
            ("show.norms", self.tr("Norms"), self._norms, self.tr("The gradient's norm over time")),
            (
                *("show.ratios", self.tr("Ratios"), self._ratios),
                self.tr("How much an update changes the parameters, as a share of their norm"),
            ),
            (
                *("show.histograms", self.tr("Distributions"), self._histograms),
                self.tr("How the gradient's entries are distributed in each layer"),
            ),
        )
        switches: dict[QToolButton, QWidget] = {}
        for name, text, widget, tip in texts:
            button = QToolButton()
            button.setObjectName(name)
            button.setText(text)
            button.setToolTip(tip)
            button.setCheckable(True)
            button.setChecked(True)
            button.setProperty("switch", True)
            button.clicked.connect(partial(self._choose, button))
            switches[button] = widget
        return switches

    def _arrange(self) -> None:
        chain = (*self._switches, self._kind, self._raw, self._check)
        for widget in chain:
            self._controls.addWidget(widget)
        self._curves.addWidget(self._norms)
        self._curves.addWidget(self._ratios)
        for splitter in (self._curves, self._halves):
            splitter.setChildrenCollapsible(False)
        self._halves.addWidget(self._curves)
        self._halves.addWidget(self._histograms)
        for place, share in enumerate(SHARES):
            self._halves.setStretchFactor(place, share)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(GAP)
        layout.addLayout(self._controls)
        layout.addWidget(self._header)
        layout.addWidget(self._legend)
        layout.addWidget(self._halves, 1)
        order = (*chain, self._norms, self._ratios, self._histograms)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)
