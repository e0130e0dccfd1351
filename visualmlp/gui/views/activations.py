"""What the units of every layer answer: to one sample, and to a part of the data."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QTabWidget, QVBoxLayout

from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.distributions import (
    Distributions,
    DistributionsPage,
    look_at_distributions,
)
from visualmlp.gui.views.part_activity import PartActivity, PartPage, look_at_part
from visualmlp.gui.views.part_chooser import PartChooser
from visualmlp.gui.views.sample_activity import SamplePage, look_at_sample
from visualmlp.gui.views.unit_activity import UnitActivity, UnitPage, look_at_unit
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.training.frame import Frame
from visualmlp.training.probe import PartName, Probe
from visualmlp.training.setup import Setup

WIDTH_WITH_PART = 560
"""Pixels of the view; beside the tabs of a narrower one there is no room for the part's chooser."""


@VIEWS.add
class ActivationsView(View):
    """Four pages: the picked sample; means, distributions and the picked unit over a part."""

    name: ClassVar[str] = "activations"
    order: ClassVar[int] = 30

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._sample = SamplePage()
        self._part = PartPage()
        self._distributions = DistributionsPage()
        self._unit = UnitPage()
        self._shown_part: PartName = "train"
        self._tabs = QTabWidget()
        self._chooser = PartChooser(session)
        self._chooser.part_chosen.connect(self.refresh)
        self._arrange()
        self._sample.unit_picked.connect(session.pick_unit)
        self._part.unit_picked.connect(session.pick_unit)
        self._part.figure_chosen.connect(self.refresh)
        self._part.layer.layer_chosen.connect(self.refresh)
        self._unit.sample_picked.connect(self._pick_sample)
        session.picks_changed.connect(self._part.layer.follow)

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("ActivationsView", "Activations")

    def start(self, setup: Setup) -> None:
        self._chooser.set_run(setup)
        for page in (self._sample, self._part, self._distributions, self._unit):
            page.set_setup(setup)

    def turn_to(self, page: str) -> None:
        """The "shares" of training samples for which units of the picked layer are out of use."""
        self._chooser.choose("train")
        self._part.show_shares(self.session.picks)
        self._tabs.setCurrentWidget(self._part)
        self.refresh()

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], Any]:
        page, part = self._tabs.currentWidget(), self._chooser.part
        if page is self._sample:
            return partial(look_at_sample, frame=frame, part=picks.part, sample=picks.sample)
        if page is self._distributions:
            return partial(look_at_distributions, frame=frame, part=part)
        if page is self._unit:
            sample = picks.sample if picks.part == part else None
            unit = picks.unit or (0, 0)
            return partial(look_at_unit, frame=frame, part=part, unit=unit, sample=sample)
        layer, figure = self._part.layer.layer, self._part.figure
        return partial(look_at_part, frame=frame, part=part, layer=layer, figure=figure)

    def draw(self, frame: Frame, result: Any) -> None:
        if isinstance(result, Distributions):
            self._distributions.show_distributions(result)
        elif isinstance(result, UnitActivity):
            self._shown_part = result.looked_at.part
            self._unit.show_activity(result)
        elif isinstance(result, PartActivity):
            self._part.show_activity(result, self.session.picks.unit)
        else:
            self._sample.show_activity(result, self.session.picks.unit, frame.step)

    def _pick_sample(self, row: int) -> None:
        self.session.pick_sample(row, self._shown_part)

    # Layout

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._show_part()

    def _turn(self) -> None:
        self._show_part()
        self.refresh()

    def _show_part(self) -> None:
        """The picked sample's page is about no part."""
        is_asked = self._tabs.currentWidget() is not self._sample
        self._chooser.setVisible(is_asked and self.width() >= WIDTH_WITH_PART)

    def _arrange(self) -> None:
        self._tabs.setDocumentMode(True)
        self._tabs.setAccessibleName(self.tr("What to show"))
        for page, title, tip in (
            (self._sample, self.tr("Sample"), self.tr("What every unit answers the picked sample")),
            (self._part, self.tr("Means"), self.tr("Means over the samples of each class")),
            (self._distributions, self.tr("Distributions"), self.tr("All values of each layer")),
            (self._unit, self.tr("Unit"), self.tr("The picked unit and its favourite samples")),
        ):
            self._tabs.setTabToolTip(self._tabs.addTab(page, title), tip)
        self._tabs.setCornerWidget(self._chooser)
        self._tabs.currentChanged.connect(self._turn)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._tabs)
