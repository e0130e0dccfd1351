"""The data before anything is learnt: classes, means, histograms, correlations, points."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any, ClassVar, NamedTuple

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QTabWidget, QVBoxLayout

from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.explore_classes import ClassesPage
from visualmlp.gui.views.explore_correlations import CorrelationsPage
from visualmlp.gui.views.explore_histograms import HistogramsPage
from visualmlp.gui.views.explore_means import MeansPage
from visualmlp.gui.views.explore_page import ExplorePage
from visualmlp.gui.views.explore_scatter import ScatterPage
from visualmlp.gui.views.part_chooser import PartChooser
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup

WIDTH_WITH_PART = 560
"""Pixels of the view; in a narrower one the part's chooser stands above the tabs."""


class Explored(NamedTuple):
    """What a page computed, and what it was asked for."""

    page: ExplorePage
    wanted: Hashable
    result: Any


@VIEWS.add
class ExploreView(View):
    """Five pages about a part of the data; what a page computed is kept, for data do not change."""

    name: ClassVar[str] = "explore"
    order: ClassVar[int] = 7

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._done: dict[ExplorePage, Explored] = {}
        self._column: int | None = None
        self._chooser = PartChooser(session)
        self._chooser.part_chosen.connect(self.refresh)
        self._histograms, self._scatter = HistogramsPage(), ScatterPage()
        self._correlations = CorrelationsPage()
        self._correlations.pair_picked.connect(self._show_pair)
        self._classes = ClassesPage(session)
        self._tabs = QTabWidget()
        pages = (self._classes, MeansPage(), self._histograms, self._correlations, self._scatter)
        self._shown_pages: tuple[ExplorePage, ...] = pages
        for page in self._shown_pages:
            page.changed.connect(self.refresh)
            page.sample_picked.connect(self._pick_sample)
            page.column_picked.connect(session.pick_column)
        self._arrange()

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("ExploreView", "Explore")

    def start(self, setup: Setup) -> None:
        self._done.clear()
        self._column = None
        self._chooser.set_run(setup, "train")
        for place, page in enumerate(self._shown_pages):
            page.set_setup(setup)
            self._tabs.setTabText(place, page.title())

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], Explored]:
        self._follow_column(picks)
        page = self._page()
        wanted = page.wanted(self._chooser.part, picks)
        done = self._done.get(page)
        if done is not None and done.wanted == wanted:
            return lambda probe: done
        return partial(_explore, page=page, wanted=wanted)

    def draw(self, frame: Frame, result: Explored) -> None:
        page = result.page
        if self._done.get(page) is not result:
            self._done[page] = result
            page.show_result(result.wanted, result.result)
        page.follow(self._chooser.part, self.session.picks)

    def _follow_column(self, picks: Picks) -> None:
        """A column that was picked elsewhere shows in its histogram."""
        if picks.column == self._column:
            return
        self._column = picks.column
        self._histograms.follow(self._chooser.part, picks)
        if self._page() not in (self._histograms, self._scatter, self._correlations):
            self._tabs.blockSignals(True)
            self._tabs.setCurrentWidget(self._histograms)
            self._tabs.blockSignals(False)
            self._show_part()

    def _page(self) -> ExplorePage:
        page = self._tabs.currentWidget()
        assert isinstance(page, ExplorePage)
        return page

    # The user

    def _pick_sample(self, row: int) -> None:
        self.session.pick_sample(row, self._chooser.part)

    def _show_pair(self, x: int, y: int) -> None:
        self._scatter.show_pair(x, y)
        self._tabs.setCurrentWidget(self._scatter)

    # Layout

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._place_part(beside=self.width() >= WIDTH_WITH_PART)

    def _turn(self) -> None:
        self._show_part()
        self.refresh()

    def _show_part(self) -> None:
        """The page of the classes is about all parts."""
        self._chooser.setVisible(self._page() is not self._classes)

    def _place_part(self, *, beside: bool) -> None:
        """Put the part's chooser beside the tabs, or above them."""
        if beside != (self._tabs.cornerWidget() is self._chooser):
            self._tabs.setCornerWidget(self._chooser if beside else None)
            if not beside:
                self._rows.insertWidget(0, self._chooser, 0, Qt.AlignmentFlag.AlignLeft)
        self._show_part()

    def _arrange(self) -> None:
        self._tabs.setDocumentMode(True)
        self._tabs.setAccessibleName(self.tr("What to show"))
        for page in self._shown_pages:
            self._tabs.addTab(page, page.title())
        self._tabs.currentChanged.connect(self._turn)
        self._rows = QVBoxLayout(self.content)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.addWidget(self._tabs)
        self._tabs.setCornerWidget(self._chooser)


def _explore(probe: Probe, *, page: ExplorePage, wanted: Hashable) -> Explored:
    return Explored(page, wanted, page.look(probe, wanted))
