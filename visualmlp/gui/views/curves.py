"""Loss and scores over the run, and over the runs kept for comparison."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QSplitter, QStackedWidget, QVBoxLayout

from visualmlp.gui.kept_runs import KeptRun
from visualmlp.gui.picks import Picks
from visualmlp.gui.sampling import sampler_of
from visualmlp.gui.session import Session
from visualmlp.gui.timeline_marks import marks_of
from visualmlp.gui.timeline_scale import Epochs
from visualmlp.gui.views.curve_controls import FIGURES, CurveControls
from visualmlp.gui.views.curve_names import axis_text, kept_names, series_names, summary
from visualmlp.gui.views.curve_series import RunColumns, Series, Wanted, make_curves, step_columns
from visualmlp.gui.views.epoch_table import Columns, EpochTable
from visualmlp.gui.views.record_table import RecordTable
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.legend import Legend
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.gui.widgets.time_plot import TimePlot, TimeSign
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup

PLOT_HEIGHT = 120
"""The least; where plots do not all fit, they scroll."""

PLOT_WIDTH = 150
"""The least that plots get beside each other; where they would get less, they stand below."""

HEAD = 90
"""Height of what stands above the plots, about."""

LEGEND_HEIGHT = 62
"""The most that the legend takes; with many kept runs it scrolls."""

SHAPE = 1.6
"""Width of a plot that reads well, by its height."""

LOGARITHMIC = ("loss", "rmse", "learning_rate", "gradient_norm")

ROOM_FOR_OPTIONS = 320
"""Width in pixels below which only the switches show: more rows would lie over the plots."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What there is to draw: the series of every figure shown, or the records for the table."""

    curves: dict[str, list[Series]]
    records: Columns | None


def _fill(plot: TimePlot, all_series: list[Series]) -> None:
    """Let a plot show these series and no others."""
    for gone in set(plot.series_names()) - {series.name for series in all_series}:
        plot.remove_series(gone)
    for series in all_series:
        plot.set_series(
            series.name,
            series.x,
            series.y,
            role=series.role,
            style_index=series.style_index,
            short=series.short,
            pale=series.pale,
            dashes=series.dashes,
        )


@VIEWS.add
class CurvesView(View):
    """Every step's loss, every epoch's figures of the parts of the data."""

    name: ClassVar[str] = "curves"
    order: ClassVar[int] = 10

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._epochs = EpochTable()
        self._kept: list[tuple[KeptRun, Columns]] = []
        self._header = TextLine()
        self._header.setObjectName("header")
        self._controls = CurveControls()
        self._controls.figures_changed.connect(self._show_chosen)
        self._controls.axis_changed.connect(self._change_axis)
        self._controls.window_changed.connect(self.refresh)
        self._controls.log_changed.connect(self._set_log)
        self._controls.table_changed.connect(self._show_table)
        self._legend = Legend()
        self._legend_room = QScrollArea()
        self._plots = {figure: TimePlot() for figure in FIGURES}
        for figure, plot in self._plots.items():
            plot.setObjectName(f"plot.{figure}")
            plot.following_changed.connect(self._offer_reset)
            plot.x_picked.connect(self._seek)
            plot.scrubbed.connect(self._seek)
            self._legend.toggled.connect(plot.set_series_visible)
        for one, other in combinations(self._plots.values(), 2):
            one.link_x(other)
        self._legend.toggled.connect(self._explain)
        self._legend.zoom_reset.connect(self._reset_zoom)
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._scroll = QScrollArea()
        self._scroll.setAccessibleName(self.tr("Curves"))
        self._legend_room.setAccessibleName(self.tr("Legend"))
        self._table = RecordTable()
        self._front = QStackedWidget()
        self._arrange()
        self._show_chosen()
        session.kept_changed.connect(self._take_kept)
        self._take_kept(session.kept_curves)

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("CurvesView", "Curves")

    def start(self, setup: Setup) -> None:
        self._controls.begin(setup)
        self._table.clear()
        self._name_axes(setup)
        self._start_over()
        self._show_chosen()

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], Drawn]:
        history = self.session.history
        records = self._epochs.columns(history)
        if self._controls.table:
            table = records | self._samples_seen(frame, records)
            return lambda _probe: Drawn({}, table)
        steps = step_columns(history.steps)
        wanted = self._wanted(frame, steps, records)
        return lambda _probe: Drawn(make_curves(wanted), None)

    def draw(self, frame: Frame, result: Drawn) -> None:
        self._header.set_text(summary(self._setup(), frame.evaluation))
        if result.records is not None:
            self._table.set_records(result.records, self._setup().data.task)
            return
        signs = self._signs()
        cursor, has_future = self._x_of(frame.step), frame.step < frame.head
        for figure, plot in self._plots.items():
            _fill(plot, result.curves.get(figure, []))
            plot.set_time(cursor, has_future=has_future, signs=signs)
        self._explain()

    # What the curves are made from

    def _wanted(self, frame: Frame, steps: Columns, records: Columns) -> Wanted:
        setup, window = self._setup(), self._controls.smoothing
        n_train = len(setup.data.train)
        training = self.session.experiment.training
        batch = sampler_of(setup.experiment, n_train).step_size(training.batch_size)
        names = series_names(setup, frame.evaluation, batch, window)
        return Wanted(
            axis=self._controls.axis,
            window=window if batch < n_train else 1,
            figures=self._controls.figures,
            run=RunColumns(steps, records, frame.n_batches, names),
            kept=tuple(
                RunColumns(
                    step_columns(run.history.steps),
                    epochs,
                    run.n_batches,
                    kept_names(run.name, run.history.epochs[-1], window),
                )
                for run, epochs in self._kept
                if run.task == setup.data.task
            ),
        )

    def _samples_seen(self, frame: Frame, records: Columns) -> Columns:
        """The column of samples seen, where it follows from the epochs: not after a change."""
        setup, training = self._setup(), self.session.experiment.training
        sampler = sampler_of(setup.experiment, len(setup.data.train))
        of_epoch = sampler.epoch_size(training.batch_size)
        of_step = sampler.step_size(training.batch_size)
        if frame.samples_seen != frame.epoch * of_epoch + frame.batch * of_step:
            return {}
        return {"samples": records["epoch"] * of_epoch}

    def _take_kept(self, runs: tuple[KeptRun, ...]) -> None:
        self._kept = [(run, EpochTable().columns(run.history)) for run in runs]
        self.refresh()

    def _explain(self) -> None:
        plots = [self._plots[figure] for figure in self._controls.figures]
        self._legend.set_keys({name: key for plot in plots for name, key in plot.keys().items()})
        self._fit_legend()

    def _fit_legend(self) -> None:
        wanted = self._legend.heightForWidth(self._legend_room.width())
        self._legend_room.setFixedHeight(min(wanted, LEGEND_HEIGHT))

    def _start_over(self) -> None:
        for plot in self._plots.values():
            plot.clear()
        self._reset_zoom()

    def _reset_zoom(self) -> None:
        self._plots["loss"].reset_zoom()  # the others are linked

    def _offer_reset(self) -> None:
        self._legend.set_zoomed(not all(plot.following for plot in self._plots.values()))

    def _name_axes(self, setup: Setup) -> None:
        x_title = self.tr("step") if self._controls.axis == "step" else self.tr("epoch")
        for figure, plot in self._plots.items():
            plot.set_axes(x_title, axis_text(figure, setup.data.task))

    def _setup(self) -> Setup:
        assert self.session.setup is not None
        return self.session.setup

    # Time

    def _epochs_of_run(self) -> Epochs:
        assert self.session.frame is not None
        return Epochs(self.session.history.epochs, self.session.frame.n_batches)

    def _x_of(self, step: int) -> float:
        return step if self._controls.axis == "step" else self._epochs_of_run().epoch_at(step)

    def _signs(self) -> list[TimeSign]:
        """What was done to the run and what happened in it."""
        marks = marks_of(self.session.timeline, self.session.branches, None)
        return [TimeSign(self._x_of(mark.step), mark.kind, mark.text) for mark in marks]

    def _seek(self, x: float) -> None:
        """Move the cursor of all views."""
        step = x if self._controls.axis == "step" else self._epochs_of_run().step_of(x)
        step = min(max(round(step), 0), self.session.timeline.head)
        for plot in self._plots.values():
            plot.mark_at(self._x_of(step))
        self.session.seek(step)

    # The user

    def _show_chosen(self) -> None:
        figures = self._controls.figures
        for figure, plot in self._plots.items():
            plot.setVisible(figure in figures)
        self._turn()
        self.refresh()

    def _show_table(self, on: bool) -> None:
        self._legend_room.setVisible(not on)
        self._front.setCurrentWidget(self._table if on else self._scroll)
        self.refresh()

    def _turn(self) -> None:
        """Set the plots below or beside each other, whichever gives them the better shape."""
        count = max(len(self._controls.figures), 1)
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
        self._controls.set_roomy(self.width() >= ROOM_FOR_OPTIONS)
        self._turn()
        self._fit_legend()

    def _set_log(self, on: bool) -> None:
        for figure in LOGARITHMIC:
            self._plots[figure].set_log_y(on)

    def _change_axis(self) -> None:
        self._name_axes(self._setup())
        self._start_over()
        self.refresh()

    # Layout

    def _arrange(self) -> None:
        self._splitter.setChildrenCollapsible(False)
        for plot in self._plots.values():
            plot.setMinimumHeight(PLOT_HEIGHT)
            self._splitter.addWidget(plot)
        for room, content in ((self._scroll, self._splitter), (self._legend_room, self._legend)):
            room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            room.setWidgetResizable(True)
            room.setFrameShape(QFrame.Shape.NoFrame)
            room.setWidget(content)
        self._legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._legend_room.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._front.addWidget(self._scroll)
        self._front.addWidget(self._table)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(3)
        layout.addWidget(self._controls)
        layout.addWidget(self._header)
        layout.addWidget(self._legend_room)
        layout.addWidget(self._front, 1)
