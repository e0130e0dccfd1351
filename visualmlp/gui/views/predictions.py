"""Samples with the network's answers: the table of probabilities."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import ClassVar, cast

import numpy as np
from PyQt6.QtCore import QCoreApplication
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QCheckBox, QPushButton, QSpinBox, QVBoxLayout, QWidget

from visualmlp.analysis.mistakes import NO_CLASS
from visualmlp.data import PreparedData
from visualmlp.engine import ACTIVATIONS
from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.part_chooser import PartChooser, part_name
from visualmlp.gui.views.prediction_rows import Predictions, Wanted, predict_rows
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.flow import Flow
from visualmlp.gui.widgets.result_table import NOTHING, Results, ResultTable
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.probe import PartName, Probe
from visualmlp.training.setup import Setup

ROOMY = 640
"""Pixels in which a line has room for what takes two lines in a narrower view."""

MOST_ROWS = 500
FIRST_ROWS = 20
DECIMALS = 2
MOST_DECIMALS = 8

DOUBTFUL = 0.5
"""Where the largest probability is below this, all the others together are larger."""


@VIEWS.add
class PredictionsView(View):
    """A row a sample: picture, the outputs with the largest marked, right or wrong, true label."""

    name: ClassVar[str] = "predictions"
    order: ClassVar[int] = 42

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._shown_part: PartName = "test"
        self._followed: tuple[Picks, PartName, list[int]] | None = None
        self._seen = Picks()
        self._part = PartChooser(session)
        self._part.part_chosen.connect(self._choose_part)
        self._start = self._box("start", self.tr("from "), self.tr("First sample, from 0"))
        self._count = self._box("count", "", self.tr("Number of samples shown"))
        self._count.setSuffix(self.tr(" rows"))
        self._count.setRange(1, MOST_ROWS)
        self._count.setValue(FIRST_ROWS)
        self._only_wrong = QCheckBox(self.tr("Only wrong"))
        self._only_wrong.setObjectName("only_wrong")
        self._only_wrong.toggled.connect(self.refresh)
        self._table = ResultTable()
        self._bars = QCheckBox(self.tr("Bars"))
        self._bars.setObjectName("bars")
        self._bars.setToolTip(self.tr("Draw bars instead of numbers"))
        self._bars.toggled.connect(self._show_bars)
        self._decimals = self._decimals_box()
        self._copy = QPushButton(self.tr("Copy"))
        metrics = self._copy.fontMetrics()
        self._copy.setFixedWidth(
            metrics.horizontalAdvance(self._copy.text()) + round(1.5 * metrics.height())
        )
        self._copy.setObjectName("copy")
        self._copy.setToolTip(self.tr("Copy the table as text, all digits of every number"))
        self._copy.clicked.connect(self._table.copy_table)
        self._header = TextLine(lines=2)
        self._header.setObjectName("header")
        self._table.row_picked.connect(self._pick)
        session.picks_changed.connect(self._go_to_pick)
        self._arrange()

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("PredictionsView", "Predictions")

    def start(self, setup: Setup) -> None:
        self._part.set_run(setup, "test")
        has_classes = setup.data.task != "regression"
        self._only_wrong.setEnabled(has_classes)
        self._only_wrong.setToolTip(
            self.tr("Show only samples that are predicted wrong, from the first one on")
            if has_classes
            else self.tr("Needs classes; this experiment predicts numbers")
        )
        self._limit_start()
        self._followed, self._seen = None, self.session.picks

    def turn_to(self, page: str) -> None:
        """The first samples of a part, given by its name, right and wrong ones."""
        self._part.choose(cast("PartName", page))
        self._only_wrong.setChecked(False)
        self._start.setValue(0)
        self._choose_part()

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], Predictions]:
        only_wrong = self._only_wrong.isEnabled() and self._only_wrong.isChecked()
        wanted = Wanted(self._part.part, self._start.value(), self._count.value(), only_wrong)
        return partial(predict_rows, frame=frame, wanted=wanted)

    def draw(self, frame: Frame, result: Predictions) -> None:
        self._shown_part = result.wanted.part
        self._header.set_text(self._summary(frame, result))
        if result.wanted.only_wrong and not len(result.rows):
            text = self.tr("None of the {} samples looked at is predicted wrong.")
            self._table.set_empty(text.format(f"{result.n_searched:,}"))
            return
        if result.labels is None:
            self._table.set_results(self._number_results(result))
        else:
            self._table.set_results(self._class_results(result))
        self._follow_pick(result)

    # Drawing

    def _class_results(self, result: Predictions) -> Results:
        data = self._data()
        assert result.labels is not None
        assert result.predicted is not None
        names = [*data.class_names, "–"]  # the last for NO_CLASS
        is_binary = data.task == "binary"
        value_names = data.class_names
        if is_binary:
            value_names = (self.tr("output: {}").format(data.class_names[1]),)
        pairs = zip(result.predicted.tolist(), result.labels.tolist(), strict=True)
        return Results(
            ids=result.rows.tolist(),
            value_names=value_names,
            values=result.outputs,
            largest=[NOTHING] * len(result.rows) if is_binary else result.predicted.tolist(),
            marks=self._marks(result),
            answer_names=(self.tr("predicted"), self.tr("true")),
            answers=[(names[predicted], names[label]) for predicted, label in pairs],
            pictures=result.pictures,
            picture_range=data.dataset.value_range,
            value_range=self._value_range(result),
        )

    def _number_results(self, result: Predictions) -> Results:
        assert result.targets is not None
        outputs, targets = result.outputs, result.targets
        n_outputs = outputs.shape[1]
        numbers = [""] if n_outputs == 1 else [f" {i}" for i in range(n_outputs)]
        titles = (self.tr("prediction"), self.tr("target"), self.tr("error"))
        columns = np.stack([outputs, targets, outputs - targets], axis=2)
        return Results(
            ids=result.rows.tolist(),
            value_names=[title + number for number in numbers for title in titles],
            values=columns.reshape(len(outputs), -1),
            largest=[NOTHING] * len(outputs),
            marks=[""] * len(outputs),
            answers=[()] * len(outputs),
            pictures=result.pictures,
            picture_range=self._data().dataset.value_range,
            value_range=_ends(columns),
            tinted=False,
        )

    def _marks(self, result: Predictions) -> list[str]:
        assert result.predicted is not None
        assert result.labels is not None
        right = np.equal(result.predicted, result.labels)
        doubtful = self._doubtful(result)
        return [
            ("✓" if is_right else "✗") + ("?" if is_doubtful else "")
            for is_right, is_doubtful in zip(right, doubtful, strict=True)
        ]

    def _doubtful(self, result: Predictions) -> np.ndarray:
        assert result.confidence is not None
        if self._has_probabilities():
            return result.confidence < DOUBTFUL
        return np.zeros(len(result.rows), bool)

    def _has_probabilities(self) -> bool:
        assert self.session.setup is not None
        return ACTIVATIONS[self.session.setup.layers[-1].activation].in_unit_interval

    def _value_range(self, result: Predictions) -> tuple[float, float]:
        return (0.0, 1.0) if self._has_probabilities() else _ends(result.outputs)

    def _summary(self, frame: Frame, result: Predictions) -> str:
        if not result.wanted.only_wrong:
            text = self.tr("{part} samples {start} to {last} of {total}")
        elif len(result.rows) < result.wanted.count:
            text = self.tr("{part} samples from {start} to {end}, predicted wrong: all {count}")
        else:
            text = self.tr("{part} samples from {start} on, predicted wrong: the first {count}")
        start = min(result.wanted.start, result.n_samples - 1)
        text = text.format(
            part=part_name(result.wanted.part),
            count=f"{len(result.rows):,}",
            start=f"{start:,}",
            last=f"{result.rows[-1]:,}" if len(result.rows) else "",
            end=f"{start + result.n_searched - 1:,}",
            total=f"{result.n_samples:,}",
        )
        text = text[0].upper() + text[1:]
        parts = [f"{text}, " + self.tr("step {}").format(f"{frame.step:,}"), *self._counts(result)]
        return " · ".join(parts)

    def _counts(self, result: Predictions) -> list[str]:
        if result.predicted is None:
            return [self.tr("error: prediction − target")]
        n_right = int(np.count_nonzero(result.predicted == result.labels))
        texts = []
        if not result.wanted.only_wrong:
            texts.append(
                self.tr("✓\u00a0{right} right, ✗\u00a0{wrong} wrong").format(
                    right=n_right, wrong=len(result.rows) - n_right
                )
            )
        if self._data().task == "binary":
            texts.append(self.tr("threshold 0.5"))
        elif self._has_probabilities():
            doubtful = int(np.count_nonzero(self._doubtful(result)))
            texts.append(self.tr("?\u00a0{} doubtful (largest below 0.5)").format(doubtful))
        if n_nan := int(np.count_nonzero(result.predicted == NO_CLASS)):
            texts.append(self.tr("{} without a prediction: NaN").format(n_nan))
        return texts

    def _go_to_pick(self, picks: Picks) -> None:
        """A sample that was picked elsewhere is among those shown."""
        before, self._seen = self._seen, picks
        is_new = (picks.part, picks.sample) != (before.part, before.sample)
        if not is_new or self.session.setup is None or self._part.findData(picks.part) < 0:
            return
        self._part.follow(picks.part)
        self._limit_start()
        start, count = self._start.value(), self._count.value()
        if picks.part == self._part.part and not start <= picks.sample < start + count:
            self._start.setValue(picks.sample // count * count)

    def _follow_pick(self, result: Predictions) -> None:
        """Only after a change, so that drawing moves neither the cursor nor the scroll bar."""
        picks, rows = self.session.picks, result.rows.tolist()
        followed = picks, result.wanted.part, rows
        if followed == self._followed:
            return
        self._followed = followed
        here = picks.part == result.wanted.part and picks.sample in rows
        self._table.set_current(rows.index(picks.sample) if here else None)

    def _data(self) -> PreparedData:
        assert self.session.setup is not None
        return self.session.setup.data

    # The user

    def _choose_part(self) -> None:
        self._limit_start()
        self.refresh()

    def _limit_start(self) -> None:
        part = next(part for part in self._data().parts if part.name == self._part.part)
        self._start.blockSignals(True)
        self._start.setRange(0, len(part) - 1)
        self._start.blockSignals(False)

    def _show_bars(self, bars: bool) -> None:
        self._table.set_bars(bars)
        self._decimals.setEnabled(not bars)

    def _pick(self, row: int) -> None:
        self.session.pick_sample(self._table.results.ids[row], self._shown_part)

    # Layout

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._header.set_lines(1 if self.width() >= ROOMY else 2)

    def _box(self, name: str, prefix: str, what: str) -> QSpinBox:
        box = QSpinBox()
        box.setObjectName(name)
        box.setPrefix(prefix)
        box.setAccessibleName(what)
        box.setToolTip(what)
        box.setKeyboardTracking(False)
        box.setGroupSeparatorShown(True)
        box.valueChanged.connect(self.refresh)
        return box

    def _decimals_box(self) -> QSpinBox:
        box = self._box("decimals", "", self.tr("Decimals of the numbers"))
        box.setSuffix(self.tr(" decimals"))
        box.setRange(0, MOST_DECIMALS)
        box.setValue(DECIMALS)
        box.valueChanged.connect(self._table.set_decimals)
        return box

    def _arrange(self) -> None:
        controls = Flow()
        order: tuple[QWidget, ...] = (
            *(self._part, self._start, self._count, self._only_wrong),
            *(self._bars, self._decimals, self._copy),
        )
        for widget in order:
            controls.addWidget(widget)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(controls)
        layout.addWidget(self._header)
        layout.addWidget(self._table, 1)
        for before, after in pairwise((*order, self._table)):
            QWidget.setTabOrder(before, after)


def _ends(values: np.ndarray) -> tuple[float, float]:
    """Lowest and highest finite value, 0 between them, and never the same."""
    finite = values[np.isfinite(values)]
    low, high = float(finite.min(initial=0.0)), float(finite.max(initial=0.0))
    return (low, high) if high > low else (low, low + 1.0)
