"""One sample: what it is, what the network makes of it, and how wrong that is."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import ClassVar

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QCheckBox,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from visualmlp.analysis.data_columns import feature_cells
from visualmlp.data import PreparedData
from visualmlp.gui import theme
from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.answer_bars import AnswerBars
from visualmlp.gui.views.explanation import Explainer, InputMap, Nearest, Wanted
from visualmlp.gui.views.explanation_page import ExplanationPage, WhatChooser
from visualmlp.gui.views.ink_chooser import InkChooser
from visualmlp.gui.views.inspection import Inspection, inspect_sample
from visualmlp.gui.views.inspection_texts import (
    class_verdict,
    facts_text,
    number_verdict,
    target_text,
)
from visualmlp.gui.views.part_chooser import PartChooser
from visualmlp.gui.views.sample_history import History, history_of
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.beside import Beside
from visualmlp.gui.widgets.control_groups import ControlGroups
from visualmlp.gui.widgets.feature_table import FeatureTable
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.gui.widgets.number_grid import NumberGrid
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.branches import Branch
from visualmlp.training.frame import Frame
from visualmlp.training.probe import PartName, Probe
from visualmlp.training.setup import Setup

LEAST_PICTURE = 110
"""Height in pixels of the picture, and of its numbers."""

LONG_NAME = 6
"""Letters of a class's name from which on the verdict gets two lines in a narrow view."""

ROOMY = 400
"""Pixels in which a line has room for what takes two lines in a narrower view."""

_NO_LIMIT = 16_777_215
"""Qt's own largest height."""

Explanation = InputMap | Nearest | History | None
Looked = tuple[Inspection, Explanation]


@VIEWS.add
class InspectorView(View):
    """The picked sample; it follows the picks and has buttons to pick others."""

    name: ClassVar[str] = "inspector"
    order: ClassVar[int] = 90

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._searching = False
        self._has_long_names = False
        self._part = PartChooser(session)
        self._part.part_chosen.connect(self._pick_part)
        self._sample = self._sample_box()
        self._buttons = {
            "previous": self._button("‹", self._pick_previous, self.tr("Previous sample")),
            "next": self._button("›", self._pick_next, self.tr("Next sample")),
            "random": self._button(self.tr("Random"), self._pick_random),
            "next_mistake": self._button(self.tr("Next mistake"), self._search),
        }
        for name, button in self._buttons.items():
            button.setObjectName(name)
        self._buttons["random"].setToolTip(self.tr("Go to any sample of this part"))
        self._verdict = _text("verdict")
        self._facts = _text("facts")
        self._one_hot = _text("one_hot", lines=1)
        self._numbers = QCheckBox(self.tr("Numbers"))
        self._numbers.setObjectName("numbers")
        self._numbers.setToolTip(
            self.tr("Show the values of the pixels, as they are stored; + and − zoom, F fits")
        )
        self._numbers.toggled.connect(self._choose_input)
        self._ink = InkChooser()
        self._ink.activated.connect(self.refresh)
        self._what = WhatChooser()
        self._what.activated.connect(self._choose_input)
        self._explainer = Explainer()
        self._explanation = ExplanationPage()
        self._explanation.changed.connect(self.refresh)
        self._explanation.step_picked.connect(session.seek)
        self._explanation.sample_picked.connect(partial(session.pick_sample, part="train"))
        self._picture, self._grid, self._table = Mosaic(), NumberGrid(), FeatureTable()
        self._picture.setObjectName("picture")
        self._picture.setAccessibleName(self.tr("Picture of the sample"))
        for widget in (self._picture, self._grid):
            widget.setMinimumHeight(LEAST_PICTURE)
        self._pictures = Beside(self._picture, self._grid)
        self._inputs = QWidget()
        self._bars = AnswerBars()
        self._bars.bar_picked.connect(self._pick_output)
        self._arrange()
        session.drawn_changed.connect(self._offer_drawn)
        theme.notifier().changed.connect(self.refresh)

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("InspectorView", "Inspector")

    def start(self, setup: Setup) -> None:
        self._searching = False
        self._explainer = Explainer()
        self._explanation.set_setup(setup)
        self._part.set_run(setup)
        self._offer_drawn()
        has_classes = setup.data.task != "regression"
        longest = max(map(len, setup.data.class_names), default=LONG_NAME)
        self._has_long_names = longest >= LONG_NAME
        self._adapt()
        self._allow_search(self.session.picks.part)
        self._one_hot.setVisible(has_classes)
        self._choose_input()

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], Looked]:
        branches = self.session.branches
        assert branches is not None
        return partial(
            _look,
            frame=frame,
            branch=branches[branches.current],
            picks=picks,
            search=self._searching,
            explainer=self._explainer,
            wanted=self._explanation.wanted(picks),
        )

    def draw(self, frame: Frame, looked: Looked) -> None:
        result, explanation = looked
        self._part.choose(result.part)
        self._show_row(result)
        self._show_verdict(result)
        self._facts.set_text(facts_text(result, frame.step))
        self._one_hot.set_text(target_text(self._data(), result))
        self._draw_inputs(result)
        self._draw_explanation(frame, result, explanation)
        self._allow_search(result.part)
        assert self.session.setup is not None
        self._bars.show_answer(self.session.setup, result)
        if result.searched:
            self._end_search(result)

    # Drawing

    def _show_row(self, result: Inspection) -> None:
        if (self._sample.value(), self._sample.maximum()) == (result.row, result.n_samples - 1):
            return  # the user may be typing
        self._sample.blockSignals(True)
        self._sample.setRange(0, result.n_samples - 1)
        self._sample.setValue(result.row)
        self._sample.blockSignals(False)

    def _allow_search(self, part: PartName) -> None:
        """Without classes, or without a label, nothing is a mistake."""
        button, has_classes = self._buttons["next_mistake"], self._data().task != "regression"
        button.setEnabled(has_classes and part != "unlabelled")
        tip = self.tr("Go to the next sample of this part that is predicted wrong")
        if part == "unlabelled":
            tip = self.tr("Needs a label; this drawing has none")
        if not has_classes:
            tip = self.tr("Needs classes; this experiment predicts numbers")
        button.setToolTip(tip)

    def _show_verdict(self, result: Inspection) -> None:
        if result.predicted is None:
            self._verdict.set_text(number_verdict(result))
            return
        text, colours = class_verdict(self._data().class_names, result), theme.current()
        if result.label is None:
            self._verdict.set_text(text, bold=True)
            return
        right = result.predicted == result.label
        mark, colour = ("✓", colours.good) if right else ("✗", colours.bad)
        self._verdict.set_text(text, mark=mark, ink=colour, bold=True)

    def _draw_inputs(self, result: Inspection) -> None:
        dataset = self._data().dataset
        if dataset.image_shape is None:
            cells = feature_cells(dataset.columns, result.raw)
            self._table.set_features(dataset.feature_names, result.raw, result.scaled, cells)
            return
        low, high = dataset.value_range
        picture = result.raw.reshape(dataset.image_shape)
        names, ink = [self.tr("sample {}").format(result.row)], self._ink.currentData()
        self._picture.set_tiles(picture[None], low=low, high=high, lut=ink, names=names)
        if self._numbers.isChecked():
            spec = "d" if picture.dtype.kind in "ui" else ".3g"
            self._grid.set_picture(picture, low=low, high=high, number_format=spec, lut=ink)

    def _draw_explanation(self, frame: Frame, result: Inspection, explanation: Explanation) -> None:
        if isinstance(explanation, InputMap):
            ink = self._ink.currentData()
            self._explanation.show_map(result, explanation, ink)
        elif isinstance(explanation, History):
            self._explanation.show_history(explanation, frame.step)
            if explanation.n_missing:
                self.refresh()
        elif explanation is not None:
            self._explanation.show_nearest(explanation)
            if explanation.n_done < explanation.n_compared:
                self.refresh()

    def _choose_input(self) -> None:
        self._grid.setVisible(self._numbers.isChecked())
        is_picture = self._data().dataset.image_shape is not None
        what = self._what.currentData()
        self._what.name_sample(is_picture=is_picture)
        self._explanation.choose(what)
        for control in (self._numbers, self._ink):
            control.setVisible(is_picture and what == "picture")
        page: QWidget = self._pictures if is_picture else self._table
        page = page if what == "picture" else self._explanation
        for other in (self._pictures, self._table, self._explanation):
            other.setVisible(other is page)
        full = self._table.height_of(self._data().n_inputs)
        is_table = what == "picture" and not is_picture
        self._inputs.setMaximumHeight(full if is_table else _NO_LIMIT)
        self.refresh()

    def _data(self) -> PreparedData:
        assert self.session.setup is not None
        return self.session.setup.data

    # The user

    def _pick(self, row: int) -> None:
        self.session.pick_sample(row % self._n_samples())

    def _n_samples(self) -> int:
        """Of the picked sample's part, which what is shown may not have followed yet."""
        part = self.session.picks.part
        if part == "unlabelled":
            return 1
        if part == "drawn":
            return len(self.session.drawn or ()) or 1
        return next(len(p) for p in self._data().parts if p.name == part)

    def _pick_part(self, part: PartName) -> None:
        self.session.pick_sample(0, part)

    def _pick_previous(self) -> None:
        self._pick(self.session.picks.sample - 1)

    def _pick_next(self) -> None:
        self._pick(self.session.picks.sample + 1)

    def _pick_random(self) -> None:
        self._pick(random.randrange(self._n_samples()))

    def _offer_drawn(self) -> None:
        n_drawn = len(self.session.drawn) if self.session.drawn else 0
        self._part.offer_drawn(n_drawn, unlabelled=self.session.unlabelled is not None)

    def _pick_output(self, bar: int) -> None:
        """Let all views follow the output whose bar was clicked."""
        data = self._data()
        if data.task != "regression":
            self._explanation.choose_picked()
            assert self.session.setup is not None
            last = len(self.session.setup.layers) - 1
            self.session.pick_unit(last, 0 if data.task == "binary" else bar)
            self.refresh()

    def _search(self) -> None:
        self._searching = True
        self.refresh()

    def _end_search(self, result: Inspection) -> None:
        self._searching = False
        if result.found is None:
            text = self.tr("No mistake among the {} samples of this part.")
            self._facts.set_text(text.format(f"{result.n_samples:,}"))
        else:
            self.session.pick_sample(result.found, result.part)

    # Layout

    def _sample_box(self) -> QSpinBox:
        box = QSpinBox()
        box.setObjectName("sample")
        box.setAccessibleName(self.tr("Number of the sample in the part"))
        box.setToolTip(self.tr("Number of the sample in the part, from 0: type another"))
        box.setKeyboardTracking(False)
        box.setGroupSeparatorShown(True)
        box.setWrapping(True)
        box.valueChanged.connect(self._pick)
        return box

    def _button(self, text: str, slot: Callable[[], None], what: str = "") -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(slot)
        metrics = button.fontMetrics()
        button.setMinimumWidth(metrics.horizontalAdvance(text) + metrics.height())
        if what:
            button.setAccessibleName(what)
            button.setToolTip(what)
            button.setMaximumWidth(2 * metrics.height())
        return button

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._adapt()

    def _adapt(self) -> None:
        is_narrow = self.width() < ROOMY
        self._verdict.set_lines(2 if is_narrow and self._has_long_names else 1)
        self._facts.set_lines(2 if is_narrow else 1)

    def _controls(self) -> ControlGroups:
        """The part has a row of its own in a narrow dock, so that its name has room."""
        buttons = self._buttons
        return ControlGroups(
            (self._part,),
            (buttons["previous"], self._sample, buttons["next"]),
            (buttons["random"], buttons["next_mistake"]),
        )

    def _arrange(self) -> None:
        inputs = QVBoxLayout(self._inputs)
        inputs.setContentsMargins(0, 0, 0, 0)
        for page in (self._pictures, self._table, self._explanation):
            inputs.addWidget(page)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self._controls())
        for text in (self._verdict, self._facts, self._one_hot):
            layout.addWidget(text)
        layout.addWidget(ControlGroups((self._what,), (self._numbers, self._ink)))
        layout.addWidget(Beside(self._inputs, self._bars, (2, 1)), 1)
        order = [self._part, self._buttons["previous"], self._sample, *self._buttons.values()]
        chain = [*dict.fromkeys(order), self._what, self._numbers, self._ink]
        for before, after in pairwise((*chain, self._picture, self._grid, self._table, self._bars)):
            QWidget.setTabOrder(before, after)


def _look(
    probe: Probe,
    *,
    frame: Frame,
    branch: Branch,
    picks: Picks,
    search: bool,
    explainer: Explainer,
    wanted: Wanted,
) -> Looked:
    inspection = inspect_sample(
        probe, frame=frame, name=picks.part, row=picks.sample, search=search
    )
    if wanted.what == "history":
        return inspection, history_of(probe, branch, inspection)
    return inspection, explainer.explain(probe, frame, inspection, wanted)


def _text(name: str, lines: int = 2) -> TextLine:
    line = TextLine(lines=lines)
    line.setObjectName(name)
    return line
