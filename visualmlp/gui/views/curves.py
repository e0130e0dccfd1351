"""Loss and scores over the run, and over the other runs of its tree and those that are kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QStackedWidget, QVBoxLayout

from visualmlp.engine.samplers import Sampler
from visualmlp.gui.file_dialogs import ask_open
from visualmlp.gui.picks import Picks
from visualmlp.gui.sampling import sampler_of
from visualmlp.gui.session import Session
from visualmlp.gui.timeline_marks import Best, marks_of
from visualmlp.gui.timeline_scale import Epochs
from visualmlp.gui.views.curve_controls import CurveControls
from visualmlp.gui.views.curve_names import Names, kept_names, other_names, series_names, summary
from visualmlp.gui.views.curve_plots import CurvePlots, has_room_for_two
from visualmlp.gui.views.curve_runs import Axis, RunColumns
from visualmlp.gui.views.curve_series import NamedRun, Series, Wanted, make_curves
from visualmlp.gui.views.epoch_table import Columns
from visualmlp.gui.views.record_table import RecordTable
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.parts_line import Fact, PartsLine
from visualmlp.gui.widgets.time_plot import TimeSign
from visualmlp.training.frame import Frame
from visualmlp.training.history import History
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup

MARGIN = 6
HEAD = 96
"""Height of what stands above the plots, about."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A run to draw: what tells it from the others, its name, and what was recorded of it."""

    key: Hashable
    name: str
    history: History
    n_batches: int


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What the user has chosen about the curves."""

    axis: Axis
    window: int
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What there is to draw: the series of every figure and the other runs, or the records."""

    curves: dict[str, list[Series]]
    runs: tuple[str, ...]
    records: Columns | None = None


@VIEWS.add
class CurvesView(View):
    """Every step's loss, every epoch's figures of the parts of the data."""

    name: ClassVar[str] = "curves"
    order: ClassVar[int] = 10

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._columns: dict[Hashable, RunColumns] = {}
        self._best = Best()
        self._summary: list[Fact] = []
        self._values = ""
        self._header = PartsLine()
        self._header.setObjectName("header")
        self._controls = CurveControls()
        self._options = self._controls.options
        self._plots = CurvePlots()
        self._table = RecordTable()
        self._front = QStackedWidget()
        self._connect()
        self._arrange()
        self._show_chosen()

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("CurvesView", "Curves")

    def start(self, setup: Setup) -> None:
        self._columns.clear()
        self._controls.begin(setup)
        self._table.clear()
        self._name_axes()
        self._plots.begin()
        self._show_chosen()

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], Drawn]:
        current = Source("", "", self.session.history, frame.n_batches)
        if self._controls.table:
            of_epoch = self._samples_of_epoch(frame)
            return lambda _probe: self._records(current, of_epoch)
        others = self._others(frame)
        n_train = len(self._setup().data.train)
        batch = self._sampler().step_size(self.session.experiment.training.batch_size)
        window = self._options.smoothing if batch < n_train else 1
        choice = Choice(self._options.axis, window, self._controls.figures)
        names = [series_names(self._setup(), frame.evaluation, batch, window)]
        names += [kept_names(run.name, run.history.epochs[-1], window) for run in others]
        return partial(self._curves, choice=choice, runs=[current, *others], names=names)

    def draw(self, frame: Frame, result: Drawn) -> None:
        self._summary = summary(self._setup(), frame.evaluation)
        self._tell_header()
        if result.records is not None:
            self._table.set_records(result.records, self._setup().data.task)
            return
        self._plots.set_curves(result.curves, result.runs)
        cursor, has_future = self._x_of(frame.step), frame.step < frame.head
        self._plots.set_time(cursor, has_future=has_future, signs=self._signs())

    # What the curves are made from; on the analysis thread

    def _curves(
        self, _probe: Probe, *, choice: Choice, runs: list[Source], names: list[Names]
    ) -> Drawn:
        self._columns = {run.key: self._columns.get(run.key) or RunColumns() for run in runs}
        named = [
            NamedRun(self._columns_of(run), of_run, run.name)
            for run, of_run in zip(runs, names, strict=True)
        ]
        wanted = Wanted(choice.axis, choice.window, choice.figures, named[0], tuple(named[1:]))
        return Drawn(make_curves(wanted), tuple(run.name for run in runs[1:]))

    def _columns_of(self, run: Source) -> RunColumns:
        return self._columns.setdefault(run.key, RunColumns()).follow(run.history, run.n_batches)

    def _records(self, run: Source, of_epoch: int | None) -> Drawn:
        records = self._columns_of(run).epochs
        samples = {} if of_epoch is None else {"samples": records["epoch"] * of_epoch}
        return Drawn({}, (), records | samples)

    # The run and the others

    def _others(self, frame: Frame) -> list[Source]:
        """The other runs of the tree, and the kept ones of the same kind."""
        tree, task = self.session.branches, self._setup().data.task
        branches = [b for b in tree.all if b.number != tree.current] if tree else []
        kept = [run for run in self.session.kept_curves if run.fits(task)]
        names = other_names([branch.name for branch in branches] + [run.name for run in kept])
        runs = [(b.number, b.timeline.history, frame.n_batches) for b in branches]
        runs += [(id(run), run.history, run.n_batches) for run in kept]
        return [
            Source(key, name, history, n_batches)
            for name, (key, history, n_batches) in zip(names, runs, strict=True)
        ]

    def _samples_of_epoch(self, frame: Frame) -> int | None:
        """Samples of every epoch so far; None after a change of their number."""
        training, sampler = self.session.experiment.training, self._sampler()
        of_epoch = sampler.epoch_size(training.batch_size)
        of_step = sampler.step_size(training.batch_size)
        same = frame.samples_seen == frame.epoch * of_epoch + frame.batch * of_step
        return of_epoch if same else None

    def _setup(self) -> Setup:
        assert self.session.setup is not None
        return self.session.setup

    def _sampler(self) -> Sampler:
        setup = self._setup()
        return sampler_of(setup.experiment, len(setup.data.train))

    def _epochs_of_run(self) -> Epochs:
        assert self.session.frame is not None
        return Epochs(self.session.history.epochs, self.session.frame.n_batches)

    # Time

    def _x_of(self, step: int) -> float:
        return step if self._options.axis == "step" else self._epochs_of_run().epoch_at(step)

    def _signs(self) -> list[TimeSign]:
        """What was done to the run and what happened in it."""
        best = self._best.follow(self.session.history.epochs)
        marks = marks_of(self.session.timeline, self.session.branches, best)
        return [TimeSign(self._x_of(mark.step), mark.kind, mark.text) for mark in marks]

    def _seek(self, x: float) -> None:
        """Move the cursor of all views."""
        step = x if self._options.axis == "step" else self._epochs_of_run().step_of(x)
        self._seek_step(min(max(round(step), 0), self.session.timeline.head))

    def _seek_step(self, step: int) -> None:
        self._plots.mark_at(self._x_of(step))
        self.session.seek(step)

    # The user

    def _tell_values(self, text: str) -> None:
        self._values = text
        self._tell_header()

    def _tell_header(self) -> None:
        """The values at the crosshair, or those of the newest record."""
        self._header.set_facts([Fact(self._values, 0)] if self._values else self._summary)

    def _show_chosen(self) -> None:
        self._plots.set_figures(self._controls.figures)
        self.refresh()

    def _show_table(self, on: bool) -> None:
        self._tell_values("")
        self._front.setCurrentWidget(self._table if on else self._plots)
        self.refresh()

    def _name_axes(self) -> None:
        steps = self._options.axis == "step"
        title = self.tr("step") if steps else self.tr("epoch")
        if self._options.log_x:
            title = self.tr("{} (logarithmic, without 0)").format(title)
        self._plots.name_axes(title, self._setup().data.task)

    def _change_axis(self) -> None:
        self._name_axes()
        self._plots.start_over()
        self.refresh()

    def _change_log(self) -> None:
        self._plots.set_log(x=self._options.log_x, y=self._options.log_y)
        self._name_axes()

    def _add_file(self) -> None:
        path = ask_open(self, self.tr("Add the curves of a run"), self.tr("Runs (*.vmlp)"))
        if path:
            self.session.keep_curves_of(path)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        width, height = self.width() - 2 * MARGIN, self.height() - HEAD
        before = self._controls.figures
        self._controls.set_room(width, single=not has_room_for_two(width, height))
        if self._controls.figures != before:
            self._show_chosen()

    def _connect(self) -> None:
        self._controls.figures_changed.connect(self._show_chosen)
        self._controls.table_changed.connect(self._show_table)
        self._options.axis_changed.connect(self._change_axis)
        self._options.window_changed.connect(self.refresh)
        self._options.log_changed.connect(self._change_log)
        self._options.zoom_changed.connect(self._plots.set_drags_zoom)
        self._options.file_wanted.connect(self._add_file)
        self._plots.sought.connect(self._seek)
        self._plots.told.connect(self._tell_values)
        self._table.step_chosen.connect(self._seek_step)
        self.session.kept_changed.connect(self.refresh)
        self.session.branches_changed.connect(self.refresh)

    def _arrange(self) -> None:
        self._front.addWidget(self._plots)
        self._front.addWidget(self._table)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(3)
        layout.addWidget(self._controls)
        layout.addWidget(self._header)
        layout.addWidget(self._front, 1)
