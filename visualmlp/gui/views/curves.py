"""Loss and scores over the run."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from itertools import combinations
from typing import ClassVar

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QComboBox,
    QFrame,
    QScrollArea,
    QSplitter,
    QToolButton,
    QVBoxLayout,
)
from superqt import QFlowLayout

from visualmlp.gui.schedule import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.curve_series import Series, Wanted, make_curves, step_columns
from visualmlp.gui.views.epoch_table import EpochTable
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.curves import CurvePlot
from visualmlp.gui.widgets.labels import number_text
from visualmlp.gui.widgets.legend import Legend
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.history import Evaluation
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup

WINDOWS = (1, 10, 50, 200, 1000)
"""Steps that the smoothed lines average; 1 is no smoothing."""

FIGURES = ("loss", "score", "rmse", "learning_rate", "gradient_norm")
PLOT_HEIGHT = 120
"""The least; where plots do not all fit, they scroll."""

PLOT_WIDTH = 150
"""The least that plots get beside each other; where they would get less, they stand below."""

HEAD = 90
"""Height of what stands above the plots, about."""

SHAPE = 1.6
"""Width of a plot that reads well, by its height."""

SHOWN_FIRST = ("loss", "score")
LOGARITHMIC = ("loss", "rmse", "learning_rate", "gradient_norm")

ROOM_FOR_OPTIONS = 260
"""Width in pixels below which only the switches show: more rows would lie over the plots."""


def _fill(plot: CurvePlot, all_series: list[Series]) -> None:
    """Let a plot show these series and no others."""
    for gone in set(plot.series_names()) - {series.name for series in all_series}:
        plot.remove_series(gone)
    for series in all_series:
        style = series.style_index
        plot.set_series(
            series.name, series.x, series.y, role=series.role, style_index=style, short=series.short
        )


@VIEWS.add
class CurvesView(View):
    """Every step's loss, every epoch's figures of training and validation part."""

    name: ClassVar[str] = "curves"
    order: ClassVar[int] = 10

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._epochs = EpochTable()
        self._header = TextLine()
        self._header.setObjectName("header")
        self._axis = self._axis_chooser()
        self._window = self._window_chooser()
        self._log = QToolButton()
        self._log.setObjectName("log")
        self._log.setText(self.tr("Log"))
        self._log.setToolTip(self.tr("Logarithmic y axis, except for accuracy and R²"))
        self._log.setCheckable(True)
        self._log.setProperty("switch", True)
        self._log.toggled.connect(self._set_log)
        self._legend = Legend()
        self._switches = {figure: self._switch(figure) for figure in FIGURES}
        self._plots = {figure: CurvePlot() for figure in FIGURES}
        for figure, plot in self._plots.items():
            plot.setObjectName(f"plot.{figure}")
            plot.following_changed.connect(self._offer_reset)
            self._legend.toggled.connect(plot.set_series_visible)
        for one, other in combinations(self._plots.values(), 2):
            one.link_x(other)
        self._legend.toggled.connect(self._explain)
        self._legend.zoom_reset.connect(self._reset_zoom)
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._scroll = QScrollArea()
        self._scroll.setAccessibleName(self.tr("Curves"))
        self._arrange()
        self._show_chosen()

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("CurvesView", "Curves")

    def start(self, setup: Setup) -> None:
        self._switches["rmse"].setVisible(setup.data.task == "regression")
        for figure in FIGURES:
            self._name_switch(figure, setup)
        self._name_axes(setup)
        self._start_over()
        self._show_chosen()

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], dict[str, list[Series]]]:
        history = self.session.history
        wanted = Wanted(
            axis=self._axis.currentData(),
            window=self._window.currentData(),
            figures=self._chosen(),
            steps=step_columns(history.steps),
            epochs=self._epochs.columns(history),
            n_batches=frame.n_batches,
            names=self._names(frame),
        )
        return partial(make_curves, wanted=wanted)

    def draw(self, frame: Frame, result: dict[str, list[Series]]) -> None:
        self._header.set_text(self._summary(frame))
        by_step = self._axis.currentData() == "step"
        cursor = frame.step if by_step else frame.epoch + frame.batch / frame.n_batches
        for figure, plot in self._plots.items():
            _fill(plot, result.get(figure, []))
            plot.mark_at(cursor)
        self._explain()

    def _explain(self) -> None:
        """One legend for all plots that are shown."""
        plots = [self._plots[figure] for figure in self._chosen()]
        self._legend.set_keys({name: key for plot in plots for name, key in plot.keys().items()})

    # Texts

    def _names(self, frame: Frame) -> dict[str, tuple[str, str]]:
        """Of all series, in full and short."""
        setup = self._setup()
        train, validation = frame.evaluation.train, frame.evaluation.validation
        n_train = len(setup.data.train)
        batch = min(self.session.experiment.training.batch_size, n_train)
        mean, window = self._window.currentText(), f"{self._window.currentData():,}"
        rate, norm = self.tr("learning rate"), self.tr("gradient norm")
        names = {
            "loss": (self.tr("batch loss ({} samples)").format(f"{batch:,}"), self.tr("batch")),
            "learning_rate": (self.tr("learning rate of the step"), rate),
            "gradient_norm": (self.tr("gradient norm of the step, before clipping"), norm),
            "smooth.loss": (mean, self.tr("mean of {}").format(window)),
            "smooth.gradient_norm": (
                self.tr("gradient norm, {}").format(mean),
                self.tr("norm, mean of {}").format(window),
            ),
            "train": self._part_names(self.tr("training"), train, n_train),
        }
        if validation:
            total = len(setup.data.validation)
            names["validation"] = self._part_names(self.tr("validation"), validation, total)
        return names

    def _part_names(self, part: str, evaluation: Evaluation, total: int) -> tuple[str, str]:
        return f"{part} ({self._samples(evaluation, total)})", part

    def _samples(self, evaluation: Evaluation, total: int) -> str:
        if evaluation.n_samples < total:
            text = self.tr("{count} of {total} samples")
            return text.format(count=f"{evaluation.n_samples:,}", total=f"{total:,}")
        return self.tr("{} samples").format(f"{total:,}")

    def _summary(self, frame: Frame) -> str:
        """The newest figures, those of the validation part if there is one."""
        record, data = frame.evaluation, self._setup().data
        part, evaluation = self.tr("training"), record.train
        total = len(data.train)
        if record.validation:
            part, evaluation = self.tr("validation"), record.validation
            total = len(data.validation)
        figures = [f"{self.tr('loss')} {number_text(evaluation.loss)}"]
        if data.task == "regression":
            figures.insert(0, f"R² {number_text(evaluation.score, '.3f')}")
            figures.append(f"RMSE {number_text(evaluation.rmse)}")
        else:
            figures.insert(0, f"{self.tr('accuracy')} {number_text(evaluation.score, '.3f')}")
        return self.tr("Epoch {epoch}: {part} {figures} ({samples}, step {step})").format(
            epoch=f"{record.epoch:,}",
            part=part,
            figures=", ".join(figures),
            samples=self._samples(evaluation, total),
            step=f"{record.step:,}",
        )

    def _figure_text(self, figure: str, setup: Setup) -> str:
        regression = setup.data.task == "regression"
        return {
            "loss": self.tr("Loss"),
            "score": "R²" if regression else self.tr("Accuracy"),
            "rmse": "RMSE",
            "learning_rate": self.tr("Learning rate"),
            "gradient_norm": self.tr("Gradient norm"),
        }[figure]

    def _name_switch(self, figure: str, setup: Setup) -> None:
        """Short on its face, so that a narrow dock has room for the plots; in full for hover."""
        full = self._figure_text(figure, setup)
        short = {"learning_rate": self.tr("Rate"), "gradient_norm": self.tr("Norm")}
        switch = self._switches[figure]
        switch.setText(short.get(figure, full))
        switch.setAccessibleName(full)
        switch.setToolTip(self.tr("Show or hide this plot: {}").format(full))

    def _start_over(self) -> None:
        for plot in self._plots.values():
            plot.clear()
        self._reset_zoom()

    def _reset_zoom(self) -> None:
        self._plots["loss"].reset_zoom()  # the others are linked

    def _offer_reset(self) -> None:
        self._legend.set_zoomed(not all(plot.following for plot in self._plots.values()))

    def _name_axes(self, setup: Setup) -> None:
        by_step = self._axis.currentData() == "step"
        x_title = self.tr("step") if by_step else self.tr("epoch")
        for figure, plot in self._plots.items():
            y_title = self._figure_text(figure, setup).lower() if figure != "rmse" else "RMSE"
            if figure == "score" and setup.data.task == "regression":
                y_title = "R²"
            plot.set_axes(x_title, y_title)

    def _setup(self) -> Setup:
        assert self.session.setup is not None
        return self.session.setup

    # The user

    def _chosen(self) -> tuple[str, ...]:
        """The figures that are switched on, and that there are in this run."""
        return tuple(
            figure
            for figure, switch in self._switches.items()
            if switch.isChecked() and not switch.isHidden()
        )

    def _show_chosen(self) -> None:
        chosen = self._chosen()
        for figure, plot in self._plots.items():
            plot.setVisible(figure in chosen)
        self._turn()
        self.refresh()

    def _turn(self) -> None:
        """Set the plots below or beside each other, whichever gives them the better shape."""
        count = max(len(self._chosen()), 1)
        room = max(self.height() - HEAD, 1)
        shape = math.log(max(self.width(), 1) / room / SHAPE)
        beside = (
            abs(shape - math.log(count)) < abs(shape + math.log(count))
            and self.width() >= count * PLOT_WIDTH
        )
        self._splitter.setOrientation(
            Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical
        )

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        for option in (self._axis, self._window, self._log):
            option.setVisible(self.width() >= ROOM_FOR_OPTIONS)
        self._turn()

    def _set_log(self, on: bool) -> None:
        for figure in LOGARITHMIC:
            self._plots[figure].set_log_y(on)

    def _change_axis(self) -> None:
        self._name_axes(self._setup())
        self._start_over()
        self.refresh()

    # Layout

    def _axis_chooser(self) -> QComboBox:
        chooser = QComboBox()
        chooser.setObjectName("axis")
        chooser.setAccessibleName(self.tr("Horizontal axis"))
        chooser.setToolTip(self.tr("What the horizontal axis counts: steps (updates) or epochs"))
        chooser.addItem(self.tr("over steps"), "step")
        chooser.addItem(self.tr("over epochs"), "epoch")
        chooser.activated.connect(self._change_axis)
        return chooser

    def _window_chooser(self) -> QComboBox:
        chooser = QComboBox()
        chooser.setObjectName("window")
        chooser.setAccessibleName(self.tr("Smoothing"))
        chooser.setToolTip(
            self.tr("A point of the smoothed line is the mean of so many steps, half of them later")
        )
        for window in WINDOWS:
            text = self.tr("mean of {} steps").format(f"{window:,}")
            chooser.addItem(text if window > 1 else self.tr("not smoothed"), window)
        chooser.setCurrentIndex(WINDOWS.index(50))
        chooser.activated.connect(self.refresh)
        return chooser

    def _switch(self, figure: str) -> QToolButton:
        switch = QToolButton()
        switch.setObjectName(f"show.{figure}")
        switch.setCheckable(True)
        switch.setProperty("switch", True)
        switch.setChecked(figure in SHOWN_FIRST)
        switch.clicked.connect(self._show_chosen)
        return switch

    def _arrange(self) -> None:
        controls = QFlowLayout()
        controls.setHorizontalSpacing(4)
        controls.setVerticalSpacing(4)
        for widget in (*self._switches.values(), self._axis, self._window, self._log):
            controls.addWidget(widget)
        self._splitter.setChildrenCollapsible(False)
        for plot in self._plots.values():
            plot.setMinimumHeight(PLOT_HEIGHT)
            self._splitter.addWidget(plot)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidget(self._splitter)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(3)
        layout.addLayout(controls)
        layout.addWidget(self._header)
        layout.addWidget(self._legend)
        layout.addWidget(self._scroll, 1)
