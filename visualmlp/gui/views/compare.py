"""Runs beside each other: what they were set to, what came out, and where they part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.compared_runs import (
    Compared,
    ComparedCurves,
    Tables,
    chosen,
    compared,
    curves_of,
    parting_text,
    partner_of,
    table_rows,
)
from visualmlp.gui.views.difference_page import DifferencePage
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.views.weight_difference import Differ
from visualmlp.gui.widgets.curves import CurvePlot
from visualmlp.gui.widgets.growing_line import GrowingLine
from visualmlp.gui.widgets.legend import Legend
from visualmlp.gui.widgets.table import Table
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What the first page draws.

    Attributes
    ----------
    names, rows
        Of the table: a column a run.
    n_runs
        How many there are; not all are shown.
    curves
        Of the same runs.
    parting
        Where two of them part, as a sentence.
    """

    names: list[str]
    n_runs: int
    rows: list[list[str]]
    curves: ComparedCurves
    parting: str


LONGEST = 30
"""Characters of a text in the table; copies have all of it."""


def compare(runs: Sequence[Compared], partner: Compared | None, task: str) -> Comparison:
    """Put runs beside each other, as many as can be told apart; the first is the one in use."""
    n_runs, runs = len(runs), chosen(runs, partner.key if partner else None)
    return Comparison(
        names=[run.name for run in runs],
        n_runs=n_runs,
        rows=table_rows(runs, task),
        curves=curves_of(runs, task),
        parting=parting_text(runs[0], partner) if partner else "",
    )


@VIEWS.add
class CompareView(View):
    """Two pages: settings, figures and curves of several runs; weights of two at the cursor."""

    name: ClassVar[str] = "compare"
    order: ClassVar[int] = 15

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._differ = Differ()
        self._wanted: int | str | None = None
        self._tables: Tables = {}
        self._other = self._run_chooser()
        self._parting = GrowingLine(most=3)
        self._parting.setObjectName("parting")
        self._table = Table()
        self._table.setAccessibleName(self.tr("Settings and final figures of the runs"))
        self._table.setObjectName("figures")
        self._legend = Legend()
        self._plots = {figure: CurvePlot() for figure in ("loss", "score")}
        for figure, plot in self._plots.items():
            plot.setObjectName(f"plot.{figure}")
            plot.following_changed.connect(self._offer_reset)
            self._legend.toggled.connect(plot.set_series_visible)
        self._plots["loss"].link_x(self._plots["score"])
        self._legend.toggled.connect(self._explain)
        self._legend.zoom_reset.connect(self._plots["loss"].reset_zoom)
        self._difference = DifferencePage()
        self._difference.layer.layer_chosen.connect(self.refresh)
        self._difference.unit_picked.connect(session.pick_unit)
        session.picks_changed.connect(self._difference.layer.follow)
        self._pages_of_runs = QTabWidget()
        self._arrange()
        session.kept_changed.connect(self._offer_runs)
        session.branches_changed.connect(self._offer_runs)

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("CompareView", "Compare")

    def start(self, setup: Setup) -> None:
        self._differ, self._wanted = Differ(), None
        self._tables.clear()
        self._difference.set_setup(setup)
        for plot in self._plots.values():
            plot.clear()
        self._plots["loss"].reset_zoom()
        self._offer_runs()

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], Any]:
        runs, task = self._all_runs(), self._setup().data.task
        partner = partner_of(runs, self._wanted)
        if self._pages_of_runs.currentWidget() is not self._difference:
            return lambda _probe: compare(runs, partner, task)
        if partner is None or partner.branch is None:
            return lambda _probe: None
        layer = self._difference.layer.layer
        differ = partial(self._differ.compare, frame=frame, branch=partner.branch, layer=layer)
        return lambda probe: (parting_text(runs[0], partner), differ(probe))

    def draw(self, frame: Frame, result: Any) -> None:
        if isinstance(result, Comparison):
            self._draw_comparison(frame, result)
        elif result is None:
            self._parting.set_text(self._nothing())
            self._difference.set_empty()
        else:
            parting, difference = result
            self._parting.set_text(parting)
            self._difference.set_difference(difference, self._other.currentText())
            if difference.n_missing:
                self.refresh()

    # Drawing

    def _draw_comparison(self, frame: Frame, result: Comparison) -> None:
        self._parting.set_text(result.parting or self._nothing())
        title = self.tr("{} of {} runs: the one in use, the one it is compared with, the newest")
        n_shown = len(result.names)
        self._table.set_title(
            title.format(n_shown, result.n_runs) if n_shown < result.n_runs else ""
        )
        short = [[_shortened(text) for text in row] for row in result.rows]
        self._table.set_table(["", *result.names], short, values=result.rows)
        for figure, plot in self._plots.items():
            plot.set_axes(self.tr("step"), result.curves.titles[figure])
            series = sorted(result.curves.series[figure], key=lambda one: one.style_index)
            if plot.series_names() != [one.name for one in series]:
                plot.clear()
            for one in series:
                plot.set_series(
                    one.name,
                    one.x,
                    one.y,
                    role=one.role,
                    style_index=one.style_index,
                    dashes=one.dashes,
                )
            plot.mark_at(frame.step)
        self._explain()

    def _explain(self) -> None:
        self._legend.set_keys(self._plots["score"].keys())

    def _offer_reset(self) -> None:
        self._legend.set_zoomed(not all(plot.following for plot in self._plots.values()))

    def _nothing(self) -> str:
        if self._other.count() == 0:
            return self.tr(
                "There is one run so far. Go back to a past step and change something there: that "
                "makes a fork. Or keep the curves of this run and start another."
            )
        return self.tr(
            "{} are kept curves: their weights are not known. Choose a run of the tree."
        ).format(self._other.currentText())

    # Which runs

    def _all_runs(self) -> list[Compared]:
        branches, setup = self.session.branches, self._setup()
        assert branches is not None
        kept = self.session.kept_curves
        task = setup.data.task
        return compared(branches, kept, setup.experiment, task, self._tables)

    def _offer_runs(self) -> None:
        """List the runs to compare with; the choice stays where it can."""
        if self.session.setup is None or self.session.branches is None:
            return
        runs = self._all_runs()
        offered = [(run.name, run.key) for run in runs[1:]]
        places = range(self._other.count())
        if offered != [(self._other.itemText(i), self._other.itemData(i)) for i in places]:
            self._other.clear()
            for name, key in offered:
                self._other.addItem(name, key)
        if partner := partner_of(runs, self._wanted):
            self._other.setCurrentIndex(self._other.findData(partner.key))
        self._other.setEnabled(bool(offered))
        self.refresh()

    def _choose_run(self) -> None:
        self._wanted = self._other.currentData()
        self.refresh()

    def _setup(self) -> Setup:
        assert self.session.setup is not None
        return self.session.setup

    # Layout

    def _run_chooser(self) -> QComboBox:
        chooser = QComboBox()
        chooser.setObjectName("other")
        chooser.setAccessibleName(self.tr("Run to compare with"))
        chooser.setToolTip(self.tr("The run, or the kept curves, to compare the run in use with"))
        chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        chooser.activated.connect(self._choose_run)
        return chooser

    def _first_page(self) -> QWidget:
        curves = QWidget()
        column = QVBoxLayout(curves)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self._legend)
        plots = QSplitter(Qt.Orientation.Horizontal)
        plots.setChildrenCollapsible(False)
        for plot in self._plots.values():
            plot.setMinimumSize(120, 100)
            plots.addWidget(plot)
        column.addWidget(plots, 1)
        page = QSplitter(Qt.Orientation.Vertical)
        page.setChildrenCollapsible(False)
        self._table.setMinimumHeight(80)
        page.addWidget(self._table)
        page.addWidget(curves)
        page.setSizes([260, 280])
        return page

    def _arrange(self) -> None:
        label = QLabel(self.tr("Compare with"))
        label.setBuddy(self._other)
        controls = QHBoxLayout()
        controls.addWidget(label)
        controls.addWidget(self._other)
        controls.addStretch(1)
        self._pages_of_runs.setDocumentMode(True)
        self._pages_of_runs.setAccessibleName(self.tr("What to compare"))
        self._pages_of_runs.addTab(self._first_page(), self.tr("Settings, figures, curves"))
        self._pages_of_runs.addTab(self._difference, self.tr("Weights at the cursor"))
        self._pages_of_runs.currentChanged.connect(self.refresh)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(controls)
        layout.addWidget(self._parting)
        layout.addWidget(self._pages_of_runs, 1)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
