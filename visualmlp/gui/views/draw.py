"""Draw a digit, and see what the network takes it for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import ClassVar

import numpy as np
from PyQt6.QtCore import QCoreApplication, Qt, QTimer
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QCheckBox, QPushButton, QSlider, QVBoxLayout, QWidget

from visualmlp.analysis.digit_picture import (
    DigitPicture,
    box_shape,
    digit_picture,
    is_counted,
    is_published,
)
from visualmlp.analysis.mistakes import NO_CLASS, class_outputs, predictions
from visualmlp.data import Part
from visualmlp.data.drawn import DrawnSample, ink_range, turned
from visualmlp.engine import Array
from visualmlp.errors import DataError
from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.answer_bars import MOST_NAMED, answer_title, are_probabilities
from visualmlp.gui.views.drawn_samples import DrawnSamples
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.bars import Bars
from visualmlp.gui.widgets.beside import Beside
from visualmlp.gui.widgets.canvas import PEN_WIDTH, Canvas
from visualmlp.gui.widgets.flow import Flow
from visualmlp.gui.widgets.labels import counted, number_text, percent_text
from visualmlp.gui.widgets.stages import Stages
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup

LEAST_CANVAS = 120
USUAL_CANVAS = 165
"""Pixels: less than the second is for a place that is narrower."""

LEAST_OF_STAGES = 110
SHARE_OF_STAGES = 0.2
"""How high the steps of the picture may be: in pixels, and of the view's height."""

FRAME, TALLEST_BAR = 56, 30
"""Pixels around the bars, and of one of them."""


@VIEWS.add
class DrawView(View):
    """A canvas, what becomes of the drawing, and the prediction, which follows the pen.

    One sample takes a network well under a millisecond, so the view has a network of its own and
    asks it at once, on the GUI thread, instead of waiting for its turn among the analyses.
    """

    name: ClassVar[str] = "draw"
    order: ClassVar[int] = 95

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._probe: Probe | None = None
        self._shape: tuple[int, int] | None = None
        self._ink_range = (0.0, 1.0)
        self._picture: DigitPicture | None = None
        self._canvas = Canvas()
        self._canvas.changed.connect(self._follow_pen)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._look)
        self._buttons = {
            "undo": self._button(self.tr("Undo"), self._canvas.undo, self.tr("Take back a stroke")),
            "redo": self._button(self.tr("Redo"), self._canvas.redo, self.tr("Make it again")),
            "clear": self._button(self.tr("Clear"), self._canvas.clear, self.tr("Empty canvas")),
        }
        for name, button in self._buttons.items():
            button.setObjectName(name)
        self._eraser = QCheckBox(self.tr("Eraser"))
        self._eraser.setObjectName("eraser")
        self._eraser.setToolTip(self.tr("Take ink away; the other end of a pen always does"))
        self._eraser.toggled.connect(self._canvas.set_eraser)
        self._width = self._width_slider()
        self._verdict = TextLine()
        self._verdict.setObjectName("verdict")
        self._bars = Bars()
        self._bars.bar_picked.connect(self._pick_output)
        self._stages = Stages()
        self._own = DrawnSamples()
        self._own.kept.connect(self._keep)
        self._own.inspected.connect(self._inspect)
        self._own.picked.connect(lambda row: session.pick_sample(row, "drawn"))
        self._own.deleted.connect(self._delete)
        session.drawn_changed.connect(self._show_own)
        session.picks_changed.connect(self._show_own)
        session.closing.connect(self._soon.stop)
        self._arrange()

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("DrawView", "Draw")

    def needs(self, setup: Setup) -> str:
        if setup.data.dataset.image_shape is None:
            text = self.tr("Drawing needs pictures, such as digits; here a sample has {}.")
            features = self.tr("1 feature"), self.tr("{} features")
            return text.format(counted(setup.data.n_inputs, *features))
        return ""

    def start(self, setup: Setup) -> None:
        data, shape = setup.data, setup.data.dataset.image_shape
        assert shape is not None
        self._probe = Probe(setup)
        self._ink_range = ink_range(data.dataset)
        if shape != self._shape:
            self._shape = shape
            self._canvas.set_shape(shape)
        names = "  ".join(data.class_names)
        self._canvas.set_hint(self.tr("Draw here") + (f":\n{names}" if names else ""))
        self._own.set_classes(data.class_names)
        self._limit_bars(len(data.class_names) or data.n_outputs)
        self._stages.set_caption(self._rule())
        self._make_picture()
        self._show_own()

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], None]:
        return _nothing

    def draw(self, frame: Frame, result: None) -> None:
        self._predict(frame)

    # From the pen to the prediction

    def _follow_pen(self) -> None:
        """Look once at whatever came since the last look."""
        for name, able in (
            ("undo", self._canvas.can_undo),
            ("redo", self._canvas.can_redo),
            ("clear", not self._canvas.is_empty),
        ):
            self._buttons[name].setEnabled(able)
        if self.session.setup and not self._soon.isActive():
            self._soon.start()

    def _look(self) -> None:
        if self._probe and self.session.frame:
            self._make_picture()
            self._predict(self.session.frame)

    def _make_picture(self) -> None:
        dataset = self._setup().data.dataset
        assert dataset.image_shape is not None
        ink = self._canvas.ink() / np.float32(255)
        self._picture = digit_picture(ink, dataset.image_shape, self._ink_range, dataset.x.dtype)
        stages = self._picture.stages
        self._stages.set_stages(
            [self._stage_names()[stage.name] for stage in stages], [stage.ink for stage in stages]
        )
        self._own.set_ink(bool(ink.any()))

    def _predict(self, frame: Frame) -> None:
        if not self._own.has_ink or self._picture is None:
            self._verdict.set_text(self.tr("Draw something: the prediction follows the pen."))
            self._bars.set_empty(self.tr("Nothing is drawn."))
            return
        assert self._probe is not None
        setup = self._probe.setup
        x = setup.data.inputs(_unlabelled(self._picture), np.dtype(setup.dtype))
        outputs = self._probe.predict(frame, x)[0]
        if setup.data.class_names:
            self._show_classes(frame, setup, outputs)
        else:
            self._show_numbers(frame, outputs)

    def _show_classes(self, frame: Frame, setup: Setup, outputs: Array) -> None:
        predicted, _ = predictions(outputs[None])
        winner = int(predicted[0])
        values, names = class_outputs(outputs[None])[0], setup.data.class_names
        self._bars.set_title(answer_title(setup))
        signed = bool((values < 0).any())
        known = winner if winner != NO_CLASS else None
        self._bars.set_bars(names, values, predicted=known, signed=signed)
        self._bars.set_caption(self._step_text(frame))
        if known is None:
            self._verdict.set_text(self.tr("No prediction: the outputs are NaN"))
            return
        share = _share_text(float(values[known]), are_probabilities(setup))
        text = self.tr("Taken for {name}: {share}").format(name=names[known], share=share)
        self._verdict.set_text(text, bold=True)

    def _show_numbers(self, frame: Frame, outputs: Array) -> None:
        names = [self.tr("output {}").format(i) for i in range(len(outputs))]
        self._bars.set_title(self.tr("Outputs"))
        self._bars.set_bars(names, outputs, signed=True)
        self._verdict.set_text(self._step_text(frame))

    # Texts

    def _step_text(self, frame: Frame) -> str:
        return self.tr("step {}").format(f"{frame.step:,}")

    def _stage_names(self) -> dict[str, str]:
        rows, columns = self._size()
        box = box_shape((rows, columns))
        return {
            "drawn": self.tr("drawn"),
            "cropped": self.tr("cropped"),
            "fitted": f"{box[0]} × {box[1]}",
            "centred": f"{rows} × {columns}",
            "bitmap": self.tr("bitmap"),
            "counted": self.tr("counts"),
        }

    def _rule(self) -> str:
        """How the pictures of this data set are made, or what stands in for it."""
        shape, dataset = self._size(), self._setup().data.dataset
        if is_counted(shape, self._ink_range):
            return self.tr("cropped · 32 × 32 bitmap · ink in 4 × 4 blocks")
        rule = self.tr("aspect kept · centre of mass in the middle")
        if is_published(dataset.name, shape, self._ink_range):
            return rule
        return self.tr("a stand-in: MNIST's way · {}").format(rule)

    def _size(self) -> tuple[int, int]:
        assert self._shape is not None
        return self._shape

    # The user's samples

    def _keep(self, label: str) -> None:
        if self._picture is None:
            return
        dataset = self._setup().data.dataset
        picture = turned(self._picture.values.astype(np.float32), dataset)
        low, high = map(float, dataset.value_range)
        try:
            self.session.keep_drawn(DrawnSample(picture, (low, high), label))
        except DataError as error:
            self.session.failed.emit(str(error))
        else:
            self._own.forget_label()

    def _inspect(self) -> None:
        """Let the Inspector and whatever follows the picked sample show the drawing as it is."""
        if self._picture is not None:
            self.session.pick_unlabelled(_unlabelled(self._picture))
            self.session.view_wanted.emit("inspector")

    def _delete(self, row: int) -> None:
        try:
            self.session.delete_drawn(row)
        except DataError as error:
            self.session.failed.emit(str(error))

    def _show_own(self) -> None:
        setup, picks = self.session.setup, self.session.picks
        if setup is None or setup.data.dataset.image_shape is None:
            return
        current = picks.sample if picks.part == "drawn" else None
        self._own.show_samples(setup.data, self.session.drawn, current)

    def _pick_output(self, unit: int) -> None:
        last = len(self._setup().layers) - 1
        self.session.pick_unit(last, min(unit, self._setup().layers[last].units - 1))

    def _setup(self) -> Setup:
        assert self.session.setup is not None
        return self.session.setup

    # Layout

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        wanted = min(SHARE_OF_STAGES * self.height(), self.width() / 4 + FRAME)
        self._stages.setMaximumHeight(max(LEAST_OF_STAGES, round(wanted)))
        side = min(max(LEAST_CANVAS, self.width() - 40), USUAL_CANVAS)
        self._canvas.setMinimumSize(LEAST_CANVAS, side)

    def _limit_bars(self, count: int) -> None:
        """High enough for the names of a few classes, and no higher than bars get."""
        line = self._bars.fontMetrics().height() + 1
        self._bars.setMinimumHeight(FRAME + line * min(count, MOST_NAMED))
        self._bars.setMaximumHeight(FRAME + TALLEST_BAR * count)

    def _button(self, text: str, slot: Callable[[], None], tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setEnabled(False)
        metrics = button.fontMetrics()
        button.setFixedWidth(metrics.horizontalAdvance(text) + round(1.5 * metrics.height()))
        button.clicked.connect(slot)
        return button

    def _width_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName("width")
        slider.setAccessibleName(self.tr("Width of the pen"))
        slider.setRange(2, 25)
        slider.setFixedWidth(56)
        slider.valueChanged.connect(partial(self._choose_width, slider))
        slider.setValue(round(100 * PEN_WIDTH))
        return slider

    def _choose_width(self, slider: QSlider, percent: int) -> None:
        self._canvas.set_pen_width(percent / 100)
        slider.setToolTip(self.tr("Width of the pen: {} % of the canvas").format(percent))

    def _arrange(self) -> None:
        controls = Flow()
        order = (self._eraser, self._width, *self._buttons.values())
        for widget in order:
            controls.addWidget(widget)
        answer = QWidget()
        column = QVBoxLayout(answer)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._verdict)
        column.addWidget(self._bars, 1)
        column.addStretch()
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(controls)
        layout.addWidget(Beside(self._canvas, answer, (1, 1)), 1)
        layout.addWidget(self._stages)
        layout.addWidget(self._own)
        for before, after in pairwise((*order, self._canvas, self._bars, self._stages)):
            QWidget.setTabOrder(before, after)


def _unlabelled(picture: DigitPicture) -> Part:
    """The drawing as a part of its own, of one sample."""
    own = picture.values.reshape(1, -1)
    return Part("unlabelled", np.zeros(1, np.int64), None, None, own)


def _nothing(probe: Probe) -> None:
    """The view computes on the GUI thread; see its docstring."""


def _share_text(value: float, is_share: bool) -> str:
    return percent_text(value, 1) if is_share else number_text(value)
