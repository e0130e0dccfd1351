"""What the units of every layer answer: to one sample, and on average."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QTabWidget, QVBoxLayout

from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.part_activity import PartActivity, PartPage, look_at_part
from visualmlp.gui.views.sample_activity import SamplePage, look_at_sample
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup


@VIEWS.add
class ActivationsView(View):
    """Two pages: the picked sample, and means over a part of the data."""

    name: ClassVar[str] = "activations"
    order: ClassVar[int] = 30

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._sample = SamplePage()
        self._part = PartPage()
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tabs.setAccessibleName(self.tr("What to show"))
        self._tabs.addTab(self._sample, self.tr("Picked sample"))
        self._tabs.addTab(self._part, self.tr("Means"))
        self._tabs.currentChanged.connect(self.refresh)
        self._sample.unit_picked.connect(session.pick_unit)
        self._part.unit_picked.connect(session.pick_unit)
        self._part.layer.layer_chosen.connect(self.refresh)
        session.picks_changed.connect(self._part.layer.follow)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._tabs)

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("ActivationsView", "Activations")

    def start(self, setup: Setup) -> None:
        self._sample.set_setup(setup)
        self._part.set_setup(setup)

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], Any]:
        if self._tabs.currentWidget() is self._sample:
            return partial(look_at_sample, frame=frame, part=picks.part, sample=picks.sample)
        return partial(look_at_part, frame=frame, layer=self._part.layer.layer)

    def draw(self, frame: Frame, result: Any) -> None:
        page = self._part if isinstance(result, PartActivity) else self._sample
        page.show_activity(result, self.session.picks.unit)
