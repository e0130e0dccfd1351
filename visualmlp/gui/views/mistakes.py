"""Which classes are taken for which, and the samples that it happens to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import ClassVar

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from visualmlp.data import PreparedData
from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.misclassified import MOST_FEATURES, Mistakes, Wanted, find_mistakes
from visualmlp.gui.views.part_chooser import PartChooser, part_name
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.confusion_matrix import ConfusionMatrix
from visualmlp.gui.widgets.gallery import Gallery
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup


@VIEWS.add
class MistakesView(View):
    """The confusion matrix and, beside it, the samples of all wrong cells or of the picked one."""

    name: ClassVar[str] = "mistakes"
    order: ClassVar[int] = 40

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._picks = Picks()
        self._header = TextLine()
        self._header.setObjectName("header")
        self._part = PartChooser()
        self._part.part_chosen.connect(self.refresh)
        self._order = self._order_chooser()
        self._show_all = QPushButton(self.tr("Show all mistakes"))
        self._show_all.setObjectName("show_all")
        self._show_all.setToolTip(self.tr("Show the mistakes of all cells again"))
        self._show_all.clicked.connect(self._clear_cell)
        self._matrix = ConfusionMatrix()
        self._matrix.setMinimumWidth(180)
        self._matrix.cell_picked.connect(self._pick_cell)
        self._gallery = Gallery()
        self._gallery.setMinimumWidth(140)
        self._gallery.picture_picked.connect(self._pick_sample)
        self._arrange()

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("MistakesView", "Mistakes")

    def needs(self, setup: Setup) -> str:
        if setup.data.task == "regression":
            return self.tr("Mistakes need classes; this experiment predicts numbers (regression).")
        return ""

    def start(self, setup: Setup) -> None:
        self._part.set_run(setup)

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], Mistakes]:
        caption = self.tr("true {true} → {predicted} ({share})")
        wanted = Wanted(self._part.part, self._order.currentData(), picks.cell, caption)
        return partial(find_mistakes, frame=frame, wanted=wanted)

    def draw(self, frame: Frame, result: Mistakes) -> None:
        self._header.set_text(self._summary(frame, result))
        self._matrix.set_counts(result.counts, self._data().class_names)
        self._draw_gallery(result)
        self._show_all.setEnabled(result.wanted.cell is not None)
        self._follow_picks()

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
        text = self.tr("{wrong} of {samples} wrong ({share:.1f} %), step {step}").format(
            wrong=f"{result.n_wrong:,}",
            samples=looked_at,
            share=100 * result.n_wrong / result.n_looked_at,
            step=f"{frame.step:,}",
        )
        if result.n_nan:
            text += self.tr(" · {} without a prediction: their outputs are NaN").format(
                f"{result.n_nan:,}"
            )
        return text

    def _draw_gallery(self, result: Mistakes) -> None:
        self._gallery.set_title(self._gallery_title(result))
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

    def _gallery_title(self, result: Mistakes) -> str:
        title = self.tr("All mistakes")
        if result.wanted.cell:
            true, predicted = (self._data().class_names[number] for number in result.wanted.cell)
            title = self.tr("True {true}, predicted {predicted}")
            title = title.format(true=true, predicted=predicted)
        count = f"{result.n_chosen:,}"
        if len(result.rows) < result.n_chosen:
            count = self.tr("{shown} of {total} shown")
            count = count.format(shown=f"{len(result.rows):,}", total=f"{result.n_chosen:,}")
        return f"{title}: {count}"

    def _explanation(self, result: Mistakes) -> str:
        names = self._data().class_names
        text = self.tr("in brackets: output of the predicted class")
        if self._data().task == "binary":
            text = self.tr("in brackets: output y for {1}, 1 − y for {0}").format(*names)
        if result.pictures is None:
            features = ", ".join(self._data().dataset.feature_names[:MOST_FEATURES])
            text += " · " + self.tr("then: {}").format(features)
        return text

    def _nothing(self, result: Mistakes) -> str:
        if result.wanted.cell:
            return self.tr("No sample is in this cell of the matrix.")
        return self.tr("Every sample is predicted right.")

    def _follow_picks(self) -> None:
        """Only after a change, so that drawing moves neither the cursor nor the scroll bar."""
        picks = self.session.picks
        if picks.cell != self._picks.cell:
            self._matrix.set_current(*(picks.cell or (None, None)))
        if picks.sample != self._picks.sample or picks.part != self._picks.part:
            self._gallery.set_current(picks.sample if picks.part == self._part.part else None)
        self._picks = picks

    def _data(self) -> PreparedData:
        assert self.session.setup is not None
        return self.session.setup.data

    # The user

    def _pick_cell(self, true: int, predicted: int) -> None:
        cell = (true, predicted)
        self.session.pick_cell(None if cell == self.session.picks.cell else cell)

    def _clear_cell(self) -> None:
        self.session.pick_cell(None)

    def _pick_sample(self, row: int) -> None:
        self.session.pick_sample(row, self._part.part)

    # Layout

    def _order_chooser(self) -> QComboBox:
        chooser = QComboBox()
        chooser.setObjectName("order")
        chooser.setAccessibleName(self.tr("Order of the samples"))
        chooser.setToolTip(
            self.tr("Which samples come first; confidence is the output of the predicted class")
        )
        chooser.addItem(self.tr("Highest loss first"), "loss")
        chooser.addItem(self.tr("Most confident first"), "confidence")
        chooser.addItem(self.tr("Order of the data"), "data")
        chooser.activated.connect(self.refresh)
        return chooser

    def _arrange(self) -> None:
        controls = QHBoxLayout()
        for widget in (self._part, self._order, self._show_all):
            controls.addWidget(widget)
        controls.addStretch(1)
        sides = QSplitter(Qt.Orientation.Horizontal)
        sides.setChildrenCollapsible(False)
        sides.addWidget(self._matrix)
        sides.addWidget(self._gallery)
        sides.setSizes([480, 520])
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(controls)
        layout.addWidget(self._header)
        layout.addWidget(sides, 1)
        chain = (self._part, self._order, self._show_all, self._matrix, self._gallery)
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)
