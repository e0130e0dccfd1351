"""Which classes are taken for which, and the samples that it happens to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import ClassVar, cast

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from visualmlp.analysis.data_columns import columns_of
from visualmlp.analysis.mistakes import Filter
from visualmlp.data import PreparedData
from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.misclassified import (
    MOST_COLUMNS,
    MOST_STRIPS,
    Mistakes,
    Wanted,
    find_mistakes,
)
from visualmlp.gui.views.mistake_controls import MistakeControls
from visualmlp.gui.views.part_chooser import part_name
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.confusion_matrix import ConfusionMatrix
from visualmlp.gui.widgets.gallery import Gallery
from visualmlp.gui.widgets.labels import counted, percent_text
from visualmlp.gui.widgets.strips import SampleStrips, Strips
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.probe import PartName, Probe
from visualmlp.training.setup import Setup

WIDTH_FOR_BOTH = 420
"""Pixels; in a narrower view there is room for the matrix or for the samples."""


@VIEWS.add
class MistakesView(View):
    """The confusion matrix and, beside it, the samples of all wrong cells or of the picked one."""

    name: ClassVar[str] = "mistakes"
    order: ClassVar[int] = 40

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._picks = Picks()
        self._shown_part: PartName = "train"
        self._followed: tuple[PartName, int, PartName] | None = None
        self._cell: tuple[int, int] | None = None
        self._header = TextLine()
        self._header.setObjectName("header")
        self._controls = MistakeControls(session)
        self._controls.changed.connect(self._change)
        self._controls.class_chosen.connect(self._choose)
        self._matrix = ConfusionMatrix()
        self._matrix.cell_picked.connect(self._pick_cell)
        self._matrix.true_picked.connect(self._pick_true)
        self._matrix.predicted_picked.connect(self._pick_predicted)
        self._gallery, self._strips = Gallery(), Strips()
        self._gallery.picture_picked.connect(self._pick_sample)
        self._strips.sample_picked.connect(self._pick_sample)
        self._strips.step_picked.connect(session.seek)
        self._samples = QStackedWidget()
        self._arrange()
        session.picks_changed.connect(self._follow_cell)

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("MistakesView", "Mistakes")

    def needs(self, setup: Setup) -> str:
        if setup.data.task == "regression":
            return self.tr("Mistakes need classes; this experiment predicts numbers (regression).")
        return ""

    def start(self, setup: Setup) -> None:
        self._controls.set_setup(setup)
        self._cell = None
        picks = self.session.picks
        self._followed = picks.part, picks.sample, self._controls.part

    def turn_to(self, page: str) -> None:
        """The mistakes of a part, given by its name: those of the picked cell, if there is one."""
        self._controls.choose_part(cast("PartName", page))
        if self.session.picks.cell is not None:
            self._controls.show_samples()
        self._change()

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], Mistakes]:
        branches, controls = self.session.branches, self._controls
        assert branches is not None
        wanted = Wanted(
            part=controls.part,
            order=controls.order,
            filter=controls.filter,
            flipped=controls.flipped,
            strips=controls.strips,
            caption=self.tr("true {true} → {predicted} ({share})"),
            since=self.tr("since step {}"),
        )
        branch = branches[branches.current]
        return partial(find_mistakes, frame=frame, branch=branch, wanted=wanted)

    def draw(self, frame: Frame, result: Mistakes) -> None:
        self._shown_part = result.wanted.part
        self._header.set_text(self._summary(frame, result))
        names = self._data().class_names
        self._matrix.set_counts(result.counts, names, as_shares=self._controls.percent)
        if result.strips is None:
            self._samples.setCurrentWidget(self._gallery)
            self._draw_gallery(result)
        else:
            self._samples.setCurrentWidget(self._strips)
            self._draw_strips(frame, result, result.strips)
        self._follow_picks()
        if result.n_missing:
            self.refresh()

    # Drawing

    def _summary(self, frame: Frame, result: Mistakes) -> str:
        looked_at = self.tr("{count} {part} samples").format(
            count=f"{result.n_looked_at:,}", part=part_name(result.wanted.part)
        )
        if result.n_looked_at < result.n_samples:
            looked_at = self.tr("the first {count} of {total} {part} samples").format(
                count=f"{result.n_looked_at:,}",
                total=f"{result.n_samples:,}",
                part=part_name(result.wanted.part),
            )
        text = self.tr("{wrong} of {samples} wrong ({share}), step {step}").format(
            wrong=f"{result.n_wrong:,}",
            samples=looked_at,
            share=percent_text(result.n_wrong / result.n_looked_at, 1),
            step=f"{frame.step:,}",
        )
        if result.n_nan:
            text += self.tr(" · {} without a prediction: their outputs are NaN").format(
                f"{result.n_nan:,}"
            )
        return text + self._past_text(result)

    def _past_text(self, result: Mistakes) -> str:
        """How much of the past was looked into, where it is asked for."""
        if not result.n_states:
            return ""
        text = " · " + counted(result.n_states, self.tr("1 past state"), self.tr("{} past states"))
        if result.n_followed < result.n_looked_at:
            text += self.tr(" of the first {} samples").format(f"{result.n_followed:,}")
        if result.n_missing:
            text += self.tr(", computing {} more …").format(f"{result.n_missing:,}")
        return text

    def _draw_gallery(self, result: Mistakes) -> None:
        self._gallery.set_title(self._title(result, len(result.rows)))
        self._gallery.set_caption(self._explanation(result))
        if not result.rows:
            self._gallery.set_empty(self._nothing(result))
        elif result.pictures is None:
            self._gallery.set_rows(result.captions, result.rows, marks=result.marks)
        else:
            low, high = self._data().dataset.value_range
            self._gallery.set_pictures(
                result.pictures,
                result.captions,
                result.rows,
                low=low,
                high=high,
                marks=result.marks,
            )

    def _draw_strips(self, frame: Frame, result: Mistakes, strips: SampleStrips) -> None:
        self._strips.set_title(self._title(result, min(len(result.rows), MOST_STRIPS)))
        self._strips.set_caption(
            self.tr("above: right ✓ · below: wrong ✗ · double click: go there")
        )
        self._strips.set_cursor(frame.step)
        self._strips.set_strips(strips)
        if not result.rows:
            self._strips.set_empty(self._nothing(result))

    def _title(self, result: Mistakes, n_shown: int) -> str:
        names = [self._name(number) for number in result.wanted.filter]
        texts = {
            (False, False): self.tr("All mistakes"),
            (True, False): self.tr("True {true}, predicted wrong"),
            (False, True): self.tr("Wrongly predicted {predicted}"),
            (True, True): self.tr("True {true}, predicted {predicted}"),
        }
        title = texts[bool(names[0]), bool(names[1])].format(true=names[0], predicted=names[1])
        if result.wanted.flipped:
            title = self.tr("{} (flipped)").format(title)
        if result.n_followed < result.n_looked_at:
            title = self.tr("{title} among the first {count}").format(
                title=title, count=f"{result.n_followed:,}"
            )
        count = f"{result.n_chosen:,}"
        if n_shown < result.n_chosen:
            count = self.tr("{shown} of {total} shown")
            count = count.format(shown=f"{n_shown:,}", total=f"{result.n_chosen:,}")
        return f"{title}: {count}"

    def _name(self, number: int | None) -> str:
        return "" if number is None else self._data().class_names[number]

    def _explanation(self, result: Mistakes) -> str:
        names = self._data().class_names
        text = self.tr("(output of the predicted class)")
        if self._data().task == "binary":
            text = self.tr("(output y for {1}, 1 − y for {0})").format(*names)
        if result.wanted.order == "newest":
            text = self.tr("since: wrong in every state from there on")
        if result.pictures is None:
            columns = columns_of(self._data().dataset)[:MOST_COLUMNS]
            titles = ", ".join(column.name for column in columns)
            text += " · " + self.tr("then: {}").format(titles)
        return text

    def _nothing(self, result: Mistakes) -> str:
        text = self._nothing_of(result)
        if result.n_followed == result.n_looked_at:
            return text
        first = self.tr("Looked at are the first {} samples.").format(f"{result.n_followed:,}")
        return f"{text} {first}"

    def _nothing_of(self, result: Mistakes) -> str:
        if result.wanted.flipped:
            return self.tr("The prediction of none of these samples has changed in this run.")
        if None not in result.wanted.filter:
            return self.tr("No sample is in this cell of the matrix.")
        if result.wanted.filter != (None, None):
            return self.tr("No sample is mistaken in this way.")
        return self.tr("Every sample is predicted right.")

    def _follow_picks(self) -> None:
        """Only after a change, so that drawing moves neither the cursor nor the scroll bar."""
        picks = self.session.picks
        if picks.cell != self._picks.cell:
            self._matrix.set_current(*(picks.cell or (None, None)))
        sample = picks.sample if picks.part == self._shown_part else None
        if (picks.part, picks.sample, self._shown_part) != self._followed:
            self._gallery.set_current(sample)
            self._followed = picks.part, picks.sample, self._shown_part
        if self._strips.empty_text is None and self._strips.current_sample != sample:
            self._strips.set_current_sample(sample)
        self._picks = picks

    def _data(self) -> PreparedData:
        assert self.session.setup is not None
        return self.session.setup.data

    # The user

    def _pick_cell(self, true: int, predicted: int) -> None:
        cell = (true, predicted)
        self._choose((None, None) if cell == self._controls.filter else cell)

    def _pick_true(self, number: int) -> None:
        self._choose((None, None) if self._controls.filter == (number, None) else (number, None))

    def _pick_predicted(self, number: int) -> None:
        self._choose((None, None) if self._controls.filter == (None, number) else (None, number))

    def _choose(self, wanted: Filter) -> None:
        """Filter; a cell is shared with the other views."""
        true, predicted = wanted
        self._controls.set_filter(wanted)
        if wanted != (None, None):
            self._controls.show_samples()
        self._cell = None if true is None or predicted is None else (true, predicted)
        self.session.pick_cell(self._cell)
        self.refresh()

    def _follow_cell(self, picks: Picks) -> None:
        """A cell was picked elsewhere, or is not any more."""
        if picks.cell != self._cell:
            self._cell = picks.cell
            self._controls.set_filter(picks.cell or (None, None))

    def _pick_sample(self, row: int) -> None:
        self.session.pick_sample(row, self._shown_part)

    def _change(self) -> None:
        self._adapt()
        self.refresh()

    # Layout

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._adapt()

    def _adapt(self) -> None:
        """Matrix and samples beside each other, or the wanted one where there is no room."""
        both = self.width() >= WIDTH_FOR_BOTH
        self._controls.set_room(self.width(), both=both)
        self._header.set_lines(1 if both else 2)
        self._matrix.setVisible(both or not self._controls.samples)
        self._samples.setVisible(both or self._controls.samples)

    def _arrange(self) -> None:
        self._matrix.setMinimumWidth(180)
        self._samples.setMinimumWidth(140)
        self._samples.addWidget(self._gallery)
        self._samples.addWidget(self._strips)
        sides = QSplitter(Qt.Orientation.Horizontal)
        sides.setChildrenCollapsible(False)
        sides.addWidget(self._matrix)
        sides.addWidget(self._samples)
        sides.setSizes([480, 520])
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self._controls)
        layout.addWidget(self._header)
        layout.addWidget(sides, 1)
        for before, after in pairwise((self._matrix, self._gallery, self._strips)):
            QWidget.setTabOrder(before, after)
