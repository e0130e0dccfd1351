"""The samples that a run learnt and forgot again, with their predictions in the course of time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import ClassVar

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.forgotten_samples import Forgotten, Looker
from visualmlp.gui.views.part_chooser import PartChooser, part_name
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.flow import Flow
from visualmlp.gui.widgets.labels import counted
from visualmlp.gui.widgets.strips import Strips
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.probe import PartName, Probe
from visualmlp.training.setup import Setup

ROOMY = 640
"""Pixels in which a line has room for what takes two lines in a narrower view."""

LOW = 340
"""Pixels; in a lower view the picked sample has a strip of its own only if it is not listed."""

LEAST_LIST = 110


@VIEWS.add
class ForgettingView(View):
    """The picked sample's strip, and below it those of the samples forgotten most often."""

    name: ClassVar[str] = "forgetting"
    order: ClassVar[int] = 45

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._looker = Looker()
        self._shown_part: PartName = "train"
        self._is_low = False
        self._part = PartChooser(session)
        self._part.part_chosen.connect(self.refresh)
        self._order = self._order_chooser()
        self._header = TextLine(lines=2)
        self._header.setObjectName("header")
        self._picked = Strips()
        self._picked.setObjectName("picked")
        self._picked.show_all_rows()
        self._samples = Strips()
        self._samples.setObjectName("samples")
        self._samples.sample_picked.connect(self._pick_sample)
        for strips in (self._picked, self._samples):
            strips.step_picked.connect(session.seek)
        self._arrange()

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("ForgettingView", "Forgotten")

    def needs(self, setup: Setup) -> str:
        if setup.data.task == "regression":
            return self.tr("This needs classes; this experiment predicts numbers (regression).")
        return ""

    def start(self, setup: Setup) -> None:
        self._looker = Looker()
        self._part.set_run(setup)

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], Forgotten]:
        branches = self.session.branches
        assert branches is not None
        part = self._part.part
        return partial(
            self._looker.look,
            branch=branches[branches.current],
            part=part,
            order=self._order.currentData(),
            sample=picks.sample if picks.part == part else None,
        )

    def draw(self, frame: Frame, result: Forgotten) -> None:
        self._shown_part = result.part
        self._header.set_text(self._summary(result))
        self._draw_picked(frame, result)
        self._draw_samples(frame, result)
        if result.n_missing:
            self.refresh()

    # Drawing

    def _summary(self, result: Forgotten) -> str:
        looked_at = self.tr("{count} {part} samples").format(
            count=f"{result.n_looked_at:,}", part=part_name(result.part)
        )
        if result.n_looked_at < result.n_samples:
            looked_at = self.tr("the first {}").format(looked_at)
        text = self.tr(
            "Of {samples} {forgotten} were forgotten at least once, {never} never predicted right "
            "({states})"
        ).format(
            samples=looked_at,
            forgotten=f"{result.n_forgotten:,}",
            never=f"{result.n_never:,}",
            states=counted(result.n_states, self.tr("1 past state"), self.tr("{} past states")),
        )
        if result.n_missing:
            text += self.tr(" · computing {} more …").format(f"{result.n_missing:,}")
        return text

    def _draw_picked(self, frame: Frame, result: Forgotten) -> None:
        picked = result.picked
        is_listed = picked is not None and picked.ids[0] in result.samples.ids
        self._picked.setVisible(picked is not None and not (self._is_low and is_listed))
        if picked is not None:
            title = self.tr("Picked: {part} sample {row}").format(
                part=part_name(result.part), row=f"{picked.ids[0]:,}"
            )
            self._picked.set_title("" if self._is_low else title)
            self._picked.setAccessibleName(title)
            self._picked.set_cursor(frame.step)
            self._picked.set_strips(picked)

    def _draw_samples(self, frame: Frame, result: Forgotten) -> None:
        shown, count = len(result.samples.ids), ""
        if shown < result.n_ranked:
            count = self.tr("{shown} of {total} shown").format(
                shown=f"{shown:,}", total=f"{result.n_ranked:,}"
            )
        order, legend = self._order.currentText(), self.tr("above: right ✓ · below: wrong ✗")
        legend += " · " + self.tr("double click: go there")
        title = ": ".join(filter(None, (order, count)))
        if self._is_low:  # the order stands in its chooser
            legend = " · ".join(filter(None, (count, legend)))
        self._samples.set_title("" if self._is_low else title)
        self._samples.setAccessibleName(title)
        self._samples.set_caption(legend)
        self._samples.set_cursor(frame.step)
        self._samples.set_strips(result.samples)
        if not shown:
            self._samples.set_empty(self._nothing())
        picks = self.session.picks
        self._samples.set_current_sample(picks.sample if picks.part == self._shown_part else None)

    def _nothing(self) -> str:
        return {
            "forgotten": self.tr("No sample was right at one of these states and wrong later."),
            "flips": self.tr("No prediction has changed yet: train, or choose another part."),
            "never": self.tr("Every sample was predicted right at one of these states at least."),
        }[self._order.currentData()]

    # The user

    def _pick_sample(self, row: int) -> None:
        self.session.pick_sample(row, self._shown_part)

    # Layout

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._header.set_lines(1 if self.width() >= ROOMY else 2)
        was_low, self._is_low = self._is_low, self.height() < LOW
        self._picked.call_samples(self.tr("picked") if self._is_low else self.tr("sample"))
        if self._is_low != was_low:
            self.refresh()

    def _order_chooser(self) -> QComboBox:
        chooser = QComboBox()
        chooser.setObjectName("order")
        chooser.setAccessibleName(self.tr("Which samples"))
        chooser.setToolTip(
            self.tr("Forgotten: predicted right at one past state and wrong at the next")
        )
        chooser.addItem(self.tr("Most often forgotten"), "forgotten")
        chooser.addItem(self.tr("Most flips of the prediction"), "flips")
        chooser.addItem(self.tr("Never predicted right"), "never")
        chooser.activated.connect(self.refresh)
        return chooser

    def _arrange(self) -> None:
        controls = Flow()
        controls.addWidget(self._part)
        controls.addWidget(self._order)
        self._samples.setMinimumHeight(LEAST_LIST)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(controls)
        layout.addWidget(self._header)
        layout.addWidget(self._picked)
        layout.addWidget(self._samples, 1)
        for before, after in pairwise((self._part, self._order, self._picked, self._samples)):
            QWidget.setTabOrder(before, after)
