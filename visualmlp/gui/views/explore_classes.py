"""How many samples each class has in each part; of a regression, how its targets are spread."""

from __future__ import annotations

import math
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFontMetricsF
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

from visualmlp.analysis.data_columns import columns_of
from visualmlp.analysis.exploration import Distribution, distribution, target_names
from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.explore_page import LEAST_HEIGHT, ExplorePage
from visualmlp.gui.views.part_chooser import part_name
from visualmlp.gui.widgets.bars import Bars
from visualmlp.gui.widgets.histogram import Counts, HistogramPlot
from visualmlp.gui.widgets.labels import count_text
from visualmlp.training.probe import PartName, Probe

ABOUT_BARS = 40
"""Pixels of a drawing's title and margins; with many classes the page scrolls."""
PARTS: tuple[PartName, ...] = ("train", "validation", "test")


class OfPart(NamedTuple):
    """Counts of a part by class, or how the first target of a regression is spread."""

    part: PartName
    total: int
    counts: dict[str, int]
    spread: Distribution | None


class ClassesPage(ExplorePage):
    """Bars for each part that may be looked at; a click picks the first sample of a class."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._bars = {part: Bars() for part in PARTS}
        self._plots = {part: HistogramPlot() for part in PARTS}
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(0, 0, 0, 0)
        for part in PARTS:
            for kind, drawing in (("bars", self._bars[part]), ("targets", self._plots[part])):
                drawing.setObjectName(f"{kind}.{part}")
                drawing.setMinimumHeight(LEAST_HEIGHT)
                row.addWidget(drawing, 1)
            self._bars[part].bar_picked.connect(partial(self._pick, part))
        self.column.addWidget(self.text)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        self.column.addWidget(scroll, 1)
        session.test_changed.connect(self.changed)

    def title(self) -> str:
        if self.setup is not None and not self.setup.data.class_names:
            return self.tr("Targets")
        return self.tr("Classes")

    def wanted(self, part: PartName, picks: Picks) -> tuple[PartName, ...]:
        """The parts; that for the test only once it is open."""
        assert self.setup is not None
        sizes = {each.name: len(each) for each in self.setup.data.parts}
        is_open = self._session.test_is_open
        return tuple(p for p in PARTS if sizes[p] and (p != "test" or is_open))

    def look(self, probe: Probe, wanted: tuple[PartName, ...]) -> list[OfPart]:
        data = probe.setup.data
        first_target = len(columns_of(data.dataset))
        found = []
        for name in wanted:
            part = probe.part(name)
            spread = None
            if part.labels is None:
                spread = distribution(data, part, first_target, ())
            found.append(OfPart(name, len(part), data.class_counts(part), spread))
        return found

    def show_result(self, wanted: tuple[PartName, ...], result: list[OfPart]) -> None:
        for part in PARTS:
            self._bars[part].hide()
            self._plots[part].hide()
        for found in result:
            if found.spread is None:
                self._show_counts(found)
            else:
                self._show_targets(found, found.spread)
        assert self.setup is not None
        text = self.tr("Samples of each class in each part")
        if not self.setup.data.class_names:
            names = target_names(self.setup.data)
            text = self.tr("How {} is spread in each part").format(names[0])
            if len(names) > 1:
                text += self.tr(" · the first of {} targets").format(count_text(len(names)))
        if len(self.setup.data.test) and "test" not in wanted:
            text += self.tr(" · the test part is closed")
        self.text.set_text(text)

    def _show_counts(self, found: OfPart) -> None:
        bars = self._bars[found.part]
        title = self._title(found)
        bars.setAccessibleName(self.tr("{}: samples of each class").format(title))
        bars.set_title(title)
        values: npt.NDArray = np.array(list(found.counts.values()), np.float64)
        high = float(max(values.max(initial=0), 1))
        bars.set_bars(list(found.counts), values, high=high, number_format=",d")
        lines = len(values) * math.ceil(QFontMetricsF(bars.font()).height()) + ABOUT_BARS
        bars.setMinimumHeight(max(LEAST_HEIGHT, lines))
        bars.show()

    def _show_targets(self, found: OfPart, spread: Distribution) -> None:
        plot = self._plots[found.part]
        title = self._title(found)
        plot.setAccessibleName(self.tr("{}: targets").format(title))
        plot.set_title(title)
        assert self.setup is not None
        plot.set_x_name(target_names(self.setup.data)[0])
        plot.set_histograms([Counts("", *h[:2]) for _, h in spread.histograms])
        plot.show()

    def _title(self, found: OfPart) -> str:
        name = part_name(found.part).capitalize()
        return self.tr("{part} ({count})").format(part=name, count=count_text(found.total))

    def _pick(self, part: PartName, label: int) -> None:
        """Pick the first sample of a class."""
        assert self.setup is not None
        labels = next(each.labels for each in self.setup.data.parts if each.name == part)
        if labels is not None and (labels == label).any():
            self._session.pick_sample(int((labels == label).argmax()), part)
